"""Documents and items are read as they were written; newer or damaged ones count as locked."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields

import ghapp
from ghapp.core.config.model import EnvironmentConfig, People, Window
from ghapp.core.model import codec
from ghapp.core.model.codec import Unreadable
from ghapp.core.model.decision import Entry, Notice
from ghapp.core.model.environment import TITLE, Environment, Run, UnexpectedRun, kept_title
from ghapp.core.model.events import (
    CheckButtonPressed,
    CheckRerequested,
    CommentPosted,
    ConfigChanged,
    HeadChanged,
    MergeQueueGaveUp,
    PullRequestMerged,
    QueuedEvent,
    SlackCommandGiven,
    WorkflowRunChanged,
)
from ghapp.core.model.slack_person import SlackPerson
from tests.core.build import NOON, REPOSITORY, Production, config, environment, pull, sha
from tests.golden import values

EVENTS: list[QueuedEvent] = [
    PullRequestMerged(repository=REPOSITORY, key="k", pull=pull(42), base="main", sha=sha(42), merger=None, at=NOON),
    HeadChanged(repository=REPOSITORY, key="k", number=42, base="main"),
    MergeQueueGaveUp(repository=REPOSITORY, key="k", pull=pull(42), base="main", by=("mona",), at=NOON, labels=("a",)),
    CommentPosted(repository=REPOSITORY, key="k", number=42, comment=1, author="mona", text="/deploy", at=NOON),
    CheckButtonPressed(
        repository=REPOSITORY,
        key="k",
        environment="production",
        number=42,
        head=sha(142),
        offered_at_number=7,
        button="deploy",
        author="mona",
        at=NOON,
    ),
    CheckRerequested(repository=REPOSITORY, key="k", head=sha(142), name="release / production"),
    SlackCommandGiven(
        repository=REPOSITORY,
        key="slack/1",
        author="slack:U1",
        person=SlackPerson(id="U1", team="T1", guest=True),
        team="T1",
        channel="C1",
        text="/deploy production",
        at=NOON,
        reply="https://hooks.slack.com/1",
        button="deploy",
        mark="1/production/42/7",
        others=("acme/shop",),
    ),
    WorkflowRunChanged(
        repository=REPOSITORY, key="k", run=Run(1, "u"), attempt=1, path="p", title="t", status="running"
    ),
    ConfigChanged(repository=REPOSITORY, key="k"),
]


def busy() -> Production:
    """Production with an ended attempt, one under way, and a waiting release."""
    production = Production(environment())
    production.releases(41, "taro")
    production.later(minutes=23)
    production.merges(42)
    production.merges(44)
    production.says("mona", "/deploy")
    production.starts()
    production.sees("running")
    return production


def test_an_environment_is_read_as_it_was_written() -> None:
    """Every field, to the microsecond."""
    before = busy().environment
    assert survived(before) == before


def survived(before: Environment) -> Environment | Unreadable:
    """Writes and reads an environment, with its people in a document of their own."""
    people = codec.decode_people(codec.encode_people(before.config.everybody))
    return codec.decode_environment("production", codec.encode_environment(before), people)


def test_a_calendar_is_read_as_it_was_written() -> None:
    """With its days and clock times; and the time since when an environment is gone."""
    windows = (
        Window(weekdays=("fri", "sat"), start=1020, reason="weekend"),
        Window(first=date(2026, 12, 28), last=date(2027, 1, 4), reason="new year"),
        Window(holiday_eve="JP", end=600, reason="eve"),
    )
    before = environment(config=config(freeze=windows), gone=NOON)
    assert survived(before) == before


texts = st.text(st.characters(codec="utf-8"), max_size=20)
people = st.dictionaries(texts, texts)
spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))


@given(
    moment=st.datetimes(timezones=st.timezones()),
    span=spans,
    known=people,
    branch=texts,
    run=st.builds(Run, st.integers(0, 2**63 - 1) | texts, texts),
)
def test_a_document_that_was_read_is_written_byte_for_byte(
    moment: datetime, span: timedelta, known: dict[str, str], branch: str, run: Run
) -> None:
    """Times in any zone, spans, people in any order, any text: no stored document is taken for damaged."""
    told = config(lock=span, people=known, branch=branch)
    before = environment(config=told, created_at=moment, free_since=moment, unexpected_runs=(UnexpectedRun(1, run),))
    stored, linked = codec.encode_environment(before), codec.encode_people(told.everybody)
    people = codec.decode_people(linked)
    assert isinstance(people, People)
    assert codec.encode_people(people) == linked
    read = codec.decode_environment("production", stored, people)
    assert not isinstance(read, Unreadable)
    assert codec.encode_environment(read) == stored
    assert list(read.config.people.items()) == list(known.items())


def test_no_environments_document_contains_people() -> None:
    """Neither in its config nor in that of a deployment: forty environments would each repeat them."""
    stored = codec.encode_environment(busy().environment)
    assert b"U024BE7LH" in codec.encode_people(config().everybody)
    assert b"U024BE7LH" not in stored


@pytest.mark.parametrize(
    "document", [b"", b"\xff", b"null", b'{"schema":2,"people":{},"acting":null}', b'{"schema":1,"people":{}}']
)
def test_every_environment_counts_as_locked_if_people_cannot_be_read(document: bytes) -> None:
    """Other people may be linked by now than this server would assume."""
    people = codec.decode_people(document)
    assert isinstance(people, str)
    found = codec.decode_environment("production", codec.encode_environment(environment()), people)
    assert isinstance(found, Unreadable)
    assert people in found.why


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_events_are_read_as_they_were_written(event: QueuedEvent) -> None:
    """Each with its kind."""
    assert codec.decode_item(codec.encode_item(event)) == event


def test_notices_and_history_are_read_as_they_were_written() -> None:
    """A notice may be posted much later, by another process."""
    production = busy()
    decision = production.sees("failed")
    assert decision.notices
    for notice in decision.notices:
        read = codec.decode_item(codec.encode_item(notice))
        assert isinstance(read, Notice)
        assert (read.id, read.destination, read.code) == (notice.id, notice.destination, notice.code)
    assert codec.decode_entries(codec.encode_entries(decision.entries)) == decision.entries
    assert all(isinstance(entry, Entry) for entry in decision.entries)


@pytest.mark.parametrize("document", [b"", b"{}", b"null", b"\xff", b'{"schema":1,"environment":{"name":"x"}}'])
def test_a_damaged_document_is_unreadable_not_an_exception(document: bytes) -> None:
    """It counts as locked."""
    assert isinstance(codec.decode_environment("production", document), Unreadable)


def test_a_newer_document_is_unreadable() -> None:
    """An older server leaves it alone."""
    written = msgspec.json.decode(codec.encode_environment(environment()))
    newer = msgspec.json.encode({**written, "schema": codec.SCHEMA + 1})
    found = codec.decode_environment("production", newer)
    assert isinstance(found, Unreadable)
    assert "schema" in found.why


def test_an_unknown_item_is_refused() -> None:
    """It becomes a dead letter and reaches no rule."""
    with pytest.raises(ValueError, match="unknown item"):
        codec.decode_item(b'["Surprise", {}]')


def test_a_deployment_and_a_message_keep_only_the_settings_they_need() -> None:
    """Other settings are used before that, and would be repeated in each document and item."""
    every = values.FULL
    default = {
        one.name: getattr(EnvironmentConfig(sha="", branch="", workflow=""), one.name)
        for one in fields(EnvironmentConfig)
    }
    kept = {name for name in default if getattr(every.of_a_deployment, name) == getattr(every, name) != default[name]}
    said = {name for name in default if getattr(every.of_a_message, name) == getattr(every, name) != default[name]}
    assert said == {"sha", "branch", "workflow", "language", "timezone", "channel", "fallback", "runbook"}
    more = {"inputs", "aliases", "lock", "cooldown", "rollback", "url", "default_branch", "github_environment"}
    assert kept == said | more
    read = {one for one in _read_from_grants() if one in default}
    assert {"workflow", "rollback", "cooldown"} <= read <= kept


def _read_from_grants() -> set[str]:
    """The settings that the code reads from a grant, by a search in the source."""
    code = "".join(path.read_text() for path in Path(ghapp.__file__).parent.rglob("*.py"))
    return set(re.findall(r"grant\.config\.(\w+)", code))


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_a_title_is_cut_to_the_limit_of_a_document(title: str) -> None:
    """The cut is at a whole character and leaves an ellipsis."""
    kept = kept_title(title)
    assert len(kept.encode()) <= TITLE
    assert kept == title or (kept.endswith("…") and title.startswith(kept[:-1]))
    assert kept_title(kept) == kept
