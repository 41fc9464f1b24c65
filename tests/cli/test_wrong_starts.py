"""A wrong start ends with one line that names the problem, never with a traceback."""

import re
import socket
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ghapp import __version__
from tests.cli.running import ghapp
from tests.cli.test_check import DEPLOY
from tests.sampled import crossed

NO_KEY = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"
SETTINGS = {
    "GHAPP_PUBLIC_URL": "https://ghapp.example.com",
    "GITHUB_APP_ID": "1",
    "GITHUB_PRIVATE_KEY": NO_KEY,
    "GITHUB_WEBHOOK_SECRET": "canary-0123456789",
    "GITHUB_API_URL": "http://127.0.0.1:9",
    "HOST": "127.0.0.1",
    "PORT": "0",
}
WRONG_SETTINGS: tuple[tuple[dict[str, str], str], ...] = (
    ({"PORT": "99999"}, "PORT must be a whole number from 0 to 65535"),
    ({"PORT": "abc"}, "PORT must be a whole number from 0 to 65535"),
    ({"GHAPP_STORE": "sqlite:////proc/ghapp.db"}, "GHAPP_STORE (/proc/ghapp.db): "),
    ({"GHAPP_STORE": "sqlite:////nowhere/ghapp.db"}, "GHAPP_STORE (/nowhere/ghapp.db): "),
    ({}, "GITHUB_PRIVATE_KEY: the App's private key is not an RSA key in PEM"),
)
LONG = "a" * 300


async def complaint(folder: Path, *arguments: str, code: int = 2, settings: Mapping[str, str] | None = None) -> str:
    """The one line on stderr, apart from usage and info lines; stdout is empty."""
    environ = {**SETTINGS, "GHAPP_STORE": f"sqlite:///{folder / 'ghapp.db'}", **(settings or {})}
    ended, out, err = await ghapp(environ, *arguments, cwd=folder)
    lines = [line for line in err.splitlines() if not line.startswith(("usage:", " ")) and " info " not in line]
    assert "Traceback" not in err
    assert (ended, out) == (code, ""), err
    assert len(lines) == 1, err
    return lines[0]


async def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Although it can be opened."""
    if sys.platform != "linux":
        pytest.skip(f"{sys.platform} has no such file")
    assert await complaint(tmp_path, "check", "/proc/self/mem") == "ghapp: /proc/self/mem: Input/output error"


async def test_without_a_command_the_help_is_shown(tmp_path: Path) -> None:
    """It lists every command; the version is one line."""
    ended, out, err = await ghapp({}, cwd=tmp_path)
    assert (ended, err) == (0, "")
    assert {"setup", "serve", "check", "init", "demo"} <= {line.split()[0] for line in out.splitlines() if line}
    assert await ghapp({}, "--version", cwd=tmp_path) == (0, f"ghapp {__version__}\n", "")


@pytest.mark.parametrize(("wrong", "command"), crossed(WRONG_SETTINGS, ["serve", "web", "worker", "sweep"]))
async def test_wrong_settings_are_named(tmp_path: Path, wrong: tuple[dict[str, str], str], command: str) -> None:
    """By every command that reads them."""
    settings, says = wrong
    assert (await complaint(tmp_path, command, settings=settings)).startswith(f"ghapp: {says}")


@pytest.fixture(scope="module")
def key() -> str:
    """A valid private key."""
    from ghapp.demo.github.auth import App

    return App.make().private_key_pem


@pytest.fixture
def taken() -> Iterator[str]:
    """A port that another socket listens on, for the time of the test."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield str(listening.getsockname()[1])


async def test_an_address_that_cannot_be_listened_on_is_named(tmp_path: Path, key: str, taken: str) -> None:
    """Together with its setting."""
    for settings, says in (
        ({"PORT": taken}, f"HOST/PORT: cannot listen on 127.0.0.1:{taken} (Address already in use)"),
        ({"HOST": "nowhere.invalid"}, "HOST/PORT: cannot listen on nowhere.invalid:0 ("),
        ({"HOST": LONG}, f"HOST/PORT: cannot listen on {LONG}:0 ("),
        (
            {"GHAPP_INTERNAL_LISTEN": f"127.0.0.1:{taken}"},
            f"GHAPP_INTERNAL_LISTEN: cannot listen on 127.0.0.1:{taken} (Address already in use)",
        ),
        (
            {"GHAPP_INTERNAL_LISTEN": "nowhere.invalid:9090"},
            "GHAPP_INTERNAL_LISTEN: cannot listen on nowhere.invalid:9090 (",
        ),
    ):
        said = await complaint(tmp_path, "serve", settings={"GITHUB_PRIVATE_KEY": key, **settings})
        assert said.startswith(f"ghapp: {says}")
    assert (await complaint(tmp_path, "demo", "--port", taken)).startswith(f"ghapp: --port: cannot listen on {taken} (")


WRONG_FILES = (
    (b"A=\xff\xfe\n", ".env is not text in UTF-8"),
    (b"LOG_LEVEL=info\n\nthis is not a setting\n", ".env, line 3: expected NAME=value"),
    (b'A="unclosed\n', ".env, line 1: expected NAME=value"),
)


@pytest.mark.parametrize(("wrong", "command"), crossed(WRONG_FILES, [("serve",), ("sweep",), ("deliveries", "--dead")]))
async def test_a_dotenv_that_cannot_be_read_is_named(
    tmp_path: Path, wrong: tuple[bytes, str], command: tuple[str, ...]
) -> None:
    """A setting skipped silently would change the meaning of the others."""
    written, says = wrong
    (tmp_path / ".env").write_bytes(written)
    assert await complaint(tmp_path, *command) == f"ghapp: {says}"


# ---------------------------------------------------------------- in a subfolder of a checkout


@pytest.fixture
def below(tmp_path: Path) -> Path:
    """Two folders below the root of a checkout that has a workflow."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/deploy.yml").write_text(DEPLOY)
    (tmp_path / "src/app").mkdir(parents=True)
    return tmp_path / "src/app"


async def test_check_and_init_find_the_checkout_that_they_are_started_in(below: Path) -> None:
    """As git does; the printed paths lead to its root."""
    code, out, err = await ghapp({}, "init", cwd=below)
    assert (code, err) == (0, "")
    assert out.startswith("../../.github/ghapp.yml is written, for: ")
    assert not (below / ".github").exists()
    code, _, err = await ghapp({}, "check", cwd=below)
    assert code == 0
    assert re.fullmatch(r"\.\./\.\./\.github/ghapp\.yml is valid: .*\n", err)


async def test_an_existing_config_is_not_overwritten_from_a_subfolder(tmp_path: Path, below: Path) -> None:
    """Also where it is a dangling link."""
    (tmp_path / ".github/ghapp.yml").symlink_to("/proc/ghapp/ghapp.yml")
    assert "already exists" in await complaint(below, "init", code=1)


async def test_a_server_in_a_subfolder_reads_no_dotenv_from_above(tmp_path: Path, below: Path) -> None:
    """That would start a different server; instead, the missing setting is named."""
    (tmp_path / ".env").write_text("GHAPP_PUBLIC_URL=https://ghapp.example.com\n")
    said = await complaint(below, "serve", settings={"GHAPP_PUBLIC_URL": ""})
    assert said == "ghapp: GHAPP_PUBLIC_URL is not set"
