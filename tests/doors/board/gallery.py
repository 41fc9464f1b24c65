"""An environment in every state that a card can show, each made by real decisions."""

from collections.abc import Callable, Mapping

from ghapp.core.config.model import Problem, Window
from ghapp.core.model.decision import Decision, Entry
from ghapp.core.model.environment import BrokenConfig, Environment
from ghapp.core.model.events import Event
from tests.core.build import Production, config, environment, live

Story = tuple[Environment, tuple[Entry, ...]]


class Told(Production):
    """Keeps the entries of every decision."""

    def __init__(self, start: Environment | None = None) -> None:
        super().__init__(start or environment(live=live(41), earlier=(live(40),)))
        self.entries: list[Entry] = []

    def apply(self, event: Event) -> Decision:
        decision = super().apply(event)
        self.entries += decision.entries
        return decision

    @property
    def story(self) -> Story:
        return self.environment, tuple(self.entries)


def _deploying() -> Told:
    told = Told()
    told.merges(42)
    told.merges(44)
    told.later(minutes=2)
    told.says("mona", "/deploy #42")
    told.starts()
    told.sees("running")
    return told


def _cooldown() -> Told:
    told = _deploying()
    told.later(minutes=3)
    told.sees("succeeded")
    return told


def _rolling_back() -> Told:
    told = _cooldown()
    told.later(minutes=2)
    told.says("mona", "/rollback")
    told.starts()
    told.sees("running")
    return told


def _rolled_back() -> Told:
    told = _rolling_back()
    told.later(minutes=2)
    told.sees("succeeded")
    return told


def _cancelling() -> Told:
    told = _deploying()
    told.says("mona", "/cancel")
    return told


def _lost() -> Told:
    told = Told()
    told.merges(42)
    told.says("mona", "/deploy #42")
    told.starts()
    told.later(minutes=3)
    told.sees("ambiguous", run=None)
    told.ticks()
    return told


def _locked() -> Told:
    told = Told()
    told.merges(42)
    told.says("mona", "/lock production 2h database migration")
    return told


def _failed() -> Told:
    told = _deploying()
    told.later(minutes=4)
    told.sees("failed")
    told.later(minutes=40)
    told.ticks()
    return told


def _free() -> Told:
    told = Told()
    told.merges(42)
    return told


def _frozen() -> Told:
    return Told(environment(config=config(freeze=(Window(reason="quarter end", weekdays=("mon",)),)), live=live(41)))


def _closed() -> Told:
    broken = BrokenConfig(".github/ghapp.yml", "d" * 40, Problem(3, 5, "config.environments"))
    return Told(environment(live=live(41), broken_config=broken))


def _new() -> Told:
    return Told(environment())


STATES: Mapping[str, Callable[[], Told]] = {
    "free": _free,
    "deploying": _deploying,
    "rolling_back": _rolling_back,
    "cancelling": _cancelling,
    "cooldown": _cooldown,
    "locked": _locked,
    "rolled_back": _rolled_back,
    "frozen": _frozen,
    "unknown": _lost,
    "closed": _closed,
}
MORE: Mapping[str, Callable[[], Told]] = {"failed": _failed, "new": _new}
