"""Who acts from Slack: a member of our own workspace, linked to a GitHub login by the config and by nothing else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ghapp.core.config import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackPerson:
    """Somebody, by Slack's word. `guest`: of one or several channels; `stranger`: of another workspace."""

    id: str
    team: str
    guest: bool = False
    stranger: bool = False
    deleted: bool = False


Unfit = Literal["stranger", "guest", "gone"]


def unfit(person: SlackPerson, team: str) -> Unfit | None:
    """Why somebody may not act, whoever they are linked to."""
    if person.stranger or person.team != team:
        return "stranger"
    if person.deleted:
        return "gone"
    return "guest" if person.guest else None


def login_of(terms: Terms, user: str) -> str | None:
    """The login as which a person acts; None where nobody linked them."""
    return next((login for login, member in terms.slack_actors.items() if member == user), None)


@dataclass(frozen=True, slots=True)
class Aimed:
    """A line as a pull request's comment would have it, and the repository that it named: whole, or its last part."""

    line: str
    repository: str = ""


_ADDRESS = re.compile(r"<?https?://[^\s/]+/([\w.-]+/[\w.-]+)/pull/([1-9][0-9]{0,9})[^\s>]*>?", re.ASCII)
_NAMED = re.compile(r"((?:[\w.-]+/)?[\w.-]+)#([1-9][0-9]{0,9})", re.ASCII)


def aimed(text: str) -> Aimed:
    """`/deploy production app#42`, `owner/app#42` or a pull request's address: `#42`, in that repository."""
    repository, words = "", []
    for word in text.split(" "):
        found = _ADDRESS.fullmatch(word) or _NAMED.fullmatch(word)
        if found and not repository:
            repository = found[1]
            words.append(f"#{found[2]}")
        else:
            words.append(word)
    return Aimed(" ".join(words), repository)


def meant(aim: Aimed, known: Sequence[str]) -> tuple[str, ...]:
    """The full names that a line can mean, among those that are spoken of where it was typed."""
    wanted = aim.repository.lower()
    if not wanted:
        return tuple(known)
    return tuple(name for name in known if wanted in (name.lower(), name.split("/", 1)[1].lower()))
