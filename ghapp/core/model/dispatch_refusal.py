"""Why GitHub refused to start a workflow, as it is kept with the attempt: a code, and the name that it is about."""

from dataclasses import dataclass
from typing import Literal, get_args

Code = Literal[
    "dispatch.no_workflow",
    "dispatch.no_trigger",
    "dispatch.unknown_input",
    "dispatch.missing_input",
    "dispatch.input_value",
    "dispatch.unreadable",
    "dispatch.disabled_workflow",
    "dispatch.disabled_actions",
    "dispatch.not_allowed",
    "dispatch.no_permission",
]


@dataclass(frozen=True, slots=True)
class DispatchRefusal:
    """One that is understood. `name`: the input, or what cannot be read; its text is GitHub's."""

    code: Code
    name: str = ""

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


def read_refusal(kept: str) -> DispatchRefusal | None:
    """What was kept as `str(refusal)`; None for everything else, such as GitHub's own words."""
    first, _, name = kept.partition(" ")
    return next((DispatchRefusal(code, name) for code in get_args(Code) if code == first), None)
