"""Several people roll back at the same moment, in every door: one step back, and each gets one answer.

And all releases that a rollback undoes are shown so in every place, and come again only by their numbers.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, permutations, product
from pathlib import Path
from typing import Any

import pytest

from ghapp.core.model.environment import Grant
from ghapp.demo.github import Fault, Pull, Report, faults
from ghapp.demo.slack import Message
from ghapp.demo.stage import CHANNEL, PEOPLE
from tests.sampled import sampled
from tests.scenarios.cloud import Cloud, cloud
from tests.scenarios.scene import Scene
from tests.scenarios.test_trouble import merged

ROLE = re.compile("/permission$")
DOORS = ("comment", "line", "message", "check")
IN_TURN = [*pairwise((*DOORS, DOORS[0]))]
HERE = ("comment", "check")  # answered on the pull request; in Slack visible to that person only
SAID = "{who} is already rolling production back to #42 (production-4)."
OVER = (
    "{who} has already rolled #43 back from production (production-4), so nothing more was done. #42 is live now. To "
    "undo #42 too: `/rollback production to #41`"
)

Act = Callable[[], Awaitable[None]]


class Three:
    """#41, #42 and #43 were live, one after the other; #43 is.

    `back`: whether #42 serves; `ends`, `fails`: end the rollback. #43's first buttons can still be pressed.
    """

    def __init__(self, shop: Scene, pulls: Sequence[Pull], back: Callable[[], bool], ends: Act, fails: Act) -> None:
        self.shop, self.pulls, self.back, self.ends, self.fails = shop, pulls, back, ends, fails
        report, message = shop.check(pulls[2]), shop.message("#43")
        assert report
        self.report: Report = report
        self.message: Message = replace(message)

    async def presses(self, who: str, door: str) -> None:
        """A person asks for the rollback of #43; it stays unworked."""
        match door:
            case "comment":
                await self.shop.shop.comment(self.pulls[2], by=who, body="/rollback")
            case "check":
                await self.shop.shop.press_late(self.report, "rollback", by=who)
            case "line":
                await self.shop.slack.type(CHANNEL, PEOPLE[who], "/rollback production")
            case _:
                await self.shop.slack.press(CHANNEL, PEOPLE[who], self.message, "rollback")

    async def grant(self) -> Grant:
        """The grant of the newest attempt."""
        found = await self.shop.environment()
        assert found.deployment
        return found.deployment.grant

    def answered(self, told: str, presses: Sequence[tuple[str, str]]) -> None:
        """Each of them got this answer once, where they pressed."""
        there = [one for one in self.shop.replies(self.pulls[2]) if told in one]
        assert len(there) == sum(door in HERE for _, door in presses)
        for who, door in presses:
            alone = [one for one in self.shop.whispers(who) if told in one]
            assert len(alone) == (door not in HERE), (who, door, self.shop.whispers(who))

    async def went_back_once(self) -> None:
        """#42 serves and its check shows it as live."""
        assert self.back()
        assert (await self.shop.history()).count("barred") == 1
        assert self.shop.stands(self.pulls[1])[1] == "Live on production"


RUNNERS = ("workflow", "codedeploy")


@pytest.fixture(params=RUNNERS)
async def three(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Three]:
    """On both runners."""
    people = "people: {mona: U024BE7LH, taro: U024BE7TA, hanako: U024BE7HA}\n"
    async with cloud(tmp_path, monkeypatch) as told:
        if request.param == "codedeploy":
            await told.configured(people)
            yield await _by_codedeploy(told)
        else:
            shop = told.shop
            config = "slack: {channel: C024BE91L}\nenvironments: {production: {workflow: deploy.yml}}\n" + people
            await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Roll back by the workflow")
            await shop.idle()
            yield await _by_workflow(shop)


