"""The findings of a live check: their form in a terminal, as JSON, and the exit code."""

import json
import textwrap
from collections.abc import Awaitable, Iterable, Sequence
from typing import Literal, get_args

from msgspec import Struct, to_builtins

from ghapp.core.model.secret import masked
from ghapp.core.views.markup import Terminal, inert_json
from ghapp.ports import Permanent, Retryable

Status = Literal["ok", "todo", "hint", "not asked"]
Subject = Literal["GitHub App", "Webhook", "Store and clock", "Slack", "Repositories"]
COLOURS: dict[Status, int] = {"ok": 32, "todo": 31, "hint": 36, "not asked": 33}
INDENT = " " * 13
SUBJECTS: tuple[Subject, ...] = get_args(Subject)


class Finding(Struct, frozen=True, kw_only=True):
    """One line. `code`: stable, for programs. `repository`: its full name, where the finding is about one.

    `todo`: something is wrong, and the text says what to do. `hint`: it works, and could be better. `not asked`: no
    answer came, so it is not known. `paste`: lines to copy.
    """

    subject: Subject
    status: Status
    code: str
    text: str
    repository: str = ""
    paste: tuple[str, ...] = ()


async def asked(
    subject: Subject, code: str, what: str, finding: Awaitable[Finding | Sequence[Finding]]
) -> list[Finding]:
    """The findings; a fault becomes one, too. `what`: the thing that was asked about, for its text."""
    try:
        found = await finding
    except (Retryable, TimeoutError) as fault:
        return [Finding(subject=subject, status="not asked", code=code, text=f"{what}: {why(fault)}")]
    except Permanent as fault:
        return [Finding(subject=subject, status="todo", code=code, text=f"{what}: {fault}")]
    return [found] if isinstance(found, Finding) else list(found)


def why(fault: Exception) -> str:
    """The fault in words."""
    return "no answer in time" if isinstance(fault, TimeoutError) else f"{fault}"


def exit_code(findings: Iterable[Finding]) -> int:
    """0: nothing to do. 1: something to do. 3: nothing to do as far as known, and something could not be asked."""
    statuses = {one.status for one in findings}
    return 1 if "todo" in statuses else 3 if "not asked" in statuses else 0


def as_lines(subject: Subject, findings: Iterable[Finding], *, coloured: bool, width: int = 0) -> Sequence[str]:
    """The subject and its findings; those of a repository follow its name. `width`: of a terminal, 0 for none."""
    lines: list[str] = [subject]
    repository = ""
    for one in findings:
        if one.repository != repository:
            repository = one.repository
            lines.append(f"  {Terminal().escape(repository)}")
        mark = f"{one.status:<9}"
        mark = f"\x1b[{COLOURS[one.status]}m{mark}\x1b[0m" if coloured else mark
        first, *rest = _wrapped(_shown(one.text), width - len(INDENT)) if width else [_shown(one.text)]
        lines.append(f"  {mark}  {first}")
        lines += [f"{INDENT}{line}" for line in (*rest, *map(_shown, one.paste))]
    return lines


def summary(findings: Sequence[Finding]) -> str:
    """The last line."""
    counts = {status: sum(one.status == status for one in findings) for status in COLOURS}
    hints = "hint" if counts["hint"] == 1 else "hints"
    names: dict[Status, str] = {"todo": "to do", "not asked": "not asked", "hint": hints, "ok": "ok"}
    return f"{', '.join(f'{counts[status]} {name}' for status, name in names.items() if counts[status])}."


def as_json(findings: Sequence[Finding]) -> str:
    """One document; `exit` is the exit code."""
    told = [to_builtins(one) | {"text": masked(one.text)} for one in findings]
    return inert_json(json.dumps({"exit": exit_code(findings), "findings": told}, ensure_ascii=False, indent=2))


def _wrapped(text: str, width: int) -> Sequence[str]:
    """Addresses and commands stay whole."""
    return textwrap.wrap(text, max(width, 40), break_long_words=False, break_on_hyphens=False) or [""]


def _shown(text: str) -> str:
    return Terminal().escape(masked(text))
