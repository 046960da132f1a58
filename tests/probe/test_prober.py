"""Asking real servers on loopback, over TLS where that matters."""

from __future__ import annotations

import asyncio
import ssl
import traceback
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
import trustme

from phonecom_events import InvalidArgument
from phonecom_events.probe import Prober, ProbeResult, Target

from ..transport.conftest import RawServer, answer, raw_server

Script = Callable[
    [RawServer, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]
]
CA = trustme.CA()
END = datetime(2031, 5, 6, tzinfo=UTC)
HOST = "hooks.example.test"


def server_tls(*names: str, authority: trustme.CA = CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*names, not_after=END).configure_cert(context)
    return context


def says(*parts: bytes, then: float = 0.0) -> Script:
    """Answer a request in parts, and stay for a while."""

    async def script(
        server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = await server.read(reader)
        if "content-length: 11" in head.lower():
            server.heads.append((await reader.readexactly(11)).decode())
        for part in parts:
            writer.write(part)
        await writer.drain()
        if then:
            await asyncio.sleep(then)

    return script


async def at_home(host: str, port: int) -> Sequence[str]:
    """Find every name on loopback."""
    return ["127.0.0.1"]


async def at_once(seconds: float) -> None:
    """Take no time to wait."""


def prober(**given: Any) -> Prober:
    """Make one that trusts our authority, finds all names here, and does not wait."""
    trusting = ssl.create_default_context()
    CA.configure_trust(trusting)
    usual = {
        "allow_private": True,
        "ssl_context": trusting,
        "resolve": at_home,
        "sleep": at_once,
        "timeout": 5.0,
    }
    return Prober(**{**usual, **given})


async def ask(url: str, target: Target | None = None, **given: Any) -> ProbeResult:
    async with prober(**given) as opened:
        return await opened.ask(target or Target.of(url))


async def test_the_vendors_own_test_is_posted() -> None:
    """Method, headers and body are those of the callback, and the answer is well."""
    async with raw_server(says(answer(status="201 Created"))) as server:
        target = Target.of(
            f"{server.url}/in?x=1", "PUT", [("X-Key", "made up"), ("Accept", None)]
        )
        result = await ask("", target)
    head, body = server.heads
    assert head.startswith("PUT /in?x=1 HTTP/1.1\r\n")
    assert "X-Key: made up\r\n" in head
    assert "Content-Type: application/json\r\n" in head
    assert body == '{"test": 1}'
    assert result.well
    assert (result.status, result.address, result.problem) == (201, "127.0.0.1", "")
    assert result.withheld == ("Accept",)
    assert result.seconds is not None


@pytest.mark.parametrize("status", ["204 No Content", "202 Accepted", "404 Not Found"])
async def test_any_other_status_is_not_well(status: str) -> None:
    """Phone.com takes 200 and 201; a 204 it does not document."""
    async with raw_server(says(answer(b"", status=status))) as server:
        result = await ask(server.url)
    assert not result.well
    assert status[:3] in result.problem


async def test_a_refusal_for_a_withheld_header_says_so() -> None:
    """The API does not show the value, so what the receiver really thinks is open."""
    async with raw_server(says(answer(status="401 Unauthorized"))) as server:
        target = Target.of(server.url, headers=[("X-Api-Key", None)])
        result = await ask("", target)
    assert result.withheld_matters
    assert "X-Api-Key" in result.problem


async def test_redirects_are_told_and_not_followed() -> None:
    """One request, and the place where it leads."""
    reply = answer(status="307 Temporary Redirect", Location="https://b.contoso.com/x")
    async with raw_server(says(reply)) as server:
        result = await ask(server.url)
    assert len(server.heads) == 2  # a head and its body
    assert result.redirects
    assert not result.well
    assert result.location == "https://b.contoso.com/x"
    assert "contoso" not in repr(result)


@pytest.mark.parametrize("method", ["POST", "GET", "PUT", "DELETE"])
async def test_a_request_is_sent_once_whatever_happens(method: str) -> None:
    """Aiohttp would send GET, PUT and DELETE again when a connection drops."""
    async with raw_server(says()) as server:
        result = await ask("", Target.of(server.url, method))
    assert len(server.heads) == 2
    assert "closed the connection" in result.problem
    assert result.status is None


async def test_a_url_is_asked_once() -> None:
    """However many ask for it, before and after it has answered."""
    async with raw_server(says(answer())) as server, prober() as opened:
        url = f"{server.url}/in"
        targets = [Target.of(url), Target.of(f"{url}#part"), Target.of(url)]
        results = await asyncio.gather(*map(opened.ask, targets))
        results.append(await opened.ask(targets[0]))
    assert len(server.heads) == 2
    assert results == [results[0]] * 4


async def test_one_who_leaves_does_not_take_the_answer_along() -> None:
    """Another account may wait for the same URL."""
    async with raw_server(says(answer())) as server, prober() as opened:
        target = Target.of(server.url)
        first = asyncio.create_task(opened.ask(target))
        await asyncio.sleep(0)
        first.cancel()
        assert (await opened.ask(target)).well
    assert len(server.heads) == 2


async def test_leaving_ends_what_is_under_way() -> None:
    """No task is left behind, and nothing is told twice."""
    async with raw_server(says(then=60)) as server:
        async with prober() as opened:
            waiting = asyncio.create_task(opened.ask(Target.of(server.url)))
            while not server.heads:
                await asyncio.sleep(0.01)
        with pytest.raises(asyncio.CancelledError):
            await waiting
    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert not [task for task in others if "Prober" in repr(task)]
    with pytest.raises(RuntimeError, match="async with"):
        await opened.ask(Target.of(server.url))


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ((), "there was no answer within 0.1 s"),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",), "(200) did not end"),
    ],
)
async def test_time_runs_out(parts: tuple[bytes, ...], told: str) -> None:
    """It is said how far it came."""
    async with raw_server(says(*parts, then=5)) as server:
        result = await ask(server.url, timeout=0.1)
    assert told in result.problem
    assert not result.well


