"""One release from `/deploy` to a free environment, by a server that falls meanwhile, and the checks afterwards."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterable, Sequence
from datetime import timedelta
from typing import Any

from tests.engine.crash_server import CHANGES, Fate, Moment
from tests.engine.pair import Shop
from tests.engine.process import PATIENCE

ON_ITS_WAY = (Moment("before", "dispatch sent"),)
THIRD = {
    **{at: ["Deploy to production: outcome unknown (production-1)"] for at in ON_ITS_WAY},
    Moment("before", "check sent"): ["Live on production"],
}
UNKNOWN = (
    Moment("after", "record starting"),
    Moment("before", "dispatch"),
    *ON_ITS_WAY,
)  # it is unknown whether a run was started


class Release:
    """#41 is released to production by a server that falls meanwhile, beside a server that does not."""

    def __init__(self, shop: Shop, fate: Fate | None) -> None:
        self.shop, self.fate = shop, fate
        self.fell = False
        self.changed_late: list[str] = []  # changes on GitHub by the stopped server after it woke

    async def prepared(self) -> None:
        """Merges #41 and opens #42."""
        self.other = await self.shop.server("other")
        self.shop.awake = [self.other]
        self.shop.in_front(self.other)
        self.pull = await self.shop.merged()
        self.open = await self.shop.shop.open_pull("hanako", "Show prices with tax")
        await self.shop.work()

    async def typed(self, body: str = "/deploy") -> None:
        """Taro types `body`, and GitHub delivers it to both servers; only the doomed one works."""
        self.doomed = await self.shop.server("doomed", self.fate)
        comment = self.shop.shop.add_comment(self.pull.number, by="taro", body=body)
        self.shop.in_front(self.doomed)
        await self._happens(self.shop.tells(comment))
        self.shop.in_front(self.other)
        await self.shop.tells(comment)
        self.shop.in_front(self.doomed)
        self.shop.awake = [self.doomed]
        if not self.doomed.fallen.is_set():
            await self.shop.work()

    async def told(self) -> None:
        """The whole release: `/deploy` is typed, a run begins and ends, the environment cools down."""
        await self.typed()
        await self.works()
        for run in self.shop.runs():
            await self._happens(self.shop.shop.start_run(run))
            await self.works()
            await self._happens(self.shop.shop.finish_run(run))
            await self.works()
        self.shop.clock.skip(timedelta(minutes=30))
        await self.works()

    async def answered(self) -> None:
        """Only a refused command and its answer."""
        await self.typed(f"/deploy production #{self.open.number}")
        await self.works()

    async def _happens(self, told: Coroutine[Any, Any, object]) -> None:
        """Sends a delivery to the doomed server, and goes on when it is answered or the server falls."""
        if self.fell:
            await told
            return
        telling = asyncio.ensure_future(told)
        falling = asyncio.ensure_future(self.doomed.fallen.wait())
        done, _ = await asyncio.wait((telling, falling), timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        assert done
        falling.cancel()
        if not telling.done():
            self.shop.left.append(telling)

    async def works(self) -> None:
        """Works until nothing more happens. If the doomed server falls, the others go on; a stopped one wakes later."""
        if self.fell or not self.doomed.fallen.is_set():
            await self.shop.work()
        if self.doomed.fallen.is_set() and not self.fell:
            self.fell = True
            await (self._oversleeps() if self.fate and self.fate.end == "stopped" else self._is_replaced())

    async def _is_replaced(self) -> None:
        heir = await self.shop.server("heir")
        self.shop.awake = [heir, self.other]
        self.shop.in_front(heir)
        await self.shop.work()
        await self.shop.past_every_lease()

    async def _oversleeps(self) -> None:
        self.shop.awake = [self.other, self.doomed]
        async with self.shop.sleeps(self.doomed):
            await self.shop.work()
            await self.shop.past_every_lease()
        await self.shop.work()
        assert self.fate
        at = self.doomed.steps.index(self.fate.at) + 1
        before, since = self.doomed.steps[:at], self.doomed.steps[at:]
        sent = Counter(step.what.removesuffix(" sent") for step in before if step.what.endswith(" sent"))
        on_the_line = sent - _answered(before)  # in flight when the server stopped: GitHub answers after it wakes
        since = since[: _takes_up_anew(before, since)]
        self.changed_late = sorted((_answered(since) - on_the_line).elements())

    # ------------------------------------------------------------ checks afterwards

    async def ended_well(self) -> None:
        """One run or, where it is unknown, none and a notice of that; no duplicate comment; the environment free and
        the queue at rest."""
        assert self.shop.dispatched() == {"1": len(self.shop.runs())} or not self.shop.runs()
        if self.shop.runs():
            await self._is_live()
        else:
            assert self.fate
            assert self.fate.at in UNKNOWN
            await self._was_lost()
        nobody_knew = self.fate and self.fate.at in UNKNOWN
        assert set(self.shop.notices(self.pull)) <= ({"lost", "unlocked_lost"} if nobody_knew else set())
        assert self.shop.said_twice(self.pull) == []
        assert self.shop.gate(self.open) == "Free to merge"
        assert len(self.shop.checks(self.open)) == 1
        assert await self.shop.at_rest()
        history = await self.shop.history()
        assert len(history) == len(set(history))

    async def _is_live(self) -> None:
        production = await self.shop.production()
        assert production.deployment
        assert (len(self.shop.runs()), production.number, production.deployment.phase) == (1, 1, "succeeded")
        assert [line[0] for line in self.shop.shown(self.pull)] == ["✅"]
        assert (self.shop.records(), self.shop.under_way(self.pull)) == (["success"], [])
        assert self.shop.checks(self.pull) == ["Ready for production", *self._third(), "Live on production"]

    def _third(self) -> Sequence[str]:
        """The check runs that a stopped server adds after it wakes. With the dispatch in flight, it sends the dispatch:
        the release that was given up begins again, and a completed check run does not go back. With a new check run in
        flight, it makes one beside that of the other server: both end the same way. No other case adds a third."""
        at = self.fate.at if self.fate and self.fate.end == "stopped" else None
        return THIRD.get(at, []) if at else []

    async def _was_lost(self) -> None:
        """A user finds no run, and frees the environment."""
        assert [line[0] for line in self.shop.shown(self.pull)] == ["❔"]
        assert self.shop.gate(self.open) == "production: #41 (taro): outcome unknown, check the run"
        await self.shop.says("taro", "/unlock production looked: no run", on=self.pull)
        assert self.shop.checks(self.pull) == [
            "Ready for production",
            "Deploy to production was given up (production-1)",
        ]


def _takes_up_anew(before: Sequence[Moment], since: Sequence[Moment]) -> int | None:
    """The index of the step after which the stopped server takes the environment up anew; None if it had no rest in
    flight. A late rest makes the environment due once more, since the shown state may be older than the document. From
    then on the server shows the current state, under a new lease."""
    rests = Counter(step.when for step in before if step.what == "rest")
    if rests["before"] == rests["after"]:
        return None
    return next((at for at, step in enumerate(since) if step.when == "after" and step.what == "due"), None)


def _answered(steps: Iterable[Moment]) -> Counter[str]:
    return Counter(step.what for step in steps if step.when == "after" and step.what in CHANGES)
