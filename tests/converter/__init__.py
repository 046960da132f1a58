"""Tests of how JSON is read: fast, and so that problems are explained."""
