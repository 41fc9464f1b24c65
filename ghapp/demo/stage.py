"""The demo's world: a repository on a local GitHub, its channel on a local Slack, and if wanted a CodeDeploy."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from ghapp.demo import cloud, kinds
from ghapp.demo.carrier import Carrier
from ghapp.demo.clock import Clock
from ghapp.demo.cloud import Cloud
from ghapp.demo.codedeploy.lifecycle import Pace
from ghapp.demo.github import App, Comment, GitHub, Pull, Report, Repository
from ghapp.demo.kinds import Kind
from ghapp.demo.slack import Channel, Slack
from ghapp.demo.waiting import Signal
from ghapp.demo.words import Language

CHANNEL = "C024BE91L"
PEOPLE = {"mona": "U024BE7LH", "taro": "U024BE7TA", "hanako": "U024BE7HA"}
VISITOR = {"kenji": "U024BE7KE"}  # may read the repository, and no more
FIRST_PULL = 41
CONFIG_FILE = ".github/ghapp.yml"
GATE = "ghapp/lock"
ZONE = ZoneInfo("Asia/Tokyo")
TITLES = {
    "en": ("Reword notifications", "Fix overlapping booking slots", "Show prices with tax"),
    "ja": ("通知文言の変更", "予約枠の重複チェックを修正", "税込価格を表示"),
}
MORE_TITLES = {  # of documents, of a failing release and of a bad one
    "en": ("Describe the opening hours", "Move the images", "Keep baskets for a week"),
    "ja": ("営業時間の説明を追加", "画像の保存先を変更", "カートを1週間保持"),
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
# releases by itself what concerns the app, and holds no merge
STAGING = """\
  staging:
    workflow: deploy.yml
    auto: true
    paths: ["app/**"]
    lock: 1m
    gate: []
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

    `pace`: the durations of the CodeDeploy that production runs on; None without CodeDeploy. `whole`: with all that
    visitors of the page play with: a second environment, a person without rights, a failing and a bad release.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        language: Language,
        permissions: Mapping[str, str],
        pace: Pace | None = None,
        whole: bool = False,
    ) -> None:
        self.cloud = Cloud(now=clock, pace=pace) if pace else None
        self.clock, self.language, self.whole = clock, language, whole
        self.over = False
        self.moved: Callable[[], None] = lambda: None
        self.github = GitHub(app=replace(App.make(), permissions=permissions), now=clock)
        self.slack_token = f"xoxb-canary-{secrets.token_hex(12)}"
        self.slack_secret = f"canary-{secrets.token_hex(16)}"
        self.slack = Slack(now=clock, token=self.slack_token, secret=self.slack_secret)
        self.slack.add_channel(CHANNEL, "releases")
        self.people = PEOPLE | (VISITOR if whole else {})
        for login, member in self.people.items():
            self.slack.add_person(member, login)
        self.shop = self._shop()

    def _shop(self) -> Repository:
        people = ", ".join(f"{login}: {member}" for login, member in self.people.items())
        config = CONFIG.format(channel=CHANNEL, language=self.language, people=f"{{{people}}}")
        config += cloud.CONFIG if self.cloud else ""
        if self.whole:
            config = config.replace("environments:\n", f"environments:\n{STAGING}")
        shop = self.github.add_repository(
            "acme/shop",
            files={CONFIG_FILE: config, ".github/workflows/deploy.yml": WORKFLOW, "README.md": "shop\n"},
            people={**dict.fromkeys(PEOPLE, "write"), **(dict.fromkeys(VISITOR, "read") if self.whole else {})},
        )
        shop.next_number, shop.ci = FIRST_PULL, "success"
        return shop

    async def open_pulls(self) -> None:
        """Opens three pull requests of two authors; in the whole world also one of documents, a failing and a bad."""
        for author, title in zip(("taro", "hanako", "hanako"), TITLES[self.language], strict=True):
            await self.open(author, title)
        if self.whole:
            document, failing, bad = MORE_TITLES[self.language]
            await self.shop.open_pull("mona", document, files={"docs/hours.md": f"{document}\n"})
            await self.open("mona", failing, "failing")
            await self.open("mona", bad, "bad")

    async def open(self, author: str, title: str, kind: Kind = "good") -> Pull:
        """Opens a pull request for a release of that kind."""
        return await self.shop.open_pull(author, title, files=kinds.files(self.shop.next_number, title, kind))

    def run_by_itself(self) -> None:
        """Carries out workflow runs by itself."""
        self.shop.runner = Carrier(self.shop, self.cloud)

    def may(self, login: str) -> bool:
        """Whether this person may push to the repository, and so deploy."""
        return self.shop.role(login) in ("admin", "maintain", "write")

    @property
    def today(self) -> date:
        """The day in the repository's zone."""
        return self.clock().astimezone(ZONE).date()

    @property
    def config(self) -> str:
        """The text of the config on the default branch."""
        return self.shop.git.commits[self.shop.head].files.get(CONFIG_FILE, "")

    def serving(self, environment: str) -> list[tuple[str | None, float]]:
        """The commits that serve an environment, each with its share of the traffic; empty where nothing does."""
        if environment == "production" and self.cloud:
            return [(self.cloud.commit(one.revision), one.weight) for one in self.cloud.group.task_sets if one.weight]
        sha = self.shop.serving.get(environment)
        return [(sha, 100.0)] if sha else []

    @property
    def channel(self) -> Channel:
        """The channel for releases."""
        return self.slack.channels[CHANNEL]

    def gate(self, pull: Pull) -> tuple[str, str] | None:
        """State and description of the gate on a pull request's head."""
        shown = self.shop.statuses.get((pull.head_sha, GATE))
        return (shown[0].state, shown[0].description or "") if shown else None

    def check(self, pull: Pull) -> Report | None:
        """The newest check run of the pull request's release on its head."""
        of_a_release = (one for one in reversed(self.shop.reports.values()) if one.name.startswith("release / "))
        return next((one for one in of_a_release if one.sha == pull.head_sha), None)

    def comments(self, pull: Pull) -> list[Comment]:
        """The pull request's comments, oldest first."""
        return [comment for comment in self.shop.comments.values() if comment.number == pull.number]

    def skip(self, span: timedelta) -> None:
        """Moves the clock ahead and wakes all that depend on it."""
        self.clock.skip(span)
        if self.cloud:
            self.cloud.aws.advance()
        self.moved()
        self.github.changed.bump()

    async def changed(self) -> AsyncGenerator[None, None]:
        """Yields after every change on GitHub, in Slack, of traffic or of the clock; ends with the stage."""
        woken = asyncio.Event()
        watches = [asyncio.create_task(watch(woken)) for watch in (self._watch_github, self._watch_slack)]
        if self.cloud:
            watches.append(asyncio.create_task(self._watch(self.cloud.aws.changed, woken)))
        try:
            while True:
                await woken.wait()
                woken.clear()
                if self.over:
                    return
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

    async def close(self) -> None:
        """Stops the local services."""
        self.over = True
        self.github.changed.bump()
        for thing in (self.slack, self.github, *((self.cloud.aws,) if self.cloud else ())):
            with contextlib.suppress(asyncio.CancelledError):
                await thing.close()
