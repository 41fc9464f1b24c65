"""A wrong argument is one sentence on stderr, and never a traceback."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ghapp.cli import commands, output
from ghapp.core.words import cut
from tests.canaries import SECRETS

Ended = tuple[int, str, str]
"""Exit code, stdout and stderr."""

LONG = "a" * 300
DIGITS = "9" * 5000  # more than `int` reads
TOKEN = "xoxb-canary-0123456789"
OURS = ("GHAPP_", "GITHUB_", "SLACK_", "LOG_", "AWS_", "PORT", "HOST")
URL = "must be an address like https://ghapp.example.com"
PORT = "argument --port: expected a number from 0 to 65535, not"
SPAN = "--since must be a span like 90m, 6h or 3d; GitHub keeps three days"


def usage(command: str = "") -> str:
    """The end of a line about the arguments themselves."""
    return f"`ghapp {command}{command and ' '}--help` shows the usage"


WRONG: tuple[tuple[tuple[str, ...], str], ...] = (
    (("frobnicate",), f"there is no command 'frobnicate'. {usage()}"),
    (("chekc",), f"there is no command 'chekc'. Did you mean check? {usage()}"),
    (("Serve",), f"there is no command 'Serve'. Did you mean serve? {usage()}"),
    (("",), f"there is no command ''. {usage()}"),
    (("se\x1b[31mr\nve",), f"there is no command 'se\\x1b[31mr\\nve'. Did you mean serve? {usage()}"),
    (("--quiet",), f"there is no option --quiet. {usage()}"),
    (("--verson",), f"there is no option --verson. Did you mean --version? {usage()}"),
    (("--version=2",), f"argument --version: ignored explicit argument '2'. {usage()}"),
    (("serve", "now"), f"unexpected argument 'now'. {usage('serve')}"),
    (("serve", TOKEN), f"unexpected argument '***'. {usage('serve')}"),
    (("serve", f"--token={TOKEN}"), f"there is no option --token. {usage('serve')}"),
    (("worker", "--port", "80"), f"there is no option --port. {usage('worker')}"),
    (("web", "-p"), f"there is no option -p. {usage('web')}"),
    (("healthy", "127.0.0.1"), f"unexpected argument '127.0.0.1'. {usage('healthy')}"),
    (("check", "--effectve"), f"there is no option --effectve. Did you mean --effective? {usage('check')}"),
    (("check", "--sch"), f"there is no option --sch. Did you mean --schema? {usage('check')}"),
    (("check", "--schema", "--policy"), f"argument --policy: not allowed with argument --schema. {usage('check')}"),
    (("check", "--language"), f"argument --language: expected one argument. {usage('check')}"),
    (("check", "--language", "fr"), f"argument --language: expected en or ja, not 'fr'. {usage('check')}"),
    (("check", "a", "b"), f"unexpected argument 'b'. {usage('check')}"),
    (("check", "nowhere.yml"), "there is no nowhere.yml; check the path"),
    (("check", "below/a.file/x.yml"), "there is no below/a.file/x.yml; check the path"),
    (("check", f"{TOKEN}/{TOKEN}"), "there is no ***/***; check the path"),
    (("check", "no\n\x1b[31mwhere"), "there is no no\ufffd[U+001B][31mwhere; check the path"),
    (("check", "\udcff.yml"), "there is no \ufffd.yml; check the path"),
    (("check", "--policy", LONG), f"{LONG}: File name too long"),
    (("check", "closed/ghapp.yml"), "closed/ghapp.yml: Permission denied"),
    (("init", "--langauge", "ja"), f"there is no option --langauge. Did you mean --language? {usage('init')}"),
    (("setup",), "GHAPP_PUBLIC_URL is missing: give it with --public-url https://ghapp.example.com"),
    (("setup", "--public-url"), f"argument --public-url: expected one argument. {usage('setup')}"),
    (("setup", "--public-url", "ftp://ghapp.example.com"), f"--public-url {URL}"),
    (("setup", "--github-url", "github"), f"--github-url {URL}"),
    (("setup", "--org", "not one"), "--org must be the name of an organization as in its address, like acme"),
    (("deliveries",), f"one of the arguments --dead --retry is required. {usage('deliveries')}"),
    (("deliveries", "--retry"), f"argument --retry: expected one argument. {usage('deliveries')}"),
    (("deliveries", "--dead"), "GHAPP_STORE: there is no ghapp.db here: a file is on the server's own machine"),
    (("sweep", "--since", "5y"), SPAN),
    (("sweep", "--since", "4d"), SPAN),
    (("sweep", "--since", "0m"), SPAN),
    (("sweep", "--since", "٣d"), SPAN),
    (("sweep", "--since", ""), SPAN),
    (("history", "--since", "forever"), "--since must be a span like 6h, 30d or 400d, at most 3650d"),
    (("history", "--json", "--csv"), f"argument --csv: not allowed with argument --json. {usage('history')}"),
    (("history", "--language", "fr"), f"argument --language: expected en or ja, not 'fr'. {usage('history')}"),
    (("history", "a", "b"), f"unexpected argument 'b'. {usage('history')}"),
    (("check", "--live", "--policy"), f"argument --policy: not allowed with argument --live. {usage('check')}"),
    (
        ("check", "--live", "ghapp.yml"),
        f"argument --live: takes no file, and no other option but --json. {usage('check')}",
    ),
    (("check", "--json"), f"argument --json: only with --live. {usage('check')}"),
    (("init", "--yes", "please"), f"unexpected argument 'please'. {usage('init')}"),
    (("table",), f"the following arguments are required: create|check. {usage('table')}"),
    (("table", "creat"), f"there is no command 'table creat'. Did you mean create? {usage('table')}"),
    (("table", "check", "--restored"), f"there is no option --restored. {usage('table check')}"),
    (("table", "create"), "GHAPP_STORE is a SQLite file: only a DynamoDB table has to be made (dynamodb://TABLE)"),
    (("completion",), f"the following arguments are required: bash|zsh|fish. {usage('completion')}"),
    (
        ("completion", "cmd"),
        f"argument bash|zsh|fish: expected bash or zsh or fish, not 'cmd'. {usage('completion')}",
    ),
    (("demo", "--play=yes"), f"argument --play: ignored explicit argument 'yes'. {usage('demo')}"),
    (("demo", "--port", "99999"), f"{PORT} '99999'. {usage('demo')}"),
    (("demo", "--port", "-1"), f"{PORT} '-1'. {usage('demo')}"),
    (("demo", "--port", "٣"), f"{PORT} '٣'. {usage('demo')}"),
    (("demo", "--port", "1\n"), f"{PORT} '1\\n'. {usage('demo')}"),
    (("demo", "--port", DIGITS), f"{cut(f'{PORT} {DIGITS!r}', 300)}. {usage('demo')}"),
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder, with things that are no config; no settings, and no terminal."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(OURS)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "C.UTF-8")
    (tmp_path / "below").mkdir()
    (tmp_path / "below/a.file").touch()
    (tmp_path / "latin.yml").write_bytes(b"environments: {caf\xe9: {}}")
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "ghapp.yml").touch()
    closed.chmod(0)
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        yield tmp_path
    closed.chmod(stat.S_IRWXU)


def run(*arguments: str) -> int:
    """The command in this process, as `ghapp` runs it."""
    return output.written(lambda: commands.run(arguments))


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("arguments", "says"), WRONG, ids=[cut(repr(arguments), 60) for arguments, _ in WRONG])
def test_a_wrong_argument_is_one_sentence(
    arguments: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the argument and the next step; nothing else is printed, and nothing is done."""
    if "closed/ghapp.yml" in arguments and os.geteuid() == 0:
        run("check", "nowhere.yml")  # imports what the other user may not read
        capsys.readouterr()
        os.seteuid(65534)  # root may read all files
        try:
            assert not os.access("closed", os.X_OK, effective_ids=True)
            code = run(*arguments)
        finally:
            os.seteuid(0)
    else:
        code = run(*arguments)
    assert (code, *capsys.readouterr()) == (2, "", f"ghapp: {says}\n")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("below", "line 1, column 1: this is not a file."),
        (os.devnull, "line 1, column 1: this is not a file."),
        ("latin.yml", "line 1, column 1: the file is not text."),
    ],
)
def test_a_path_to_something_else_than_a_config_is_one_sentence(
    path: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, as of every config that the server would refuse."""
    assert (run("check", path), *capsys.readouterr()) == (1, "", f"{path}: {says}\n")


def test_an_empty_id_is_one_that_no_delivery_has(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It does not list the deliveries instead."""
    (here / "ghapp.db").touch()
    assert (run("deliveries", "--retry", ""), *capsys.readouterr()) == (1, "", "ghapp: there is no dead letter ''\n")


def test_each_command_is_in_the_table() -> None:
    """A new command brings its own mistakes."""
    known = {action for action in commands.make_parser()._actions if isinstance(action.choices, Mapping)}
    (subcommands,) = known
    assert subcommands.choices is not None
    assert {*subcommands.choices} <= {arguments[0] for arguments, _ in WRONG}


# ---------------------------------------------------------------- any arguments

WORDS = st.sampled_from(
    (
        *("serve", "web", "worker", "check", "init", "deliveries", "sweep", "table", "completion", "healthy", "setup"),
        *("history", "--repo", "--json", "--csv", "--live", "--yes", "demo", "--play", "--port"),
        *("--dead", "--retry", "--since", "--effective", "--policy", "--schema", "--language", "--restored", "--org"),
        *("--github-url", "--force", "--version", "--help", "--", "-", "-h", "--since=", "create", "bash", "en", "3d"),
        *(DIGITS, LONG, TOKEN, ".", "below", "latin.yml", "below/a.file", "/dev/null", "..", "~", "$HOME", "%s", "{}"),
    )
)
TEXTS = st.text(st.characters(exclude_characters="\0"), max_size=12)  # no argument can contain it
ARGUMENTS = st.lists(WORDS | TEXTS | st.builds("--{}={}".format, TEXTS, TEXTS), min_size=1, max_size=5)


def run_or_parse(arguments: list[str]) -> int:
    """The exit code. The demo, which would serve, is not started."""
    if arguments[0] != "demo":
        return run(*arguments)

    def parse() -> int:
        commands.make_parser().parse_args(arguments)
        return 0

    return output.written(parse)


def check_any(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever was typed: an exit code and sentences, each with its subject in front."""
    code = run_or_parse(arguments)
    out, err = capsys.readouterr()
    assert code in (0, 1, 2, 3), (code, err)
    assert "Traceback" not in err
    assert not SECRETS.search(out + err)
    assert all(line.isprintable() for line in err.splitlines())
    assert code == 0 or err
    if code in (2, 3):
        assert all(line.startswith("ghapp: ") for line in err.splitlines()), err


@pytest.mark.usefixtures("here")
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(arguments=ARGUMENTS)
def test_any_arguments_end_with_a_sentence(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Every command; without settings those of the server end before they begin."""
    check_any(arguments, capsys)


@pytest.mark.soak
@pytest.mark.usefixtures("here")
@settings(max_examples=5_000, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(arguments=ARGUMENTS)
def test_any_arguments_end_with_a_sentence_at_length(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The same, more often."""
    check_any(arguments, capsys)


# ---------------------------------------------------------------- a place to run in that lacks something


def shell(line: str, folder: Path, **environ: str) -> Ended:
    """A line of bash, in which `$ghapp` is the command; with its environment alone."""
    ghapp = f"{sys.executable} -m ghapp"
    told = {"PATH": os.environ["PATH"], "ghapp": ghapp, **environ}
    ended = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], cwd=folder, env=told, capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout, ended.stderr


GONE = "mkdir gone && cd gone && rmdir ../gone"


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("$ghapp check --schema | head -0", 141, ""),  # more than a pipe holds
        ("$ghapp --help | true", 141, ""),
        ("$ghapp check --schema >&-", 0, ""),
        ("$ghapp check nowhere.yml 2>&- >&-", 2, ""),
        ("$ghapp chekc 2>&1 | true", 2, ""),
        ("$ghapp setup <&-", 2, "GHAPP_PUBLIC_URL is missing: give it with --public-url https://ghapp.example.com"),
        (f"{GONE} && $ghapp check", 2, ".: the current folder no longer exists"),
        (
            f"{GONE} && $ghapp deliveries --dead",
            2,
            "GHAPP_STORE: there is no ghapp.db here: a file is on the server's own machine",
        ),
    ],
)
def test_a_missing_stream_or_folder_is_no_traceback(line: str, code: int, says: str, tmp_path: Path) -> None:
    """Without a reader of stdout, a command ends as one that SIGPIPE ended."""
    ended, _, err = shell(line, tmp_path)
    assert (ended, err) == (code, says and f"ghapp: {says}\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_a_full_disk_under_stdout_is_named(tmp_path: Path) -> None:
    """The output is not there, so the exit code is not 0."""
    full = "ghapp: stdout cannot be written: No space left on device\n"
    assert shell("$ghapp --version >/dev/full", tmp_path) == (1, "", full)


def test_a_sentence_that_the_encoding_lacks_is_still_written(tmp_path: Path) -> None:
    """With escapes, on an old terminal; without HOME, too."""
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/deploy.yml").write_text("on: {workflow_dispatch: {}}\njobs: {}\n")
    code, out, err = shell("$ghapp init --language ja", tmp_path, PYTHONIOENCODING="ascii")
    assert (code, err) == (0, "")
    assert out.startswith(".github/ghapp.yml \\u3092")
