"""Slack messages: the prompt and notices, as blocks with a text for notifications."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ghapp.core.decision import Notice
from ghapp.core.environment import Environment
from ghapp.core.views import notice as notices
from ghapp.core.views import prompt as prompts
from ghapp.core.views.markup import Slack

SECTION_LIMIT = 3_000  # Slack refuses a longer section


@dataclass(frozen=True, slots=True)
class Message:
    """`text` for notifications and screen readers, `blocks` for everybody else."""

    text: str
    blocks: tuple[Mapping[str, object], ...]


def prompt(environment: Environment, pull: int, *, web: str, now: datetime) -> Message | None:
    """The prompt of one release, mentioning whoever is asked to release it."""
    markup = Slack(environment.terms.people, environment.terms.fallback)
    lines = prompts.render(environment, pull, markup, web=web, now=now)
    return _message(lines) if lines else None


def notice(notice: Notice, *, now: datetime) -> Message:
    """A notice as a message of its own."""
    return _message(notices.render(notice, Slack(notice.terms.people, notice.terms.fallback), now=now))


def _message(lines: list[str]) -> Message:
    text = "\n".join(lines)
    shown = text if len(text) <= SECTION_LIMIT else text[: SECTION_LIMIT - 1] + "…"
    return Message(shown, ({"type": "section", "text": {"type": "mrkdwn", "text": shown}},))
