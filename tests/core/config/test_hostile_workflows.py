"""Workflows of strangers: reading one, and drafting a config from it, takes time and memory by its size alone."""

import signal
from collections.abc import Iterator
from types import FrameType

import pytest

from ghapp.core.config.draft import draft
from ghapp.core.config.model import Problem
from ghapp.core.config.workflow_file import Workflow, WorkflowJob, read_workflow

SECONDS = 5  # of this process alone; without a bound each of these takes minutes, or all memory


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    def over(_number: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"more than {SECONDS} s")

    before = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


def read(text: str) -> Workflow:
    found = read_workflow(text)
    assert isinstance(found, Workflow)
    return found


def test_an_alias_counts_as_all_that_it_stands_for() -> None:
    """Lists of lists, which double at each level, and steps that a thousand jobs share."""
    levels = "\n".join(f"x{n}: &x{n} [*x{n - 1}, *x{n - 1}]" for n in range(1, 39))
    doubled = f"x0: &x0 [a]\n{levels}\non: {{workflow_dispatch: {{inputs: {{sha: {{required: *x38}}}}}}}}\njobs: {{}}\n"
    shared = f"env: &s [{'a,' * 9_000}]\njobs:\n" + "".join(f"  j{n}: {{steps: *s}}\n" for n in range(1_000))
    for text in (doubled, shared):
        found = read_workflow(text)
        assert isinstance(found, Problem)
        assert found.code == "yaml.many"


def test_the_text_behind_aliases_is_bounded_too() -> None:
    text = f"env: {{x: &s '{'a' * 100_000}'}}\njobs:\n" + "".join(f"  j{n}: {{if: *s}}\n" for n in range(1_000))
    found = read_workflow(text)
    assert isinstance(found, Problem)
    assert found.code == "yaml.large"


def test_aliases_within_the_bounds_are_read() -> None:
    found = read("env: {x: &s [{uses: x/guard@v1}]}\njobs:\n  a: {steps: *s}\n  b: {steps: *s}\n")
    assert [job.guarded for job in found.jobs] == [True, True]


def test_expressions_that_nothing_ends_are_text() -> None:
    """An expression that has an end is still one, after any number of these."""
    begun = "${{" * 60_000
    (job,) = read(f"jobs:\n  a: {{name: '{begun}', environment: '{begun}'}}\n").jobs
    assert not job.decided
    assert job.shown_as(begun)
    assert not job.shown_as("a")
    (job,) = read(f"jobs:\n  a: {{name: 'x{begun}}}}}', environment: '{begun}}}}}'}}\n").jobs
    assert job.decided
    assert job.shown_as("x y")


def test_a_name_of_many_expressions_is_compared_at_once() -> None:
    job = WorkflowJob(name="${{a}}b" * 30 + "c")
    assert not job.shown_as("b" * 200)
    assert job.shown_as("b" * 200 + "c")
    assert job.shown_as("b" * 200 + "c (1) / d")
    assert WorkflowJob(name="a ${{x}} b").shown_as("a b b b / c")


@pytest.mark.parametrize("options", ["e{n}", "e-{n:x}", "é{n}"])
def test_a_draft_of_thousands_of_inputs_and_options(options: str) -> None:
    listed = ", ".join(options.format(n=n) for n in range(5_000))
    inputs = "".join(f"      i{n}: {{required: true}}\n" for n in range(3_000))
    head = "on:\n  workflow_dispatch:\n    inputs:\n      environment:"
    made = draft(
        {"deploy.yml": read(f"{head} {{type: choice, options: [{listed}]}}\n{inputs}jobs: {{}}\n")}, "en", "UTC", {}
    )
    assert len(made.environments) == 40
    assert {one.why for one in made.unused} == {"many"}


def test_a_draft_of_options_with_one_name() -> None:
    """Options without a letter of ours get numbers."""
    listed = ", ".join(chr(0x4E00 + n) for n in range(10_000))
    text = (
        f"on: {{workflow_dispatch: {{inputs: {{environment: {{type: choice, options: [{listed}]}}}}}}}}\njobs: {{}}\n"
    )
    assert len(draft({"deploy.yml": read(text)}, "en", "UTC", {}).environments) == 40
