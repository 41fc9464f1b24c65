"""Stored documents that this server cannot read or decode completely."""

import json
from datetime import timedelta
from typing import Any

import pytest

from ghapp.demo.stage import CONFIG
from ghapp.engine.documents import PEOPLE
from tests.scenarios.scene import Scene

COMMANDS = ("/deploy", "/deploy production", "/lock production 1h", "/unlock production why", "/rollback", "/cancel")


async def test_a_document_of_a_newer_server_is_locked_and_not_changed(shop: Scene) -> None:
    """Nothing is deployed, the refusal gives the reason, and no byte of it changes."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    newer = await shop.overwrite_document(b'{"schema": 9, "environment": {"holds": "of another kind"}}')
    await shop.says("taro", "/deploy production", on=pull)
    await shop.says("taro", "/deploy", on=pull)
    assert shop.codes(pull) == ["unreadable", "unreadable"]
    assert "it was written with schema 9, this server knows 1" in shop.replies(pull)[0]
    other = await shop.opens("hanako")
    await shop.merges("hanako", other)
    await shop.later(hours=1)
    assert shop.runs() == []
    assert await shop.document() == newer


def renamed(document: Any) -> str:
    """The manual hold has another name, under which this server finds none."""
    document["environment"]["held_by_hand"] = document["environment"].pop("manual")
    return "this server does not know environment.held_by_hand"


def another_hold(document: Any) -> str:
    """A hold of a kind that this server does not know."""
    document["environment"]["incident"] = {"until": None}
    return "this server does not know environment.incident"


def deeper(document: Any) -> str:
    """A requirement that this server does not know."""
    document["environment"]["config"]["require"]["signed"] = True
    return "this server does not know environment.config.require.signed"


def in_a_list(document: Any) -> str:
    """A field that this server does not know, on a waiting release."""
    document["environment"]["awaiting"][0]["withdrawn"] = True
    return "this server does not know environment.awaiting.0.withdrawn"


def lacking(document: Any) -> str:
    """Without its number, which would begin again."""
    del document["environment"]["number"]
    return "it lacks environment.number"


def beside(document: Any) -> str:
    """A field beside the environment."""
    document["sealed"] = True
    return "this server does not know sealed"


def of_another_form(document: Any) -> str:
    """A time in a form that this server accepts but never writes."""
    document["environment"]["created_at"] = document["environment"]["created_at"].replace("Z", "+00:00")
    return "this server reads something else in environment.created_at"


@pytest.mark.parametrize("other", [renamed, another_hold, deeper, in_a_list, lacking, beside, of_another_form])
async def test_a_document_with_unknown_parts_is_locked_and_not_changed(shop: Scene, other: Any) -> None:
    """Each refusal names the unknown part, and nothing is granted, ended or written."""
    pull = await shop.opens("mona")
    await shop.merges("mona", pull)
    await shop.says("taro", "/lock production forever migrating", on=pull)
    document = json.loads(await shop.document())
    why = other(document)
    written = await shop.overwrite_document(json.dumps(document).encode())
    before = len(shop.codes(pull))
    for line in COMMANDS:
        await shop.says("mona", line, on=pull)
    assert shop.codes(pull)[before:] == ["unreadable"] * len(COMMANDS)
    assert why in shop.replies(pull)[-1]
    await shop.says("mona", "/status", on=pull)
    assert why in shop.replies(pull)[-1]
    waiting = await shop.opens("hanako")
    await shop.merges("hanako", waiting)
    await shop.later(days=1)
    assert shop.runs() == []
    assert await shop.document() == written


async def linked(shop: Scene, people: str) -> None:
    """The config links only these people."""
    config = CONFIG.format(channel="C024BE91L", language="en", people=f"{{{people}}}")
    await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Link")
    await shop.idle()


async def test_people_stored_by_a_newer_server_lock_all_environments(shop: Scene) -> None:
    """The current links are unknown: nothing is deployed, the refusal gives the reason, and no byte of them changes."""
    await linked(shop, "mona: U024BE7LH")
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    newer = await shop.overwrite_document(b'{"schema": 9, "people": {"mona": ["U024BE7LH"]}}', name=PEOPLE)
    await shop.says("taro", "/deploy production", on=pull)
    assert shop.codes(pull)[-1] == "unreadable"
    assert "its people" in shop.replies(pull)[-1]
    await linked(shop, "mona: U024BE7LH, taro: U024BE7TA")
    await shop.later(hours=1)
    assert shop.runs() == []
    assert await shop.document(PEOPLE) == newer


async def test_a_person_linked_during_a_run_is_mentioned_at_its_end(shop: Scene) -> None:
    """A deployment keeps the config that it was accepted under, but links to Slack come from the newest config."""
    await linked(shop, "mona: U024BE7LH")
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy", on=pull)
    await linked(shop, "mona: U024BE7LH, taro: U024BE7TA")
    await shop.ends(shop.runs()[0], "failure")
    await shop.idle()
    assert any("<@U024BE7TA>" in message and "failed" in message for message in shop.channel())


async def test_the_gate_stays_closed_while_the_document_is_unreadable(shop: Scene) -> None:
    """For pull requests opened before and after."""
    pull, waiting = await shop.opens("mona"), await shop.opens("hanako")
    await shop.merges("mona", pull)
    await shop.says("taro", "/lock production forever migrating", on=pull)
    held = shop.gate(waiting)
    assert held
    assert held[0] == "pending"
    document = json.loads(await shop.document())
    renamed(document)
    await shop.overwrite_document(json.dumps(document).encode())
    await shop.restart()
    await shop.later(hours=1)
    opened = await shop.opens("taro")
    assert shop.gate(waiting) == held
    assert (shop.gate(opened) or ("",))[0] != "success"


async def test_an_unreadable_environment_stays_due_for_a_newer_server(shop: Scene) -> None:
    """During an update an older server may claim an environment of a newer one, and must not put it to rest."""
    pull = await shop.opens("mona")
    await shop.merges("mona", pull)
    await shop.says("mona", "/deploy", on=pull)
    document = json.loads(await shop.document())
    another_hold(document)
    await shop.overwrite_document(json.dumps(document).encode())
    await shop.later(hours=1)
    shop.stage.skip(timedelta(minutes=1))
    assert await shop.due() == ["production"]


async def test_a_document_is_readable_in_any_order_of_fields(shop: Scene) -> None:
    """And with any white space between them."""
    pull = await shop.opens("mona")
    await shop.merges("mona", pull)
    document = json.loads(await shop.document())
    document["environment"] = dict(reversed(document["environment"].items()))
    await shop.overwrite_document(json.dumps(document, indent=1).encode())
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == 1
