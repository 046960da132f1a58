"""What an audit writes, one format a file; `choice` says which one, and when."""
