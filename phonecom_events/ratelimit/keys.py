"""Every key in use, from its first request until no server counts it any more."""

from __future__ import annotations

from collections.abc import Iterator

from .book import Book
from .lanes import Account, Address, Endpoint, Lane
from .limits import RateLimits
from .shelf import Shelf


class Keys:
    """Find the lane of a request, with its account and endpoint.

    Args:
        address: where all of them lead to.
        limits: the address's windows.
    """

    def __init__(self, address: Address, limits: RateLimits) -> None:
        self._address = address
        self._limits = limits
        self._lanes: Shelf[Lane] = Shelf()
        self._accounts: Shelf[Account] = Shelf()
        self._endpoints: Shelf[Endpoint] = Shelf()

    def lane(self, limits: RateLimits, account: str | None, endpoint: str) -> Lane:
        """Return the lane, made if need be.

        Args:
            limits: the account's windows.
            account: None for a request that counts in the address's alone.
            endpoint: method and path template.
        """
        key = (limits, account, endpoint)
        return self._lanes.get(key) or self._lanes.put(self._make(*key))

    def release(self, lane: Lane, now: float) -> None:
        """Let a lane be forgotten when its time has come, and forget others now."""
        self._lanes.touch(lane, now)
        for gone in self._lanes.sweep(now):
            gone.endpoint.lanes -= 1
            self._endpoints.touch(gone.endpoint, now)
            if gone.account is not None:
                gone.account.lanes -= 1
                self._accounts.touch(gone.account, now)
        self._accounts.sweep(now)
        self._endpoints.sweep(now)

    def __iter__(self) -> Iterator[Lane]:
        return iter(self._lanes)

    def __len__(self) -> int:
        return len(self._lanes) + len(self._accounts) + len(self._endpoints)

    def _make(self, limits: RateLimits, name: str | None, path: str) -> Lane:
        endpoint = self._endpoints.get(path)
        if endpoint is None:
            book = Book(self._limits.address_endpoint, self._limits)
            endpoint = self._endpoints.put(Endpoint(path, book, self._address))
        endpoint.lanes += 1
        key = (limits, name, path)
        if name is None:
            return Lane(key, limits, Book((), limits), None, endpoint)
        account = self._account(limits, name)
        account.lanes += 1
        book = Book(limits.endpoint, limits, steady=True)
        return Lane(key, limits, book, account, endpoint)

    def _account(self, limits: RateLimits, name: str) -> Account:
        key = (limits, name)
        account = self._accounts.get(key)
        if account is None:
            book = Book(limits.account, limits)
            account = self._accounts.put(Account(key, book))
        return account
