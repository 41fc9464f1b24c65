"""History entries beside those of a change's cause: config changes, and barred revisions."""

from datetime import datetime

from msgspec.structs import replace

from ghapp.core.handlers import owner_change, slack_people
from ghapp.core.model.decision import Entry, EntryKind
from ghapp.core.model.environment import Environment, Revision


def config_entries(before: Environment | None, after: Environment, now: datetime) -> tuple[Entry, ...]:
    """Derived from the two states, so that no rule can forget one. A config entry names the commit it was read at."""
    ours = tuple(line(after, what, now, why=after.config.sha) for what in _config(before, after))
    return (*_owner(before, after, now), *ours, *_people(before, after, now), *_barred(before, after, now))


def _config(before: Environment | None, after: Environment) -> tuple[EntryKind, ...]:
    if before is None:
        return ("created",)
    known: dict[EntryKind, bool] = {
        "left_config": after.gone is not None and before.gone is None,
        "back_in_config": after.gone is None and before.gone is not None,
        "config": before.config != after.config,
    }
    return tuple(what for what, holds in known.items() if holds)


def _owner(before: Environment | None, after: Environment, now: datetime) -> tuple[Entry, ...]:
    """Another owner of the repository, whose rules and teams count from now on."""
    former = owner_change.former_owner(before, after)
    names = f"{former.full_name} → {after.repository.full_name}" if former else ""
    return (line(after, "owner", now, why=names),) if former else ()


def _people(before: Environment | None, after: Environment, now: datetime) -> tuple[Entry, ...]:
    """Changes of the actors from Slack by the owner's policy, which no repository can change."""
    change = slack_people.people_change(before, after)
    return (line(after, "people", now, why=change.line),) if change else ()


def _barred(before: Environment | None, after: Environment, now: datetime) -> tuple[Entry, ...]:
    was = {revision.sha: revision for revision in before.barred} if before else {}
    stands = {revision.sha: revision for revision in after.barred}
    made = tuple(_revision_line(after, "barred", revision, now) for sha, revision in stands.items() if sha not in was)
    return (
        *made,
        *(_revision_line(after, "unbarred", revision, now) for sha, revision in was.items() if sha not in stands),
    )


def _revision_line(environment: Environment, what: EntryKind, revision: Revision, now: datetime) -> Entry:
    return replace(line(environment, what, now), sha=revision.sha, pull=revision.pull.number)


def line(environment: Environment, what: EntryKind, now: datetime, *, why: str = "") -> Entry:
    """A line of history about an environment, at its current number, that no command caused."""
    return Entry(
        at=now,
        what=what,
        environment=environment.name,
        actor="ghapp",
        door="timer",
        number=environment.number,
        why=why,
    )
