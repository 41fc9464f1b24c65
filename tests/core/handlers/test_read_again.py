"""A comment is read again before its command is carried out: its current text counts."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

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
def test_an_edited_command_is_not_carried_out(found: CommentFact) -> None:
    """Another text, another author, or the same text after an edit: nothing is granted, and the person is answered."""
    production = waiting()
    before = production.environment
    decision = production.says("mona", "/deploy", found=found)
    assert decision.refusal
    assert decision.refusal.code == "edited"
    assert [notice.code for notice in decision.notices] == ["edited"]
    assert [(entry.what, entry.why) for entry in decision.entries] == [("refused", "edited")]
    assert production.environment == before
    assert production.environment.deployment is None


def test_a_deleted_command_is_withdrawn() -> None:
    """No action and no answer; only history keeps that it was typed."""
    production = waiting()
    decision = production.says("mona", "/deploy", found=NoComment())
    assert (decision.refusal, decision.notices, decision.reaction, decision.changed) == (None, (), None, ())
    assert [(entry.what, entry.actor) for entry in decision.entries] == [("taken_back", "mona")]


@pytest.mark.parametrize(
    "found",
    [
        WRITTEN,
        replace(WRITTEN, updated_at=NOON + timedelta(seconds=1)),  # GitHub itself sometimes reports a new comment so
        replace(WRITTEN, author="Mona"),
    ],
)
def test_an_unchanged_command_is_carried_out(found: CommentFact) -> None:
    """A second between GitHub's own two times is not an edit."""
    production = waiting()
    assert production.says("mona", "/deploy", found=found).refusal is None
    assert production.environment.deployment


def test_an_edited_mistake_is_answered_as_edited_and_a_deleted_one_gets_no_answer() -> None:
    """A person who corrects a slip needs no hint about the slip."""
    production = waiting()
    edited = production.says("mona", "/deploi", found=WRITTEN)
    assert edited.refusal
    assert edited.refusal.code == "edited"
    assert production.says("mona", "/deploi", found=NoComment()).notices == ()


def test_only_comments_with_our_commands_are_read_again() -> None:
    """Another bot's command costs no request: no fact is needed."""
    production = waiting()
    assert production.says("mona", "/approve", found=NoComment()).entries == ()
