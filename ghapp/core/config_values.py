"""The single values that a config may hold: each reader gives the value of a node, or raises Wrong."""

import difflib
import re
from collections.abc import Callable, Iterable
from datetime import timedelta

from ghapp.core.config import ROLES, Problem
from ghapp.core.yaml_tree import Node, Scalar

PLACEHOLDERS = ("sha", "environment", "ticket", "number", "pr", "actor")
BRANCH = re.compile(r"[^\s~^:?*\[\\]{1,255}")
NAME = re.compile(r"[a-z0-9-]{1,64}", re.ASCII)
WORKFLOW = re.compile(r"[\w.-]{1,255}\.ya?ml", re.ASCII)
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}", re.ASCII)
CHANNEL = re.compile(r"[CG][A-Z0-9]{2,20}", re.ASCII)
GROUP = re.compile(r"S[A-Z0-9]{2,20}", re.ASCII)
MEMBER = re.compile(r"[UW][A-Z0-9]{2,20}", re.ASCII)
INPUT = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}", re.ASCII)
_DURATION = re.compile(r"([0-9]{1,4})([mhd])", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class Wrong(Exception):  # noqa: N818 - it carries a Problem, which is what is reported
    """One value does not belong where it stands."""

    def __init__(self, node: Node | None, message: str) -> None:
        super().__init__(message)
        line, column = (node.line, node.column) if node else (1, 1)
        self.problem = Problem(line, column, message)


def text_of(node: Node) -> str:
    """The text of a single value."""
    if not isinstance(node, Scalar):
        raise Wrong(node, "expected a single value")
    return node.text


def matching(form: re.Pattern[str], what: str) -> Callable[[Node], str]:
    """A reader of text that has a form; `what` tells a person which."""

    def read(node: Node) -> str:
        text = text_of(node)
        if not form.fullmatch(text):
            raise Wrong(node, f"expected {what}, not {text[:64]!r}")
        return text

    return read


def choice(node: Node, known: tuple[str, ...]) -> str:
    """One of the known words."""
    text = text_of(node)
    if text not in known:
        raise Wrong(node, f"{text[:64]!r} is not known; {nearest(text, known)}")
    return text


def nearest(text: str, known: Iterable[str]) -> str:
    """A hint: the known word that was probably meant, else all of them."""
    near = difflib.get_close_matches(text[:64], known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"known here: {', '.join(known)}"


def template(node: Node) -> str:
    """Text whose placeholders all are known."""
    text = text_of(node)
    for name in re.findall(r"\{([^{}]*)\}", text):
        if name not in PLACEHOLDERS:
            known = " ".join(f"{{{known}}}" for known in PLACEHOLDERS)
            raise Wrong(node, f"`{{{name[:64]}}}` is not known here; there are {known}")
    return text


def person(node: Node) -> str:
    """A role or a login."""
    text = text_of(node)
    if text.startswith("@"):
        raise Wrong(node, "teams are not supported by this version yet: name roles or logins")
    if text == "none":
        raise Wrong(node, "`none` is not a role that can be let in")
    return matching(LOGIN, f"a role ({', '.join(ROLES[1:])}) or a GitHub login")(node)


def duration(node: Node, least: timedelta, most: timedelta) -> timedelta:
    """A duration like 30m, within bounds."""
    match = _DURATION.fullmatch(text_of(node))
    length = int(match.group(1)) * _UNITS[match.group(2)] if match else None
    if length is None or not least <= length <= most:
        low, high = least // timedelta(minutes=1), most // timedelta(hours=1)
        raise Wrong(node, f"expected a duration from {low}m to {high}h, for example 30m")
    return length
