"""Drafts a first `.github/ghapp.yml` from a repository's workflows, so that none of them has to change."""

import json
import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from ghapp.core.config.adopt import adopt, is_environment
from ghapp.core.config.first_config import CHANNEL_ASKED, Adopted, Answers, Place, Question, Unused
from ghapp.core.config.kinds import Kind, Wrong
from ghapp.core.config.model import Language
from ghapp.core.config.names import look, plain_name
from ghapp.core.config.reader import ENVIRONMENTS
from ghapp.core.config.values import ALIAS, GITHUB_ENVIRONMENT, INPUT, TEMPLATE
from ghapp.core.config.workflow_file import Input, Workflow
from ghapp.core.config.yaml_tree import Scalar

_MEANINGS: Mapping[str, tuple[str, ...]] = {
    "{sha}": ("sha", "ref", "revision", "rev", "commit", "commitsha", "gitsha", "gitref", "gitcommit"),
    "{ticket}": ("ghapp", "ticket"),
    "{number}": ("number", "deploymentnumber"),
    "{pr}": ("pr", "prnumber", "pull", "pullnumber", "pullrequest", "pullrequestnumber"),
    "{actor}": ("actor", "user", "deployer", "triggeredby", "requestedby"),
}
_FITTING = {name: placeholder for placeholder, names in _MEANINGS.items() for name in names}
_NUMBERS = ("{number}", "{pr}")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*", re.ASCII)
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})  # values to some readers of YAML
_LONGEST_NOTE = 100


class Open(Struct, frozen=True):
    """A part of the draft that a person has to fill in or to confirm, with its line: the value of an input of a file,
    or, without one, the name of the environment.
    """

    environment: str
    file: str
    line: int
    input: str = ""


class Draft(Struct, frozen=True):
    """The file's text, its environments, and what is left: open parts, unused workflows, and questions whose answers
    would make it better. `channel`: of Slack, if it names one.
    """

    text: str
    environments: tuple[str, ...]
    open: tuple[Open, ...]
    unused: tuple[Unused, ...]
    questions: tuple[Question, ...]
    channel: str = ""


def draft(
    workflows: Mapping[str, Workflow],
    language: Language,
    timezone: str,
    answers: Answers,
    listed: Sequence[str] = (),
) -> Draft:
    """The draft; without environments, it has no text. `listed`: the names of the environments that GitHub lists."""
    adopted = adopt(workflows, answers, ENVIRONMENTS, listed)
    places = adopted.places
    channel = answers.get(CHANNEL_ASKED, "")
    slack = f"slack: {{channel: {channel}}}" if channel else "# slack: {channel: C024BE91L}"
    lines = [f"language: {language}", f"timezone: {timezone}", slack, "environments:"]
    left: list[Open] = []
    for place in places:
        left += _write(lines, place, _names(place, places), answers)
    return Draft(
        text="\n".join(lines) + "\n" if places else "",
        environments=tuple(place.name for place in places),
        open=tuple(left),
        unused=adopted.unused,
        questions=(*adopted.questions, *_values(adopted), *([CHANNEL_ASKED] if places else [])),
        channel=channel,
    )


_GUESSED = "  # a guess: does the workflow deploy to an environment of this name on GitHub?"


class _Names(Struct, frozen=True):
    """The other names of an environment. `github`: that of its GitHub environment, if it is neither name nor alias."""

    alias: str | None = None
    github: str | None = None


def _write(lines: list[str], place: Place, names: _Names, answers: Answers) -> list[Open]:
    """Write one environment; its open parts."""
    left = [Open(place.name, place.file, len(lines) + 1)] if place.guessed else []
    lines += [
        f"  {_quoted(place.name)}:{_GUESSED if place.guessed else ''}",
        *([f"    aliases: [{_quoted(names.alias)}]"] if names.alias else []),
        *([f"    github_environment: {_quoted(names.github)}"] if names.github else []),
        f"    workflow: {_quoted(place.file)}",
    ]
    sent = _inputs(place, answers)
    filled = {name: value for name, value in sent.items() if value is not None}
    missing = [name for name in sent if name not in filled]
    lines.append("    inputs:" if filled else f"    inputs: {{}}{'  # remove {} to fill in' if missing else ''}")
    lines += [f"      {name}: {_in_quotes(value)}" for name, value in filled.items()]
    for name in missing:
        lines.append(f"      # {name}:  # required: {_takes(place.workflow.inputs[name])}")
        left.append(Open(place.name, place.file, len(lines), name))
    return left


