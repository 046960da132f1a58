"""Tests of what commands write."""
