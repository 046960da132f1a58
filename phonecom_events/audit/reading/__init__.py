"""Reads an account into a snapshot: listings, the overview, or one by one."""
