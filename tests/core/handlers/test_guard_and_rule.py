"""Answers to a job by the fence and by the protection rule, each sentence from the decision that produces it."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.core.config.model import InvalidConfig, NoConfig, Problem
from ghapp.core.model.codec import Unreadable
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Run
from ghapp.core.model.events import DeploymentJobWaiting, GuardAsked, GuardedJob
from ghapp.core.views import fence
from tests.core.build import NOON, REPOSITORY, Production, code, config, environment, in_japanese, run_fact, sha

RUN = Run(9, "https://github.com/acme/shop/actions/runs/9")
OTHER = Run(10, "https://github.com/acme/shop/actions/runs/10")
WORKFLOW = "acme/shop/.github/workflows/deploy.yml@refs/heads/main"


def under_way(**more: Any) -> Production:
    """mona's #42 is granted, and its run is being started."""
    production = Production(environment(config=config(default_branch="main", **more)))
    production.merges(42)
    assert not production.says("mona", "/deploy").refusal
    production.starts()
    return production


def ticket(production: Production) -> str:
    """The ticket of the newest number."""
    assert production.environment.deployment
    return production.environment.deployment.grant.ticket


def asks(production: Production, *, job: dict[str, Any] | None = None, **more: Any) -> Decision:
    """The job of the run asks the guard; the request is correct except for the given values."""
    plain: dict[str, Any] = {"repository": 1, "full_name": "acme/shop", "run": RUN, "attempt": 1}
    asked = GuardedJob(**{**plain, "workflow": WORKFLOW, "actor": "mona", **(job or {})})
    given: dict[str, Any] = {"ticket": more["ticket"] if "ticket" in more else ticket(production), "sha": sha(42)}
    return production.apply(GuardAsked(job=asked, **{**given, **more}))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, None),
        ({"ticket": ""}, "guard.none"),
        ({"ticket": "9:0123456789abcdef"}, "guard.unknown"),
        ({"sha": sha(41)}, "guard.sha"),
        ({"job": {"attempt": 2}}, "guard.attempt"),
        ({"job": {"workflow": WORKFLOW.replace("main", "mine")}}, "guard.workflow"),
    ],
)
def test_the_fence_lets_only_the_granted_run_through(more: dict[str, Any], expected: str | None) -> None:
    """The refusal names the part that differs from the grant."""
    production = under_way()
    production.sees("queued")
    assert code(asks(production, **more)) == expected


def test_a_ticket_alone_lets_no_job_through() -> None:
    """Anyone who reads a ticket can show it: until our run is known the job asks again, and no request is recorded."""
    production = under_way()
    decision = asks(production)
    assert code(decision) == "guard.not_yet"
    assert (decision.changed, decision.entries) == ((), ())
    assert decision.refusal
    assert fence.refusal(decision.refusal, decision.config, now=NOON) == (
        "It is not known yet which run belongs to production-1, so this one cannot continue: ask again."
    )
    broken = asks(production, break_glass="the site is down")
    assert [notice.code for notice in broken.notices] == ["glass_broken", "glass_broken"]
    production.sees("queued")
    assert code(asks(production)) is None
    japanese = asks(under_way(language="ja"))
    assert japanese.refusal
    assert "もう一度問い合わせて" in fence.refusal(japanese.refusal, japanese.config, now=NOON)


def test_the_fence_accepts_one_run_and_none_that_is_over_or_being_stopped() -> None:
    """With any ticket."""
    production = under_way()
    production.sees("running")
    assert code(asks(production, job={"run": OTHER})) == "guard.other_run"
    production.says("mona", "/cancel")
    assert code(asks(production)) == "guard.stopping"
    production.sees("cancelled")
    assert code(asks(production)) == "guard.over"


def test_a_job_that_bypasses_the_lock_gets_notices() -> None:
    """On the last release, and in the channel."""
    told = asks(under_way(), sha=sha(41), break_glass="the site is down")
    assert [notice.code for notice in told.notices] == ["glass_broken", "glass_broken"]


