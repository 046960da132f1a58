"""Lists: paging, order, filters, and the envelope, by the example of listeners."""

from __future__ import annotations

import pytest

from .box import EVENTS, Box, open_box

LISTENERS = f"{EVENTS}/listeners"


def fill(box: Box, count: int) -> list[int]:
    """Add listeners to account 1; return their ids, newest first."""
    made = [box.sandbox.add_listener(1, callback_id=n) for n in range(1, count + 1)]
    return [row["id"] for row in reversed(made)]


async def test_a_bare_list_answers_25_newest_first(box: Box) -> None:
    """Without parameters a list answers 25 rows by descending id, and says so."""
    ids = fill(box, 30)
    answer = await box.phonecom("GET", LISTENERS)
    assert answer.ids == ids[:25]
    assert {k: v for k, v in answer.json.items() if k != "items"} == {
        "filters": {},
        "sort": {"id": "desc"},
        "limit": 25,
        "offset": 0,
    }


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_pages_join_to_the_whole_list(box: Box, order: str) -> None:
    """Consecutive pages hold every row once, in the order that was asked for."""
    ids = fill(box, 10)
    seen: list[int] = []
    for offset in range(0, 12, 4):
        answer = await box.phonecom(
            "GET", LISTENERS, params={"limit": 4, "offset": offset, "sort[id]": order}
        )
        assert answer.json["sort"] == {"id": order}
        seen += answer.ids
    assert seen == (ids if order == "desc" else ids[::-1])


@pytest.mark.parametrize("offset", [10, 11, 5000])
async def test_beyond_the_end_is_an_empty_page(box: Box, offset: int) -> None:
    """An offset at or past the end answers no items, in either order."""
    fill(box, 10)
    for order in ("asc", "desc"):
        answer = await box.phonecom(
            "GET", LISTENERS, params={"offset": offset, "sort[id]": order}
        )
        assert (answer.status, answer.ids) == (200, [])


@pytest.mark.parametrize(
    ("name", "value", "place"),
    [
        ("limit", "0", "limit"),
        ("limit", "501", "limit"),
        ("limit", "ten", "limit"),
        ("limit", "", "limit"),
        ("offset", "-1", "offset"),
        ("include_subaccounts", "-1", "include_subaccounts"),
        ("mode", "short", "mode"),
        ("sort[id]", "up", "sort.id"),
        ("sort[name]", "asc", "sort.name"),
        ("filters[version]", "2.0.0", "filters.version"),
        ("filters[callback_id]", "between:1", "filters.callback_id"),
        ("page", "2", "page"),
    ],
)
async def test_a_bad_parameter_is_named(
    box: Box, name: str, value: str, place: str
) -> None:
    """A parameter out of range or not known gets 422 under its own name."""
    fill(box, 1)
    answer = await box.phonecom("GET", LISTENERS, params={name: value})
    assert (answer.status, list(answer.fields)) == (422, [place])


async def test_limit_of_500_is_the_largest(box: Box) -> None:
    """A limit of 500 is taken, and gives up to 500 rows."""
    ids = fill(box, 501)
    answer = await box.phonecom("GET", LISTENERS, params={"limit": 500})
    assert answer.ids == ids[:500]


async def test_filter_keeps_what_matches_and_is_echoed(box: Box) -> None:
    """A bare filter value means equal; offset and limit count what is left."""
    mine = [box.sandbox.add_listener(1, callback_id=n % 2)["id"] for n in range(6)]
    answer = await box.phonecom(
        "GET",
        LISTENERS,
        params={"filters[callback_id]": "1", "limit": 2, "offset": 1},
    )
    assert answer.ids == [mine[3], mine[1]]
    assert answer.json["filters"] == {"callback_id": "1"}


async def test_repeated_filter_keeps_the_last(box: Box) -> None:
    """A filter given twice by one name counts once: the last."""
    fill(box, 3)
    answer = await box.phonecom(
        "GET",
        LISTENERS,
        params=[("filters[callback_id]", "1"), ("filters[callback_id]", "2")],
    )
    assert [item["callback_id"] for item in answer.json["items"]] == [2]
    assert answer.json["filters"] == {"callback_id": "2"}


async def test_filters_as_an_array_must_all_hold(box: Box) -> None:
    """Conditions repeated as an array are AND-ed, and echoed as a list."""
    fill(box, 6)
    answer = await box.phonecom(
        "GET",
        LISTENERS,
        params=[("filters[callback_id][]", "gt:2"), ("filters[callback_id][]", "lt:5")],
    )
    assert [item["callback_id"] for item in answer.json["items"]] == [4, 3]
    assert answer.json["filters"] == {"callback_id": ["gt:2", "lt:5"]}


