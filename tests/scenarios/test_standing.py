"""The App's state at GitHub and Slack: each problem is one line in the log and a word in `/readyz`."""

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
from tests.sampled import sampled
from tests.scenarios.scene import Scene, scene

WHO = re.compile("/app$")
PLAIN = {"ready": True, "store": "ok", "clock": "ok", "github": "ok", "slack": "ok"}


def other_key() -> str:
    """The private key of another App."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def errors(records: list[logging.LogRecord]) -> list[str]:
    """The reason of each log line of level error."""
    return [f"{record.__dict__.get('why')}" for record in records if record.levelno >= logging.ERROR]


async def ready_again(shop: Scene) -> dict[str, Any]:
    """The report eleven minutes later."""
    await shop.later(minutes=11)
    return await shop.ready()


async def test_without_a_problem_nothing_is_reported(shop: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """Also at the second look."""
    assert await shop.ready() == PLAIN
    assert await ready_again(shop) == PLAIN
    assert errors(caplog.records) == []


async def test_a_public_app_without_owners_serves_no_account(shop: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """Any account may install it, and its config could name our channels: nothing is worked before `GHAPP_OWNERS` is
    set, and then all that came in."""
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
    """Without a restart, within minutes; and an App that is made public is noticed within the hour."""
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


async def test_the_server_serves_where_the_visibility_of_the_app_is_unknown(shop: Scene) -> None:
    """GitHub shows the App to no stranger, or is away: the server goes on."""
    shop.github.app = replace(shop.github.app, public=True)
    shop.github.faults.append(Fault("GET", re.compile("/apps/ghapp$"), faults.status(401), times=9))
    await shop.restart()
    assert (await shop.ready())["ready"]


async def test_a_wrong_key_is_no_outage(shop: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """GitHub answers, and does not know us."""
    shop.settings = {"GITHUB_PRIVATE_KEY": other_key()}
    await shop.restart()
    said = (await shop.ready())["github"]
    assert said.startswith("refused: the key does not belong to App 4711 (GitHub answered 401: A JSON web token could")
    await shop.ready()
    assert errors(caplog.records) == [said]


async def test_a_wrong_app_id_is_no_outage(shop: Scene) -> None:
    """The id of another App, or of none: octokit/rest.js#218."""
    shop.settings = {"GITHUB_APP_ID": "4712"}
    await shop.restart()
    assert (await shop.ready())["github"].startswith("refused: the key does not belong to App 4712")
    nobody = faults.status(404, body={"message": "Integration not found"})
    shop.github.faults.append(Fault("GET", WHO, nobody, times=9))
    await shop.later(minutes=1)
    assert (await shop.ready())["github"].startswith("refused: there is no App 4712")


async def test_github_that_does_not_answer_is_unreachable(shop: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """That is neither our fault nor the operator's."""
    shop.github.faults.append(Fault("GET", WHO, faults.status(503), times=9))
    assert (await shop.ready())["github"] == "unreachable"
    assert errors(caplog.records) == []


@pytest.mark.parametrize(
    "name",
    sampled([one.name for one in PERMISSIONS if one.name != "metadata"], ["actions", "contents", "members"]),
)
async def test_a_permission_that_an_account_has_not_accepted_is_reported(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """`/readyz` counts accounts by permission, the log names them; after the grant both are clean."""
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
    """`/readyz` is open to anybody, and the accounts that a server serves are not public."""
    await shop.github.install("globex")
    for owner in ("acme", "globex"):
        shop.github.lacks(owner, "statuses")
    await shop.later(minutes=11)
    assert (await shop.ready())["github"] == "not granted by 2 accounts: statuses: write"
    assert [why.split(":")[0] for why in errors(caplog.records)] == ["not granted by acme", "not granted by globex"]


async def test_permissions_and_events_that_the_app_does_not_ask_for_are_reported(shop: Scene) -> None:
    """It was registered with fewer permissions and events than `app.yml` has."""
    less = {name: level for name, level in shop.github.app.permissions.items() if name != "statuses"}
    shop.github.app = replace(shop.github.app, permissions=less, events=("pull_request", "issue_comment"))
    assert (await shop.ready())["github"].split("; ") == [
        "the App does not ask for statuses: write: set it on the App's page",
        "the App is not subscribed to check_run, check_suite, workflow_run, push, repository, "
        "deployment_protection_rule, merge_group: set it on the App's page",
    ]


@pytest.mark.parametrize("token", ["xoxb-canary-wrong", ""])
async def test_a_wrong_slack_token_is_reported(shop: Scene, token: str, caplog: pytest.LogCaptureFixture) -> None:
    """Reported at once, before a message is lost; without a token there is no report on Slack."""
    shop.settings = {"SLACK_BOT_TOKEN": token, "SLACK_SIGNING_SECRET": "canary" * 4 if token else ""}
    await shop.restart()
    said = (await shop.ready()).get("slack")
    assert said == ("refused: Slack answered invalid_auth, so SLACK_BOT_TOKEN is of no use" if token else None)
    assert errors(caplog.records) == ([said] if token else [])


async def test_missing_scopes_of_slack_are_reported(shop: Scene) -> None:
    """By the header of every answer: zulip/zulip#16788."""
    shop.slack.scopes -= {"users:read.email", "groups:history"}
    assert (await shop.ready())["slack"] == "missing scopes: groups:history, users:read.email"


async def test_a_channel_without_the_bot_is_reported(shop: Scene) -> None:
    """With `chat:write.public` it can post there, but not read."""
    shop.slack.channels[CHANNEL].invited = False
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    assert len(shop.channel()) == 1
    said = f"invite the bot to {CHANNEL}: it cannot read what it posts there"
    assert (await ready_again(shop))["slack"] == said
    shop.slack.channels[CHANNEL].invited = True
    await shop.merges("mona", await shop.opens("mona"))
    assert await ready_again(shop) == PLAIN


async def test_problems_are_logged_at_the_start(shop: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """Also on a server whose `/readyz` is never requested."""
    shop.github.lacks("acme", "statuses")
    shop.slack.scopes -= {"users:read"}
    loaded = settings.load(await shop.environ(), dotenv=None)
    async with assemble(loaded, clock=shop.stage.clock) as made, running(made, ("127.0.0.1", 0), works=False):
        async with asyncio.timeout(20):
            while len(errors(caplog.records)) < 2:  # noqa: ASYNC110 - the log has no event
                await asyncio.sleep(0.01)
    assert [why.split(":")[0] for why in errors(caplog.records)] == ["not granted by acme", "missing scopes"]


async def test_a_webhook_that_is_set_up_is_connected(shop: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """GitHub pings once; the log shows that the ping arrived."""
    caplog.set_level("INFO")
    await shop.github.send("ping", events.ping(shop.github))
    assert shop.github.deliveries[-1].status == 200
    line = next(record for record in caplog.records if record.__dict__.get("event") == "ping")
    assert line.__dict__["why"] == "connected"


async def test_a_wrong_webhook_secret_is_named(shop: Scene) -> None:
    """GitHub's deliveries are refused, and the report names the setting; with the right one it is gone."""
    shop.settings = {"GITHUB_WEBHOOK_SECRET": "canary-webhook-secret-of-another"}
    await shop.restart()
    pull = await shop.opens("taro")
    said = (await shop.ready())["webhooks"]
    assert said.startswith("one of the deliveries from GitHub has no signature by GITHUB_WEBHOOK_SECRET, since 2026-11")
    assert shop.gate(pull) is None
    shop.settings = {}
    await shop.restart()
    await shop.merges("taro", pull)
    assert await shop.ready() == PLAIN
