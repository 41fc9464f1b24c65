"""The world of the demo: one shop on a local GitHub, its channel on a local Slack, and the page that shows both."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from ghapp.demo.clock import Clock
from ghapp.demo.github import App, Comment, GitHub, Pull, Repository, Run, timed
from ghapp.demo.page import Page
from ghapp.demo.slack import Channel, Message, Slack

Language = Literal["en", "ja"]
CHANNEL = "C024BE91L"
ZONE = ZoneInfo("Asia/Tokyo")
PEOPLE = {"mona": "U024BE7LH", "taro": "U024BE7TA", "hanako": "U024BE7HA"}
FIRST_PULL = 41
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
run-name: Deploy ${{ inputs.environment }} ${{ inputs.ghapp }}
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
    """Everything around ghapp. `moved` is called when the clock jumps."""

    def __init__(self, *, clock: Clock, language: Language, moved: Callable[[], None] = lambda: None) -> None:
        self.clock, self.language, self.moved = clock, language, moved
        self.github = GitHub(app=App.make(), now=clock)
        self.slack_token = f"xoxb-{secrets.token_hex(12)}"
        self.slack = Slack(now=clock, token=self.slack_token)
        self.slack.add_channel(CHANNEL, "releases")
        for login, member in PEOPLE.items():
            self.slack.add_person(member, login)
        self.shop = self._shop()
        self.page = Page(snapshot=self.snapshot, act=self.act, changed=self.changed)

    def _shop(self) -> Repository:
        people = ", ".join(f"{login}: {member}" for login, member in PEOPLE.items())
        config = CONFIG.format(channel=CHANNEL, language=self.language, people=f"{{{people}}}")
        shop = self.github.add_repository(
            "acme/shop",
            files={".github/ghapp.yml": config, ".github/workflows/deploy.yml": WORKFLOW, "README.md": "shop\n"},
            people={"mona": "write", "taro": "write", "hanako": "write"},
        )
        shop.next_number = FIRST_PULL
        return shop

    async def open_pulls(self) -> None:
        """Three people have something to release."""
        for author, title in zip(("taro", "hanako", "hanako"), TITLES[self.language], strict=True):
            await self.shop.open_pull(author, title)

    def run_by_itself(self) -> None:
        """Workflow runs go on without a hand: queued for a second, running for eight."""
        self.shop.runner = timed(1, 8)

    @property
    def channel(self) -> Channel:
        """Where the releases are spoken of."""
        return self.slack.channels[CHANNEL]

    def gate(self, pull: Pull) -> tuple[str, str] | None:
        """What the gate shows on a pull request's head."""
        shown = self.shop.statuses.get((pull.head_sha, "ghapp/lock"))
        return (shown[0].state, shown[0].description or "") if shown else None

    def comments(self, pull: Pull) -> list[Comment]:
        """Its conversation, oldest first."""
        return [comment for comment in self.shop.comments.values() if comment.number == pull.number]

    # ------------------------------------------------------------ the page

    async def act(self, verb: str, said: dict[str, Any]) -> None:
        """What a person does on the page. Raises ValueError with a sentence."""
        match verb:
            case "skip":
                self.skip(timedelta(minutes=int(said["minutes"])))
            case "open":
                await self.shop.open_pull(_person(said), str(said["title"]).strip() or "Untitled")
            case "merge":
                pull = self._pull(said)
                if pull.state != "open":
                    raise ValueError(f"#{pull.number} is not open")
                await self.shop.merge(pull, by=_person(said))
            case "push":
                await self.shop.push(self._pull(said), by=_person(said))
            case "comment":
                await self.shop.comment(self._pull(said), by=_person(said), body=str(said["body"]))
            case _:
                raise ValueError(f"there is no {verb!r} here")

    def skip(self, span: timedelta) -> None:
        """The clock jumps, and everybody looks at it."""
        self.clock.skip(span)
        self.moved()
        self.github.changed.bump()

    async def changed(self) -> AsyncGenerator[None, None]:
        """Yields after every change on GitHub, in Slack or of the clock."""
        woken = asyncio.Event()
        watches = [asyncio.create_task(watch(woken)) for watch in (self._watch_github, self._watch_slack)]
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
        while True:
            calls = iter((False, True))  # not at once, but after the next change
            await self.github.changed.until(lambda: next(calls, True), timeout=86_400)  # noqa: B023
            woken.set()

    async def _watch_slack(self, woken: asyncio.Event) -> None:
        while True:
            before = self.slack.version
            await self.slack.until(lambda: self.slack.version != before or None, timeout=None)  # noqa: B023
            woken.set()

    def snapshot(self) -> dict[str, Any]:
        """All that the page shows."""
        now = self.clock()
        return {
            "now": now.isoformat(),
            "clock": _at(now),
            "repository": self.shop.full_name,
            "config": self.shop.git.commits[self.shop.head].files[".github/ghapp.yml"],
            "people": list(PEOPLE),
            "slack_people": {member: login for login, member in PEOPLE.items()},
            "environments": {"production": {"serving": self._serving(), "run": self._run()}},
            "pulls": [self._shown_pull(pull) for pull in reversed(self.shop.pulls.values())],
            "runs": [_shown_run(run) for run in reversed(self.shop.runs.values())],
            "slack": [
                {"id": one.id, "name": one.name, "messages": [_shown_message(message) for message in one.messages]}
                for one in self.slack.channels.values()
            ],
        }

    def _serving(self) -> dict[str, Any] | None:
        if not self.shop.deployed:
            return None
        last = self.shop.deployed[-1]
        pull = next((pull for pull in self.shop.pulls.values() if pull.merge_commit_sha == last.sha), None)
        known = {"number": pull.number, "title": pull.title} if pull else {"number": None, "title": ""}
        return {"sha": last.sha[:7], "since": _at(last.at), **known}

    def _run(self) -> dict[str, Any] | None:
        run = next(reversed(self.shop.runs.values()), None)
        return _shown_run(run) if run and run.status != "completed" else None

    def _shown_pull(self, pull: Pull) -> dict[str, Any]:
        checks = [
            {"context": shown[0].context, "state": shown[0].state, "description": shown[0].description or ""}
            for (sha, _), shown in self.shop.statuses.items()
            if sha == pull.head_sha
        ]
        return {
            "number": pull.number,
            "title": pull.title,
            "author": pull.author,
            "state": "merged" if pull.merged else pull.state,
            "head": pull.head_sha[:7],
            "checks": checks,
            "comments": [self._shown_comment(comment) for comment in self.comments(pull)],
        }

    def _shown_comment(self, comment: Comment) -> dict[str, Any]:
        return {
            "id": comment.id,
            "author": comment.author,
            "bot": comment.by_app,
            "body": comment.body,
            "at": _at(comment.created_at),
            "edited": comment.updated_at > comment.created_at,
            "reactions": [content for _, content in comment.reactions],
        }

    def _pull(self, said: dict[str, Any]) -> Pull:
        pull = self.shop.pulls.get(int(said["number"]))
        if pull is None:
            raise ValueError(f"there is no #{said['number']}")
        return pull

    async def close(self) -> None:
        """End of the play."""
        for thing in (self.page, self.slack, self.github):
            with contextlib.suppress(asyncio.CancelledError):
                await thing.close()


def _person(said: dict[str, Any]) -> str:
    if said.get("by") not in PEOPLE:
        raise ValueError(f"nobody here is called {said.get('by')!r}")
    return str(said["by"])


def _at(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime("%H:%M")


def _shown_run(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "title": run.display_title,
        "status": run.status,
        "conclusion": run.conclusion,
        "number": run.number,
    }


def _shown_message(message: Message) -> dict[str, Any]:
    moment = datetime.fromtimestamp(float(message.ts), ZONE)
    return {
        "ts": message.ts,
        "at": moment.strftime("%H:%M"),
        "text": message.text,
        "blocks": message.blocks,
        "edited": message.edited,
    }
