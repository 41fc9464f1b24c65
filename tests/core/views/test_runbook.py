"""The runbook's link beside a waiting job, where GitHub takes 1024 characters."""

from datetime import UTC, datetime

import pytest

from ghapp.core.config.model import EnvironmentConfig
from ghapp.core.model.decision import Notice
from ghapp.core.model.destination import Destination, Waiting
from ghapp.core.model.environment import Repository
from ghapp.core.views import fence

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RUNBOOK = "https://wiki.example.com/" + "a" * 475


@pytest.mark.parametrize(("page", "links"), [(300, True), (600, False)])
def test_a_long_text_leaves_the_link_out_rather_than_cut_it(page: int, links: bool) -> None:
    """Half an address leads elsewhere."""
    refused = Notice(
        id="1/job/9",
        repository=Repository(id=1, full_name="acme/shop", installation=7),
        destination=Destination(job=Waiting(9, "production", "rejected")),
        code="not_granted",
        values={"permission": "actions: write", "where": "https://github.com/" + "b" * page},
        config=EnvironmentConfig(sha="c" * 40, branch="main", workflow="deploy.yml", runbook=RUNBOOK),
        at=NOON,
    )
    told = fence.to_job(refused, now=NOON)
    assert told.endswith(f"\n[Runbook]({RUNBOOK})") == links
    assert ("wiki.example.com" in told) == links
    assert len(told) <= fence.LONGEST
