"""Rendered cards: they are the same for all viewers, so what is a viewer's own stands beside them."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from ghapp.core.model.overview import StoredEnvironment
from ghapp.core.views.card import Card, card_of
from ghapp.core.words import Voice
from ghapp.doors.board.rendering import render

RENDERED, RENDERED_KEPT = timedelta(seconds=1), 10_000  # a rendered card, for all who ask after one change; how many


class _Rendered(NamedTuple):
    at: datetime
    version: int
    card: Card
    html: str


@dataclass(slots=True)
class CardCache:
    """`github`: the address of its pages."""

    github: str
    _rendered: dict[tuple[str, str], _Rendered] = field(default_factory=dict)

    def card(self, stored: StoredEnvironment, voice: Voice) -> tuple[Card, str]:
        """The card, and its HTML. Both are kept for a moment, since a change brings all open pages at once; the HTML
        as long as the card and the day are the same."""
        key, now = (stored.path, voice.language), voice.now
        kept = self._rendered.get(key)
        if kept and kept.version == stored.version and timedelta() <= now - kept.at < RENDERED:
            return kept.card, kept.html
        if len(self._rendered) >= RENDERED_KEPT:
            self._rendered.clear()
        card = card_of(stored, voice.language, now)
        theirs = _zoned(card, voice)
        if kept and kept.card == card and _day(kept.at, theirs) == _day(now, theirs):
            html = kept.html
        else:
            html = render("card.html", theirs, card=card, github=self.github)
        self._rendered[key] = _Rendered(now, stored.version, card, html)
        return card, html


def _zoned(card: Card, voice: Voice) -> Voice:
    return Voice(voice.language, card.timezone, voice.markup, voice.now)


def _day(moment: datetime, voice: Voice) -> date:
    return moment.astimezone(voice.zone).date()
