"""What is live and what is merged, where the branch has lost one of them: refused by name, or left behind on a word."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Environment, LeftBehind
from ghapp.core.model.events import MergesRecounted, PullRequestMerged
from ghapp.core.model.facts import Comparison
from ghapp.core.views import comment
from tests.core.build import NOON, REPOSITORY, Production, code, config, environment, live, pull, release, sha
from tests.core.commands.test_refusals import GrownApart, was
from tests.core.handlers.test_from_slack import presses

LINE = "/deploy production #42 anyway the secret is purged"
LEFT = LeftBehind(pull(41), sha(41), "the secret is purged")


class Rewritten(Production):
    """The branch holds nothing of what was merged before #42; `how`: what GitHub says of the old commits."""

    def __init__(self, start: Environment, *, how: Any = "diverged") -> None:
        super().__init__(start)
        self.how = how
        self.off_branch |= {sha(40), sha(41)}

    def comparison(self, base: str, head: str) -> Comparison:
        """Within the new history as ever."""
        if base in self.off_branch and head not in self.off_branch:
            return Comparison(self.how)
        return super().comparison(base, head)


class NotOnIt(Rewritten):
    """Nothing that was merged is on the branch."""

    def comparison(self, base: str, head: str) -> Comparison:
        """Always so."""
        return Comparison(self.how)


def rewritten(how: str = "diverged", **more: Any) -> Rewritten:
    """#41 is live, and #42 was merged onto the new history."""
    production = Rewritten(environment(live=live(41), **more), how=how)
    production.merges(42)
    return production


HOW = pytest.mark.parametrize("how", ["diverged", "unrelated", "base_gone"])


@HOW
def test_what_is_live_and_not_on_its_branch_is_named_with_the_line_that_leaves_it(how: str) -> None:
    """Whether GitHub still has it or not."""
    decision = rewritten(how).says("mona", "/deploy production #42")
    assert code(decision) == "gone"
    assert decision.refusal
    values = decision.refusal.values
    assert (values["live"], values["live_sha"], values["branch"], values["who"]) == (41, sha(41)[:7], "main", ["write"])


@HOW
def test_an_unlocker_leaves_it_behind_with_a_reason(how: str) -> None:
    """Which the order keeps, history says, and the comment shows."""
    production = rewritten(how)
    decision = production.says("mona", LINE)
    assert production.environment.deployment
    grant = production.environment.deployment.grant
    assert grant.leaves == LEFT
    assert decision.entries[-1].why == f"anyway: the secret is purged (leaves #41, {sha(41)[:7]}, behind)"
    said = comment.number(production.environment, production.environment.deployment, now=NOON)
    assert f"Leaves #41 behind (@taro, `{sha(41)[:7]}`): the secret is purged" in said


def test_what_is_on_the_branch_too_may_be_merged_with_it_or_left_behind() -> None:
    """#44 was merged beside #42 into a branch that both are on."""
    production = GrownApart(environment(live=live(41)))
    production.merges(42)
    assert code(production.says("mona", "/deploy")) == "diverged"
    assert not production.says("mona", "/deploy anyway it was a test").refusal


def test_only_who_may_unlock_leaves_something_behind() -> None:
    """The others are answered as by the ordinary line."""
    production = rewritten(config=config(unlockers=("taro",)))
    assert code(production.says("mona", LINE)) == "gone"
    assert not production.says("taro", LINE).refusal


@pytest.mark.parametrize("line", ["/deploy anyway", "/deploy production #42 anyway", "/deploy production anyway  "])
def test_without_a_reason_it_is_a_mistake(line: str) -> None:
    """That says what is lacking."""
    assert code(rewritten().says("mona", line)) == "anyway_reason"


def test_where_nothing_is_left_behind_the_word_says_nothing() -> None:
    """Neither who may only deploy is refused for it, nor does the order keep it."""
    production = Production(environment(live=live(41), config=config(unlockers=("taro",))))
    production.merges(42)
    assert not production.says("mona", "/deploy anyway just in case").refusal
    assert production.environment.deployment
    assert production.environment.deployment.grant.leaves is None


def test_what_ships_along_is_asked_one_by_one_where_the_live_commit_cannot_be_compared() -> None:
    """#40 was merged before the rewriting, and does not."""
    production = rewritten("base_gone", awaiting=(release(40),))
    production.merges(44)
    assert not production.says("mona", "/deploy production #44 anyway rewritten", on=44).refusal
    assert production.environment.deployment
    assert production.environment.deployment.grant.carries == (42,)


