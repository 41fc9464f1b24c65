"""Outsiders, and people who type without end: their cost, which falls on no other person."""

import asyncio

import pytest

from ghapp.demo.github import Exchange, Pull
from tests.scenarios.scene import Scene


async def crowd(shop: Scene, who: str, bodies: list[str], *, on: Pull) -> list[Exchange]:
    """Posts all comments at once; the requests to GitHub that follow."""
    before = len(shop.github.exchanges)
    for start in range(0, len(bodies), 50):
        await asyncio.gather(*(shop.shop.comment(on, by=who, body=body) for body in bodies[start : start + 50]))
    await shop.idle()
    return shop.github.exchanges[before:]


def writes(asked: list[Exchange]) -> list[Exchange]:
    """The requests that change something visible."""
    return [one for one in asked if one.method != "GET" and one.path != "/graphql"]


@pytest.mark.parametrize("body", ["/deploy", "/deploi", "/unlock production because", "/deploy nowhere"])
async def test_a_thousand_comments_by_an_outsider_cost_two_writes(shop: Scene, body: str) -> None:
    """One reaction and one answer; after that a few calls a minute check whether the outsider has got access."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    asked = await crowd(shop, "eve", [body] * (1000 if body == "/deploy" else 30), on=pull)
    assert [(one.method, one.path.rsplit("/", 1)[1]) for one in writes(asked)].count(("POST", "comments")) == 1
    assert len(writes(asked)) <= 2
    assert len(asked) <= 12
    assert len(shop.replies(pull)) == 1
    assert shop.runs() == []


async def test_an_outsider_is_answered_again_after_ten_minutes(shop: Scene) -> None:
    """The same answer comes no sooner, although each command is checked."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    for _ in range(11):
        await shop.says("eve", "/deploy", on=pull)
        await shop.later(minutes=1)
    assert shop.codes(pull) == ["not_allowed"] * 2
    assert (await shop.history()).count("refused") == 2


async def test_a_person_who_gets_access_is_answered_at_once(shop: Scene) -> None:
    """Only identical answers are spaced, and here the role changes between two commands."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    await shop.says("eve", "/deploy", on=pull)
    shop.shop.people["eve"] = "write"
    await shop.says("eve", "/deploy", on=pull)
    assert shop.codes(pull) == ["not_allowed"]
    assert len(shop.runs()) == 1


async def test_a_different_refusal_is_answered_at_once(shop: Scene) -> None:
    """A reader who may not deploy, then may not unlock: each refusal comes once, and only a few in all."""
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
    """The outsiders' commands before it in the queue cost next to nothing."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    await crowd(shop, "eve", ["/deploy"] * 100, on=pull)
    await shop.says("taro", "/deploy", on=pull)
    assert len(shop.runs()) == 1


async def test_a_deployer_who_types_without_end_is_asked_once_to_slow_down(shop: Scene) -> None:
    """Ten commands a minute are carried out; the rest gets one answer, and a minute later commands work as before."""
    pull = await shop.opens("taro")
    asked = await crowd(shop, "taro", ["/status"] * 100, on=pull)
    assert shop.codes(pull) == ["status"] * 10 + ["slow_down"]
    assert len(writes(asked)) == 10 * 3 + 1
    await shop.later(minutes=1)
    await shop.says("taro", "/status", on=pull)
    assert shop.codes(pull)[-1] == "status"


async def test_refusals_of_a_deployer_are_not_limited(shop: Scene) -> None:
    """Only people without any right to change something are outsiders."""
    pull = await shop.opens("taro")
    for _ in range(3):
        await shop.says("taro", "/deploy", on=pull)
    assert shop.codes(pull) == ["not_merged"] * 3
