"""The tests of lock and store notice each mistake that matters."""

import pytest

from tests.proofs.mutants import MUTANTS, ROOT, Mutant, mutated, passes_unchanged, survives

each = pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name for mutant in MUTANTS])


@each
def test_each_mistake_can_be_made(mutant: Mutant) -> None:
    """The text that it changes is there, once; and there are eight of them."""
    text = (ROOT / mutant.file).read_text()
    assert mutated(mutant, text) != text
    assert len({one.name for one in MUTANTS}) >= 8


@pytest.mark.soak
@pytest.mark.timeout(0)
@each
def test_each_mistake_is_noticed(mutant: Mutant) -> None:
    """By the test that is named for it, which passes without the mistake. All of them take over an hour."""
    assert passes_unchanged(mutant.killed_by, mutant.keyword)
    assert not survives(mutant)
