"""Creates that nobody answers, over real sockets: looked for, and sent again or not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from phonecom_events import (
    ConnectFailed,
    DeadlineExceeded,
    LinqClient,
    OutcomeUnknown,
    PhoneComClient,
    RetryBudget,
    RetryPolicy,
    ValidationFailed,
)
from phonecom_events.phonecom import (
    HttpConfig,
    NewCallback,
    NewFilter,
    NewProfile,
    NumberFilter,
)
from phonecom_events.phonecom.callback_config import Header
from phonecom_events.sandbox import Fault, LoggedRequest, Sandbox
from phonecom_events.session import Session

from .conftest import ACCOUNT, fault_id, linq_client, phonecom_client, sent

QUICK = RetryPolicy(settle=0.02, base=0.0)
LATER = RetryPolicy(settle=0.1, base=0.0)
HEADERS = (Header(name="X-Api-Key", value="secret"), Header(name="X-Env", value="live"))
CALLBACK = NewCallback(
    config=HttpConfig(url="https://hooks.example.org/7", headers=HEADERS),
    profile=NewProfile(name="Ops", support_email="ops@example.org"),
)

# What is created, and where its listing is.
RESOURCES: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "listeners": lambda scope: scope.listeners.create(callback_id=7, reconcile=True),
    "profiles": lambda scope: scope.profiles.create(
        name="Ops", support_email="ops@example.org", reconcile=True
    ),
    "callbacks": lambda scope: scope.callbacks.create(
        config=HttpConfig(url="https://hooks.example.org/7", headers=HEADERS),
        name="crm",
        reconcile=True,
    ),
    "subscriptions": lambda scope: scope.listeners.subscriptions(31).create(
        tags=["call", "inbound"], reconcile=True
    ),
    "filters": lambda scope: scope.listeners.filters(31).create(
        filter_value=NumberFilter(match="+1%"), reconcile=True
    ),
    "overview": lambda scope: scope.overview.create(
        callback=CALLBACK,
        subscriptions=[["call"], ["message"]],
        filters=[NewFilter(filter_value=NumberFilter(eq="+12025550100"))],
        reconcile=True,
    ),
}
FAULTS = [
    (Fault(method="POST", cut="before"), 2),
    (Fault(method="POST", cut="after"), 1),
    (Fault(method="POST", cut="body"), 1),
    (Fault(method="POST", status=500), 2),
    (Fault(method="POST", status=503, effect=True), 1),
    (Fault(method="POST", status=408), 2),
    (Fault(method="POST", body=b"{", effect=True), 1),
]


@pytest.fixture
async def reconciling(sandbox: Sandbox) -> AsyncIterator[PhoneComClient]:
    """A client of a sandbox that has a callback 7, and a listener 31 of it."""
    sandbox.add_callback(ACCOUNT, id=7)
    sandbox.add_listener(ACCOUNT, callback_id=7, id=31)
    async with phonecom_client(sandbox, rate_limits=None, retry=QUICK) as client:
        yield client


def posts(sandbox: Sandbox) -> int:
    return sum(method == "POST" for method, _ in sent(sandbox))


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize(("fault", "attempts"), FAULTS, ids=fault_id)
async def test_it_is_created_once(
    sandbox: Sandbox,
    reconciling: PhoneComClient,
    resource: str,
    fault: Fault,
    attempts: int,
) -> None:
    """Whatever became of the first attempt, there is one more row, and that is it."""
    account = reconciling.account(ACCOUNT)
    listing = {
        "subscriptions": account.listeners.subscriptions(31),
        "filters": account.listeners.filters(31),
    }.get(resource) or getattr(account, resource)
    before = {row.id for row in await listing.list().collect()}
    sandbox.fault(fault)

    created = await RESOURCES[resource](account)

    after = {row.id for row in await listing.list().collect()}
    assert after - before == {created.id}
    assert posts(sandbox) == attempts


async def test_an_extension(sandbox: Sandbox, reconciling: PhoneComClient) -> None:
    """What is created for an extension is found among its rows."""
    sandbox.add_extension(ACCOUNT, 500)
    sandbox.fault(Fault(method="POST", cut="after"))

    extension = reconciling.account(ACCOUNT).extension(500)
    created = await extension.profiles.create(
        name="Ops", support_email="ops@example.org", reconcile=True
    )

    assert created.extension_id == 500
    assert posts(sandbox) == 1


async def test_a_late_effect(sandbox: Sandbox) -> None:
    """An effect that lands before `settle` is over is waited for."""
    sandbox.add_callback(ACCOUNT, id=7)
    sandbox.fault(Fault(method="POST", cut="after", late=0.03))

    async with phonecom_client(sandbox, retry=LATER) as phonecom:
        listeners = phonecom.account(ACCOUNT).listeners
        created = await listeners.create(callback_id=7, reconcile=True)

        assert [row.id async for row in listeners.list()] == [created.id]
    assert posts(sandbox) == 1


async def test_equal_rows_that_existed_before(
    sandbox: Sandbox, reconciling: PhoneComClient
) -> None:
    """An older listener with the same values is not taken for the new one."""
    sandbox.fault(Fault(method="POST", cut="before"))

    created = await RESOURCES["listeners"](reconciling.account(ACCOUNT))

    assert created.id != 31
    assert posts(sandbox) == 2


async def test_rows_of_others(sandbox: Sandbox, reconciling: PhoneComClient) -> None:
    """Rows that differ in a value sent change nothing; nor do rows that go."""

    def others(request: LoggedRequest) -> None:
        sandbox.add_profile(ACCOUNT, name=f"theirs {request.number}")
        sandbox.add_listener(ACCOUNT, callback_id=7, version="1.0.0")

    sandbox.before(others, method="GET")
    sandbox.fault(Fault(method="POST", cut="before"))
    account = reconciling.account(ACCOUNT)

    created = await account.profiles.create(
        name="Ops", support_email="ops@example.org", reconcile=True
    )
    listener = await account.listeners.create(
        callback_id=7, version="2.0.0", reconcile=True
    )

    assert created.name == "Ops"
    assert listener.version == "2.0.0"
    assert posts(sandbox) == 3


@pytest.mark.parametrize(
    ("theirs", "candidates"),
    [({}, 2), ({"expires_at": 2_000_000_000}, 1)],
    ids=["equal", "with more than was sent"],
)
async def test_what_cannot_be_told(
    sandbox: Sandbox, reconciling: PhoneComClient, theirs: Any, candidates: int
) -> None:
    """Several rows that may be it are candidates, and nothing more is sent."""
    sandbox.before(
        lambda _: sandbox.add_listener(ACCOUNT, callback_id=7, **theirs),
        method="POST",
        nth=1,
    )
    sandbox.fault(Fault(method="POST", cut="after" if candidates == 2 else "before"))

    with pytest.raises(OutcomeUnknown, match="any of") as raised:
        await RESOURCES["listeners"](reconciling.account(ACCOUNT))

    assert len(raised.value.candidates) == candidates
    assert posts(sandbox) == 1


async def test_a_part_of_an_overview(
    sandbox: Sandbox, reconciling: PhoneComClient
) -> None:
    """A new listener with some of the parts is neither taken nor doubled."""

    def partly(_: LoggedRequest) -> None:
        row = sandbox.add_listener(ACCOUNT, callback_id=7)
        sandbox.add_subscription(row["id"], ["call"])

    sandbox.before(partly, method="POST", nth=1)
    sandbox.fault(Fault(method="POST", status=500))

    with pytest.raises(OutcomeUnknown) as raised:
        await reconciling.account(ACCOUNT).overview.create(
            callback_id=7, subscriptions=[["call"], ["message"]], reconcile=True
        )

    assert len(raised.value.candidates) == 1
    assert posts(sandbox) == 1


async def test_same_values_at_the_same_time(
    sandbox: Sandbox, reconciling: PhoneComClient
) -> None:
    """Creates of one client with the same values do not take each other's row."""
    sandbox.fault(Fault(method="POST", cut="before", times=2))
    sandbox.fault(Fault(method="POST", cut="after", times=2))
    account = reconciling.account(ACCOUNT)

    created = await asyncio.gather(*(RESOURCES["listeners"](account) for _ in range(4)))

    assert len({row.id for row in created}) == 4
    assert len(await account.listeners.list().collect()) == 5


