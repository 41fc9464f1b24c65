"""The one way state changes: an event, the environments, the facts and the time in; a Decision out. Pure."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from ghapp.core.arms import (
    clicks,
    comments,
    configs,
    fit,
    from_slack,
    guard,
    lines,
    merge_queue,
    people,
    protection,
    pulls,
    runs,
    steps,
    strays,
    turns,
)
from ghapp.core.arms.current import Documents, moved, readable, unnoticed
from ghapp.core.commands.spec import withheld
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Environment
from ghapp.core.model.events import (
    CheckRerequested,
    Clicked,
    Commented,
    ConfigChanged,
    Event,
    GroupQueued,
    GuardAsked,
    HaltAsked,
    HeadChanged,
    HeadLeft,
    Intended,
    JobWaits,
    LineExamined,
    Merged,
    QueueGaveUp,
    Recounted,
    RunChanged,
    Said,
    Seen,
    SlackSaid,
    StopAsked,
    StrayCancelled,
    Tick,
    WaitEnded,
)
from ghapp.core.model.facts import Facts, Missing

MOST = 80  # documents and what goes with them in one write: forty that the config names, and forty that leave it


def decide(event: Event, documents: Documents, facts: Facts, now: datetime) -> Decision | Missing:
    """Decide one event. `Missing` comes back where a fact is asked for that was not gathered: gather it, ask again."""
    found = _granted(moved(documents, event), facts)
    try:
        decision = _arm(event, found, facts, now)
    except Missing as missing:
        return missing
    noticed = unnoticed(found, facts.config_if_known(), now)
    told = {environment.name for environment in decision.changed}
    elsewhere = [one for one in readable(found) if one != documents[one.name]]
    also = {one.name: one for one in (*elsewhere, *noticed) if one.name not in told}
    # those that had left the config before are kept for good, and come last: nobody waits for them
    left = {one.name for one in readable(documents) if one.gone}
    in_order = sorted(also.values(), key=lambda one: one.name in left)
    room = MOST - len(decision.changed) - len(decision.found) - len(decision.notices)
    return _changes(replace(decision, changed=(*decision.changed, *in_order[: max(0, room)])), documents, now)


def _granted(documents: Documents, facts: Facts) -> Documents:
    """What the App may start, as far as that was asked now: an environment keeps it, and calls nobody in vain."""
    grants = facts.grants_if_known()
    if grants is None:
        return documents
    lacks = withheld(grants)
    return {
        name: replace(one, withheld=lacks) if isinstance(one, Environment) else one for name, one in documents.items()
    }


def _arm(event: Event, documents: Documents, facts: Facts, now: datetime) -> Decision:
    match event:
        case Seen():
            return runs.observed(event, documents, now)
        case Tick() | Intended() | StopAsked() | HaltAsked() | WaitEnded():
            return steps.taken(event, documents, now)
        case LineExamined():
            return fit.examined(event, documents, facts)
        case StrayCancelled():
            return strays.cancelled(event, documents, now)
        case CheckRerequested():
            return Decision()  # it is only shown once more
        case GuardAsked():
            return guard.asked(event, documents, now)
        case _:
            return _with_facts(event, documents, facts, now)


def _with_facts(
    event: Merged
    | Recounted
    | HeadChanged
    | HeadLeft
    | GroupQueued
    | QueueGaveUp
    | Said
    | RunChanged
    | ConfigChanged
    | JobWaits,
    documents: Documents,
    facts: Facts,
    now: datetime,
) -> Decision:
    match event:
        case Merged():
            return pulls.merged(event, documents, facts, now)
        case Recounted():
            return pulls.recounted(event, documents, facts, now)
        case HeadChanged():
            return pulls.head_changed(event, documents, facts, now)
        case HeadLeft() | GroupQueued():
            return pulls.to_look_at(event, documents, facts, now)
        case QueueGaveUp():
            return merge_queue.gave_up(event, documents, facts, now)
        case Commented() | Clicked() | SlackSaid():
            return _said(event, documents, facts, now)
        case RunChanged():
            return runs.run_changed(event, documents, facts, now)
        case ConfigChanged():
            return configs.changed(event, documents, facts, now)
        case JobWaits():
            return protection.waits(event, documents, facts, now)
        case _:
            assert_never(event)


def _said(event: Said, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """A command by a person, through one of the doors."""
    match event:
        case Commented():
            return comments.commented(event, documents, facts, now)
        case Clicked():
            return clicks.clicked(event, documents, facts, now)
        case SlackSaid():
            return from_slack.said(event, documents, facts, now)
        case _:
            assert_never(event)


def _changes(decision: Decision, documents: Documents, now: datetime) -> Decision:
    """Keep what differs from what was, and tell whoever is to be told something by now."""
    notices, entries, changed = list(decision.notices), list(decision.entries), []
    notices += people.told(documents, decision.changed, now)
    for environment in decision.changed:
        after, more, called = turns.told(environment, now)
        notices += more
        entries += called
        before = documents.get(environment.name)
        if after != before:
            changed.append(after)
            entries += lines.lines(before if isinstance(before, Environment) else None, after, now)
    return replace(decision, changed=tuple(changed), notices=tuple(notices), entries=tuple(entries))
