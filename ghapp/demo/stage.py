"""The demo's world: a repository on a local GitHub, its channel on a local Slack, and if wanted a CodeDeploy."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from ghapp.demo import cloud
from ghapp.demo.clock import Clock
from ghapp.demo.cloud import Cloud
from ghapp.demo.codedeploy.lifecycle import Pace
from ghapp.demo.github import App, Comment, GitHub, Pull, Report, Repository, timed
from ghapp.demo.slack import Channel, Message, Slack, Whisper
from ghapp.demo.waiting import Signal
from ghapp.demo.words import Language, say

CHANNEL = "C024BE91L"
PEOPLE = {"mona": "U024BE7LH", "taro": "U024BE7TA", "hanako": "U024BE7HA"}
COMMANDS = ("/deploy", "/rollback", "/ghapp")
FIRST_PULL = 41
ZONE = ZoneInfo("Asia/Tokyo")
TITLES = {
    "en": ("Reword notifications", "Fix overlapping booking slots", "Show prices with tax"),
    "ja": ("通知文言の変更", "予約枠の重複チェックを修正", "税込価格を表示"),
}

CONFIG = """\
slack: {{channel: {channel}}}
language: {language}
timezone: Asia/Tokyo
people: {people}
environments:
  production:
    workflow: deploy.yml
    lock: 30m
"""

WORKFLOW = """\
name: Deploy
run-name: Deploy ${{ inputs.environment }}-${{ inputs.ghapp }}
on:
  workflow_dispatch:
    inputs:
      sha: {description: The commit to release, type: string, required: true}
      environment: {description: Where to, type: string, required: true}
      ghapp: {description: The number that ghapp gave it, type: string, required: true}
permissions: {contents: read}
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - run: ./release "$SHA"
        env: {SHA: "${{ inputs.sha }}"}
