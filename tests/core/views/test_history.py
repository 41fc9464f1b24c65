"""History as people read it: one sentence for each kind of entry, in both languages, and its rows."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from msgspec.structs import replace

from ghapp.core.config.model import Language
from ghapp.core.model.decision import Entry, EntryKind
from ghapp.core.views.history import Record, as_csv, as_jsonl, record, sentence
from ghapp.core.views.markup import GitHub, Terminal
from ghapp.core.words import Voice
from tests.core.build import sha

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
RUN = "https://github.com/acme/shop/actions/runs/7"
ENTRY = Entry(
    at=NOON,
    what="accepted",
    environment="production",
    actor="taro",
    door="slack",
    number=7,
    sha=sha(42),
    pull=42,
    kind="deploy",
)


def told(entry: Entry, language: Language = "en") -> str:
    return sentence(entry, Voice(language, "Asia/Tokyo", Terminal(), NOON))


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("what", get_args(EntryKind))
def test_each_kind_has_a_sentence(what: EntryKind, language: Language) -> None:
    """It is whole, also where an entry has nothing but its time, its actor and its door."""
    said = {told(replace(ENTRY, what=what, kind=kind), language) for kind in ("deploy", "rollback", None)}
    bare = told(Entry(at=NOON, what=what, environment=None, actor="taro", door="timer"), language)
    assert all(one.strip() and "{" not in one for one in (*said, bare))


@pytest.mark.parametrize(
    ("entry", "english", "japanese"),
    [
        (
            replace(ENTRY, carries=(41, 40)),
            "taro started to deploy #42 to production, with #41, #40",
            "taro が #42 の production へのデプロイを開始しました (同時にデプロイ: #41、#40)",
        ),
        (
            replace(ENTRY, kind="rollback", pull=41, undoes=42),
            "taro started to roll production back from #42 to #41",
            "taro が production を #42 から #41 へ切り戻し始めました",
        ),
        (
            replace(ENTRY, kind="rollback", pull=None, sha=None, undoes=42, what="succeeded"),
            "production is back on what CodeDeploy has; #42 is no longer live",
            "production は以前の CodeDeploy のデプロイに戻りました (取り消し: #42)",
        ),
        (
            replace(ENTRY, what="locked", until=NOON + timedelta(hours=1), why="sale"),
            "taro locked production until 22:00 JST: sale",
            "taro が production を 22:00 JST までロックしました: sale",
        ),
        (
            replace(ENTRY, what="locked"),
            "taro locked production without an end: no reason given",
            "taro が production を無期限でロックしました: 理由の記載なし",
        ),
        (
            replace(ENTRY, what="refused", why="environment_left", command="deploy"),
            "`/deploy` by taro was refused (`environment_left`)",
            "taro の `/deploy` は拒否されました (`environment_left`)",
        ),
        (
            replace(ENTRY, what="not_let_through", why=f"guard.over {RUN}"),
            f"The guard stopped a job of taro (`guard.over`) {RUN}",
            f"ghapp が taro のジョブの続行を拒否しました (`guard.over`) {RUN}",
        ),
        (
            replace(ENTRY, what="started_by_hand", why=f"deploy.yml: {RUN}"),
            f"taro started the workflow of production on GitHub {RUN}",
            f"taro が GitHub で production のワークフローを開始しました {RUN}",
        ),
        (
            replace(ENTRY, what="failed", why="step `Migrate` of job `deploy`"),
            "production-7 failed: step `Migrate` of job `deploy`",
            "production-7 は失敗しました: step `Migrate` of job `deploy`",
        ),
    ],
)
def test_a_sentence_says_who_and_what(entry: Entry, english: str, japanese: str) -> None:
    """Without its time; an address at the end of the reason is a link after the sentence."""
    assert told(entry) == english
    assert told(entry, "ja") == japanese


def test_a_reason_stays_inert() -> None:
    """A person's words neither mention, link nor move a cursor."""
    hostile = replace(ENTRY, what="unlocked", why="\x1b[2J @everyone [x](https://evil.example)")
    assert "\x1b" not in told(hostile)
    assert "@everyone" not in sentence(hostile, Voice("en", "UTC", GitHub(), NOON))


def rows(*entries: Entry) -> list[Record]:
    return [record(entry, "acme/shop") for entry in entries]


def test_rows_are_the_same_in_both_forms() -> None:
    """Whole SHAs, times in UTC, and the result where something ended."""
    ended = rows(ENTRY, replace(ENTRY, what="succeeded"), replace(ENTRY, what="refused", why="could_not_check"))
    table = list(csv.DictReader(io.StringIO("".join(as_csv(ended)))))
    objects = [json.loads(line) for line in as_jsonl(ended)]
    assert [one["result"] for one in table] == [one["result"] for one in objects] == ["", "succeeded", "refused"]
    assert [datetime.fromisoformat(one["at"]) for one in table] == [NOON] * 3
    assert {one["sha"] for one in table} == {sha(42)}
    assert [{k: "" if v is None else str(v) for k, v in one.items() if k != "at"} for one in objects] == [
        {k: v for k, v in one.items() if k != "at"} for one in table
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    """A spreadsheet would run it; the JSON keeps the words as they are."""
    said = f"{start}cmd|' /C calc'!A0"
    (row,) = csv.DictReader(io.StringIO("".join(as_csv(rows(replace(ENTRY, why=said)))), newline=""))
    assert row["why"] == f"'{said}"
    assert json.loads("".join(as_jsonl(rows(replace(ENTRY, why=said)))))["why"] == said


def test_an_address_in_a_reason_cannot_move_the_cursor() -> None:
    """People type reasons, and a terminal shows them."""
    entry = Entry(
        at=NOON, what="locked", environment="production", actor="alice", door="slack", why="see https://h/\x1b[2J\x9b"
    )
    assert sentence(entry, Voice("en", "UTC", Terminal(), NOON)).isprintable()


def test_rows_cannot_move_the_cursor() -> None:
    """A job's name may have any character, and people look at rows in a terminal. JSON keeps each."""
    entry = replace(ENTRY, what="failed", why="\x1b[2Jdeploy\x7f / \x9b31mstep")
    rows = [record(entry, "acme/shop")]
    (_, line), (document,) = as_csv(rows), as_jsonl(rows)
    assert line.rstrip("\r\n").isprintable()
    assert document.rstrip("\n").isprintable()
    assert json.loads(document)["why"] == entry.why
