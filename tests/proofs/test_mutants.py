"""The tests of lock and store detect each planted mistake."""

import pytest

from tests.proofs.mutants import MUTANTS, ROOT, Mutant, mutated, passes_unchanged, survives

each = pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name for mutant in MUTANTS])


@each
def test_each_mistake_can_be_made(mutant: Mutant) -> None:
    """The replaced text occurs exactly once, and there are at least eight mistakes."""
    text = (ROOT / mutant.file).read_text()
    assert mutated(mutant, text) != text
    assert len({one.name for one in MUTANTS}) >= 8


@pytest.mark.soak
@pytest.mark.timeout(0)
@each
def test_each_mistake_is_noticed(mutant: Mutant) -> None:
    """The test named for the mistake fails with it, and passes without it. All together take over an hour."""
    assert passes_unchanged(mutant.killed_by, mutant.keyword)
    assert not survives(mutant)
