"""Kinds of values of our own config: people, branches, patterns, templates, checks."""

import re
import unicodedata
from collections.abc import Mapping
from typing import get_args
from zoneinfo import ZoneInfo

import idna

from ghapp.core.config import yaml_tree
from ghapp.core.config.kinds import CUT, Kind, choice, listed, text, text_of, wrong
from ghapp.core.config.model import APP, ROLES, CheckRule, CheckWord, GateKind, Language
from ghapp.core.config.names import is_taken, plain_name
from ghapp.core.config.yaml_tree import Node

PLACEHOLDERS: Mapping[str, str] = {
    "sha": "the commit that is released",
    "environment": "the environment's name",
    "ticket": "number and secret of this deployment, by which its run is known; show it in `run-name`",
    "number": "the deployment's number alone",
    "pr": "the pull request's number",
    "actor": "the login of who typed the command",
}
NAME = re.compile(r"[a-z0-9-]{1,64}", re.ASCII)
_ALIAS = re.compile(r"(?:[A-Za-z0-9-]|[^\x00-\x7f]){1,64}")  # as written: its one form may be shorter or longer
ALIAS_BYTES = 64
INPUT = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}", re.ASCII)
# an enterprise's own accounts have an underscore: docs.github.com/admin/managing-iam/iam-configuration-reference
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}", re.ASCII)
TEAM = re.compile(r"@[A-Za-z0-9][A-Za-z0-9-]{0,38}/[a-z0-9][a-z0-9_-]{0,99}", re.ASCII)
# https://docs.github.com/en/apps/creating-github-apps/registering-a-github-app/registering-a-github-app
NAMED_APP = re.compile(APP + r"[A-Za-z0-9][A-Za-z0-9_-]{0,98}", re.ASCII)
_BRANCH = re.compile(r"[^\s~^:?*\[\\]{1,255}")
# GitHub shows a file as `path@branch`
WORKFLOW_FILE = re.compile(r"[^/\\@\x00-\x1f\x7f-\x9f]{1,251}\.ya?ml")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,20}", re.ASCII)
_GROUP = re.compile(r"S[A-Z0-9]{2,20}", re.ASCII)
_MEMBER = re.compile(r"[UW][A-Z0-9]{2,20}", re.ASCII)
# as in .gitignore, but without comments and escapes
_PATTERN = re.compile(r"!?(?!\./|//)(?!.*[^/]\*\*)(?!.*\*\*[^/])[^\s!#\\][^\\\x00-\x1f]{0,198}", re.ASCII)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LABEL = re.compile(r"[^\s\x00-\x1f](?:[^\x00-\x1f]{0,48}[^\s\x00-\x1f])?")  # GitHub takes 50 characters
# https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments
_GITHUB_ENVIRONMENT = re.compile(r"[^\s\x00-\x1f](?:[^\x00-\x1f\x7f]{0,253}[^\s\x00-\x1f\x7f])?")
_URL = re.compile(r"https://[^\s<>\"'`|\\]{1,1000}", re.ASCII)
# a host and nothing that Markdown, Slack or a terminal would read: neither a user nor a character beyond ASCII
_RUNBOOK = re.compile(
    r"(?!.{501})https?://[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(?::[0-9]{1,5})?"
    r"(?:[/?#][A-Za-z0-9!#$%&()*+,./:;=?@_~\[\]-]*)?"
)
_CHECK = re.compile(r"[^\s\x00-\x1f](?:[^\x00-\x1f]{0,253}[^\s\x00-\x1f])?")
MOST_APPROVALS = 10
MOST_TEMPLATE = 1000  # characters: each deployment keeps its inputs


def _alias(node: Node) -> str:
    written = text_of(node)
    found = plain_name(written)
    if not (NAME.fullmatch(found) or _is_label(found)):
        raise wrong(node, "config.alias", text=written, most=ALIAS_BYTES)
    if is_taken(found):
        raise wrong(node, "config.alias.taken", text=found)
    return found


def _is_label(name: str) -> bool:
    """Whether it may be a label of an international domain name: visible letters, marks and digits of any script.

    Joiners, which are valid there between some letters, are invisible. https://www.rfc-editor.org/rfc/rfc5892
    """
    if name.isascii() or len(name.encode()) > ALIAS_BYTES or any(unicodedata.category(one) == "Cf" for one in name):
        return False
    try:
        idna.check_label(name)
    except idna.IDNAError:
        return False
    return True


def _template(node: Node) -> str:
    found = text_of(node)
    if len(found) > MOST_TEMPLATE:
        raise wrong(node, "config.template", most=MOST_TEMPLATE)
    for name in _PLACEHOLDER.findall(found):
        if name not in PLACEHOLDERS:
            raise wrong(node, "config.placeholder", text=f"{{{name[:CUT]}}}")
    return found


