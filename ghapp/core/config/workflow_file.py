"""Reads a workflow file: its triggers, its inputs, and the jobs that deploy."""

import re
from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct, field

from ghapp.core.config import yaml_tree
from ghapp.core.config.model import Problem
from ghapp.core.config.names import plain_name
from ghapp.core.config.yaml_tree import Limits, Malformed, Node, Scalar, plain, within

# GitHub accepts anchors, deep nesting and long workflows; the file is untrusted all the same.
LIMITS = Limits(size=512 * 1024, depth=40, values=50_000, aliases=True)


_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_EVENT = re.compile(r"github\.event(?:_name)?\b|\binputs\b", re.IGNORECASE)
_OTHER_EVENT = re.compile(r"event_name\s*==\s*['\"](?!workflow_dispatch['\"])", re.IGNORECASE)
_AROUND = re.compile(r"\$\{\{((?:(?!\}\}).)*)\}\}|\(([^()]*)\)", re.DOTALL)
# triggers of our own start, of a start by another workflow, and of mere checks
_ORDERED = ("workflow_dispatch", "workflow_call", "pull_request", "merge_group")
_UNWELL = re.compile(r"(?<![!\w])(?:failure|cancelled)\(\s*\)")
_GUARD = re.compile(r"/guard(?:@|/?$)")


class Input(Struct, frozen=True, kw_only=True):
    """One input of `workflow_dispatch`. `options`: the accepted values, if it is a choice. `value`: the default's text,
    "" if `default` is False.
    """

    type: str = "string"
    required: bool = False
    default: bool = False
    value: str = ""
    options: tuple[str, ...] | None = None


class WorkflowJob(Struct, frozen=True, kw_only=True):
    """`name`: as GitHub shows it, or a template of that. `place`: the environment that it names, "" = none.
    `condition`: its `if`.

    `says`: its key and name, and the workflow and actions that it uses, which may say that it deploys. `guarded`: one
    of its steps asks the guard. `unwell`: it begins only after a failure or a cancel. `by_event`: its `if` depends on
    the run's trigger. `cancels`: the line that lets a newer run cancel it, 0 = none.
    """

    name: str
    place: str = ""
    condition: str = ""
    says: tuple[str, ...] = ()
    guarded: bool = False
    unwell: bool = False
    by_event: bool = False
    cancels: int = 0

    @property
    def decided(self) -> bool:
        """Whether its environment is known only when it runs."""
        return len(_literals(self.place)) > 1

    def shown_as(self, name: str) -> bool:
        """Whether GitHub may show it under this name: a matrix adds its values, a called workflow its own jobs.

        A skipped job has its name as written: actions/runner#1215.
        """
        first, *parts = map(re.escape, _literals(self.name))
        last = f".*{parts.pop()}" if parts else ""
        # atomic: the first place of a part between two expressions leaves most to the rest, so no other is tried
        between = "".join(f"(?>.*?{part})" for part in parts if part)
        return re.fullmatch(rf"{first}{between}{last}(?: \(.*\))?(?: / .*)?", name, re.DOTALL) is not None


class Workflow(Struct, frozen=True, kw_only=True):
    """`dispatch`, `queue`: whether `workflow_dispatch` and `merge_group`, a merge queue, are among its triggers.

    `others`: the triggers that start all of it without a command, each with its line. `cancels`: as of a job.
    """

    dispatch: bool
    queue: bool = False
    name: str = ""
    run_name: str = ""
    inputs: Mapping[str, Input] = field(default_factory=dict)
    jobs: tuple[WorkflowJob, ...] = ()
    others: Mapping[str, int] = field(default_factory=dict)
    cancels: int = 0

    def shown_as(self, name: str) -> tuple[WorkflowJob, ...]:
        """The jobs that GitHub may show under this name: those of this very name, else those without an expression."""
        found = [job for job in self.jobs if job.shown_as(name)]
        written = [job for job in found if job.name == name]
        return tuple(written or [job for job in found if len(_literals(job.name)) == 1] or found)

    def deploying(self, places: Collection[str]) -> tuple[WorkflowJob, ...]:
        """The jobs that deploy to an environment of these names, as far as the file shows.

        Those that name it or ask the guard; else those whose environment is known only when they run. Empty: not shown.
        """
        names = {plain_name(place) for place in places}
        said = tuple(job for job in self.jobs if job.guarded or plain_name(job.place) in names)
        return said or tuple(job for job in self.jobs if job.decided)

    def sparing(self, places: Collection[str]) -> tuple[WorkflowJob, ...]:
        """The jobs that certainly do not deploy there in a run that ends well: they name another environment, or begin
        only after a failure. Any other job may deploy, if none is known to: it may call a workflow that does.
        """
        names = {plain_name(place) for place in places}
        return tuple(job for job in self.jobs if job.unwell or (job.place and plain_name(job.place) not in names))


