"""History as the rows of a table: each entry with the addresses that belong to it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from ghapp.core.model.decision import Entry
from ghapp.core.views.history import RESULTS, split_reason
from ghapp.core.views.timeline import RESULT_OF


class HistoryRow(Struct, frozen=True, kw_only=True):
    """One entry. `name`: `production-128`. `run`, `pull`, `changes`, `commit`: addresses, empty where there is none;
    `changes`: what was not live before. `result`: one of those of the timeline, or of `history.RESULTS`."""

    at: datetime
    entry: Entry
    why: str
    name: str
    result: str
    run: str
    pull: str
    commit: str
    changes: str

    def contains(self, text: str) -> bool:
        """Whether a word of the row contains the text, in any case."""
        entry = self.entry
        cells = (entry.what, entry.actor, entry.door, self.why, self.name, f"#{entry.pull}", entry.sha or "")
        return any(text.lower() in cell.lower() for cell in (*cells, self.result))


def history_rows(entries: Iterable[Entry], repository: str, web: str) -> list[HistoryRow]:
    """`entries`: of one environment, the newest first, which is the order of the rows. `web`: the address of GitHub's
    pages. The oldest release has no `changes`: the one before is not known."""
    newest_first, home = tuple(entries), f"{web}/{repository}"
    runs = {one.number: link for one in newest_first if one.number and (link := _run(one, web))}
    live, rows = "", list[HistoryRow]()
    for entry in reversed(newest_first):
        own = _run(entry, web)
        reason = split_reason(entry)[0] if own else entry.why
        links = _Links(home, live, own or runs.get(entry.number or 0, ""))
        rows.append(_row(entry, reason, links))
        if entry.what == "succeeded" and entry.sha:
            live = entry.sha
    return rows[::-1]


def _run(entry: Entry, web: str) -> str:
    """The address of a run that the entry ends with, under any name of the repository. A person's reason may end with
    any other address, which is no link."""
    _, link = split_reason(entry)
    return link if link.startswith(f"{web}/") and "/actions/runs/" in link else ""


class _Links(Struct, frozen=True):
    """The repository's page, the commit that was live before, and the entry's run."""

    home: str
    live: str
    run: str


def _row(entry: Entry, why: str, links: _Links) -> HistoryRow:
    home, live = links.home, links.live
    differs = entry.what == "succeeded" and entry.sha and live and live != entry.sha
    return HistoryRow(
        at=entry.at,
        entry=entry,
        why=why,
        name=f"{entry.environment}-{entry.number}" if entry.number else "",
        result=RESULT_OF.get(entry.what) or (entry.what if entry.what in RESULTS else ""),
        run=links.run,
        pull=f"{home}/pull/{entry.pull}" if entry.pull else "",
        commit=f"{home}/commit/{entry.sha}" if entry.sha else "",
        changes=f"{home}/compare/{live}...{entry.sha}" if differs else "",
    )


def matching(rows: Iterable[HistoryRow], text: str) -> Iterator[HistoryRow]:
    """Those that contain every word of the text."""
    words = text.split()
    return (row for row in rows if all(row.contains(word) for word in words))
