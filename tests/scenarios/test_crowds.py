"""People who may not, and people who type without end: what they cost, and that nobody else pays."""

import asyncio

import pytest

from ghapp.demo.github import Exchange, Pull
from tests.scenarios.scene import Scene


async def crowd(shop: Scene, who: str, bodies: list[str], *, on: Pull) -> list[Exchange]:
    """All of it typed at once; what GitHub was asked for because of it."""
    before = len(shop.github.exchanges)
    for start in range(0, len(bodies), 50):
        await asyncio.gather(*(shop.shop.comment(on, by=who, body=body) for body in bodies[start : start + 50]))
    await shop.idle()
    return shop.github.exchanges[before:]


def writes(asked: list[Exchange]) -> list[Exchange]:
    """What changed something that people see."""
    return [one for one in asked if one.method != "GET" and one.path != "/graphql"]


@pytest.mark.parametrize("body", ["/deploy", "/deploi", "/unlock production because", "/deploy nowhere"])
async def test_a_thousand_comments_by_an_outsider_cost_two_writes(shop: Scene, body: str) -> None:
    """One sign and one answer, whatever was typed; after that a few looks a minute at whether they may by now."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    asked = await crowd(shop, "eve", [body] * (1000 if body == "/deploy" else 30), on=pull)
    assert [(one.method, one.path.rsplit("/", 1)[1]) for one in writes(asked)].count(("POST", "comments")) == 1
    assert len(writes(asked)) <= 2
    assert len(asked) <= 12
    assert len(shop.replies(pull)) == 1
    assert shop.runs() == []


async def test_an_outsider_is_answered_again_after_ten_minutes(shop: Scene) -> None:
    """The same answer comes no sooner, though each line is looked at."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    for _ in range(11):
        await shop.says("eve", "/deploy", on=pull)
        await shop.later(minutes=1)
    assert shop.codes(pull) == ["not_allowed"] * 2
    assert (await shop.history()).count("refused") == 2


async def test_whoever_was_let_in_meanwhile_is_heard_at_once(shop: Scene) -> None:
    """Only identical answers are spaced: the right to deploy was given between two lines."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    await shop.says("eve", "/deploy", on=pull)
    shop.shop.people["eve"] = "write"
    await shop.says("eve", "/deploy", on=pull)
    assert shop.codes(pull) == ["not_allowed"]
    assert len(shop.runs()) == 1


async def test_another_refusal_is_told_at_once(shop: Scene) -> None:
    """A reader who may not deploy, then may not unlock: each is said once, and no more than a few in all."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    for line in ("/deploy", "/unlock production now", "/deploy"):
        await shop.says("eve", line, on=pull)
    assert shop.codes(pull) == ["not_allowed"] * 2
    assert ["`/deploy`" in reply for reply in shop.replies(pull)] == [True, False]
    await shop.later(minutes=1)
    for line in ("/deploy nowhere", "/deploy elsewhere", "/deploy wherever"):
        await shop.says("eve", line, on=pull)
    assert len(shop.replies(pull)) == 3


async def test_a_crowd_of_outsiders_does_not_keep_a_deployer_waiting(shop: Scene) -> None:
    """What waits in line before the command costs next to nothing."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    await crowd(shop, "eve", ["/deploy"] * 100, on=pull)
    await shop.says("taro", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_who_may_and_types_without_end_is_told_once_to_slow_down(shop: Scene) -> None:
    """Ten a minute are carried out; the rest gets one answer, and a minute later all is as before."""
    pull = await shop.opens("taro")
    asked = await crowd(shop, "taro", ["/status"] * 100, on=pull)
    assert shop.codes(pull) == ["status"] * 10 + ["slow_down"]
    assert len(writes(asked)) == 10 * 3 + 1
    await shop.later(minutes=1)
    await shop.says("taro", "/status", on=pull)
    assert shop.codes(pull)[-1] == "status"


async def test_a_refusal_of_who_may_silences_nobody(shop: Scene) -> None:
    """Only those who may change nothing at all are outsiders."""
    pull = await shop.opens("taro")
    for _ in range(3):
        await shop.says("taro", "/deploy", on=pull)
    assert shop.codes(pull) == ["not_merged"] * 3
