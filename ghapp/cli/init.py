"""`ghapp init`: drafts a first config from the existing workflows. It writes one file and overwrites none."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from ghapp.cli import checkout
from ghapp.cli.environments import Listed, listed_environments
from ghapp.core.config.draft import Draft, draft
from ghapp.core.config.first_config import Question, Reason, Unused, refuse_answer
from ghapp.core.config.model import Config, Language, Problem
from ghapp.core.config.reader import ENVIRONMENTS, read_config
from ghapp.core.config.release_files import says_release
from ghapp.core.config.workflow_check import TRAPS, Files, check_workflows
from ghapp.core.config.workflow_file import Workflow
from ghapp.core.views import problem as told

ZONES: dict[Language, str] = {"en": "UTC", "ja": "Asia/Tokyo"}
MOST_NAMED = 10  # files on one line
_ASKED = {
    "environments": "init.ask.environments",
    "name": "init.ask.name",
    "value": "init.ask.value",
    "channel": "init.ask.channel",
}
_UNUSED: Mapping[Reason, str] = {
    "no_dispatch": "init.unused.no_dispatch",
    "no_release": "init.unused.no_release",
    "beside": "init.unused.beside",
    "taken": "init.unused.taken",
    "many": "init.unused.many",
}


def init(path: Path, *, language: Language, asking: bool) -> int:
    """0 and the file is written; 1 and nothing is, where a config exists or no workflow deploys.

    `asking`: ask a person at the terminal; without one, the file has comments where an answer is missing.
    """
    if path.exists() or path.is_symlink():
        return _refused(told.say(language, "init.exists", file=path))
    if not checkout.is_checkout():
        return _refused(told.say(language, "init.outside"))
    folder = path.parent / "workflows"
    names = checkout.workflow_names(folder)
    if not names:
        return _refused(told.say(language, "init.none", folder=folder))
    files = checkout.workflows(folder, first=says_release)
    _report_unread(folder, names, files, language)
    readable = {name: one for name, one in files.items() if isinstance(one, Workflow)}
    listed = _listed(path.parent.parent, readable, language)
    made = _drafted(readable, listed.names if listed else (), language, asking=asking)
    if not made.environments:
        code = "init.no_release" if any(one.dispatch for one in readable.values()) else "init.nothing"
        print(f"ghapp: {told.say(language, code, folder=folder)}", file=sys.stderr)
        _print_unused(made.unused, language)
        return 1
    with path.open("x", encoding="utf-8") as file:
        file.write(made.text)
    _report(path, made, readable, language)
    if listed and listed.names:
        names = _few(listed.names, language)
        print(told.say(language, "init.listed", repository=listed.repository, environments=names))
    print(told.say(language, "init.next" if made.channel else "init.next.channel"))
    return 0


def _listed(root: Path, workflows: Mapping[str, Workflow], language: Language) -> Listed | None:
    """GitHub's environments, if an input takes one of them and lists none."""
    made = draft(workflows, language, ZONES[language], {})
    if not any(question.kind == "environments" for question in made.questions):
        return None
    listed = listed_environments(root)
    if listed and listed.refused:
        values = {"repository": listed.repository, "status": listed.refused, "variable": listed.variable}
        print(f"ghapp: {told.say(language, 'init.not_listed', **values)}", file=sys.stderr)
    return listed


def _drafted(workflows: Mapping[str, Workflow], listed: Sequence[str], language: Language, *, asking: bool) -> Draft:
    """The draft with all answers; an answer may lead to another question."""
    answers: dict[Question, str] = {}
    made = draft(workflows, language, ZONES[language], answers, listed)
    while asking and (question := next((one for one in made.questions if one not in answers), None)):
        answers[question] = _ask(question, language)
        made = draft(workflows, language, ZONES[language], answers, listed)
    return made


def _ask(question: Question, language: Language) -> str:
    """A valid answer. Enter, like the end of the input, is the default."""
    code = "init.ask.text" if question.kind == "value" and not question.takes else _ASKED[question.kind]
    values = {"file": question.file, "about": question.about, "takes": question.takes}
    asked = told.say(language, code, **values)
    if question.default:
        asked = told.say(language, "init.ask.default", question=asked, default=question.default)
    while True:
        print(asked, end=" ", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip()
        if not answer and question.default:
            return question.default
        problem = refuse_answer(question, answer)
        if problem is None:
            return answer
        print(told.say_problem(problem, language), file=sys.stderr)


def _report_unread(folder: Path, names: Sequence[str], files: Files, language: Language) -> None:
    for name, one in files.items():
        if isinstance(one, Problem):
            what = told.line(one, language)
            print(f"ghapp: {told.say(language, 'init.unreadable', file=folder / name, what=what)}", file=sys.stderr)
    if unread := [name for name in names if name not in files]:
        values = {"folder": folder, "most": checkout.MOST_FILES, "files": _few(unread, language)}
        print(f"ghapp: {told.say(language, 'init.unread', **values)}", file=sys.stderr)


def _report(path: Path, made: Draft, workflows: Mapping[str, Workflow], language: Language) -> None:
    print(told.say(language, "init.written", file=path, environments=made.environments))
    for left in made.open:
        if not left.input:
            print(f"- {told.say(language, 'init.guessed', line=left.line, environment=left.environment)}")
    for file, name in dict.fromkeys((left.file, left.input) for left in made.open if left.input):
        lines = [left.line for left in made.open if (left.file, left.input) == (file, name)]
        print(f"- {told.say(language, 'init.open', file=file, name=name, lines=lines)}")
    for problem in _traps(made.text, workflows):
        print(f"- {told.say_problem(problem, language)}")
    _print_unused(made.unused, language)


def _print_unused(unused: Iterable[Unused], language: Language) -> None:
    """One line for each reason."""
    lines = [
        told.say(
            language,
            _UNUSED[why],
            files=_few(list(dict.fromkeys(one.file for one in same)), language),
            environment=environment,
            by=by,
            most=ENVIRONMENTS,
        )
        for (why, environment, by), found in groupby(unused, lambda one: (one.why, one.environment, one.by))
        for same in [list(found)]
    ]
    if lines:
        print("\n".join([told.say(language, "init.unused"), *(f"- {line}" for line in lines)]))


def _few(files: Sequence[str], language: Language) -> list[str]:
    rest = len(files) - MOST_NAMED
    return [*files[:MOST_NAMED], *([told.say(language, "init.more", count=rest)] if rest > 0 else [])]


def _traps(text: str, workflows: Mapping[str, Workflow]) -> Iterator[Problem]:
    """Where the workflows act past the lock, or do not get the commit, which the written file does not show. Once for
    each place in a workflow.
    """
    config = read_config(text, "", "")
    advice = check_workflows(config, text, workflows).advice if isinstance(config, Config) else ()
    found = {
        (problem.code, problem.values["file"], problem.values.get("line")): problem
        for problem in reversed(advice)
        if problem.code in (*TRAPS, "workflow.no_sha")
    }
    return reversed(found.values())


def _refused(why: str) -> int:
    print(f"ghapp: {why}", file=sys.stderr)
    return 1
