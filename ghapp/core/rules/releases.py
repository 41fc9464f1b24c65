"""Releases: which wait, which ship along, which is live. A release's status is derived, never stored twice."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate, takewhile

from msgspec import Struct
from msgspec.structs import replace

from ghapp.core.model.decision import Value
from ghapp.core.model.environment import (
    ALONG_KEPT,
    AWAITING_KEPT,
    BARRED_KEPT,
    LIVE_KEPT,
    Deployment,
    Environment,
    Grant,
    LeftBehind,
    ManualRun,
    Pull,
    Release,
    Revision,
    Unfit,
)
from ghapp.core.model.facts import Comparison

AFTER: tuple[Unfit, ...] = ("after", "after_barred", "after_unknown")
_HALF_A_SECOND = timedelta(seconds=0.5)


def await_release(environment: Environment, release: Release) -> Environment:
    """Add a merged pull request to the line, once, in merge order. One commit may have landed layers of a stack."""
    if any(
        (waiting.sha, waiting.pull.number) == (release.sha, release.pull.number) for waiting in environment.awaiting
    ):
        return environment
    line = sorted((*environment.awaiting, release), key=lambda waiting: (waiting.merged_at, waiting.pull.number))
    bounded = replace(environment, awaiting=tuple(line))
    return replace(environment, awaiting=tuple(one for one in line if one is not _surplus(bounded)))


def _surplus(environment: Environment) -> Release | None:
    """The release that a full line drops: the oldest skipped one, else the oldest; rolled back ones last of all, since
    only their place in line records how they come again.
    """
    if len(environment.awaiting) <= AWAITING_KEPT:
        return None
    ordinary = [one for one in environment.awaiting if not rolled_back(environment, one)]
    return next((one for one in ordinary if one.skipped), next(iter((*ordinary, *environment.awaiting))))


def find(environment: Environment, number: int) -> Release | None:
    """The awaiting release of a pull request."""
    return next((release for release in environment.awaiting if release.pull.number == number), None)


def is_known(environment: Environment, number: int) -> bool:
    """Whether a merged pull request was ever reported here, as far as that is remembered."""
    seen = {
        pull.number for revision in (*served_revisions(environment), *environment.barred) for pull in revision.pulls
    }
    return number in seen or find(environment, number) is not None or number in in_flight(environment)


def in_flight(environment: Environment) -> frozenset[int]:
    """The pull requests that the newest attempt is bringing out."""
    deployment = environment.deployment
    if deployment is None or deployment.phase in ("succeeded", "failed", "cancelled"):
        return frozenset()
    own = (deployment.grant.revision.pull.number,) if deployment.grant.revision else ()
    return frozenset((*own, *deployment.grant.carries))


def waiting_line(environment: Environment) -> tuple[Release, ...]:
    """The releases that wait for their turn, in merge order: without those under way, skipped, rolled back or unfit."""
    return tuple(one for one in _candidates(environment) if not one.unfit)


def unfit_releases(environment: Environment) -> tuple[Release, ...]:
    """The releases that would wait for their turn, but cannot take it."""
    return tuple(one for one in _candidates(environment) if one.unfit)


def unexamined(environment: Environment) -> tuple[Release, ...]:
    """The releases whose fitness was not examined against the current question; skipped and rolled back ones too, since
    messages state what brings those.
    """
    wanted = question(environment)
    return tuple(one for one in _not_under_way(environment) if one.examined != wanted)


def question(environment: Environment) -> str:
    """The fitness criterion: the branch; the live commit, if that may not be on it; and the environment before."""
    config, live, newest = environment.config, environment.live, environment.deployment
    of_another = newest is not None and newest.grant.config.branch != config.branch
    fits = f"{config.branch} {live.sha}" if live and (of_another or not config.require.merged) else config.branch
    return f"{fits} {config.after.environment} {config.after.lasting}" if config.after else fits


def record_fitness(
    environment: Environment, number: int, why: Unfit | None, fit_at: datetime | None = None
) -> Environment:
    """Record whether it is fit, and from when on. A release that was not fit and now is will be called anew."""
    asked = question(environment)

    def noted(release: Release) -> Release:
        anew = reset_turn(release, None) if why else release
        return replace(anew, unfit=why, examined=asked, fit_at=fit_at)

    return change_release(environment, number, noted)


def before_examination(environment: Environment, release: Release) -> Release:
    """The state before its examination: if another environment comes first, it is not called until examined."""
    return replace(release, unfit="after" if environment.config.after else None, examined="", fit_at=None)


def reset_examinations(environment: Environment) -> Environment:
    """The whole line before its examination: the config of `after` has changed."""
    return change_releases(environment, lambda one: before_examination(environment, one))


def to_examine_again(environment: Environment) -> Environment:
    """The branch has grown: an unfit release may be on it by now."""
    return change_releases(environment, lambda one: replace(one, examined="") if one.unfit else one)


def to_examine_in_time(environment: Environment, now: datetime) -> Environment:
    """A release that only had to wait may be fit by now."""
    return change_releases(
        environment, lambda one: replace(one, examined="", fit_at=None) if _is_ripe(one, now) else one
    )


def next_fit(environment: Environment) -> datetime | None:
    """When the next of those may be fit."""
    return min((one.fit_at for one in _not_under_way(environment) if one.fit_at), default=None)


def _is_ripe(release: Release, now: datetime) -> bool:
    return release.fit_at is not None and release.fit_at <= now


def unfit_values(environment: Environment, release: Release) -> dict[str, Value]:
    """The parameters of the sentence why it is unfit."""
    after = environment.config.after
    return {
        "number": release.pull.number,
        "environment": environment.name,
        "live": environment.live.pull.number if environment.live else None,
        "branch": environment.config.branch,
        "why": release.unfit,
        "earlier": after.environment if after else None,
        "until": release.fit_at,
    }


def _candidates(environment: Environment) -> tuple[Release, ...]:
    still = _not_under_way(environment)
    return tuple(one for one in still if not (one.skipped or rolled_back(environment, one)))


def _not_under_way(environment: Environment) -> tuple[Release, ...]:
    """The merged releases that are not under way."""
    moving = in_flight(environment)
    return tuple(release for release in environment.awaiting if release.pull.number not in moving)


def involved(environment: Environment) -> frozenset[int]:
    """The pull requests on which `/rollback` means their own change: the live ones, and those of a newer attempt."""
    live = {pull.number for pull in environment.live.pulls} if environment.live else set()
    if environment.deployment is None or environment.deployment.phase == "succeeded":
        return frozenset(live)
    grant = environment.deployment.grant
    own = (grant.revision.pull.number,) if grant.revision else ()
    undone = (pull.number for pull in (*((grant.undoes.pull,) if grant.undoes else ()), *grant.takes_along))
    return frozenset((*live, *own, *grant.carries, *undone))


def rank(environment: Environment, number: int) -> int | None:
    """The place in line of a pull request, from 1."""
    places = [release.pull.number for release in waiting_line(environment)]
    return places.index(number) + 1 if number in places else None


def after(environment: Environment, number: int) -> Release | None:
    """The release after a pull request's in line."""
    place = rank(environment, number)
    return next(iter(waiting_line(environment)[place:]), None) if place else None


