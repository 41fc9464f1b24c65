"""Answers without a decision: the only place that defines their codes and values."""

from datetime import datetime

from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model.decision import Notice, Refusal, Value
from ghapp.core.model.events import CheckButtonPressed, CommandGiven


def answer(event: CommandGiven, refusal: Refusal, config: EnvironmentConfig, now: datetime) -> Notice:
    """The answer, owed to the sender."""
    pressed: dict[str, Value] = {"pressed": event.button} if isinstance(event, CheckButtonPressed) else {}
    return Notice(
        id=f"answer/{event.key}",
        repository=event.repository,
        destination=event.destination,
        code=refusal.code,
        values={"actor": event.author, **pressed, **refusal.values},
        config=config,
        at=now,
    )


def slow_down() -> Refusal:
    """The limit of commands per minute is exceeded."""
    return Refusal("slow_down")


def answers_itself() -> Refusal:
    """An App's commands follow our answers to it, one after the other."""
    return Refusal("answers_itself")


def could_not_check(typed: str, why: str, *, pressed: bool = False) -> Refusal:
    """A fact could not be read: nothing was done, and the person may repeat the line, or the button in Slack."""
    return Refusal("could_not_check.pressed" if pressed else "could_not_check", {"typed": typed, "why": why})


def broken(typed: str, *, pressed: bool = False) -> Refusal:
    """The item fails each time, and will not be retried automatically."""
    code = "broken.pressed" if pressed else "broken"
    return Refusal(code, {"typed": typed, "command": "ghapp deliveries --dead"})


def unknown(why: str) -> Refusal:
    """Slack does not identify the sender."""
    return Refusal("slack.unknown", {"why": why})


def late() -> Refusal:
    """Sent to a channel instead of a message that is more than an hour old."""
    return Refusal("late")


def gate_refused(why: str) -> Refusal:
    """Why a pull request may show an old gate, or none."""
    return Refusal("gate_refused", {"why": why})


def slack_refused(channel: str, why: str) -> Refusal:
    """Why a message is on the pull request and not in the channel."""
    return Refusal("slack_refused", {"channel": channel, "why": why})
