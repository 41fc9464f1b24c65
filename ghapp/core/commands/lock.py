"""`/lock`: sets the manual hold. The attempt under way continues, the number stays, and no other hold ends."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from ghapp.core.commands.grammar import Shape
from ghapp.core.commands.lock_span import Clock, Span
from ghapp.core.commands.spec import CommandContext, Spec, announce, refuse
from ghapp.core.config.model import same_login
from ghapp.core.model.decision import Decision, Refusal, Value
from ghapp.core.model.environment import Hold
from ghapp.core.model.facts import Facts
from ghapp.core.rules import lock

DEFAULT = timedelta(hours=1)


def decide(ask: CommandContext, facts: Facts) -> Decision:
    """Set or replace one's own hold; another person's is not touched."""
    environment = ask.environment
    until = ends(ask.invocation.span or DEFAULT, ask.now, environment.config.timezone)
    reason = ask.invocation.reason
    hold = Hold(kind="manual", holders=(ask.actor,), reason=reason, since=ask.now, until=until, announced_on=ask.pull)
    values: dict[str, Value] = {"environment": environment.name, "until": until, "reason": reason}
    standing = lock.manual(environment, ask.now)
    if standing and not any(same_login(holder, ask.actor) for holder in standing.holders):
        other: dict[str, Value] = {"holder": standing.holders[0], "until": standing.until, "reason": standing.reason}
        return refuse(ask, environment.config, Refusal("locked_by_other", {**values, **other}))
    entry = replace(ask.entry("locked", number=environment.number, why=reason), until=until)
    notices = announce(ask, environment.config, "now_locked", values)
    return Decision(changed=(lock.put_manual(environment, hold),), notices=notices, entries=(entry,), reaction="+1")


def ends(span: Span, now: datetime, timezone: str) -> datetime | None:
    """The end of the hold. A clock time is the next one in the zone; `zoneinfo` resolves one that the zone skips."""
    if span == "forever":
        return None
    if isinstance(span, timedelta):
        return now + span
    there = now.astimezone(ZoneInfo(timezone))
    today = _at_clock(there, span)
    return today if today > now else _at_clock(there + timedelta(days=1), span)


def _at_clock(day: datetime, clock: Clock) -> datetime:
    """In UTC: Python never finds times of different zones equal while a clock change makes one of them ambiguous."""
    return day.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0).astimezone(UTC)


SPEC = Spec(
    word="lock",
    shape=Shape(
        usage="/lock [environment] [[for] duration|[until] clock|forever] [reason…]",
        environment=True,
        span=True,
        reason=True,
    ),
    examples=(
        "/lock",
        "/lock production",
        "/lock production 2h migrating",
        "/lock production until 18:00 demo for sales",
    ),
    about="one",
    who=lambda ask: "deployers",
    needs=lambda said, here: (),
    decide=decide,
    refusals=("locked_by_other",),
)
