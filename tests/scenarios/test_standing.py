"""What GitHub and Slack say of our own App: each thing to mend is one line of the log and a word in `/readyz`."""

import asyncio
import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ghapp import settings
from ghapp.adapters.github.permissions import PERMISSIONS
from ghapp.assembly import assemble
from ghapp.cli.server import running
from ghapp.demo.github import Fault, faults
from ghapp.demo.github.shapes import events
from ghapp.demo.stage import CHANNEL
from ghapp.engine.exposure import PUBLIC
from tests.scenarios.scene import Scene, scene

WHO = re.compile("/app$")
PLAIN = {"ready": True, "store": "ok", "clock": "ok", "github": "ok", "slack": "ok"}


def other_key() -> str:
    """Of another App."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def errors(records: list[logging.LogRecord]) -> list[str]:
    """Why, of every line of the level error."""
    return [f"{record.__dict__.get('why')}" for record in records if record.levelno >= logging.ERROR]


async def ready_again(shop: Scene) -> dict[str, Any]:
    """A minute later."""
    await shop.later(minutes=11)
    return await shop.ready()


async def test_where_all_is_well_nothing_is_said(shop: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """Also at the second look."""
    assert await shop.ready() == PLAIN
    assert await ready_again(shop) == PLAIN
    assert errors(caplog.records) == []


async def test_a_public_app_without_owners_serves_nobody(shop: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """Everybody may install it, and their configs could name our channels: nothing is worked before it is said whom it
    serves, and then all that came in."""
    shop.github.app = replace(shop.github.app, public=True)
    await shop.restart()
    said = len(shop.channel())
    pull = await shop.opens("taro")
    await shop.says("taro", "/status", on=pull)
    report = await shop.ready()
    assert (report["ready"], report["owners"]) == (False, PUBLIC)
    assert "GHAPP_OWNERS=" in PUBLIC
    assert (shop.replies(pull), len(shop.channel())) == ([], said)
    assert PUBLIC in errors(caplog.records)
    shop.settings = {"GHAPP_OWNERS": "acme"}
    await shop.restart()
    await shop.idle()
    assert (await shop.ready()) == PLAIN
    assert shop.codes(pull) == ["status"]


async def test_an_app_that_is_made_private_serves_again(shop: Scene) -> None:
    """Without a restart, within minutes; and one that is made public is noticed within the hour."""
    public = replace(shop.github.app, public=True)
    private, shop.github.app = shop.github.app, public
    await shop.later(minutes=61)
    await shop.ready()
    assert (await ready_again(shop))["owners"] == PUBLIC
    shop.github.app = private
    await ready_again(shop)
    assert await ready_again(shop) == PLAIN


async def test_a_public_app_with_owners_serves_them(shop: Scene) -> None:
    """GitHub is not even asked."""
    shop.github.app = replace(shop.github.app, public=True)
    shop.settings = {"GHAPP_OWNERS": "acme"}
    before = len(shop.calls("GET", "/apps/ghapp"))
    await shop.restart()
    assert await shop.ready() == PLAIN
    assert len(shop.calls("GET", "/apps/ghapp")) == before


async def test_a_public_app_without_slack_serves_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger could use nothing of ours."""
    for name in settings.AWS:
        monkeypatch.delenv(name, raising=False)
    async with scene(tmp_path, slack=False) as shop:
        shop.github.app = replace(shop.github.app, public=True)
        await shop.restart()
        assert (await shop.ready())["ready"]


async def test_where_it_cannot_be_known_all_goes_on(shop: Scene) -> None:
    """GitHub shows nothing to strangers, or is away: the server is not stopped for that."""
    shop.github.app = replace(shop.github.app, public=True)
    shop.github.faults.append(Fault("GET", re.compile("/apps/ghapp$"), faults.status(401), times=9))
    await shop.restart()
    assert (await shop.ready())["ready"]


