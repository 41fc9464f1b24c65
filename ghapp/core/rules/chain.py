"""`after: staging`: which commits may go on to the next environment, by the revisions of the one before it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from ghapp.core.config.model import ChainLink
from ghapp.core.model.environment import LIVE_KEPT, Environment, Release, Revision
from ghapp.core.model.facts import Facts, NeedComparison
from ghapp.core.rules import phases, releases

CLOCKS_DIFFER = timedelta(minutes=1)  # GitHub's and ours: a server that is 30 s off decides nothing


def fit_at(
    after: ChainLink, environments: Iterable[Environment], sha: str, merged_at: datetime | None, facts: Facts
) -> datetime | None:
    """The moment from which a commit may go on; None: no counting revision of the environment before contains it.

    A head that was live and has landed is compared by its own commit: the merge commit may contain more.
    """
    served = (one for each in environments if each.name == after.environment for one in counting(each))
    # a merge commit does not exist before the merge, so revisions that went live earlier need no comparison
    merged = merged_at - CLOCKS_DIFFER if merged_at else None
    later = [one for one in served if one.sha == sha or merged is None or _since(one) > merged]
    if later and not after.lasting and _contains(later[0], sha, facts):  # the newest: no other needs a comparison
        return _since(later[0])
    facts.require(*(NeedComparison(one.sha, sha) for one in later if one.sha != sha))
    return min((_since(one) + after.lasting for one in later if _contains(one, sha, facts)), default=None)


def _contains(revision: Revision, sha: str, facts: Facts) -> bool:
    return revision.sha == sha or facts.comparison(revision.sha, sha).contains_head


def counting(environment: Environment) -> tuple[Revision, ...]:
    """The live and earlier revisions, except those rolled back, being rolled back, or still being brought out."""
    served = (one for one in releases.served(environment) if one.live_since)
    moving = _moving(environment)
    return tuple(one for one in served if one.sha not in moving and not releases.is_barred(environment, one))


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


def _by_time(environment: Environment) -> dict[tuple[str, datetime], Revision]:
    return {(one.sha, _since(one)): one for one in counting(environment)}


def _since(revision: Revision) -> datetime:
    assert revision.live_since
    return revision.live_since


def recheck_following(
    before: Environment | None, after: Environment, environments: Iterable[Environment]
) -> tuple[Environment, ...]:
    """The environments that come after the changed one. Their waiting releases are to be examined again, as far as they
    may pass now and did not, or the reverse. A revision that only became too old to be kept changes nothing, as newer
    ones contain it.
    """
    following = [one for one in environments if one.config.after and one.config.after.environment == after.name]
    was, counts = (_by_time(each) if each else {} for each in (before, after))
    aged = {one.sha for one in before.earlier[LIVE_KEPT - 1 :]} if before else set()
    aged -= {one.sha for one in (*releases.served(after), *after.barred)}
    gained = not counts.keys() <= was.keys()
    lost = any(one.sha not in aged for key, one in was.items() if key not in counts)
    if not gained and not lost:
        return ()

    def again(release: Release) -> Release:
        asked = lost if release.unfit is None else gained and release.unfit == "after"
        return replace(release, examined="") if asked else release

    return tuple(replace(one, awaiting=tuple(map(again, one.awaiting))) for one in following)
