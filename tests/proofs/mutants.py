"""Named mistakes in store and lock, each made in a copy of the package: a test that misses its mistake proves nothing.

`python -m tests.proofs.mutants` prints the test that finds each mistake.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
WITHIN = 900.0  # seconds

HISTORIES = "tests/proofs/test_histories.py::test_clients_see_one_lock_despite_faults"
STORIES = "tests/proofs/test_model.py::test_no_sequence_of_events_breaks_the_lock"
NETWORK = "tests/proofs/test_histories.py::test_through_a_bad_network_the_clients_see_one_lock"
FAULTS = "tests/adapters/aws/test_dynamodb_faults.py"
CONTRACT = "tests/adapters/test_store.py"


@dataclass(frozen=True, slots=True)
class Mutant:
    """`was` occurs exactly once in `file`; with `becomes` in its place the test `killed_by` fails.

    `keyword` selects among that test's parameters.
    """

    name: str
    file: str
    was: str
    becomes: str
    killed_by: str
    keyword: str = ""


LOCK = (
    Mutant(
        "a time that was expected counts as the end of the hold",
        "ghapp/core/rules/lock.py",
        "    if is_busy(environment):\n        return True\n    return environment.cooldown_until",
        "    return environment.cooldown_until",
        STORIES,
    ),
    Mutant(
        "the number is not raised by a grant",
        "ghapp/core/rules/lock.py",
        "    number = environment.number + 1\n    return Grant(",
        "    number = max(1, environment.number)\n    return Grant(",
        STORIES,
    ),
    Mutant(
        "expiry frees what is under way",
        "ghapp/core/rules/phases.py",
        '        return deployment\n    return _moved(deployment, "lost", now)',
        '        return deployment\n    return _moved(deployment, "failed", now)',
        STORIES,
    ),
)

SQLITE = (
    Mutant(
        "a document is written without its version",
        "ghapp/adapters/sqlite/documents.py",
        "WHERE repository = :repository AND name = :name AND version = :version",
        "WHERE repository = :repository AND name = :name",
        HISTORIES,
    ),
    Mutant(
        "every fifth read shows what the one before it saw",
        "ghapp/adapters/sqlite/documents.py",
        "        (repository,),\n    )\n    return _rows(found)\n",
        "        (repository,),\n    )\n"
        '    before = load.__dict__.setdefault("before", [])\n'
        "    before.append(_rows(found))\n"
        "    return before[-1 if len(before) % 5 else max(0, len(before) - 2)]\n",
        HISTORIES,
    ),
    Mutant(
        "a change is written again although its id is known",
        "ghapp/adapters/sqlite/documents.py",
        "    if added.rowcount != 1:\n        return\n",
        "",
        HISTORIES,
    ),
    Mutant(
        "anybody may settle an item that somebody has in hand",
        "ghapp/adapters/sqlite/queue.py",
        "token = NULL, lease_until = NULL, settled_at = ?\n        WHERE id = ? AND token = ?",
        "token = NULL, lease_until = NULL, settled_at = ?\n        WHERE id = ? AND token IS NOT NULL AND ? <> ''",
        f"{CONTRACT}::test_superseded",
        "sqlite",
    ),
    Mutant(
        "of many that are settled at once, one goes that somebody else has in hand",
        "ghapp/adapters/sqlite/queue.py",
        "AND token IN ({_marks(claims)})",
        "AND '' NOT IN ({_marks(claims)})",
        f"{CONTRACT}::test_superseded_among_others",
        "sqlite",
    ),
    Mutant(
        "an item is settled without a look at whether it was there to settle",
        "ghapp/adapters/sqlite/queue.py",
        "    if settled.rowcount != 1:\n        raise _gone",
        "    if settled.rowcount > 1:\n        raise _gone",
        f"{CONTRACT}::test_superseded",
        "sqlite",
    ),
)

DYNAMODB = (
    Mutant(
        "a row is written without its version",
        "ghapp/adapters/aws/dynamodb/documents.py",
        'f"SET {sets}", "#version = :seen", **values',
        'f"SET {sets}", "attribute_exists(#pk)", **values',
        NETWORK,
        "400",
    ),
    Mutant(
        "documents are read as they were a moment ago",
        "ghapp/adapters/aws/dynamodb/table.py",
        'self._query(asked | {"ConsistentRead": True}, limit=None)',
        "self._query(asked, limit=None)",
        f"{FAULTS}::test_reads_are_consistent_and_writes_conditional",
    ),
    Mutant(
        "an item is forgotten as soon as it may be collected as garbage",
        "ghapp/adapters/aws/dynamodb/queue.py",
        "(#state = :done AND #settled_at <= :forgotten)",
        "(#state = :done AND #ttl <= :forgotten)",
        f"{CONTRACT}::test_replay",
        "dynamodb",
    ),
    Mutant(
        "whoever finds an item in anybody's hand may settle it",
        "ghapp/adapters/aws/dynamodb/queue.py",
        '" REMOVE #token, #list, #place",\n        "#token = :token",',
        '" REMOVE #token, #list, #place",\n        "attribute_exists(#token)",',
        f"{CONTRACT}::test_superseded",
        "dynamodb",
    ),
    Mutant(
        "a write whose answer was lost is taken for another's",
        "ghapp/adapters/aws/dynamodb/documents.py",
        'reason.unmet and (part.what == "change" or reason.row.get(part.mark) == change.id)',
        "reason.unmet and not part",
        f"{FAULTS}::test_each_grants_answer_is_lost",
    ),
    Mutant(
        "a lane is freed whoever holds it by now",
        "ghapp/adapters/aws/dynamodb/queue.py",
        '"attribute_not_exists(#pk) OR #token = :token", token=claimed.token)',
        '"attribute_not_exists(#pk) OR attribute_exists(#token)")',
        f"{FAULTS}::test_lane_that_another_took",
    ),
)

MUTANTS = (*LOCK, *SQLITE, *DYNAMODB)


@contextmanager
def copied(mutant: Mutant | None = None) -> Iterator[Path]:
    """A copy of the package and its tests, with this mistake or with none."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("ghapp", "tests"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.db"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        if mutant:
            file = copy / mutant.file
            file.write_text(mutated(mutant, file.read_text()))
        yield copy