def before(environment: Environment, release: Release) -> tuple[Release, ...]:
    """The releases that ship with it: a branch only grows, so every earlier merge that is not live is contained."""
    earlier = tuple(one for one in _not_under_way(environment) if one == release or not one.unfit)
    return earlier[: earlier.index(release)] if release in earlier else ()


def baseline(environment: Environment, release: Release) -> str | None:
    """The commit with which a release is compared: the live one, or on the first day the oldest waiting one."""
    if environment.live:
        return environment.live.sha
    oldest = next(iter(environment.awaiting), release)
    return oldest.sha if oldest.sha != release.sha else None


def contained(environment: Environment, release: Release, comparison: Comparison | None) -> tuple[Release, ...]:
    """The other awaiting releases that it contains, by GitHub's comparison with the baseline, if there is one.

    One commit may have landed several layers of a stack.
    """
    brought = {release.sha} | (comparison.commits if comparison else frozenset())
    if comparison and environment.live is None and comparison.status == "ahead":
        brought |= {environment.awaiting[0].sha}
    others = (waiting for waiting in environment.awaiting if waiting.pull.number != release.pull.number)
    return tuple(waiting for waiting in others if waiting.sha in brought)


def make_live(environment: Environment, deployment: Deployment, now: datetime) -> Environment:
    """The attempt succeeded: its revision is live, the old one goes to the front of `earlier`, and its releases leave
    the line.

    A target that was never released here is not called live: as on the first day, only the platform knows what serves.
    """
    grant = deployment.grant
    if grant.revision is None:
        return replace(environment, live=None, earlier=())
    platform = deployment.platform or grant.revision.platform
    revision = replace(grant.revision, live_since=now, live_until=None, platform=platform, passed_on=())
    revision = replace(revision, first_live=_first_live(environment, revision))
    if environment.live and environment.live.sha == revision.sha:
        revision = replace(environment.live, platform=platform or environment.live.platform)  # it never ceased to be
    went = {*(pull.number for pull in revision.pulls), *grant.carries, *(pull.number for pull in grant.brings_back)}
    came = tuple(release for release in environment.awaiting if release.pull.number in went)
    kept = _brought(environment, revision) if grant.kind == "rollback" else ()
    brings = _merged(revision.releases, kept, came)
    revision = replace(revision, releases=brings, off_branch=_is_off_branch(environment, revision))
    again = {pull.number for pull in grant.brings_back}
    barred = tuple(one for one in environment.barred if one.pull.number not in again)
    return replace(
        environment,
        live=revision,
        earlier=tuple(_anew_since(one, again, now) for one in _earlier(environment, revision, now)),
        awaiting=tuple(release for release in environment.awaiting if release not in came),
        barred=barred,
        bars_lost=environment.bars_lost and bool(barred),
    )