def _inputs(place: Place, answers: Answers) -> dict[str, str | None]:
    """The inputs to send: those with a fitting placeholder or an answer, and, as None, the required ones without a
    default that nothing fits. The others keep the workflow's defaults.
    """
    sent: dict[str, str | None] = {}
    for name, one in place.workflow.inputs.items():
        value = _value(place, name, one) or answers.get(_asks(place.file, name, one)) or None
        if INPUT.fullmatch(name) and (value or (one.required and not one.default)):
            sent[name] = value
    return sent


def _value(place: Place, name: str, one: Input) -> str | None:
    """The value or placeholder that fits an input; None if that is not known."""
    if one.type == "boolean":
        return None
    if name == place.by or is_environment(name):
        called = place.called or place.name
        if one.options is not None and called not in one.options:
            return None
        return "{environment}" if called == place.name else called if _is_sendable(called) else None
    fitting = _FITTING.get(re.sub(r"[^a-z0-9]", "", name.lower()))
    if one.options is not None or (one.type == "number" and fitting not in _NUMBERS):
        return None
    return fitting


def _is_sendable(value: str) -> bool:
    """Whether a config can send the text as it is."""
    return _reads(TEMPLATE, value) and not re.search(r"\{[a-z]+\}", value)


def _values(adopted: Adopted) -> tuple[Question, ...]:
    """A question for each open input, once a file: its value is the same for all environments of the file."""
    asked = {
        _asks(place.file, name, one): one.options is None
        for place in adopted.places
        for sent in (_inputs(place, {}),)
        for name, one in place.workflow.inputs.items()
        if sent.get(name, "") is None
    }
    return tuple(question for question, free in asked.items() if free or question.takes)


def _asks(file: str, name: str, one: Input) -> Question:
    takes = ("true", "false") if one.type == "boolean" else tuple(filter(_is_sendable, one.options or ()))
    return Question("value", file, name, takes=takes)


def _names(place: Place, places: Sequence[Place]) -> _Names:
    """The workflow's own name as an alias where it can be one, and as the GitHub environment's where jobs use it; not
    where another environment has it, too.
    """
    plain = plain_name(place.called)
    others = [look(word) for one in places if one is not place for word in (one.name, plain_name(one.called))]
    if plain in ("", place.name) or look(plain) in others:
        return _Names()
    if not plain.isascii() and _reads(ALIAS, place.called):
        return _Names(alias=place.called)
    used = any(job.decided or plain_name(job.place) == plain for job in place.workflow.jobs)
    return _Names(github=place.called if used and _reads(GITHUB_ENVIRONMENT, place.called) else None)


def _reads(kind: Kind[str], text: str) -> bool:
    """Whether a config accepts the text as a value of this kind."""
    try:
        kind.read(Scalar(1, 1, text, plain=False))
    except Wrong:
        return False
    return True


def _quoted(text: str) -> str:
    """The text as a value or key of YAML, in quotes where it may be read as something else."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return _in_quotes(text)


def _in_quotes(text: str) -> str:
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _takes(one: Input) -> str:
    """The accepted values, on one line without control characters, however they are written."""
    found = " | ".join(one.options or (("true", "false") if one.type == "boolean" else (one.type,)))
    clean = " ".join("".join(sign if sign.isprintable() else " " for sign in found).split())
    return clean if len(clean) <= _LONGEST_NOTE else f"{clean[:_LONGEST_NOTE]} …"
