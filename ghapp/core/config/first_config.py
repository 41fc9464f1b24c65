"""The values of a first config that is drafted from workflows: its environments, its questions, and the rest."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from ghapp.core.config.kinds import Wrong
from ghapp.core.config.model import Problem
from ghapp.core.config.values import CHANNEL, NAME, TEMPLATE
from ghapp.core.config.workflow_file import Workflow
from ghapp.core.config.yaml_tree import Scalar

BY_OPTION, BY_JOB, BY_FILE = range(3)
Reason = Literal["no_dispatch", "no_release", "beside", "taken", "many"]


class Question(Struct, frozen=True):
    """A question to a person about a workflow file: the names of its GitHub environments, a name for its environment
    `about`, or the value of its input `about`; or about none, the Slack channel. `default`: the answer without a
    person; `takes`: the accepted values.
    """

    kind: Literal["environments", "name", "value", "channel"]
    file: str = ""
    about: str = ""
    default: str = ""
    takes: tuple[str, ...] = ()


CHANNEL_ASKED = Question("channel")
Answers = Mapping[Question, str]


class Place(Struct, frozen=True, kw_only=True):
    """An environment, the file that deploys to it, and the file's own name for it, "" = none.

    `by`: the input that takes that name, "" = none. `rank`: how the file shows it, the surest is the
    least. `guessed`: no file shows the name.
    """

    name: str
    file: str
    workflow: Workflow
    called: str = ""
    by: str = ""
    rank: int = BY_FILE
    guessed: bool = False


class Unused(Struct, frozen=True):
    """A workflow file, or one environment of it, that the config does not use, and why. `by`: the file used instead."""

    file: str
    why: Reason
    environment: str = ""
    by: str = ""


class Adopted(Struct, frozen=True):
    """The environments in the order of promotion, production last."""

    places: tuple[Place, ...]
    unused: tuple[Unused, ...]
    questions: tuple[Question, ...]


def refuse_answer(question: Question, answer: str) -> Problem | None:
    """Why an answer cannot be used. An empty one to a question without a default leaves the part open."""
    if question.kind == "name" and not NAME.fullmatch(answer):
        return Problem(1, 1, "config.name", {"text": answer})
    if question.kind == "value" and answer and question.takes and answer not in question.takes:
        return Problem(1, 1, "config.choice.known", {"text": answer, "known": question.takes})
    if question == CHANNEL_ASKED and not answer:
        return None
    try:
        (CHANNEL if question == CHANNEL_ASKED else TEMPLATE).read(Scalar(1, 1, answer, plain=False))
    except Wrong as wrong:
        return wrong.problems[0]
    return None