async def test_a_wrong_key_is_no_outage(shop: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """GitHub is there, and does not know us."""
    shop.settings = {"GITHUB_PRIVATE_KEY": other_key()}
    await shop.restart()
    said = (await shop.ready())["github"]
    assert said.startswith("refused: the key does not belong to App 4711 (GitHub answered 401: A JSON web token could")
    await shop.ready()
    assert errors(caplog.records) == [said]


async def test_a_wrong_app_id_likewise(shop: Scene) -> None:
    """Of another App, or of none at all: octokit/rest.js#218."""
    shop.settings = {"GITHUB_APP_ID": "4712"}
    await shop.restart()
    assert (await shop.ready())["github"].startswith("refused: the key does not belong to App 4712")
    nobody = faults.status(404, body={"message": "Integration not found"})
    shop.github.faults.append(Fault("GET", WHO, nobody, times=9))
    await shop.later(minutes=1)
    assert (await shop.ready())["github"].startswith("refused: there is no App 4712")


async def test_github_that_does_not_answer_is_unreachable(shop: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """That is no fault of ours, and none of the operator's."""
    shop.github.faults.append(Fault("GET", WHO, faults.status(503), times=9))
    assert (await shop.ready())["github"] == "unreachable"
    assert errors(caplog.records) == []


@pytest.mark.parametrize("name", [one.name for one in PERMISSIONS if one.name not in ("metadata", "members")])
async def test_what_an_account_has_not_accepted(tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Which and how often for anybody who looks, whose and where in the log; when it is accepted the word is gone."""
    async with scene(tmp_path) as shop:
        shop.github.lacks("acme", name)
        (level,) = (one.level for one in PERMISSIONS if one.name == name)
        said = (await shop.ready())["github"]
        assert said == f"not granted by 1 account: {name}: {level}"
        where = f"{shop.github.url}/organizations/acme/settings/installations/7001"
        await shop.ready()
        assert errors(caplog.records) == [f"not granted by acme: {name}: {level}, see {where}"]
        await shop.github.accept("acme")
        assert await ready_again(shop) == PLAIN


async def test_accounts_are_counted_and_not_named(shop: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """Anybody may look, and whom a server serves is not for everybody."""
    await shop.github.install("globex")
    for owner in ("acme", "globex"):
        shop.github.lacks(owner, "statuses")
    await shop.later(minutes=11)
    assert (await shop.ready())["github"] == "not granted by 2 accounts: statuses: write"
    assert [why.split(":")[0] for why in errors(caplog.records)] == ["not granted by acme", "not granted by globex"]


async def test_what_the_app_itself_does_not_ask_for(shop: Scene) -> None:
    """It was registered with less than `app.yml` states."""
    less = {name: level for name, level in shop.github.app.permissions.items() if name != "statuses"}
    shop.github.app = replace(shop.github.app, permissions=less, events=("pull_request", "issue_comment"))
    assert (await shop.ready())["github"].split("; ") == [
        "the App does not ask for statuses: write: set it on the App's page",
        "the App is not subscribed to check_run, check_suite, workflow_run, push, repository, "
        "deployment_protection_rule, merge_group: set it on the App's page",
    ]


@pytest.mark.parametrize("token", ["xoxb-canary-wrong", ""])
async def test_a_wrong_token_of_slack(shop: Scene, token: str, caplog: pytest.LogCaptureFixture) -> None:
    """Told at once, not when a message is lost; without one there is no Slack to tell of."""
    shop.settings = {"SLACK_BOT_TOKEN": token, "SLACK_SIGNING_SECRET": "canary" * 4 if token else ""}
    await shop.restart()
    said = (await shop.ready()).get("slack")
    assert said == ("refused: Slack answered invalid_auth, so SLACK_BOT_TOKEN is of no use" if token else None)
    assert errors(caplog.records) == ([said] if token else [])


async def test_scopes_that_slack_does_not_give(shop: Scene) -> None:
    """By the header that comes with every answer: zulip/zulip#16788."""
    shop.slack.scopes -= {"users:read.email", "groups:history"}
    assert (await shop.ready())["slack"] == "missing scopes: groups:history, users:read.email"


async def test_a_channel_that_the_bot_posts_to_and_is_not_in(shop: Scene) -> None:
    """`chat:write.public` lets it post, and it cannot read there."""
    shop.slack.channels[CHANNEL].invited = False
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    assert len(shop.channel()) == 1
    said = f"invite the bot to {CHANNEL}: it cannot read what it posts there"
    assert (await ready_again(shop))["slack"] == said
    shop.slack.channels[CHANNEL].invited = True
    await shop.merges("mona", await shop.opens("mona"))
    assert await ready_again(shop) == PLAIN


async def test_it_is_said_at_the_start_although_nobody_looks(shop: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """As a server says it whose health nobody asks for."""
    shop.github.lacks("acme", "statuses")
    shop.slack.scopes -= {"users:read"}
    loaded = settings.load(await shop.environ(), dotenv=None)
    async with assemble(loaded, clock=shop.stage.clock) as made, running(made, ("127.0.0.1", 0), works=False):
        async with asyncio.timeout(20):
            while len(errors(caplog.records)) < 2:  # noqa: ASYNC110 - the log tells nobody
                await asyncio.sleep(0.01)
    assert [why.split(":")[0] for why in errors(caplog.records)] == ["not granted by acme", "missing scopes"]


async def test_a_webhook_that_is_set_up_is_connected(shop: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """GitHub pings once; the log tells that it got through."""
    caplog.set_level("INFO")
    await shop.github.send("ping", events.ping(shop.github))
    assert shop.github.deliveries[-1].status == 200
    line = next(record for record in caplog.records if record.__dict__.get("event") == "ping")
    assert line.__dict__["why"] == "connected"
