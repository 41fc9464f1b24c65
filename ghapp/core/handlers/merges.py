"""Pull requests: a merged one waits for release, an open one gets its gate."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from msgspec.structs import replace

from ghapp.core.commands import preconditions
from ghapp.core.commands.spec import gather_all
from ghapp.core.config.model import InvalidConfig
from ghapp.core.handlers import auto_deploy
from ghapp.core.handlers.current_config import Documents, broken, current_environments, on_branch, reply_config
from ghapp.core.model.decision import Decision, Entry, Notice, Refusal, Value
from ghapp.core.model.destination import Destination
from ghapp.core.model.environment import Environment, Release, Revision
from ghapp.core.model.events import HeadChanged, HeadReleased, MergeGroupQueued, MergesRecounted, PullRequestMerged
from ghapp.core.model.facts import Facts, NeedComparison, NeedConfig, NeedGrants, NeedMerges, PullFact
from ghapp.core.rules import obstacles, phases, releases, turns

COUNTED = timedelta(days=6)  # less than the store keeps its keys, so that no merge is queued twice
_THERE = Refusal("contained")
FOUND_AT_ONCE = 40  # that one count queues; the next one finds the rest


def handle_merge(event: PullRequestMerged, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """Put the release in line in every environment that it concerns: by its base branch, and by its files.

    It cannot be released without its merge commit: if GitHub does not name that now, the next count finds it.
    """
    if not event.sha:
        told = facts.pull(event.pull.number, merged_at=event.at)
        if told is None or told.sha is None:
            return Decision()
        event = replace(event, sha=told.sha)
    facts.require(NeedConfig(), NeedGrants())
    environments = current_environments(event.repository, documents, facts.config(), now)
    named = tuple(environment for environment in environments if environment.gone is None)
    concerned = preconditions.concerned_environments(named, event.pull, event.base, facts, sha=event.sha)
    taken = gather_all(partial(_taken, one, environments, event, facts, now) for one in concerned)
    changed = {one.name: one for one in (*environments, *(one for each in taken for one in each.changed))}
    entries = tuple(entry for each in taken for entry in each.entries)
    there = [one for one, each in zip(concerned, taken, strict=True) if each.refusal == _THERE]
    return Decision(
        changed=tuple(changed.values()),
        entries=entries,
        notices=(*_told_there(there, event, now), *_config_invalid(event, documents, facts, now)),
        found=_left_by(event) if on_branch(environments, event.base) else (),
    )


def _left_by(event: PullRequestMerged) -> tuple[HeadReleased, ...]:
    key = f"pull/{event.pull.number}/left"
    return (HeadReleased(repository=event.repository, key=key, head=event.pull.head, base=event.base),)


def handle_head_change(event: HeadChanged, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """Update the gate on its head only. A pull request that moved to another base must not keep the old one's gate."""
    environments = current_environments(event.repository, documents, facts.config(), now)
    concerned = on_branch(environments, event.base)
    shows = concerned or (event.moved and environments)
    return Decision(changed=concerned, gates=(event.number,) if shows else ())


