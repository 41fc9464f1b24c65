"""Which environments a repository's workflows deploy to, which file deploys to each, and which files do not count."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from msgspec.structs import replace

from ghapp.core.config.distinct_names import numbered, one_file_each
from ghapp.core.config.first_config import BY_JOB, BY_OPTION, Adopted, Answers, Place, Question, Unused
from ghapp.core.config.names import plain_name
from ghapp.core.config.promotion import UNKNOWN, name_of, stage_of
from ghapp.core.config.release_files import environment_of, is_beside, is_trial, says_environment, says_release
from ghapp.core.config.workflow_file import Workflow

ENVIRONMENT = re.compile(
    r"(?:deploy(?:ment)?|target)?-?(?:env|environment|stage|target)(?:-?name)?|deploy-?(?:to|target)", re.ASCII
)
OPTIONS = 100  # of one file, of which far fewer become environments
PAGES = "github-pages"  # GitHub's own environment, for a site of documents


def adopt(workflows: Mapping[str, Workflow], answers: Answers, most: int) -> Adopted:
    """Find at most `most` environments. A question without an answer counts as answered with its default."""
    startable = {file: workflow for file, workflow in sorted(workflows.items(), key=_order) if workflow.dispatch}
    chosen = {file: workflow for file, workflow in startable.items() if _releases(file, workflow)}
    shown = _on_github(workflows)
    found = [place for file, workflow in chosen.items() for place in _places(file, workflow, shown, answers)]
    told_apart, taken = one_file_each(found)
    named = tuple(numbered(told_apart, answers))
    ordered = sorted((place for place, _ in named), key=_stage)
    unused = [
        *(Unused(file, "no_dispatch") for file in sorted(workflows) if file not in startable),
        *(Unused(file, "no_release") for file in startable if file not in chosen and not is_beside(file)),
        *(Unused(file, "beside") for file in startable if file not in chosen and is_beside(file)),
        *taken,
        *(Unused(place.file, "many", place.name) for place in ordered[most:]),
    ]
    asked = [question for file, workflow in chosen.items() for question in _which(file, workflow, shown)]
    asked += [question for _, question in named if question]
    return Adopted(tuple(ordered[:most]), tuple(unused), tuple(asked))


def _stage(place: Place) -> int:
    by_name = stage_of(place.name)
    return stage_of(place.called) if by_name == UNKNOWN else by_name


def _order(item: tuple[str, Workflow]) -> tuple[bool, bool, str]:
    return "deploy" not in item[0].lower(), not says_release(item[0]), item[0]


def _releases(file: str, workflow: Workflow) -> bool:
    """Whether a file deploys: by its name, else by its own `name:`, its jobs, or an input for the environment."""
    if says_release(file):
        return True
    if is_beside(file) or is_trial(file):
        return False
    said = (workflow.name, *(one for job in workflow.jobs for one in job.says))
    named = says_environment(file) or any("deploy" in one.lower() for one in said)
    return named or any(job.place or job.guarded for job in workflow.jobs) or _input(workflow) is not None


def _input(workflow: Workflow) -> str | None:
    """The input that takes the environment's name: by its type or its name, else by its options."""
    inputs = workflow.inputs
    typed = [name for name, one in inputs.items() if one.type == "environment"]
    named = [name for name, one in inputs.items() if is_environment(name) and one.type != "boolean"]
    optional = [
        name for name, one in inputs.items() if any(stage_of(option) != UNKNOWN for option in one.options or ())
    ]
    return next(iter((*typed, *named, *optional)), None)


def is_environment(name: str) -> bool:
    """Whether an input of this name takes an environment's name."""
    return ENVIRONMENT.fullmatch(name.lower().replace("_", "-")) is not None


def _on_github(workflows: Mapping[str, Workflow]) -> tuple[str, ...]:
    """The GitHub environments that jobs of any file name, in the order of promotion."""
    named = (place for workflow in workflows.values() for place in _named(workflow) if place != PAGES)
    return tuple(sorted({plain_name(place): place for place in named}.values(), key=stage_of))


def _which(file: str, workflow: Workflow, shown: Sequence[str]) -> Iterator[Question]:
    """Which environments an input takes that lists none: GitHub offers the repository's for `type: environment`."""
    name = _input(workflow)
    if name is None or workflow.inputs[name].options is not None or _compared(workflow, name):
        return
    yield Question("environments", file, name, ", ".join(_likely(workflow, name, shown)) or environment_of(file))


def _likely(workflow: Workflow, by: str, shown: Sequence[str]) -> list[str]:
    """The environments that files name for such an input. `shown`: those that the jobs of all files name."""
    one = workflow.inputs[by]
    decided = any(job.decided for job in workflow.jobs)
    if _is_plain(one.value) and not (shown and one.type == "environment"):
        return [one.value]
    return list(shown) if decided or one.type == "environment" else _named(workflow)


def _named(workflow: Workflow) -> list[str]:
    """The environments that the jobs of a file name, the last in the order of promotion last."""
    return sorted((job.place for job in workflow.jobs if job.place and not job.decided), key=stage_of)


def _places(file: str, workflow: Workflow, shown: Sequence[str], answers: Answers) -> Iterator[Place]:
    """The environments of one file, by the surest sign that it has."""
    by = _input(workflow) or ""
    plain = Place(name=environment_of(file), file=file, workflow=workflow, by=by)
    options = [option for option in (workflow.inputs[by].options or ()) if option.strip()] if by else []
    if by and not options:
        options = _compared(workflow, by)
    for question in _which(file, workflow, shown):
        options = _split(answers.get(question, question.default))
        plain = replace(plain, guessed=question not in answers and not _likely(workflow, by, shown))
    for name in islice(dict.fromkeys(options), OPTIONS):
        yield replace(plain, name=name_of(name), called=name, rank=BY_OPTION)
    last = [] if options else _named(workflow)[-1:]  # one run may deploy to several: its lock is the last one's
    for name in last:
        yield replace(plain, name=name_of(name), called=name, rank=BY_JOB)
    if not (options or last):
        yield plain


def _split(names: str) -> list[str]:
    return [name for part in names.split(",") if (name := part.strip())]


def _compared(workflow: Workflow, by: str) -> list[str]:
    """The values that the jobs' conditions compare an input with, and its default beside them."""
    equal = re.compile(rf"\binputs\.{re.escape(by)}\s*==\s*'([^']+)'", re.IGNORECASE)
    found = [value for job in workflow.jobs for value in equal.findall(job.condition)]
    default = workflow.inputs[by].value
    return list(dict.fromkeys([*found, *([default] if found and _is_plain(default) else [])]))


def _is_plain(value: str) -> bool:
    return bool(value) and "${{" not in value