@pytest.mark.parametrize("sight", ["failed", "succeeded"])
def test_status_says_what_was_left_behind_and_the_next_line_leaves_it_again(sight: Any) -> None:
    """No button does: it would be refused."""
    production = rewritten()
    production.says("mona", LINE)
    production.starts()
    told = production.sees(sight).notices
    (status,) = production.says("taro", "/status").notices
    described = status.values["environments"][0]
    assert isinstance(described, dict)
    if sight == "succeeded":
        assert described["left"] == {"number": 42, "left": 41, "by": "mona", "reason": "the secret is purged"}
        return
    assert described["left"] is None
    assert {notice.values["anyway"] for notice in told} == {"the secret is purged"}
    production.later(minutes=30)
    production.ticks()
    assert code(presses(production, "deploy", 42)) == "gone"
    assert not production.says("mona", LINE).refusal


def test_the_line_after_a_failure_says_why_again() -> None:
    """And brings it out."""
    production = rewritten()
    production.says("mona", LINE)
    production.starts()
    production.sees("failed")
    assert production.environment.deployment
    said = comment.number(production.environment, production.environment.deployment, now=NOON)
    assert f"`{LINE}`" in said


def test_what_was_rolled_back_and_left_the_branch_may_be_there_again() -> None:
    """Under another commit: an ordinary line does not bring it."""
    production = rewritten(barred=(live(40),))
    refusal = production.says("mona", LINE).refusal
    assert refusal
    assert (refusal.code, refusal.values["barred"], refusal.values["unsure"]) == ("barred", [40], [40])
    assert refusal.values["anyway"] == "the secret is purged"
    assert not production.says("mona", "/deploy production #42 with #40 anyway the secret is purged").refusal


def test_an_open_head_that_was_rolled_back_is_not_in_what_does_not_contain_it() -> None:
    """It never was on the branch, so nothing was rewritten."""
    never_merged = replace(live(40), sha=pull(40).head)
    production = rewritten(barred=(never_merged,))
    production.off_branch.add(pull(40).head)
    assert not production.says("mona", LINE).refusal


@pytest.mark.parametrize(
    ("how", "expected"), [("diverged", "unreachable"), ("head_gone", "unreachable"), ("base_gone", "branch_gone")]
)
def test_a_merge_that_is_not_on_the_branch_is_not_released(how: str, expected: str) -> None:
    """Nor on an unlocker's word; it leaves the line where it is gone, and waits where its branch is."""
    production = NotOnIt(environment(live=live(41), awaiting=(release(42),)), how=how)
    production.merges(42)
    assert code(production.says("mona", LINE)) == expected
    assert len(production.environment.awaiting) == (expected == "branch_gone")


def test_a_merge_whose_commit_github_does_not_name_is_said_to_be_gone() -> None:
    """It was collected."""
    production = Production(environment(live=live(41)))
    production.merges(42)
    production.merged[42] = replace(production.merged[42], sha=None)  # type: ignore[arg-type]
    assert code(production.says("mona", "/deploy")) == "merge_gone"
    assert production.environment.awaiting == ()


def test_the_branchs_old_name_at_the_merge_does_not_matter() -> None:
    """The commit is on it; and it is put in line, also where the merge is heard of late."""
    production = Production(environment(live=live(41), config=config(branch="trunk")))
    production.merges(42)
    assert [one.pull.number for one in production.environment.awaiting] == [42]
    assert not production.says("mona", "/deploy").refusal


def test_the_hourly_count_asks_for_a_branchs_former_name_too() -> None:
    """Of the environments as they were written last."""
    production = Production(environment(live=live(41)))
    production.merges(42)
    production.environments["production"] = replace(production.environment, awaiting=())
    renamed = {"production": config(branch="trunk")}
    production.config = replace(production.config, environments=renamed)
    event = MergesRecounted(repository=REPOSITORY, key="count", at=NOON + timedelta(hours=1))
    decision = production.apply(event)
    assert [(found.pull.number, found.base) for found in decision.found if isinstance(found, PullRequestMerged)] == [
        (42, "main")
    ]


def test_a_merge_by_itself_says_why_it_was_not_released() -> None:
    """What is live is beside it, or not on the branch at all."""
    for production, why in (
        (Rewritten(environment(live=live(41), config=config(auto=True))), "gone"),
        (GrownApart(environment(live=live(41), config=config(auto=True))), "diverged"),
    ):
        production.merges(42)
        (waiting,) = production.environment.awaiting
        assert waiting.not_auto == why


@pytest.mark.parametrize("others", [True, False])
def test_the_workflow_does_not_go_back_to_what_the_repository_has_lost(others: bool) -> None:
    """It names what was live before that, if anything was."""
    found = was(42, 41)
    known = (live(40),) if others else ()
    production = Production(replace(found, earlier=(*found.earlier[:1], *known)))
    production.collected.add(sha(41))
    decision: Decision = production.says("mona", "/rollback")
    assert code(decision) == "target_gone"
    assert decision.refusal
    assert decision.refusal.values["known"] == ([40] if others else [])
    if others:
        assert not production.says("mona", "/rollback to #40").refusal