async def test_a_name_that_takes_too_long_is_told() -> None:
    """Looking it up counts."""

    async def never(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    result = await ask("https://a.contoso.com", resolve=never, timeout=0.05)
    assert "not looked up within" in result.problem


async def test_no_more_than_64_kib_are_read() -> None:
    """A body without an end is left where it is."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    async with raw_server(says(head, chunk, chunk, then=30)) as server:
        result = await ask(server.url, timeout=5)
    assert result.well


async def test_a_cut_body_is_not_well() -> None:
    """The status alone would have been."""
    async with raw_server(says(answer(b"{}", length=9))) as server:
        result = await ask(server.url)
    assert result.status == 200
    assert not result.well
    assert "cut" in result.problem


async def test_what_is_no_http_is_told() -> None:
    """Whatever it says."""
    async with raw_server(says(b"SSH-2.0-OpenSSH\r\n\r\n")) as server:
        result = await ask(server.url)
    assert "not HTTP" in result.problem


async def test_a_certificate_tells_its_end() -> None:
    """It is read from the handshake of the one request."""
    async with raw_server(says(answer()), server_tls(HOST)) as server:
        result = await ask(f"https://{HOST}:{server.port}/")
    assert result.well
    assert result.verified
    assert result.certificate_ends == END


@pytest.mark.parametrize(
    ("names", "authority", "told"),
    [
        (["other.example.test"], CA, "ostname mismatch"),
        ([HOST], trustme.CA(), "unable to get local issuer"),
    ],
)
async def test_a_certificate_that_is_not_trusted_tells_its_end_too(
    names: list[str], authority: trustme.CA, told: str
) -> None:
    """By a handshake of its own; no request is sent over either."""
    tls = server_tls(*names, authority=authority)
    async with raw_server(says(answer()), tls) as server:
        result = await ask(f"https://{HOST}:{server.port}/")
    assert server.heads == []
    assert told in result.problem
    assert "nothing was sent" in result.problem
    assert result.verified is False
    assert result.certificate_ends == END


async def test_an_expired_certificate_says_when() -> None:
    """That is what one wants to know of it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    end = datetime(2026, 1, 2, tzinfo=UTC)
    CA.issue_cert(HOST, not_after=end).configure_cert(context)
    async with raw_server(says(answer()), context) as server:
        result = await ask(f"https://{HOST}:{server.port}/")
    assert "expired" in result.problem
    assert result.certificate_ends == end


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0"),  # noqa: S104
        *("127.1", "2130706433", "0x7f.0.0.1", "017700000001", "localhost"),
        *("\uff11\uff12\uff17.0.0.1", "127。0。0。1", "ⓛocalhost"),
    ],
)
async def test_this_machine_is_not_asked_by_any_name(host: str) -> None:
    """However it is written, unless that is allowed."""
    async with raw_server(says(answer())) as server, Prober() as opened:
        result = await opened.ask(Target.of(f"http://{host}:{server.port}/"))
    assert server.heads == []
    assert not result.asked
    assert not result.well


