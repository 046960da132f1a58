"""What a program is told that lacks an extra."""

from __future__ import annotations

import importlib
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "needed", "extra"),
    [
        ("phonecom_events.audit.dask", "distributed", "dask"),
        ("phonecom_events.history", "sqlalchemy", "history"),
        ("phonecom_events.ratelimit.redis", "redis", "redis"),
    ],
)
def test_what_to_install_is_said(
    monkeypatch: pytest.MonkeyPatch, module: str, needed: str, extra: str
) -> None:
    """Importing what needs an extra says in one line how to get it."""
    for name in [each for each in sys.modules if each.startswith(module)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, needed, None)

    with pytest.raises(ImportError) as caught:
        importlib.import_module(module)

    assert f"pip install 'phonecom-events[{extra}]'" in str(caught.value)
    assert "\n" not in str(caught.value)
