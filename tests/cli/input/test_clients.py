"""How commands reach an API: through a proxy, and trusting an authority."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from phonecom_events.sandbox import Sandbox

from ...transport.conftest import RawServer, answer, raw_server
from ...transport.connect_proxy import Asked, ConnectProxy, connect_proxy
from ..conftest import ACCOUNT, Cli

API = ("--base-url", "https://api.example.test/v4")
GET = ("profiles", "get", 7, "--account", 1, *API)
PROFILE = b'{"id": 7, "voip_id": 1, "name": "Ops", "created_at": 0}'
TUNNEL = "api.example.test:443"

pytestmark = pytest.mark.usefixtures("bare")


async def profiles(
    server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer every request of a connection with the same profile."""
    while True:
        await server.read(reader)
        writer.write(answer(PROFILE))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority that no system trusts."""
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    """A file with its certificate."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@asynccontextmanager
async def company(
    authority: trustme.CA, account: str | None = None
) -> AsyncIterator[ConnectProxy]:
    """Run a server with a certificate, and a proxy for which every name leads there."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("*.example.test").configure_cert(tls)
    async with (
        raw_server(profiles, tls) as server,
        connect_proxy(ConnectProxy(upstream=server.port, account=account)) as proxy,
    ):
        yield proxy


async def test_a_proxy_and_an_authority_are_options(
    cli: Cli, authority: trustme.CA, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password is best read from a variable; it may stand in the URL."""
    monkeypatch.setenv("PHONECOM_TOKEN", "token")
    async with company(authority, account="ops:canary") as proxy:
        url = f"http://ops:canary@127.0.0.1:{proxy.port}"
        monkeypatch.setenv("COMPANY_PROXY", url)
        for given in (url, "env:COMPANY_PROXY"):
            result = await cli(*GET, "--proxy", given, "--ca-file", ca_file)
            assert (result.code, result.err) == (0, "")
            assert "Ops" in result.out
    basic = "Basic " + b64encode(b"ops:canary").decode()
    assert proxy.asked == [Asked("CONNECT", TUNNEL, basic)] * 2


async def test_both_may_be_in_the_environment(
    cli: Cli, authority: trustme.CA, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An audit of both vendors follows it; ``--proxy none`` sets it aside."""
    monkeypatch.setenv("PHONECOM_TOKEN", "token")
    async with company(authority) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("PHONECOM_CA_FILE", str(ca_file))
        assert (await cli(*GET)).code == 0
        result = await cli(*GET, "--proxy", "none")
    assert result.code == 2
    assert "api.example.test" in result.err
    assert proxy.asked == [Asked("CONNECT", TUNNEL, "")]


async def test_an_audit_takes_them_for_both_vendors(
    cli: Cli, authority: trustme.CA, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linq is asked through the same proxy."""
    monkeypatch.setenv("PHONECOM_TOKEN", "token")
    monkeypatch.setenv("LINQ_API_V3_API_KEY", "key")
    monkeypatch.setenv("LINQ_API_V3_BASE_URL", "https://linq.example.test/api")
    async with company(authority) as proxy:
        network = ("--proxy", proxy.url, "--ca-file", ca_file)
        result = await cli("audit", "--account", 1, *API, *network)
    assert result.code == 2  # a profile is no listing
    assert {asked.target for asked in proxy.asked} == {
        TUNNEL,
        "linq.example.test:443",
    }


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--proxy", "socks5://ops:canary@proxy.example:1080"], "--proxy"),
        (["--proxy", "env:NOT_THERE"], "--proxy: env:NOT_THERE does not hold"),
        (["--ca-file", "/not/there.pem"], "--ca-file: '/not/there.pem' cannot be"),
        (["--ca-file", __file__], "is no bundle of certificates"),
    ],
)
@pytest.mark.parametrize(
    "command", [("profiles", "list", "--account", ACCOUNT), ("audit",)]
)
async def test_what_cannot_be_used_is_told_in_one_line(
    cli: Cli,
    sandbox: Sandbox,
    command: tuple[object, ...],
    options: list[str],
    told: str,
) -> None:
    """Before the first request, and without a password."""
    result = await cli(*command, *options)
    assert (result.code, result.out) == (2, "")
    (line,) = result.err.splitlines()
    assert told in line
    assert "canary" not in line
    assert sandbox.requests == ()
