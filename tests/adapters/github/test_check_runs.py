"""The check runs of releases: created once, found again by their external id, and updated each time."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from ghapp.adapters.github.check_runs import is_ours
from ghapp.core.model.button_id import ButtonId
from ghapp.core.model.published import Action, CheckRun
from ghapp.ports import Permanent, ShownCheck
from tests.adapters.github.calls import REPO, REPOSITORY, Bench, bench

HEAD = "a" * 40
LIST = f"{REPO}/commits/{HEAD}/check-runs?app_id=4711&filter=all&per_page=100"
OPEN, ENDED = ShownCheck(9, ended=False), ShownCheck(9, ended=True)


@pytest.fixture
async def on() -> AsyncIterator[Bench]:
    async with bench() as made:
        made.minted()
        yield made


def mark(**more: Any) -> ButtonId:
    plain: dict[str, Any] = {"repository": REPOSITORY.id, "environment": "production", "pull": 42, "painted": 7}
    return ButtonId(**{**plain, **more})


def check(**more: Any) -> CheckRun:
    """The check run of #42, which waits."""
    plain: dict[str, Any] = {
        "mark": mark(),
        "head": HEAD,
        "conclusion": "neutral",
        "title": "Ready",
        "summary": "It is.",
    }
    actions = (Action("Deploy", "Release it", "deploy"),)
    return CheckRun(**{**plain, "actions": actions, **more})


def run(number: int, name: str, external_id: str | None, status: str = "completed") -> dict[str, Any]:
    told = {"annotations_count": 0}
    return {"id": number, "name": name, "external_id": external_id, "output": told, "status": status}


def listed(on: Bench, *runs: dict[str, Any]) -> None:
    on.web.get(LIST, payload={"total_count": len(runs), "check_runs": list(runs)})


async def test_a_known_check_run_is_updated_in_one_call(on: Bench) -> None:
    """The call sends its buttons and all of its text."""
    on.web.patch(f"{REPO}/check-runs/9", payload=run(9, "release / production", str(mark())))
    assert await on.github.release_checks.paint(REPOSITORY, check(), known=ENDED) == ENDED
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
    """GitHub keeps fields that are not sent."""
    on.web.patch(f"{REPO}/check-runs/9", payload=run(9, "release / production", str(mark())))
    going = check(conclusion=None, actions=(), url="https://github.com/acme/shop/actions/runs/1")
    assert await on.github.release_checks.paint(REPOSITORY, going, known=OPEN) == OPEN
    (body,) = on.sent("PATCH", "/check-runs/9")
    assert (body["status"], body["actions"], body["details_url"]) == ("in_progress", [], going.url)
    assert "conclusion" not in body


GOING = check(conclusion=None, actions=())


async def test_a_completed_check_run_begins_again_as_a_new_one(on: Bench) -> None:
    """GitHub would answer an edit to "in progress" with success and change nothing."""
    listed(on, run(9, "release / production", str(mark())))
    on.web.post(f"{REPO}/check-runs", status=201, payload=run(10, "release / production", str(mark()), "in_progress"))
    assert await on.github.release_checks.paint(REPOSITORY, GOING, known=ENDED) == ShownCheck(10, ended=False)
    assert on.calls("PATCH", "/check-runs") == []
    assert on.sent("POST", "/check-runs")[0]["head_sha"] == HEAD


@pytest.mark.parametrize("now", [GOING, check(conclusion="failure")], ids=["goes on", "has ended"])
async def test_a_check_run_that_began_again_and_was_not_recorded_is_found(on: Bench, now: CheckRun) -> None:
    """Its worker died before it recorded the id: no second one is created, and this one is completed."""
    again = run(10, "release / production", str(mark()), "in_progress")
    listed(on, run(9, "release / production", str(mark())), again)
    on.web.patch(f"{REPO}/check-runs/10", payload=again)
    shown = await on.github.release_checks.paint(REPOSITORY, now, known=ENDED)
    assert shown == ShownCheck(10, ended=now.conclusion is not None)