def test_a_job_without_a_ticket_is_answered_in_the_repositorys_language() -> None:
    """Although it belongs to no environment; of any other repository nothing is known."""
    production = under_way(language="ja")
    nobodys = asks(production, ticket="", job={"workflow": WORKFLOW.replace("deploy", "test")})
    assert nobodys.refusal
    assert "`/deploy` から" in fence.refusal(nobodys.refusal, nobodys.config, now=NOON)
    none = asks(Production(), ticket="")
    assert none.refusal
    assert fence.refusal(none.refusal, none.config, now=NOON).startswith("This run has no deploy number")


# ---------------------------------------------------------------- the protection rule


def waits(production: Production, *, place: str = "production", late: float = 0, **more: Any) -> Decision:
    """A job waits for approval; by default it is of our own run."""
    by_hand = more.pop("by_hand", False)
    title = "by hand" if by_hand else f"Deploy {ticket(production)}"
    plain: dict[str, Any] = {
        "run": OTHER if by_hand else RUN,
        "attempt": 1,
        "path": ".github/workflows/deploy.yml",
        "branch": "main",
    }
    run = run_fact(plain.pop("run"), title, **{**plain, "sha": sha(42), "actor": "taro", "ours": not by_hand, **more})
    assert isinstance(run.run.id, int)
    production.runs[run.run.id], at = run, production.now
    production.later(minutes=late)
    return production.apply(
        DeploymentJobWaiting(repository=REPOSITORY, key="job/9", run=run.run.id, github_environment=place, at=at)
    )


def ended() -> Production:
    """#42 was live for a while; #41 was merged before and waits."""
    production = under_way()
    production.sees("running")
    production.sees("succeeded")
    production.later(hours=1)
    production.ticks()
    return production


@pytest.mark.parametrize(
    ("start", "more", "expected"),
    [
        (under_way, {}, "rule.approved"),
        (under_way, {"attempt": 2}, "rule.again"),
        (under_way, {"ours": False}, "locked"),
        (under_way, {"event": "push"}, "rule.over"),
        (under_way, {"created_at": NOON - timedelta(minutes=2)}, "rule.over"),
        (under_way, {"place": "nowhere", "by_hand": True}, "rule.unknown"),
        (ended, {}, "rule.over"),
        (ended, {"by_hand": True, "sha": "9" * 40}, "rule.no_release"),
        (ended, {"by_hand": True, "branch": "mine"}, "rule.workflow"),
        (ended, {"by_hand": True, "late": 11}, "rule.late"),
        (ended, {"by_hand": True, "event": "push"}, "rule.not_by_hand"),
        (ended, {"by_hand": True, "actor": "ken"}, "not_allowed"),
        (under_way, {"by_hand": True}, "locked"),
    ],
)
def test_a_job_that_waits_gets_one_answer(start: Any, more: dict[str, Any], expected: str) -> None:
    """In the review of the job only."""
    (told,) = waits(start(), **more).notices
    assert told.code == expected
    assert told.destination.job


def test_the_rule_on_an_unknown_environment_answers_in_the_repositorys_language() -> None:
    """The language of a readable environment, else that of the config."""
    production = under_way()
    production.environments["production"] = in_japanese(production.environment)
    production.config = NoConfig()
    (told,) = waits(production, place="nowhere", by_hand=True).notices
    assert told.config.language == "ja"
    for read in (InvalidConfig("d" * 40, (Problem(1, 1, "yaml.twice", {"text": "a"}),), "ja"), production.config):
        first = Production()
        first.config = read
        (told,) = waits(first, place="nowhere", by_hand=True).notices
        assert told.config.language == ("ja" if isinstance(read, InvalidConfig) else "en")


def test_an_unreadable_environment_is_answered_in_the_language_of_a_readable_one() -> None:
    """One document of a newer schema does not change the language of answers."""
    production = under_way()
    staging = replace(in_japanese(production.environment), name="staging")
    production.environments = {"production": Unreadable("production", "schema 2"), "staging": staging}
    (told,) = waits(production, by_hand=True).notices
    assert (told.code, told.config.language) == ("unreadable", "ja")
    (told,) = production.says("mona", "/status production").notices
    assert (told.code, told.config.language) == ("unreadable", "ja")
