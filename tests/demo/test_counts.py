"""The counts of the demo's page come from the world, so they would show what ghapp does wrong."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from ghapp.demo.counts import KNOWN, Counts, done_twice, two_at_once
from ghapp.demo.github import Delivery, Run
from ghapp.demo.slack import BOT, Message, Version
from ghapp.demo.stage import Stage
from tests.scenarios.scene import NOON, StillClock

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Three pull requests are open, and no server listens."""
    made = Stage(clock=StillClock(), language="en", permissions={"metadata": "read"})
    await made.open_pulls()
    yield made
    await made.close()


async def run(stage: Stage, ticket: str, environment: str = "production", *, lasts: float | None = None) -> Run:
    """A run that begins now. `lasts`: minutes after which it ends; None: it goes on."""
    sha = stage.shop.head
    made = await stage.shop.dispatch("deploy.yml", by="taro", inputs=_inputs(sha, environment, ticket))
    if lasts is not None:
        made.status, made.updated_at = "completed", stage.clock() + lasts * MINUTE
    return made


def _inputs(sha: str, environment: str, ticket: str) -> dict[str, object]:
    return {"sha": sha, "environment": environment, "ghapp": ticket}


async def test_a_number_with_two_runs_is_done_twice(stage: Stage) -> None:
    """The same number in another environment is another one, and a run of a person has none."""
    runs = stage.shop.runs
    await run(stage, "1:a", lasts=0)
    await run(stage, "1:a", "staging", lasts=0)
    await run(stage, "2:b", lasts=0)
    by_hand = await run(stage, "by hand", lasts=0)
    by_hand.inputs = {**by_hand.inputs, "ghapp": ""}
    again = await run(stage, "by hand", lasts=0)
    again.inputs = by_hand.inputs
    assert done_twice(runs.values()) == 0
    await run(stage, "1:a", lasts=0)
    await run(stage, "1:a", lasts=0)
    assert done_twice(runs.values()) == 1


async def test_a_run_that_begins_beside_another_is_counted(stage: Stage) -> None:
    """Also beside one that began long before; not one that begins when the other ends, nor one elsewhere."""
    runs, clock = stage.shop.runs, stage.clock
    await run(stage, "1:a", lasts=5)
    await run(stage, "1:a", "staging")
    clock.skip(5 * MINUTE)
    await run(stage, "2:b", lasts=60)
    assert two_at_once(runs.values(), clock()) == 0
    for times in (1, 2):
        clock.skip(5 * MINUTE)
        await run(stage, f"{times}:c", lasts=1)
        assert two_at_once(runs.values(), clock()) == times
    clock.skip(60 * MINUTE)
    await run(stage, "5:e")
    assert two_at_once(runs.values(), clock()) == 2
    await run(stage, "6:f")
    assert two_at_once(runs.values(), clock()) == 3


def delivery(guid: str, status: int | None = 202) -> Delivery:
    return Delivery(1, guid, "push", None, {}, status, NOON)


async def test_deliveries_are_counted_by_their_ids(stage: Stage) -> None:
    """An id that arrives three times was seen twice; one that did not arrive was lost; memory is bounded."""
    counts = Counts(stage)
    for guid, status in (("a", 202), ("b", None), ("a", 202), ("c", 500), ("b", 202), ("a", 200), ("d", 202)):
        stage.github.observe(delivery(guid, status))
    shown = counts.shown(is_held=False)
    assert (shown["deliveries"], shown["lost"], shown["seen_twice"]) == (7, 2, 1)
    for number in range(KNOWN):
        stage.github.observe(delivery(f"{number}"))
    stage.github.observe(delivery("a"))
    stage.github.observe(delivery(f"{KNOWN - 1}"))
    assert counts.shown(is_held=False)["seen_twice"] == 2


def message(stage: Stage, text: str) -> Message:
    """ghapp's message of this moment."""
    return stage.slack.append(stage.channel, Message(stage.slack.stamp(), BOT, Version(text, [])))


async def test_the_prompt_is_the_first_message_about_the_newest_merge(stage: Stage) -> None:
    """Not an earlier message, not one about another pull request, and no later edit of one."""
    counts, clock = Counts(stage), stage.clock
    assert counts.shown(is_held=False)["prompt_after"] is None
    message(stage, "#42 is open")
    clock.skip(MINUTE)
    await stage.shop.merge(stage.shop.pulls[42], by="mona")
    other = message(stage, "ready: #421")
    other.edits, other.current = [other.current], replace(other.current, text="ready: #42")
    assert counts.shown(is_held=False)["prompt_after"] is None
    clock.skip(timedelta(milliseconds=150))
    prompt = message(stage, "ready: #42")
    prompt.edits, prompt.current = [prompt.current], replace(prompt.current, text="live")
    clock.skip(MINUTE)
    message(stage, "#42 once more")
    assert counts.shown(is_held=False)["prompt_after"] == 0.15


async def test_gates_are_counted_while_an_environment_holds_merges(stage: Stage) -> None:
    """Of open pull requests alone; one without a gate is not held."""
    counts = Counts(stage)
    held, free = (stage.shop.pulls[number].head_sha for number in (41, 42))
    stage.shop.report_status(held, "ghapp/lock", "pending")
    stage.shop.report_status(free, "ghapp/lock", "success")
    assert counts.shown(is_held=True)["gates_held"] == [1, 3]
    assert counts.shown(is_held=False)["gates_held"] == [0, 0]
    await stage.shop.merge(stage.shop.pulls[41], by="taro")
    assert counts.shown(is_held=True)["gates_held"] == [0, 2]
