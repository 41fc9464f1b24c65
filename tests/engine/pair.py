"""A repository on a local GitHub, and servers in separate processes on one store, of which one may fall."""

import asyncio
import os
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ghapp.adapters.github.permissions import levels
from ghapp.core.model.codec import decode_entries
from ghapp.core.model.environment import Environment
from ghapp.core.rules.next_step import SEARCH_EVERY
from ghapp.core.rules.phases import LOOKED_WITHIN
from ghapp.demo.github import App, Comment, GitHub, Pull, Run
from ghapp.demo.github.shapes import events
from ghapp.demo.stage import FIRST_PULL, WORKFLOW
from ghapp.engine.documents import documents
from ghapp.engine.leases import LEASE
from ghapp.ports import Item
from tests.adapters.ground import Ground
from tests.adapters.store_world import StoreUnderTest, connect
from tests.engine.crash_server import Fate, Life, SharedClock
from tests.engine.process import PATIENCE, Server

CONFIG = "environments: {production: {workflow: deploy.yml}}\n"
MARK = re.compile(r"<!-- ghapp:(.+) -->")


@cache
def app() -> App:
    """Cached, since generating the key takes a while."""
    return replace(App.make(), permissions=levels())


class Shop:
    """acme/shop, the actions of people in it, and its state as seen from outside."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address
        self.clock = SharedClock(folder / "clock")
        self.github = GitHub(app=app(), now=self.clock)
        self.shop = self.github.add_repository(
            "acme/shop",
            files={".github/ghapp.yml": CONFIG, ".github/workflows/deploy.yml": WORKFLOW, "README.md": "shop\n"},
            people={"mona": "write", "taro": "write", "hanako": "write"},
        )
        self.shop.next_number = FIRST_PULL
        self.awake: list[Server] = []
        self.side_by_side = False  # else the servers work in turn
        self.asleep: Server | None = None
        self.left: list[asyncio.Future[Any]] = []  # deliveries to a sleeping server that it has not answered
        self._born: list[Server] = []

    # ------------------------------------------------------------ servers

    async def server(self, name: str, fate: Fate | None = None) -> Server:
        """Starts another server on the same store."""
        life = Life(self._environ(), self.folder / "clock", self.folder / f"{name}.log", fate)
        server = Server(life)
        self._born.append(server)
        return await server.ready()

    def in_front(self, server: Server) -> None:
        """Sends GitHub's deliveries to this server."""
        self.github.webhook_url = server.url

    async def work(self) -> None:
        """All servers awake work until GitHub sends nothing more, or until one falls."""
        told = -1
        while told != len(self.github.deliveries):
            told = len(self.github.deliveries)
            if not await (self._side_by_side() if self.side_by_side else self._by_turns()):
                return
            # a delivery that comes later may reach the sleeping server's store just as it wakes: work like any other
            await self.github.settled(but=self.asleep.url if self.asleep else None)

    async def _side_by_side(self) -> bool:
        return all(await asyncio.gather(*(server.work() for server in self.awake)))

    async def _by_turns(self) -> bool:
        for server in self.awake:
            if not await server.work():
                return False
        return True

    @asynccontextmanager
    async def sleeps(self, server: Server) -> AsyncIterator[None]:
        """Within the block, the server is stopped and the others get the deliveries; then it wakes and answers those it
        had received."""
        others = [other for other in self.awake if other is not server]
        self.awake, self.asleep = others, server
        self.in_front(others[0])
        yield
        server.wake()
        self.awake, self.asleep = [*others, server], None
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*self.left)
        self.left.clear()

    async def later(self, span: timedelta) -> None:
        """Moves the time forward on all servers, and lets those awake work."""
        self.clock.skip(span)
        await self.work()

    async def past_every_lease(self) -> None:
        """Moves the time forward until no lease is left: a first look comes after `SEARCH_EVERY`, the last one when no
        server searches for a run any more."""
        soon = SEARCH_EVERY + timedelta(seconds=1)
        for span in (soon, LEASE - soon, timedelta(seconds=1), LOOKED_WITHIN - LEASE):
            await self.later(span)

    # ------------------------------------------------------------ people

    async def tells(self, comment: Comment) -> None:
        """Delivers a comment, each time under a new delivery id."""
        await self.github.send("issue_comment", events.commented(self.shop, comment))

    async def says(self, who: str, body: str, *, on: Pull) -> None:
        """Adds and delivers a comment, and works it."""
        await self.tells(self.shop.add_comment(on.number, by=who, body=body))
        await self.work()

    async def under_load(self, server: Server, pull: Pull, *, kill_after: int) -> list[Comment]:
        """Sends comments eight at a time and kills the server after `kill_after` answers. Returns the acknowledged
        comments."""
        acknowledged: list[Comment] = []
        answered = 0

        async def comes() -> None:
            nonlocal answered
            while not server.fallen.is_set():
                comment = self.shop.add_comment(pull.number, by="taro", body="/status")
                delivery = await self.github.send("issue_comment", events.commented(self.shop, comment))
                assert delivery
                assert delivery.status in (202, None)
                if delivery.status == 202:
                    acknowledged.append(comment)
                answered += 1
                if answered == kill_after:
                    server.kill()

        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(comes() for _ in range(8)))
        return acknowledged

    async def missing(self, comments: Sequence[Comment]) -> list[int]:
        """The ids of the comments that the store does not know."""
        items = [Item(id=f"{self.shop.id}/comment/{comment.id}", lane="again", body=b"") for comment in comments]
        async with self.kept() as store:
            new = await store.put(items, now=self.clock())
        return [comment.id for comment, unknown in zip(comments, new, strict=True) if unknown]

    async def merged(self) -> Pull:
        """Merges a new pull request."""
        pull = await self.shop.open_pull("taro", "Reword notifications")
        await self.work()
        await self.shop.merge(pull, by="taro")
        await self.work()
        return pull

    # ------------------------------------------------------------ state seen from outside

    def runs(self) -> list[Run]:
        """The deploy workflow's runs."""
        return list(self.shop.runs.values())

    def dispatched(self) -> Counter[str]:
        """The count of dispatch requests by number."""
        asked = [one for one in self.github.exchanges if one.method == "POST" and one.path.endswith("/dispatches")]
        return Counter(one.request["inputs"]["ghapp"].split(":")[0] for one in asked)

    def said_twice(self, pull: Pull) -> list[str]:
        """The markers that occur more than once on a pull request."""
        bodies = [comment.body for comment in self.shop.comments.values() if comment.number == pull.number]
        return [
            mark for mark, times in Counter(mark for body in bodies for mark in MARK.findall(body)).items() if times > 1
        ]

    def notices(self, pull: Pull) -> list[str]:
        """The codes of the notices on a pull request."""
        bodies = [comment.body for comment in self.shop.comments.values() if comment.number == pull.number]
        return [mark.split()[2] for body in bodies for mark in MARK.findall(body) if mark.startswith("notice ")]

    def shown(self, pull: Pull) -> list[str]:
        """The first lines of the comments of the numbers."""
        bodies = [comment.body for comment in self.shop.comments.values() if comment.number == pull.number]
        return [body.splitlines()[0] for body in bodies if "ghapp:number" in body]

    def checks(self, pull: Pull) -> list[str | None]:
        """The titles of the check runs on the head, oldest first; GitHub shows the newest."""
        return [one.title for one in self.shop.reports.values() if one.sha == pull.head_sha]

    def under_way(self, pull: Pull) -> list[str | None]:
        """The titles of the check runs on the head that have not ended."""
        return [one.title for one in self.shop.reports.values() if one.sha == pull.head_sha and not one.conclusion]

    def records(self) -> list[str]:
        """The last state of each of GitHub's deployments."""
        return [["pending", *one.states][-1] for one in self.shop.deployments.values()]

    def gate(self, pull: Pull) -> str | None:
        """The description of the gate on the head."""
        status = self.shop.status(pull.head_sha, "ghapp/lock")
        return status.description if status else None

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[StoreUnderTest]:
        """Opens the store from outside."""
        store = connect(self.address)
        yield store
        await store.close()

    async def production(self) -> Environment:
        """The stored environment."""
        async with self.kept() as store:
            found = documents(await store.load(self.shop.id))["production"]
        assert isinstance(found, Environment)
        return found

    async def history(self) -> list[str]:
        """The entries of the history, oldest first."""
        async with self.kept() as store:
            past = await store.history(self.shop.id, limit=1000)
        return [entry.what for change in reversed(past) for entry in decode_entries(change.history)]

    async def at_rest(self) -> bool:
        """No item is ready now or later, no dead letter and no lease is left, and no environment is due soon; reminders
        of waiters come much later."""
        later, soon = self.clock() + timedelta(days=1000), self.clock() + timedelta(minutes=4)
        async with self.kept() as store:
            items, due = (
                await store.claim(now=later, lease=LEASE, limit=9),
                await store.due(now=soon, lease=LEASE, limit=9),
            )
            return not any((items, due, await store.dead(limit=9)))

    # ------------------------------------------------------------ from beginning to end

    def _environ(self) -> Mapping[str, str]:
        return {
            "GHAPP_PUBLIC_URL": "https://ghapp.example.com",
            "GHAPP_STORE": self.address,
            "GITHUB_APP_ID": str(self.github.app.id),
            "GITHUB_PRIVATE_KEY": self.github.app.private_key_pem,
            "GITHUB_WEBHOOK_SECRET": self.github.app.webhook_secret,
            "GITHUB_API_URL": self.github.url,
            "GHAPP_AWS_TARGETS": "acme/shop=codedeploy:app/app-prod",
            **{name: value for name, value in os.environ.items() if name.startswith("AWS_")},
        }

    async def close(self) -> None:
        """Ends all processes and the local GitHub."""
        for server in self._born:
            server.close()
        await self.github.close()


@asynccontextmanager
async def shop(ground: Ground) -> AsyncIterator[Shop]:
    """Opens the shop and always closes it; fails on a request that GitHub does not have, and on a logged secret."""
    opened = Shop(ground.folder, await ground.new_store())
    await opened.github.start()
    try:
        yield opened
        opened.github.check()
        assert not list(ground.folder.glob("*.heard")), "a secret was logged"
    finally:
        await opened.close()
