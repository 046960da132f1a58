"""Sample events, and their delivery."""