async def test_two_check_runs_that_were_made_at_once_are_both_completed(on: Bench) -> None:
    """A worker slept with its creation on the way; the older one does not stay in progress."""
    going = [run(number, "release / production", str(mark()), "in_progress") for number in (10, 11)]
    listed(on, run(9, "release / production", str(mark())), *going)
    for one in going:
        on.web.patch(f"{REPO}/check-runs/{one['id']}", payload=one)
    ended, late = check(conclusion="success", actions=()), ShownCheck(11, ended=False)
    assert await on.github.release_checks.paint(REPOSITORY, ended, known=late) == ShownCheck(11, ended=True)
    said = [on.sent("PATCH", f"/check-runs/{number}")[0]["conclusion"] for number in (10, 11)]
    assert said == ["success", "success"]
    assert on.calls("PATCH", "/check-runs/9") == []


@pytest.mark.parametrize(("status", "calls"), [("completed", ("POST",)), ("in_progress", ("PATCH",))])
async def test_a_rerun_makes_a_new_check_run_where_the_old_one_is_completed(on: Bench, status: str, calls: Any) -> None:
    """One in progress is updated, so that it does not stay so for ever."""
    listed(on, run(9, "release / production", str(mark()), status))
    on.web.patch(f"{REPO}/check-runs/9", payload=run(9, "release / production", str(mark())))
    on.web.post(f"{REPO}/check-runs", status=201, payload=run(10, "release / production", str(mark())))
    await on.github.release_checks.paint(REPOSITORY, check(), known=None, again=True)
    assert tuple(method for method in ("POST", "PATCH") if on.calls(method, "/check-runs")) == calls


async def test_a_check_run_that_was_not_recorded_is_found_under_an_older_number(on: Bench) -> None:
    """The environment's number has risen since; of several the newest counts, in any order of GitHub's list."""
    old = [run(number, "release / production", str(mark(painted=number))) for number in (7, 9, 8)]
    listed(on, run(10, "ghapp/config", "f00"), *old)
    on.web.patch(f"{REPO}/check-runs/9", payload=run(9, "release / production", str(mark())))
    assert await on.github.release_checks.paint(REPOSITORY, check(), known=None) == ENDED


async def test_the_marks_of_a_head(on: Bench) -> None:
    """Each environment once, by its newest check run, and none that ghapp did not create."""
    first, second = (str(mark(painted=number)) for number in (6, 7))
    shown = [run(8, "release / production", first), run(9, "release / production", second)]
    strange = [run(11, "release / staging", second), run(12, "release / production", "x"), run(13, "ghapp/config", "y")]
    listed(on, *shown, *strange, run(10, "release / staging", str(mark(environment="staging"))))
    assert await on.github.release_checks.marks(REPOSITORY, HEAD) == [mark(), mark(environment="staging")]


@pytest.mark.parametrize(
    ("name", "external_id", "ours"),
    [
        ("release / production", "42/production/41/7", True),
        ("release / production", "42/staging/41/7", False),
        ("release / unit", "", False),
        ("release / unit", "build-77", False),
        ("ghapp/config", "41/0123456789abcdef", True),
        ("ghapp/config", "0123456789abcdef", False),
        ("test", "42/production/41/7", False),
    ],
)
def test_our_check_run_is_known_by_its_external_id(name: str, external_id: str, ours: bool) -> None:
    """Its name alone does not make it ours."""
    assert is_ours(name, external_id) is ours


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
async def test_another_check_run_is_not_taken_for_this_one(on: Bench, other: dict[str, Any]) -> None:
    """Two pull requests may have the same head."""
    listed(on, other)
    on.web.post(f"{REPO}/check-runs", status=201, payload=run(10, "release / production", str(mark())))
    assert await on.github.release_checks.paint(REPOSITORY, check(), known=None) == ShownCheck(10, ended=True)
    (body,) = on.sent("POST", "/check-runs")
    assert body["head_sha"] == HEAD


async def test_several_check_runs_on_one_head_cost_one_read(on: Bench) -> None:
    """Each costs one write more, whether it exists or not."""
    listed(on, run(9, "release / production", str(mark())))
    on.web.patch(f"{REPO}/check-runs/9", payload=run(9, "release / production", str(mark())))
    on.web.post(f"{REPO}/check-runs", status=201, payload=run(10, "release / staging", None))
    staging = check(mark=mark(environment="staging"))
    await on.github.release_checks.show(REPOSITORY, HEAD, [check(), staging])
    assert [body["name"] for body in on.sent("POST", "/check-runs")] == ["release / staging"]


async def test_a_missing_permission_is_permanent(on: Bench) -> None:
    on.web.get(LIST, status=403, payload={"message": "Resource not accessible by integration"})
    with pytest.raises(Permanent, match="403"):
        await on.github.release_checks.paint(REPOSITORY, check(), known=None)
