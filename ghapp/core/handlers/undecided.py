"""What is answered although nothing was decided: each code with its values, in the one place that gives them."""

from datetime import datetime

from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model.decision import Notice, Refusal, Value
from ghapp.core.model.events import CheckButtonPressed, CommandGiven


def answer(event: CommandGiven, refusal: Refusal, config: EnvironmentConfig, now: datetime) -> Notice:
    """As it is owed to whoever said it."""
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
    """More commands a minute than are carried out."""
    return Refusal("slow_down")


def answers_itself() -> Refusal:
    """An App's commands that follow our answers to it, one after the other."""
    return Refusal("answers_itself")


def could_not_check(typed: str, why: str, *, pressed: bool = False) -> Refusal:
    """Nothing was done, and the person may type it again, or press the button again in Slack."""
    return Refusal("could_not_check.pressed" if pressed else "could_not_check", {"typed": typed, "why": why})


def broken(typed: str, *, pressed: bool = False) -> Refusal:
    """It fails each time, and will not be tried again by itself."""
    code = "broken.pressed" if pressed else "broken"
    return Refusal(code, {"typed": typed, "command": "ghapp deliveries --dead"})


def unknown(why: str) -> Refusal:
    """Slack does not tell who typed it."""
    return Refusal("slack.unknown", {"why": why})


def late() -> Refusal:
    """What a channel is told instead of what is more than an hour old."""
    return Refusal("late")


def gate_refused(why: str) -> Refusal:
    """Why a pull request may show an old gate, or none."""
    return Refusal("gate_refused", {"why": why})


def slack_refused(channel: str, why: str) -> Refusal:
    """Why something is said on the pull request and not in the channel."""
    return Refusal("slack_refused", {"channel": channel, "why": why})
