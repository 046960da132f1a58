"""The audit's formats for pipelines: JUnit, SARIF, workflow commands and markdown."""

from __future__ import annotations

import gc
import json
import tracemalloc
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from phonecom_events.audit import Audited, AuditOptions, every_check
from phonecom_events.audit.report.digest import Digest
from phonecom_events.audit.slices import at_once
from phonecom_events.cli.audit.formats.choice import output
from phonecom_events.cli.audit.formats.markdown import markdown
from phonecom_events.cli.audit.formats.output import Summary
from phonecom_events.cli.audit.options import CommandLineOptions, ReportFormat
from phonecom_events.cli.audit.settings import AuditConfig, Settings
from phonecom_events.cli.output.streams import results_to
from phonecom_events.sandbox import Fault, Sandbox

from ...audit.html_page import finding
from ..conftest import ACCOUNT, Cli

STREAMED = ["junit", "sarif", "github"]
NEW = [*STREAMED, "markdown"]
EVERY = ["table", "json", "ndjson", "csv", "html", *NEW]
REASON = "The CRM is being replaced"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of its own, no step summary; return its pyproject.toml."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return tmp_path / "pyproject.toml"


def write(path: Path, entry: str) -> None:
    """Write settings with an accepted finding."""
    path.write_text(f"[[tool.phonecom-events.accept]]\n{entry}", encoding="utf-8")


def suites(text: str) -> dict[str | None, ET.Element]:
    """Return JUnit's suites by name."""
    return {each.get("name"): each for each in ET.fromstring(text)}  # noqa: S314


def results(text: str) -> list[dict[str, Any]]:
    """Return the results of a SARIF log."""
    (run,) = json.loads(text)["runs"]
    return list(run["results"])


async def test_junit_has_a_suite_for_each_account(cli: Cli, sandbox: Sandbox) -> None:
    """Counts add up, and an account without findings has a test that passed."""
    sandbox.add_listener(ACCOUNT, id=7, expires_at=1)
    sandbox.add_account(1)
    accounts = ("--account", ACCOUNT, "--account", 1)
    result = await cli("audit", "--format", "junit", *accounts)
    assert result.code == 0
    found = suites(result.out)
    assert set(found) == {f"Account {ACCOUNT}", "Account 1", "Linq"}
    suite = found[f"Account {ACCOUNT}"]
    cases = {case.get("name"): case for case in suite}
    case = cases["PC101 Listener has expired: listener 7"]
    assert case.get("classname") == f"phonecom-events.{ACCOUNT}"
    (failure,) = case
    assert (failure.tag, failure.get("type")) == ("failure", "error")
    assert f"Fingerprint: PC101:{ACCOUNT}:listener:7" in (failure.text or "")
    for each in found.values():
        assert int(each.get("tests", "")) == len(each)
        assert int(each.get("failures", "")) == len(each.findall("*/failure"))
        assert each.get("errors") == "0"
    assert [case.get("name") for case in found["Account 1"]] == [
        "Everything could be read"
    ]


@pytest.mark.parametrize("options", [(), ("--ignore", "PC001")], ids=["", "ignored"])
async def test_an_account_that_cannot_be_read_is_an_error_of_junit(
    cli: Cli, sandbox: Sandbox, options: tuple[str, ...]
) -> None:
    """It is one error, no failure, and there though its check is ignored."""
    sandbox.fault(Fault(path="/integrations", times=None, status=403))
    result = await cli("audit", "--format", "junit", "--no-linq", *options)
    assert result.code == 2
    (suite,) = suites(result.out).values()
    assert (suite.get("errors"), suite.get("failures")) == ("1", "0")
    (error,) = suite.findall("*/error")
    message = error.get("message") or ""
    assert message.startswith("listeners: GET /accounts/")
    assert "403 Forbidden" in message
    assert "Use a token that may do this" in (error.text or "")


