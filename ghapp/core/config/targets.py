"""The permission of a repository to act on a platform's target, by the operator's setting and the owner's rules."""

import re
from collections.abc import Iterable, Mapping

import re2  # type: ignore[import-untyped]
from msgspec import Struct

from ghapp.core.config.model import CodeDeploy, NotAllowed

_NAME = r"[A-Za-z0-9_.*-]{1,100}"
_PLACE = r"[A-Za-z0-9_.@+=,*-]{1,255}"
TARGET = re.compile(rf"(?:codedeploy|ecs):{_PLACE}/{_PLACE}", re.ASCII)
REPOSITORY = re.compile(_NAME, re.ASCII)
_LINE = re.compile(rf"({_NAME}/{_NAME})=((?:codedeploy|ecs):[^/]+/[^/]+)", re.ASCII)

Platforms = Mapping[str, tuple[str, ...]]
"""`platforms` of the owner's rules: the targets that a repository may act on, by its name without the owner."""


class Allowance(Struct, frozen=True):
    """One line of GHAPP_AWS_TARGETS: in both parts `*` stands for any characters but `/`."""

    repository: str
    target: str


def read_allowance(line: str) -> Allowance | None:
    """Read `owner/repo=codedeploy:application/group`; None for any other text."""
    found = _LINE.fullmatch(line)
    return Allowance(found[1], found[2]) if found and TARGET.fullmatch(found[2]) else None


def check_target(
    full_name: str,
    place: CodeDeploy,
    allowances: Iterable[Allowance] | None,
    platforms: Platforms | None = None,
    file: str = "",
) -> NotAllowed | None:
    """Why a repository may not act there; None if it may. Without a setting and a rule, nothing is allowed."""
    owner_less, target = full_name.split("/", 1)[1], place.target
    by_setting = any(
        _matches(one.repository, full_name, ignore_case=True) and _matches(one.target, target)
        for one in allowances or ()
    )
    by_rules = any(
        _matches(name, owner_less, ignore_case=True) and any(_matches(one, target) for one in targets)
        for name, targets in (platforms or {}).items()
    )
    lacks_setting = not by_setting if allowances is not None else platforms is None
    lacks_rule = platforms is not None and not by_rules
    if not lacks_setting and not lacks_rule:
        return None
    return NotAllowed(
        target=target,
        setting=f"{full_name}={target}" if lacks_setting else "",
        rule=f'{owner_less}: ["{target}"]' if lacks_rule else "",
        file=file if lacks_rule else "",
    )


def _matches(pattern: str, name: str, *, ignore_case: bool = False) -> bool:
    """Match a name; `*` stands for any characters but `/`. Linear in time for any number of them."""
    told = "[^/]*".join(map(re2.escape, pattern.split("*")))
    return re2.fullmatch(f"(?i:{told})" if ignore_case else told, name) is not None


def target_key(place: CodeDeploy) -> str:
    """The key that finds the repositories of a target. It has no account, which only a role names."""
    return f"{place.target}@{place.region}"


def same_target(one: CodeDeploy, other: CodeDeploy) -> bool:
    """Whether two targets may be one deployment group: the account is known only if a role names it."""
    accounts = {place.role_arn.split(":")[4] for place in (one, other) if place.role_arn}
    known = one.role_arn is not None and other.role_arn is not None
    return target_key(one) == target_key(other) and not (known and len(accounts) == 2)
