"""The one way state changes: from an event, the environments, the facts and the time to a Decision. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from ghapp.core.commands.spec import missing_permission
from ghapp.core.handlers import (
    board,
    check_buttons,
    comments,
    config_change,
    guard,
    history,
    line_check,
    merge_queue,
    merges,
    owner_change,
    protection_rule,
    reconcile_steps,
    slack,
    slack_people,
    turns,
    unexpected_runs,
    workflow_runs,
)
from ghapp.core.handlers.current_config import (
    Documents,
    changed_by_config,
    readable,
    under_present_name,
    under_rules,
    with_repository_of,
)
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Environment
from ghapp.core.model.events import (
    BoardCommandGiven,
    CheckButtonPressed,
    CheckRerequested,
    CommentPosted,
    ConfigChanged,
    DeploymentJobWaiting,
    Event,
    GuardAsked,
    HeadChanged,
    HeadReleased,
    MergeGroupQueued,
    MergeQueueGaveUp,
    MergesRecounted,
    PlatformStopRequested,
    PlatformWaitEnded,
    PullRequestMerged,
    RunObserved,
    RunStopRequested,
    SlackCommandGiven,
    StartIntended,
    Tick,
    UnexpectedRunCancelled,
    WaitingReleasesChecked,
    WorkflowRunChanged,
)
from ghapp.core.model.facts import Facts, Missing, NeedConfig
from ghapp.core.rules import chain

Handler = Callable[[Any, Documents, Facts, datetime], Decision]
"""Raises Missing if it needs a fact that was not gathered."""

MOST = 80  # documents in one write: forty environments that the config names, forty that leave it


def _without_facts(handler: Callable[[Any, Documents, datetime], Decision]) -> Handler:
    return lambda event, documents, facts, now: handler(event, documents, now)


def _no_change(event: CheckRerequested, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """Only the display is updated."""
    return Decision()


HANDLERS: Mapping[type[Event], Handler] = {
    # people
    CommentPosted: comments.handle_comment,
    CheckButtonPressed: check_buttons.handle_check_button,
    SlackCommandGiven: slack.handle_slack_command,
    BoardCommandGiven: board.handle_board_command,
    # pull requests and the config
    PullRequestMerged: merges.handle_merge,
    MergesRecounted: merges.handle_recount,
    HeadChanged: merges.handle_head_change,
    HeadReleased: merges.publish_only,
    MergeGroupQueued: merges.publish_only,
    MergeQueueGaveUp: merge_queue.handle_gave_up,
    ConfigChanged: config_change.handle_config_change,
    CheckRerequested: _no_change,
    # workflow runs and their jobs
    WorkflowRunChanged: workflow_runs.handle_run_change,
    DeploymentJobWaiting: protection_rule.handle_waiting_job,
    GuardAsked: _without_facts(guard.handle_guard_request),
    UnexpectedRunCancelled: _without_facts(unexpected_runs.record_cancelled),
    # reconcile
    RunObserved: _without_facts(workflow_runs.handle_observation),
    WaitingReleasesChecked: line_check.check_waiting_releases,
    **dict.fromkeys(
        (Tick, StartIntended, RunStopRequested, PlatformStopRequested, PlatformWaitEnded),
        _without_facts(reconcile_steps.apply_step),
    ),
}


def decide(event: Event, documents: Documents, facts: Facts, now: datetime) -> Decision | Missing:
    """Decide one event. `Missing` is returned if a fact was not gathered: gather it, then decide again."""
    config = facts.config_if_known()
    event = under_present_name(event, documents, config)
    found = _granted(with_repository_of(documents, event), facts)
    if config is not None:
        facts = facts.with_({NeedConfig(): under_rules(found, config)})
    try:
        decision = HANDLERS[type(event)](event, found, facts, now)
    except Missing as missing:
        return missing
    noticed = changed_by_config(found, facts.config_if_known(), now)
    refreshed = {**found, **{one.name: one for one in noticed}}
    changed = _rechecked(decision.changed, documents, refreshed)
    told = {environment.name for environment in changed}
    also = [one for one in readable(refreshed) if one.name not in told and one != documents[one.name]]
    # environments that left the config earlier are kept for good and come last: their update is not urgent
    left = {one.name for one in readable(documents) if one.gone}
    in_order = sorted(also, key=lambda one: one.name in left)
    changed = (*changed, *in_order[: max(0, MOST - len(changed))])
    return _changes(replace(decision, changed=changed), documents, now)


def _rechecked(changed: Sequence[Environment], documents: Documents, refreshed: Documents) -> tuple[Environment, ...]:
    """With those whose `after` names one of them, where something else has been live there since; and with those that
    such an environment comes after, where their live revision has gone on.
    """
    after = {one.name: one for one in changed}
    for one in changed:
        before = documents.get(one.name)
        every = {**{known.name: known for known in readable(refreshed)}, **after}.values()
        following = chain.recheck_following(before if isinstance(before, Environment) else None, one, every)
        after |= {each.name: each for each in (*following, *chain.passed_on(after[one.name], every))}
    return tuple(after.values())


def _granted(documents: Documents, facts: Facts) -> Documents:
    """Record a missing permission in each environment, if it was read now, so that no release is called in vain."""
    grants = facts.grants_if_known()
    if grants is None:
        return documents
    lacks = missing_permission(grants)
    return {
        name: replace(one, withheld=lacks) if isinstance(one, Environment) else one for name, one in documents.items()
    }


def _changes(decision: Decision, documents: Documents, now: datetime) -> Decision:
    """Keep only changed environments, and add the notices that are due by now."""
    notices, entries, changed = list(decision.notices), list(decision.entries), []
    notices += owner_change.owner_notices(documents, decision.changed, now)
    notices += slack_people.people_notices(documents, decision.changed, now)
    for environment in decision.changed:
        after, more, called = turns.turn_notices(environment, now)
        notices += more
        entries += called
        before = documents.get(environment.name)
        if after != before:
            changed.append(after)
            entries += history.config_entries(before if isinstance(before, Environment) else None, after, now)
    return replace(decision, changed=tuple(changed), notices=tuple(notices), entries=tuple(entries))
