"""What is answered although nothing was decided: each code with its values, in the one place that gives them."""

from collections.abc import Sequence
from datetime import datetime

from ghapp.core.arms.from_slack import meanings
from ghapp.core.config import Terms
from ghapp.core.decision import Notice, Refusal, Value
from ghapp.core.environment import Environment
from ghapp.core.events import Clicked, Said, SlackAsked
from ghapp.core.slack import Aimed

LISTED = 20


def answer(event: Said, refusal: Refusal, terms: Terms, now: datetime) -> Notice:
    """As it is owed to whoever said it."""
    pressed: dict[str, Value] = {"pressed": event.button} if isinstance(event, Clicked) else {}
    return Notice(
        id=f"answer/{event.key}",
        repository=event.repository,
        place=event.place,
        code=refusal.code,
        values={"actor": event.author, **pressed, **refusal.values},
        terms=terms,
        at=now,
    )


def slow_down() -> Refusal:
    """More commands a minute than are carried out."""
    return Refusal("slow_down")


def could_not_check(typed: str, why: str) -> Refusal:
    """Nothing was done, and the person may type it again."""
    return Refusal("could_not_check", {"typed": typed, "why": why})


def broken(typed: str) -> Refusal:
    """It fails each time, and will not be tried again by itself."""
    return Refusal("broken", {"typed": typed, "command": "ghapp deliveries --dead"})


def late() -> Refusal:
    """What a channel is told instead of what is more than an hour old."""
    return Refusal("late")


def slack_refused(channel: str, why: str) -> Refusal:
    """Why something is said on the pull request and not in the channel."""
    return Refusal("slack_refused", {"channel": channel, "why": why})


def unmeant(
    asked: SlackAsked, aim: Aimed, found: Sequence[Sequence[Environment]], named: Sequence[Sequence[Environment]]
) -> Refusal:
    """Why no one repository is meant, and what to write or press. `found`: by repository, those spoken of there;
    `named`: of those the ones that the line can mean."""
    names = [one.repository.full_name for one, *_ in found][:LISTED]
    if not found:
        return Refusal("slack.no_repository")
    if asked.mark or (aim.repository and not named):
        return Refusal("slack.other_repository", {"typed": aim.repository or asked.channel, "repositories": [*names]})
    lines: list[Value] = [f"{asked.text} {name}#…" for name in names]
    choices = meanings(aim.line, (one for here in named for one in here))
    return Refusal("slack.which_repository", {"lines": lines, "choices": choices})
