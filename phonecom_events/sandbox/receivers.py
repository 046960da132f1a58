"""What the receivers of made-up accounts answer; no server stands behind their URLs."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class ReceiverAnswer:
    """Say what a receiver answers when it is asked whether it is there.

    Attributes:
        status: of the answer; None if it does not answer.
        seconds: that the answer takes.
        certificate_days: until its certificate ends, from the estate's `now`.
        location: where a redirect leads.
    """

    status: int | None = 200
    seconds: float = 0.1
    certificate_days: float = 60.0
    location: str | None = None
