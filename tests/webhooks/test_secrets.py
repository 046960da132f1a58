"""Signing secrets: found to be wrong early, and shown nowhere."""

from __future__ import annotations

import traceback
from base64 import b64decode

import pytest

from phonecom_events.errors import InvalidArgument, WebhookError
from phonecom_events.webhooks import Verifier, signed_headers

from .samples import NOW, SECRET
from .signed import SIGNED, legacy_headers, verifier


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_a b", "whsec_\u00e9", "whsec_a", "not base64!", 5]
)
def test_refuses_a_secret_that_is_no_key(secret: str) -> None:
    """A secret that was pasted wrongly is found before the first delivery."""
    with pytest.raises(InvalidArgument, match="signing secret"):
        Verifier(SECRET, secret)
    with pytest.raises(InvalidArgument, match="signing secret"):
        signed_headers(secret, b"", webhook_id="a", timestamp=NOW)


@pytest.mark.parametrize("tolerance", [0, -1, float("nan"), float("inf")])
def test_refuses_a_tolerance_that_is_none(tolerance: float) -> None:
    """Freshness cannot be turned off by accident."""
    with pytest.raises(InvalidArgument, match="tolerance"):
        Verifier(SECRET, tolerance=tolerance)
    with pytest.raises(InvalidArgument, match="no signing secret"):
        Verifier()


def test_no_traceback_shows_a_secret() -> None:
    """Neither a repr nor the locals of any frame of an error hold a secret."""
    broken = SECRET + "!"
    errors: list[Exception] = []
    with pytest.raises(InvalidArgument) as caught:
        Verifier(SECRET, broken)
    errors.append(caught.value)
    for legacy in (False, True):
        with pytest.raises(WebhookError) as refused:
            verifier(legacy=legacy).verify(
                b"other", legacy_headers(b"x") if legacy else SIGNED
            )
        errors.append(refused.value)

    for error in errors:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        frames = [f for f in told.stack if "phonecom_events" in f.filename]
        frames = [f for f in frames if "tests" not in f.filename]
        assert frames
        for frame in frames:
            assert SECRET.removeprefix("whsec_") not in str(frame.locals)
            assert repr(b64decode(SECRET.removeprefix("whsec_"))) not in str(
                frame.locals
            )
        assert SECRET not in str(error)
    assert SECRET not in repr(verifier())
