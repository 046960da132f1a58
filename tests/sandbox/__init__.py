"""Tests of the sandbox, over its socket with a plain HTTP client."""
