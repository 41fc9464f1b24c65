"""Stacked pull requests: each layer shows the gate of the stack's base, and is released like any other."""

import re
from typing import Literal

import pytest

from ghapp.demo.github import Fault, Pull, faults
from tests.scenarios.scene import Scene

FREE = ("success", "Free to merge")
HELD = ("pending", "On hold until GitHub shows ghapp which stack this pull request is in")
LOCKED = ("pending", "production: locked by taro until 14:42 JST: trying something")


async def stacked(shop: Scene, count: int = 3) -> list[Pull]:
    """Opens this many pull requests on top of each other, and makes them a stack whose base is main."""
    layers = [await shop.opens("hanako", "Layer 1")]
    for number in range(2, count + 1):
        layers.append(await on_top(shop, layers[-1], f"Layer {number}"))
    await shop.shop.pile(*layers, by="hanako")
    await shop.idle()
    return layers


async def on_top(shop: Scene, below: Pull, title: str) -> Pull:
    """Opens a pull request whose base is another one's branch."""
    return await shop.opens("hanako", title, base=below.head)


async def lock(shop: Scene, on: Pull) -> None:
    """taro locks production for an hour."""
    await shop.says("taro", "/lock production 1h trying something", on=on)


async def test_every_layer_shows_the_gate_of_the_base_of_its_stack(shop: Scene) -> None:
    """From the moment the stack exists, and after each change of state."""
    layers = await stacked(shop)
    assert [shop.gate(pull) for pull in layers] == [FREE] * 3
    await lock(shop, layers[0])
    assert [shop.gate(pull) for pull in layers] == [LOCKED] * 3
    await shop.says("taro", "/unlock production", on=layers[0])
    assert [shop.gate(pull) for pull in layers] == [FREE] * 3


async def test_a_layer_gets_its_gate_at_once(shop: Scene) -> None:
    """When it joins a stack, and after a push or a label."""
    other = await shop.opens("taro")
    await lock(shop, other)
    below = await shop.opens("hanako", "Layer 1")
    above = await on_top(shop, below, "Layer 2")
    assert (shop.gate(below), shop.gate(above)) == (LOCKED, None)
    await shop.shop.pile(below, above, by="hanako")
    await shop.idle()
    assert shop.gate(above) == LOCKED
    await shop.shop.push(above, by="hanako")
    await shop.idle()
    assert shop.gate(above) == LOCKED


async def test_a_former_layer_does_not_keep_the_gate_of_the_stack(shop: Scene) -> None:
    """Its base is the branch below, which no environment releases from; the lowest still goes into main."""
    below, above = await stacked(shop, 2)
    await lock(shop, below)
    await shop.shop.unpile(shop.shop.stacks[0], by="hanako")
    await shop.idle()
    assert (shop.gate(below), shop.gate(above)) == (LOCKED, FREE)
    await shop.says("taro", "/unlock production", on=below)
    await shop.says("taro", "/lock production 1h trying something", on=below)
    assert (shop.gate(below), shop.gate(above)) == (LOCKED, FREE)


async def test_a_pull_request_with_a_new_base_does_not_keep_its_gate(shop: Scene) -> None:
    """With the old base the gate comes back; a pull request that never had a gate gets none."""
    pull, other = await shop.opens("hanako"), await shop.opens("taro")
    await lock(shop, other)
    apart = await on_top(shop, other, "Apart")
    await shop.shop.change_base(pull, other.head, by="hanako")
    await shop.shop.change_base(apart, pull.head, by="hanako")
    await shop.idle()
    assert (shop.gate(pull), shop.gate(apart)) == (FREE, None)
    await shop.shop.change_base(pull, "main", by="hanako")
    await shop.idle()
    assert shop.gate(pull) == LOCKED


async def test_a_pull_request_on_top_of_another_is_no_layer_without_a_stack(shop: Scene) -> None:
    """Its base is another one's branch, which no environment releases from."""
    layers = await stacked(shop, 2)
    apart = await on_top(shop, layers[0], "Apart")
    await lock(shop, layers[0])
    assert (shop.gate(layers[1]), shop.gate(apart)) == (LOCKED, None)


async def test_a_label_and_a_draft_count_for_a_layer_as_for_any_other(shop: Scene) -> None:
    """Its own label, by a person who may deploy."""
    config = shop.shop.git.commits[shop.shop.head].files[".github/ghapp.yml"]
    await shop.shop.commit(".github/ghapp.yml", f"{config}    except_label: hotfix\n", by="mona", message="Hotfixes")
    layers = await stacked(shop)
    layers[2].draft = True
    await shop.shop.label(layers[1], "hotfix", by="mona")
    await lock(shop, layers[0])
    assert [shop.gate(pull) for pull in layers] == [LOCKED, FREE, FREE]