async def _by_workflow(shop: Scene) -> Three:
    pulls = []
    for who in ("taro", "mona", "hanako"):
        pulls.append(await shop.released(who, f"{who}'s"))
        await shop.later(minutes=31)

    async def ends() -> None:
        await shop.ends(await shop.begins())

    async def fails() -> None:
        await shop.ends(await shop.begins(), "failure")

    return Three(shop, pulls, lambda: shop.shop.serving["production"] == pulls[1].merge_commit_sha, ends, fails)


async def _by_codedeploy(told: Cloud) -> Three:
    pulls = [await told.released(who, f"{who}'s") for who in ("taro", "mona", "hanako")]

    async def ends() -> None:
        await _until(told, "rolled_back", pulls[2])

    async def fails() -> None:
        made = told.group.deployments[-1]
        told.aws.fail(made)
        await _until(told, "rollback_failed", pulls[2])

    return Three(told.shop, pulls, lambda: told.serving == told.revision(pulls[1]), ends, fails)


async def _until(told: Cloud, code: str, pull: Pull) -> None:
    """Lets time pass until this notice appears."""
    for _ in range(30):
        await told.passes(seconds=10)
        if code in told.shop.codes(pull):
            return
    raise AssertionError(f"{code} is never told: {told.shop.codes(pull)}")


def on_both(
    cases: Sequence[tuple[Any, ...]], always: Sequence[tuple[Any, ...]], *, names: tuple[str, ...]
) -> pytest.MarkDecorator:
    """The cases on both runners. Every run takes those in `always`, on one runner after the other."""
    taken = [(RUNNERS[place % 2], *case) for place, case in enumerate(always)]
    every = [(runner, *case) for case in cases for runner in RUNNERS]
    return pytest.mark.parametrize(("three", *names), sampled(every, taken), indirect=["three"])


# ---------------------------------------------------------------- at the same moment


TWICE = [(door, door) for door in ("comment", "line")]


@on_both([*permutations(DOORS, 2), *TWICE], [*IN_TURN, TWICE[1]], names=("mona", "taro"))
async def test_two_rollbacks_at_once_go_one_step_back(three: Three, mona: str, taro: str) -> None:
    """In either order: #43 goes back to #42, and the other person's answer names the first."""
    presses = [("mona", mona), ("taro", taro)]
    for who, door in presses:
        await three.presses(who, door)
    await three.shop.idle()
    winner = (await three.grant()).actor
    three.answered(SAID.format(who=winner), [one for one in presses if one[0] != winner])
    await three.ends()
    await three.went_back_once()


ALL_THREE = [(("comment", "line", "check"),), (("line", "message", "comment"),), (("line",) * 3,)]


@on_both(ALL_THREE, ALL_THREE, names=("doors",))
async def test_three_rollbacks_at_once_go_one_step_back(three: Three, doors: tuple[str, str, str]) -> None:
    """Two are answered, each once."""
    presses = list(zip(("mona", "taro", "hanako"), doors, strict=True))
    for who, door in presses:
        await three.presses(who, door)
    await three.shop.idle()
    winner = (await three.grant()).actor
    three.answered(SAID.format(who=winner), [one for one in presses if one[0] != winner])
    await three.ends()
    await three.went_back_once()


@on_both([("comment",), ("line",)], [("comment",), ("line",)], names=("first",))
async def test_a_press_during_the_decision_of_the_first_goes_no_step_further(three: Three, first: str) -> None:
    """GitHub has not answered yet whether mona may, and taro presses in another door: they are decided in order."""
    answers = asyncio.Event()
    held = Fault("GET", ROLE, faults.barrier(answers))
    three.shop.github.faults.append(held)
    presses = [("mona", first), ("taro", "line" if first == "comment" else "comment")]
    await three.presses(*presses[0])
    working = asyncio.create_task(three.shop.idle())
    async with asyncio.timeout(5):
        while held.times:  # noqa: ASYNC110 - the fault has no event
            await asyncio.sleep(0)
    await three.presses(*presses[1])
    answers.set()
    await working
    await three.shop.idle()
    winner = (await three.grant()).actor
    three.answered(SAID.format(who=winner), [one for one in presses if one[0] != winner])
    await three.ends()
    await three.went_back_once()


