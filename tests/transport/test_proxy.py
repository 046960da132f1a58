"""Through a real proxy: what it is shown, what it refuses, and who is told what."""

from __future__ import annotations

import asyncio
import logging
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from phonecom_events import (
    ConnectFailed,
    ConnectTimeout,
    InvalidArgument,
    LinqClient,
    NotFound,
    PhoneComClient,
    ProxyFailed,
    ResponseError,
    RetryPolicy,
)
from phonecom_events.sandbox import Fault, Sandbox

from ..behaviour.exposure import views
from .conftest import RawServer, answer, raw_server
from .connect_proxy import ConnectProxy, connect_proxy

API = "https://api.example.test/v4"
PROFILE = b'{"id": 7, "voip_id": 1, "name": "Ops", "created_at": 0}'
QUICK = RetryPolicy(attempts=3, base=0.0)


async def profiles(
    server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer every request of a connection with the same profile."""
    while True:
        await server.read(reader)
        writer.write(answer(PROFILE))


@asynccontextmanager
async def company(
    tls: ssl.SSLContext | None, **settings: Any
) -> AsyncIterator[tuple[RawServer, ConnectProxy]]:
    """Run a server, and a proxy for which every name leads to it."""
    async with raw_server(profiles, tls) as server:
        proxy = ConnectProxy(upstream=server.port, **settings)
        async with connect_proxy(proxy):
            yield server, proxy


def client(
    proxy: str, trusting: ssl.SSLContext | None, **options: Any
) -> PhoneComClient:
    """Make a client that has to go through a proxy."""
    options = {"base_url": API, "retry": QUICK, **options}
    return PhoneComClient("token", proxy=proxy, ssl_context=trusting, **options)


@pytest.fixture
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the proxies of the machine that the tests run on."""
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


pytestmark = pytest.mark.usefixtures("no_variables")


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
async def test_the_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
    server_tls: ssl.SSLContext,
    trusting: ssl.SSLContext,
    name: str,
) -> None:
    """The API is asked through it, in one tunnel, and it sees no token."""
    async with company(server_tls) as (server, proxy):
        monkeypatch.setenv(name, proxy.url)
        async with PhoneComClient(
            "token", base_url=API, ssl_context=trusting
        ) as direct:
            for _ in range(2):
                got = await direct.account(1).profiles.get(7)

    assert got.name == "Ops"
    assert proxy.asked == [("CONNECT", "api.example.test:443", "")]
    assert "Authorization: Bearer token" in server.heads[1]
    assert "proxy" not in server.heads[1].lower()