async def test_all_attempts_fail(sandbox: Sandbox, reconciling: PhoneComClient) -> None:
    """After the last attempt the error says that no row was there."""
    sandbox.fault(Fault(method="POST", status=500, times=None))

    with pytest.raises(
        OutcomeUnknown, match=r"no row that it could be.*4 of 4"
    ) as raised:
        await RESOURCES["listeners"](reconciling.account(ACCOUNT))

    assert raised.value.candidates == ()
    assert posts(sandbox) == 4
    assert reconciling.statistics.retries == {"500": 3}


async def test_the_budget_is_empty(sandbox: Sandbox) -> None:
    """To send it again draws on the budget, as any retry does."""
    none = RetryPolicy(settle=0.0, budget=RetryBudget(ratio=0.0, floor=0.0))
    sandbox.add_callback(ACCOUNT, id=7)
    sandbox.fault(Fault(method="POST", cut="before"))

    async with phonecom_client(sandbox, retry=none) as phonecom:
        with pytest.raises(OutcomeUnknown, match="budget is empty"):
            await RESOURCES["listeners"](phonecom.account(ACCOUNT))

    assert posts(sandbox) == 1


async def test_the_deadline(sandbox: Sandbox) -> None:
    """All of it ends within the deadline, and nothing is sent that cannot be judged."""
    sandbox.add_callback(ACCOUNT, id=7)
    sandbox.fault(Fault(method="POST", cut="after"))

    # So long that a busy machine changes nothing: none of it is waited for.
    patient = RetryPolicy(settle=60.0)
    async with phonecom_client(sandbox, retry=patient, deadline=30.0) as phonecom:
        with pytest.raises(OutcomeUnknown, match="no time was left to look"):
            await RESOURCES["listeners"](phonecom.account(ACCOUNT))


