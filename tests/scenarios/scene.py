"""The fixture of the scenarios, which are written as calls of `Scene`: a repository, three people, the real server
over HTTP.

Every request and answer is checked against GitHub's published descriptions.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import aiohttp
from aiohttp import web

from ghapp import settings
from ghapp.adapters.github.permissions import levels
from ghapp.assembly import Components, Spans, assemble
from ghapp.core.model.codec import decode_entries
from ghapp.core.model.environment import Environment
from ghapp.core.views.history import sentence
from ghapp.core.views.markup import Terminal
from ghapp.core.words import Voice
from ghapp.demo.clock import Clock as DemoClock
from ghapp.demo.github import Comment, Delivery, Exchange, Fault, Pull, Report, Run, faults
from ghapp.demo.slack import Message, Whisper
from ghapp.demo.stage import CHANNEL, PEOPLE, Stage
from ghapp.demo.words import Language
from ghapp.engine.documents import documents
from ghapp.engine.leases import LEASE
from ghapp.ports import Change, Claimed, Clock, Item, Row, Store, Write
from tests.lines import not_understood
from tests.published import slack as slack_types
from tests.published.openapi import validate_exchange, validate_webhook

NOON = datetime(2026, 11, 23, 4, 42, tzinfo=UTC)  # 13:42 in Tokyo
PUBLIC_URL = "https://ghapp.example.com"
SMALL_CONFIG = "environments: {production: {workflow: deploy.yml}}\n"


class StillClock(DemoClock):
    """Time passes only when a test skips it."""

    def __call__(self) -> datetime:
        return NOON + self.skipped


class Scene:
    """The actions of people, and the results that they see."""

    def __init__(self, stage: Stage, folder: Path, *, slack: bool) -> None:
        self.stage, self.shop, self.github, self.slack = stage, stage.shop, stage.github, stage.slack
        self._folder, self._with_slack = folder, slack
        self._servers = AsyncExitStack()
        self._components: Components | None = None
        self.address = ""
        self.settings: dict[str, str] = {}

    # ---------------------------------------------------------------- starting and stopping the server

    async def start(self, clock: Clock | None = None, *, port: int = 0) -> None:
        """Starts a server on the store of the one before; by its own clock, if `clock` is given."""
        loaded = settings.load(await self.environ(), dotenv=None)
        self._components = await self._servers.enter_async_context(
            assemble(loaded, clock=clock or self.stage.clock, spans=Spans(a_message_takes=0, a_page_lags=0))
        )
        runner = web.AppRunner(self._components.application, access_log=None)  # as in production
        await runner.setup()
        self._servers.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self.github.webhook_url = f"{self.address}/webhooks/github"
        self.slack.target = self.address

    async def stop(self) -> None:
        """Stops the server: GitHub's deliveries reach none."""
        await self._servers.aclose()
        self._servers, self._components = AsyncExitStack(), None

    async def restart(self) -> None:
        """Starts another server on the same store."""
        await self.stop()
        await self.start()

    async def idle(self) -> None:
        """Works until every event has been handled and nothing is due."""
        assert self._components
        deliveries = -1
        while deliveries != len(self.github.deliveries):
            deliveries = len(self.github.deliveries)
            await self._components.worker.drain()
            await self.github.settled()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[Store]:
        """Within the block the server works by itself, as in production; yields its store."""
        assert self._components
        worker = self._components.worker
        working = asyncio.create_task(worker.run())
        try:
            yield self._components.store
        finally:
            working.cancel()
            await asyncio.wait([working])
            await worker.finish(within=0)

    async def history(self, repository: int | None = None) -> list[str]:
        """The history of this repository or of another one, oldest first, as the archive has it."""
        assert self._components
        past = await self._components.store.history(repository or self.shop.id, limit=100)
        return [entry.what for change in reversed(past) for entry in decode_entries(change.history)]

    async def sentences(self, repository: int | None = None, language: Language = "en") -> list[str]:
        """The sentences of that history, oldest first."""
        assert self._components
        past = await self._components.store.history(self.shop.id if repository is None else repository, limit=100)
        entries = [entry for change in reversed(past) for entry in decode_entries(change.history)]
        return [sentence(entry, Voice(language, "Asia/Tokyo", Terminal(), entry.at)) for entry in entries]

    async def links(self, language: Language = "en") -> list[str]:
        """The history of Slack members' links, which belongs to no repository."""
        return await self.sentences(0, language)

    async def tells_its_history(self) -> None:
        """Each entry has its sentence in both languages."""
        past = await self._components.store.history(self.shop.id, limit=1000) if self._components else ()
        for entry in (entry for change in past for entry in decode_entries(change.history)):
            for language in get_args(Language):
                assert sentence(entry, Voice(language, "Asia/Tokyo", Terminal(), entry.at))

    async def awaiting(self) -> list[int]:
        """The pull requests that wait for production, in order."""
        return [release.pull.number for release in (await self.environment()).awaiting]

    async def dead(self) -> list[str]:
        """The ids of the dead letters."""
        assert self._components
        return [item.id for item, _ in await self._components.store.dead(limit=100)]

    async def dead_letters(self) -> dict[str, str]:
        """The reason for each dead letter, by its id."""
        assert self._components
        return {item.id: why for item, why in await self._components.store.dead(limit=100)}

    async def put(self, *items: Item) -> None:
        """Puts items into the queue that no webhook has brought."""
        assert self._components
        await self._components.store.put(items, now=self.stage.clock())

    async def claims(self) -> Sequence[Claimed]:
        """Another server claims the ready items and dies."""
        assert self._components
        return await self._components.store.claim(now=self.stage.clock(), lease=LEASE, limit=9)

    async def due(self) -> list[str]:
        """The names of the due environments, which another server claims before it dies."""
        assert self._components
        return [row.name for row in await self._components.store.due(now=self.stage.clock(), lease=LEASE, limit=9)]

    async def revives(self, item: str) -> bool:
        """The operator revives a dead letter."""
        assert self._components
        return await self._components.store.revive(item, now=self.stage.clock())

    async def stops_over(self, who: str, body: str, *, on: Pull) -> None:
        """A user comments, GitHub does not answer, and the server is stopped while it waits."""
        assert self._components
        answers = asyncio.Event()
        stuck = Fault("POST", re.compile("/graphql$"), faults.barrier(answers))
        self.github.faults.append(stuck)
        await self.shop.comment(on, by=who, body=body)
        worker = self._components.worker
        working = asyncio.create_task(worker.run())
        while stuck.times:  # noqa: ASYNC110 - this has no event
            await asyncio.sleep(0)
        working.cancel()
        await worker.finish(0.05)
        answers.set()

    async def document(self, name: str = "production") -> bytes:
        """The stored document of production, or of another environment."""
        assert self._components
        (row,) = [row for row in await self._components.store.load(self.shop.id) if row.name == name]
        return row.document

    async def environment(self, name: str = "production") -> Environment:
        """The environment, decoded as the server does it."""
        assert self._components
        found = documents(await self._components.store.load(self.shop.id))[name]
        assert isinstance(found, Environment)
        return found

    async def forget_what_was_shown(self) -> None:
        """Clears the cache of projections beside the documents."""
        for row in await self.rows():
            await self.was_shown(row, b"")

    async def rows(self) -> Sequence[Row]:
        """The rows of the repository's documents."""
        assert self._components
        return await self._components.store.load(self.shop.id)

    async def was_shown(self, row: Row, shown: bytes) -> None:
        """Replaces the cache of projections beside one document."""
        assert self._components
        store, lease = self._components.store, timedelta(seconds=1)
        leased = await store.lease_document(row.repository, row.name, now=self.stage.clock(), lease=lease)
        assert leased
        await store.rest(leased, due_at=None, shown=shown)

    async def overwrite_document(self, document: bytes, *, name: str = "production") -> bytes:
        """Another writer, such as a newer server, writes the document of production or of another environment."""
        assert self._components
        (row,) = [row for row in await self._components.store.load(self.shop.id) if row.name == name]
        write = Write(
            repository=row.repository,
            full_name=self.shop.full_name,
            name=row.name,
            version=row.version,
            document=document,
        )
        change = Change(id="another server's", at=self.stage.clock(), repository=row.repository, writes=(write,))
        await self._components.store.record(change)
        return document

    @property
    def store_path(self) -> Path:
        """The file of the server's store."""
        return self._folder / "ghapp.db"

    async def environ(self) -> dict[str, str]:
        """The server's settings."""
        environ = {
            "GHAPP_PUBLIC_URL": PUBLIC_URL,
            "GHAPP_STORE": f"sqlite:///{self.store_path}",
            "HOST": "127.0.0.1",
            "PORT": "0",
            "GITHUB_APP_ID": str(self.github.app.id),
            "GITHUB_PRIVATE_KEY": self.github.app.private_key_pem,
            "GITHUB_WEBHOOK_SECRET": self.github.app.webhook_secret,
            "GITHUB_API_URL": self.github.url,
            "GHAPP_OIDC_ISSUER": self.github.issuer.url,
            "GHAPP_AWS_TARGETS": "acme/shop=codedeploy:app/app-prod",
        }
        if self._with_slack:
            environ |= {"SLACK_BOT_TOKEN": self.stage.slack_token, "SLACK_API_URL": self._slack_url}
            environ |= {"SLACK_SIGNING_SECRET": self.stage.slack_secret}
        return environ | self.settings

    _slack_url = ""

    async def open_world(self) -> None:
        """Starts the local GitHub and Slack."""
        await self.github.start()
        self._slack_url = await self.slack.start()

    async def ready(self) -> dict[str, Any]:
        """The answer of `/readyz`."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.address}/readyz") as answer:
            found: dict[str, Any] = await answer.json()
            return found

    # ---------------------------------------------------------------- actions of people

    async def opens(self, author: str, title: str = "Show prices with tax", **more: Any) -> Pull:
        """Opens a pull request."""
        pull = await self.shop.open_pull(author, title, **more)
        await self.idle()
        return pull

    async def merges(self, who: str, pull: Pull) -> None:
        """Merges a pull request."""
        await self.shop.merge(pull, by=who)
        await self.idle()

    async def says(self, who: str, body: str, *, on: Pull) -> Comment:
        """Posts a comment."""
        comment = await self.shop.comment(on, by=who, body=body)
        await self.idle()
        return comment

    async def presses(self, who: str, button: str, *, on: Pull, environment: str = "production") -> None:
        """Presses a button on the check run of this head."""
        report = self.check(on, environment)
        assert report
        await self.shop.press(report, button, by=who)
        await self.idle()

    async def types(self, who: str, line: str, *, channel: str = CHANNEL) -> None:
        """Types a slash command in the channel."""
        await self.slack.type(channel, PEOPLE.get(who, who), line)
        await self.idle()

    async def clicks(self, who: str, action: str, *, on: str | Message | Whisper, of: str = "") -> None:
        """Presses a button in the channel. `on`: a part of the message's text, or an earlier message; `of`: a part
        of the button's value.
        """
        message = self.message(on) if isinstance(on, str) else on
        await self.slack.press(CHANNEL, PEOPLE.get(who, who), message, action, of)
        await self.idle()

    async def begins(self) -> Run:
        """Starts the queued run."""
        run = await self.shop.run_queued()
        await self.shop.start_run(run)
        await self.idle()
        return run

    async def ends(self, run: Run, conclusion: str = "success") -> None:
        """Ends a run."""
        await self.shop.finish_run(run, conclusion)
        await self.idle()

    async def later(self, **span: float) -> None:
        """Lets time pass."""
        self.stage.skip(timedelta(**span))
        await self.idle()

    async def released(self, who: str, title: str = "Reword notifications") -> Pull:
        """Takes a pull request from opened to live; its cool-down still runs."""
        pull = await self.opens(who, title)
        await self.merges(who, pull)
        await self.says(who, "/deploy", on=pull)
        await self.ends(await self.begins())
        return pull

    # ---------------------------------------------------------------- results that people see

    def replies(self, pull: Pull) -> list[str]:
        """The App's comments on a pull request, without the markers."""
        return [visible(comment.body) for comment in self.stage.comments(pull) if comment.by_app]

    def codes(self, pull: Pull) -> list[str]:
        """The reason codes in the markers of its notices."""
        bodies = (comment.body for comment in self.stage.comments(pull) if comment.by_app)
        markers = (body.rsplit("<!-- ghapp:notice ", 1)[1] for body in bodies if "ghapp:notice" in body)
        return [marker.split()[1] for marker in markers]

    def gate(self, pull: Pull) -> tuple[str, str] | None:
        """State and description of its gate."""
        return self.stage.gate(pull)

    def check(self, pull: Pull, environment: str = "production") -> Report | None:
        """The newest check run of its release on its head; all older ones have to be completed."""
        name = f"release / {environment}"
        found = [one for one in self.shop.reports.values() if (one.sha, one.name) == (pull.head_sha, name)]
        assert all(one.status == "completed" for one in found[:-1])
        return found[-1] if found else None

    def stands(self, pull: Pull, environment: str = "production") -> tuple[str | None, str | None, list[str]]:
        """The conclusion of that check run or `in_progress`, its title, and its buttons."""
        one = self.check(pull, environment)
        assert one
        return (one.conclusion if one.status == "completed" else one.status), one.title, one.buttons

    def channel(self) -> list[str]:
        """The current messages in the Slack channel, without replies in threads."""
        return [message.text for message in self.stage.channel.messages if message.thread_ts is None]

    def message(self, part: str) -> Message:
        """The prompt of a release, by `#41`; else the newest message in the channel that contains `part`."""
        messages = [one for one in reversed(self.stage.channel.messages) if one.thread_ts is None]
        if part.startswith("#"):
            mark = f"/{part[1:]}/prompt"
            return next(one for one in messages if one.metadata and mark in str(one.metadata))
        return next(one for one in messages if part in one.text)

    def thread(self, part: str) -> list[str]:
        """The texts in the thread of that message."""
        return [message.text for message in self.answers(part)]

    def answers(self, part: str) -> list[Message]:
        """The messages in its thread."""
        began = self.message(part).ts
        return [message for message in self.stage.channel.messages if message.thread_ts == began]

    def buttons(self, part: str | Message) -> list[str]:
        """The labels of the buttons under that message."""
        message = self.message(part) if isinstance(part, str) else part
        elements = (block.get("elements", []) for block in message.blocks if block["type"] == "actions")
        return [button["text"]["text"] for shown in elements for button in shown]

    def posted(self) -> list[Any]:
        """The blocks of every message sent to Slack, with edits and ephemeral messages."""
        sent = [call.arguments.get("blocks") for call in self.slack.calls if call.method not in ("views.open",)]
        return [json.loads(blocks) if isinstance(blocks, str) else blocks for blocks in sent if blocks]

    def whispers(self, who: str) -> list[str]:
        """The ephemeral messages that one person got in Slack."""
        return self.slack.heard(PEOPLE.get(who, who))

    def refused_lines(self) -> list[str]:
        """The command lines that ghapp proposes and would not understand in the same place."""
        commented = [comment.body for comment in self.shop.comments.values() if comment.by_app]
        messages = [message for channel in self.slack.channels.values() for message in channel.messages]
        shown = [version.text for message in messages for version in (*message.edits, message.current)]
        whispered = [one.said.text for one in self.slack.whispers if not one.said.text.startswith(":eyes:")]
        refused = [line for text in commented for line in not_understood(text, "pull_request")]
        return refused + [line for text in (*shown, *whispered) for line in not_understood(text, "slack")]

    def runs(self) -> list[Run]:
        """All runs of the deploy workflow."""
        return list(self.shop.runs.values())

    def calls(self, method: str, part: str) -> list[Exchange]:
        """The requests to GitHub, by method (any if empty) and a part of the path."""
        return [one for one in self.github.exchanges if method in ("", one.method) and part in one.path]


def visible(body: str) -> str:
    """The part of a comment that a person sees."""
    return "\n".join(line for line in body.splitlines() if not line.startswith("<!--")).strip()


@asynccontextmanager
async def scene(
    folder: Path, *, language: Language = "en", slack: bool = True, clock: DemoClock | None = None
) -> AsyncIterator[Scene]:
    """A world with a running server; at the end, requests that GitHub or Slack do not describe are an error."""
    stage = Stage(clock=clock or StillClock(), language=language, permissions=levels())
    stage.github.observers.append(_described)
    told = Scene(stage, folder, slack=slack)
    await told.open_world()
    try:
        await told.start()
        yield told
        await told.github.settled()
        stage.github.check()
        assert not stage.slack.unknown
        for blocks in told.posted():
            slack_types.by_models(blocks)
        assert not told.refused_lines()
        await told.tells_its_history()
    finally:
        await told.stop()
        await stage.close()


def _described(seen: Exchange | Delivery) -> None:
    if isinstance(seen, Delivery):
        validate_webhook(seen)
    else:
        validate_exchange(seen)
