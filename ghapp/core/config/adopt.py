"""Which environments a repository's workflows deploy to, which file deploys to each, and which files do not count."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct
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
GITHUBS = ("github-pages", "copilot")  # GitHub's own environments, for a site of documents and for its agent


class Shown(Struct, frozen=True):
    """The GitHub environments that jobs of any file name, and those that GitHub lists, in the order of promotion."""

    jobs: tuple[str, ...]
    listed: tuple[str, ...]


def adopt(workflows: Mapping[str, Workflow], answers: Answers, most: int, listed: Sequence[str] = ()) -> Adopted:
    """Find at most `most` environments. A question without an answer counts as answered with its default.

    `listed`: the names of the environments that GitHub lists, if they are known.
    """
    startable = {file: workflow for file, workflow in sorted(workflows.items(), key=_order) if workflow.dispatch}
    chosen = {file: workflow for file, workflow in startable.items() if _releases(file, workflow)}
    shown = Shown(_by_jobs(workflows), tuple(sorted((one for one in listed if one not in GITHUBS), key=stage_of)))
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


def _by_jobs(workflows: Mapping[str, Workflow]) -> tuple[str, ...]:
    """The GitHub environments that jobs of any file name, in the order of promotion."""
    named = (place for workflow in workflows.values() for place in _named(workflow) if place not in GITHUBS)
    return tuple(sorted({plain_name(place): place for place in named}.values(), key=stage_of))


def _which(file: str, workflow: Workflow, shown: Shown) -> Iterator[Question]:
    """Which environments an input takes that lists none: GitHub offers the repository's for `type: environment`."""
    name = _input(workflow)
    if name is None or workflow.inputs[name].options is not None or _compared(workflow, name):
        return
    yield Question("environments", file, name, ", ".join(_proposed(file, workflow, name, shown)))


def _proposed(file: str, workflow: Workflow, by: str, shown: Shown) -> list[str]:
    """The likely environments of such an input; else a guess: by the file's name, or all that GitHub lists."""
    guess = [] if says_environment(file) else list(shown.listed)
    return _likely(workflow, by, shown) or guess or [environment_of(file)]


def _likely(workflow: Workflow, by: str, shown: Shown) -> list[str]:
    """The environments that GitHub or the files name for such an input."""
    one = workflow.inputs[by]
    decided = any(job.decided for job in workflow.jobs)
    if one.type == "environment" and shown.listed:
        return list(shown.listed)
    if _is_plain(one.value) and not (shown.jobs and one.type == "environment"):
        return _split(one.value)
    return list(shown.jobs or shown.listed) if decided or one.type == "environment" else _named(workflow)


def _named(workflow: Workflow) -> list[str]:
    """The environments that the jobs of a file name, the last in the order of promotion last."""
    return sorted((job.place for job in workflow.jobs if job.place and not job.decided), key=stage_of)


def _places(file: str, workflow: Workflow, shown: Shown, answers: Answers) -> Iterator[Place]:
    """The environments of one file, by the surest sign that it has."""
    by = _input(workflow) or ""
    plain = Place(name=environment_of(file), file=file, workflow=workflow, by=by)
    options = [option for option in (workflow.inputs[by].options or ()) if option.strip()] if by else []
    if by and not options:
        options = _compared(workflow, by)
    for question in _which(file, workflow, shown):
        answer = answers.get(question, question.default)
        options = _proposed(file, workflow, by, shown) if answer == question.default else _split(answer)
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
