"""Which receivers an account's live listeners lead to, and what they answer.

The last step of reading, and only where an audit is to ask them: checks see the answers
in the snapshot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol

from attrs import evolve

from ..phonecom import MASKED, Header
from ..probe import ProbeResult, Target
from .checks.index import is_over
from .checks.targets import Urls
from .options import AuditOptions
from .slices import Steps, in_slices, parts
from .snapshot import AccountSnapshot, CallbackRow, Delivery


class Asks(Protocol):
    """Ask receivers, as `Prober` does."""

    @property
    def allow_private(self) -> bool:
        """Whether it asks what is not on the internet."""
        ...

    async def ask(self, target: Target) -> ProbeResult:
        """Return what a receiver answers; never raise for what it does."""
        ...


def led_to(
    snapshot: AccountSnapshot,
    options: AuditOptions,
    urls: Urls,
    *,
    allow_private: bool = False,
) -> Steps[dict[int, Target]]:
    """Return what to ask, by the id of the callback that leads there.

    Of callbacks that are enabled and deliver over https, those that a listener names
    that has not expired and hears something, and their fallbacks. Hosts that no
    receiver of live events can be at, such as names kept for examples, are another
    check's matter, and are asked only with *allow_private*.

    Args:
        snapshot: what was read.
        options: whose `now` says which listeners have expired.
        urls: those that this audit has seen.
        allow_private: see above.
    """
    callbacks = dict(snapshot.linked)
    for some in parts(snapshot.callbacks.items):
        callbacks.update({each.id: each for each in some})
        yield
    named: dict[int, None] = {}
    for listeners in parts(snapshot.listeners.items):
        for listener in listeners:
            # None is not empty: what it hears could not be read.
            if not is_over(listener, options.now) and listener.subscriptions != ():
                named[listener.callback_id] = None
        yield
    targets: dict[int, Target] = {}
    for some in parts(tuple(_with_fallbacks(named, callbacks))):
        for callback in some:
            if _is_askable(callback, urls, allow_private=allow_private):
                targets[callback.id] = _target(callback)
        yield
    return targets


async def with_answers(
    snapshot: AccountSnapshot, options: AuditOptions, urls: Urls, prober: Asks
) -> AccountSnapshot:
    """Return the snapshot with what its receivers answer, all of them asked."""
    private = prober.allow_private
    targets = await in_slices(led_to(snapshot, options, urls, allow_private=private))
    async with asyncio.TaskGroup() as group:
        tasks = {
            callback_id: group.create_task(prober.ask(target))
            for callback_id, target in targets.items()
        }
    answers = {callback_id: task.result() for callback_id, task in tasks.items()}
    return evolve(snapshot, answers=answers)


def _with_fallbacks(
    named: Iterable[int], callbacks: dict[int, CallbackRow]
) -> Iterable[CallbackRow]:
    """Yield the callbacks with these ids, and what they fall back to, each once."""
    met: set[int] = set()
    for callback_id in named:
        callback = callbacks.get(callback_id)
        while callback is not None and callback.id not in met:
            met.add(callback.id)
            yield callback
            callback = callbacks.get(callback.fallback_callback_id or 0)


def _is_askable(callback: CallbackRow, urls: Urls, *, allow_private: bool) -> bool:
    if callback.delivery is not Delivery.HTTP or not callback.enabled:
        return False
    url = urls[callback.to or ""]
    return url.is_https and (allow_private or not urls.why_no_receiver(url.host))


def _target(callback: CallbackRow) -> Target:
    return Target.of(
        callback.to or "",
        callback.method,
        ((header.name, _value(header)) for header in callback.headers),
    )


def _value(header: Header) -> str | None:
    return None if header.value is MASKED else str(header.value)
