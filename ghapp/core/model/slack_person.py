"""The actor of a Slack command: a member of our own workspace, linked to a GitHub login by the config only."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from ghapp.core.config.model import same_login


class SlackPerson(Struct, frozen=True, kw_only=True):
    """A person as Slack describes them. `guest`: of one or several channels; `stranger`: of another workspace."""

    id: str
    team: str
    guest: bool = False
    stranger: bool = False
    deleted: bool = False
    bot: bool = False


Unfit = Literal["stranger", "guest", "gone", "bot"]


def why_not_admitted(person: SlackPerson, team: str) -> Unfit | None:
    """Why a person may not act, whichever login they are linked to."""
    if person.stranger or person.team != team:
        return "stranger"
    if person.deleted:
        return "gone"
    if person.bot:
        return "bot"
    return "guest" if person.guest else None


def login_of(actors: Mapping[str, str], user: str) -> str | None:
    """The login as which a Slack member acts, from login → member id; None if none is linked."""
    return next((login for login, member in actors.items() if member == user), None)


def may_act(login: str, named: Iterable[str] | None) -> bool:
    """Whether a linked login may act from Slack. `named`: the only ones that may, by the owner's rules; None if these
    do not say."""
    return named is None or any(same_login(login, one) for one in named)


class Aimed(Struct, frozen=True):
    """A line in the form of a pull request's comment, and the repository that it named: in full, or its last part."""

    line: str
    repository: str = ""

    def names(self, full_name: str) -> bool:
        """Whether that repository can be meant; any can if none was named."""
        return self.repository.lower() in ("", full_name.lower(), full_name.split("/", 1)[1].lower())


_ADDRESS = re.compile(r"<?https?://[^\s/]+/([\w.-]+/[\w.-]+)/pull/([1-9][0-9]{0,9})[^\s>]*>?", re.ASCII)
_NAMED = re.compile(r"((?:[\w.-]+/)?[\w.-]+)#([1-9][0-9]{0,9})", re.ASCII)
_WHOLE = re.compile(r"([\w.-]+/[\w.-]+)()", re.ASCII)
_PULL = re.compile(r"#[1-9][0-9]{0,9}", re.ASCII)
_BEFORE_A_PULL = ("to", "with")
_NO_NAME = (*_BEFORE_A_PULL, "stop", "anyway")  # words that may stand in the place of an environment's name


def aimed(text: str) -> Aimed:
    """`/deploy production app#42`, `owner/app#42` or an address mean `#42` there; `owner/app` names the repository
    alone.

    A repository stands right after the command or its environment, or with a pull request after `to` or `with`. Later
    words are a reason, which may contain anything.
    """
    words, repository = text.split(" "), ""
    line: list[str] = []
    for place, word in enumerate(words):
        found = _target(words, place)
        if found and found[1].lower() == (repository or found[1]).lower():
            repository = found[1]
            line += [f"#{found[2]}"] if found[2] else []
        else:
            line.append(word)
    return Aimed(" ".join(line), repository)


def aim(line: str, full_name: str) -> str:
    """The same line with the repository named in full, so that it is valid in any channel."""
    words = aimed(line).line.split(" ")
    pull = next((place for place, word in enumerate(words[:3]) if _PULL.fullmatch(word)), None)
    if pull and words[pull - 1].lower() not in _NO_NAME:
        return " ".join([*words[:pull], f"{full_name}{words[pull]}", *words[pull + 1 :]])
    place = 1 if len(words) == 1 or words[1].lower() in _NO_NAME else 2
    return " ".join([*words[:place], full_name, *words[place:]])


def _target(words: Sequence[str], place: int) -> re.Match[str] | None:
    """The repository that a word names, if it stands in a place for one."""
    if any(word.lower() == "anyway" for word in words[1:place]):
        return None
    found = _ADDRESS.fullmatch(words[place]) or _NAMED.fullmatch(words[place])
    if place in (1, 2):
        return found or _WHOLE.fullmatch(words[place])
    takes_pulls = words[0].lower() in ("/deploy", "/rollback")
    return found if takes_pulls and words[place - 1].lower() in _BEFORE_A_PULL else None
