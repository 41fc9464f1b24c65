"""A permission that an account has not granted stops only the work that needs it, and people read which it is."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ghapp.adapters.github.permissions import PERMISSIONS
from ghapp.demo.github import Pull
from ghapp.demo.stage import CONFIG
from tests.scenarios.scene import Scene, scene

NAMES = [one.name for one in PERMISSIONS if one.name != "metadata"]  # no App can lack that one
UNCHECKED = CONFIG.format(channel="C024BE91L", language="en", people="{}") + "    require: {checks: none}\n"
FREE = ("success", "Free to merge")
LOCKED = ("pending", "production: locked by taro until 14:42 JST: moving")


@asynccontextmanager
async def lacking(folder: Path, *names: str, config: str = "") -> AsyncIterator[Scene]:
    """The App was installed before these permissions were requested, and its account has accepted none since."""
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
    """No traceback and no dead letter."""
    return not [record for record in records if record.exc_info or record.message in ("failed", "dead letter")]


@pytest.mark.parametrize("name", NAMES)
async def test_each_missing_permission_stops_nothing_else(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A lock, a release without checks, and its end: as far as the permissions allow, and without errors in the log."""
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
async def test_the_refusal_of_a_release_names_the_missing_permission(
    tmp_path: Path, name: str, permission: str
) -> None:
    """The answer also links the page where an owner accepts it; after that the same line works."""
    async with lacking(tmp_path, name) as shop:
        pull = await merged(shop)
        await shop.says("taro", "/deploy", on=pull)
        assert shop.codes(pull) == ["not_granted"]
        where = "/organizations/acme/settings/installations/7001"
        assert f"needs the permission `{permission}`" in shop.replies(pull)[0]
        assert where in shop.replies(pull)[0]
        assert shop.runs() == []
        await shop.github.accept("acme")
        await shop.says("taro", "/deploy", on=pull)
        assert len(shop.runs()) == 1


@pytest.mark.parametrize("told", [True, False])
async def test_a_release_that_cannot_be_started_is_not_called(tmp_path: Path, told: bool) -> None:
    """No call, no reminder, no button; every place names the permission. Once it is granted, the call comes.

    Not `told`: the delivery was lost, and the hourly look finds the grant.
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
    """Within the hour, or at the next command."""
    async with scene(tmp_path) as shop:
        pull = await merged(shop)
        assert "deploy" in shop.stands(pull)[2]
        shop.github.lacks("acme", "actions")
        await shop.later(minutes=125)  # the cached token has the old permissions
        assert "deploy" not in shop.stands(pull)[2]


async def test_an_unreadable_team_is_refused_at_once_with_the_permission(tmp_path: Path) -> None:
    """Without `members: read` ghapp cannot know a team's members, so it refuses them."""
    config = UNCHECKED + '    deployers: ["@acme/sre"]\n'
    async with lacking(tmp_path, "members", config=config) as shop:
        pull = await merged(shop)
        await shop.says("taro", "/deploy", on=pull)
        assert shop.codes(pull) == ["not_granted"]
        assert "needs the permission `members: read`" in shop.replies(pull)[0]


async def test_a_place_that_cannot_be_shown_is_explained_once(tmp_path: Path) -> None:
    """A release goes on without GitHub's deployments, and one comment gives the reason."""
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
async def test_the_permission_for_merge_queues_is_required_only_with_a_queue(tmp_path: Path, queue: bool) -> None:
    """Without a queue no gate on merge groups is needed."""
    async with lacking(tmp_path, "merge_queues") as shop:
        pull = await merged(shop)
        if queue:
            shop.shop.queues.add("main")
        await shop.says("taro", "/status", on=pull)
        assert ("lacks" in shop.codes(pull)) is queue


