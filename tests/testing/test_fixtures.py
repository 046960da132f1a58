"""The fixtures, as pytest-asyncio's auto mode and pytest-xdist run this suite."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from phonecom_events import (
    ConnectionLost,
    LinqClient,
    NotFound,
    PhoneComClient,
    RetryPolicy,
    ServerError,
    ValidationFailed,
)
from phonecom_events.sandbox import Fault
from phonecom_events.sandbox.threaded import SharedSandbox, ThreadedServer
from phonecom_events.testing import Skipped, Wire, bodies
from phonecom_events.testing.clients import closed_afterwards, sandbox_for

ACCOUNT = 1000002


async def test_a_sandbox_is_empty_and_shows_what_came_in(
    phonecom_sandbox: SharedSandbox, phonecom_client: PhoneComClient
) -> None:
    """A client of it finds nothing, makes something, and that is seen."""
    phonecom_sandbox.add_account(ACCOUNT)
    profiles = phonecom_client.account(ACCOUNT).profiles

    assert await profiles.list().collect() == []
    await profiles.create(name="Night shift", support_email="night@example.com")

    assert phonecom_sandbox.accounts == (ACCOUNT,)
    assert [each.method for each in phonecom_sandbox.requests] == ["GET", "POST"]
    assert phonecom_sandbox.requests[-1].json["name"] == "Night shift"


async def test_a_linq_client_does_not_wait(
    phonecom_sandbox: SharedSandbox,
    linq_client: LinqClient,
    phonecom_no_wait: Skipped,
) -> None:
    """What Linq asks to wait is skipped, and counted."""
    phonecom_sandbox.fault(Fault(service="linq", status=429, retry_after=50.0))

    assert not (await linq_client.webhook_subscriptions.list()).items

    assert linq_client.statistics.throttled >= 50.0
    assert phonecom_no_wait.seconds > 49.0


async def test_an_environment_leads_to_the_sandbox(
    phonecom_sandbox: SharedSandbox, phonecom_environment: None
) -> None:
    """What makes its own clients from the environment reaches the sandbox."""
    phonecom_sandbox.add_account(ACCOUNT)

    async with PhoneComClient.from_env() as phonecom, LinqClient.from_env() as linq:
        await phonecom.account(ACCOUNT).listeners.list()
        await linq.webhook_subscriptions.list()

    assert [each.service for each in phonecom_sandbox.requests] == ["phonecom", "linq"]


@pytest.mark.phonecom_sandbox(rate_limits=True)
async def test_a_server_s_limits_go_by_the_clock_that_skips(
    phonecom_sandbox: SharedSandbox, phonecom_client: PhoneComClient
) -> None:
    """A sandbox with limits has room again when the client has skipped its wait."""
    phonecom_sandbox.add_account(ACCOUNT)

    for _ in range(35):
        await phonecom_client.account(ACCOUNT).profiles.list()

    assert {each.status for each in phonecom_sandbox.requests} == {200}


def test_options_of_the_closest_marker_count_more() -> None:
    """A class's marker is completed, and overruled, by a test's own."""
    closest = pytest.mark.phonecom_sandbox(total=True)
    module = pytest.mark.phonecom_sandbox(total=False, token="other")

    sandbox = sandbox_for([closest.mark, module.mark])

    assert (sandbox.token, sandbox.behaviour.total) == ("other", True)


def test_options_without_names_are_refused() -> None:
    """None is left out in silence: the test would run without what it asks for."""
    with pytest.raises(TypeError, match="by name, such as rate_limits=True, not True"):
        sandbox_for([pytest.mark.phonecom_sandbox(True).mark])


def test_a_client_is_closed_on_a_loop_that_goes_on() -> None:
    """One loop for all tests keeps no connection of a test that is over."""
    with ThreadedServer() as server, asyncio.Runner() as runner:
        sandbox = sandbox_for([])
        sandbox.add_account(ACCOUNT)
        with (
            server.serving(sandbox),
            closed_afterwards(
                PhoneComClient, sandbox.token, sandbox.phonecom_url
            ) as client,
        ):
            runner.run(client.account(ACCOUNT).profiles.list().collect())
            transport = client._session._transport
            [state] = transport._loops.values()  # type: ignore[attr-defined]
        assert state.session.closed
        assert asyncio.all_tasks(runner.get_loop()) == set()


def test_a_client_whose_loop_is_over_is_left_to_it() -> None:
    """Where each test has a loop of its own, that has closed the client's sessions."""
    with ThreadedServer() as server:
        sandbox = sandbox_for([])
        sandbox.add_account(ACCOUNT)
        with (
            server.serving(sandbox),
            closed_afterwards(
                PhoneComClient, sandbox.token, sandbox.phonecom_url
            ) as client,
        ):
            asyncio.run(client.account(ACCOUNT).profiles.list().collect())


