"""The check runs of releases: made once, found again by what stands in them, and told anew each time."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from ghapp.core.mark import Mark
from ghapp.core.views.check_run import Action, CheckRun
from ghapp.ports import Permanent
from tests.adapters.github_calls import REPO, REPOSITORY, Bench, bench

HEAD = "a" * 40
LIST = f"{REPO}/commits/{HEAD}/check-runs?app_id=4711&filter=latest&per_page=100"


@pytest.fixture
async def on() -> AsyncIterator[Bench]:
    async with bench() as made:
        made.minted()
        yield made


def mark(**more: Any) -> Mark:
    plain: dict[str, Any] = {"repository": REPOSITORY.id, "environment": "production", "pull": 42, "painted": 7}
    return Mark(**{**plain, **more})


def check(**more: Any) -> CheckRun:
    """#42 waits."""
    plain: dict[str, Any] = {
        "mark": mark(),
        "head": HEAD,
        "conclusion": "neutral",
        "title": "Ready",
        "summary": "It is.",
    }
    actions = (Action("Deploy", "Release it", "deploy"),)
    return CheckRun(**{**plain, "actions": actions, **more})


def run(number: int, name: str, external_id: str | None) -> dict[str, Any]:
    return {"id": number, "name": name, "external_id": external_id, "output": {"annotations_count": 0}}


def listed(on: Bench, *runs: dict[str, Any]) -> None:
    on.web.get(LIST, payload={"total_count": len(runs), "check_runs": list(runs)})


async def test_a_known_one_is_told_anew_in_one_call(on: Bench) -> None:
    """With its buttons, and nothing of what it said before."""
    on.web.patch(f"{REPO}/check-runs/9", payload=run(9, "release / production", str(mark())))
    assert await on.github.release_checks.paint(REPOSITORY, check(), known=9) == 9
    assert on.sent("PATCH", "/check-runs/9") == [
        {
            "name": "release / production",
            "external_id": f"{REPOSITORY.id}/production/42/7",
            "output": {"title": "Ready", "summary": "It is."},
            "actions": [{"label": "Deploy", "description": "Release it", "identifier": "deploy"}],
            "status": "completed",
            "conclusion": "neutral",
        }
    ]


async def test_in_progress_takes_the_buttons_away_and_links_the_run(on: Bench) -> None:
    """GitHub keeps what is not sent."""
    on.web.patch(f"{REPO}/check-runs/9", payload=run(9, "release / production", str(mark())))
    going = check(conclusion=None, actions=(), url="https://github.com/acme/shop/actions/runs/1")
    await on.github.release_checks.paint(REPOSITORY, going, known=9)
    (body,) = on.sent("PATCH", "/check-runs/9")
    assert (body["status"], body["actions"], body["details_url"]) == ("in_progress", [], going.url)
    assert "conclusion" not in body


async def test_one_that_was_made_and_not_remembered_is_found_whatever_its_number(on: Bench) -> None:
    """The environment has moved on since."""
    listed(on, run(8, "ghapp/config", "f00"), run(9, "release / production", str(mark(painted=None))))
    on.web.patch(f"{REPO}/check-runs/9", payload=run(9, "release / production", str(mark())))
    assert await on.github.release_checks.paint(REPOSITORY, check(), known=None) == 9


@pytest.mark.parametrize(
    "other",
    [
        run(9, "release / production", str(mark(pull=4))),
        run(9, "release / production", str(mark(pull=421))),
        run(9, "release / production", str(mark(repository=REPOSITORY.id * 10))),
        run(9, "release / staging", str(mark())),
        run(9, "release / production", None),
    ],
    ids=["another pull request", "one that begins alike", "another repository", "another name", "none"],
)
async def test_what_is_not_it_is_not_taken_for_it(on: Bench, other: dict[str, Any]) -> None:
    """Two pull requests may have the same head."""
    listed(on, other)
    on.web.post(f"{REPO}/check-runs", status=201, payload=run(10, "release / production", str(mark())))
    assert await on.github.release_checks.paint(REPOSITORY, check(), known=None) == 10
    (body,) = on.sent("POST", "/check-runs")
    assert body["head_sha"] == HEAD


async def test_several_on_one_head_cost_one_look(on: Bench) -> None:
    """And a call each: one is there already, the other is not."""
    listed(on, run(9, "release / production", str(mark())))
    on.web.patch(f"{REPO}/check-runs/9", payload=run(9, "release / production", str(mark())))
    on.web.post(f"{REPO}/check-runs", status=201, payload=run(10, "release / staging", None))
    staging = check(mark=mark(environment="staging"))
    await on.github.release_checks.show(REPOSITORY, HEAD, [check(), staging])
    assert [body["name"] for body in on.sent("POST", "/check-runs")] == ["release / staging"]


async def test_what_github_refuses_is_permanent(on: Bench) -> None:
    """The permission was not granted: trying again would not help."""
    on.web.get(LIST, status=403, payload={"message": "Resource not accessible by integration"})
    with pytest.raises(Permanent, match="403"):
        await on.github.release_checks.paint(REPOSITORY, check(), known=None)
