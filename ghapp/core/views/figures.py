"""The four DORA measures and the time waited behind locks, by month, from an environment's history. docs/board.md
defines them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from statistics import median
from zoneinfo import ZoneInfo

from msgspec import Struct

from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model.decision import Entry
from ghapp.core.views.timeline import Reading

Span = tuple[datetime, datetime]


class LeadTime(Struct, frozen=True):
    """In seconds; None without a release that went live. `p90` by nearest rank."""

    median: float | None
    p90: float | None


class Month(Struct, frozen=True, kw_only=True):
    """The figures of an environment in a month of the repository's zone, `2026-11`. Times in seconds.

    `attempts`: deploys; a rollback is none. `failed`: those that failed, were rolled back, or whose outcome stayed
    unknown; a cancelled one did not. `lead_time`: from the merge of a release until it is live, also if another one
    carried it. `restore_median`: from when a release that was rolled back went live until the rollback succeeded.
    `waited`: the time between merges and the start of their deploys in which a deployment, its cool-down or a lock held
    the environment.
    """

    repository: str
    environment: str
    month: str
    attempts: int
    live: int
    failed: int
    change_failure_rate: float | None
    lead_time: LeadTime
    restore_median: float | None
    waited: float


@dataclass(slots=True)
class _Attempt:
    """A deploy: `pulls` are its own pull request and those that it carries."""

    pulls: tuple[int, ...]
    live_at: datetime | None = None
    failed: bool = False


@dataclass(slots=True)
class _Tally:
    """What happened in one month."""

    attempts: list[_Attempt] = field(default_factory=list)
    live: int = 0
    lead: list[float] = field(default_factory=list)
    restore: list[float] = field(default_factory=list)
    waited: float = 0.0


@dataclass(slots=True)
class Story:
    """The figures of one environment while its entries are read, oldest first.

    An attempt is a deploy; a rollback is none. It failed if it failed, its outcome was unknown, or it was rolled back;
    a cancelled one did not. Lead time: from the merge of a release until it is live, also if another one carried it.
    Time to restore: from when a release that was rolled back went live until the rollback succeeded. Waited: the time
    between a merge and the start of its deploy in which a deployment, its cool-down or a lock held the environment.
    """

    config: EnvironmentConfig
    months: dict[str, _Tally] = field(default_factory=lambda: defaultdict(_Tally))
    merged: dict[int, datetime] = field(default_factory=dict)
    attempts: dict[int, _Attempt] = field(default_factory=dict)
    holds: Reading = field(init=False)
    zone: ZoneInfo = field(init=False)

    def __post_init__(self) -> None:
        self.holds, self.zone = Reading(self.config), ZoneInfo(self.config.timezone)

    def month(self, at: datetime) -> _Tally:
        return self.months[f"{at.astimezone(self.zone):%Y-%m}"]

    def rows(self, repository: str, environment: str) -> Sequence[Month]:
        """The newest month first."""
        return [_month(repository, environment, name, self.months[name]) for name in sorted(self.months, reverse=True)]

    def read(self, entry: Entry) -> None:
        """Counts the next entry."""
        self.holds.read(entry)
        match entry.what:
            case "awaiting" if entry.pull is not None:
                self.merged.setdefault(entry.pull, entry.merged_at or entry.at)
            case "accepted":
                self._accepted(entry)
            case "succeeded" if entry.kind == "rollback":
                self._rolled_back(entry)
            case "succeeded" if attempt := self.attempts.get(entry.number or 0):
                self._live(attempt, entry.at)
            case "failed" | "lost" if attempt := self.attempts.get(entry.number or 0):
                attempt.failed = True
            case _:
                pass

    def _accepted(self, entry: Entry) -> None:
        if entry.kind == "deploy" and entry.number is not None and entry.pull is not None:
            attempt = _Attempt((entry.pull, *entry.carries))
            self.attempts[entry.number] = attempt
            month = self.month(entry.at)
            month.attempts.append(attempt)
            month.waited += sum(self._waited(pull, entry.at) for pull in attempt.pulls)

    def _live(self, attempt: _Attempt, at: datetime) -> None:
        month, attempt.live_at, attempt.failed = self.month(at), at, False
        month.live += 1
        month.lead += [(at - self.merged[pull]).total_seconds() for pull in attempt.pulls if pull in self.merged]

    def _rolled_back(self, entry: Entry) -> None:
        """The newest attempt that brought the undone release, which was live or under way."""
        undone = next((one for one in reversed(self.attempts.values()) if one.pulls[0] == entry.undoes), None)
        if undone is None:
            return
        undone.failed = True
        if undone.live_at:
            self.month(entry.at).restore.append((entry.at - undone.live_at).total_seconds())

    def _waited(self, pull: int, until: datetime) -> float:
        """Seconds between its merge and `until` in which any hold stood; overlapping holds count once."""
        since = self.merged.get(pull)
        if since is None:
            return 0.0
        lately = takewhile(lambda ended: ended[2] > since, reversed(self.holds.ended))
        stands: list[Span] = [(hold.since, hold.until or until) for hold in self.holds.open.values()]
        stands += [(begun, ended) for begun, ended, _ in lately]
        return _covered((max(begun, since), min(ended, until)) for begun, ended in stands)


def _covered(spans: Iterable[Span]) -> float:
    """The seconds that the spans cover together."""
    total, reached = timedelta(), datetime.min.replace(tzinfo=UTC)
    for begun, ended in sorted(spans):
        total += max(timedelta(), ended - max(begun, reached))
        reached = max(reached, ended)
    return total.total_seconds()


def months(repository: str, environment: str, config: EnvironmentConfig, entries: Iterable[Entry]) -> Sequence[Month]:
    """The figures of an environment, the newest month first. `entries`: its own, oldest first."""
    story = Story(config)
    for entry in entries:
        story.read(entry)
    return story.rows(repository, environment)


def _month(repository: str, environment: str, name: str, tally: _Tally) -> Month:
    attempts, failed = len(tally.attempts), sum(one.failed for one in tally.attempts)
    return Month(
        repository=repository,
        environment=environment,
        month=name,
        attempts=attempts,
        live=tally.live,
        failed=failed,
        change_failure_rate=failed / attempts if attempts else None,
        lead_time=LeadTime(_median(tally.lead), _nearest_rank(tally.lead, 90)),
        restore_median=_median(tally.restore),
        waited=tally.waited,
    )


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None


def _nearest_rank(values: Sequence[float], percent: int) -> float | None:
    """The smallest value that at least `percent` of them do not exceed."""
    return sorted(values)[-(-len(values) * percent // 100) - 1] if values else None
