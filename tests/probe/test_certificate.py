"""Until when a certificate is valid, read without trusting it."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events.probe.certificate import ends_at

CA = trustme.CA()


def der(end: datetime) -> bytes:
    pem = CA.issue_cert("a.example.test", not_after=end).cert_chain_pems[0].bytes()
    return ssl.PEM_cert_to_DER_cert(pem.decode())


@pytest.mark.parametrize("year", [2026, 2049, 2050, 3000])
def test_the_end_is_read_in_both_of_its_forms(year: int) -> None:
    """Until 2049 the year has two digits, and from then on four."""
    end = datetime(year, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert ends_at(der(end)) == end


WHOLE = der(datetime(2027, 1, 1, tzinfo=UTC))


@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=4))
def test_damage_is_no_error(place: int, other: bytes) -> None:
    """Whatever a server shows, there is a time or there is none."""
    damaged = WHOLE[:place] + other + WHOLE[place + len(other) :]
    for text in (damaged, WHOLE[:place], other):
        end = ends_at(text)
        assert end is None or end.tzinfo is UTC
