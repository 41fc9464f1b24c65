"""The wheel is the whole product and nothing else; installed in an empty environment, it works."""

import os
import subprocess
import sys
import venv
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path, PurePosixPath

import pytest

from ghapp import __version__
from ghapp.core.config.model import CONFIG_PATH
from tests.cli.test_check import DEPLOY
from tests.test_project import files

ROOT = Path(__file__).parents[1]
SETTINGS_FREE = {"PATH": os.defpath, "LANG": "C.UTF-8"}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built offline, from the repository's own files alone: a folder `build` would bring files of another day."""
    folder = tmp_path_factory.mktemp("wheel")
    for path in files():
        copy = folder / "source" / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", folder, folder / "source"], check=True, capture_output=True, text=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_has_all_files_of_the_package_and_no_other(wheel: Path) -> None:
    """No test, no page of the documentation, no deploy file."""
    assert wheel.name == f"ghapp-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    tracked = {PurePosixPath(path.relative_to(ROOT)) for path in files()}
    assert {PurePosixPath(name) for name in names} == {path for path in tracked if path.parts[0] == "ghapp"}
    assert {"ghapp/manifests/app.yml", "ghapp/demo/page.html", "ghapp/demo/github/graph/schema.graphql"} <= names


def metadata(wheel: Path) -> Message:
    """What an index shows of it."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("dist-info/METADATA"))
        assert any(name.endswith("dist-info/licenses/LICENSE") for name in archive.namelist())
        return message_from_bytes(archive.read(name))


def test_an_index_can_show_what_the_wheel_is(wheel: Path) -> None:
    """Its license, its Python, its extra for the demo, and the README as its description."""
    shown = metadata(wheel)
    assert (shown["License-Expression"], shown["Requires-Python"]) == ("MIT", ">=3.11")
    assert shown["Description-Content-Type"] == "text/markdown"
    description = shown.get_payload(decode=True)
    assert isinstance(description, bytes)
    assert description.decode() == (ROOT / "README.md").read_text()
    assert "Programming Language :: Python :: 3.11" in shown.get_all("Classifier", [])
    (extra,) = (need for need in shown.get_all("Requires-Dist", []) if "extra" in need)
    assert extra.startswith("graphql-core")
    assert not [need for need in shown.get_all("Requires-Dist", []) if "pytest" in need or "://" in need]


def test_without_its_extra_the_demo_names_it(tmp_path: Path) -> None:
    """One line with the command that helps; exit code 2."""
    absent = "import sys; sys.modules['graphql'] = None; from ghapp.__main__ import main; sys.exit(main())"
    command = [sys.executable, "-c", absent, "demo", "--play"]
    ended = subprocess.run(command, cwd=tmp_path, env=SETTINGS_FREE, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "ghapp: the demo needs a package that is not installed: pip install 'ghapp[demo]'\n"


class Installed:
    """The wheel in an environment that has nothing else; runs its `ghapp` in a checkout with a deploy workflow."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder, folder / "environment/bin"
        venv.create(folder / "environment", with_pip=True)
        workflows = folder / CONFIG_PATH
        workflows.with_name("workflows").mkdir(parents=True)
        (workflows.parent / "workflows/deploy.yml").write_text(DEPLOY)

    def install(self, what: str) -> None:
        """With all that it requires, from the machine's package index."""
        pip = [str(self.bin / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, what], check=True, capture_output=True, text=True)

    def ghapp(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """The installed command."""
        command, environ = [str(self.bin / "ghapp"), *arguments], SETTINGS_FREE
        return subprocess.run(command, cwd=self.folder, env=environ, capture_output=True, text=True, check=False)

    def works(self, *arguments: str) -> str:
        """What the command prints; it succeeds."""
        ended = self.ghapp(*arguments)
        assert ended.returncode == 0, ended
        return ended.stdout + ended.stderr


@pytest.mark.soak
def test_the_wheel_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """The version, a first config, its check, completion, and the demo once its extra is installed."""
    here = Installed(tmp_path)
    here.install(str(wheel))
    assert here.works("--version") == f"ghapp {__version__}\n"
    assert here.works("init").startswith(f"{CONFIG_PATH} is written")
    assert f"{CONFIG_PATH} is valid" in here.works("check")
    assert "complete" in here.works("completion", "bash")
    assert here.ghapp("healthy").returncode == 3
    assert here.ghapp("serve").stderr.startswith("ghapp: GHAPP_PUBLIC_URL is not set\n")
    assert "pip install 'ghapp[demo]'" in here.ghapp("demo", "--play").stderr
    here.install(f"{wheel}[demo]")
    assert "production" in here.works("demo", "--play")