def _first_live(environment: Environment, revision: Revision) -> datetime | None:
    """When a commit that goes live again did so first; None if it did not, or was rolled back since."""
    was = next((one for one in served_revisions(environment) if one.sha == revision.sha), None)
    return was.proven_since if was and not is_barred(environment, was) else None


def _anew_since(revision: Revision, again: Collection[int], now: datetime) -> Revision:
    """A rolled back revision that comes again within a newer one counts as live from now on."""
    return replace(revision, live_since=now, first_live=None) if revision.pull.number in again else revision


def _brought(environment: Environment, revision: Revision) -> tuple[Release, ...]:
    """The releases that went live with it before, which the grant of the rollback may not list."""
    return next((one.releases for one in served_revisions(environment) if one.sha == revision.sha), ())


def _is_off_branch(environment: Environment, revision: Revision) -> bool:
    """Whether it has left its branch, possibly while it was under way."""
    known = next((one for one in served_revisions(environment) if one.sha == revision.sha), revision)
    waiting = (one.unfit for one in environment.awaiting if one.sha == revision.sha)
    return known.off_branch or "off_branch" in waiting


def _merged(*releases: tuple[Release, ...]) -> tuple[Release, ...]:
    """Each pull request's release once, in merge order; the newest are kept."""
    known = {release.pull.number: release for some in releases for release in some}
    return tuple(sorted(known.values(), key=lambda release: release.merged_at))[-ALONG_KEPT:]


def served_revisions(environment: Environment) -> tuple[Revision, ...]:
    """The live revision and the earlier ones, newest first."""
    return (*((environment.live,) if environment.live else ()), *environment.earlier)


def unreleased(environment: Environment) -> str | None:
    """The platform's deployment that serves, if a rollback led to a target that was never released here."""
    newest = environment.deployment
    if environment.live or newest is None or newest.grant.kind != "rollback" or newest.phase != "succeeded":
        return None
    return newest.grant.plan.target.deployment if newest.grant.plan else None


def was_live(environment: Environment, sha: str) -> bool:
    """Whether a commit is or was live, itself or with the revision that brought it, as far as that is remembered."""
    return any(
        sha in {revision.sha, *(release.sha for release in revision.releases)}
        for revision in served_revisions(environment)
    )


def manual_runs(environment: Environment) -> tuple[ManualRun, ...]:
    """The manual runs since the live revision went live: whether that still serves is not certain."""
    since = environment.live.live_since if environment.live else None
    return tuple(one for one in environment.manual_runs if not one.stopped and (since is None or one.at > since))


def revoke_live(environment: Environment, sha: str) -> Environment:
    """Revoke the live revision: the one before serves, and the releases that came with it wait again."""
    live, earlier = environment.live, environment.earlier
    if live is None or live.sha != sha:
        return environment
    before = replace(earlier[0], live_until=None) if earlier else None
    return _back_in_line(replace(environment, live=before, earlier=earlier[1:]), live.releases)


class RollbackPath(Struct, frozen=True):
    """The revision a rollback would undo, its target, and the revisions that were live between the two."""

    undone: Revision
    target: Revision
    passes: tuple[Revision, ...] = ()


