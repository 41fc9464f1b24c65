"""The text of `.github/ghapp.yml` → `Config`, or every problem with its line, column and what was expected."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar, get_args
from zoneinfo import ZoneInfo

from ghapp.core import config_values, yaml_tree
from ghapp.core.config import Config, GateKind, InvalidConfig, Language, Problem, Terms
from ghapp.core.config_values import Wrong
from ghapp.core.yaml_tree import Malformed, Node, Scalar, Sequence

T = TypeVar("T")
ENVIRONMENTS = 40  # one transaction can change all of a repository's
LATER = frozenset(
    {
        *("paths", "local", "remind", "rollbackers", "require", "rollback", "except_label"),
        *("skip_label", "warn_paths", "freeze", "auto"),
    }
)


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
        if not config_values.NAME.fullmatch(key.text):
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
                self.note(key, f"`{key.text[:64]}` is not a setting; {config_values.nearest(key.text, names)}")
        return fields

    # ------------------------------------------------------------ kinds of values: give the value or raise Wrong

    def language(self, node: Node) -> str:
        return config_values.choice(node, get_args(Language))

    def zone(self, node: Node) -> str:
        text = config_values.text_of(node)
        try:
            return ZoneInfo(text).key
        except (ValueError, OSError, LookupError):
            example = "for example Asia/Tokyo, Europe/Berlin or UTC"
            raise Wrong(node, f"{text[:64]!r} is not a time zone; {example}") from None

    def people(self, node: Node) -> dict[str, str]:
        return dict(
            self.pairs(
                node,
                config_values.LOGIN,
                "a GitHub login",
                config_values.matching(config_values.MEMBER, "a Slack member id like U024BE7LH"),
            )
        )

    def aliases(self, node: Node) -> tuple[str, ...]:
        return tuple(self.list(node, config_values.matching(config_values.NAME, "a name of a-z, 0-9 and -")))

    def branch(self, node: Node) -> str:
        return config_values.matching(config_values.BRANCH, "a branch name")(node)

    def workflow(self, node: Node) -> str:
        return config_values.matching(
            config_values.WORKFLOW, "the name of a file in .github/workflows, for example deploy.yml"
        )(node)

    def inputs(self, node: Node) -> dict[str, str]:
        return dict(self.pairs(node, config_values.INPUT, "an input's name", config_values.template))

    def lock(self, node: Node) -> timedelta:
        return config_values.duration(node, timedelta(minutes=1), timedelta(hours=24))

    def cooldown(self, node: Node) -> timedelta:
        return config_values.duration(node, timedelta(0), timedelta(hours=24))

    def turn(self, node: Node) -> timedelta:
        return config_values.duration(node, timedelta(minutes=1), timedelta(hours=24))

    def who(self, node: Node) -> tuple[str, ...]:
        named = tuple(self.list(node, config_values.person))
        if not named:
            raise Wrong(node, "expected at least one role or login")
        return named

    def gate(self, node: Node) -> tuple[str, ...]:
        return tuple(self.list(node, lambda item: config_values.choice(item, get_args(GateKind))))

    def list(self, node: Node, read: Callable[[Node], T]) -> Iterator[T]:
        if not isinstance(node, Sequence):
            raise Wrong(node, "expected a list, for example [a, b]")
        for item in node.items:
            with self.noting():
                yield read(item)

    def pairs(self, node: Node, form: re.Pattern[str], what: str, read: Callable[[Node], T]) -> Iterator[tuple[str, T]]:
        if not isinstance(node, yaml_tree.Mapping):
            raise Wrong(node, f"expected pairs of {what} and a value")
        for key, value in node.items:
            with self.noting():
                yield config_values.matching(form, what)(key), read(value)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note a wrong value, and go on after it."""
        try:
            yield
        except Wrong as wrong:
            self.problems.append(wrong.problem)

    def note(self, node: Node | None, message: str) -> None:
        self.problems.append(Wrong(node, message).problem)


_Read = Callable[[_Reader, Node], Any]
_SHARED: dict[str, _Read] = {"language": _Reader.language, "timezone": _Reader.zone, "people": _Reader.people}
_SLACK: dict[str, _Read] = {
    "channel": lambda _, node: config_values.matching(
        config_values.CHANNEL, "a Slack channel id, for example C024BE91L"
    )(node),
    "fallback": lambda _, node: config_values.matching(
        config_values.GROUP, "a Slack user group id, for example S0614TZR7"
    )(node),
}
_SETTINGS: dict[str, _Read] = {
    "aliases": _Reader.aliases,
    "branch": _Reader.branch,
    "workflow": _Reader.workflow,
    "inputs": _Reader.inputs,
    "lock": _Reader.lock,
    "cooldown": _Reader.cooldown,
    "turn": _Reader.turn,
    "deployers": _Reader.who,
    "unlockers": _Reader.who,
    "gate": _Reader.gate,
}