async def test_a_server_without_stacks_misses_nothing(shop: Scene) -> None:
    """An older server, or a repository without stacks."""
    shop.github.faults.append(Fault("GET", re.compile("/stacks"), faults.status(404), times=999))
    pull = await shop.opens("hanako")
    await lock(shop, pull)
    assert shop.gate(pull) == LOCKED
    await shop.merges("hanako", pull)
    assert await shop.awaiting() == [pull.number]
    await shop.later(hours=2)
    assert await shop.awaiting() == [pull.number]


async def test_unreadable_stacks_delay_nothing_else(shop: Scene) -> None:
    """The request is repeated."""
    layers = await stacked(shop)
    shop.github.faults.append(Fault("GET", re.compile("/stacks"), faults.status(502), times=1))
    await lock(shop, layers[0])
    assert shop.gate(layers[0]) == LOCKED
    await shop.later(seconds=11)
    assert [shop.gate(pull) for pull in layers] == [LOCKED] * 3


@pytest.mark.parametrize("status", [403, 503])
async def test_while_stacks_cannot_be_read_no_layer_stays_free(shop: Scene, status: int) -> None:
    """A former layer is held, with the reason once no other obstacle exists, until the stacks are readable."""
    layers = await stacked(shop)
    apart = await on_top(shop, layers[0], "Apart")
    refusing = Fault("GET", re.compile("/stacks"), faults.status(status), times=999)
    shop.github.faults.append(refusing)
    await lock(shop, layers[0])
    assert [shop.gate(pull) for pull in layers] == [LOCKED] * 3
    await shop.later(minutes=6)
    assert (await shop.ready())["github"] == (
        "stacks not read in 1 repository: what may be a layer of one is not shown free there"
    )
    await shop.says("taro", "/unlock production", on=layers[0])
    assert [shop.gate(pull) for pull in layers] == [FREE, HELD, HELD]
    assert shop.gate(apart) is None
    shop.github.faults.remove(refusing)
    await shop.later(minutes=6)
    assert [shop.gate(pull) for pull in layers] == [FREE] * 3
    assert (await shop.ready())["github"] == "ok"


async def test_while_stacks_cannot_be_read_a_merge_without_a_webhook_is_found(shop: Scene) -> None:
    """The hourly recount goes on; layers are found by one that can read the stacks."""
    pull, layers = await shop.opens("taro"), await stacked(shop, 2)
    refusing = Fault("GET", re.compile("/stacks"), faults.status(403), times=999)
    shop.github.faults.append(refusing)
    heard, shop.github.webhook_url = shop.github.webhook_url, None
    await shop.shop.merge(pull, by="taro")
    await shop.shop.merge_stack(layers[1], by="hanako", told="top")
    shop.github.webhook_url = heard
    await shop.later(hours=1, minutes=1)
    assert pull.number in await shop.awaiting()
    shop.github.faults.remove(refusing)
    await shop.later(hours=1, minutes=1)
    assert {one.number for one in (pull, *layers)} == set(await shop.awaiting())


@pytest.mark.parametrize("squash", [True, False])
async def test_each_layer_of_a_merged_stack_gets_its_prompt_and_can_be_released(shop: Scene, squash: bool) -> None:
    """With a commit each, or one merge commit for all; the layers above go into main from then on."""
    shop.shop.squash = squash
    layers = await stacked(shop, 4)
    await shop.shop.merge_stack(layers[2], by="hanako")
    await shop.idle()
    assert await shop.awaiting() == [pull.number for pull in layers[:3]]
    assert all(shop.message(f"#{pull.number}") for pull in layers[:3])
    assert (layers[3].base, shop.gate(layers[3])) == ("main", FREE)
    await shop.says("hanako", "/deploy", on=layers[1])
    run = await shop.begins()
    assert run.inputs["sha"] == layers[1].merge_commit_sha
    await shop.ends(run)
    left = [layers[2].number] if squash else []
    assert await shop.awaiting() == left


@pytest.mark.parametrize("told", ["each", "top"])
async def test_all_layers_of_a_merged_stack_are_in_line_whichever_webhooks_come(
    shop: Scene, told: Literal["each", "top"]
) -> None:
    """The hourly recount finds the others; no prompt is posted twice."""
    layers = await stacked(shop)
    await shop.shop.merge_stack(layers[2], by="hanako", told=told)
    await shop.idle()
    assert layers[2].number in await shop.awaiting()
    for _ in range(2):
        await shop.later(hours=1, minutes=1)
        assert await shop.awaiting() == [pull.number for pull in layers]
    prompts = [text for text in shop.channel() if re.search(r"Layer \d \(#", text)]
    assert len(prompts) == 3
