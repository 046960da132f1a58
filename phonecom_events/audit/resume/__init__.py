"""Audits that are killed and go on: what they keep, in a file, as they read."""