async def test_sarif_tells_rules_and_places(cli: Cli, sandbox: Sandbox) -> None:
    """Every check is a rule with help, and a result points to its rule."""
    sandbox.add_listener(ACCOUNT, id=7, expires_at=1)
    result = await cli("audit", "--format", "sarif", "--select", "PC101")
    (run,) = json.loads(result.out)["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [check.id for check in every_check()]
    assert all(rule["help"]["markdown"] for rule in rules)
    (found,) = run["results"]
    assert rules[found["ruleIndex"]]["id"] == found["ruleId"] == "PC101"
    assert found["level"] == "error"
    (place,) = found["locations"]
    uri = place["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == f"phonecom-events/accounts/{ACCOUNT}/listener/7"
    assert run["invocations"][0]["executionSuccessful"] is True


async def test_fingerprints_stay_the_same(cli: Cli, sandbox: Sandbox) -> None:
    """Two audits of one estate, a day apart in what they say, have the same ones."""
    first = results((await cli("audit", "--sandbox", "--format", "sarif")).out)
    later = ("--format", "sarif", "--expiring-days", 31)
    second = results((await cli("audit", "--sandbox", *later)).out)
    assert len(first) > 40

    def prints(found: list[dict[str, Any]]) -> set[str]:
        return {json.dumps(each["partialFingerprints"]) for each in found}

    assert prints(first) <= prints(second)
    assert len(prints(first)) == len(first)


async def test_github_has_commands(cli: Cli, sandbox: Sandbox) -> None:
    """Severities are GitHub's three levels, and no summary is written unasked."""
    sandbox.add_listener(ACCOUNT, id=7, expires_at=1)
    sandbox.add_profile(ACCOUNT, id=8, support_email=None)
    result = await cli("audit", "--format", "github", "--no-linq")
    lines = result.out.splitlines()
    assert lines[0].startswith(
        f"::error title=PC101 Listener has expired::account {ACCOUNT}, listener 7:"
        " expired 1970-01-01 00:00 UTC"
    )
    assert lines[0].endswith(
        "%0A→ Give it a later expires_at, or null for never; or delete it."
    )
    assert [line.split()[0] for line in lines] == ["::error", "::warning", "::notice"]


async def test_github_gets_a_summary(
    cli: Cli, sandbox: Sandbox, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is appended to what other steps have written, and is the markdown."""
    summary = here.with_name("summary.md")
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    sandbox.add_listener(ACCOUNT, id=7, expires_at=1)
    assert (await cli("audit", "--format", "github", "--no-linq")).code == 0
    text = summary.read_text(encoding="utf-8")
    assert text.startswith(
        "before\n## Listener audit\n\n**1 error in 1 of 1 account.**"
    )
    assert "| **error** PC101 Listener has expired | listener 7 | expired" in text


async def test_a_summary_that_cannot_be_written_is_told(
    cli: Cli, sandbox: Sandbox, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands are there all the same; one line says which file, and it is 2."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(here.parent))
    sandbox.add_listener(ACCOUNT, expires_at=1)
    result = await cli("audit", "--format", "github", "--no-linq")
    assert result.code == 2
    assert result.out.startswith("::error title=PC101")
    (line,) = result.err.splitlines()
    assert "GITHUB_STEP_SUMMARY names: Is a directory" in line


async def test_markdown_reads_like_this(cli: Cli, sandbox: Sandbox) -> None:
    """What it comes to stands first, then the accounts, the worst unfolded."""
    sandbox.add_listener(ACCOUNT, id=7, expires_at=1)
    out = (await cli("audit", "--format", "markdown", "--no-linq")).out
    lines = out.splitlines()
    assert lines[:3] == ["## Listener audit", "", "**1 error in 1 of 1 account.**"]
    assert (
        f"<details open><summary><b>Account {ACCOUNT}</b>: 1 error</summary>" in lines
    )
    assert "| Finding | Where | Why | What to do |" in lines
    assert out.endswith("</details>\n")


def test_markdown_fits_into_a_comment() -> None:
    """GitHub takes 65,536 characters; what does not fit in is counted."""
    digest = Digest()
    for account in range(1, 61):
        whys = (f"{number}{'|' * 250}" for number in range(10))
        found = (finding(number, why=why) for number, why in enumerate(whys))
        digest.add(Audited(account=account, findings=tuple(found)))
    text = markdown(Summary(digest=digest, terms=AuditOptions()))
    assert 50_000 < len(text) < 65_536
    assert " more accounts with findings; JSON has them all." in text
    assert text.count("<details") == text.count("</details>")
    assert all(line.endswith("|") for line in text.splitlines() if line[:1] == "|")


@pytest.mark.parametrize("form", NEW)
@pytest.mark.parametrize(
    ("fail_on", "code"), [("never", 0), ("error", 0), ("warning", 1)]
)
async def test_the_threshold_counts(
    cli: Cli, sandbox: Sandbox, form: str, fail_on: str, code: int
) -> None:
    """A warning fails from warning on, whatever the format."""
    sandbox.add_profile(ACCOUNT, support_email=None)
    assert (await cli("audit", "--format", form, "--fail-on", fail_on)).code == code


@pytest.fixture
async def earlier(cli: Cli, sandbox: Sandbox, here: Path) -> Path:
    """A report of two expired listeners; since then one went and one came."""
    gone, _ = (sandbox.add_listener(ACCOUNT, id=n, expires_at=1) for n in (11, 12))
    path = here.with_name("old.json")
    path.write_text((await cli("audit", "--format", "json")).out, encoding="utf-8")
    sandbox.remove_listener(gone["id"])
    sandbox.add_listener(ACCOUNT, id=13, expires_at=1)
    return path


async def test_a_baseline_is_told_in_each_format(cli: Cli, earlier: Path) -> None:
    """JUnit and GitHub have what is new, SARIF has states, markdown what is fixed."""
    told = {
        form: (await cli("audit", "--format", form, "--baseline", earlier)).out
        for form in NEW
    }
    names = [case.get("name") for case in ET.fromstring(told["junit"]).iter("testcase")]  # noqa: S314
    expired = [name for name in names if name and name.startswith("PC101")]
    assert expired == ["PC101 Listener has expired: listener 13"]
    states = {
        each["partialFingerprints"]["phonecomEvents/v1"]: each["baselineState"]
        for each in results(told["sarif"])
    }
    start = f"PC101:{ACCOUNT}:listener:"
    assert states == {
        f"{start}11": "absent",
        f"{start}12": "unchanged",
        f"{start}13": "new",
    }
    error, notice = told["github"].splitlines()
    assert "listener 13: expired" in error
    assert notice == f"::notice title=PC101 fixed::account {ACCOUNT}, listener 11"
    assert "1 new, 1 fixed, 1 unchanged." in told["markdown"]
    assert (
        f"- PC101 Listener has expired: account {ACCOUNT}, listener 11\n"
        in (told["markdown"])
    )


@pytest.mark.parametrize("form", EVERY)
async def test_accepted_findings_are_told_as_accepted(
    cli: Cli, sandbox: Sandbox, here: Path, form: str
) -> None:
    """They are there with their reason, do not make it fail, and others still do."""
    write(
        here,
        f'check = "PC101"\naccount = {ACCOUNT}\ntarget = "listener:7"\n'
        f'reason = "{REASON}"\nuntil = 2999-12-31\n',
    )
    sandbox.add_listener(ACCOUNT, id=7, expires_at=1)
    options = ("audit", "--no-linq", "--format", form, "--fail-on", "info")
    result = await cli(*options)
    assert result.code == 0
    out = " ".join(result.out.split())
    assert "accepted" in out.lower()
    assert REASON in out
    assert "2999-12-31" in out
    if form == "junit":
        (suite,) = suites(result.out).values()
        assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")
    if form == "sarif":
        (found,) = results(result.out)
        (suppression,) = found["suppressions"]
        assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    sandbox.add_listener(ACCOUNT, id=8, expires_at=1)
    assert (await cli(*options)).code == 1


@pytest.mark.parametrize("form", EVERY)
async def test_what_was_accepted_until_yesterday_is_back(
    cli: Cli, sandbox: Sandbox, here: Path, form: str
) -> None:
    """It counts again, and says since when."""
    write(here, f'check = "PC1"\nreason = "{REASON}"\nuntil = 2020-01-31\n')
    sandbox.add_listener(ACCOUNT, id=7, expires_at=1)
    result = await cli("audit", "--no-linq", "--format", form, "--fail-on", "error")
    assert result.code == 1
    told = "accepted until 2020-01-31, which has passed"
    assert told in " ".join(result.out.split())


@pytest.mark.parametrize("form", EVERY)
async def test_an_entry_that_matches_nothing_is_told(
    cli: Cli, sandbox: Sandbox, here: Path, form: str
) -> None:
    """In the report where it has a place for it, else on stderr."""
    write(here, f'check = "PC104"\nreason = "{REASON}"\n')
    result = await cli("audit", "--no-linq", "--format", form)
    streamed = form in {"ndjson", "csv", *STREAMED}
    told = " ".join((result.err if streamed else result.out).split())
    if form == "json":
        assert json.loads(result.out)["unmatched"][0]["check"] == "PC104"
    else:
        assert f"PC104 is accepted, but was not found: {REASON}" in told


@pytest.mark.parametrize("form", STREAMED)
def test_what_streams_keeps_nothing(
    form: str, bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand accounts more take no more memory than a page of text."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    options = CommandLineOptions(form=ReportFormat(form))
    with (tmp_path / "out").open("w", encoding="utf-8") as file, results_to(file):
        out = output(options, Settings.of(options, AuditConfig()), AuditOptions())
        assert out.as_they_come

        def add(accounts: range) -> None:
            for account in accounts:
                part = Audited(account=account, findings=(finding(account),))
                at_once(out.add(part))

        add(range(1, 1_101))  # a summary names up to a thousand
        tracemalloc.start()
        try:
            add(range(1_101, 2_101))
            gc.collect()  # what waits to be used again counts as in use until then
            assert tracemalloc.get_traced_memory()[0] < 100_000
        finally:
            tracemalloc.stop()
        out.finish()