async def test_a_name_that_leads_inwards_is_not_asked() -> None:
    """Whoever set it up; what it leads to is told."""

    async def inwards(host: str, port: int) -> Sequence[str]:
        return ["10.0.0.7", "fd00::7"]

    url = "https://a.contoso.com/"
    result = await ask(url, resolve=inwards, allow_private=False)
    assert not result.asked
    assert "10.0.0.7" in result.problem
    assert "--allow-private" in result.problem


async def test_the_address_that_was_checked_is_connected_to() -> None:
    """A name is looked up once: a second time it could lead inwards."""
    looked_up: list[str] = []

    async def changing(host: str, port: int) -> Sequence[str]:
        looked_up.append(host)
        return ["192.0.2.1"] if len(looked_up) > 1 else ["127.0.0.1"]

    async with raw_server(says(answer())) as server:
        result = await ask(f"http://a.contoso.com:{server.port}/", resolve=changing)
    assert result.well
    assert looked_up == ["a.contoso.com"]


async def test_of_many_addresses_only_the_public_ones_are_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One among others does not get a request in by their side."""

    async def mixed(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1", "::1", "169.254.169.254", "8.8.8.8"]

    tried: list[Sequence[str]] = []

    class Refusing:
        def __init__(self, addresses: Sequence[str], tls: object) -> None:
            tried.append(addresses)
            raise OSError(111, "refused")

    monkeypatch.setattr("phonecom_events.probe.prober.CheckedConnector", Refusing)
    with pytest.raises(OSError, match="refused"):
        await ask("https://a.contoso.com/", resolve=mixed, allow_private=False)
    assert tried == [["8.8.8.8"]]


async def test_a_literal_address_comes_past_no_check() -> None:
    """Aiohttp looks no literal up; the socket itself is the last line of defence."""

    async def lying(host: str, port: int) -> Sequence[str]:
        return ["8.8.8.8"]

    async with raw_server(says(answer())) as server:
        result = await ask(server.url, resolve=lying, allow_private=False, timeout=1)
    assert server.heads == []
    assert result.status is None


async def test_no_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Through one, nobody could tell which address is connected to."""
    async with raw_server(says(answer())) as proxy, raw_server(says(answer())) as there:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        result = await ask(f"http://a.contoso.com:{there.port}/")
    assert result.well
    assert proxy.heads == []


async def test_an_international_name_is_asked_as_dns_has_it() -> None:
    """Both ways to write it are one host and one URL."""
    asked: list[str] = []

    async def find(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    async with raw_server(says(answer())) as server, prober(resolve=find) as opened:
        for host in ("bücher.contoso.com", "xn--bcher-kva.contoso.com"):
            target = Target.of(f"http://{host}:{server.port}/")
            assert (await opened.ask(target)).well
    assert asked == ["xn--bcher-kva.contoso.com"]


async def test_a_name_without_an_address_is_told() -> None:
    """As the system says it."""

    async def nowhere(host: str, port: int) -> Sequence[str]:
        raise OSError(-2, "Name or service not known")

    result = await ask("https://a.contoso.com/", resolve=nowhere)
    assert result.problem
    assert result.status is None


async def test_no_secret_is_in_what_a_cancel_leaves() -> None:
    """Frames of aiohttp hold headers, so none of them is in the traceback."""
    async with raw_server(says(then=60)) as server, prober() as opened:
        target = Target.of(server.url, headers=[("X-Key", "hidden")])
        opened_task = asyncio.create_task(opened.ask(target))
        while not server.heads:
            await asyncio.sleep(0.01)
        (inner,) = opened._answers.values()
        inner.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await opened_task
    shown = traceback.TracebackException.from_exception(
        caught.value, capture_locals=True
    )
    assert "hidden" not in "".join(shown.format())


def test_a_timeout_is_a_number_above_0() -> None:
    """Before anything is asked."""
    for wrong in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(InvalidArgument, match="timeout"):
            Prober(timeout=wrong)