async def test_linq_goes_the_same_way(
    server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    """Both clients take a proxy and certificates."""
    async with company(server_tls) as (server, proxy):
        linq = LinqClient(
            "key",
            base_url="https://linq.example.test/api",
            proxy=proxy.url,
            ssl_context=trusting,
        )
        async with linq:
            await linq.webhook_subscriptions.delete("7")

    assert [asked.target for asked in proxy.asked] == ["linq.example.test:443"]
    assert server.heads[0].startswith("DELETE /api/v3/webhook-subscriptions/7 ")


async def test_the_sandbox_is_asked_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback goes through no proxy of the environment."""
    async with connect_proxy(ConnectProxy(refusal=403)) as proxy, Sandbox() as sandbox:
        for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        sandbox.add_account(1)
        async with PhoneComClient(sandbox.token, base_url=sandbox.phonecom_url) as near:
            await near.account(1).listeners.list()

    assert proxy.asked == []


async def test_a_proxy_with_a_password(
    server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    """User and password of the URL are shown to the proxy, and to it alone."""
    async with company(server_tls, account="me:p@ss/wörd") as (server, proxy):
        url = proxy.url.replace("://", "://me:p%40ss%2Fw%C3%B6rd@")
        async with client(url, trusting) as phonecom:
            for _ in range(2):
                got = await phonecom.account(1).profiles.get(7)

    assert got.id == 7
    assert len(proxy.asked) == 1
    assert "proxy" not in "".join(server.heads).lower()


async def test_no_netrc(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    server_tls: ssl.SSLContext,
    trusting: ssl.SSLContext,
) -> None:
    """What .netrc says of the proxy or the API is neither read nor sent."""
    netrc = tmp_path / "netrc"
    hosts = ("127.0.0.1", "api.example.test")
    netrc.write_text("\n".join(f"machine {h} login me password canary" for h in hosts))
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))

    async with company(server_tls) as (server, proxy):
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        async with client("env", trusting) as phonecom:
            await phonecom.account(1).profiles.get(7)

    assert proxy.asked[0].authorization == ""
    assert "Authorization: Bearer token" in server.heads[0]


@pytest.mark.parametrize(
    ("status", "times", "words"),
    [
        (407, 1, "407 Proxy Authentication Required; it wants a user and a password"),
        (403, 3, "the proxy answered 403 Forbidden"),
        (502, 3, "the proxy answered 502 Bad Gateway"),
        (799, 3, "the proxy answered 799"),
        (0, 3, "the proxy closed the connection instead of answering CONNECT"),
    ],
)
@pytest.mark.parametrize("method", ["get", "create"])
async def test_a_proxy_that_refuses(
    trusting: ssl.SSLContext, status: int, times: int, words: str, method: str
) -> None:
    """It is told as the proxy's own; tried again, even a POST, except for a 407."""
    async with (
        connect_proxy(ConnectProxy(refusal=status)) as proxy,
        client(proxy.url, trusting) as phonecom,
    ):
        profiles = phonecom.account(1).profiles
        with pytest.raises(ProxyFailed, match=words) as raised:
            await (
                profiles.get(7)
                if method == "get"
                else profiles.create(name="x", support_email=None)
            )

    error = raised.value
    assert (error.status, error.proxy) == (status or None, proxy.url)
    assert f"api.example.test:443 through the proxy {proxy.url}" in str(error)
    assert len(proxy.asked) == times
    assert isinstance(error, ConnectFailed)
    assert not isinstance(error, ResponseError)
    assert error.__context__ is None


async def test_a_password_that_the_proxy_does_not_take(
    trusting: ssl.SSLContext,
) -> None:
    """The error says that it is the password, and shows stars in its place."""
    async with connect_proxy(ConnectProxy(account="me:right")) as proxy:
        url = proxy.url.replace("://", "://me:wrong@")
        async with client(url, trusting) as phonecom:
            with pytest.raises(
                ProxyFailed, match="does not take the user and"
            ) as raised:
                await phonecom.account(1).profiles.get(7)

    assert raised.value.proxy == proxy.url.replace("://", "://***@")
    assert f"through the proxy {raised.value.proxy} for GET /accounts/1" in str(
        raised.value
    )


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:{free}", "the proxy refused the connection"),
        ("http://nowhere.invalid:3128", "no address was found for nowhere.invalid"),
        ("https://127.0.0.1:{plain}", "the proxy does not speak TLS"),
    ],
)
async def test_a_proxy_that_cannot_be_reached(
    trusting: ssl.SSLContext, unused_tcp_port: int, url: str, words: str
) -> None:
    """It is the proxy, and not the API, that the error speaks of."""

    async def refuse(
        server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.read(1)
        writer.write(answer(status="400 Bad Request"))

    async with raw_server(refuse) as plain:
        url = url.format(free=unused_tcp_port, plain=plain.port)
        async with client(url, trusting, retry=RetryPolicy(attempts=1)) as phonecom:
            with pytest.raises(ProxyFailed, match=words) as raised:
                await phonecom.account(1).profiles.get(7)

    assert (raised.value.status, raised.value.proxy) == (None, url)


async def test_a_proxy_that_does_not_answer(trusting: ssl.SSLContext) -> None:
    """Waiting for its answer to CONNECT is connecting, and bounded as that is."""

    async def mute(
        server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await server.read(reader)
        await reader.read()

    options: dict[str, Any] = {"retry": RetryPolicy(attempts=1), "timeout": 0.4}
    async with raw_server(mute) as proxy, client(proxy.url, trusting, **options) as it:
        with pytest.raises(ConnectTimeout, match=f"through the proxy {proxy.url}"):
            await it.account(1).profiles.get(7)


async def test_a_proxy_over_tls(
    server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    """An https:// proxy is trusted by the same certificates, and TLS goes through it."""
    async with raw_server(profiles, server_tls) as server:
        proxy = ConnectProxy(upstream=server.port, account="me:word")
        async with connect_proxy(proxy, server_tls):
            url = f"https://me:word@127.0.0.1:{proxy.port}"
            async with client(url, trusting) as phonecom:
                got = await phonecom.account(1).profiles.get(7)

    assert got.id == 7


async def test_a_server_that_is_not_trusted_through_a_proxy(
    server_tls: ssl.SSLContext,
) -> None:
    """A certificate in the tunnel is the server's: the proxy did not fail."""
    async with (
        company(server_tls) as (server, proxy),
        client(proxy.url, None, retry=RetryPolicy(attempts=1)) as phonecom,
    ):
        with pytest.raises(ConnectFailed, match="certificate of the server") as raised:
            await phonecom.account(1).profiles.get(7)

    assert not isinstance(raised.value, ProxyFailed)
    assert "--ca-file" in str(raised.value)
    assert server.heads == []


async def test_an_http_url_through_a_proxy() -> None:
    """Without a tunnel the request itself goes to the proxy, with its password."""
    async with company(None, account="me:word") as (server, proxy):
        url = proxy.url.replace("://", "://me:word@")
        base_url = server.url.replace("127.0.0.1", "localhost")
        async with client(url, None, base_url=base_url) as phonecom:
            got = await phonecom.account(1).profiles.get(7)

    assert got.id == 7
    assert [asked.method for asked in proxy.asked] == ["GET"]
    assert proxy.asked[0].target.startswith(base_url)


async def test_a_407_without_a_tunnel() -> None:
    """A 407 in place of an answer is the proxy's, and is not tried again."""
    async with (
        company(None, account="me:word") as (server, proxy),
        client(proxy.url, None, base_url=server.url) as phonecom,
    ):
        with pytest.raises(ProxyFailed, match="407") as raised:
            await phonecom.account(1).profiles.get(7)

    assert (raised.value.status, len(proxy.asked)) == (407, 1)
    assert server.heads == []


async def test_a_407_of_the_server_is_an_answer(sandbox_407: Sandbox) -> None:
    """Where there is no proxy, or a tunnel through it, 407 is like any status."""
    async with PhoneComClient("t", base_url=sandbox_407.phonecom_url) as phonecom:
        with pytest.raises(ResponseError, match="407"):
            await phonecom.account(1).profiles.get(7)


WORD = "c4n4ry-w0rd"
CANARIES = (WORD, "c4n4ry%2Dw0rd", b64encode(f"me:{WORD}".encode()).decode())


@pytest.mark.parametrize("refusal", [407, 403, 0, None])
async def test_no_error_shows_the_password(
    trusting: ssl.SSLContext, caplog: pytest.LogCaptureFixture, refusal: int | None
) -> None:
    """Neither error nor log nor repr shows it, however it is written."""
    caplog.set_level(logging.DEBUG)
    async with connect_proxy(ConnectProxy(refusal=refusal, upstream=1)) as proxy:
        url = proxy.url.replace("://", f"://me:{CANARIES[1]}@")
        async with client(url, trusting, timeout=0.5) as phonecom:
            with pytest.raises(ConnectFailed) as raised:
                await phonecom.account(1).profiles.get(7)
            shown = [
                repr(phonecom),
                repr(vars(phonecom)),
                repr(vars(phonecom._session)),
            ]
            shown += [caplog.text, *(text for _, text in views(raised.value))]

    assert "***" in str(raised.value)
    assert not [text for text in shown for canary in CANARIES if canary in text]


@pytest.mark.parametrize("how", ["given", "variable"])
@pytest.mark.parametrize("kind", [PhoneComClient, LinqClient])
@pytest.mark.parametrize(
    "wrong", [{"timeout": -1}, {"base_url": "http://x.org"}, {"retry": 5}], ids=str
)
def test_no_refused_client_shows_the_password(
    monkeypatch: pytest.MonkeyPatch, how: str, kind: Any, wrong: Any
) -> None:
    """A client that cannot be made does not show the proxy's password."""
    monkeypatch.setenv("PHONECOM_TOKEN", "token")
    monkeypatch.setenv("LINQ_API_V3_API_KEY", "key")
    url = f"http://me:{CANARIES[1]}@127.0.0.1:1"
    if how == "variable":
        monkeypatch.setenv("HTTPS_PROXY", url)
    wrong = wrong if how == "variable" else {**wrong, "proxy": url}

    with pytest.raises(InvalidArgument) as raised:
        kind.from_env(**wrong) if "base_url" not in wrong else kind("token", **wrong)

    shown = [text for _, text in views(raised.value)]
    assert not [text for text in shown for canary in CANARIES if canary in text]


@pytest.mark.parametrize("option", ["proxy", "ssl_context"])
@pytest.mark.parametrize("kind", [PhoneComClient, LinqClient])
async def test_a_session_has_its_own(
    trusting: ssl.SSLContext, kind: Any, option: str
) -> None:
    """With a session of the caller's, proxy and certificates are refused beside it."""
    values = {"proxy": [None, "http://127.0.0.1:1"], "ssl_context": [trusting]}
    async with aiohttp.ClientSession() as session:
        for value in values[option]:
            with pytest.raises(InvalidArgument, match="with http_session"):
                kind("token", http_session=session, **{option: value})


async def test_the_environment_is_not_a_sessions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the environment says is not applied to a session of the caller's."""
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:1")
    monkeypatch.setenv("PHONECOM_CA_FILE", "/nowhere")
    monkeypatch.setenv("PHONECOM_TOKEN", "token")

    async with aiohttp.ClientSession() as session:
        PhoneComClient.from_env(http_session=session)


@pytest.mark.parametrize("refusal", [407, 502])
async def test_a_proxy_of_a_session(trusting: ssl.SSLContext, refusal: int) -> None:
    """It is told as the proxy's refusal there, too, by what is known of it."""
    async with (
        connect_proxy(ConnectProxy(refusal=refusal)) as proxy,
        aiohttp.ClientSession(proxy=proxy.url) as session,
        PhoneComClient(
            "t", base_url=API, http_session=session, retry=QUICK
        ) as phonecom,
    ):
        with pytest.raises(ProxyFailed, match=f"the proxy answered {refusal}"):
            await phonecom.account(1).profiles.get(7)

    assert len(proxy.asked) == (1 if refusal == 407 else 3)


async def test_a_session_with_a_proxy_that_is_not_there(unused_tcp_port: int) -> None:
    """Who does not answer there is told to be the proxy."""
    proxy = f"http://127.0.0.1:{unused_tcp_port}"
    async with (
        aiohttp.ClientSession(proxy=proxy) as session,
        PhoneComClient(
            "t", base_url=API, http_session=session, retry=QUICK
        ) as phonecom,
    ):
        with pytest.raises(ProxyFailed, match="the proxy refused the connection"):
            await phonecom.account(1).profiles.get(7)


@pytest.fixture
async def sandbox_407() -> AsyncIterator[Sandbox]:
    """A server that answers as a proxy would."""
    async with Sandbox(token="t") as sandbox:
        sandbox.fault(Fault(status=407))
        yield sandbox


async def test_an_answer_through_the_tunnel_is_the_servers(
    server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    """A refusal by the server behind the proxy is its answer, as without one."""

    async def absent(
        server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await server.read(reader)
        writer.write(answer(status="404 Not Found"))

    async with (
        raw_server(absent, server_tls) as server,
        connect_proxy(ConnectProxy(upstream=server.port)) as proxy,
        client(proxy.url, trusting) as phonecom,
    ):
        with pytest.raises(NotFound):
            await phonecom.account(1).profiles.get(7)
