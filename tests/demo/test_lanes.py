"""The lanes of the demo's page, from stored environments and their history."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from ghapp.adapters.sqlite import SqliteStore
from ghapp.cli.demo.board import SHOWN, Found, Lanes
from ghapp.cli.demo.config_errors import ConfigText, environments, errors
from ghapp.cli.demo.upcoming import next_event
from ghapp.core.config.model import Window
from ghapp.core.model.codec import Unreadable
from ghapp.core.model.decision import Entry
from ghapp.core.model.environment import Activity, Environment, Hold
from ghapp.core.model.overview import StoredEnvironment
from ghapp.demo.stage import CONFIG, WORKFLOW
from ghapp.demo.words import Language
from ghapp.engine.board import BoardReader
from tests.core.build import NOON, REPOSITORY, config, environment, live, release

MINUTE = timedelta(minutes=1)
LOCK = Hold(kind="manual", holders=("mona",), reason="migration", since=NOON - MINUTE, until=NOON + 9 * MINUTE)
LIVE = live(41)


def found(state: Environment | Unreadable, *entries: Entry, name: str = "production") -> Found:
    return Found(StoredEnvironment(repository=REPOSITORY, name=name, version=1, state=state), entries)


def lanes(*each: Found, language: Language = "en") -> Lanes:
    """The lanes at noon, as if they had been read."""
    reader = BoardReader(SqliteStore("never-opened.db"), lambda: NOON)
    return Lanes(reader, language, lambda: NOON, {one.stored.name: one for one in each})


def shown(*each: Found) -> dict[str, Any]:
    """The only lane."""
    (lane,) = lanes(*each).shown(())
    return lane


def attempts(*happened: tuple[str, int, str]) -> list[Entry]:
    """Kind, pull request and end of each attempt, in their order."""
    entries: list[Entry] = []
    for number, (kind, pull, end) in enumerate(happened, start=1):
        for place, what in enumerate(("accepted", "starting", end)):
            at = NOON + number * MINUTE + place * timedelta(seconds=1)
            values: dict[str, Any] = {"number": number, "pull": pull, "kind": kind}
            entries.append(Entry(at=at, what=what, environment="production", actor="taro", door="comment", **values))  # type: ignore[arg-type]
    return entries


def results(*happened: tuple[str, int, str]) -> list[tuple[int, str, str]]:
    releases = shown(found(environment(live=LIVE), *attempts(*happened)))["releases"]
    return [(one["pull"], one["kind"], one["result"]) for one in releases]


def test_a_rollback_takes_back_what_was_live_after_its_target() -> None:
    """All of it, and nothing that failed; a rollback that failed takes nothing back."""
    before = (("deploy", 40, "succeeded"), ("deploy", 41, "succeeded"), ("deploy", 42, "failed"))
    assert results(*before, ("deploy", 44, "succeeded"), ("rollback", 40, "succeeded")) == [
        (40, "deploy", "live"),
        (41, "deploy", "rolled_back"),
        (42, "deploy", "failed"),
        (44, "deploy", "rolled_back"),
        (40, "rollback", "live"),
    ]
    assert [one[2] for one in results(*before, ("rollback", 40, "failed"))] == ["live", "live", "failed", "failed"]
    assert [one[2] for one in results(("deploy", 41, "lost"), ("deploy", 42, "starting"))] == ["lost", "running"]


def test_a_lane_has_the_last_twelve_releases() -> None:
    """The oldest of them first."""
    kept = results(*[("deploy", number, "failed") for number in range(30)])
    assert [one[0] for one in kept] == [*range(30 - SHOWN, 30)]


def test_the_ring_of_a_lane_runs_from_the_begin_of_what_holds_it() -> None:
    """A lock; a freeze, from its own begin; none where nothing holds it."""
    locked = shown(found(environment(manual=LOCK, live=LIVE)))
    assert (locked["state"], locked["since"], locked["until"]) == (
        "locked",
        (NOON - MINUTE).isoformat(),
        (NOON + 9 * MINUTE).isoformat(),
    )
    lunch = Window(reason="lunch", start=13 * 60 + 30, end=14 * 60)  # noon is 13:42 in Tokyo
    frozen = shown(found(environment(config=config(freeze=(lunch,)))))
    since, until = (datetime.fromisoformat(frozen[end]) for end in ("since", "until"))
    assert (since, until) == (NOON - 12 * MINUTE, NOON + 18 * MINUTE)
    free = shown(found(environment()))
    assert (free["state"], free["since"], free["until"]) == ("free", None, None)


def test_a_document_that_this_server_cannot_read_is_a_locked_lane() -> None:
    """Without what only its document knows."""
    lane = shown(found(Unreadable("production", "damaged")))
    assert (lane["state"], lane["since"], lane["releases"], lane["rollback"]) == ("unreadable", None, [], None)


def test_lanes_are_in_the_order_of_the_config() -> None:
    """An environment that it does not name comes last; one that is over is gone. An unreadable one changes nothing."""
    over = environment(gone=NOON - timedelta(days=1))
    made = lanes(
        found(environment(), name="a"),
        found(environment(name="b"), name="b"),
        found(environment(name="c"), name="c"),
        found(over, name="d"),
    )
    assert [lane["environment"] for lane in made.shown(("c", "b"))] == ["c", "b", "production"]
    assert [lane["environment"] for lane in made.shown(())] == ["c", "b", "production"]


def event(now: datetime = NOON, **more: Any) -> tuple[datetime, str] | None:
    """When the next event of production comes, and which one."""
    return next_event([environment(**more)], now, "en")


def test_the_next_event_is_the_first_that_time_alone_brings() -> None:
    """The end of a lock, of a way back and of a freeze, the begin of one, and a turn; none that is over."""
    lock_ends = (NOON + 9 * MINUTE, "the lock of production ends")
    assert event() is None
    assert event(manual=LOCK) == lock_ends
    assert event(manual=LOCK, now=NOON + 10 * MINUTE) is None
    kept = Activity(quick_rollback_until=NOON + 5 * MINUTE, stage="kept")
    assert event(manual=LOCK, activity=kept) == (
        NOON + 5 * MINUTE,
        "CodeDeploy removes the old revision of production",
    )
    lunch = config(freeze=(Window(reason="lunch", start=13 * 60 + 30, end=14 * 60),))
    assert event(config=lunch) == (NOON + 18 * MINUTE, "the freeze of production ends")
    assert event(config=lunch, now=NOON - 20 * MINUTE) == (NOON - 12 * MINUTE, "a freeze of production begins")
    waits = (release(42, called_at=NOON - MINUTE), release(44))
    turn = event(awaiting=waits)
    assert turn == (NOON - MINUTE + config().turn, "the next person is called to release to production")


def text(written: str) -> ConfigText:
    return ConfigText(written, (("deploy.yml", WORKFLOW),), "acme/shop", ())


@pytest.mark.parametrize(("language", "sentence"), [("en", "expected a duration"), ("ja", "時間を書いてください")])
def test_a_mistake_of_the_config_has_its_line(language: Language, sentence: str) -> None:
    """All mistakes at once; a workflow that is not there is one, too; a valid config has none."""
    good = CONFIG.format(channel="C024BE91L", language="en", people="{}")
    assert (errors(text(good), language), environments(text(good))) == ((), ("production",))
    wrong = good.replace("30m", "soon").replace("Asia/Tokyo", "Nowhere")
    (zone, *_), (lock, said) = errors(text(wrong), language)
    assert (zone, lock) == (3, 8)
    assert sentence in said
    ((line, _),) = errors(text(good.replace("deploy.yml", "absent.yml")), language)
    assert line == 7
    assert environments(text(wrong)) == ()
