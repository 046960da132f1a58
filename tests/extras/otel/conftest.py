"""The sandbox with an account in it."""

from ...behaviour.conftest import sandbox

__all__ = ["sandbox"]
