"""The witness distinguishes changes that end a hold or a release from notes stored beside them."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from ghapp.core.model.environment import Environment, Hold, Reference
from tests.proofs.model import Releases
from tests.proofs.outside import START

HOLD = Hold(kind="manual", holders=("mona",), reason="migrating", since=START, announced_on=1)
OTHERS = (
    replace(HOLD, holders=("taro",)),
    replace(HOLD, reason="migrated"),
    replace(HOLD, since=START + timedelta(minutes=1)),
    replace(HOLD, until=START + timedelta(hours=9)),
    replace(HOLD, pull=7),
    None,
)


def story() -> Releases:
    """One release to production is live, and production is free."""
    told = Releases()
    told.start(offsets=(0, 0, 0), done=1)
    return told


def merges_after(told: Releases, **changed: object) -> None:
    """Writes a merge that also makes these changes to production."""
    before = told.store.documents["production"]
    told.witness.cause, told.witness.now = "merge", told.now
    history = [entry for entry in told.store.history if entry.environment == "production"][-1:]
    told.witness("x", before, replace(before, **changed), [replace(entry, at=told.now) for entry in history])  # type: ignore[arg-type]


def locked(told: Releases) -> Environment:
    """Production under a manual lock without an end."""
    told.store.documents["production"] = replace(told.store.documents["production"], manual=HOLD)
    return told.store.documents["production"]


def test_the_holder_of_a_lock_without_an_end_is_asked_while_others_merge() -> None:
    """The holder is asked after hours, with any event worked then; the lock stays as it was set."""
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
def test_a_merge_that_changes_a_field_of_a_lock_ends_it(other: Hold | None) -> None:
    """Each of holder, reason, start, end and release, and its removal."""
    told = story()
    locked(told)
    with pytest.raises(AssertionError, match="merge ended a manual hold"):
        merges_after(told, manual=other)


@pytest.mark.parametrize("noted", [{"nagged_at": START}, {"announced_on": 2}])
def test_notes_beside_a_hold_do_not_end_it(noted: dict[str, object]) -> None:
    """For a manual hold, and for one after a rollback."""
    told = story()
    hold = replace(locked(told).manual or HOLD, **noted)  # type: ignore[arg-type]
    merges_after(told, manual=hold)
    told.store.documents["production"] = replace(told.store.documents["production"], after_rollback=HOLD)
    merges_after(told, after_rollback=hold)


def test_facts_learned_about_the_live_revision_make_nothing_live() -> None:
    """The platform's reference and the merge commit may be added; another commit needs a run that brought it.

    This holds even where the newest attempt is not the one that made the revision live.
    """
    told = story()
    told.store.documents["production"] = replace(told.store.documents["production"], deployment=None)
    live = told.store.documents["production"].live
    assert live
    merges_after(told, live=replace(live, landed="f" * 40, platform=Reference("d-1")))
    with pytest.raises(AssertionError, match="what is live was no success"):
        merges_after(told, live=replace(live, sha="f" * 40))


def test_facts_learned_about_a_granted_revision_grant_nothing() -> None:
    """A grant is identified by number and id; another id is another grant."""
    told = story()
    deployment = told.store.documents["production"].deployment
    assert deployment
    landed = replace(deployment.grant.brings, landed="f" * 40)
    merges_after(told, deployment=replace(deployment, grant=replace(deployment.grant, revision=landed)))
    with pytest.raises(AssertionError):
        merges_after(told, deployment=replace(deployment, grant=replace(deployment.grant, id="another")))
