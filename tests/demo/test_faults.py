"""The faults that a visitor of the demo switches on, on the way from the local GitHub to ghapp."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from ghapp.demo.clock import Clock
from ghapp.demo.faults import NAMES, Faults
from ghapp.demo.github import Pull
from ghapp.demo.stage import Stage

GUID, EVENT = "X-GitHub-Delivery", "X-GitHub-Event"


class Listener:
    """ghapp's address: notes the id and the event of each delivery."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    async def hear(self, request: web.Request) -> web.Response:
        await request.read()
        self.heard.append((request.headers[GUID], request.headers[EVENT]))
        return web.Response(status=202)

    @property
    def guids(self) -> list[str]:
        return [guid for guid, _ in self.heard]


@pytest.fixture
async def listener() -> AsyncIterator[tuple[Stage, Listener]]:
    made, listener = Stage(clock=Clock(), language="en", permissions=PERMISSIONS), Listener()
    application = web.Application()
    application.router.add_post("/", listener.hear)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await made.open_pulls()
    made.github.webhook_url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield made, listener
    await made.close()
    await runner.cleanup()


PERMISSIONS = {"metadata": "read", "issues": "write", "pull_requests": "write", "contents": "read"}


async def comments(stage: Stage, times: int) -> None:
    """So many comments on #41, each of which is a delivery."""
    pull: Pull = stage.shop.pulls[41]
    for number in range(times):
        await stage.shop.comment(pull, by="taro", body=f"{number}")


async def test_twice_is_the_same_id_twice(listener: tuple[Stage, Listener]) -> None:
    """In a row, and in the log as a redelivery; once switched off, once."""
    (stage, heard), faults = listener, Faults(listener[0].github, listener[0].slack)
    faults.switch("twice", on=True)
    await comments(stage, 2)
    first, again, second, last = heard.guids
    assert (first, second) == (again, last)
    assert first != second
    assert [one.redelivery for one in stage.github.deliveries[-4:]] == [False, True, False, True]
    faults.switch("twice", on=False)
    await comments(stage, 1)
    assert len(heard.guids) == 5


async def test_reverse_delivers_the_newest_first(listener: tuple[Stage, Listener]) -> None:
    """Nobody waits for them, and each arrives once; those held at the end of the world are dropped."""
    (stage, heard), faults = listener, Faults(listener[0].github, listener[0].slack)
    faults.switch("reverse", on=True)
    await comments(stage, 2)
    await stage.shop.merge(stage.shop.pulls[41], by="taro")
    assert heard.heard == []
    await stage.github.until(lambda: len(heard.heard) == 4)
    assert [event for _, event in heard.heard] == ["push", "pull_request", "issue_comment", "issue_comment"]
    assert sorted(heard.guids, key=lambda guid: guid[-12:]) == heard.guids[::-1]
    await comments(stage, 1)


async def test_one_in_three_is_lost_and_may_be_sent_again(listener: tuple[Stage, Listener]) -> None:
    """GitHub's log shows it without an answer; the same id is delivered at the second try."""
    (stage, heard), faults = listener, Faults(listener[0].github, listener[0].slack)
    faults.switch("lose", on=True)
    await comments(stage, 6)
    missed = [one for one in stage.github.deliveries if one.status is None and one.event == "issue_comment"]
    assert (len(heard.guids), len(missed)) == (4, 2)
    for one in missed:
        await stage.github.redeliver(one.guid)
    assert {*heard.guids} == {one.guid for one in stage.github.deliveries if one.event == "issue_comment"}


async def test_all_switches_can_be_on_and_are_off_again(listener: tuple[Stage, Listener]) -> None:
    """Each by itself, also twice in a row."""
    stage, _ = listener
    faults = Faults(stage.github, stage.slack)
    for on in (False, True, True, False, False):
        for name in NAMES:
            faults.switch(name, on=on)
        assert faults.shown == dict.fromkeys(NAMES, on)
