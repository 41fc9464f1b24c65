"""`ghapp init` on the shapes that deploy workflows have, and on hostile folders."""

import os
import re
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ghapp.cli.commands import run
from ghapp.core.config.model import Config
from ghapp.core.config.reader import read_config

SHAPES = sorted((Path(__file__).parent / "shapes").glob("*.txt"))
CONFIG, FOLDER = Path(".github/ghapp.yml"), Path(".github/workflows")
_PART = re.compile(r"^== (.*)\n", re.M)


@pytest.fixture(autouse=True)
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a checkout without workflows."""
    (tmp_path / ".git").mkdir()
    (tmp_path / FOLDER).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C.UTF-8")
    return tmp_path


def shape(path: Path) -> dict[str, str]:
    """The parts of a shape: its workflow files, the written config, and the lines of `init` and `check`."""
    parts = _PART.split(path.read_text())
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """All that a command prints, and its exit code. It runs in Japanese first, for its sentences."""
    written = CONFIG.exists()
    run((*arguments, "--language", "ja"))
    capsys.readouterr()
    if not written:
        CONFIG.unlink(missing_ok=True)
    code = run(arguments)
    printed = capsys.readouterr()
    return f"{printed.err}{printed.out}exit {code}\n"


def outcome(capsys: pytest.CaptureFixture[str], files: dict[str, bytes]) -> dict[str, str]:
    """The written config, and the lines of `init` and `check`, with these workflows."""
    for name, text in files.items():
        (FOLDER / name).write_bytes(text)
    printed = said(capsys, "init")
    written = CONFIG.read_text() if CONFIG.exists() else ""
    return {"init": printed, "written": written, "check": said(capsys, "check")}


def encoded(parts: dict[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in parts.items() if name.endswith((".yml", ".yaml"))}


@pytest.mark.parametrize("path", SHAPES, ids=lambda path: path.stem)
def test_a_draft_of_each_shape(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file, and what is left to do. `GOLDEN=1` writes the parts below the workflows again, for a review."""
    parts = shape(path)
    made = outcome(capsys, encoded(parts))
    if os.environ.get("GOLDEN"):
        kept = {name: text for name, text in parts.items() if name not in made}
        path.write_text("".join(f"== {name}\n{text}" for name, text in {**kept, **made}.items()))
    assert made == {name: parts.get(name) for name in made}


