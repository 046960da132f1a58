"""The linq commands, and what becomes of a signing secret."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from phonecom_events.sandbox import Fault, Sandbox

from ..conftest import Cli

LINQ = ("linq", "subscriptions")
NEW = (
    *("--target-url", "https://hooks.example.com/linq"),
    *("--event", "message.sent", "--event", "message.read"),
)


def stored(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Return the bodies of all requests that had one."""
    return [request.json for request in sandbox.requests if request.json]


async def test_a_secret_goes_to_a_file_of_its_own(
    cli: Cli, sandbox: Sandbox, tmp_path: Path
) -> None:
    """The file is for its owner alone; neither stream shows the secret."""
    path = tmp_path / "secret"
    result = await cli(*LINQ, "create", *NEW, "--secret-file", path)
    assert result.code == 0
    secret = path.read_text().strip()
    assert secret.startswith("whsec_")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret not in result.out + result.err
    assert "signing_secret" not in result.out
    assert str(path) in result.err


async def test_a_secret_is_printed_if_asked_for(cli: Cli, sandbox: Sandbox) -> None:
    """`--show-secret` puts it beside the other fields, as JSON too."""
    result = await cli(*LINQ, "create", *NEW, "--show-secret", "--format", "json")
    created = json.loads(result.out)
    assert created["signing_secret"].startswith("whsec_")
    assert created["target_url"] == "https://hooks.example.com/linq"


def files(folder: Path) -> list[Path]:
    """Return what is in a folder."""
    return list(folder.iterdir())


@pytest.mark.parametrize("both", [True, False])
async def test_a_secret_needs_one_place_to_go(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, *, both: bool
) -> None:
    """Neither place, or both, is refused before anything is created."""
    options = ["--show-secret", "--secret-file", tmp_path / "s"] if both else []
    result = await cli(*LINQ, "create", *NEW, *options)
    assert result.code == 2
    assert "--secret-file" in result.err
    assert sandbox.requests == ()
    assert files(tmp_path) == []


@pytest.mark.parametrize("why", ["exists", "no folder"])
async def test_nothing_is_created_if_the_secret_has_no_place(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, why: str
) -> None:
    """A file that is there is not overwritten, and a missing folder is told."""
    path = tmp_path / "secret" if why == "exists" else tmp_path / "missing" / "secret"
    if why == "exists":
        path.write_text("precious")
    result = await cli(*LINQ, "create", *NEW, "--secret-file", path)
    assert result.code == 2
    assert "nothing was created" in result.err
    assert sandbox.requests == ()
    assert why != "exists" or path.read_text() == "precious"


