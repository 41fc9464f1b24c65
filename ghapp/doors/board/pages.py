"""What each page shows, as values for its template."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from markupsafe import Markup

from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model.decision import Entry
from ghapp.core.model.environment import Environment
from ghapp.core.model.overview import StoredEnvironment
from ghapp.core.views.card import Card
from ghapp.core.views.figures import Month
from ghapp.core.views.history_table import HistoryRow, history_rows, matching
from ghapp.core.views.outlook import RollbackOutlook, rollback_outlook
from ghapp.core.views.timeline import timeline
from ghapp.core.words import Voice
from ghapp.doors.board.drawing import RANGES, Drawing, draw

SHOWN = 100  # entries on a page; the files have all
SEARCHED = 3000  # entries that a filter looks through
BACK = timedelta(days=366)  # of what a filter looks through
BEGUN = timedelta(days=14)  # before a picture: what began then may still stand in it


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentPage:
    """`entries` are the environment's newest, as many as `to_read` says. `outlook` None: the document is unreadable."""

    drawing: Drawing
    rows: Sequence[HistoryRow]
    outlook: RollbackOutlook | None


class ShownCard(NamedTuple):
    """A card and the viewer's buttons, as HTML. `number`: the environment's, for a form of theirs; None: they cannot
    act here."""

    card: Card
    html: str
    buttons: str = ""
    number: int | None = None


class PageAnswer(NamedTuple):
    """The answer to the viewer's command. `at`: when it was decided; None: it is not decided yet. `once`: its part of
    the address. `renewed`: how often the page has renewed itself for it."""

    once: str
    at: datetime | None
    lines: Sequence[Markup] = ()
    renewed: int = 0

    @property
    def renews_after(self) -> int:
        """Seconds. While GitHub does not answer a command waits for minutes, and each page reads the store."""
        return 1 if self.renewed < 10 else 5 if self.renewed < 20 else 30


class Asked(NamedTuple):
    """The picture's span, a key of RANGES, and the filter of the history."""

    span: str
    filter: str


def to_read(asked: Asked) -> timedelta:
    """How far back the entries of a page go; at most `SEARCHED` of them are read."""
    return BACK if asked.filter else RANGES[asked.span] + BEGUN


def environment_page(
    stored: StoredEnvironment, entries: Sequence[Entry], voice: Voice, asked: Asked, github: str
) -> EnvironmentPage:
    """`entries`: the newest first. `github`: the address of its pages."""
    state = stored.state if isinstance(stored.state, Environment) else None
    config = state.config if state else EnvironmentConfig(sha="", branch="", workflow="")
    shown = timeline(reversed(entries), config, voice.now - RANGES[asked.span], voice.now)
    rows = matching(history_rows(entries, stored.repository.full_name, github), asked.filter)
    return EnvironmentPage(
        drawing=draw(shown, asked.span, voice),
        rows=list(islice(rows, SHOWN)),
        outlook=rollback_outlook(state, voice) if state else None,
    )


def is_match(card: Card, asked: str) -> bool:
    """Whether the card contains every word of the filter, in any case."""
    waiting = (part for one in card.waiting for part in (f"#{one.pull.number}", one.pull.title, one.waiter))
    served = (f"#{card.live.pull.number}", card.live.pull.title, card.live.pull.author) if card.live else ()
    text = "\n".join((card.path, card.word, card.state, *served, *waiting)).lower()
    return all(word in text for word in asked.lower().split())


def figures_match(month: Month, asked: str) -> bool:
    """Whether the name of the environment contains every word of the filter."""
    name = f"{month.repository}/{month.environment}".lower()
    return all(word in name for word in asked.lower().split())


def newest_activity_first(cards: Iterable[Card]) -> list[Card]:
    """By name where two changed at the same moment."""
    return sorted(sorted(cards, key=lambda card: card.path), key=lambda card: card.changed_at, reverse=True)
