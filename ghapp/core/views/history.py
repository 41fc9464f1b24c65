"""History: the sentence of an entry, and its row in a table."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, get_args

import msgspec
from msgspec import Struct

from ghapp.core.model.decision import Entry
from ghapp.core.model.environment import Ended
from ghapp.core.views.markup import inert_json
from ghapp.core.words import Voice

RESULTS = (*get_args(Ended), "lost", "refused")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins with one of these
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # a terminal obeys them


class Record(Struct, frozen=True, kw_only=True):
    """One row of history, for programs. Times in UTC, whole SHAs; `result` is empty where nothing ended."""

    at: datetime
    repository: str
    environment: str | None
    what: str
    who: str
    door: str
    why: str
    number: int | None
    pull: int | None
    sha: str | None
    result: str


def record(entry: Entry, repository: str) -> Record:
    """`repository`: its full name."""
    return Record(
        at=entry.at,
        repository=repository,
        environment=entry.environment,
        what=entry.what,
        who=entry.actor,
        door=entry.door,
        why=entry.why,
        number=entry.number,
        pull=entry.pull,
        sha=entry.sha,
        result=entry.what if entry.what in RESULTS else "",
    )


def as_csv(records: Iterable[Record]) -> Iterator[str]:
    """Lines with a header. Text that a spreadsheet would take for a formula gets a quote in front, and a mark stands
    for each control character.
    """
    yield CSV_HEADER
    yield from map(csv_line, records)


def as_jsonl(records: Iterable[Record]) -> Iterator[str]:
    """One JSON object a line."""
    return map(jsonl_line, records)


def csv_line(row: Record) -> str:
    """One line, with its end."""
    return _line([_inert(value) for value in msgspec.structs.astuple(row)])


def jsonl_line(row: Record) -> str:
    """One line, with its end."""
    return inert_json(msgspec.json.encode(row).decode()) + "\n"


def sentence(entry: Entry, voice: Voice) -> str:
    """What happened, in one sentence without its time. Reason and address follow where it has any."""
    why, link = split_reason(entry)
    values: dict[str, Any] = {
        "actor": entry.actor,
        "environment": entry.environment or "",
        "name": f"{entry.environment}-{entry.number}",
        "pull": entry.pull,
        "undoes": entry.undoes,
        "until": entry.until,
        "command": f"/{entry.command}",
        "why": why,
        "carries": _carries(entry, voice),
    }
    code = _code(entry)
    told = voice.say(f"history.{code}", values)
    if why and code in _WITH_REASON:
        told = voice.say("history.reason", {"what": told, "why": why})
    if entry.by:
        told = voice.say(f"history.by.{entry.by}", {"what": told})
    return f"{told} {voice.markup.link(link, link)}" if link else told


_WITH_REASON = ("accepted", "failed", "failed.rollback", "wait_ended", "halted")


def _code(entry: Entry) -> str:
    """The form of the sentence."""
    if entry.kind == "rollback" and entry.what in ("accepted", "succeeded"):
        return f"{entry.what}.rollback" + ("" if entry.pull else ".platform")
    if entry.what == "locked" and entry.until is None:
        return "locked.open"
    return f"{entry.what}.command" if entry.command else entry.what


def split_reason(entry: Entry) -> tuple[str, str]:
    """The reason, and the address that some reasons end with."""
    why, _, last = entry.why.rpartition(" ")
    if not last.startswith(("https://", "http://")):
        return entry.why, ""
    return why.removesuffix(":"), last


def _carries(entry: Entry, voice: Voice) -> str:
    if not entry.carries:
        return ""
    return voice.say("history.with", carries=voice.listed(f"#{number}" for number in entry.carries))


def _line(cells: Iterable[Any]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()


def _inert(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if not isinstance(value, str):
        return value
    return _CONTROL.sub("\ufffd", f"'{value}" if value.startswith(_FORMULA) else value)


CSV_HEADER = _line(Record.__struct_fields__)