async def test_waiting_for_the_same_values(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wait for a create with the same values ends with the deadline, too."""
    taken = asyncio.Lock()
    await taken.acquire()
    monkeypatch.setattr(Session, "lock", lambda *_: taken)

    async with phonecom_client(sandbox, deadline=0.1, retry=QUICK) as phonecom:
        with pytest.raises(DeadlineExceeded, match="the same values"):
            await RESOURCES["listeners"](phonecom.account(ACCOUNT))

    assert posts(sandbox) == 0


async def test_looking_fails(sandbox: Sandbox, reconciling: PhoneComClient) -> None:
    """Where the listing cannot be read either, that is said, and nothing decided."""
    sandbox.fault(Fault(method="GET", skip=1, status=403, times=None))
    sandbox.fault(Fault(method="POST", cut="before"))

    with pytest.raises(OutcomeUnknown, match=r"looking for it failed, too.*403"):
        await RESOURCES["listeners"](reconciling.account(ACCOUNT))

    assert posts(sandbox) == 1


async def test_a_listing_that_is_not_sorted(sandbox: Sandbox) -> None:
    """Where the server ignores the order asked for, all ids are compared."""
    rows = [sandbox.add_profile(ACCOUNT, name=f"old {n}") for n in range(3)]

    def ascending(request: LoggedRequest) -> Fault | None:
        shown = [*rows, *new]
        return Fault(body={"items": shown, "limit": 500, "sort": {"id": "asc"}})

    new: list[Any] = []
    sandbox.fault(Fault(method="GET", times=None, respond=ascending))
    sandbox.fault(Fault(method="POST", cut="after"))
    sandbox.before(
        lambda _: new.append(
            rows[0] | {"id": 10**6, "name": "Ops", "support_email": "ops@example.org"}
        ),
        method="POST",
    )

    async with phonecom_client(sandbox, retry=QUICK) as phonecom:
        created = await RESOURCES["profiles"](phonecom.account(ACCOUNT))

    assert created.id == 10**6
    assert posts(sandbox) == 1


async def test_a_refusal_is_no_ambiguity(
    sandbox: Sandbox, reconciling: PhoneComClient
) -> None:
    """What the server refuses is raised, after one request to read and one to send."""
    sandbox.fault(Fault(method="POST", status=422))

    with pytest.raises(ValidationFailed):
        await RESOURCES["listeners"](reconciling.account(ACCOUNT))

    assert [method for method, _ in sent(sandbox)] == ["GET", "POST"]


async def test_what_exists_cannot_be_read() -> None:
    """If what exists cannot be read before, nothing is created."""
    async with PhoneComClient(
        "t", base_url="http://127.0.0.1:9", retry=RetryPolicy(attempts=1)
    ) as phonecom:
        with pytest.raises(ConnectFailed, match="GET"):
            await RESOURCES["listeners"](phonecom.account(ACCOUNT))


@pytest.mark.parametrize(("fault", "attempts"), FAULTS, ids=fault_id)
async def test_linq(
    sandbox: Sandbox, fault: Fault, attempts: int, caplog: pytest.LogCaptureFixture
) -> None:
    """A subscription that is found has no secret, which result and log say."""
    sandbox.add_linq_subscription("https://hooks.example.org/other")
    sandbox.fault(fault)

    async with linq_client(sandbox, retry=QUICK) as linq:
        created = await create_at_linq(linq)
        ids = [row.id async for row in linq.webhook_subscriptions.list()]

    assert len(ids) == 2
    assert created.id in ids
    assert posts(sandbox) == attempts
    assert (created.signing_secret is None) is (attempts == 1)
    warned = [r for r in caplog.records if r.levelno == logging.WARNING]
    assert len(warned) == (attempts == 1)


async def create_at_linq(linq: LinqClient) -> Any:
    return await linq.webhook_subscriptions.create(
        target_url="https://hooks.example.org/linq",
        subscribed_events=["message.received", "call.ended"],
        phone_numbers=[],
        reconcile=True,
    )


async def test_linq_refuses_what_an_earlier_attempt_made(sandbox: Sandbox) -> None:
    """A URL that must be unique, refused for our own row, leads to that row."""
    sandbox.fault(Fault(method="POST", cut="after", late=0.05))
    sandbox.fault(Fault(method="POST", delay=0.1))

    async with linq_client(sandbox, retry=QUICK) as linq:
        created = await create_at_linq(linq)

        assert [row.id async for row in linq.webhook_subscriptions.list()] == [
            created.id
        ]
    assert posts(sandbox) == 2


@pytest.mark.parametrize(
    ("scope", "expression"),
    [
        (lambda account: account.listeners, ".listeners.list"),
        (lambda account: account.extension(5).profiles, ".extension(5).profiles.list"),
        (
            lambda account: account.listeners.subscriptions(31),
            ".listeners.subscriptions(31).list",
        ),
    ],
)
async def test_without_it_a_line_tells_how_to_look(
    sandbox: Sandbox, reconciling: PhoneComClient, scope: Any, expression: str
) -> None:
    """The error ends with a line of Python that runs, and shows the newest rows."""
    sandbox.add_extension(ACCOUNT, 5)
    sandbox.fault(Fault(method="POST", cut="before"))
    given: dict[str, Any] = {
        "listeners": {"callback_id": 7},
        "profiles": {"name": "Ops", "support_email": "ops@example.org"},
        "subscriptions": {"tags": ["call"]},
    }
    resource = scope(reconciling.account(ACCOUNT))

    with pytest.raises(OutcomeUnknown) as raised:
        await resource.create(**given[resource.collection])

    line = str(raised.value).rpartition("to look: ")[2]
    assert f"account({ACCOUNT}){expression}" in line
    rows = await eval(line.removeprefix("await "), {"phonecom": reconciling})  # noqa: S307
    assert isinstance(rows, list)


async def test_an_update_tells_how_to_look(
    sandbox: Sandbox, reconciling: PhoneComClient
) -> None:
    """So does an update whose outcome is unknown."""
    sandbox.fault(Fault(method="PATCH", cut="after"))

    with pytest.raises(OutcomeUnknown, match=r"listeners\.get\(31\)$"):
        await reconciling.account(ACCOUNT).listeners.update(31, expires_at=None)


async def test_linq_tells_how_to_look(sandbox: Sandbox) -> None:
    """So does Linq's create."""
    sandbox.fault(Fault(method="POST", cut="after"))

    async with linq_client(sandbox) as linq:
        with pytest.raises(OutcomeUnknown, match=r"linq\.webhook_subscriptions\.list"):
            await linq.webhook_subscriptions.create(
                target_url="https://hooks.example.org/1", subscribed_events=["a"]
            )
