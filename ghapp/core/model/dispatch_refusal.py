"""Why a workflow was not started, or its run is not known, as the attempt keeps it: a code, and a name."""

from typing import Literal, get_args

from msgspec import Struct

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
    "dispatch.no_ticket",
    "dispatch.several",
]


class DispatchRefusal(Struct, frozen=True):
    """A refusal that we understand. `name`: the input, the unreadable part, or the runs; its text is GitHub's."""

    code: Code
    name: str = ""

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


def read_refusal(kept: str) -> DispatchRefusal | None:
    """Parse the text of `str(refusal)`; None for anything else, such as GitHub's own message."""
    first, _, name = kept.partition(" ")
    return next((DispatchRefusal(code, name) for code in get_args(Code) if code == first), None)
