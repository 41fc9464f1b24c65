"""A comment is read again before anything is done on its word: what stands there now is what counts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ghapp.core.model.facts import CommentFact, NoComment
from tests.core.build import NOON, Production, environment

WRITTEN = CommentFact(author="mona", text="/deploy", created_at=NOON, updated_at=NOON)


def waiting() -> Production:
    """#42 is merged, and production is free."""
    production = Production(environment())
    production.merges(42)
    return production


@pytest.mark.parametrize(
    "found",
    [
        replace(WRITTEN, text="/deploy production"),
        replace(WRITTEN, text="/help"),
        replace(WRITTEN, text="/deploy #41"),
        replace(WRITTEN, text=None),
        replace(WRITTEN, text=""),
        replace(WRITTEN, author="taro"),
        replace(WRITTEN, author="ghost"),
        replace(WRITTEN, updated_at=NOON + timedelta(seconds=6)),
        replace(WRITTEN, text="/help", updated_at=NOON + timedelta(seconds=1)),
    ],
)
def test_what_was_edited_is_not_carried_out(found: CommentFact) -> None:
    """Another line, another author, or the same line after an edit: nothing is granted, and the person is told."""
    production = waiting()
    before = production.environment
    decision = production.says("mona", "/deploy", found=found)
    assert decision.refusal
    assert decision.refusal.code == "edited"
    assert [notice.code for notice in decision.notices] == ["edited"]
    assert [(entry.what, entry.why) for entry in decision.entries] == [("refused", "edited")]
    assert production.environment == before
    assert production.environment.deployment is None


def test_what_was_deleted_was_taken_back() -> None:
    """Nothing is done and nobody is answered; that it was typed is in the history."""
    production = waiting()
    decision = production.says("mona", "/deploy", found=NoComment())
    assert (decision.refusal, decision.notices, decision.reaction, decision.changed) == (None, (), None, ())
    assert [(entry.what, entry.actor) for entry in decision.entries] == [("taken_back", "mona")]


@pytest.mark.parametrize(
    "found",
    [
        WRITTEN,
        replace(WRITTEN, updated_at=NOON + timedelta(seconds=1)),  # as GitHub itself sometimes tells a new one
        replace(WRITTEN, author="Mona"),
    ],
)
def test_what_stands_as_it_was_written_is_carried_out(found: CommentFact) -> None:
    """A second between GitHub's own two times is not an edit."""
    production = waiting()
    assert production.says("mona", "/deploy", found=found).refusal is None
    assert production.environment.deployment


def test_an_edited_mistake_is_answered_as_edited_and_a_deleted_one_not_at_all() -> None:
    """Whoever mends a slip by hand needs no lecture on the slip."""
    production = waiting()
    edited = production.says("mona", "/deploi", found=WRITTEN)
    assert edited.refusal
    assert edited.refusal.code == "edited"
    assert production.says("mona", "/deploi", found=NoComment()).notices == ()


def test_only_what_is_a_command_of_ours_is_read_again() -> None:
    """Another bot's command costs no call: nothing is asked for at all."""
    production = waiting()
    assert production.says("mona", "/approve", found=NoComment()).entries == ()