async def test_a_filtered_list_sees_later_changes(box: Box) -> None:
    """A list asked for again shows what was added, changed and removed since."""
    ids = fill(box, 3)
    params = {"filters[callback_id]": "gte:2"}
    assert (await box.phonecom("GET", LISTENERS, params=params)).ids == ids[:2]
    added = box.sandbox.add_listener(1, callback_id=9)["id"]
    box.sandbox.remove_listener(ids[0])
    await box.phonecom("PATCH", f"{LISTENERS}/{ids[1]}", json={"callback_id": 1})
    assert (await box.phonecom("GET", LISTENERS, params=params)).ids == [added]


async def test_many_different_filters_stay_right(box: Box) -> None:
    """Lists that were sifted are not mixed up, however many there are."""
    fill(box, 40)
    for callback_id in [*range(1, 41), 1, 40]:
        params = {"filters[callback_id]": str(callback_id)}
        (item,) = (await box.phonecom("GET", LISTENERS, params=params)).json["items"]
        assert item["callback_id"] == callback_id


async def test_brief_leaves_the_id(box: Box) -> None:
    """`mode=brief` leaves only the id, in lists and in single answers."""
    (key,) = fill(box, 1)
    listed = await box.phonecom("GET", LISTENERS, params={"mode": "brief"})
    single = await box.phonecom("GET", f"{LISTENERS}/{key}", params={"mode": "brief"})
    assert listed.json["items"] == [{"id": key}]
    assert single.json == {"id": key}


async def test_single_get_takes_no_other_parameter(box: Box) -> None:
    """A single get takes `mode` alone."""
    (key,) = fill(box, 1)
    answer = await box.phonecom("GET", f"{LISTENERS}/{key}", params={"limit": 1})
    assert list(answer.fields) == ["limit"]


async def test_options_shape_the_envelope() -> None:
    """Options give a total, a null offset, lists for empty maps, and no order."""
    options = {
        "total": True,
        "offset_null": True,
        "empty_maps_as_lists": True,
        "echo_sort": False,
    }
    async with open_box(**options) as box:
        fill(box, 3)
        first = await box.phonecom("GET", LISTENERS, params={"limit": 1})
        second = await box.phonecom("GET", LISTENERS, params={"offset": 1})
    assert first.json["total"] == second.json["total"] == 3
    assert (first.json["offset"], second.json["offset"]) == (None, 1)
    assert first.json["filters"] == first.json["sort"] == []


async def test_options_bend_the_paging() -> None:
    """Options cut the limit, turn the default order, and ignore the offset."""
    async with open_box(limit_cap=2, default_order="asc", ignore_offset=True) as box:
        ids = fill(box, 5)[::-1]
        answer = await box.phonecom(
            "GET", LISTENERS, params={"limit": 500, "offset": 3}
        )
    assert answer.ids == ids[:2]
    assert (answer.json["limit"], answer.json["offset"]) == (2, 3)


async def test_a_limit_can_be_ignored() -> None:
    """All rows from the offset on come, however few were asked for."""
    async with open_box(ignore_limit=True) as box:
        ids = fill(box, 5)
        answer = await box.phonecom("GET", LISTENERS, params={"limit": 2, "offset": 1})
    assert answer.ids == ids[1:]
    assert answer.json["limit"] == 2


async def test_unknown_parameters_can_be_ignored() -> None:
    """Without `refuse_unknown`, an unknown parameter changes nothing."""
    async with open_box(refuse_unknown=False) as box:
        ids = fill(box, 2)
        answer = await box.phonecom("GET", LISTENERS, params={"page": 2})
    assert answer.ids == ids


async def test_subaccounts_are_listed_if_asked(box: Box) -> None:
    """`include_subaccounts` adds the rows of all accounts below, in one order."""
    box.sandbox.add_account(1)
    box.sandbox.add_account(2, parent=1)
    box.sandbox.add_account(3, parent=2)
    ids = [box.sandbox.add_listener(voip_id)["id"] for voip_id in (3, 1, 2, 3, 9)]
    alone = await box.phonecom("GET", LISTENERS)
    family = await box.phonecom("GET", LISTENERS, params={"include_subaccounts": 1})
    assert alone.ids == [ids[1]]
    assert family.ids == ids[3::-1]
    assert [item["voip_id"] for item in family.json["items"]] == [3, 2, 1, 3]
