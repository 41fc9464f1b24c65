"""An environment's own page: timeline, rollback, figures, history, and the history as files."""

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any, get_args

import pytest

from ghapp.core.model.decision import Entry
from ghapp.core.model.environment import Door
from tests.core.build import NOON, config, environment, live, sha
from tests.doors.board.gallery import MORE, STATES
from tests.doors.board.stand import Stand
from tests.doors.board.test_cards import put, words
from tests.golden.values import PLATFORM

PAGE = "/acme/shop/production"


def rows(page: str) -> list[str]:
    """The rows of the history."""
    table = page[page.index('<table class="history">') :]
    return [words(row) for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1:]]


async def test_the_history_of_a_release(board: Stand) -> None:
    """The newest entry first, each with its person, door, number, commit and result."""
    await put(board, STATES["cooldown"]())
    page = await board.get(PAGE)
    assert rows(page) == [
        "13:47 JST #42 is live on production mona pull request production-1 #42 2a2a2a2 live",
        "13:44 JST production-1 is running mona pull request production-1 #42 2a2a2a2",
        "13:44 JST The workflow of production-1 was started mona pull request production-1 #42 2a2a2a2",
        "13:44 JST mona started to deploy #42 to production mona pull request production-1 #42 2a2a2a2",
        "13:42 JST #44 was merged and waits for production hanako pull request #44 2c2c2c2",
        "13:42 JST #42 was merged and waits for production mona pull request #42 2a2a2a2",
    ]
    run = 'href="https://github.com/acme/shop/actions/runs/9">production-1</a>'
    assert page.count(run) == 4  # every entry of the attempt, also those from before the run was known
    assert f'href="https://github.com/acme/shop/commit/{sha(42)}"' in page
    assert "#42 が production で稼働中になりました" in await board.get(PAGE, "ja")


async def test_a_release_links_its_changes(board: Stand) -> None:
    """From the release that was live before, also for a rollback. What was before the first one is not known."""
    await put(board, STATES["rolled_back"]())
    links = re.findall(r"/compare/(\w+)\.\.\.(\w+)", await board.get(PAGE))
    assert links == [(sha(42), sha(41))]


async def test_the_history_has_a_filter(board: Stand) -> None:
    """In the address; it keeps the rows in which every word stands."""
    await put(board, STATES["rolled_back"]())
    assert {row.split()[-1] for row in rows(await board.get(f"{PAGE}?h=succeeded"))} == {"live"}
    assert all("hanako" in row for row in rows(await board.get(f"{PAGE}?h=HANAKO+%2344")))
    assert "No entry." in await board.get(f"{PAGE}?h=nothing-like-it")
    assert "履歴はありません。" in await board.get(f"{PAGE}?h=nothing-like-it", "ja")


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("free", "No longer live #41 Reword notifications taro Live again #40 Speed up search taro 2828282"),
        ("deploying", "No longer live #42 Fix overlapping booking slots hanako Live again #41"),
        ("rolling_back", "/rollback production mona is rolling back to #41."),
    ],
)
async def test_what_a_rollback_would_do_now(board: Stand, state: str, shown: str) -> None:
    """As the command would decide it, or why it would be refused."""
    await put(board, STATES[state]())
    assert shown in words(await board.get(PAGE))


async def test_a_rollback_without_a_target(board: Stand) -> None:
    await put(board, MORE["new"]())
    assert "there is nothing to roll back to" in await board.get(PAGE)
    assert "切り戻し先がありません" in await board.get(PAGE, "ja")


async def test_what_a_rollback_cannot_undo_is_said(board: Stand) -> None:
    """A change of `warn_paths`, and that CodeDeploy decides how."""
    found = environment(live=live(41, warns=True), earlier=(live(40),), config=config(rollback=PLATFORM))
    await board.record(found)
    assert "a change touches files of warn_paths" in await board.get(PAGE)
    page = await board.get(PAGE, "ja")
    assert "元に戻らないものがあります" in page
    assert "CodeDeploy の状態から決まります" in page


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_the_timeline_of_a_rollback(board: Stand, language: str) -> None:
    """Bars by result and bands by hold, each with its text, in the picture and beside it."""
    await put(board, STATES["rolled_back"]())
    page = await board.get(f"{PAGE}?range=day", language)
    assert re.findall(r'class="bar r-(\w+)" href="#n-(\d)"', page) == [("succeeded", "1"), ("succeeded", "2")]
    assert re.findall(r'class="band b-(\w+)" tabindex', page) == ["cooldown", "rolled_back"]
    told = re.findall(r"<li>(.*?)</li>", page[page.index('class="told"') :])
    assert (
        told
        == {
            "en": [
                "production-1, #42 by mona, 13:44–13:47 JST: live",
                "production-2, rollback to #41 by mona, 13:49–13:51 JST: live",
                "cool-down, 13:47–13:49 JST",
                "locked after a rollback, since 13:51 JST",
            ],
            "ja": [
                "production-1、#42 (mona)、13:44–13:47 JST: 稼働開始",
                "production-2、#41 への切り戻し (mona)、13:49–13:51 JST: 稼働開始",
                "デプロイ直後、13:47–13:49 JST",
                "切り戻し後のロック、13:51 JST から",
            ],
        }[language]
    )
    for text in told:
        assert page.count(f"<title>{text}</title>") == 1  # at the pointer
        assert page.count(f">{text}</text>") == 1  # at a touch or a key


