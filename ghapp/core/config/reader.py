"""The text of `.github/ghapp.yml` → `Config`, or every problem with its line, column and the expected value."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ghapp.core.config import yaml_tree
from ghapp.core.config.chain import check_branches, check_chain, followed_by
from ghapp.core.config.keys import ENVIRONMENT_KIND, POLICY_KEYS, POLICY_LATER, SHARED, written
from ghapp.core.config.kinds import Key, Kind, Noted, Wrong, record, wrong
from ghapp.core.config.model import (
    POLICY_UNREAD,
    Config,
    EnvironmentConfig,
    InvalidConfig,
    Language,
    PolicyFile,
    Problem,
)
from ghapp.core.config.names import look, plain_name
from ghapp.core.config.targets import Allowance, Platforms, check_target
from ghapp.core.config.values import NAME
from ghapp.core.config.yaml_tree import Malformed, Node, Scalar, within

ENVIRONMENTS = 40  # one transaction can change all of a repository's
_LANGUAGE_LINE = re.compile(r"""^language:[ \t]*["']?(\w+)""", re.ASCII | re.MULTILINE)


def read_config(  # noqa: PLR0913 - a file, its origin, and the two restrictions on it
    text: str,
    sha: str,
    default_branch: str,
    policy: PolicyFile | None = None,
    *,
    repository: str = "",
    allowances: Iterable[Allowance] | None = None,
) -> Config | InvalidConfig:
    """Read a whole file. Never raises: all its problems are returned at once.

    The owner's rules are the defaults of the repository's settings; if they name people, only those may act from Slack.
    Unusable rules are reported before the problems of the file: nothing may bypass them.
    `repository`: its full name, with which its targets are checked; `allowances`: the operator's.
    """
    own = _of_one_branch(_read(FILE, text, sha), text, sha, default_branch)
    rules = read_policy(policy) if policy else {}
    if isinstance(rules, InvalidConfig):
        return replace(rules, language=_asked_by(own) or rules.language)
    platforms: Platforms | None = rules.pop("platforms", None)
    file = policy.address if policy else ""
    refuses = partial(check_target, repository, allowances=allowances, platforms=platforms, file=file)
    if isinstance(own, InvalidConfig):
        language = own.language or _asked_by(rules)
        return replace(own, language=language, acting=rules.get("people"), refuses=refuses if repository else None)
    read_at = {"sha": sha, "branch": default_branch, "default_branch": default_branch}
    shared = {**read_at, **rules, **own, **_people(rules, own), **_read_under(policy)}
    environments = shared.pop("environments")
    named = {
        name: EnvironmentConfig(**{**shared, **one, "followed_by": followed_by(name, environments)})
        for name, one in environments.items()
    }
    if repository:
        named = {name: config.checked(refuses) for name, config in named.items()}
    return Config(sha=sha, environments=named, branch=default_branch)


def read_policy(policy: PolicyFile) -> dict[str, Any] | InvalidConfig:
    """The owner's rules by setting, or the places of their problems. Their text is left out: it may be private, and all
    readers of a pull request read the answer.
    """
    rules = read_policy_in_full(policy)
    if not isinstance(rules, InvalidConfig):
        return rules
    return replace(rules, problems=tuple(map(_without_its_text, rules.problems)))


def read_policy_in_full(policy: PolicyFile) -> dict[str, Any] | InvalidConfig:
    """The same with the full problems, for a person who has the file."""
    rules = _read(POLICY, policy.text, policy.sha)
    return replace(rules, file=policy.address) if isinstance(rules, InvalidConfig) else rules


def _without_its_text(problem: Problem) -> Problem:
    said = problem.code in (POLICY_UNREAD, "config.later")  # the latter shows only a key, which the docs name
    return problem if said else Problem(problem.line, problem.column, "config.owners")


def _read(kind: Kind[dict[str, Any]], text: str, sha: str) -> dict[str, Any] | InvalidConfig:
    try:
        tree = yaml_tree.read(text)
    except Malformed as malformed:
        return InvalidConfig(sha, (malformed.problem,), _language_of_text(text))
    if tree is None and kind is POLICY:  # emptied, or commented out: `{}` states that no rules are meant
        return InvalidConfig(sha, (Problem(1, 1, POLICY_UNREAD),))
    try:
        return _flat(kind.read(_mapping(tree)))
    except Wrong as wrong_things:
        return InvalidConfig(sha, _in_order(wrong_things.problems), _language(tree))


