"""The reactions under a comment come at once and cost the release nothing."""

import asyncio
import re

import pytest

from ghapp.demo.github import Fault, Pull, faults
from tests.scenarios.scene import Scene

REACTIONS = re.compile("/reactions$")
ROLE = re.compile("/permission$")


async def waiting(shop: Scene) -> Pull:
    """#41 is merged and waits."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    return pull


@pytest.mark.parametrize(
    ("line", "sign"), [("/deploy", "rocket"), ("/status", "+1"), ("/unlock", "-1"), ("/deploi", "confused")]
)
async def test_a_command_gets_eyes_and_then_the_reaction_of_its_outcome(shop: Scene, line: str, sign: str) -> None:
    """The eyes stay beside the reaction of the outcome."""
    pull = await waiting(shop)
    comment = await shop.says("taro", line, on=pull)
    assert set(comment.reactions) == {("ghapp[bot]", "eyes"), ("ghapp[bot]", sign)}
    assert len(shop.calls("POST", f"/comments/{comment.id}/reactions")) == 2


async def test_each_command_makes_at_most_one_new_comment(shop: Scene) -> None:
    """Later changes edit it."""
    pull = await waiting(shop)
    for line in ("/status", "/help", "/deploi", "/lock production 1h", "/unlock production", "/deploy", "/deploy"):
        before = len(shop.calls("POST", "/issues/41/comments"))
        await shop.says("taro", line, on=pull)
        assert len(shop.calls("POST", "/issues/41/comments")) - before == 1, line
    before = len(shop.calls("POST", "/issues/41/comments"))
    await shop.ends(await shop.begins())
    assert len(shop.calls("POST", "/issues/41/comments")) == before


async def test_a_hanging_reaction_does_not_delay_a_release(shop: Scene) -> None:
    """The run starts while GitHub still holds the request for the eyes."""
    pull = await waiting(shop)
    gone_on = asyncio.Event()
    shop.github.faults.append(Fault("POST", REACTIONS, faults.barrier(gone_on, before=True)))
    await shop.shop.comment(pull, by="taro", body="/deploy")
    idle = asyncio.create_task(shop.idle())
    await shop.shop.run_queued()
    gone_on.set()
    await idle
    assert len(shop.runs()) == 1


async def test_failed_reactions_lose_nothing(shop: Scene) -> None:
    """They are not tried again, and no other work is."""
    pull = await waiting(shop)
    shop.github.faults.append(Fault("POST", REACTIONS, faults.status(502), times=2))
    comment = await shop.says("taro", "/deploy", on=pull)
    assert not comment.reactions
    assert len(shop.runs()) == 1
    assert len(shop.calls("POST", "/reactions")) == 2


async def test_a_command_that_has_to_wait_gets_eyes_once(shop: Scene) -> None:
    """It is tried several times, and the eyes are added once."""
    pull = await waiting(shop)
    shop.github.faults.append(Fault("GET", ROLE, faults.status(502), times=3))
    comment = await shop.says("taro", "/deploy", on=pull)
    assert set(comment.reactions) == {("ghapp[bot]", "eyes")}
    for _ in range(3):
        await shop.later(seconds=10)
    assert set(comment.reactions) == {("ghapp[bot]", "eyes"), ("ghapp[bot]", "rocket")}
    assert len(shop.calls("POST", f"/comments/{comment.id}/reactions")) == 2


async def test_without_a_config_there_are_no_reactions(shop: Scene) -> None:
    """ghapp does not react there at all."""
    await shop.shop.commit(".github/ghapp.yml", None, by="mona", message="No ghapp here")
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    comment = await shop.says("taro", "/deploy", on=pull)
    assert not comment.reactions
    assert shop.replies(pull) == []