"""


class Stage:
    """The services around ghapp. `permissions`: those granted to its App. `moved` is called when the clock jumps.

    `pace`: the durations of the CodeDeploy that production runs on; None without CodeDeploy.
    """

    def __init__(
        self, *, clock: Clock, language: Language, permissions: Mapping[str, str], pace: Pace | None = None
    ) -> None:
        self.cloud = Cloud(now=clock, pace=pace) if pace else None
        self.clock, self.language = clock, language
        self.moved: Callable[[], None] = lambda: None
        self.github = GitHub(app=replace(App.make(), permissions=permissions), now=clock)
        self.slack_token = f"xoxb-canary-{secrets.token_hex(12)}"
        self.slack_secret = f"canary-{secrets.token_hex(16)}"
        self.slack = Slack(now=clock, token=self.slack_token, secret=self.slack_secret)
        self.slack.add_channel(CHANNEL, "releases")
        for login, member in PEOPLE.items():
            self.slack.add_person(member, login)
        self.people = PEOPLE
        self.shop = self._shop()

    def _shop(self) -> Repository:
        people = ", ".join(f"{login}: {member}" for login, member in PEOPLE.items())
        config = CONFIG.format(channel=CHANNEL, language=self.language, people=f"{{{people}}}")
        config += cloud.CONFIG if self.cloud else ""
        shop = self.github.add_repository(
            "acme/shop",
            files={".github/ghapp.yml": config, ".github/workflows/deploy.yml": WORKFLOW, "README.md": "shop\n"},
            people={"mona": "write", "taro": "write", "hanako": "write"},
        )
        shop.next_number, shop.ci = FIRST_PULL, "success"
        return shop

    async def open_pulls(self) -> None:
        """Opens three pull requests of two authors."""
        for author, title in zip(("taro", "hanako", "hanako"), TITLES[self.language], strict=True):
            await self.shop.open_pull(author, title)

    def run_by_itself(self) -> None:
        """Carries out workflow runs by itself: queued for a second, then for eight, or until traffic has moved."""
        self.shop.runner = partial(self.cloud.carry_out, self.shop) if self.cloud else timed(1, 8)

    @property
    def channel(self) -> Channel:
        """The channel for releases."""
        return self.slack.channels[CHANNEL]

    def gate(self, pull: Pull) -> tuple[str, str] | None:
        """State and description of the gate on a pull request's head."""
        shown = self.shop.statuses.get((pull.head_sha, "ghapp/lock"))
        return (shown[0].state, shown[0].description or "") if shown else None

    def check(self, pull: Pull) -> Report | None:
        """The newest check run of the pull request's release on its head."""
        of_a_release = (one for one in reversed(self.shop.reports.values()) if one.name.startswith("release / "))
        return next((one for one in of_a_release if one.sha == pull.head_sha), None)

    def comments(self, pull: Pull) -> list[Comment]:
        """The pull request's comments, oldest first."""
        return [comment for comment in self.shop.comments.values() if comment.number == pull.number]

    # ------------------------------------------------------------ the page

    async def act(self, verb: str, said: dict[str, Any]) -> None:
        """Carries out a user's action on the page. Raises ValueError with a sentence."""
        match verb:
            case "skip":
                self.skip(timedelta(minutes=int(said["minutes"])))
            case "open":
                title = str(said["title"]).strip() or say(self.language, "pull.untitled")
                await self.shop.open_pull(self._person(said), title)
            case "merge":
                pull = self._pull(said)
                if pull.state != "open":
                    raise self._refusal("error.not_open", number=pull.number)
                await self.shop.merge(pull, by=self._person(said))
            case "push":
                await self.shop.push(self._pull(said), by=self._person(said))
            case "comment":
                await self.shop.comment(self._pull(said), by=self._person(said), body=str(said["body"]))
            case "click":
                await self._click(said)
            case "press":
                await self._press(said)
            case "type":
                await self._type(said)
            case _:
                raise LookupError(verb)

    async def _click(self, said: dict[str, Any]) -> None:
        report, button = self.shop.reports.get(int(said["check"])), str(said["button"])
        if report is None or button not in report.buttons:
            raise self._refusal("error.no_button")
        await self.shop.press(report, button, by=self._person(said))

    async def _press(self, said: dict[str, Any]) -> None:
        """Presses a button in Slack. The page cannot show modals, so a button that opens one is an error."""
        channel = self.slack.channels[str(said["channel"])]
        seen: list[Message | Whisper] = [*channel.messages, *self.slack.whispers]
        message, person = next((one for one in seen if one.ts == said["ts"]), None), PEOPLE[self._person(said)]
        if message is None or (isinstance(message, Whisper) and message.user != person):
            raise self._refusal("error.unseen", user=said["by"])
        windows = len(self.slack.modals)
        try:
            await self.slack.press(channel.id, person, message, str(said["action_id"]), str(said["value"]))
        except LookupError:
            raise self._refusal("error.no_button") from None
        if len(self.slack.modals) > windows:
            raise self._refusal("error.window")

    async def _type(self, said: dict[str, Any]) -> None:
        """Types a line in Slack, which passes its registered commands on and posts or refuses any other line."""
        line = str(said["line"])
        if line.split(" ", maxsplit=1)[0] not in COMMANDS:
            raise self._refusal("error.no_command")
        await self.slack.type(str(said["channel"]), PEOPLE[self._person(said)], line)

    def skip(self, span: timedelta) -> None:
        """Moves the clock ahead and wakes all that depend on it."""
        self.clock.skip(span)
        if self.cloud:
            self.cloud.aws.advance()
        self.moved()
        self.github.changed.bump()

    async def changed(self) -> AsyncGenerator[None, None]:
        """Yields after every change on GitHub, in Slack, of traffic or of the clock."""
        woken = asyncio.Event()
        watches = [asyncio.create_task(watch(woken)) for watch in (self._watch_github, self._watch_slack)]
        if self.cloud:
            watches.append(asyncio.create_task(self._watch(self.cloud.aws.changed, woken)))
        try:
            while True:
                await woken.wait()
                woken.clear()
                yield
        finally:
            for watch in watches:
                watch.cancel()

    async def looks(self, left: Callable[[], float]) -> AsyncIterator[None]:
        """Yields at once and after every change, as long as there is time left."""
        yield
        changes = self.changed()
        try:
            while (seconds := left()) > 0:
                await asyncio.wait_for(anext(changes), seconds)
                yield
        except TimeoutError:
            return
        finally:
            await changes.aclose()

    async def _watch_github(self, woken: asyncio.Event) -> None:
        await self._watch(self.github.changed, woken)

    async def _watch(self, changed: Signal, woken: asyncio.Event) -> None:
        while True:
            calls = iter((False, True))  # the first evaluation is false, so that this waits for the next change
            await changed.until(lambda: next(calls, True), timeout=86_400)  # noqa: B023
            woken.set()

    async def _watch_slack(self, woken: asyncio.Event) -> None:
        while True:
            before = self.slack.version
            await self.slack.until(lambda: self.slack.version != before or None, timeout=None)  # noqa: B023
            woken.set()

    def _pull(self, said: dict[str, Any]) -> Pull:
        pull = self.shop.pulls.get(int(said["number"]))
        if pull is None:
            raise self._refusal("error.no_pull", number=said["number"])
        return pull

    def _person(self, said: dict[str, Any]) -> str:
        if said.get("by") not in PEOPLE:
            raise self._refusal("error.no_person", user=said.get("by"))
        return str(said["by"])

    def _refusal(self, code: str, **values: object) -> ValueError:
        return ValueError(say(self.language, code, **values))

    async def close(self) -> None:
        """Stops the local services."""
        for thing in (self.slack, self.github, *((self.cloud.aws,) if self.cloud else ())):
            with contextlib.suppress(asyncio.CancelledError):
                await thing.close()