def _literals(text: str) -> list[str]:
    """The parts around its expressions; one part where it has none. What follows the last `}}` is not searched: each
    `${{` there, which nothing ends, would be followed to the end.
    """
    searched = text[: text.rfind("}}") + 2] if "}}" in text else ""
    parts = _EXPRESSION.split(searched)
    return [*parts[:-1], parts[-1] + text[len(searched) :]]


def read_workflow(text: str) -> Workflow | Problem:
    """Read the parts that matter; one of an unexpected kind counts as absent. A Problem if the text is not YAML."""
    try:
        tree = yaml_tree.read(text, LIMITS)
    except Malformed as malformed:
        return malformed.problem
    triggers = within(tree, "on")
    declared = within(within(triggers, "workflow_dispatch"), "inputs")
    items, named = declared.items if isinstance(declared, yaml_tree.Mapping) else (), _named(triggers)
    return Workflow(
        dispatch="workflow_dispatch" in named,
        queue="merge_group" in named,
        name=_text(within(tree, "name")),
        run_name=_text(within(tree, "run-name")),
        inputs={key.text: _input(value) for key, value in items},
        jobs=tuple(_jobs(within(tree, "jobs"))),
        others={name: line for name, line in _lines(triggers) if name and not name.startswith(_ORDERED)},
        cancels=_cancels(tree),
    )


def _jobs(node: Node | None) -> Iterator[WorkflowJob]:
    for key, job in node.items if isinstance(node, yaml_tree.Mapping) else ():
        place, steps = within(job, "environment"), within(job, "steps")
        items = steps.items if isinstance(steps, yaml_tree.Sequence) else ()
        uses = tuple(_text(within(step, "uses")) for step in items)
        name, condition = _text(within(job, "name")), _text(within(job, "if"))
        yield WorkflowJob(
            name=name or key.text,
            place=_text(place) or _text(within(place, "name")),
            says=(key.text, name, _text(within(job, "uses")), *uses),
            guarded=any(_GUARD.search(one) for one in uses),
            condition=condition,
            unwell=_unwell(condition),
            by_event=_by_event(condition),
            cancels=_cancels(job),
        )


def _unwell(condition: str) -> bool:
    """Whether each alternative needs a failure or a cancel: `failure() || cancelled()`. False with a negated group."""
    return "!(" not in condition and all(_UNWELL.search(one) for one in condition.split("||"))


def _by_event(condition: str) -> bool:
    """Whether each alternative depends on the run's trigger or inputs: `github.ref == 'x' || inputs.y` does not. One
    that names another trigger lets that one start the job.
    """
    return all(_EVENT.search(one) and not _OTHER_EVENT.search(one) for one in _alternatives(condition))


def _alternatives(condition: str) -> list[str]:
    """The parts between the `||` that are in no group, without a group or `${{ }}` around the whole."""
    plain_condition = condition.strip()
    while found := _AROUND.fullmatch(plain_condition):
        plain_condition = (found[1] or found[2]).strip()
    depth, begin, parts = 0, 0, list[str]()
    for sign in re.finditer(r"\|\||[()]", plain_condition):
        depth += {"(": 1, ")": -1}.get(sign[0], 0)
        if sign[0] == "||" and depth == 0:
            parts.append(plain_condition[begin : sign.start()])
            begin = sign.end()
    return [*parts, plain_condition[begin:]]


def _named(triggers: Node | None) -> tuple[str, ...]:
    return tuple(name for name, _ in _lines(triggers))


def _lines(triggers: Node | None) -> Iterator[tuple[str, int]]:
    """`on: a`, `on: [a, b]` and `on: {a: …}` are the same."""
    match triggers:
        case yaml_tree.Mapping(items=items):
            yield from ((key.text, key.line) for key, _ in items)
        case yaml_tree.Sequence(items=items):
            yield from ((_text(item), item.line) for item in items)
        case _:
            yield _text(triggers), triggers.line if triggers else 1


def _cancels(node: Node | None) -> int:
    """The line, only if it always cancels: an expression may except releases."""
    found = within(within(node, "concurrency"), "cancel-in-progress")
    return found.line if found and plain(found) is True else 0


def _input(node: Node) -> Input:
    options = within(node, "options")
    return Input(
        type=_text(within(node, "type")) or "string",
        required=plain(within(node, "required")) is True,
        default=within(node, "default") is not None,
        value=_text(within(node, "default")),
        options=tuple(_text(item) for item in options.items) if isinstance(options, yaml_tree.Sequence) else None,
    )


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""