def rollback_path(environment: Environment, to: int | None = None) -> RollbackPath | None:
    """The rollback that the command means now; None if there is no target.

    Undone: the newest attempt, if it is under way or did not succeed, else the live revision. Target: in the first case
    the live revision, else the newest earlier one that is not barred; or, named by its pull request, one that was live.
    A rollback that did not succeed is repeated.
    """
    back = _meant_path(environment, to)
    if back is None:
        return None
    *passes, target = _remembered(back.undone, (*back.passes, back.target))
    return replace(back, target=target, passes=tuple(passes))


def _meant_path(environment: Environment, to: int | None) -> RollbackPath | None:
    newest = environment.deployment
    if newest and newest.phase != "succeeded" and newest.grant.kind == "rollback":
        return _repeated_path(environment, newest.grant, to)
    if newest and newest.phase != "succeeded":
        return _path_from(environment, _attempted(environment, newest.grant), to)
    return _path_from(environment, environment.live, to) if environment.live else None


def first_of_all(environment: Environment) -> Revision | None:
    """The revision a rollback would undo if nothing released here was before it. None: there is nothing to undo."""
    newest = environment.deployment
    if newest is None or newest.phase == "succeeded":
        return environment.live
    return newest.grant.undoes or newest.grant.revision


def _attempted(environment: Environment, grant: Grant) -> Revision:
    """The revision of a deploy, with the releases that wait for it to succeed."""
    own = {grant.brings.pull.number, *grant.carries}
    return replace(grant.brings, releases=tuple(one for one in environment.awaiting if one.pull.number in own))


def _repeated_path(environment: Environment, grant: Grant, to: int | None) -> RollbackPath | None:
    """The same rollback once more, to the same target unless another one is named."""
    undone, target = grant.undoes, grant.revision if to is None else _named(environment, to)
    if undone is None or target is None or undone.sha == target.sha:
        return None
    passed = (*grant.passes, *_passed(environment, undone, target))
    return RollbackPath(undone, target, tuple({one.sha: one for one in passed if one.sha != target.sha}.values()))


def _path_from(environment: Environment, undone: Revision, to: int | None) -> RollbackPath | None:
    candidates = (
        one for one in served_revisions(environment) if one.sha != undone.sha and not is_barred(environment, one)
    )
    target = next(candidates, None) if to is None else _named(environment, to)
    live = environment.live
    if target is None or (live and undone.sha == live.sha == target.sha):
        return None
    return RollbackPath(undone, target, _passed(environment, undone, target))


def _passed(environment: Environment, undone: Revision, target: Revision) -> tuple[Revision, ...]:
    """The revisions live after the target and not rolled back since. A barred live one counts: its rollback failed."""
    newer = takewhile(lambda one: one.sha != target.sha, served_revisions(environment))
    others = (one for one in newer if one.sha != undone.sha)
    return tuple(one for one in others if one == environment.live or not is_barred(environment, one))


def _named(environment: Environment, number: int) -> Revision | None:
    return next((revision for revision in served_revisions(environment) if revision.pull.number == number), None)


def record_landing(environment: Environment, head: str, sha: str) -> Environment:
    """A revision released as the head of an open pull request is now on its branch, as another commit."""

    def known(revision: Revision) -> Revision:
        there = revision.sha == head and head != sha
        return replace(revision, landed=sha, off_branch=False) if there else revision

    deployment = environment.deployment
    if deployment:
        brings = deployment.grant.revision
        grant = replace(deployment.grant, revision=known(brings) if brings else None)
        deployment = replace(deployment, grant=grant)
    return replace(
        _change_served(environment, known),
        barred=tuple(map(known, environment.barred)),
        deployment=deployment,
    )


def take_back(environment: Environment, grant: Grant, *, done: bool) -> Environment:
    """A rollback has ended: the undone revisions are barred in any case; if it is `done`, the releases wait again."""
    for revision in reversed(grant.taken_back):
        along = (Revision(sha=one.sha, pull=one.pull, warns=one.warns) for one in revision.along)
        for undone in (*along, revision):
            environment = bar(environment, replace(undone, in_vain=not done))
        unfit: Unfit | None = "off_branch" if revision.off_branch else None
        environment = _back_in_line(environment, revision.releases, unfit) if done else environment
    return environment


def unbegun(environment: Environment, deployment: Deployment) -> bool:
    """Whether a rollback failed before it began, so that the revision that it was to undo still serves."""
    live, undone = environment.live, deployment.grant.undoes
    return deployment.unbegun and live is not None and undone is not None and live.sha == undone.sha