async def test_slack_is_answered_where_github_takes_no_comments(tmp_path: Path) -> None:
    """With `pull_requests: read` no comment is possible; `/ghapp status` in Slack gives the reason."""
    async with scene(tmp_path) as shop:
        shop.github.grants[7001] = {**shop.github.app.permissions, "pull_requests": "read"}
        pull = await merged(shop)
        await shop.says("taro", "/deploy", on=pull)
        assert shop.replies(pull) == []
        assert len(shop.runs()) == 1
        await shop.types("taro", "/ghapp status")
        assert "`pull_requests: write`: nothing can be answered in pull requests" in shop.whispers("taro")[-1]


async def test_a_gate_that_could_not_be_written_is_painted_once_the_permission_is_granted(tmp_path: Path) -> None:
    """As soon as the owner accepts; no other event is needed."""
    async with lacking(tmp_path, "statuses") as shop:
        other, another = await shop.opens("hanako"), await shop.opens("mona")
        await shop.says("taro", "/lock production 1h moving", on=other)
        assert (shop.gate(other), shop.gate(another)) == (None, None)
        await shop.github.accept("acme")
        await shop.idle()
        assert (shop.gate(other), shop.gate(another)) == (LOCKED, LOCKED)


async def test_a_gate_is_painted_at_the_next_look_after_a_grant_without_a_webhook(tmp_path: Path) -> None:
    """The delivery was lost: an hour later the gate is right all the same."""
    async with lacking(tmp_path, "statuses") as shop:
        other = await shop.opens("hanako")
        await shop.says("taro", "/lock production 7d moving", on=other)
        shop.github.webhook_url = None
        await shop.github.accept("acme")
        await shop.later(minutes=61)
        found = shop.gate(other)
        assert found
        assert found[0] == "pending"


async def test_check_and_deployment_record_appear_once_the_permissions_are_granted(tmp_path: Path) -> None:
    """As soon as the owner accepts."""
    async with lacking(tmp_path, "checks", "deployments", config=UNCHECKED) as shop:
        pull = await shop.released("taro")
        assert (shop.shop.reports, shop.shop.deployments) == ({}, {})
        await shop.github.accept("acme")
        await shop.idle()
        assert shop.stands(pull)[0] == "success"
        assert [one.states[-1] for one in shop.shop.deployments.values()] == ["success"]


async def test_a_missing_permission_costs_no_denied_calls(tmp_path: Path) -> None:
    """GitHub may ban an App that repeats denied requests."""
    async with lacking(tmp_path, "checks", "deployments", "statuses", config=UNCHECKED) as shop:
        await shop.released("taro")
        await shop.later(hours=5)
        assert [one.path for one in shop.github.exchanges if one.status == 403] == []


@pytest.mark.parametrize("asks", ["/unlock production none is running", "/cancel"])
async def test_a_release_whose_run_became_unreadable_can_be_given_up(tmp_path: Path, asks: str) -> None:
    """The account revokes `actions` during the run: its outcome is unknown, and people read so."""
    async with scene(tmp_path) as shop:
        pull = await merged(shop)
        await shop.says("taro", "/deploy", on=pull)
        run = await shop.begins()
        shop.github.lacks("acme", "actions")
        await shop.later(minutes=61)  # the cached token has the old permissions
        await shop.says("taro", asks, on=pull)
        for _ in range(5):
            await shop.later(minutes=1)
        told = shop.replies(pull)
        assert "outcome unknown" in told[0]
        lost = next(text for text in told[1:] if "GitHub does not let ghapp read its run" in text and "@taro" in text)
        assert "`actions`" in lost
        assert "`/unlock production " in lost
        await shop.says("hanako", "/unlock production none is running", on=pull)
        assert any("gave up looking for the run of #41" in text for text in shop.replies(pull))
        given_up = "was given up** (production-1, by @taro): it may be partly deployed; check the run"
        assert given_up in shop.replies(pull)[0]
        await shop.github.accept("acme")
        await shop.says("taro", "/deploy", on=pull)
        await shop.later(minutes=1)
        assert [one.status for one in shop.shop.runs.values()] == ["completed", "queued"]
        assert run.conclusion == "cancelled"


async def test_a_run_that_became_unreadable_is_found_again_when_the_owner_accepts(tmp_path: Path) -> None:
    """Unless a person gave it up, the run is followed as if nothing had happened."""
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