async def test_shapes_stay_within_the_picture(board: Stand) -> None:
    """What began before the picture or has not ended, on each of the three spans."""
    entries = [
        Entry(at=NOON - timedelta(days=20), what="locked", environment="production", actor="mona", door="slack"),
        Entry(at=NOON - timedelta(days=3), what="unlocked", environment="production", actor="mona", door="slack"),
    ]
    await board.record(environment(), entries)
    await put(board, STATES["deploying"](), number=2, name="acme/other")
    for path in (PAGE, "/acme/other/production"):
        for span, bands in (("day", 0), ("week", 1), ("month", 1), ("decade", 1)):
            page = await board.get(f"{path}?range={span}")
            shapes = re.findall(r'<rect(?: class="shape")? x="([-\d.]+)" y="\d+" width="([\d.]+)"', page)
            assert all(float(x) >= 0 and float(x) + float(width) <= 1000 for x, width in shapes)
            assert len(re.findall(r'class="band b-\w+" tabindex', page)) == (bands if path == PAGE else 0)
    assert "この期間にデプロイとロックはありません。" in await board.get(f"{PAGE}?range=day", "ja")


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_every_result_hold_and_door_has_a_word(board: Stand, language: str) -> None:
    """In the timeline, its legend and the history."""
    entries: list[Entry] = []

    def tells(minutes: float, what: str, **more: Any) -> None:
        plain: dict[str, Any] = {"environment": "production", "actor": "taro", "door": "slack", "what": what}
        entries.append(Entry(at=NOON - timedelta(minutes=minutes), **{**plain, **more}))

    doors = get_args(Door)
    for number, end in enumerate(("succeeded", "failed", "cancelled", "lost", "running"), start=1):
        kind, to = "rollback" if number == 2 else "deploy", 42 if number % 2 else None
        attempt: dict[str, Any] = {"number": number, "kind": kind, "pull": to}
        for later, what in enumerate(("accepted", "starting", end)):
            tells(1200 - number * 60 - later, what, door=doors[number], **attempt)
    for door in doors:
        tells(30, "refused", why="locked", door=door)
    tells(9, "locked", why="a migration")
    frozen = STATES["frozen"]().environment
    await board.record(frozen, entries)
    page = await board.get(f"{PAGE}?range=day", language)
    assert set(re.findall(r'class="bar r-(\w+)" href', page)) == {"running", "succeeded", "failed", "cancelled", "lost"}
    assert set(re.findall(r'class="band b-(\w+)"', page)) >= {"locked", "frozen"}
    said = {
        "en": ("refused", "guard", "deploy freeze: quarter end"),
        "ja": ("拒否", "ガード", "デプロイ凍結: quarter end"),
    }
    assert all(text in page for text in said[language])


async def test_history_as_files(board: Stand) -> None:
    """One row a decision, the newest first, whole SHAs; a formula gets a quote in front in CSV alone."""
    told = STATES["free"]()
    told.says("mona", "/lock production 2h =HYPERLINK(1)")
    await put(board, told)
    async with board.client.get(f"{PAGE}/history.csv") as response:
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert response.headers["Content-Disposition"] == 'attachment; filename="acme-shop-production-history.csv"'
        found = list(csv.DictReader(io.StringIO(await response.text())))
    async with board.client.get(f"{PAGE}/history.jsonl") as response:
        assert response.headers["Content-Type"] == "application/jsonl; charset=utf-8"
        values = [json.loads(line) for line in (await response.text()).splitlines()]
    columns = ["at", "repository", "environment", "what", "who", "door", "why", "number", "pull", "sha", "result"]
    assert [list(row) for row in (*found, *values)] == [columns] * 4
    assert [(row["what"], row["why"], row["sha"]) for row in found] == [
        ("locked", "'=HYPERLINK(1)", ""),
        ("awaiting", "", sha(42)),
    ]
    assert [(row["what"], row["why"], row["sha"]) for row in values] == [
        ("locked", "=HYPERLINK(1)", None),
        ("awaiting", "", sha(42)),
    ]


async def test_a_long_history_is_whole_in_the_file(board: Stand) -> None:
    """The page shows the newest 100 and says so; the file has all, sent in pieces."""
    entries = [
        Entry(
            at=NOON + timedelta(seconds=n),
            what="refused",
            environment="production",
            actor="taro",
            door="slack",
            why="x" * 90,
        )
        for n in range(800)
    ]
    board.now = NOON + timedelta(hours=1)
    for first in range(0, 800, 8):
        await board.record(environment(), entries[first : first + 8])
    page = await board.get(PAGE)
    assert len(rows(page)) == 100
    assert "The newest entries, 100 of them." in page
    assert "新しいものから100件です。" in await board.get(PAGE, "ja")
    lines = (await board.get(f"{PAGE}/history.jsonl")).splitlines()
    assert [json.loads(line)["at"] for line in lines[:2]] == ["2026-11-23T04:55:19Z", "2026-11-23T04:55:18Z"]
    assert len(lines) == 800
