"""What an audit found: of each account, in all, counted and compared."""
