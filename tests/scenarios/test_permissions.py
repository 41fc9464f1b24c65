"""What an account has not granted the App stops only what needs it: everything else goes on, and it is said."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ghapp.adapters.github.permissions import PERMISSIONS
from ghapp.demo.github import Pull
from ghapp.demo.stage import CONFIG
from tests.scenarios.scene import Scene, scene

NAMES = [one.name for one in PERMISSIONS if one.name != "metadata"]  # an App cannot be without that one
UNCHECKED = CONFIG.format(channel="C024BE91L", language="en", people="{}") + "    require: {checks: none}\n"
FREE = ("success", "Free to merge")
LOCKED = ("pending", "production: locked by taro until 14:42 JST: moving")


@asynccontextmanager
async def lacking(folder: Path, *names: str, config: str = "") -> AsyncIterator[Scene]:
    """The account has installed the App before these were asked for, and has accepted nothing since."""
    async with scene(folder) as shop:
        if config:
            await shop.shop.commit(".github/ghapp.yml", config, by="mona", message="Another config")
        shop.github.lacks("acme", *names)
        yield shop


async def merged(shop: Scene) -> Pull:
    """#41 waits for production."""
    pull = await shop.opens("taro", "Reword notifications")
    await shop.merges("taro", pull)
    return pull


def quiet(records: list[logging.LogRecord]) -> bool:
    """No traceback, and nothing given up."""
    return not [record for record in records if record.exc_info or record.message in ("failed", "dead letter")]


