"""The stored form is stable: the current code reads and writes the committed files byte for byte."""

import subprocess
import sys

import msgspec
import pytest
from msgspec.structs import replace

from ghapp.core.model import codec
from ghapp.core.model.decision import Entry, Notice
from ghapp.core.model.environment import Environment
from ghapp.core.model.events import ScheduledTask
from tests.golden import files, values
from tests.golden.complete import missing

PRESENT = files.present()
DIFFERS = """{path} is not what is stored today. Once released that is a decision, since what was stored before is still
there: CONTRIBUTING.md, "What is stored". `python -m tests.golden` writes the files anew from tests/golden/values.py."""
LACKS = "nothing in tests/golden/values.py shows: {lacking}. Add it there, then `python -m tests.golden`."


@pytest.mark.parametrize("path", sorted({*PRESENT, *files.texts()}))
def test_stored_documents_equal_the_committed_files(path: str) -> None:
    """Every file, with no extra ones."""
    assert PRESENT.get(path) == files.texts().get(path), DIFFERS.format(path=path)


@pytest.mark.parametrize("name", sorted(values.ENVIRONMENTS))
def test_a_committed_document_is_read_and_written_byte_for_byte(name: str) -> None:
    """As an environment with all its values."""
    stored = files.joined(PRESENT[f"environments/{name}.json"])
    people = codec.decode_people(codec.encode_people(values.ENVIRONMENTS[name].config.everybody))
    found = codec.decode_environment("production", stored, people)
    assert isinstance(found, Environment), found
    assert found == values.ENVIRONMENTS[name]
    assert codec.encode_environment(found) == stored


def test_committed_people_are_read_and_written_byte_for_byte() -> None:
    """The people to mention, and those who may act."""
    stored = files.joined(PRESENT["people.json"])
    assert codec.decode_people(stored) == values.FULL.everybody
    assert codec.encode_people(values.FULL.everybody) == stored


@pytest.mark.parametrize("name", sorted(values.ITEMS))
def test_a_committed_item_is_read_and_written_byte_for_byte(name: str) -> None:
    """With its kind; times among a notice's values are read as their text."""
    stored = files.joined(msgspec.json.decode(PRESENT["items.json"], type=dict[str, msgspec.Raw])[name])
    found, value = codec.decode_item(bytes(stored)), values.ITEMS[name]
    assert codec.encode_item(found) == stored
    if isinstance(value, Notice):
        value = replace(value, values=msgspec.json.decode(msgspec.json.encode(value.values)))
    assert found == value


def test_a_committed_link_is_read_and_written_byte_for_byte() -> None:
    """A member's account, and the end of all links of a workspace."""
    stored = files.joined(PRESENT["slack_link.json"])
    assert codec.decode_link(stored) == values.LINKED
    assert codec.encode_link(values.LINKED) == stored
    assert codec.encode_ended(values.ENDED) == files.joined(PRESENT["links_ended.json"])


@pytest.mark.parametrize("more", [b'{"schema":2,', b'{"newer":1,', b"", b"["])
def test_a_link_that_a_newer_server_wrote_is_not_read(more: bytes) -> None:
    """By whichever mapping the member would act, it might be another one's login."""
    stored = codec.encode_link(values.LINKED)
    broken = stored.replace(b'{"schema":1,' if b"schema" in more else b"{", more, 1)
    assert isinstance(codec.decode_link(broken), str)


def test_committed_history_is_read_and_written_byte_for_byte() -> None:
    stored = files.joined(PRESENT["history.json"])
    assert codec.decode_entries(stored) == values.HISTORY
    assert codec.encode_entries(codec.decode_entries(stored)) == stored


def test_every_stored_field_and_literal_is_covered() -> None:
    """In a document, an item of each kind, or a history entry of each kind: set and, where possible, unset."""
    kinds = (Environment, *codec.ITEM_KINDS.values(), Entry)
    found = missing(kinds, [*values.ENVIRONMENTS.values(), *values.ITEMS.values(), *values.HISTORY])
    assert not found, LACKS.format(lacking=", ".join(found))


def test_missing_cases_are_named() -> None:
    """A field, a literal of a closed set, a kind of item, a kind of history entry."""
    kinds = (Environment, *codec.ITEM_KINDS.values(), Entry)
    environments = [one for name, one in values.ENVIRONMENTS.items() if name not in ("overtaken", "lost")]
    items = [one for one in values.ITEMS.values() if not isinstance(one, ScheduledTask)]
    history = [one for one in values.HISTORY if one.what != "nagged"]
    assert {
        *("Environment.overtaken set", "Deployment.phase = 'lost'"),
        *("ScheduledTask", "ScheduledTask.kind = 'merges'", "Entry.what = 'nagged'"),
    } <= set(missing(kinds, [*environments, *items, *history]))


FIRST_READ = """
import sys, threading
from ghapp.core.model import codec
document, line = sys.stdin.buffer.read(), threading.Barrier(8)
sys.setswitchinterval(1e-6)
def read():
    line.wait()
    assert isinstance(codec.decode_environment("production", document), codec.Environment)
threads = [threading.Thread(target=read) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_threads_that_read_their_first_document_at_the_same_moment_do_not_crash() -> None:
    """Each process reads for the first time once, so there are several."""
    document = files.joined(PRESENT["environments/accepted.json"])
    ran = [subprocess.run([sys.executable, "-c", FIRST_READ], input=document, check=False) for _ in range(6)]
    assert [one.returncode for one in ran] == [0] * 6