@pytest.mark.parametrize("path", SHAPES, ids=lambda path: path.stem)
def test_a_byte_order_mark_and_carriage_returns_change_nothing(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """GitHub reads such files, too; editors on Windows write them."""
    parts = shape(path)
    windows = {name: b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n") for name, text in encoded(parts).items()}
    assert outcome(capsys, windows)["written"] == parts["written"]


@pytest.mark.parametrize("path", SHAPES, ids=lambda path: path.stem)
def test_what_is_written_loads(path: Path) -> None:
    """The server reads each draft; a part that is left open is a comment in it."""
    if written := shape(path)["written"]:
        assert isinstance(read_config(written, "c", "main"), Config)


def write(name: str, text: str) -> None:
    (FOLDER / name).write_text(text)


DEPLOY = "on: {workflow_dispatch: {inputs: {sha: {required: true}}}}\n"


# ---------------------------------------------------------------- where it runs


def test_it_works_in_a_folder_of_the_checkout(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The paths that it prints can be opened from there."""
    write("deploy.yml", DEPLOY)
    (checkout / "src/api").mkdir(parents=True)
    monkeypatch.chdir(checkout / "src/api")
    assert run(["init"]) == 0
    assert capsys.readouterr().out.startswith("../../.github/ghapp.yml is written, for: production\n")
    assert (checkout / CONFIG).exists()


def test_outside_a_checkout_it_says_so(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not that a workflow is missing. Nothing is written."""
    (checkout / ".git").rmdir()
    (checkout / "elsewhere").mkdir()
    monkeypatch.chdir(checkout / "elsewhere")
    expected = "ghapp: there is no checkout of a git repository here: run `ghapp init` in the folder of yours\nexit 1\n"
    assert said(capsys, "init") == expected
    assert [*Path().iterdir()] == []


@pytest.mark.parametrize("made", [True, False])
def test_without_workflows_it_names_an_example(made: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """With an empty folder, and without one."""
    if not made:
        FOLDER.rmdir()
    assert said(capsys, "init").startswith(
        "ghapp: there is no workflow in .github/workflows, and nothing was written: add one that deploys, for example "
        "deploy/workflow.yml of ghapp's repository"
    )
    assert not CONFIG.exists()


# ---------------------------------------------------------------- hostile folders


def test_five_hundred_files_are_read_up_to_a_bound_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Those whose names say that they deploy are read first."""
    for number in range(499):
        write(f"a{number:03}.yml", "on: workflow_dispatch\n")
    write("z-deploy.yml", DEPLOY)
    printed = said(capsys, "init")
    assert ".github/ghapp.yml is written, for: z\n" in printed
    assert (
        "ghapp: .github/workflows has more than 200 workflows; not read: a199.yml, a200.yml, a201.yml, a202.yml, "
        "a203.yml, a204.yml, a205.yml, a206.yml, a207.yml, a208.yml, 290 more\n"
    ) in printed
    assert "a008.yml, a009.yml, 189 more: can be started by hand; the name says nothing of a release\n" in printed


def test_a_very_large_workflow_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    """Up to 512 KiB, with thousands of jobs."""
    jobs = "".join(f"  job{number}: {{runs-on: ubuntu-latest}}\n" for number in range(2000))
    text = f"{DEPLOY}jobs:\n{jobs}"
    write("deploy.yml", text + "#" * (512 * 1024 - len(text)))
    assert run(["init"]) == 0
    assert capsys.readouterr().out.startswith(".github/ghapp.yml is written, for: production\n")


def test_more_environments_than_a_config_takes_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    """None is left out in silence."""
    options = ", ".join(f"shop{number}" for number in range(42))
    write("deploy.yml", f"on: {{workflow_dispatch: {{inputs: {{env: {{type: choice, options: [{options}]}}}}}}}}\n")
    printed = said(capsys, "init")
    for left in ("shop40", "shop41"):
        assert f"- deploy.yml: {left} is left out, because a config has at most 40 environments\n" in printed
    config = read_config(CONFIG.read_text(), "c", "main")
    assert isinstance(config, Config)
    assert len(config.environments) == 40


def test_files_that_cannot_be_read_are_named_and_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """A link, a link loop, a folder, a device, bytes, a large file, and one that grows by its aliases."""
    write("deploy.yml", DEPLOY)
    (FOLDER / "a-link.yml").symlink_to("deploy.yml")
    (FOLDER / "b-loop.yml").symlink_to("b-loop.yml")
    (FOLDER / "c-folder.yml").mkdir()
    (FOLDER / "d-device.yml").symlink_to("/dev/zero")
    (FOLDER / "e-bytes.yml").write_bytes(b"on: \xff\xfe\n")
    (FOLDER / "f-utf16.yml").write_bytes("on: workflow_dispatch\n".encode("utf-16"))
    write("g-large.yml", "#" * (512 * 1024 + 1))
    rows = [f"a{place}: &a{place} [{', '.join([f'*a{place - 1}'] * 9)}]" for place in range(1, 30)]
    write("h-release-bomb.yml", "\n".join(["on: workflow_dispatch", "a0: &a0 [x]", *rows, ""]))
    write("j-\x1b[31m.yml", DEPLOY)
    assert run(["init"]) == 0
    printed = capsys.readouterr()
    lines = [*printed.err.splitlines(), *printed.out.splitlines()]
    named = [
        re.fullmatch(r"ghapp: \S+/(.)-.* cannot be read and was left out: line \d+, column \d+: (.*)", one)
        for one in lines
    ]
    assert [(one[1], one[2]) for one in named if one] == [
        ("h", "the file holds more than 50000 values."),  # its name says that it deploys, so it is read first
        ("a", "this is not a file."),
        ("b", "this is not a file."),
        ("c", "this is not a file."),
        ("d", "this is not a file."),
        ("e", "the file is not text."),
        ("f", "the file is not text."),
        ("g", "the file is larger than 512 KiB."),
    ]
    assert ".github/ghapp.yml is written, for: production" in lines


def test_a_name_that_is_not_utf8_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    """No config can name such a file."""
    write("deploy.yml", DEPLOY)
    Path(os.fsdecode(os.fsencode(FOLDER) + b"/deploy-\xff.yml")).write_text(DEPLOY)
    printed = said(capsys, "init")
    assert printed.startswith(
        "ghapp: .github/workflows/deploy-\ufffd.yml cannot be read and was left out: line 1, column 1: the file's name "
        "is not UTF-8.\n.github/ghapp.yml is written, for: production\n"
    )


def test_a_folder_that_is_a_loop_of_links_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """In one line, without a traceback."""
    FOLDER.rmdir()
    FOLDER.symlink_to("workflows")
    assert run(["init"]) == 2
    assert capsys.readouterr().err == "ghapp: .github/workflows: a link, which may lead out of the checkout\n"
    assert not CONFIG.exists()


@pytest.fixture
def open_checkout(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A checkout outside root's own folders, in which another user runs the test."""
    with TemporaryDirectory() as folder:
        for path in (Path(folder), Path(folder, ".git"), Path(folder, ".github"), Path(folder, FOLDER)):
            path.mkdir(exist_ok=True)
            path.chmod(0o777)
        monkeypatch.chdir(folder)
        yield Path(folder)


@pytest.mark.skipif(os.getuid() != 0, reason="only root becomes a user without rights")
@pytest.mark.parametrize(
    ("denied", "code", "printed"),
    [
        (
            "deploy-b.yml",
            0,
            "ghapp: .github/workflows/deploy-b.yml cannot be read and was left out: line 1, column 1: the file cannot "
            "be read: Permission denied.\n",
        ),
        ("", 2, "ghapp: .github/workflows: Permission denied\n"),
    ],
)
@pytest.mark.usefixtures("open_checkout")
def test_without_rights_to_read_the_file_is_named(
    denied: str, code: int, printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file is left out; without the folder nothing is written."""
    write("deploy.yml", DEPLOY)
    write("deploy-b.yml", DEPLOY)
    (FOLDER / denied).chmod(0)
    os.seteuid(65534)
    try:
        assert run(["init", "--language", "ja"]) == code
        capsys.readouterr()
        CONFIG.unlink(missing_ok=True)
        assert run(["init"]) == code
    finally:
        os.seteuid(0)
    assert capsys.readouterr().err == printed
    assert CONFIG.exists() is (code == 0)


# ---------------------------------------------------------------- questions


class Terminal:
    """A terminal at which the command runs."""

    def __init__(self) -> None:
        self._keys, there = os.openpty()
        settings = termios.tcgetattr(there)
        settings[3] &= ~termios.ECHO
        termios.tcsetattr(there, termios.TCSANOW, settings)
        self.reads, self.shows = os.fdopen(os.dup(there)), os.fdopen(there, "w")

    def runs(self, *arguments: str, typed: str) -> int:
        """Runs the command with these lines typed ahead."""
        os.write(self._keys, typed.encode())
        with pytest.MonkeyPatch.context() as standard:
            standard.setattr(sys, "stdin", self.reads)
            standard.setattr(sys, "stderr", self.shows)
            return run(arguments)

    def shown(self) -> str:
        """All that was shown since the last look."""
        self.shows.write("\0")
        self.shows.flush()
        found = b""
        while not found.endswith(b"\0"):
            found += os.read(self._keys, 65_536)
        return found[:-1].decode().replace("\r\n", "\n")

    def close(self) -> None:
        """Hangs up first: a command that still waits for a line would keep the other end open."""
        os.close(self._keys)
        self.shows.close()
        self.reads.close()


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """A terminal that is closed at the end."""
    made = Terminal()
    yield made
    made.close()


QUESTIONS = """\
on:
  workflow_dispatch:
    inputs:
      environment: {type: environment}
      sha: {required: true}
      dry_run: {type: boolean, required: true}
      size: {type: choice, required: true, options: [s, m]}
      tag: {required: true}
jobs: {deploy: {environment: "${{ inputs.environment }}"}}
"""


def test_at_a_terminal_it_asks_with_a_default(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong answer is asked for again; Enter is the default, or leaves the input open."""
    write("deploy.yml", QUESTIONS)
    assert terminal.runs("init", typed="検証, Prod EU\ncheck it\ncheck\nmaybe\nfalse\n\nv1\n#deploys\nC024BE91L\n") == 0
    asked = terminal.shown()
    assert asked.replace("] ", "]\n").replace("open) ", "open)\n").replace("requests) ", "requests)\n") == SHOWN
    assert capsys.readouterr().out.splitlines() == [
        ".github/ghapp.yml is written, for: check, prod-eu",
        "- line 13, 22: fill in the input size, which deploy.yml requires",
        "Next: look it through, run `ghapp check`, and commit it on the default branch. All settings: "
        "docs/configuration.md",
    ]
    assert CONFIG.read_text() == ANSWERED


SHOWN = """\
deploy.yml: which environments does it deploy to, by their names on GitHub? Several with commas [production]
deploy.yml: how should the environment `検証` be named here? [staging]
an environment's name is 1 to 64 of a-z, 0-9 and -, not `check it`.
deploy.yml: how should the environment `検証` be named here? [staging]
deploy.yml: which value should the required input `dry_run` have? (true, false; Enter leaves it open)
`maybe` is not known; known here: true, false.
deploy.yml: which value should the required input `dry_run` have? (true, false; Enter leaves it open)
deploy.yml: which value should the required input `size` have? (s, m; Enter leaves it open)
deploy.yml: which value should the required input `tag` have? (Enter leaves it open)
Which Slack channel gets the prompts? Its id is at the end of the channel's details (Enter: none, prompts are comments \
on pull requests)
expected a Slack channel's id, for example `C024BE91L`, not `#deploys`.
Which Slack channel gets the prompts? Its id is at the end of the channel's details (Enter: none, prompts are comments \
on pull requests)
"""
ANSWERED = """\
language: en
timezone: UTC
slack: {channel: C024BE91L}
environments:
  check:
    aliases: ["検証"]
    workflow: deploy.yml
    inputs:
      environment: "検証"
      sha: "{sha}"
      dry_run: "false"
      tag: "v1"
      # size:  # required: s | m
  prod-eu:
    github_environment: "Prod EU"
    workflow: deploy.yml
    inputs:
      environment: "Prod EU"
      sha: "{sha}"
      dry_run: "false"
      tag: "v1"
      # size:  # required: s | m
"""


def test_control_characters_of_a_workflow_do_not_reach_the_terminal(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither in a question or its default, nor from a file's name."""
    inputs = 'stage: {default: "\\e[31mlive"}, x: {type: choice, required: true, options: ["\\e[32m", "a\\u202eb"]}'
    write("deploy.yml", f"on: {{workflow_dispatch: {{inputs: {{{inputs}}}}}}}\n")
    write("de\u202eploy.yml", "on: push\n")
    assert terminal.runs("init", typed="\n\n\n") == 0
    printed = terminal.shown() + capsys.readouterr().out
    assert "[U+001B][31mlive]" in printed
    assert [sign for sign in printed if not sign.isprintable() and sign != "\n"] == []
    assert isinstance(read_config(CONFIG.read_text(), "c", "main"), Config)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_enter_alone_gives_the_draft_that_is_written_without_a_terminal(language: str, terminal: Terminal) -> None:
    """Here with `--yes`, which asks nothing. Only the guess is confirmed."""
    write("deploy.yml", QUESTIONS)
    write("release.yml", DEPLOY.replace("sha:", "env: {type: choice, options: [検証]}, sha:"))
    assert terminal.runs("init", "--language", language, "--yes", typed="") == 0
    plain = CONFIG.read_text()
    assert "# a guess" in plain
    CONFIG.unlink()
    assert terminal.runs("init", "--language", language, typed="\n" * 6) == 0
    assert CONFIG.read_text() == re.sub(r"  # a guess.*", "", plain)
    shown = terminal.shown()
    assert (shown.count("deploy.yml: "), shown.count("release.yml: ")) == (4, 1)


def test_it_asks_for_the_slack_channel_in_japanese(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    """With an answer, nothing is left to fill in."""
    write("deploy.yml", DEPLOY)
    assert terminal.runs("init", "--language", "ja", typed="C024BE91L\n") == 0
    assert "slack: {channel: C024BE91L}" in CONFIG.read_text()
    assert "チャンネル ID" not in capsys.readouterr().out


def test_no_two_options_become_one_environment() -> None:
    """Names that only differ in signs or look alike get numbers; one that is a name already keeps it."""
    options = "prod_eu, prod-eu, prod.eu, node-1, node-l, 公開, 非公開, 本番, 本番環境"
    write("deploy.yml", f"on: {{workflow_dispatch: {{inputs: {{env: {{type: choice, options: [{options}]}}}}}}}}\n")
    assert run(["init"]) == 0
    config = read_config(CONFIG.read_text(), "c", "main")
    assert isinstance(config, Config)
    sent = {name: one.inputs["env"].replace("{environment}", name) for name, one in config.environments.items()}
    assert sent == {
        "node-1": "node-1",
        "node-l-2": "node-l",
        "environment": "公開",
        "environment-2": "非公開",
        "prod-eu": "prod-eu",
        "prod-eu-2": "prod_eu",
        "prod-eu-3": "prod.eu",
        "production": "本番",
        "production-2": "本番環境",
    }


@pytest.mark.parametrize("linked", [".github", ".github/workflows"])
def test_nothing_is_read_or_written_behind_a_link(linked: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A checkout of strangers may have a link to any folder."""
    write("deploy.yml", DEPLOY)
    elsewhere = Path("elsewhere")
    Path(linked).rename(elsewhere)
    Path(linked).symlink_to(elsewhere.absolute())
    before = sorted(elsewhere.rglob("*"))
    assert run(["init"]) == 2
    assert capsys.readouterr().err == f"ghapp: {linked}: a link, which may lead out of the checkout\n"
    assert sorted(elsewhere.rglob("*")) == before
    assert not CONFIG.exists()