@pytest.mark.parametrize("name", NAMES)
async def test_each_that_is_missing_stops_nothing_else(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A lock, a release without checks, and its end: done as far as GitHub lets the App, and quietly."""
    caplog.set_level("INFO")
    async with lacking(tmp_path, name, config=UNCHECKED) as shop:
        pull, other = await merged(shop), await shop.opens("hanako")
        await shop.says("taro", "/lock production 1h moving", on=other)
        if name not in ("statuses", "issues", "pull_requests", "contents"):
            assert shop.gate(other) == LOCKED
        await shop.says("taro", "/unlock production", on=other)
        await shop.says("taro", "/deploy", on=pull)
        if name in ("actions", "contents", "issues", "pull_requests"):
            assert shop.runs() == []
        else:
            await shop.ends(await shop.begins())
            assert shop.shop.serving == {"production": pull.merge_commit_sha}
            assert any(text.startswith("✅") for text in shop.replies(pull))
        await shop.later(hours=3)
        assert quiet(caplog.records)
        assert await shop.dead() == []


@pytest.mark.parametrize(
    ("name", "permission"),
    [("actions", "actions: write"), ("checks", "checks: read"), ("statuses", "statuses: read")],
)
async def test_who_waits_for_a_release_reads_which_one_it_takes(tmp_path: Path, name: str, permission: str) -> None:
    """And where an owner accepts it; the environment stays free, and after that the same line does it."""
    async with lacking(tmp_path, name) as shop:
        pull = await merged(shop)
        await shop.says("taro", "/deploy", on=pull)
        assert shop.codes(pull) == ["not_granted"]
        where = "/organizations/acme/settings/installations/7001"
        assert f"takes the permission `{permission}`" in shop.replies(pull)[0]
        assert where in shop.replies(pull)[0]
        assert shop.runs() == []
        await shop.github.accept("acme")
        await shop.says("taro", "/deploy", on=pull)
        assert len(shop.runs()) == 1


@pytest.mark.parametrize("told", [True, False])
async def test_nobody_is_called_for_a_release_that_cannot_be_started(tmp_path: Path, told: bool) -> None:
    """No call, no reminder and no button, and everywhere what it takes; when that is there, its turn comes.

    Not `told`: the delivery was lost, and the hourly look finds it.
    """
    async with lacking(tmp_path, "actions", config=UNCHECKED) as shop:
        pull = await merged(shop)
        await shop.later(hours=4)
        assert "called" not in await shop.history()
        assert "reminded" not in await shop.history()
        assert "deploy" not in shop.stands(pull)[2]
        assert "Deploy" not in shop.buttons(f"#{pull.number}")
        assert "`actions: write`" in shop.message(f"#{pull.number}").text
        assert shop.gate(await shop.opens("hanako")) == FREE
        shop.github.webhook_url = shop.github.webhook_url if told else None
        await shop.github.accept("acme")
        await shop.later(minutes=1 if told else 61)
        assert "called" in await shop.history()
        assert "deploy" in shop.stands(pull)[2]
        assert "Deploy" in shop.buttons(f"#{pull.number}")


async def test_a_permission_that_is_taken_away_ends_the_call(tmp_path: Path) -> None:
    """Within the hour, or as soon as somebody types something."""
    async with scene(tmp_path) as shop:
        pull = await merged(shop)
        assert "deploy" in shop.stands(pull)[2]
        shop.github.lacks("acme", "actions")
        await shop.later(minutes=125)  # the token at hand was granted more
        assert "deploy" not in shop.stands(pull)[2]


async def test_a_team_that_may_not_be_asked_about_is_said_at_once(tmp_path: Path) -> None:
    """Whoever is let in by it alone is not."""
    config = UNCHECKED + '    deployers: ["@acme/sre"]\n'
    async with lacking(tmp_path, "members", config=config) as shop:
        pull = await merged(shop)
        await shop.says("taro", "/deploy", on=pull)
        assert shop.codes(pull) == ["not_granted"]
        assert "takes the permission `members: read`" in shop.replies(pull)[0]


async def test_what_is_not_shown_is_said_once_where_people_wait(tmp_path: Path) -> None:
    """A release goes on without GitHub's deployments, and one comment tells why they are not there."""
    async with lacking(tmp_path, "deployments") as shop:
        pull = await merged(shop)
        await shop.says("taro", "/deploy", on=pull)
        await shop.says("taro", "/status", on=pull)
        await shop.ends(await shop.begins())
        assert shop.codes(pull).count("lacks") == 1
        told = next(text for text in shop.replies(pull) if "lacks permissions" in text)
        assert "- `deployments: write`: GitHub's own pages do not show deployments;" in told
        assert shop.shop.deployments == {}
        assert shop.shop.serving == {"production": pull.merge_commit_sha}


@pytest.mark.parametrize("queue", [True, False])
async def test_a_merge_queues_permission_is_missed_where_there_is_a_queue(tmp_path: Path, queue: bool) -> None:
    """Elsewhere nobody waits for its gate."""
    async with lacking(tmp_path, "merge_queues") as shop:
        pull = await merged(shop)
        if queue:
            shop.shop.queues.add("main")
        await shop.says("taro", "/status", on=pull)
        assert ("lacks" in shop.codes(pull)) is queue


async def test_where_nothing_can_be_written_slack_is_answered_all_the_same(tmp_path: Path) -> None:
    """With `pull_requests: read` no comment is possible, and whoever asks in Slack reads why."""
    async with scene(tmp_path) as shop:
        shop.github.grants[7001] = {**shop.github.app.permissions, "pull_requests": "read"}
        pull = await merged(shop)
        await shop.says("taro", "/deploy", on=pull)
        assert shop.replies(pull) == []
        assert len(shop.runs()) == 1
        await shop.types("taro", "/ghapp status")
        assert "`pull_requests: write`: nothing can be answered in pull requests" in shop.whispers("taro")[-1]


async def test_a_gate_that_could_not_be_written_is_painted_when_it_can(tmp_path: Path) -> None:
    """When the owner accepts; nothing else has to happen."""
    async with lacking(tmp_path, "statuses") as shop:
        other, another = await shop.opens("hanako"), await shop.opens("mona")
        await shop.says("taro", "/lock production 1h moving", on=other)
        assert (shop.gate(other), shop.gate(another)) == (None, None)
        await shop.github.accept("acme")
        await shop.idle()
        assert (shop.gate(other), shop.gate(another)) == (LOCKED, LOCKED)


async def test_or_at_the_next_look_where_nobody_was_told(tmp_path: Path) -> None:
    """The delivery was lost: an hour later it is right all the same."""
    async with lacking(tmp_path, "statuses") as shop:
        other = await shop.opens("hanako")
        await shop.says("taro", "/lock production 7d moving", on=other)
        shop.github.webhook_url = None
        await shop.github.accept("acme")
        await shop.later(minutes=61)
        found = shop.gate(other)
        assert found
        assert found[0] == "pending"


async def test_a_check_and_a_record_that_were_missing_come_when_they_may(tmp_path: Path) -> None:
    """Likewise."""
    async with lacking(tmp_path, "checks", "deployments", config=UNCHECKED) as shop:
        pull = await shop.released("taro")
        assert (shop.shop.reports, shop.shop.deployments) == ({}, {})
        await shop.github.accept("acme")
        await shop.idle()
        assert shop.stands(pull)[0] == "success"
        assert [one.states[-1] for one in shop.shop.deployments.values()] == ["success"]


async def test_what_is_missing_costs_no_calls_that_are_refused(tmp_path: Path) -> None:
    """GitHub bans who goes on asking for what it may not have."""
    async with lacking(tmp_path, "checks", "deployments", "statuses", config=UNCHECKED) as shop:
        await shop.released("taro")
        await shop.later(hours=5)
        assert [one.path for one in shop.github.exchanges if one.status == 403] == []


@pytest.mark.parametrize("asks", ["/unlock production none is running", "/cancel"])
async def test_a_release_whose_run_may_not_be_read_any_more_is_given_up_by_a_person(tmp_path: Path, asks: str) -> None:
    """The account takes `actions` away in the midst of it: what becomes of the run is not known, and that is said."""
    async with scene(tmp_path) as shop:
        pull = await merged(shop)
        await shop.says("taro", "/deploy", on=pull)
        run = await shop.begins()
        shop.github.lacks("acme", "actions")
        await shop.later(minutes=61)  # the token at hand was granted more
        await shop.says("taro", asks, on=pull)
        for _ in range(5):
            await shop.later(minutes=1)
        told = shop.replies(pull)
        assert "nobody knows how it ended" in told[0]
        lost = next(text for text in told[1:] if "GitHub does not let ghapp read its run" in text and "@taro" in text)
        assert "`actions`" in lost
        assert "`/unlock production " in lost
        await shop.says("hanako", "/unlock production none is running", on=pull)
        assert any("gave up looking for the run of #41" in text for text in shop.replies(pull))
        assert "production-1 was cancelled: #41 may be on production" in shop.replies(pull)[0]
        await shop.github.accept("acme")
        await shop.says("taro", "/deploy", on=pull)
        await shop.later(minutes=1)
        assert [one.status for one in shop.shop.runs.values()] == ["completed", "queued"]
        assert run.conclusion == "cancelled"


async def test_or_it_is_found_again_when_the_owner_accepts(tmp_path: Path) -> None:
    """Nobody has given it up: it is as if nothing had been."""
    async with scene(tmp_path) as shop:
        pull = await merged(shop)
        await shop.says("taro", "/deploy", on=pull)
        run = await shop.begins()
        shop.github.lacks("acme", "actions")
        await shop.later(minutes=61)
        for _ in range(5):
            await shop.later(minutes=1)
        assert "does not let ghapp read" in shop.replies(pull)[0]
        await shop.github.accept("acme")
        await shop.later(minutes=11)
        assert "does not let ghapp read" not in shop.replies(pull)[0]
        await shop.ends(run)
        assert shop.replies(pull)[0].startswith("✅ **#41 is live on production**")
