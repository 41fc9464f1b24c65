"""The figures of scripted stories, equal to values worked out by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ghapp.core.model.decision import Entry
from ghapp.core.views.figures import LeadTime, Month, months
from tests.core.build import config

START = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # 10:00 in Tokyo


class Told:
    """Entries of production, by minutes after the start."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def __call__(self, minute: float, what: str, pull: int | None = None, **more: Any) -> None:
        at = START + timedelta(minutes=minute)
        entry = {"at": at, "what": what, "environment": "production", "actor": "taro", "door": "slack", "pull": pull}
        self.entries.append(Entry(**{**entry, **more}))

    def merged(self, minute: float, pull: int) -> None:
        self(minute, "awaiting", pull, merged_at=START + timedelta(minutes=minute))

    def deploy(self, minute: float, number: int, pull: int, *, carries: tuple[int, ...] = ()) -> None:
        self(minute, "accepted", pull, number=number, kind="deploy", carries=carries)

    def ends(self, minute: float, number: int, pull: int, what: str = "succeeded") -> None:
        self(minute, what, pull, number=number, kind="deploy")

    def figures(self, zone: str = "Asia/Tokyo") -> Sequence[Month]:
        return months("acme/shop", "production", config(timezone=zone), self.entries)


def test_a_day_of_releases() -> None:
    """Worked out by hand, in minutes after the start:

    #1 merged 0, deployed 10, live 15: lead time 15. It holds production from 10 to 25 (cool-down).
    #2 merged 12 and #3 merged 20, deployed together 30, live 40: lead times 28 and 20. #2 waited from 12 to 25 = 13
    behind the lock, #3 from 20 to 25 = 5. It holds production from 30 on.
    #3's deploy is rolled back at 50, done at 52: it was bad from 40 to 52 = 12 to restore. Freed at 52; the rollback
    hold stands from 52 until it is unlocked at 60.
    #4 merged 45, deployed 70, failed 75, freed 75: waited 45 to 60 = 15 (deployment, then rollback hold).
    #5 merged 71, locked 73 to 80 by hand, deployed 90, live 95: waited 71 to 75 and 73 to 80, together 71 to 80 = 9;
    lead time 24.

    4 attempts, 3 live, 2 failed (rolled back; failed): rate 0.5. Lead times 15, 20, 24, 28: median 22, 90 % is the 4th
    of 4 (3.6 rounded up) = 28. Restored in 12. Waited 13 + 5 + 15 + 9 = 42.
    """
    told = Told()
    told.merged(0, 1)
    told.deploy(10, 1, 1)
    told.merged(12, 2)
    told.ends(15, 1, 1)
    told.merged(20, 3)
    told(25, "freed", 1, number=1)
    told.deploy(30, 2, 3, carries=(2,))
    told.ends(40, 2, 3)
    told.merged(45, 4)
    told(50, "accepted", 1, number=3, kind="rollback", undoes=3)
    told(52, "succeeded", 1, number=3, kind="rollback", undoes=3)
    told(52, "freed", 1, number=3)
    told(60, "unlocked", number=3)
    told.deploy(70, 4, 4)
    told.merged(71, 5)
    told(73, "locked")
    told.ends(75, 4, 4, "failed")
    told(75, "freed", 4, number=4)
    told(80, "hold_over")
    told.deploy(90, 5, 5)
    told.ends(95, 5, 5)
    assert told.figures() == [
        Month(
            repository="acme/shop",
            environment="production",
            month="2026-11",
            attempts=4,
            live=3,
            failed=2,
            change_failure_rate=0.5,
            lead_time=LeadTime(22 * 60, 28 * 60),
            restore_median=12 * 60,
            waited=42 * 60,
        )
    ]


def test_outcomes() -> None:
    """A cancelled deploy did not fail; an unknown one did, unless it is found to be live after all."""
    told = Told()
    for number, end in enumerate((["cancelled"], ["lost"], ["lost", "succeeded"]), 1):
        told.deploy(number * 10, number, number)
        for later, what in enumerate(end, 1):
            told.ends(number * 10 + later, number, number, what)
    (november,) = told.figures()
    assert (november.attempts, november.live, november.failed) == (3, 1, 1)
    assert november.lead_time == LeadTime(None, None)  # none of them is known to have been merged


def test_months_are_those_of_the_zone() -> None:
    """23:30 UTC at the end of November is December in Tokyo."""
    told = Told()
    late = (datetime(2026, 11, 30, 23, 30, tzinfo=UTC) - START) / timedelta(minutes=1)
    told.deploy(0, 1, 1)
    told.deploy(late, 2, 2)
    assert [one.month for one in told.figures()] == ["2026-12", "2026-11"]
    assert [one.month for one in told.figures("UTC")] == ["2026-11"]


def test_without_history() -> None:
    """Nothing is invented."""
    assert Told().figures() == []


def test_an_environment_is_free_after_what_says_so() -> None:
    """Worked out by hand.

    #1 fails at 20 minutes, which leaves no lock. #2 is merged at 30 and deployed at 40: it waited
    for nothing. It is live at 45, and its cool-down is ended by a person at 50: #3, merged at 46 and deployed at 90,
    waited 4 minutes. It is rolled back at 100, in vain at 110, which leaves a lock until it is ended at 130: #4, merged
    at 105 and deployed at 150, waited from 105 to 130."""
    told = Told()
    told.merged(0, 1)
    told.deploy(10, 1, 1)
    told.ends(20, 1, 1, "failed")
    told.merged(30, 2)
    told.deploy(40, 2, 2)
    told.ends(45, 2, 2)
    told.merged(46, 3)
    told(50, "unlocked", why="it is fine")
    told.deploy(90, 3, 3)
    told.ends(95, 3, 3)
    told(100, "accepted", 2, number=4, kind="rollback", undoes=3)
    told.merged(105, 4)
    told(110, "failed", 2, number=4, kind="rollback", undoes=3)
    told(130, "unlocked", why="by hand")
    told.deploy(150, 5, 4)
    (month,) = told.figures()
    assert month.waited == (4 + 25) * 60
