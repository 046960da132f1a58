"""Rate limits of several processes that share them through Redis."""
