"""The witness tells what ends something from what is only noted beside it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ghapp.core.model.environment import Environment, Hold, Reference
from tests.proofs.model import Releases
from tests.proofs.outside import START

HOLD = Hold(kind="manual", holders=("mona",), reason="migrating", since=START, said_on=1)
OTHERS = (
    replace(HOLD, holders=("taro",)),
    replace(HOLD, reason="migrated"),
    replace(HOLD, since=START + timedelta(minutes=1)),
    replace(HOLD, until=START + timedelta(hours=9)),
    replace(HOLD, release=7),
    None,
)


def story() -> Releases:
    """One release to production is live, and it is free."""
    told = Releases()
    told.start(offsets=(0, 0, 0), done=1)
    return told


def merges_after(told: Releases, **changed: object) -> None:
    """A merge is written that also changes this of production."""
    before = told.store.documents["production"]
    told.witness.cause, told.witness.now = "merge", told.now
    history = [entry for entry in told.store.history if entry.environment == "production"][-1:]
    told.witness("x", before, replace(before, **changed), [replace(entry, at=told.now) for entry in history])  # type: ignore[arg-type]


def locked(told: Releases) -> Environment:
    """Production under a lock by hand without an end."""
    told.store.documents["production"] = replace(told.store.documents["production"], manual=HOLD)
    return told.store.documents["production"]


def test_a_lock_without_an_end_is_asked_about_while_others_merge() -> None:
    """The holder is asked after hours, by whatever happens to be worked then; the lock stands as it was put."""
    told = story()
    told.says("mona", "/lock production forever", 1, "lock", 0, True, "written")
    before = told.store.documents["production"].manual
    for _ in range(4):
        told.passes(4 * 3600)
        told.merges(0, fresh=True, fate="written")
    after = told.store.documents["production"].manual
    assert before
    assert after
    assert after.nagged_at
    assert replace(after, nagged_at=None) == before
    assert told.witness.counted["manual ended"] == 0


@pytest.mark.parametrize("other", OTHERS)
def test_a_merge_that_changes_what_a_lock_says_ends_it(other: Hold | None) -> None:
    """Whose it is, why, since when, until when, about what: each of them, and its being there."""
    told = story()
    locked(told)
    with pytest.raises(AssertionError, match="merge ended a manual hold"):
        merges_after(told, manual=other)


@pytest.mark.parametrize("noted", [{"nagged_at": START}, {"said_on": 2}])
def test_what_is_noted_beside_a_hold_ends_none(noted: dict[str, object]) -> None:
    """By hand, and after a rollback."""
    told = story()
    hold = replace(locked(told).manual or HOLD, **noted)  # type: ignore[arg-type]
    merges_after(told, manual=hold)
    told.store.documents["production"] = replace(told.store.documents["production"], after_rollback=HOLD)
    merges_after(told, after_rollback=hold)


def test_what_is_learned_of_what_is_live_makes_nothing_live() -> None:
    """What a platform calls it, and as which commit it was merged; another commit needs a run that brought it.

    Even where the newest attempt is not the one that made it live.
    """
    told = story()
    told.store.documents["production"] = replace(told.store.documents["production"], deployment=None)
    live = told.store.documents["production"].live
    assert live
    merges_after(told, live=replace(live, landed="f" * 40, platform=Reference("d-1")))
    with pytest.raises(AssertionError, match="what is live was no success"):
        merges_after(told, live=replace(live, sha="f" * 40))


def test_what_is_learned_of_what_an_order_brings_grants_nothing() -> None:
    """It is the same order by its number and its id; another id is another order."""
    told = story()
    deployment = told.store.documents["production"].deployment
    assert deployment
    landed = replace(deployment.grant.brings, landed="f" * 40)
    merges_after(told, deployment=replace(deployment, grant=replace(deployment.grant, revision=landed)))
    with pytest.raises(AssertionError):
        merges_after(told, deployment=replace(deployment, grant=replace(deployment.grant, id="another")))
