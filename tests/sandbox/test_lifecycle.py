"""Starting and stopping, and the rules of the state itself."""

from __future__ import annotations

import asyncio
import gc
import time

import aiohttp
import attrs
import pytest

from phonecom_events.sandbox import Behaviour, Fault, LoggedRequest, Sandbox
from phonecom_events.sandbox.options import Options
from phonecom_events.sandbox.server import origin

from .box import EVENTS, Api

LISTENERS = f"{EVENTS}/listeners"


async def test_urls_are_known_only_while_it_runs() -> None:
    """Before and after, asking for a URL is a RuntimeError that says what to do."""
    sandbox = Sandbox()
    with pytest.raises(RuntimeError, match="async with"):
        _ = sandbox.phonecom_url
    async with sandbox:
        assert sandbox.phonecom_url.startswith("http://127.0.0.1:")
        assert sandbox.phonecom_url.endswith("/v4")
        assert sandbox.linq_url.endswith("/api/partner")
    with pytest.raises(RuntimeError, match="async with"):
        _ = sandbox.linq_url


async def test_a_port_in_use_is_an_oserror() -> None:
    """Entering on a taken port raises OSError, and leaves nothing open."""
    async with Sandbox() as first:
        port = int(first.phonecom_url.split(":")[2].split("/")[0])
        with pytest.raises(OSError, match="address"):
            await Sandbox(port=port).__aenter__()
    async with Sandbox(port=port) as second:
        assert f":{port}/" in second.phonecom_url


def test_ipv6_urls_have_brackets() -> None:
    """An IPv6 address becomes a URL that can be used as it is."""
    assert origin("::1", 80) == "http://[::1]:80"
    assert origin("127.0.0.1", 80) == "http://127.0.0.1:80"


async def test_it_stops_at_once_in_the_midst_of_things() -> None:
    """Idle connections and delayed requests do not hold up the end."""
    async with aiohttp.ClientSession() as session:
        async with Sandbox() as sandbox:
            api = Api(session, sandbox.phonecom_url, sandbox.token)
            await api("GET", LISTENERS)
            arrived = asyncio.Event()

            def delay(_record: LoggedRequest) -> Fault:
                arrived.set()
                return Fault(delay=60)

            sandbox.fault(Fault(respond=delay))
            task = asyncio.create_task(api("POST", LISTENERS, json={}))
            await arrived.wait()
            started = time.monotonic()
        assert time.monotonic() - started < 30
        with pytest.raises(aiohttp.ClientError):
            await task
    gc.collect()


async def test_leaving_twice_is_harmless() -> None:
    """Stopping what does not run does nothing."""
    sandbox = Sandbox()
    await sandbox.__aexit__(None, None, None)
    async with sandbox:
        await sandbox.__aexit__(None, None, None)

    with pytest.raises(RuntimeError, match="not running"):
        _ = sandbox.phonecom_url


async def test_the_state_outlives_the_server() -> None:
    """A sandbox can be entered again, with what was in it."""
    sandbox = Sandbox()
    key = sandbox.add_listener(1)["id"]
    for _ in range(2):
        async with sandbox, aiohttp.ClientSession() as session:
            api = Api(session, sandbox.phonecom_url, sandbox.token)
            assert (await api("GET", LISTENERS)).ids == [key]


def test_options_and_behaviour_are_one_list() -> None:
    """Every option is a field of `Behaviour`, and the other way round."""
    fields = attrs.fields_dict(Behaviour)
    assert list(Options.__annotations__) == list(fields)


def test_an_unknown_option_is_a_type_error() -> None:
    """A misspelt option does not pass unseen."""
    with pytest.raises(TypeError, match="totals"):
        Sandbox(totals=True)  # type: ignore[call-arg]


def test_adding_makes_what_is_missing() -> None:
    """A row for an unknown account or extension makes both."""
    sandbox = Sandbox()
    sandbox.add_listener(5, extension_id=7)
    sandbox.add_account(4, parent=3)
    assert sandbox.accounts == (3, 4, 5)
    assert sandbox.tables.exists(5, 7)
    assert not sandbox.tables.exists(3, 7)


def test_a_taken_id_is_a_value_error() -> None:
    """Ids are given once; the next free one follows the highest."""
    sandbox = Sandbox()
    sandbox.add_listener(1, id=2000)
    with pytest.raises(ValueError, match="2000"):
        sandbox.add_listener(2, id=2000)
    sandbox.add_linq_subscription(id="a")
    with pytest.raises(ValueError, match="a is taken"):
        sandbox.add_linq_subscription(id="a")
    assert sandbox.add_listener(1)["id"] == 2001


def test_removing_what_is_not_there_is_a_key_error() -> None:
    """Removing twice is a KeyError, and a removed id is not given again."""
    sandbox = Sandbox()
    key = sandbox.add_profile(1)["id"]
    sandbox.remove_profile(key)
    with pytest.raises(KeyError):
        sandbox.remove_profile(key)
    assert sandbox.add_profile(1)["id"] == key + 1
    subscription = sandbox.add_linq_subscription()["id"]
    sandbox.remove_linq_subscription(subscription)
    with pytest.raises(KeyError):
        sandbox.remove_linq_subscription(subscription)


def test_what_add_returns_is_a_copy() -> None:
    """Writing into a returned row does not change the state."""
    sandbox = Sandbox()
    row = sandbox.add_listener(1)
    row["callback_id"] = 99
    stored = sandbox.tables.listeners.get(row["id"])
    assert stored is not None
    assert stored["callback_id"] == 1
