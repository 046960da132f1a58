"""What users and files say: understood, or refused by the documented error."""

from __future__ import annotations

import contextlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from hypothesis import strategies as st

from phonecom_events.audit import Baseline, Severity
from phonecom_events.audit.findings import Finding, Place
from phonecom_events.cli.audit.options import CommandLineOptions
from phonecom_events.cli.audit.settings import Settings, read_config
from phonecom_events.cli.exits import CannotRun
from phonecom_events.cli.input.conditions import read_filters
from phonecom_events.errors import InvalidArgument
from phonecom_events.pagination.resume import Cursor, read_token, write_token
from phonecom_events.phonecom import conditions
from phonecom_events.phonecom.conditions import condition_text

from .hostile import altered, anything, bodies, fuzz, spliced, texts

FIELDS = ["name", "callback_id", "profile_id"]
MAKERS = [
    "eq",
    "ne",
    "lt",
    "lte",
    "gt",
    "gte",
    "between",
    "not_between",
    "one_of",
    "none_of",
    "contains",
    "not_contains",
    "starts_with",
    "not_starts_with",
    "ends_with",
    "not_ends_with",
]
FILTERS = [
    "name=crm",
    "name=contains:crm",
    "name=in:a,b\\,c",
    "callback_id=between:1,2",
    "callback_id=7",
    "name=not-empty",
]
CONFIG = """\
[tool.phonecom-events]
accounts = [1000002, 1000003]
concurrency = 8
expiring-days = 30
fail-on = "warning"
ignore = ["PC104", "LQ1"]
include-subaccounts = true
select = ["PC"]
"""
FINDING = Finding(
    id="PC201",
    severity=Severity.ERROR,
    title="Callback is disabled",
    where=Place(kind="callback", id=7, account=1, extension=None),
    why="its enabled is false",
    what_to_do="enable it",
)
REPORT = {
    "schema": 1,
    "audited_at": datetime(2026, 11, 1, tzinfo=UTC).isoformat(),
    "findings": [FINDING.to_dict()],
}


def test_resume_tokens() -> None:
    """Any text is a token that was given, or refused; a token that is taken is whole."""
    token = write_token(Cursor(order="asc", last=7, offset=3), listing="rows")
    content: Any = json.loads(_decoded(token))
    contents = altered([content]).map(
        lambda value: urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    )
    raw = bodies([content]).map(lambda body: urlsafe_b64encode(body).decode())

    def check(given: str) -> None:
        with contextlib.suppress(InvalidArgument):
            cursor = read_token(given, listing="rows")
            assert (
                read_token(write_token(cursor, listing="rows"), listing="rows")
                == cursor
            )
            # So it is asked for.
            assert str(cursor.offset)
            assert str(cursor.last)
            assert str(cursor.left)

    fuzz(check, given=contents | raw | spliced(st.just(token)) | texts)


def _decoded(token: str) -> bytes:
    return urlsafe_b64decode(token + "=" * (-len(token) % 4))


def test_filters_of_the_command() -> None:
    """Any --filter is a condition that can be sent, or refused as a bad parameter."""

    def check(given: list[str]) -> None:
        with contextlib.suppress(typer.BadParameter, InvalidArgument):
            for name, value in read_filters(given, FIELDS).items():
                condition_text(name, value).encode()

    fuzz(check, given=st.lists(spliced(st.sampled_from(FILTERS)), max_size=3))


def test_conditions_of_the_library() -> None:
    """Any values make a condition that can be sent, or are refused by name."""

    def check(name: str, values: tuple[Any, Any]) -> None:
        make = getattr(conditions, name)
        with contextlib.suppress(InvalidArgument):
            given = values if name.endswith(("between", "of")) else values[:1]
            condition_text("name", make(*given)).encode()

    value = texts | st.integers() | st.sampled_from([10**5000, -(10**400)])
    fuzz(check, name=st.sampled_from(MAKERS), values=st.tuples(value, value))


def test_plain_conditions() -> None:
    """A plain value of any type is sent as text, or refused."""

    def check(value: Any) -> None:
        with contextlib.suppress(InvalidArgument):
            condition_text("name", value).encode()

    fuzz(check, value=anything | st.just(10**5000) | st.binary())


def test_config_files(tmp_path: Path) -> None:
    """A config of any content is settings, or ends the command with a sentence."""
    path = tmp_path / "audit.toml"

    def check(text: str) -> None:
        path.write_bytes(text.encode(errors="surrogatepass"))
        with contextlib.suppress(CannotRun, InvalidArgument):
            assert repr(Settings.of(CommandLineOptions(), read_config(path)))

    lines = st.lists(st.sampled_from(CONFIG.splitlines()), max_size=8).map("\n".join)
    fuzz(check, text=spliced(st.just(CONFIG)) | spliced(lines) | texts)


def test_baselines() -> None:
    """A baseline of any content is findings that can be told, or is refused."""

    def check(body: bytes) -> None:
        with contextlib.suppress(InvalidArgument):
            baseline = Baseline.parse(body)
            for fingerprint, finding in baseline.findings.items():
                assert fingerprint.encode()
                assert json.dumps(finding.to_dict()).encode()
                assert repr(finding)
                assert str(finding.where).encode()
            sorted(baseline.findings.values(), key=lambda each: each.sort_key)
            assert baseline.audited_at.astimezone(UTC)

    assert Baseline.parse(json.dumps(REPORT)).findings
    fuzz(check, body=bodies([REPORT]))