# ---------------------------------------------------------------- after the first rollback


@on_both([*product(DOORS, DOORS)], IN_TURN, names=("first", "door"))
async def test_a_press_after_the_rollback_goes_no_step_further(three: Three, first: str, door: str) -> None:
    """From #43's own places, or typed within a minute: the answer names the first person, the live revision, and the
    line for one more step."""
    await three.presses("mona", first)
    await three.shop.idle()
    await three.ends()
    await three.presses("taro", door)
    await three.shop.idle()
    three.answered(OVER.format(who="mona"), [("taro", door)])
    await three.went_back_once()


async def test_a_line_that_waited_during_the_rollback_goes_no_step_further(three: Three) -> None:
    """Typed in Slack while the rollback is under way, and decided a minute later."""
    answers = asyncio.Event()
    await three.presses("mona", "comment")
    await three.shop.idle()
    held = Fault("GET", ROLE, faults.barrier(answers))
    three.shop.github.faults.append(held)
    async with three.shop.at_work():
        await three.presses("taro", "line")
        async with asyncio.timeout(5):
            while held.times:  # noqa: ASYNC110 - the fault has no event
                await asyncio.sleep(0)
        three.shop.stage.skip(timedelta(minutes=1))
        answers.set()
    await three.shop.idle()
    await three.ends()
    await three.went_back_once()


@on_both([(door,) for door in DOORS], [(door,) for door in DOORS], names=("door",))
async def test_after_a_failed_rollback_the_same_step_is_tried_again(three: Three, door: str) -> None:
    """Two at once again: one repeats the step with the same ends, and the other's answer names that person."""
    await three.presses("mona", "comment")
    await three.shop.idle()
    await three.fails()
    three.report = three.shop.check(three.pulls[2]) or three.report  # the newest check run
    presses = [("taro", door), ("hanako", "comment")]
    for who, where in presses:
        await three.presses(who, where)
    await three.shop.idle()
    grant = await three.grant()
    assert grant.undoes
    assert (grant.number, grant.undoes.pull.number, grant.leads_to) == (5, 43, 42)
    late = [one for one in presses if one[0] != grant.actor]
    three.answered(SAID.format(who=grant.actor).replace("production-4", "production-5"), late)
    await three.ends()
    await three.went_back_once()


@pytest.mark.parametrize("typed", ["/rollback production to #42", "/rollback production to #41"])
async def test_a_rollback_with_a_named_target_goes_there(three: Three, typed: str) -> None:
    """To the live revision: refused; one step further: done as typed."""
    await three.presses("mona", "line")
    await three.shop.idle()
    await three.ends()
    await three.shop.types("taro", typed)
    if typed.endswith("#42"):
        assert "#42 is already live on production" in three.shop.whispers("taro")[-1]
        await three.went_back_once()
    else:
        assert (await three.grant()).leads_to == 41


# ---------------------------------------------------------------- releases that shipped along


async def carried(shop: Scene) -> tuple[Pull, Pull, Pull]:
    """#41 was live; #43 is, and brought #42 along."""
    config = "slack: {channel: C024BE91L}\npeople: {mona: U024BE7LH}\n"
    config += "environments: {production: {workflow: deploy.yml}}\n"
    if shop._with_slack:
        await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Say who is who")
    first = await shop.released("taro", "First")
    await shop.says("taro", "/unlock", on=first)
    second = await merged(shop, "mona")
    return first, second, await _live(shop, "hanako", "Third")


async def _live(shop: Scene, who: str, title: str) -> Pull:
    pull = await shop.released(who, title)
    await shop.says(who, "/unlock", on=pull)
    return pull


