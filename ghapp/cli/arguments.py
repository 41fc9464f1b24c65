"""A parser of arguments that reports each mistake in one line, with the nearest valid word. The exit code is 2."""

import argparse
import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from ghapp.core.model.secret import masked
from ghapp.core.views.markup import Terminal
from ghapp.core.words import cut

LONGEST = 300  # characters of a mistake, which quotes what was typed


class Parser(argparse.ArgumentParser):
    """argparse's, without abbreviated options: a later option would change the meaning of the abbreviation."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **settings})

    def error(self, message: str) -> NoReturn:
        """Exits with 2. argparse would print the usage before, in several lines."""
        said = Terminal().escape(cut(masked(message), LONGEST))
        self.exit(2, f"ghapp: {said}{'' if said.endswith('?') else '.'} `{self.prog} --help` shows the usage\n")

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Reports an unknown argument by the command that does not know it, not by `ghapp`, so that the hint fits."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(self._unknown(unknown[0].split("=", 1)[0]))  # without the value, which may be a secret
        return found, unknown

    def _unknown(self, argument: str) -> str:
        if not re.match("-.", argument):
            return f"unexpected argument {argument!r}"
        known = (option for action in self._actions for option in action.option_strings)
        return f"there is no option {argument}{_meant(argument, known)}"

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        if isinstance(action, argparse._SubParsersAction):
            self.error(f"there is no command {self._after() + value!r}{_meant(str(value), known)}")
        raise argparse.ArgumentError(action, f"expected {' or '.join(known)}, not {value!r}{_meant(str(value), known)}")

    def _after(self) -> str:
        """The words before a subcommand, such as `table `."""
        return "".join(f"{word} " for word in self.prog.split()[1:])


def _meant(typed: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(typed, list(known), 1)
    return f". Did you mean {near[0]}?" if near else ""