def publish_only(event: HeadReleased | MergeGroupQueued, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """Update gates only. A merge queue cannot wait for another event, and for a head that was left none may come."""
    return Decision(
        changed=on_branch(current_environments(event.repository, documents, facts.config(), now), event.base)
    )


def handle_recount(event: MergesRecounted, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """Queue merges that no environment of their branch knows, as if GitHub had just sent them.

    A branch also counts under the name that it had when the environment was last written: GitHub still lists earlier
    merges under that.
    """
    environments = current_environments(event.repository, documents, facts.config(), now)
    named = tuple(environment for environment in environments if environment.gone is None)
    branches: dict[str, list[Environment]] = {}
    for environment in named:
        known = documents.get(environment.name)
        before = (known.config.branch,) if isinstance(known, Environment) else ()
        for branch in dict.fromkeys((environment.config.branch, *before)):
            branches.setdefault(branch, []).append(environment)
    needs = {branch: NeedMerges(branch, _since(event, of_it)) for branch, of_it in branches.items()}
    facts.require(*needs.values(), NeedGrants())
    found = [
        _as_event(event, pull, aside=branch != of_it[0].config.default_branch)
        for branch, of_it in branches.items()
        for pull in facts.merges(branch, needs[branch].since)
        if not any(releases.is_known(environment, pull.pull.number) for environment in of_it)
    ]
    again = tuple(map(releases.to_examine_again, environments))
    return Decision(changed=again, found=tuple(merge for merge in found if merge)[:FOUND_AT_ONCE])


def _since(event: MergesRecounted, environments: Iterable[Environment]) -> datetime:
    return max(event.at - COUNTED, min(environment.created_at for environment in environments))


def _as_event(event: MergesRecounted, fact: PullFact, *, aside: bool) -> PullRequestMerged | None:
    """The merge in the form of the webhook's event, under the same key: the first of the two counts."""
    if fact.sha is None or fact.merged_at is None:
        return None
    return PullRequestMerged(
        repository=event.repository,
        key=f"pull/{fact.pull.number}/merged",
        pull=fact.pull,
        base=fact.base,
        sha=fact.sha,
        merger=fact.merger,
        at=fact.merged_at,
        labels=tuple(fact.labels),
        aside=aside,
    )


def _went_along(environment: Environment, event: PullRequestMerged, facts: Facts) -> bool:
    """Whether a merge whose event came late is live already: a release that contains it went live meanwhile."""
    live = environment.live
    if live is None or live.live_since is None or live.live_since <= event.at:
        return False
    return _contains(live, event, facts)


def _goes_along(environment: Environment, event: PullRequestMerged, facts: Facts) -> bool:
    """The same for the attempt under way: it was granted after this merge, before its event arrived."""
    deployment = environment.deployment
    if not phases.is_busy(deployment) or deployment is None or deployment.grant.kind == "rollback":
        return False
    return deployment.grant.at >= event.at and _contains(deployment.grant.brings, event, facts)


def _was_taken_back(environment: Environment, event: PullRequestMerged, facts: Facts) -> bool:
    """The same for a revision that was rolled back meanwhile: this merge was rolled back with it, though unnamed."""
    later = [one for one in environment.barred if one.live_since and one.live_since > event.at]
    facts.require(*(NeedComparison(one.contained_in, event.sha) for one in later if one.contained_in != event.sha))
    return any(_contains(one, event, facts) for one in later)


def _contains(revision: Revision, event: PullRequestMerged, facts: Facts) -> bool:
    return facts.comparison(revision.contained_in, event.sha).contains_head


def _taken(
    environment: Environment,
    all_of_them: tuple[Environment, ...],
    event: PullRequestMerged,
    facts: Facts,
    now: datetime,
) -> Decision:
    """Put it in line; or deploy it, if the config says `auto`. A merge contained in another release does not wait."""
    number = event.pull.number
    if releases.was_live(environment, event.sha):
        return Decision(refusal=_THERE, changed=(environment,))  # released before the event of its merge arrived
    release = _for(environment, event, facts)
    if _went_along(environment, event, facts):
        there = releases.settle_as_live(releases.await_release(environment, release), number)
        assert there.live
        entry = replace(_entry(there, release, now), why=f"went live with #{there.live.pull.number}")
        return Decision(refusal=_THERE, changed=(there,), entries=(entry,))
    if number not in releases.in_flight(environment) and _goes_along(environment, event, facts):
        going = releases.ship_along(environment, release)
        return Decision(changed=(going,), entries=(_entry(going, release, now),))
    if _was_taken_back(environment, event, facts):
        environment = releases.bar(environment, Revision(sha=event.sha, pull=event.pull, warns=release.warns))
    waiting = _in_line(environment, release, now)
    entry = _entry(waiting, release, now)
    if not waiting.config.auto:
        return Decision(changed=(waiting,), entries=(entry,))
    outcome = auto_deploy.deploy_merge(waiting, all_of_them, event, facts, now)
    if isinstance(outcome, Decision):
        return replace(outcome, entries=(entry, *outcome.entries))
    told = releases.record_not_auto(waiting, release.pull.number, outcome) if outcome else waiting
    return Decision(changed=(told,), entries=(replace(entry, why=f"auto: {outcome}" if outcome else ""),))


def _told_there(environments: Iterable[Environment], event: PullRequestMerged, now: datetime) -> tuple[Notice, ...]:
    """For a merge that is live already: one notice per channel instead of a prompt, which asks for nothing."""
    unheard = [one for one in environments if one.live and not releases.is_known(one, event.pull.number)]
    channels = dict.fromkeys(one.config.channel for one in unheard)
    return tuple(
        _there([one for one in unheard if one.config.channel == channel], event, channel, now) for channel in channels
    )


def _config_invalid(event: PullRequestMerged, documents: Documents, facts: Facts, now: datetime) -> tuple[Notice, ...]:
    """On a merge that changed the config, if that is unusable now: where nobody deploys, no refusal would show it."""
    config = facts.config()
    if not isinstance(config, InvalidConfig) or config.of_owner or event.aside:
        return ()
    number = event.pull.number
    if config.file not in facts.files(number, event.base, event.pull.head).names:
        return ()
    return (
        Notice(
            id=f"{event.repository.id}/merged_config_invalid/{number}",
            repository=event.repository,
            destination=Destination(pull=number),
            code="merged_config_invalid",
            values=broken(config).as_values(),
            config=reply_config(documents, config),
            at=now,
        ),
    )


def _there(environments: Sequence[Environment], event: PullRequestMerged, channel: str | None, now: datetime) -> Notice:
    number = event.pull.number
    there: list[Value] = [{"environment": one.name, "live": one.live.pull.number} for one in environments if one.live]
    return Notice(
        id=f"{event.repository.id}/{environments[0].name}-there/{number}",
        repository=event.repository,
        destination=Destination(pull=number, channel=channel),
        code="merged_live",
        values={"number": number, "title": event.pull.title, "there": there},
        config=environments[0].config,
        at=now,
    )


def _in_line(environment: Environment, release: Release, now: datetime) -> Environment:
    """If the environment is free, the prompt itself is the call, so that no person is mentioned twice."""
    grown = releases.to_examine_again(environment)
    waiting = releases.await_release(releases.record_landing(grown, release.pull.head, release.sha), release)
    locked = obstacles.obstacles(waiting, now)
    return waiting if locked or release.unfit else turns.take_turn(waiting, release.pull.number, now)


def _for(environment: Environment, event: PullRequestMerged, facts: Facts) -> Release:
    """The release under this environment's config, ordered after those of the same second that it contains."""
    release = Release(
        pull=event.pull,
        merger=event.merger,
        sha=event.sha,
        merged_at=event.at,
        warns=preconditions.warned(environment, event.pull, event.base, facts),
        skipped=environment.config.skip_label in event.labels,
        examined=environment.config.branch,
    )
    release = releases.before_examination(environment, release) if environment.config.after else release
    return preconditions.in_merge_order(environment, release, facts)


def _entry(environment: Environment, release: Release, now: datetime) -> Entry:
    return Entry(
        at=now,
        what="awaiting",
        environment=environment.name,
        actor=release.waiter,
        door="pull_request",
        sha=release.sha,
        pull=release.pull.number,
        merged_at=release.merged_at,
    )