async def test_a_client_left_open_does_not_reach_the_next_sandbox() -> None:
    """Between two tests connections are closed, and what is being answered dropped."""
    with ThreadedServer() as server:
        first, second = sandbox_for([]), sandbox_for([])
        first.add_account(ACCOUNT)
        first.fault(Fault(delay=60.0))
        with server.serving(first):
            client = PhoneComClient(
                first.token,
                base_url=first.phonecom_url,
                retry=RetryPolicy(attempts=1),
                rate_limits=None,
            )
            call = asyncio.create_task(client.account(ACCOUNT).profiles.get(1))
            while not first.requests:
                await asyncio.sleep(0.001)
        with pytest.raises(ConnectionLost):
            await call
        with pytest.raises(ConnectionLost):  # no sandbox is served
            await client.account(ACCOUNT).profiles.get(1)
        with server.serving(second), pytest.raises(NotFound):
            await client.account(ACCOUNT).profiles.get(1)
        await client.aclose()

    assert len(first.requests) == len(second.requests) == 1
    with pytest.raises(RuntimeError, match="not running"):
        assert first.phonecom_url


def test_nothing_is_left_of_a_server() -> None:
    """Its thread has ended and its port is free when it is left."""
    before = threading.active_count()
    with ThreadedServer() as server:
        sandbox = sandbox_for([])
        with server.serving(sandbox):
            url = urlsplit(sandbox.phonecom_url)
        assert threading.active_count() == before + 1

    assert threading.active_count() == before
    assert url.hostname
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind((url.hostname, url.port))


def test_a_server_that_cannot_listen_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """What kept it from listening is raised where it is entered, at once."""
    monkeypatch.setattr("phonecom_events.sandbox.threaded._HOST", "192.0.2.1")

    with pytest.raises(OSError), ThreadedServer():  # noqa: PT011 - of every system
        raise AssertionError


def test_changes_from_several_threads(phonecom_sandbox: SharedSandbox) -> None:
    """Rows that threads add while the server answers are all there, each once."""

    def add(_: int) -> None:
        for _ in range(50):
            phonecom_sandbox.add_listener(ACCOUNT)

    async def scan() -> None:
        async with PhoneComClient(
            phonecom_sandbox.token,
            base_url=phonecom_sandbox.phonecom_url,
            rate_limits=None,
        ) as client:
            for _ in range(5):
                await client.account(ACCOUNT).listeners.list()
            found = await client.account(ACCOUNT).listeners.list()
            ids.update(each.id for each in found)

    ids: set[int] = set()
    phonecom_sandbox.add_account(ACCOUNT)
    with ThreadPoolExecutor(4) as threads:
        adding = [threads.submit(add, n) for n in range(4)]
        asyncio.run(scan())
        for each in adding:
            each.result()
    asyncio.run(scan())

    assert len(ids) == 200


