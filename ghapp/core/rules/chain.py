"""`after: staging`: which commits may go on to the next environment, by the revisions of the one before it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ghapp.core.config.model import ChainLink
from ghapp.core.model.environment import LIVE_KEPT, Environment, Release, Revision, Unfit
from ghapp.core.model.facts import Facts, NeedComparison
from ghapp.core.rules import phases, releases

CLOCKS_DIFFER = timedelta(minutes=1)  # GitHub's and ours: a server that is 30 s off decides nothing
# How a revision that was live counts for the environments that come after. barred: it was rolled back, or that was
# tried. unknown: a rollback of it is under way, the platform still brings it out, or was not read since.
_Proof = Literal["counts", "barred", "unknown"]
_WHY: Mapping[_Proof, Unfit] = {"barred": "after_barred", "unknown": "after_unknown"}


class Candidate(Struct, frozen=True):
    """A commit that is to go on. `merged_at`: no commit existed before that contains it; None: one may have.

    `is_open`: it is the head of an open pull request. A branch contains commits that were never to be released, so that
    only this very commit proves it.
    """

    sha: str
    merged_at: datetime | None
    is_open: bool = False

    def may_be_in(self, revision: Revision) -> bool:
        """Whether a comparison can show that a revision contains it."""
        if revision.sha == self.sha:
            return True
        made = self.merged_at - CLOCKS_DIFFER if self.merged_at else None
        return not self.is_open and (made is None or (revision.live_since or made) > made)

    def need(self, revision: Revision) -> tuple[NeedComparison, ...]:
        return (NeedComparison(revision.sha, self.sha),) if revision.sha != self.sha else ()

    def is_in(self, revision: Revision, facts: Facts) -> bool:
        return revision.sha == self.sha or facts.comparison(revision.sha, self.sha).contains_head


def candidate(release: Release) -> Candidate:
    """The commit of a merged release. Where it is the pull request's own head, it is older than its merge."""
    return Candidate(release.sha, None if release.sha == release.pull.head else release.merged_at)


def examine(
    after: ChainLink, environments: Iterable[Environment], commit: Candidate, facts: Facts
) -> tuple[Unfit | None, datetime | None]:
    """Why a commit may not go on; or the moment from which it may.

    A head that was live and has landed is compared by its own commit: the merge commit may contain more.
    """
    before = next((each for each in environments if each.name == after.environment), None)
    if before is None:
        return "after_unknown", None  # its document cannot be read
    proofs = [(one, proof) for one, proof in _proofs(before) if commit.may_be_in(one)]
    counts = [one for one, proof in proofs if proof == "counts"]
    if counts and not after.lasting and commit.is_in(counts[0], facts):  # the newest: no other needs a comparison
        return None, _since(counts[0])
    facts.require(*(need for one in counts for need in commit.need(one)))
    moment = min((_since(one) + after.lasting for one in counts if commit.is_in(one, facts)), default=None)
    if moment:
        return None, moment
    others = [(one, _WHY[proof]) for one, proof in proofs if proof != "counts"]
    facts.require(*(need for one, _ in others for need in commit.need(one)))
    return next((why for one, why in others if commit.is_in(one, facts)), "after"), None


def _proofs(environment: Environment) -> Iterator[tuple[Revision, _Proof]]:
    """The live and earlier revisions, newest first, each with how it counts."""
    moving = _moving(environment)
    for one in releases.served_revisions(environment):
        if one.live_since:
            barred = releases.is_barred(environment, one)
            yield one, "unknown" if one.sha in moving else "barred" if barred else "counts"


def _moving(environment: Environment) -> frozenset[str]:
    """The commits that a rollback under way takes back, barred however it ends; and the one the platform brings out."""
    newest, activity = environment.deployment, environment.activity
    if newest is None:
        return frozenset()
    if newest.grant.kind == "rollback" and phases.is_busy(newest):
        back = newest.grant.taken_back
        return frozenset([*(one.sha for one in back), *(along.sha for one in back for along in one.along)])
    if newest.grant.sha and activity and activity.stage in ("unknown", "created", "shifting", "ready"):
        return frozenset({newest.grant.sha})
    return frozenset()


def _since(revision: Revision) -> datetime:
    assert revision.proven_since
    return revision.proven_since


def _by_proof(environment: Environment | None) -> dict[_Proof, frozenset[tuple[str, datetime]]]:
    found = [(proof, (one.sha, _since(one))) for one, proof in _proofs(environment)] if environment else []
    return {kind: frozenset(key for proof, key in found if proof == kind) for kind in ("counts", *_WHY)}


def recheck_following(
    before: Environment | None, after: Environment, environments: Iterable[Environment]
) -> tuple[Environment, ...]:
    """The environments that come after the changed one. Their waiting releases are to be examined again, as far as they
    may pass now and did not, or the reverse. A revision that only became too old to be kept changes nothing, as newer
    ones contain it.
    """
    following = [one for one in environments if one.config.after and one.config.after.environment == after.name]
    was, proofs = _by_proof(before), _by_proof(after)
    aged = {one.sha for one in before.earlier[LIVE_KEPT - 1 :]} if before else set()
    aged -= {one.sha for one in (*releases.served_revisions(after), *after.barred)}
    gained = not proofs["counts"] <= was["counts"]
    lost = any(sha not in aged for sha, _ in was["counts"] - proofs["counts"])
    otherwise = any(was[kind] != proofs[kind] for kind in _WHY)  # for another reason, they still may not pass
    if not gained and not lost and not otherwise:
        return ()

    def again(release: Release) -> Release:
        asked = lost if release.unfit is None else (gained or otherwise) and release.unfit in releases.AFTER
        return replace(release, examined="") if asked else release

    return tuple(replace(one, awaiting=tuple(map(again, one.awaiting))) for one in following)


def passed_on(after: Environment, environments: Iterable[Environment]) -> tuple[Environment, ...]:
    """The environment before the changed one, whose live revision has gone on: it shows no next step any more."""
    link, live = after.config.after, after.live
    before = next((one for one in environments if link and one.name == link.environment), None)
    if live is None or before is None or before.live is None or after.name in before.live.passed_on:
        return ()
    if before.live.pull.number not in [pull.number for pull in live.pulls]:
        return ()
    gone_on = replace(before.live, passed_on=(*before.live.passed_on, after.name))
    return (replace(before, live=gone_on),)
