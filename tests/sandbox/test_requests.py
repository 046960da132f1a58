"""The request log, and hooks that run between requests."""

from __future__ import annotations

import pytest

from phonecom_events.sandbox import LoggedRequest

from .box import EVENTS, NOW, Box, open_box

LISTENERS = f"{EVENTS}/listeners"


async def test_a_request_is_logged_as_it_came(box: Box) -> None:
    """The log has method, raw path, repeated parameters, body, status and time."""
    box.sandbox.add_account(1)
    await box.phonecom(
        "POST", LISTENERS, json={"callback_id": 5}, params=[("a", "1"), ("a", "2")]
    )
    (record,) = box.sandbox.requests
    assert record.number == 1
    assert (record.service, record.method) == ("phonecom", "POST")
    assert record.path == f"/v4{LISTENERS}"
    assert record.query == (("a", "1"), ("a", "2"))
    assert record.json == {"callback_id": 5}
    assert record.status == 422
    assert record.time == NOW


async def test_the_credential_is_not_logged(box: Box) -> None:
    """The log says whether there was a credential, and never which."""
    await box.phonecom("GET", LISTENERS)
    await box.phonecom("GET", LISTENERS, credential=None)
    with_token, without = box.sandbox.requests
    assert (with_token.authorized, without.authorized) == (True, False)
    assert with_token.header("authorization") is None
    assert with_token.header("HOST") == without.header("Host")
    assert box.sandbox.token not in repr(box.sandbox.requests)


@pytest.mark.parametrize("data", [b"", b"no json", b"\xff"])
async def test_a_body_that_is_no_json_is_logged_as_none(box: Box, data: bytes) -> None:
    """What cannot be read as JSON is None in the log."""
    await box.phonecom("POST", LISTENERS, data=data)
    assert box.sandbox.requests[-1].json is None


@pytest.mark.parametrize(
    ("limit", "kept"), [(2, [3, 4]), (0, []), (None, [1, 2, 3, 4])]
)
async def test_the_log_keeps_the_last_requests(
    limit: int | None, kept: list[int]
) -> None:
    """With a limit, the oldest requests leave the log; numbers go on."""
    async with open_box(log_limit=limit) as box:
        for _ in range(4):
            await box.phonecom("GET", LISTENERS)
        assert [record.number for record in box.sandbox.requests] == kept


async def test_the_log_can_be_cleared(box: Box) -> None:
    """A cleared log is empty and goes on counting."""
    await box.phonecom("GET", LISTENERS)
    box.sandbox.clear_requests()
    await box.linq("GET", "/v3/webhook-events")
    (record,) = box.sandbox.requests
    assert (record.number, record.service) == (2, "linq")


async def test_a_hook_changes_what_is_answered(box: Box) -> None:
    """A hook runs before every matching request, and its changes show at once."""
    box.sandbox.add_account(1)
    seen: list[LoggedRequest] = []

    def add_one(record: LoggedRequest) -> None:
        seen.append(record)
        box.sandbox.add_listener(1)

    remove = box.sandbox.before(add_one, method="GET", path="listeners")
    await box.linq("GET", "/v3/webhook-events")
    pages = [await box.phonecom("GET", LISTENERS) for _ in range(2)]
    remove()
    remove()
    pages.append(await box.phonecom("GET", LISTENERS))
    assert [len(page.ids) for page in pages] == [1, 2, 2]
    assert [record.number for record in seen] == [2, 3]
    assert seen[0].status is None


async def test_a_hook_can_wait_for_the_nth_request(box: Box) -> None:
    """With `nth`, a hook runs once, before that matching request."""
    keys = [box.sandbox.add_listener(1)["id"] for _ in range(3)]
    box.sandbox.before(
        lambda _record: box.sandbox.remove_listener(keys[0]), nth=2, service="phonecom"
    )
    counts = [len((await box.phonecom("GET", LISTENERS)).ids) for _ in range(3)]
    assert counts == [3, 2, 2]


async def test_latency_can_be_told_for_each_request() -> None:
    """A latency function gets the request and gives the seconds to wait."""
    asked: list[str] = []

    def latency(record: LoggedRequest) -> float:
        asked.append(record.method)
        return 0.001

    async with open_box(latency=latency) as box:
        assert (await box.phonecom("GET", LISTENERS)).status == 404
    assert asked == ["GET"]
