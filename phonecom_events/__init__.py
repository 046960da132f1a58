"""Async SDK for Phone.com event listeners and Linq webhook subscriptions."""

__version__ = "0.1.0"