def _of_one_branch(
    own: dict[str, Any] | InvalidConfig, text: str, sha: str, default_branch: str
) -> dict[str, Any] | InvalidConfig:
    """Invalid where `after` joins two branches, which the file alone does not show: one may be the default branch."""
    if isinstance(own, InvalidConfig):
        return own
    problems = tuple(check_branches(yaml_tree.read(text), own["environments"], default_branch))
    return InvalidConfig(sha, problems, _asked_by(own)) if problems else own


def _people(rules: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The people of either file can be mentioned; if the owner's rules name people, only those may act."""
    if "people" not in rules:
        return {}
    acting = rules["people"]
    return {"people": {**acting, **own.get("people", {})}, "acting": acting}


def _read_under(policy: PolicyFile | None) -> dict[str, str]:
    return {"policy": policy.blob, "policy_file": policy.address} if policy else {}


def _mapping(tree: Node | None) -> Node:
    if not isinstance(tree, yaml_tree.Mapping):
        raise wrong(tree, "config.file")
    return tree


def _environments(node: Node) -> dict[str, dict[str, Any]]:
    if not isinstance(node, yaml_tree.Mapping) or not node.items:
        raise wrong(node, "config.environments")
    noted, read = Noted(), {}
    if len(node.items) > ENVIRONMENTS:
        noted.problems += wrong(node, "config.environments.many", most=ENVIRONMENTS).problems
    for key, value in node.items:
        with noted.noting():
            if not NAME.fullmatch(key.text):
                raise wrong(key, "config.name", text=key.text)
        with noted.noting():
            read[key.text] = _flat(ENVIRONMENT_KIND.read(value))
    noted.problems += _taken_twice((key for key, _ in node.items), read)
    noted.problems += _shared_on_github(node, read)
    noted.problems += check_chain(node, read)
    noted.raise_any()
    return read


def _taken_twice(keys: Iterable[Scalar], read: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """A word means one environment, also to a person who reads in a hurry: no two may be equal or look alike."""
    problems: list[Problem] = []
    taken: dict[str, tuple[str, str]] = {}  # its look → the word, and its environment
    for key in keys:
        for word in dict.fromkeys(_words(key.text, read.get(key.text, {}))):
            known, whose = taken.setdefault(look(word), (word, key.text))
            if whose != key.text:
                values = {"text": word, "environment": key.text, "other": whose, "known": known}
                code = "config.name.twice" if known == word else "config.name.alike"
                problems += wrong(key, code, **values).problems
    return problems


def _shared_on_github(node: yaml_tree.Mapping, read: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    """A GitHub environment belongs to one environment: the protection rule must know whose lock to take."""
    stated = {name: one["github_environment"] for name, one in read.items() if "github_environment" in one}
    owners = {plain_name(word): name for name, one in read.items() if name not in stated for word in _words(name, one)}
    for name, github in stated.items():
        owner = owners.setdefault(plain_name(github), name)
        if owner != name:
            place = within(within(node, name), "github_environment")
            yield from wrong(place, "config.github_environment.twice", text=github, other=owner).problems


def _words(name: str, settings: Mapping[str, Any]) -> tuple[str, ...]:
    return name, *settings.get("aliases", ())


def _flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with the parts of `slack` beside the others, as in `EnvironmentConfig`."""
    rest = dict(settings)
    return {**rest.pop("slack", {}), **rest}


def _asked_by(read: Mapping[str, Any] | InvalidConfig) -> Language | None:
    asked: Language | None = read.language if isinstance(read, InvalidConfig) else read.get("language")
    return asked


def _language(tree: Node | None) -> Language | None:
    """The language that an unusable file sets."""
    items = tree.items if isinstance(tree, yaml_tree.Mapping) else ()
    asked = next((value for key, value in items if key.text == "language"), None)
    return _known(asked.text) if isinstance(asked, Scalar) else None


def _language_of_text(text: str) -> Language | None:
    """The same for a file that is not even YAML, from its line `language:`."""
    found = _LANGUAGE_LINE.search(text)
    return _known(found[1]) if found else None


def _known(text: str) -> Language | None:
    return "ja" if text == "ja" else "en" if text == "en" else None


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))


ENVIRONMENTS_KEY = Key(
    name="environments",
    kind=Kind(
        _environments,
        {
            "type": "object",
            "propertyNames": {"pattern": f"^{NAME.pattern}$"},
            "additionalProperties": ENVIRONMENT_KIND.schema,
            "minProperties": 1,
            "maxProperties": ENVIRONMENTS,
        },
    ),
    about="The places that get releases, by name: 1 to 64 of a-z, 0-9 and -.",
    example="environments: {production: {workflow: deploy.yml}}",
)
POLICY = record(POLICY_KEYS, written, later=POLICY_LATER)
FILE = record((*SHARED, ENVIRONMENTS_KEY), written, required=("environments",))
