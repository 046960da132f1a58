"""Tests of how JSON is read: quickly, and with care."""
