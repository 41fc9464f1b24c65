"""The lanes of the demo's page: the product's own cards, history and rollback, read from the store of its server."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model.decision import Entry
from ghapp.core.model.environment import Environment
from ghapp.core.model.overview import StoredEnvironment
from ghapp.core.rules import freeze, obstacles, phases
from ghapp.core.rules.obstacles import Obstacle
from ghapp.core.views.card import Card, card_of
from ghapp.core.views.markup import Plain
from ghapp.core.views.outlook import rollback_outlook
from ghapp.core.views.timeline import Bar, Reading
from ghapp.core.words import Voice
from ghapp.demo.words import Language, say
from ghapp.engine.board import BoardReader
from ghapp.ports import Clock, Fault

ALL = timedelta(days=36_500)
SHOWN = 12  # releases of a lane
RESULTS = {"running": "running", "succeeded": "live", "failed": "failed", "cancelled": "cancelled", "lost": "lost"}


@dataclass(frozen=True, slots=True)
class Found:
    """An environment with its history, oldest first."""

    stored: StoredEnvironment
    entries: tuple[Entry, ...]

    @property
    def state(self) -> Environment | None:
        """None where the document is unreadable."""
        return self.stored.state if isinstance(self.stored.state, Environment) else None


@dataclass(slots=True)
class Lanes:
    """The environments as the store had them last."""

    reader: BoardReader
    language: Language
    clock: Clock
    found: Mapping[str, Found] = field(default_factory=dict)
    _order: Sequence[str] = ()

    async def follow(self, changed: Callable[[], None]) -> None:
        """Reads each change after the first reading, and reports it, until cancelled."""
        async with self.reader.watch() as changes:
            while True:
                await changes.get()
                while not changes.empty():
                    changes.get_nowait()
                await self.read()
                changed()

    async def read(self) -> None:
        """Where the store cannot be read, what was read before stays; the next change is read again."""
        found = dict[str, Found]()
        try:
            for stored in (await self.reader.overview()).environments:
                entries = [entry async for entry in self.reader.history(stored, back=ALL)]
                found[stored.name] = Found(stored, tuple(reversed(entries)))
        except Fault:
            return
        self.found = found

    def shown(self, order: Iterable[str]) -> list[dict[str, Any]]:
        """The lanes of all environments that are not over, in this order; others follow. Empty: in the order before."""
        self._order = (*order,) or self._order
        places = {name: place for place, name in enumerate(self._order)}
        pairs = [(card_of(one.stored, self.language, self.clock()), one) for one in self.found.values()]
        standing = [(card, one) for card, one in pairs if not card.is_over]
        standing.sort(key=lambda pair: places.get(pair[0].environment, len(places)))
        return [self._lane(card, one) for card, one in standing]

    def holds_merges(self) -> bool:
        """Whether an environment holds merges now."""
        now = self.clock()
        return any(obstacles.blocking(one.state, now) for one in self.found.values() if one.state)

    def _lane(self, card: Card, found: Found) -> dict[str, Any]:
        state, live = found.state, card.live
        return {
            "environment": card.environment,
            "state": card.state,
            "word": card.word,
            "said": list(card.said),
            "since": _iso(_since(state, self.clock())) if state else None,
            "until": _iso(card.until),
            "live": {**_pull(live.pull), "author": live.pull.author, "since": _iso(live.since)} if live else None,
            "waiting": [{**_pull(one.pull), "waiter": one.waiter, "why": one.why} for one in card.waiting],
            "releases": _releases(found),
            "rollback": self._rollback(state) if state else None,
        }

    def _rollback(self, state: Environment) -> dict[str, str] | None:
        outlook = rollback_outlook(state, Voice(self.language, state.config.timezone, Plain(), self.clock()))
        if outlook.refused or outlook.target is None:
            return None
        label = say(self.language, "board.roll_back", number=outlook.target.pull.number)
        return {"line": outlook.line, "label": label}


def _since(state: Environment, now: datetime) -> datetime | None:
    """When the state began that the card names."""
    obstacle = next(iter(obstacles.obstacles(state, now)), None)
    return _begun(state, obstacle, now) if obstacle else state.free_since


def _begun(state: Environment, obstacle: Obstacle, now: datetime) -> datetime | None:
    match obstacle.kind:
        case "deployment":
            newest = state.deployment
            return (newest.grant.at if phases.is_busy(newest) else newest.since) if newest else None
        case "manual":
            return state.manual.since if state.manual else None
        case "rollback":
            return state.after_rollback.since if state.after_rollback else None
        case "freeze":
            return _frozen_since(state.config, now)
        case _:
            return None


def _frozen_since(config: EnvironmentConfig, now: datetime) -> datetime | None:
    """None where it has been frozen for longer than a month."""
    begun, moment = None, now - freeze.SPAN
    while (change := freeze.next_change(config, moment)) and change < now:
        begun = moment = change
    return begun


def _releases(found: Found) -> list[dict[str, Any]]:
    """The last attempts. A rollback takes back what was live after its target."""
    state = found.state
    if state is None:
        return []
    reading = Reading(state.config)
    for entry in found.entries:
        reading.read(entry)
    shown: list[dict[str, Any]] = []
    for number, bar in reading.bars.items():
        if bar.entry.kind == "rollback" and bar.result == "succeeded":
            _take_back(shown, bar.entry.pull)
        shown.append(_release(number, bar))
    return shown[-SHOWN:]


def _take_back(shown: list[dict[str, Any]], target: int | None) -> None:
    for one in reversed(shown):
        if one["result"] == "live" and one["pull"] == target:
            return
        if one["result"] == "live":
            one["result"] = "rolled_back"


def _release(number: int, bar: Bar) -> dict[str, Any]:
    return {"number": number, "pull": bar.entry.pull, "kind": bar.entry.kind, "result": RESULTS[bar.result]}


def _pull(pull: Any) -> dict[str, Any]:
    return {"number": pull.number, "title": pull.title}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
