"""What this package costs, beside its peers: see README.md."""
