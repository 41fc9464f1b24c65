"""Rendered cards, the same for all viewers; and the buttons beside them, the same for all of one role but a few."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from ghapp.core.config.model import Role
from ghapp.core.model.environment import Environment
from ghapp.core.model.overview import StoredEnvironment
from ghapp.core.views.card import Card, card_of
from ghapp.core.views.card_buttons import card_buttons, concerned
from ghapp.core.words import Voice
from ghapp.doors.board.rendering import render

CSRF = "\0"  # no text of a person contains it: the words and the templates show control characters as marks
RENDERED, RENDERED_KEPT = timedelta(seconds=1), 10_000  # a rendered card, for all who ask after one change; how many


class _Rendered(NamedTuple):
    at: datetime
    version: int
    card: Card
    html: str


class _Buttons(NamedTuple):
    at: datetime
    version: int
    html: str


@dataclass(slots=True)
class CardCache:
    """`github`: the address of its pages."""

    github: str
    _rendered: dict[tuple[str, str], _Rendered] = field(default_factory=dict)
    _buttons: dict[tuple[str, str, Role, str], _Buttons] = field(default_factory=dict)

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
        theirs = _zoned(voice, card.timezone)
        if kept and kept.card == card and _day(kept.at, theirs) == _day(now, theirs):
            html = kept.html
        else:
            html = render("card.html", theirs, card=card, github=self.github)
        self._rendered[key] = _Rendered(now, stored.version, card, html)
        return card, html

    def buttons(self, stored: StoredEnvironment, login: str, role: Role, voice: Voice) -> str:
        """The buttons of a person of that role, as HTML with `CSRF` in place of their forms' token."""
        state, now = stored.state, voice.now
        if not isinstance(state, Environment):
            return ""
        own = login.lower() if login.lower() in concerned(state) else ""
        key = (stored.path, voice.language, role, own)
        kept = self._buttons.get(key)
        if kept and kept.version == stored.version and timedelta() <= now - kept.at < RENDERED:
            return kept.html
        if len(self._buttons) >= RENDERED_KEPT:
            self._buttons.clear()
        theirs = _zoned(voice, state.config.timezone)
        values = {"path": stored.path, "repository": stored.repository, "name": stored.name, "number": state.number}
        buttons = card_buttons(state, login, role, theirs)
        html = (
            render("buttons.html", theirs, buttons=buttons, csrf=CSRF, github=self.github, **values) if buttons else ""
        )
        self._buttons[key] = _Buttons(now, stored.version, html)
        return html


def _zoned(voice: Voice, timezone: str) -> Voice:
    return Voice(voice.language, timezone, voice.markup, voice.now)


def _day(moment: datetime, voice: Voice) -> date:
    return moment.astimezone(voice.zone).date()
