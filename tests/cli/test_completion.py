"""`ghapp completion`: the scripts complete every command and option, in bash as bash itself runs them."""

import argparse
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ghapp.cli import commands


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """All option and command names of a parser and its commands."""
    for action in parser._actions:
        yield from (option for option in action.option_strings if option.startswith("--"))
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                yield name
                yield from options(command)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_has_every_command_and_option(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """They come from the parser that reads the arguments."""
    assert commands.run(["completion", shell]) == 0
    script, err = capsys.readouterr()
    assert err == ""
    names = {*options(commands.make_parser())}
    assert {"check", "--effective", "create", "completion", "--port"} <= names
    bare = {name.removeprefix("--") if shell == "fish" else name for name in names}  # fish adds the hyphens
    assert not [name for name in bare if name not in script]


COMPLETE = """
cd "$1" && . ./ghapp.bash
COMP_WORDS=(ghapp "${@:2}") COMP_CWORD=$(($# - 1)) COMP_LINE="ghapp ${*:2}" COMP_POINT=${#COMP_LINE}
$(complete -p ghapp | sed 's/.* -F \\([^ ]*\\) .*/\\1/')
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (("che",), {"check"}),
        (("check", "--eff"), {"--effective"}),
        (("check", "--language", ""), {"en", "ja"}),
        (("check", "rul"), {"rules.yml"}),
        (("table", ""), {"create", "check"}),
        (("table", "create", "--r"), {"--restored"}),
        (("completion", ""), {"bash", "zsh", "fish"}),
        (("serve", "--p"), {""}),
    ],
)
def test_bash_completes_what_was_typed(
    typed: tuple[str, ...], offered: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Commands, options, their values, and files where a path is expected."""
    commands.run(["completion", "bash"])
    (tmp_path / "ghapp.bash").write_text(capsys.readouterr().out)
    (tmp_path / "rules.yml").touch()
    command = ["bash", "--norc", "-c", COMPLETE, "bash", str(tmp_path), *typed]
    completed = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (set(completed.stdout.splitlines()), completed.stderr) == (offered, "")
