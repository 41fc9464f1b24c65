"""A merge queue gave up on a pull request: who is told, of what, and when nobody is."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Hold
from ghapp.core.model.events import MergeQueueGaveUp
from ghapp.core.model.facts import Files
from ghapp.core.views import comment
from tests.core.build import NOON, REPOSITORY, Production, config, environment, in_japanese, pull

LOCKED = Hold(kind="manual", holders=("taro",), reason="trying", since=NOON)


def gives_up(production: Production, *, at: datetime | None = None, **more: Any) -> Decision:
    """The queue takes #42 out, by hanako; `at`: when we were told."""
    plain: dict[str, Any] = {"pull": pull(42), "base": "main", "by": (), "at": at or production.now}
    return production.apply(MergeQueueGaveUp(repository=REPOSITORY, key="delivery/1", **{**plain, **more}))


def told(decision: Decision, now: datetime) -> list[str]:
    """The comment's lines, without the marker and the advice; none where nothing is said."""
    return [line for one in decision.notices for line in comment.notice(one, now=now).split("\n")[:-3] if line]


def test_a_release_that_is_over_by_now_is_known_by_the_hour_in_which_it_ended() -> None:
    """We heard of it late; the queue can be asked again at once."""
    production = Production(environment())
    production.releases(41, "taro")
    production.later(minutes=22)
    at = production.now
    production.later(minutes=2)
    production.ticks()
    assert production.environment.free_since == production.now
    assert told(gives_up(production, at=at), production.now) == [
        "@hanako ⚠️ **The merge queue waited too long and has taken #42 out**, while "
        "production held merges (`ghapp/lock`).",
        "Nothing holds it now: put it into the queue again.",
    ]
    production.later(minutes=1)
    assert told(gives_up(production), production.now) == []


def test_a_release_that_is_no_obstacle_to_merges_is_not_blamed() -> None:
    """`gate` says which are; neither while it lasts nor when it is over."""
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
def test_everybody_is_called_once_and_no_bot_is(author: str, by: tuple[str, ...], called: str) -> None:
    """Nobody reads for a bot."""
    production = Production(environment(manual=LOCKED))
    lines = told(gives_up(production, pull=pull(42, author=author), by=by), production.now)
    assert lines[0].startswith(f"{called} **The merge queue")


def test_in_japanese() -> None:
    """The same."""
    production = Production(in_japanese(environment(manual=LOCKED)))
    (notice,) = gives_up(production).notices
    assert comment.notice(notice, now=NOON).split("\n")[:-2] == [
        "@hanako ⚠️ **マージキューが時間切れになり、#42 はキューから外れました。** "
        "production がマージを止めていました(`ghapp/lock`)。",
        "現在の production: 🔒 taro がロック中 (期限なし、外すまで): trying",
        "`ghapp/lock` が緑になったら、もう一度キューに入れてください。",
        "よく起きる場合は、管理者がマージキューのルールの「Status check timeout」を延ばせます(最大360分)。",
    ]


@pytest.mark.parametrize(
    ("files", "count"), [(Files(frozenset({"web/a"})), 0), (Files(frozenset({"web/a"}), complete=False), 1)]
)
def test_what_it_changes_tells_whether_it_was_held(files: Files, count: int) -> None:
    """Where nobody can know that, the gate held it."""
    production = Production(environment(manual=LOCKED, config=config(paths=("api/**",))))
    production.files[42] = files
    assert len(gives_up(production).notices) == count


def test_another_branch_and_a_repository_without_a_config_are_nobodys() -> None:
    """Silence, and no fault."""
    production = Production(environment(manual=LOCKED))
    assert gives_up(production, base="side").notices == ()
    assert gives_up(Production()).notices == ()


def test_a_label_lifts_no_release() -> None:
    """It may have let it pass a lock; beside a release nothing does."""
    production = Production(environment(config=config(except_label="hotfix")))
    production.releases(41, "taro")
    assert len(gives_up(production, labels=("hotfix",)).notices) == 1
    production = Production(replace(production.environment, deployment=None, cooldown_until=None, manual=LOCKED))
    assert gives_up(production, labels=("hotfix",)).notices == ()
    assert len(gives_up(production, labels=("other",)).notices) == 1
