"""Asking receivers whether they answer."""
