"""A clock that is off is told from deliveries that are late."""

from __future__ import annotations

import pytest

from phonecom_events.errors import WebhookError
from phonecom_events.webhooks import Verifier, signed_headers

from .samples import NOW, OTHER_SECRET, SECRET


class Deliveries:
    """Send signed deliveries to a verifier, and return what it says of each."""

    def __init__(self, *, skew: float, tolerance: float = 300.0) -> None:
        self.time = float(NOW)
        self.skew = skew
        self.sent = 0
        self.verifier = Verifier(
            SECRET, tolerance=tolerance, clock=lambda: self.time + self.skew
        )

    def send(self, *, delay: float = 0.0, secret: str = SECRET) -> str:
        headers = signed_headers(
            secret, b"{}", webhook_id=f"msg_{self.sent}", timestamp=int(self.time)
        )
        self.sent += 1
        self.time += delay
        return self.deliver(headers)

    def deliver(self, headers: dict[str, str]) -> str:
        try:
            self.verifier.verify(b"{}", headers)
        except WebhookError as error:
            return str(error)
        return ""


@pytest.mark.parametrize(
    ("skew", "tells"),
    [(302, "302 s ahead"), (-302, "302 s behind"), (7200, "7200 s ahead")],
)
def test_suspects_the_clock_when_all_miss_by_the_same(skew: float, tells: str) -> None:
    """The third genuine delivery that is off by the same names the clock skew."""
    deliveries = Deliveries(skew=skew)
    first, second, third = (deliveries.send(delay=0) for _ in range(3))

    assert "is this machine's clock right?" in first
    assert "is this machine's clock right?" in second
    assert "suspected clock skew" in third
    assert tells in third


def test_estimates_the_skew_by_the_fastest_delivery() -> None:
    """What a delivery took on its way is not the clock's fault."""
    deliveries = Deliveries(skew=400)
    told = [deliveries.send(delay=delay) for delay in (9, 2, 30)]

    assert "402 s ahead" in told[-1]


def test_suspects_the_clock_though_some_still_pass() -> None:
    """At the edge of the window the fast ones pass, and the others are evidence."""
    deliveries = Deliveries(skew=299)
    told = [deliveries.send(delay=delay) for delay in (2, 0, 2, 0, 2)]

    assert told[1] == told[3] == ""
    assert "suspected clock skew" in told[-1]


def test_does_not_suspect_the_clock_of_late_deliveries() -> None:
    """What is late by different times, or stands among fresh ones, was delayed."""
    scattered = Deliveries(skew=0)
    told = [scattered.send(delay=delay) for delay in (310, 900, 2000)]
    assert "suspected" not in "".join(told)

    between = Deliveries(skew=0)
    told = [between.send(delay=delay) for delay in (310, 0, 310, 0, 310)]
    assert "suspected" not in "".join(told)


def test_forgeries_and_replays_are_no_evidence() -> None:
    """Strangers cannot make the clock look wrong."""
    deliveries = Deliveries(skew=310)
    forged = [deliveries.send(secret=OTHER_SECRET) for _ in range(3)]
    assert all("known secret" in told for told in forged)

    headers = signed_headers(SECRET, b"{}", webhook_id="a", timestamp=NOW)
    replayed = [deliveries.deliver(headers) for _ in range(5)]
    assert "suspected" not in "".join(replayed)
