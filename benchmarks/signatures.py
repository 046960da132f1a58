"""Why signatures are checked by own code: altered deliveries, counted and timed.

Each delivery is signed, changed in one place, and given to the verifier of
`standardwebhooks` and to ours. A good one lets none through, and refuses with its own error.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from standardwebhooks import Webhook, WebhookVerificationError

from phonecom_events.errors import WebhookError
from phonecom_events.webhooks import Verifier, signed_headers
from tests.webhooks.samples import SECRET
from tests.webhooks.test_reference import mutant, same

from .timing import in_turn

_BODY: Final = '{"event_type": "message.received", "data": {"text": "caf\u00e9"}}'
_CHANGES: Final = 10_000

Verify = Callable[[bytes, Mapping[str, str]], object]


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Count what becomes of altered deliveries, and time a good one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks signatures")
    parser.parse_args(argv)
    reference, ours = Webhook(SECRET), Verifier(SECRET)
    verifiers: dict[str, tuple[Verify, type[Exception]]] = {
        "phonecom_events": (ours.verify, WebhookError),
        "standardwebhooks": (
            lambda body, headers: reference.verify(body, dict(headers)),
            WebhookVerificationError,
        ),
    }
    found: dict[str, Any] = {
        name: _fates(verify, own) for name, (verify, own) in verifiers.items()
    }
    good = _signed()
    times = in_turn(
        {
            name: partial(verify, _BODY.encode(), good)
            for name, (verify, _) in verifiers.items()
        },
        rounds=200,
        each=20,
    )
    for name, fates in found.items():
        fates["microseconds"] = round(times[name].least * 1e6, 1)
        print(f"{name}: {fates}")
    return found


def _signed() -> dict[str, str]:
    now = int(time.time())
    return dict(signed_headers(SECRET, _BODY.encode(), webhook_id="m_1", timestamp=now))


def _fates(verify: Verify, own: type[Exception]) -> dict[str, Any]:
    rng = random.Random(20260203)
    headers = _signed()
    fates: Counter[str] = Counter()
    for _ in range(_CHANGES):
        body, changed = mutant(rng, _BODY, headers)
        if body == _BODY.encode() and same(headers, changed):
            continue
        try:
            verify(body, changed)
        except own:
            fates["refused"] += 1
        except Exception as error:  # noqa: BLE001 which they are is what is counted
            fates[f"raised {type(error).__name__}"] += 1
        else:
            fates["let through"] += 1
    return dict(fates)