def _back_in_line(environment: Environment, releases: tuple[Release, ...], unfit: Unfit | None = None) -> Environment:
    for release in releases:
        back = reset_turn(release, release.called_at)
        asked = "" if environment.config.after else back.examined  # the one before may have gone back meanwhile
        environment = await_release(environment, replace(back, unfit=unfit or back.unfit, examined=asked))
    return environment


def bar(environment: Environment, revision: Revision) -> Environment:
    """Bar a rolled back revision from coming again by accident.

    A full list drops the oldest that did not serve lately, and notes that: every deploy then takes a person's word.
    """
    others = tuple(barred for barred in environment.barred if barred.sha != revision.sha)
    bars = (replace(revision, releases=()), *others)
    if len(bars) <= BARRED_KEPT:
        return replace(environment, barred=bars)
    kept = {one.sha for one in served_revisions(environment)}
    dropped = next(one for one in reversed(bars) if one.sha not in kept)
    return replace(environment, barred=tuple(one for one in bars if one is not dropped), bars_lost=True)


def is_barred(environment: Environment, revision: Revision) -> bool:
    """Whether this very commit was rolled back and not brought back since."""
    return any(barred.sha == revision.sha for barred in environment.barred)


def barred_in_vain(environment: Environment, numbers: Collection[int]) -> bool:
    """Whether the rollback of one of these did not succeed; it is barred all the same."""
    return any(barred.in_vain and barred.pull.number in numbers for barred in environment.barred)


def rolled_back(environment: Environment, release: Release) -> bool:
    """Whether a waiting release was rolled back."""
    return any(release.sha in (barred.sha, barred.landed) for barred in environment.barred)


def brings_back(environment: Environment, number: int) -> tuple[Pull, ...]:
    """The rolled back pull requests that would come again with this one, itself included: newest rollback first."""
    release, still = find(environment, number), _not_under_way(environment)
    coming = {number} if release else set[int]()
    if release in still:  # one that left its branch may be there again under another commit, so it is named, too
        coming |= {one.pull.number for one in still[: still.index(release)]}
    if release and environment.live:  # if it is barred, its rollback has failed
        coming |= {pull.number for pull in environment.live.pulls}
    grant = environment.deployment.grant if environment.deployment else None
    if grant and grant.kind == "deploy" and grant.brings.pull.number == number:
        coming |= {pull.number for pull in grant.brings_back}
    return tuple({one.pull.number: one.pull for one in environment.barred if one.pull.number in coming}.values())


def settle_as_live(environment: Environment, number: int) -> Environment:
    """A pull request turned out to be live already: it waits no longer, and goes back with the revision that brought
    it.

    That is the live revision, unless an earlier one has it.
    """
    release, live, earlier = find(environment, number), environment.live, environment.earlier
    waiting = tuple(one for one in environment.awaiting if one.pull.number != number)
    if release and live and not any(number in _numbers(revision) for revision in earlier):
        live = replace(live, releases=_merged(live.releases, (release,)))
        earlier = _remembered(live, earlier)
    return replace(environment, awaiting=waiting, live=live, earlier=earlier)


def _numbers(revision: Revision) -> frozenset[int]:
    return frozenset(pull.number for pull in revision.pulls)


def ship_along(environment: Environment, release: Release) -> Environment:
    """The attempt under way contains this release, though it was reported only now: it ships with that attempt."""
    deployment = environment.deployment
    assert deployment
    grant = replace(deployment.grant, along=(*deployment.grant.along, release.pull)[-ALONG_KEPT:])
    return await_release(replace(environment, deployment=replace(deployment, grant=grant)), release)


def of_one_second(environment: Environment, release: Release) -> tuple[Release, ...]:
    """The other waiting releases that were merged in the same second, the precision of GitHub's times."""
    others = (one for one in environment.awaiting if one.sha != release.sha)
    return tuple(one for one in others if abs(one.merged_at - release.merged_at) < _HALF_A_SECOND)


def order_within_second(release: Release, others: Sequence[Release], contained: Collection[str]) -> Release:
    """Merged after those of its second that it contains, and before the rest."""
    before = [one.merged_at for one in others if one.sha in contained]
    behind = [one.merged_at for one in others if one.sha not in contained]
    first = max(before, default=release.merged_at - _HALF_A_SECOND)
    last = min(behind, default=release.merged_at + _HALF_A_SECOND)
    return replace(release, merged_at=first + (last - first) / 2)


