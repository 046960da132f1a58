"""Tests of what commands read."""
