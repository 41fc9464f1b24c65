"""A merge queue removes a pull request: who is notified, about which obstacle, and when no notice is due."""

from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Hold
from ghapp.core.model.events import MergeQueueGaveUp
from ghapp.core.model.facts import Files
from ghapp.core.views import comment
from tests.core.build import NOON, REPOSITORY, Production, config, environment, in_japanese, pull

LOCKED = Hold(kind="manual", holders=("taro",), reason="trying", since=NOON)


def gives_up(production: Production, *, at: datetime | None = None, **more: Any) -> Decision:
    """The queue removes #42, added by hanako; `at`: when the webhook arrived."""
    plain: dict[str, Any] = {"pull": pull(42), "base": "main", "by": (), "at": at or production.now}
    return production.apply(MergeQueueGaveUp(repository=REPOSITORY, key="delivery/1", **{**plain, **more}))


def told(decision: Decision, now: datetime) -> list[str]:
    """The comment's lines without marker and advice; none if there is no notice."""
    return [line for one in decision.notices for line in comment.notice(one, now=now).split("\n")[:-3] if line]


def test_a_release_that_ended_before_the_webhook_is_still_named() -> None:
    """The webhook came late; the pull request can be queued again at once."""
    production = Production(environment())
    production.releases(41, "taro")
    production.later(minutes=22)
    at = production.now
    production.later(minutes=2)
    production.ticks()
    assert production.environment.free_since == production.now
    assert told(gives_up(production, at=at), production.now) == [
        "@hanako ⚠️ **The merge queue timed out and removed #42**, while production held merges (`ghapp/lock`).",
        "Nothing holds it now: put it into the queue again.",
    ]
    production.later(minutes=1)
    assert told(gives_up(production), production.now) == []


def test_a_release_outside_the_gate_is_not_named() -> None:
    """`gate` lists the obstacles to merges; others are not named while they last or after."""
    production = Production(environment(config=config(gate=("manual",))))
    production.releases(41, "taro")
    assert told(gives_up(production), production.now) == []
    at = production.now
    production.later(minutes=24)
    production.ticks()
    assert told(gives_up(production, at=at), production.now) == []


@pytest.mark.parametrize(
    ("author", "by", "called"),
    [
        ("hanako", (), "@hanako ⚠️"),
        ("hanako", ("mona", "hanako", "mona"), "@hanako @mona ⚠️"),
        ("dependabot[bot]", ("mona",), "@mona ⚠️"),
        ("dependabot[bot]", (), "⚠️"),
    ],
)
def test_each_person_is_mentioned_once_and_no_bot_is(author: str, by: tuple[str, ...], called: str) -> None:
    """A mention of a bot reaches no person."""
    production = Production(environment(manual=LOCKED))
    lines = told(gives_up(production, pull=pull(42, author=author), by=by), production.now)
    assert lines[0].startswith(f"{called} **The merge queue")


def test_in_japanese() -> None:
    production = Production(in_japanese(environment(manual=LOCKED)))
    (notice,) = gives_up(production).notices
    assert comment.notice(notice, now=NOON).split("\n")[:-2] == [
        "@hanako ⚠️ **マージキューがタイムアウトし、#42 はキューから外れました。"
        "** production がマージをブロックしていました (`ghapp/lock`)。",
        "現在の production: 🔒 taro がロック中 (trying)。期限なし。解除するには `/unlock production <理由>`",
        "`ghapp/lock` が成功 (緑) になったら、もう一度キューに追加してください。",
        "頻発する場合は、マージキューのルールの「Status check timeout」を延ばせます。"
        "リポジトリの管理者が設定します (最大360分)。",
    ]


@pytest.mark.parametrize(
    ("files", "count"), [(Files(frozenset({"web/a"})), 0), (Files(frozenset({"web/a"}), complete=False), 1)]
)
def test_the_changed_files_decide_whether_the_gate_held_it(files: Files, count: int) -> None:
    """If the changed files are unknown, the gate held the pull request."""
    production = Production(environment(manual=LOCKED, config=config(paths=("api/**",))))
    production.files[42] = files
    assert len(gives_up(production).notices) == count


def test_another_branch_and_a_repository_without_a_config_get_no_notice() -> None:
    """No notice, and no fault."""
    production = Production(environment(manual=LOCKED))
    assert gives_up(production, base="side").notices == ()
    assert gives_up(Production()).notices == ()


def test_the_exempting_label_does_not_lift_a_release() -> None:
    """The label may let it pass a lock, but not a release."""
    production = Production(environment(config=config(except_label="hotfix")))
    production.releases(41, "taro")
    assert len(gives_up(production, labels=("hotfix",)).notices) == 1
    production = Production(replace(production.environment, deployment=None, cooldown_until=None, manual=LOCKED))
    assert gives_up(production, labels=("hotfix",)).notices == ()
    assert len(gives_up(production, labels=("other",)).notices) == 1