def drop_release(environment: Environment, number: int) -> Environment:
    """A pull request's merge commit is no longer on the branch: it stops waiting, and nothing brings it."""
    return replace(environment, awaiting=tuple(one for one in environment.awaiting if one.pull.number != number))


def record_rewrite(environment: Environment, lost: Collection[str], kept: Collection[str] = ()) -> Environment:
    """The branch was rewritten and no longer contains the `lost` commits: their releases are unfit. It contains the
    `kept` ones: a release that had left it is fit again.
    """
    for release in environment.awaiting:
        if release.sha in lost:
            environment = record_fitness(environment, release.pull.number, "off_branch")
        elif release.sha in kept and release.unfit == "off_branch":
            environment = change_release(environment, release.pull.number, partial(before_examination, environment))

    def known(revision: Revision) -> Revision:
        asked = revision.contained_in in {*lost, *kept}
        return replace(revision, off_branch=revision.contained_in in lost) if asked else revision

    return _change_served(environment, known)


def _change_served(environment: Environment, change: Callable[[Revision], Revision]) -> Environment:
    live = environment.live
    return replace(environment, live=live and change(live), earlier=tuple(map(change, environment.earlier)))


def takes_a_reason(environment: Environment) -> bool:
    """Whether the next release takes a person's reason: the live one has left its branch, or bars were lost."""
    return environment.bars_lost or (environment.live is not None and environment.live.off_branch)


def left_behind_by_newest(environment: Environment, number: int) -> LeftBehind | None:
    """The revision that the newest attempt to deploy a pull request leaves behind, until it succeeds."""
    newest = environment.deployment
    if newest is None or newest.phase == "succeeded" or newest.grant.kind == "rollback":
        return None
    return newest.grant.left_behind if newest.grant.brings.pull.number == number else None


def takes_a_line(environment: Environment, number: int) -> bool:
    """Whether no button deploys it: a person has to name the returning ones, or the reason for leaving one behind."""
    reasoned = takes_a_reason(environment) or left_behind_by_newest(environment, number) is not None
    return reasoned or bool(brings_back(environment, number))


def skip_release(environment: Environment, number: int, by: str | None) -> Environment:
    """Stop asking about it; the next release brings it. `by` None: a label skips it."""
    return change_release(environment, number, lambda release: replace(release, skipped=True, skipped_by=by))


def unskip_release(environment: Environment, number: int) -> Environment:
    """Undo a skip."""
    return change_release(environment, number, lambda release: replace(release, skipped=False, skipped_by=None))


def replace_merge_commit(environment: Environment, number: int, sha: str) -> Environment:
    """Take over the merge commit that GitHub names now; its fitness is examined anew."""
    return change_release(
        environment, number, lambda release: replace(before_examination(environment, release), sha=sha)
    )


def record_not_auto(environment: Environment, number: int, why: str) -> Environment:
    """Record why the merge did not release it automatically."""
    return change_release(environment, number, lambda release: replace(release, not_auto=why))


def reset_turn(release: Release, called_at: datetime | None) -> Release:
    return replace(release, called_at=called_at, call_at=None, reminded=0, reminded_at=None, passed=False)


def change_release(environment: Environment, number: int, change: Callable[[Release], Release]) -> Environment:
    return change_releases(environment, lambda release: change(release) if release.pull.number == number else release)


def change_releases(environment: Environment, change: Callable[[Release], Release]) -> Environment:
    return replace(environment, awaiting=tuple(map(change, environment.awaiting)))


def _earlier(environment: Environment, live: Revision, now: datetime) -> tuple[Revision, ...]:
    was = environment.live
    before_it = (replace(was, live_until=now),) if was and was.sha != live.sha else ()
    others = tuple(revision for revision in environment.earlier if revision.sha != live.sha)
    return _remembered(live, (*before_it, *others)[:LIVE_KEPT])


def _remembered(live: Revision, earlier: tuple[Revision, ...]) -> tuple[Revision, ...]:
    """A document is bounded: of all that went live, or one rollback concerns, the newest `ALONG_KEPT` are kept."""
    counts = accumulate(len(one.releases) for one in (live, *earlier))
    kept = [count <= ALONG_KEPT for count in counts][1:]
    return tuple(one if keep else replace(one, releases=()) for one, keep in zip(earlier, kept, strict=True))
