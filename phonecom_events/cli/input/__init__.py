"""What commands read: options, ids, conditions, secrets and clients."""