def mutated(mutant: Mutant, text: str) -> str:
    """The file's text with the mistake in it."""
    assert text.count(mutant.was) == 1, f"{mutant.file} has changed: write {mutant.name!r} anew"
    return text.replace(mutant.was, mutant.becomes)


def survives(mutant: Mutant) -> bool:
    """Whether its test passes with the mistake."""
    with copied(mutant) as copy:
        return _passes(copy, mutant.killed_by, mutant.keyword)


@cache
def passes_unchanged(test: str, keyword: str) -> bool:
    """Whether a test passes without any mistake, as it must. Cached, since several mutants share a test."""
    with copied() as copy:
        return _passes(copy, test, keyword)


def _passes(copy: Path, test: str, keyword: str) -> bool:
    loaded = _python(copy, "-c", "import ghapp; print(ghapp.__file__)")
    assert Path(loaded.stdout.strip()).is_relative_to(copy.resolve()), "the copy is what is tested"
    chosen = ("-k", keyword) if keyword else ()
    ended = _python(copy, "-m", "pytest", "-x", "-p", "no:cacheprovider", test, *chosen)
    assert ended.returncode in (0, 1), ended.stdout + ended.stderr  # 2 and more: the tests did not run
    return ended.returncode == 0


def _python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=WITHIN, check=False)


def main() -> int:
    """Prints the table, and how many mistakes no test finds."""
    alive = 0
    for mutant in MUTANTS:
        survived = survives(mutant)
        alive += survived
        test = mutant.killed_by.rsplit("::", 1)[1]
        sys.stdout.write(f"{mutant.name:<70} {'SURVIVES' if survived else 'killed by'} {test}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{len(MUTANTS) - alive} of {len(MUTANTS)} killed\n")
    return alive


if __name__ == "__main__":
    sys.exit(main())