async def test_a_release_that_shipped_along_is_rolled_back_in_every_place(shop: Scene) -> None:
    """Named in the announcement, mentioned in the result; in its check, its message, and the line."""
    _, second, third = await carried(shop)
    assert shop.stands(second) == ("success", "Went live on production, with #43", [])
    await shop.says("mona", "/rollback", on=second)
    assert "(hanako), and #42" in shop.replies(third)[-1]
    assert shop.replies(third)[-1].splitlines()[1].endswith("(mona), which came with it")
    assert shop.stands(second)[1] == "Being rolled back (production-3, by mona)"
    assert "This includes #42, which was deployed with #43." in shop.message("#42").text
    assert "Undone with #43: #42 (mona)" in shop.thread("#43")[-1]
    await shop.ends(await shop.begins())
    assert shop.replies(third)[-1].splitlines()[:2] == [
        shop.replies(third)[-1].splitlines()[0],
        "Undone with it: #42 (mona)",
    ]
    assert shop.replies(third)[-1].startswith("@mona @hanako **production was rolled back to #41**")
    for pull, line in ((second, "/deploy production #42 with #42"), (third, "/deploy production #43 with #43 #42")):
        assert shop.stands(pull) == ("cancelled", "Rolled back from production", [])
        summary = shop.check(pull)
        assert summary
        assert f"`{line}`" in (summary.summary or "")
        message = f"#{pull.number}"
        assert f"`{line}`" in shop.message(message).text
        assert "is live" not in shop.message(message).text
        assert shop.buttons(message) == []
    assert await shop.awaiting() == [42, 43]


async def test_a_release_that_shipped_along_is_rolled_back_in_its_comment(shop_without_slack: Scene) -> None:
    """The prompt on the pull request is edited."""
    shop = shop_without_slack
    _, second, third = await carried(shop)
    await shop.says("mona", "/rollback", on=third)
    await shop.ends(await shop.begins())
    assert any("`/deploy production #42 with #42`" in said for said in shop.replies(second))
    assert not any("is live" in said for said in shop.replies(second))


# ---------------------------------------------------------------- barred releases come again


async def test_a_barred_release_comes_again_by_the_shown_line_and_is_rolled_back_with_its_carrier(shop: Scene) -> None:
    """Neither by an ordinary line nor by a button; a rollback of the release that carries it undoes all of it."""
    first, _, third = await carried(shop)
    await shop.says("hanako", "/rollback", on=third)
    await shop.ends(await shop.begins())
    await shop.says("hanako", "/unlock production mended", on=third)
    fourth = await merged(shop, "taro")
    assert shop.stands(fourth)[2] == []
    assert shop.buttons("#44") == ["Skip"]
    runs = len(shop.runs())
    await shop.says("taro", "/deploy", on=fourth)
    await shop.types("mona", "/deploy production")
    line = "/deploy production #44 with #43 #42"
    assert f"`{line}`" in shop.replies(fourth)[-1]
    assert f"`{line}`" in shop.whispers("mona")[-1]
    assert len(shop.runs()) == runs
    await shop.types("mona", line)
    await shop.ends(await shop.begins())
    assert shop.stands(fourth)[1] == "Live on production"
    assert shop.stands(third)[1] == "Went live on production, with #44"
    assert await shop.awaiting() == []
    await shop.says("taro", "/rollback", on=fourth)
    await shop.ends(await shop.begins())
    assert shop.shop.serving == {"production": first.merge_commit_sha}, "#43 was rolled back before"
    assert await shop.awaiting() == [42, 43, 44]
    await shop.says("taro", "/unlock production", on=fourth)
    await shop.says("taro", "/deploy", on=fourth)
    assert "`/deploy production #44 with #44 #43 #42`" in shop.replies(fourth)[-1] or (
        "`/deploy production #44 with #44 #42 #43`" in shop.replies(fourth)[-1]
    )
