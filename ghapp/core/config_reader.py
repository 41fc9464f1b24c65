"""The text of `.github/ghapp.yml` → `Config`, or every problem with its line, column and what was expected."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar, get_args
from zoneinfo import ZoneInfo

from ghapp.core import yaml_tree
from ghapp.core.config import ROLES, Config, InvalidConfig, Language, ObstacleKind, Problem, Terms
from ghapp.core.yaml_tree import Malformed, Node, Scalar, Sequence

T = TypeVar("T")
ENVIRONMENTS = 40  # one transaction can change all of a repository's
PLACEHOLDERS = ("sha", "environment", "ticket", "number", "pr", "actor")
LATER = frozenset(
    {
        *("paths", "local", "turn", "remind", "rollbackers", "require", "rollback", "except_label"),
        *("skip_label", "warn_paths", "freeze", "auto"),
    }
)

_BRANCH = re.compile(r"[^\s~^:?*\[\\]{1,255}")
_NAME = re.compile(r"[a-z0-9-]{1,64}", re.ASCII)
_WORKFLOW = re.compile(r"[\w.-]{1,255}\.ya?ml", re.ASCII)
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}", re.ASCII)
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,20}", re.ASCII)
_GROUP = re.compile(r"S[A-Z0-9]{2,20}", re.ASCII)
_MEMBER = re.compile(r"[UW][A-Z0-9]{2,20}", re.ASCII)
_INPUT = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}", re.ASCII)
_DURATION = re.compile(r"([0-9]{1,4})([mhd])", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def read_config(text: str, sha: str, default_branch: str) -> Config | InvalidConfig:
    """Read a whole file. Never raises: whatever is wrong with it comes back as problems, all of them at once."""
    problems: list[Problem] = []
    try:
        tree = yaml_tree.read(text)
    except Malformed as malformed:
        return InvalidConfig(sha, (malformed.problem,))
    environments = _Reader(problems).file(tree, sha, default_branch)
    ordered = sorted(problems, key=lambda problem: (problem.line, problem.column))
    return InvalidConfig(sha, tuple(ordered)) if problems else Config(sha=sha, environments=environments)


class _Wrong(Exception):  # noqa: N818 - it carries a Problem, which is what is reported
    """One value does not belong where it stands."""

    def __init__(self, node: Node | None, message: str) -> None:
        super().__init__(message)
        line, column = (node.line, node.column) if node else (1, 1)
        self.problem = Problem(line, column, message)


class _Reader:
    """Reads the tree against what belongs where. A wrong value is noted, and the reading goes on beside it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems

    def file(self, tree: Node | None, sha: str, default_branch: str) -> dict[str, Terms]:
        """Every environment with all that holds for it."""
        if not isinstance(tree, yaml_tree.Mapping):
            self.note(tree, "expected a file with `environments:`")
            return {}
        fields = self.fields(tree, {"slack", "language", "timezone", "people", "environments"})
        shared: dict[str, Any] = {"sha": sha, **self.settings(fields, _SHARED), **self.slack(fields)}
        if "environments" not in fields:
            self.note(tree, "`environments:` is missing: name at least one")
            return {}
        return self.environments(fields["environments"], shared, default_branch)

    def environments(self, node: Node, shared: Mapping[str, Any], default_branch: str) -> dict[str, Terms]:
        if not isinstance(node, yaml_tree.Mapping) or not node.items:
            self.note(node, "expected at least one environment, for example `production: {workflow: deploy.yml}`")
            return {}
        if len(node.items) > ENVIRONMENTS:
            self.note(node, f"expected at most {ENVIRONMENTS} environments")
        read = {}
        for key, value in node.items:
            if terms := self.environment(key, value, {**shared, "branch": default_branch}):
                read[key.text] = terms
        self.aliases_apart(node, read)
        return read

    def environment(self, key: Scalar, node: Node, shared: Mapping[str, Any]) -> Terms | None:
        if not _NAME.fullmatch(key.text):
            self.note(key, f"an environment's name is 1 to 64 of a-z, 0-9 and -, not {key.text[:64]!r}")
        if not isinstance(node, yaml_tree.Mapping):
            self.note(node, "expected the environment's settings, for example `workflow: deploy.yml`")
            return None
        wrong_before = len(self.problems)
        fields = self.fields(node, {*_SETTINGS, "slack"}, LATER)
        misspelt = len(self.problems) > wrong_before  # then that is the thing to say
        if "workflow" not in fields and not misspelt:
            self.note(key, f"`{key.text}` needs `workflow:`, the file in .github/workflows that releases it")
        return Terms(**{"workflow": "", **shared, **self.slack(fields), **self.settings(fields, _SETTINGS)})

    def aliases_apart(self, node: yaml_tree.Mapping, read: Mapping[str, Terms]) -> None:
        """A word means one environment."""
        taken = set(read)
        for key, _ in node.items:
            for alias in read[key.text].aliases if key.text in read else ():
                if alias in taken:
                    self.note(key, f"the alias `{alias}` of `{key.text}` is another environment's name or alias")
                taken.add(alias)

    def settings(self, fields: Mapping[str, Node], known: Mapping[str, "_Read"]) -> dict[str, Any]:
        """What is written and right. What is not written keeps the default of `Terms`."""
        read = {}
        for name in known.keys() & fields.keys():
            with self.noting():
                read[name] = known[name](self, fields[name])
        return read

    def slack(self, fields: Mapping[str, Node]) -> dict[str, Any]:
        node = fields.get("slack")
        if node is None:
            return {}
        if not isinstance(node, yaml_tree.Mapping):
            self.note(node, "expected `{channel: C024BE91L}`")
            return {}
        return self.settings(self.fields(node, _SLACK), _SLACK)

    def fields(self, node: yaml_tree.Mapping, known: Iterable[str], later: Iterable[str] = ()) -> dict[str, Node]:
        """The settings by name; every other one is a problem that names the nearest."""
        names, fields = sorted(known), {}
        for key, value in node.items:
            if key.text in names:
                fields[key.text] = value
            elif key.text in later:
                self.note(key, f"`{key.text}` is not supported by this version yet: leave it out")
            else:
                self.note(key, f"`{key.text[:64]}` is not a setting; {_nearest(key.text, names)}")
        return fields

    # ------------------------------------------------------------ kinds of values: give the value or raise _Wrong

    def language(self, node: Node) -> str:
        return _choice(node, get_args(Language))

    def zone(self, node: Node) -> str:
        text = _text(node)
        try:
            return ZoneInfo(text).key
        except (ValueError, OSError, LookupError):
            example = "for example Asia/Tokyo, Europe/Berlin or UTC"
            raise _Wrong(node, f"{text[:64]!r} is not a time zone; {example}") from None

    def people(self, node: Node) -> dict[str, str]:
        return dict(self.pairs(node, _LOGIN, "a GitHub login", _matching(_MEMBER, "a Slack member id like U024BE7LH")))

    def aliases(self, node: Node) -> tuple[str, ...]:
        return tuple(self.list(node, _matching(_NAME, "a name of a-z, 0-9 and -")))

    def branch(self, node: Node) -> str:
        return _matching(_BRANCH, "a branch name")(node)

    def workflow(self, node: Node) -> str:
        return _matching(_WORKFLOW, "the name of a file in .github/workflows, for example deploy.yml")(node)

    def inputs(self, node: Node) -> dict[str, str]:
        return dict(self.pairs(node, _INPUT, "an input's name", _template))

    def lock(self, node: Node) -> timedelta:
        return _duration(node, timedelta(minutes=1), timedelta(hours=24))

    def cooldown(self, node: Node) -> timedelta:
        return _duration(node, timedelta(0), timedelta(hours=24))

    def who(self, node: Node) -> tuple[str, ...]:
        named = tuple(self.list(node, _person))
        if not named:
            raise _Wrong(node, "expected at least one role or login")
        return named

    def gate(self, node: Node) -> tuple[str, ...]:
        return tuple(self.list(node, lambda item: _choice(item, get_args(ObstacleKind))))

    def list(self, node: Node, read: Callable[[Node], T]) -> Iterator[T]:
        if not isinstance(node, Sequence):
            raise _Wrong(node, "expected a list, for example [a, b]")
        for item in node.items:
            with self.noting():
                yield read(item)

    def pairs(self, node: Node, form: re.Pattern[str], what: str, read: Callable[[Node], T]) -> Iterator[tuple[str, T]]:
        if not isinstance(node, yaml_tree.Mapping):
            raise _Wrong(node, f"expected pairs of {what} and a value")
        for key, value in node.items:
            with self.noting():
                yield _matching(form, what)(key), read(value)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note a wrong value, and go on after it."""
        try:
            yield
        except _Wrong as wrong:
            self.problems.append(wrong.problem)

    def note(self, node: Node | None, message: str) -> None:
        self.problems.append(_Wrong(node, message).problem)


def _text(node: Node) -> str:
    if not isinstance(node, Scalar):
        raise _Wrong(node, "expected a single value")
    return node.text


def _matching(form: re.Pattern[str], what: str) -> Callable[[Node], str]:
    def read(node: Node) -> str:
        text = _text(node)
        if not form.fullmatch(text):
            raise _Wrong(node, f"expected {what}, not {text[:64]!r}")
        return text

    return read


def _choice(node: Node, known: tuple[str, ...]) -> str:
    text = _text(node)
    if text not in known:
        raise _Wrong(node, f"{text[:64]!r} is not known; {_nearest(text, known)}")
    return text


def _nearest(text: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(text[:64], known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"known here: {', '.join(known)}"


def _template(node: Node) -> str:
    text = _text(node)
    for name in re.findall(r"\{([^{}]*)\}", text):
        if name not in PLACEHOLDERS:
            known = " ".join(f"{{{known}}}" for known in PLACEHOLDERS)
            raise _Wrong(node, f"`{{{name[:64]}}}` is not known here; there are {known}")
    return text


def _person(node: Node) -> str:
    text = _text(node)
    if text.startswith("@"):
        raise _Wrong(node, "teams are not supported by this version yet: name roles or logins")
    if text == "none":
        raise _Wrong(node, "`none` is not a role that can be let in")
    return _matching(_LOGIN, f"a role ({', '.join(ROLES[1:])}) or a GitHub login")(node)


def _duration(node: Node, least: timedelta, most: timedelta) -> timedelta:
    match = _DURATION.fullmatch(_text(node))
    length = int(match.group(1)) * _UNITS[match.group(2)] if match else None
    if length is None or not least <= length <= most:
        low, high = least // timedelta(minutes=1), most // timedelta(hours=1)
        raise _Wrong(node, f"expected a duration from {low}m to {high}h, for example 30m")
    return length


_Read = Callable[[_Reader, Node], Any]
_SHARED: dict[str, _Read] = {"language": _Reader.language, "timezone": _Reader.zone, "people": _Reader.people}
_SLACK: dict[str, _Read] = {
    "channel": lambda _, node: _matching(_CHANNEL, "a Slack channel id, for example C024BE91L")(node),
    "fallback": lambda _, node: _matching(_GROUP, "a Slack user group id, for example S0614TZR7")(node),
}
_SETTINGS: dict[str, _Read] = {
    "aliases": _Reader.aliases,
    "branch": _Reader.branch,
    "workflow": _Reader.workflow,
    "inputs": _Reader.inputs,
    "lock": _Reader.lock,
    "cooldown": _Reader.cooldown,
    "deployers": _Reader.who,
    "unlockers": _Reader.who,
    "gate": _Reader.gate,
}