def _zone(node: Node) -> str:
    found = text_of(node)
    try:
        return ZoneInfo(found).key
    except (ValueError, OSError, LookupError):
        raise wrong(node, "config.timezone", text=found) from None


def _person(node: Node) -> str:
    found = text_of(node)
    if found.startswith("@") and not TEAM.fullmatch(found):
        raise wrong(node, "config.team", text=found)
    if found == "none":
        raise wrong(node, "config.role")
    if found.startswith(APP) and not NAMED_APP.fullmatch(found):
        raise wrong(node, "config.app", text=found)
    if not (TEAM.fullmatch(found) or LOGIN.fullmatch(found) or NAMED_APP.fullmatch(found)):
        raise wrong(node, "config.person", text=found)
    return found


def _flag(node: Node) -> bool:
    found = text_of(node)
    if found not in ("true", "false"):
        raise wrong(node, "config.flag", text=found)
    return found == "true"


def _checks(node: Node) -> CheckRule:
    if isinstance(node, yaml_tree.Sequence):
        return listed(CHECK_NAME, least=1).read(node)
    found = text_of(node)
    word = next((word for word in get_args(CheckWord) if word == found), None)
    if word is None:
        raise wrong(node, "config.checks", text=found)
    known: CheckWord = word
    return known


def _approvals(node: Node) -> int:
    found = text_of(node)
    if not (found.isascii() and found.isdecimal() and len(found) <= 2 and int(found) <= MOST_APPROVALS):
        raise wrong(node, "config.approvals", text=found, most=MOST_APPROVALS)
    return int(found)


def _runbook(node: Node) -> str:
    """The address. One with a user before its host is not quoted: that may contain a password."""
    found = text_of(node)
    if _RUNBOOK.fullmatch(found):
        return found
    host = re.split(r"[/?#\\]", re.sub(r"^[a-z]*:?[/\\]*", "", found, flags=re.IGNORECASE))[0]
    raise wrong(node, "config.runbook.user") if "@" in host else wrong(node, "config.runbook", text=found)


def _patterns(node: Node) -> tuple[str, ...]:
    found = listed(PATTERN, least=1).read(node)
    if found[0].startswith("!"):
        raise wrong(node, "config.pattern.first", text=found[0])
    return found


FLAG: Kind[bool] = Kind(_flag, {"type": "boolean"})
LANGUAGE = choice(get_args(Language))
ZONE: Kind[str] = Kind(_zone, {"type": "string", "pattern": "^[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*$"})
TEMPLATE: Kind[str] = Kind(
    _template,
    {
        "type": ["string", "number", "boolean"],
        "maxLength": MOST_TEMPLATE,
        "not": {"type": "string", "pattern": rf"\{{(?!(?:{'|'.join(PLACEHOLDERS)})\}})[^{{}}]*\}}"},
    },
)
PERSON: Kind[str] = Kind(
    _person,
    {
        "type": ["string", "integer"],
        "pattern": f"^(?!none$)(?:{LOGIN.pattern}|{TEAM.pattern}|{NAMED_APP.pattern})$",
        "examples": list(ROLES[1:]),
    },
)
ALIAS: Kind[str] = Kind(_alias, text("alias", _ALIAS).schema)
BRANCH = text("branch", _BRANCH)
WORKFLOW = text("workflow", WORKFLOW_FILE)
CHANNEL = text("channel", _CHANNEL)
GROUP = text("group", _GROUP)
MEMBER = text("member", _MEMBER)
PATTERN = text("pattern", _PATTERN)
PATTERNS: Kind[tuple[str, ...]] = Kind(_patterns, listed(PATTERN, least=1).schema, lambda found: list(found) or None)
URL = text("url", _URL)
RUNBOOK: Kind[str] = Kind(_runbook, text("runbook", _RUNBOOK).schema)
LABEL = text("label", _LABEL)
GITHUB_ENVIRONMENT = text("github_environment", _GITHUB_ENVIRONMENT)
CHECK_NAME = text("check", _CHECK)
CHECKS: Kind[CheckRule] = Kind(
    _checks,
    {"anyOf": [{"enum": list(get_args(CheckWord))}, listed(CHECK_NAME, least=1).schema]},
    lambda rule: rule if isinstance(rule, str) else list(rule),
)
APPROVALS: Kind[int] = Kind(_approvals, {"type": "integer", "minimum": 0, "maximum": MOST_APPROVALS})
GATE = choice(get_args(GateKind))
