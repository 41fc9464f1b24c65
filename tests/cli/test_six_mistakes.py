"""Six mistakes of a set-up: where a running server says each, and what `ghapp check --live` says. `-s` shows a table
with the seconds."""

import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from ghapp import settings
from ghapp.assembly import Spans, assemble
from ghapp.cli.server import running
from ghapp.demo.stage import CHANNEL
from tests.cli.live import live, said, to_do
from tests.scenarios.scene import Scene, scene
from tests.scenarios.test_standing import errors, other_key

SECRET = "canary-" + "0" * 40
Action = Callable[[Scene], Awaitable[None]]


async def nothing(_: Scene) -> None:
    """The server says it without an event."""


async def opened(shop: Scene) -> None:
    """A pull request is opened, of which the server is told."""
    await shop.shop.open_pull("taro", "Reword notifications")


async def merged(shop: Scene) -> None:
    """The first message in Slack; then the next look, a minute later."""
    pull = await shop.shop.open_pull("taro", "Reword notifications")
    await shop.shop.merge(pull, by="taro")
    await shop.slack.until(lambda: shop.channel() or None, timeout=20)
    shop.stage.skip(timedelta(seconds=61))


def without_event(shop: Scene) -> None:
    shop.github.app = replace(shop.github.app, events=tuple(e for e in shop.github.app.events if e != "issue_comment"))


def without_permission(shop: Scene) -> None:
    shop.github.lacks("acme", "statuses")


def with_wrong_key(shop: Scene) -> None:
    shop.settings["GITHUB_PRIVATE_KEY"] = other_key()


def with_wrong_token(shop: Scene) -> None:
    shop.settings["SLACK_BOT_TOKEN"] = "xoxb-canary-wrong"


def without_the_bot(shop: Scene) -> None:
    shop.slack.channels[CHANNEL].invited = False


def with_wrong_secret(shop: Scene) -> None:
    shop.settings["GITHUB_WEBHOOK_SECRET"] = SECRET


@dataclass(frozen=True)
class Mistake:
    """`make` it, start the server, let `then` happen. `place`: in `/readyz`; `part`: the beginning of what it says
    there, at `/` and in the log. `code` and `live`: of the check's finding."""

    make: Callable[[Scene], None]
    then: Action
    place: str
    part: str
    code: str
    live: str


MISTAKES = (
    Mistake(
        without_event,
        nothing,
        "github",
        "the App is not subscribed to issue_comment: set it on ",
        "app.permissions",
        "the App is not subscribed to issue_comment: set it on {github}/organizations/ghapp-makers/settings/apps/ghapp/"
        "permissions",
    ),
    Mistake(
        without_permission,
        nothing,
        "github",
        "not granted by ",
        "app.permissions",
        "not granted by acme: statuses: write, see {github}/organizations/acme/settings/installations/7001",
    ),
    Mistake(
        with_wrong_key,
        nothing,
        "github",
        "refused: the key does not belong to App 4711 (GitHub answered 401: ",
        "app.key",
        "refused: the key does not belong to App 4711 (GitHub answered 401: A JSON web token could not be decoded): "
        "set GITHUB_APP_ID and GITHUB_PRIVATE_KEY of one App",
    ),
    Mistake(
        with_wrong_token,
        nothing,
        "slack",
        "refused: Slack answered invalid_auth, so SLACK_BOT_TOKEN is of no use",
        "slack.token",
        "refused: Slack answered invalid_auth, so SLACK_BOT_TOKEN is of no use: copy the Bot User OAuth Token of the "
        "app's page `OAuth & Permissions` again",
    ),
    Mistake(
        without_the_bot,
        merged,
        "slack",
        "invite the bot to C024BE91L: it cannot read what it posts there",
        "slack.channel",
        "the bot is not in C024BE91L (acme/shop production), and cannot read what it posts there: type `/invite "
        "@ghapp` there",
    ),
    Mistake(
        with_wrong_secret,
        opened,
        "webhooks",
        "one of the deliveries from GitHub has no signature by GITHUB_WEBHOOK_SECRET, since ",
        "hook.delivery",
        "a delivery (pull_request) that GitHub sent at 2026-11-23 04:42 UTC was answered 401: set "
        "GITHUB_WEBHOOK_SECRET as the secret on {github}/organizations/ghapp-makers/settings/apps/ghapp",
    ),
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.make.__name__)
async def test_each_mistake_is_named(tmp_path: Path, mistake: Mistake, caplog: pytest.LogCaptureFixture) -> None:
    """By the running server in its log, in `/readyz` and at `/`, and by the check, which finds nothing else to do."""
    async with scene(tmp_path) as shop:
        await shop.stop()
        mistake.make(shop)
        loaded = settings.load(await shop.environ(), dotenv=None)
        began = time.monotonic()
        async with (
            assemble(loaded, clock=shop.stage.clock, spans=Spans(a_message_takes=0)) as made,
            running(made, ("127.0.0.1", 0)) as address,
            aiohttp.ClientSession(address) as client,
        ):
            shop.github.webhook_url = f"{address}/webhooks/github"
            await mistake.then(shop)
            report = await (await client.get("/readyz")).json()
            about = await (await client.get("/")).text()
            spoken = time.monotonic() - began
            assert report[mistake.place].startswith(mistake.part)
            assert f"- {mistake.place}: {mistake.part}" in about
            assert [why for why in errors(caplog.records) if why.startswith(mistake.part)]
            began = time.monotonic()
            found = await live(shop, address=address)
            checked = time.monotonic() - began
        assert said(found, mistake.code)[-1] == ("todo", mistake.live.format(github=shop.github.url))
        assert to_do(found) == [mistake.code]
        wrong = [f"{name}: {what}" for name, what in report.items() if what not in ("ok", True, False)]
        sys.stdout.write(
            f"\n{mistake.make.__name__}: after {spoken:.1f} s /readyz, / and the log: {wrong}; "
            f"check --live in {checked:.1f} s: {to_do(found)}"
        )
