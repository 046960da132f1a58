"""Tests of commands on resources."""