def test_every_method_of_a_sandbox_takes_the_lock(
    phonecom_sandbox: SharedSandbox,
) -> None:
    """No method that a test may call takes effect in the middle of an answer."""
    phonecom_sandbox.add_account(ACCOUNT)
    done = threading.Event()

    def look() -> None:
        phonecom_sandbox.add_listener(ACCOUNT)
        phonecom_sandbox.clear_requests()
        assert phonecom_sandbox.requests == ()
        done.set()

    other = threading.Thread(target=look)
    with phonecom_sandbox.lock:
        other.start()
        time.sleep(0.02)
        assert not done.is_set()
        assert len(phonecom_sandbox.tables.listeners) == 0
    other.join()
    assert done.is_set()


async def test_a_mock_answers_what_the_services_document(
    phonecom_wire: Wire, phonecom_no_wait: Skipped
) -> None:
    """Bodies are what the clients read, whatever the query; errors are errors."""
    at = f"/accounts/{ACCOUNT}/integrations/events"
    row = bodies.overview(
        bodies.listener(id=4107, callback_id=311),
        bodies.callback(id=311),
        bodies.subscription(["call", "inbound"]),
    )
    phonecom_wire.phonecom("GET", f"{at}/overview", bodies.page(row))
    phonecom_wire.phonecom("GET", f"{at}/profiles/3", bodies.profile(id=3))
    taken = bodies.problem(422, fields={"name": ["is taken"]})
    phonecom_wire.phonecom("POST", f"{at}/profiles", taken, status=422)
    phonecom_wire.phonecom("GET", f"{at}/callbacks/1", status=502, repeat=True)
    hooks = bodies.linq_subscriptions(bodies.linq_subscription(id="a"))
    phonecom_wire.linq("GET", "/v3/webhook-subscriptions", hooks)
    phonecom_wire.linq(
        "GET", "/v3/webhook-subscriptions/b", bodies.linq_problem(404), status=404
    )

    async with PhoneComClient("token") as phonecom, LinqClient("key") as linq:
        account = phonecom.account(ACCOUNT)
        [found] = await account.overview.list().collect()
        profile = await account.profiles.get(3)
        with pytest.raises(ValidationFailed, match="is taken"):
            await account.profiles.create(name="A", support_email=None)
        with pytest.raises(ServerError):
            await account.callbacks.get(1)
        [hook] = await linq.webhook_subscriptions.list()
        with pytest.raises(NotFound):
            await linq.webhook_subscriptions.get("b")

    assert (found.id, found.callback and found.callback.id) == (4107, 311)
    assert (profile.id, hook.id) == (3, "a")
    assert phonecom.statistics.retries == {"502": 3}


async def test_bodies_are_what_the_sandbox_answers(
    phonecom_sandbox: SharedSandbox, phonecom_client: PhoneComClient
) -> None:
    """What is made for mocks has the fields that a server answers, and no others."""
    seen: list[dict[str, object]] = []
    listener = phonecom_sandbox.add_listener(ACCOUNT, callback_id=1701)
    phonecom_sandbox.add_callback(ACCOUNT)
    phonecom_sandbox.add_subscription(listener["id"])
    url = phonecom_client._session.base_url
    at = f"{url}/accounts/{ACCOUNT}/integrations/events"
    import aiohttp  # noqa: PLC0415 - past the client, which would read it

    headers = {"Authorization": f"Bearer {phonecom_sandbox.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for path in ("overview", "listeners"):
            async with session.get(f"{at}/{path}") as answer:
                seen.append(await answer.json())
        async with session.get(f"{at}/profiles/9") as answer:
            refused = await answer.json()

    row = bodies.overview(bodies.listener(), bodies.callback(), bodies.subscription())
    page = bodies.page(row, limit=25)
    assert shape(seen[0]) == shape(page)
    assert shape(seen[1]) == shape(bodies.page(bodies.listener(), limit=25))
    assert shape(refused) == shape(bodies.problem(404))


def shape(value: object) -> object:
    """Return names and types of what is JSON, without its values."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return type(value).__name__


def test_the_other_bodies_can_be_made() -> None:
    """Accounts and extensions have bodies too."""
    assert bodies.account(7, name="Seven")["name"] == "Seven"
    assert bodies.extension(7, 9)["id"] == 9
