"""`ghapp history`: what happened in the environments, from the store alone."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import msgspec

from ghapp.cli.spans import span
from ghapp.cli.store import opened
from ghapp.core.config.model import Language
from ghapp.core.model.decision import Entry
from ghapp.core.model.environment import Repository
from ghapp.core.views.history import Record, as_csv, record, sentence
from ghapp.core.views.markup import Terminal, inert_json
from ghapp.core.words import Voice
from ghapp.engine.history import Known, ReadableStore, all_known, by_name, entries
from ghapp.ports import utc_now
from ghapp.settings import SettingsError

LONGEST = timedelta(days=3650)
Form = Literal["text", "json", "csv"]
Told = tuple[Known, Entry]
SLACK = Known(Repository(id=0, full_name="slack", installation=0), ())
"""The place of what happened to the links of Slack members, which belongs to no repository."""


async def history(environment: str | None, repo: str | None, *, since: str, form: Form, language: Language) -> int:
    """Prints the entries, the newest first. 1 where the repository or the environment is unknown."""
    back, now = span(since, LONGEST), utc_now()
    if back is None:
        raise SettingsError("--since must be a span like 6h, 30d or 400d, at most 3650d")
    async with opened() as store:
        asked = await _asked(store, environment, repo)
        if refusal := _refusal(asked, environment, repo):
            print(f"ghapp: {refusal}", file=sys.stderr)
            return 1
        told = [
            (one, entry)
            for one in asked
            async for entry in entries(store, one.repository.id, since=now - back, environment=environment)
        ]
    told.sort(key=lambda pair: pair[1].at, reverse=True)  # stable: entries of one moment keep their order
    _print(told, form, language)
    return 0


async def _asked(store: ReadableStore, environment: str | None, repo: str | None) -> list[Known]:
    if repo is None:
        return [*await all_known(store), *([] if environment else [SLACK])]
    found = await by_name(store, repo)
    return [found] if found else []


def _refusal(asked: Sequence[Known], environment: str | None, repo: str | None) -> str:
    if repo and not asked:
        return f"the store has no repository {repo}"
    names = sorted({one.name for known in asked for one in known.environments})
    if environment and environment not in names:
        where = f" in {repo}" if repo else ""
        return f"there is no environment {environment}{where}; known: {', '.join(names) or 'none'}"
    return ""


def _print(told: Sequence[Told], form: Form, language: Language) -> None:
    records = [record(entry, known.full_name) for known, entry in told]
    if form == "csv":
        print("".join(as_csv(records)), end="")
    elif form == "json":
        print(_document(records))
    else:
        for known, entry in told:
            print(_line(known, entry, language))


def _document(records: Sequence[Record]) -> str:
    return inert_json(msgspec.json.format(msgspec.json.encode({"entries": records}), indent=2).decode())


def _line(known: Known, entry: Entry, language: Language) -> str:
    """Its time is in the zone of the repository's config; in UTC without one."""
    zone = known.environments[0].config.timezone if known.environments else "UTC"
    voice = Voice(language, zone, Terminal(), entry.at)
    there = entry.at.astimezone(voice.zone)
    return f"{there:%Y-%m-%d %H:%M %Z}  {known.full_name}  {sentence(entry, voice)}"