async def test_a_refused_create_leaves_no_file(
    cli: Cli, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Without a secret there is no file either."""
    sandbox.fault(Fault(service="linq", status=400))
    result = await cli(*LINQ, "create", *NEW, "--secret-file", tmp_path / "secret")
    assert result.code == 2
    assert files(tmp_path) == []


async def test_a_secret_that_cannot_be_written_is_told(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a full disk the secret is lost, and the way out names the subscription."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("phonecom_events.cli.output.files.os.fsync", full)
    result = await cli(*LINQ, "create", *NEW, "--secret-file", tmp_path / "secret")
    (created,) = json.loads((await cli(*LINQ, "list", "--format", "json")).out)
    assert result.code == 2
    assert f"{created['id']} was created" in result.err
    assert "No space left on device" in result.err
    assert "whsec_" not in result.out + result.err
    assert files(tmp_path) == []


async def test_an_unknown_outcome_says_to_look(
    cli: Cli, sandbox: Sandbox, tmp_path: Path
) -> None:
    """A create whose answer was lost is told as such, and is not sent again."""
    sandbox.fault(Fault(service="linq", cut="after"))
    result = await cli(*LINQ, "create", *NEW, "--secret-file", tmp_path / "secret")
    assert result.code == 2
    assert "may or may not have taken effect" in result.err
    assert len(sandbox.requests) == 1


async def test_what_is_given_is_created(cli: Cli, sandbox: Sandbox) -> None:
    """Repeated options become lists."""
    numbers = ("--phone-number", "+12025550101", "--phone-number", "+12025550102")
    await cli(*LINQ, "create", *NEW, *numbers, "--show-secret")
    assert stored(sandbox) == [
        {
            "target_url": "https://hooks.example.com/linq",
            "subscribed_events": ["message.sent", "message.read"],
            "phone_numbers": ["+12025550101", "+12025550102"],
        }
    ]


@pytest.mark.parametrize(
    ("options", "body"),
    [
        (["--inactive"], {"is_active": False}),
        (["--active"], {"is_active": True}),
        (["--all-numbers"], {"phone_numbers": None}),
        (["--phone-number", "+12025550101"], {"phone_numbers": ["+12025550101"]}),
        (["--event", "message.read"], {"subscribed_events": ["message.read"]}),
        (
            ["--target-url", "https://x.example.com"],
            {"target_url": "https://x.example.com"},
        ),
    ],
)
async def test_an_update_sends_only_what_is_given(
    cli: Cli, sandbox: Sandbox, options: list[str], body: dict[str, object]
) -> None:
    """What has no option is left alone."""
    row = sandbox.add_linq_subscription()
    result = await cli(*LINQ, "update", row["id"], *options)
    assert result.code == 0
    assert stored(sandbox) == [body]


HEADERS = [
    (["--routing-key-header", "X-Cluster"], {"routing_key_header": "X-Cluster"}),
    (["--routing-key-header", "none"], {"routing_key_header": None}),
    (["--routing-id-header", "none"], {"routing_id_header": None}),
    (
        ["--routing-key-header", "X-Cluster", "--routing-id-header", "X-Chat"],
        {"routing_key_header": "X-Cluster", "routing_id_header": "X-Chat"},
    ),
]


@pytest.mark.parametrize(("options", "body"), HEADERS)
async def test_routing_headers_are_set_and_cleared(
    cli: Cli, sandbox: Sandbox, options: list[str], body: dict[str, object]
) -> None:
    """The word none clears one; what has no option is left alone."""
    row = sandbox.add_linq_subscription()
    result = await cli(*LINQ, "update", row["id"], *options)
    assert (result.code, result.err) == (0, "")
    assert stored(sandbox) == [body]


async def test_routing_headers_are_created(cli: Cli, sandbox: Sandbox) -> None:
    """Both reach the API, and the answer shows them."""
    headers = ("--routing-key-header", "X-Cluster", "--routing-id-header", "X-Chat")
    result = await cli(*LINQ, "create", *NEW, *headers, "--show-secret")
    assert result.code == 0
    assert "routing_id_header   X-Chat" in result.out.splitlines()
    (sent,) = stored(sandbox)
    assert sent["routing_key_header"] == "X-Cluster"


async def test_a_header_that_linq_would_ignore_is_refused(
    cli: Cli, sandbox: Sandbox
) -> None:
    """One for the chat's id alone does nothing: one line says so."""
    result = await cli(
        *(*LINQ, "create", *NEW, "--show-secret", "--routing-id-header", "X-Chat")
    )
    assert result.code == 2
    assert "Linq ignores routing_id_header" in result.err
    assert sandbox.requests == ()


async def test_a_header_that_linq_now_ignores_is_told(
    cli: Cli, sandbox: Sandbox
) -> None:
    """Whether there is one for the token, an update learns from the answer."""
    row = sandbox.add_linq_subscription()
    result = await cli(*LINQ, "update", row["id"], "--routing-id-header", "X-Chat")
    assert result.code == 0
    assert f"{row['id']}: Linq ignores routing_id_header" in result.err


async def test_event_types_are_listed(cli: Cli, sandbox: Sandbox) -> None:
    """One a line for people, a list of strings as JSON; those not known here, too."""
    sandbox.linq_event_types[:] = ["message.sent", "moon.rose", "call.ended"]
    command = ("linq", "event-types", "list")
    table = await cli(*command)
    assert table.out.split() == [
        "event_type",
        "message.sent",
        "moon.rose",
        "call.ended",
    ]
    plain = await cli(*command, "--format", "json", "--max-items", 2)
    assert json.loads(plain.out) == ["message.sent", "moon.rose"]
    as_csv = await cli(*command, "--format", "csv")
    assert as_csv.out.splitlines()[:2] == ["event_type", "message.sent"]


async def test_phone_numbers_are_listed(cli: Cli, sandbox: Sandbox) -> None:
    """A table has the reputation in a word; JSON has all that the API says."""
    row = sandbox.add_linq_phone_number(forwarding_number="+12025550102")
    sandbox.add_linq_phone_number("+12025550103", line_type=None, reputation="AT_RISK")
    command = ("linq", "phone-numbers", "list")
    lines = [line.split()[:4] for line in (await cli(*command)).out.splitlines()]
    assert lines == [
        ["phone_number", "line_type", "reputation", "forwarding_number"],
        ["+12025550101", "iMessage", "HEALTHY", "+12025550102"],
        ["+12025550103", "-", "AT_RISK", "-"],
    ]
    (plain, _) = json.loads((await cli(*command, "--format", "json")).out)
    assert plain == row


async def test_some_numbers_and_all_exclude_each_other(
    cli: Cli, sandbox: Sandbox
) -> None:
    """A contradiction is refused before any request."""
    result = await cli(
        *(*LINQ, "update", "x", "--all-numbers", "--phone-number", "+12025550101")
    )
    assert result.code == 2
    assert "not both" in result.err
    assert sandbox.requests == ()


async def test_subscriptions_are_listed_in_blocks(cli: Cli, sandbox: Sandbox) -> None:
    """Each has all its fields, in lines that can be copied."""
    sandbox.add_linq_subscription("https://a.example.com/1", id="one")
    sandbox.add_linq_subscription("https://a.example.com/2", id="two", is_active=False)
    lines = (await cli(*LINQ, "list")).out.splitlines()
    assert [
        line for line in lines if line.startswith(("id ", "target_url", "is_"))
    ] == [
        "id                  one",
        "target_url          https://a.example.com/1",
        "is_active           true",
        "id                  two",
        "target_url          https://a.example.com/2",
        "is_active           false",
    ]
    assert lines.count("") == 1


async def test_a_list_can_be_cut(cli: Cli, sandbox: Sandbox) -> None:
    """`--max-items` holds for the unpaged listing, too."""
    for number in range(3):
        sandbox.add_linq_subscription(f"https://a.example.com/{number}")
    result = await cli(*LINQ, "list", "--max-items", 2, "--format", "ndjson")
    assert len(result.out.splitlines()) == 2
    assert result.err == ""


async def test_phone_numbers_are_no_formulas_in_csv(cli: Cli, sandbox: Sandbox) -> None:
    """A cell that begins with a plus gets a quote before it."""
    sandbox.add_linq_subscription(phone_numbers=["+12025550101", "+12025550102"])
    result = await cli(*LINQ, "list", "--format", "csv")
    assert result.out.splitlines()[1].endswith(",'+12025550101 +12025550102,,")


async def test_a_subscription_is_shown_and_deleted(cli: Cli, sandbox: Sandbox) -> None:
    """Ids of any form reach the API whole."""
    sandbox.add_linq_subscription(id="a/b c")
    shown = await cli(*LINQ, "get", "a/b c", "--format", "json")
    assert json.loads(shown.out)["id"] == "a/b c"
    deleted = await cli(*LINQ, "delete", "a/b c")
    assert deleted.err == "phonecom-events: deleted webhook subscription a/b c\n"
    assert (await cli(*LINQ, "get", "a/b c")).code == 2


async def test_a_missing_key_is_told(
    cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable is named, and no request made."""
    monkeypatch.setenv("LINQ_API_V3_API_KEY", " ")
    result = await cli(*LINQ, "list")
    assert result.code == 2
    assert "LINQ_API_V3_API_KEY is not set" in result.err
