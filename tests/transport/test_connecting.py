"""Why no connection was made, or none was left: told as a person would, for real."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from attrs import frozen

from phonecom_events import InvalidArgument, LinqClient, PhoneComClient
from phonecom_events.errors import (
    ConnectFailed,
    ConnectionLost,
    ConnectTimeout,
    RequestTimedOut,
    TransportError,
)
from phonecom_events.transport import AiohttpTransport, ca_context

from .conftest import RawServer, answer, raw_server, request

Script = Callable[
    [RawServer, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]
]


async def serve(
    server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer one request."""
    await server.read(reader)
    writer.write(answer())


async def complain(
    server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer whatever comes as plain HTTP servers answer TLS."""
    await reader.read(1)
    writer.write(answer(status="400 Bad Request"))


async def alert(
    server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer whatever comes as TLS servers answer plain HTTP."""
    await reader.read(1)
    writer.write(b"\x15\x03\x01\x00\x02\x02\x46")


async def reset(
    server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Break the connection off at the first byte."""
    await reader.read(1)
    writer.transport.abort()


async def mute(
    server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Read, and say nothing."""
    while await reader.read(1000):
        pass


@frozen(kw_only=True)
class Case:
    """What is asked of whom, and what is to be said of it."""

    kind: type[TransportError]
    said: str
    script: Script = serve
    server: str = "plain"
    scheme: str = "https"
    host: str = "127.0.0.1"
    trusts: bool = True
    timeout: float = 5.0


CASES = {
    "https to a plain port": Case(
        kind=ConnectFailed,
        said="the server does not speak TLS on that port; is https:// right?",
        script=complain,
    ),
    "http to a TLS port, answered by an alert": Case(
        kind=ConnectionLost,
        said="the server speaks TLS on that port; should the URL begin with https://?",
        script=alert,
        scheme="http",
    ),
    "http to a TLS port, not answered": Case(
        kind=ConnectionLost,
        said="if it speaks TLS, the URL must begin with https://",
        server="tls",
        scheme="http",
    ),
    "a name that nobody has": Case(
        kind=ConnectFailed,
        said="no address was found for nowhere.invalid (",
        host="nowhere.invalid",
    ),
    "refused": Case(
        kind=ConnectFailed,
        said="the server refused the connection; does it listen there?",
        server="none",
    ),
    "reset during the handshake": Case(
        kind=ConnectFailed,
        said="the server closed the connection during the TLS handshake",
        script=reset,
    ),
    "reset after the request": Case(
        kind=ConnectionLost,
        said="the server closed the connection",
        script=reset,
        server="tls",
    ),
    "a certificate of an unknown authority": Case(
        kind=ConnectFailed,
        said="certificate of the server cannot be verified (unable to get local issuer",
        server="tls",
        trusts=False,
    ),
    "a certificate of another host": Case(
        kind=ConnectFailed,
        said="cannot be verified (Hostname mismatch, certificate is not valid for",
        server="tls",
        host="localhost",
    ),
    "a certificate that has expired": Case(
        kind=ConnectFailed,
        said="cannot be verified (certificate has expired)",
        server="old",
    ),
    "no answer in the handshake": Case(
        kind=ConnectTimeout,
        said="no connection in time, TLS handshake included",
        script=mute,
        timeout=0.4,  # of which connecting has nine tenths
    ),
    "no answer to the request": Case(
        kind=RequestTimedOut,
        said="but no whole answer came in time",
        script=mute,
        server="tls",
        timeout=0.2,
    ),
    "an answer that is not HTTP": Case(
        kind=ConnectionLost,
        said="the answer of the server is not HTTP",
        script=lambda server, reader, writer: _say(
            reader, writer, b"SMTP ready\r\n\r\n"
        ),
        scheme="http",
    ),
    "an answer that is cut": Case(
        kind=ConnectionLost,
        said="the body is cut",
        script=lambda server, reader, writer: _say(reader, writer, answer(length=9)),
        scheme="http",
    ),
}


async def _say(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, words: bytes
) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(words)


@pytest.fixture(scope="session")
def expired_tls(authority: trustme.CA) -> ssl.SSLContext:
    """What a server needs that nobody has looked after."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = authority.issue_cert(
        "127.0.0.1", not_before=datetime(2019, 1, 1, tzinfo=UTC), not_after=long_ago
    )
    certificate.configure_cert(context)
    return context


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_each_failure_says_what_it_is(
    case: Case,
    unused_tcp_port: int,
    server_tls: ssl.SSLContext,
    expired_tls: ssl.SSLContext,
    trusting: ssl.SSLContext,
) -> None:
    """Each has its class, host and port, and a reason in words; no number alone."""
    tls = {"tls": server_tls, "old": expired_tls}.get(case.server)
    async with raw_server(case.script, tls) as server:
        port = unused_tcp_port if case.server == "none" else server.port
        transport = AiohttpTransport(ssl_context=trusting if case.trusts else None)
        ask = request(f"{case.scheme}://{case.host}:{port}", timeout=case.timeout)
        with pytest.raises(case.kind) as raised:
            await transport.send(ask)
        await transport.aclose()

    said = str(raised.value)
    assert type(raised.value) is case.kind
    assert case.said in said
    assert f"{case.host}:{port}" in said
    assert "GET /items" in said
    for words in ("Errno", "Operation not permitted", "Error(", "without further"):
        assert words not in said
    assert raised.value.__context__ is None


async def test_only_an_unknown_authority_can_be_made_known(
    server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    """How to trust another authority is said where that would help, and only there."""
    said = {}
    async with raw_server(serve, server_tls) as server:
        for host, context in (("127.0.0.1", None), ("localhost", trusting)):
            transport = AiohttpTransport(ssl_context=context)
            with pytest.raises(ConnectFailed) as raised:
                await transport.send(request(f"https://{host}:{server.port}"))
            await transport.aclose()
            said[host] = str(raised.value)

    for words in ("--ca-file", "PHONECOM_CA_FILE", "ssl_context="):
        assert words in said["127.0.0.1"]
        assert words not in said["localhost"]


@pytest.mark.parametrize(
    ("kind", "token"),
    [(PhoneComClient, "PHONECOM_TOKEN"), (LinqClient, "LINQ_API_V3_API_KEY")],
)
async def test_authorities_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    authority: trustme.CA,
    server_tls: ssl.SSLContext,
    kind: Any,
    token: str,
) -> None:
    """What PHONECOM_CA_FILE holds is trusted by clients made from the environment."""
    bundle = tmp_path / "company.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("PHONECOM_CA_FILE", str(bundle))
    monkeypatch.setenv(token, "canary")

    async with raw_server(serve, server_tls) as server:
        for variable in ("PHONECOM_BASE_URL", "LINQ_API_V3_BASE_URL"):
            monkeypatch.setenv(variable, server.url)
        async with kind.from_env() as client:
            response = await client._session.request("GET", "/items", endpoint="/items")

    assert response.status == 200


def _pem(authority: trustme.CA, path: Path) -> None:
    key = authority.issue_cert("x.example.test").private_key_pem.bytes()
    path.write_bytes(key)


@pytest.mark.parametrize(
    ("fill", "words"),
    [
        (None, "cannot be read: No such file or directory"),
        (lambda path: path.mkdir(), "cannot be read|is no bundle"),
        (lambda path: path.touch(), "is no bundle of certificates in PEM"),
        (lambda path: path.write_bytes(bytes(range(256))), "is no bundle"),
        (
            lambda path: path.write_text(
                "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
            ),
            "is no bundle",
        ),
    ],
    ids=["missing", "directory", "empty", "binary", "damaged"],
)
def test_what_is_no_bundle(
    tmp_path: Path, fill: Callable[[Path], object] | None, words: str
) -> None:
    """A file without certificates is one clear line, which names it."""
    path = tmp_path / "ca.pem"
    if fill is not None:
        fill(path)

    with pytest.raises(InvalidArgument, match=words) as raised:
        ca_context(path, "--ca-file")

    assert str(raised.value).startswith(f"--ca-file: '{path}' ")
    assert "\n" not in str(raised.value)


def test_a_key_is_no_bundle(tmp_path: Path, authority: trustme.CA) -> None:
    """A private key, given by mistake, is refused and not quoted."""
    path = tmp_path / "key.pem"
    _pem(authority, path)

    with pytest.raises(InvalidArgument, match="is no bundle") as raised:
        ca_context(str(path))

    assert "PRIVATE" not in str(raised.value)


@pytest.mark.parametrize("path", [5, None, "a\0b", b"\xff"])
def test_what_is_no_path(path: Any) -> None:
    """What is no path at all is refused, too."""
    with pytest.raises(InvalidArgument, match="ca_file"):
        ca_context(path)


def test_the_systems_authorities_stay() -> None:
    """An authority of one's own is trusted beside those of the system."""
    context = ssl.create_default_context()
    before = len(context.get_ca_certs())
    path = trustme.CA().cert_pem

    with path.tempfile() as bundle:
        assert len(ca_context(bundle).get_ca_certs()) == before + 1


@pytest.mark.parametrize("value", [True, "ca.pem", Path("ca.pem"), object()])
def test_what_is_no_context(value: Any) -> None:
    """There is no switch for trusting everybody, and a path is no context."""
    with pytest.raises(InvalidArgument, match="ssl_context must be a SSLContext"):
        PhoneComClient("token", ssl_context=value)


def test_false_is_no_context() -> None:
    """In particular False, which aiohttp takes for "trust everybody", is refused."""
    with pytest.raises(InvalidArgument, match="ssl_context must be"):
        PhoneComClient("token", ssl_context=False)  # type: ignore[arg-type]
