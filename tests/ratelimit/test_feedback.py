"""What an answer says about the limits, read from headers and the vendor's body."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from phonecom_events.http import Problem, Response
from phonecom_events.ratelimit.feedback import Outcome, read_outcome

NOW = 1_800_000_000.0


def read(response: Response, problem: Problem | None = None) -> Outcome:
    """Read an answer at a fixed time; a problem is not asked for without need."""

    def tell(_: Response) -> Problem:
        assert problem is not None
        return problem

    return read_outcome(response, tell, wall=lambda: NOW)


def test_refusal_gives_the_seconds_of_the_body() -> None:
    """The seconds that the vendor's envelope asks for are the pause."""
    problem = Problem(retry_after=11.0, retry_at=datetime.fromtimestamp(NOW + 500, UTC))
    said = read(Response(status=429), problem)
    assert said == Outcome(status=429, retry_after=11.0)


@pytest.mark.parametrize(("ahead", "pause"), [(11.0, 11.0), (-5.0, 0.0)])
def test_refusal_with_a_date_only_is_reckoned_from_now(
    ahead: float, pause: float
) -> None:
    """A moment becomes seconds from now, and one in the past none."""
    problem = Problem(retry_at=datetime.fromtimestamp(NOW + ahead, UTC))
    assert read(Response(status=429), problem) == Outcome(status=429, retry_after=pause)


@pytest.mark.parametrize(("body", "limit"), [(120, 120), (None, 30)])
def test_refusal_names_its_window(body: int | None, limit: int) -> None:
    """The size of the full window is the body's, or else the header's."""
    response = Response(status=429, headers={"ratelimit-limit": "30"})
    said = read(response, Problem(retry_after=11.0, limit=body))
    assert said == Outcome(status=429, retry_after=11.0, limit=limit)


def test_refusal_without_a_hint_gives_none() -> None:
    """A 429 that says nothing has no pause, and is a refusal all the same."""
    assert read(Response(status=429), Problem()) == Outcome(status=429)


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"ratelimit-reset": "11"}, (11.0, None)),
        ({"ratelimit-reset": f"{NOW + 11:.0f}"}, (11.0, None)),
        ({"ratelimit-reset": "86400"}, (86400.0, None)),
        ({"ratelimit-reset": "11", "ratelimit-limit": "30"}, (11.0, 30)),
        ({"ratelimit-reset": "11", "ratelimit-limit": "30, 30;w=60"}, (11.0, 30)),
        ({"ratelimit-reset": "11", "ratelimit-limit": "many"}, (11.0, None)),
        ({"ratelimit-reset": "11", "ratelimit-limit": "9" * 400}, (11.0, None)),
    ],
)
def test_other_answer_tells_when_none_remain(
    headers: dict[str, str], said: tuple[float, int | None]
) -> None:
    """Reset is seconds or Unix time; the size of the window is optional."""
    response = Response(status=200, headers={"ratelimit-remaining": "0", **headers})
    pause, limit = said
    assert read(response) == Outcome(status=200, retry_after=pause, limit=limit)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"ratelimit-remaining": "1", "ratelimit-reset": "11"},
        {"ratelimit-remaining": "0"},
        {"ratelimit-remaining": "0", "ratelimit-reset": "soon"},
        {"ratelimit-remaining": "0", "ratelimit-reset": "-1"},
        {"ratelimit-remaining": "\N{ARABIC-INDIC DIGIT ZERO}", "ratelimit-reset": "11"},
        {"ratelimit-remaining": "", "ratelimit-reset": "11"},
    ],
)
def test_other_answer_with_nothing_to_say_is_unremarkable(
    headers: dict[str, str],
) -> None:
    """Requests that remain, and headers that cannot be read, change nothing."""
    assert read(Response(status=200, headers=headers)) == Outcome(status=200)
