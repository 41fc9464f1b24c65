"""A wrong secret is reported: once a minute in the log, and in `/readyz` and on the first page while it lasts."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from aiohttp.test_utils import TestClient

from ghapp.adapters.sqlite import SqliteStore
from ghapp.doors import application
from ghapp.doors.github import Webhooks
from ghapp.doors.health import Health
from ghapp.doors.slack import SlackDoor
from tests.doors import payloads
from tests.doors.payloads import APP
from tests.doors.site import NOW, SECRET, Fronted, Site, sign
from tests.doors.test_slack_door import FORM
from tests.doors.test_slack_door import command as slash_command
from tests.doors.test_slack_door import sign as slack_sign

ONE = (
    "one of the deliveries from GitHub has no signature by GITHUB_WEBHOOK_SECRET, since 2026-11-20 05:07 UTC: "
    "set the same secret as the webhook secret on the App's page and in GITHUB_WEBHOOK_SECRET"
)
SLACK_SECRET = "canary-slack-secret-of-this-server"
FROM_SLACK = (
    "one of the requests from Slack has no signature by SLACK_SIGNING_SECRET, since 2026-11-20 05:07 UTC: "
    "set the same secret on the Slack app's page (Basic Information) and in SLACK_SIGNING_SECRET"
)


def several(count: str, of_github: str = ONE) -> str:
    """The text about more than one delivery."""
    return of_github.replace("one of the deliveries from GitHub has", f"the last {count} deliveries from GitHub have")


@dataclass(kw_only=True)
class Doors(Site):
    """Both doors and the reports, under a clock that the test moves."""

    passed: list[timedelta] = field(default_factory=list)

    def now(self) -> datetime:
        return NOW + sum(self.passed, timedelta())

    async def problems(self) -> dict[str, str]:
        """The parts of `/readyz` that are not fine. A wrong secret keeps no delivery from being stored: 200."""
        async with self.client.get("/readyz") as response:
            found = await response.json()
        assert response.status == 200
        return {name: said for name, said in found.items() if said not in (True, "ok")}

    async def wrong(self, signature: str | None = "sha256=" + "0" * 64, **more: str | None) -> None:
        """Sends a webhook with a wrong signature."""
        status = await self.deliver("pull_request", payloads.merged(), X_Hub_Signature_256=signature, **more)
        assert status == 401

    async def slash(self, secret: str, off: timedelta = timedelta()) -> int:
        """Sends a slash command signed with this secret; `off`: by a clock that is wrong by so much."""
        body = urlencode(slash_command("production #42")).encode()
        stamp = str(int((self.now() + off).timestamp()))
        sent = {"Content-Type": FORM, "X-Slack-Request-Timestamp": stamp}
        sent["X-Slack-Signature"] = slack_sign(body, stamp, secret)
        async with self.client.post("/slack/commands", data=body, headers=sent) as response:
            return response.status


@pytest.fixture
async def doors(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Doors]:
    caplog.set_level(logging.DEBUG)
    passed: list[timedelta] = []

    def clock() -> datetime:
        return NOW + sum(passed, timedelta())

    store = SqliteStore(tmp_path / "ghapp.db", clock=clock)
    webhooks = Webhooks(store=store, clock=clock, secrets=[SECRET], app_id=APP, wake=lambda: None)
    slack = SlackDoor(store=store, clock=clock, secret=SLACK_SECRET, wake=lambda: None)
    problems = {"webhooks": webhooks.wrong.problem, "slack_requests": slack.wrong.problem}
    health = Health(store=store, clock=clock, problems=problems, known_for=0)
    try:
        async with TestClient(Fronted(application(webhooks, slack, health))) as client:
            yield Doors(client=client, store=store, intake=webhooks.intake, passed=passed)
    finally:
        await store.close()


def errors(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """The setting and the reason of each line of level error."""
    found = [vars(record) for record in caplog.records if record.levelno >= logging.ERROR]
    return [(one["setting"], one["why"]) for one in found]


async def test_a_wrong_webhook_secret_is_named_until_a_delivery_is_right(doors: Doors) -> None:
    """In `/readyz` and on the first page, with the count and since when."""
    assert await doors.problems() == {}
    await doors.wrong()
    assert await doors.problems() == {"webhooks": ONE}
    doors.passed.append(timedelta(hours=2))
    await doors.wrong(sign(b"another body"))
    await doors.wrong(None)  # an App without a webhook secret sends no signature
    assert await doors.problems() == {"webhooks": several("3")}
    async with doors.client.get("/") as response:
        assert f"- webhooks: {several('3')}" in (await response.text()).splitlines()
    assert await doors.deliver("ping", {}) == 200
    assert await doors.problems() == {}
    await doors.wrong()
    assert await doors.problems() == {"webhooks": ONE.replace("05:07", "07:07")}


async def test_a_flood_of_wrong_signatures_is_one_error_a_minute(
    doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    """With the count so far. Right deliveries in between do not make it more."""
    for _ in range(300):
        await doors.wrong()
    assert errors(caplog) == [("GITHUB_WEBHOOK_SECRET", ONE)]
    doors.passed.append(timedelta(seconds=59))
    await doors.wrong()
    assert len(errors(caplog)) == 1
    doors.passed.append(timedelta(seconds=1))
    await doors.wrong()
    assert errors(caplog)[1:] == [("GITHUB_WEBHOOK_SECRET", several("302"))]
    for _ in range(10):
        assert await doors.deliver("ping", {}) == 200
        await doors.wrong()
    assert len(errors(caplog)) == 2


async def test_requests_that_are_no_deliveries_to_this_app_are_not_counted(doors: Doors) -> None:
    """Another hook has another secret, and a scanner sends none of GitHub's headers."""
    await doors.wrong(X_GitHub_Hook_Installation_Target_ID="815")
    await doors.wrong(X_GitHub_Event=None)
    assert await doors.problems() == {}
    await doors.wrong(X_GitHub_Hook_Installation_Target_ID=None)  # the door takes a delivery without it
    assert await doors.problems() == {"webhooks": ONE}


async def test_a_single_forged_delivery_is_not_reported_for_ever(doors: Doors) -> None:
    """A day without another one ends the report, also where no right delivery comes; the next one counts anew."""
    await doors.wrong()
    doors.passed.append(timedelta(hours=23))
    assert await doors.problems() == {"webhooks": ONE}
    doors.passed.append(timedelta(hours=1))
    assert await doors.problems() == {}
    await doors.wrong()
    assert await doors.problems() == {"webhooks": ONE.replace("20 05:07", "21 05:07")}


async def test_a_wrong_signing_secret_of_slack_is_named(doors: Doors, caplog: pytest.LogCaptureFixture) -> None:
    """Until a request is right. An old one is refused for its age, which says nothing about the secret."""
    assert await doors.slash(SLACK_SECRET, off=timedelta(minutes=-6)) == 401
    assert await doors.problems() == {}
    assert await doors.slash("canary-slack-secret-of-another") == 401
    assert await doors.problems() == {"slack_requests": FROM_SLACK}
    assert errors(caplog) == [("SLACK_SIGNING_SECRET", FROM_SLACK)]
    assert await doors.slash(SLACK_SECRET) == 200
    assert await doors.problems() == {}
