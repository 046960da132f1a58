"""Mutation testing of what must not be wrong: ``python -m tests.mutation webhooks``."""
