"""The repository's files and its README match the code."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from ghapp import settings
from ghapp.adapters.github import permissions
from ghapp.adapters.github.permissions import EVENTS, PERMISSIONS
from ghapp.cli.environments import OF_ENTERPRISE, TOKENS
from ghapp.core.config.model import Config
from ghapp.core.config.reader import read_config
from ghapp.demo.clock import Clock
from ghapp.demo.github import Exchange, Fault, faults
from ghapp.demo.github.auth import grants
from ghapp.demo.github.rest import ROUTES
from ghapp.demo.stage import WORKFLOW, Stage
from ghapp.doors.github_events import OF_EVERY_APP, PARSERS
from tests.published.openapi import described
from tests.scenarios.mishaps import (
    asks_at_the_rule,
    cancels_what_does_not_end,
    runs_the_first_again,
    sleeps_over_an_answer,
)
from tests.scenarios.scene import Scene

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
CALL = re.compile(r"(GET|POST|PATCH|PUT|DELETE) (/\S+)")

RENDER = "python -c \"from ghapp.adapters.github import permissions as p; print(p.as_markdown(), end='')\""


# ---------------------------------------------------------------- permissions and events


def test_the_manifest_asks_for_exactly_the_permissions_of_the_table() -> None:
    """One table: the App's granted permissions and events are those that the tokens ask for and the doors read."""
    manifest = yaml.safe_load((ROOT / "app.yml").read_text())
    assert manifest["default_permissions"] == permissions.levels()
    assert tuple(manifest["default_events"]) == EVENTS
    assert manifest["public"] is False
    assert manifest["hook_attributes"] == {"url": f"{manifest['url']}/webhooks/github", "active": True}
    assert {"name", "url"} <= manifest.keys()


def test_the_doors_read_every_event_that_is_subscribed_to_and_no_other() -> None:
    """An event that no rule uses is not subscribed to."""
    assert {event for event, _ in PARSERS} == {*EVENTS, *OF_EVERY_APP}


def test_the_permissions_page_is_as_rendered() -> None:
    """The page is rendered, never written by hand."""
    written = (ROOT / "docs/permissions.md").read_text()
    assert written == permissions.as_markdown(), f"render it anew: {RENDER} > docs/permissions.md"


def calls() -> Iterator[tuple[str, str, str]]:
    """Every call in the table: its permission in the local GitHub's notation, method and route."""
    for permission in PERMISSIONS:
        for endpoint in permission.endpoints:
            if match := CALL.match(endpoint):
                yield f"{permission.name}: {permission.level}", match[1], match[2]


@pytest.mark.parametrize(("permission", "method", "route"), [call for call in calls() if call[2] != "/graphql"])
def test_each_call_exists_on_github_and_is_allowed_by_its_permission(permission: str, method: str, route: str) -> None:
    """GitHub describes it, and the local GitHub allows it with this permission alone."""
    assert described(method, route)
    (found,) = (known for known in ROUTES if (known.method, known.template) == (method, route))
    name, level = permission.split(": ")
    given = {"metadata": "read", name: level}
    assert any(grants(given, *need.split(": ")) for need in found.needs)


async def test_a_release_takes_the_calls_of_the_table_and_no_other(tmp_path: Path) -> None:
    """With exactly the permissions of `app.yml`, releases with a lost answer succeed, and every call in the table is
    used."""
    stage = Stage(clock=Clock(), language="en", permissions=permissions.levels())
    stage.github.app = replace(stage.github.app, events=EVENTS)
    seen: list[Exchange] = []
    stage.github.observers.append(lambda one: seen.append(one) if isinstance(one, Exchange) else None)
    await released_twice(Scene(stage, tmp_path, slack=True))
    with_token = [one for one in seen if one.permissions]
    assert {(one.method, one.route) for one in with_token} == {(method, route) for _, method, route in calls()}
    listing = {"metadata": "read"}
    kinds = [permissions.levels("repository"), {"metadata": "read", **permissions.levels("organization")}, listing]
    assert all(one.permissions in kinds for one in with_token)
    assert {one.route for one in with_token if one.permissions == listing} == {"/installation/repositories"}
    assert not [(one.method, one.path, one.status) for one in seen if one.status in (401, 403, 422)]


EVERYTHING = """\
slack: {channel: C024BE91L}
environments:
  production: {workflow: deploy.yml, deployers: ["@acme/sre"], paths: ["**"], require: {approvals: 1}}
"""


async def begins_late(scene: Scene) -> None:
    """The deploy job names its environment, and our record exists before it begins."""
    run = await scene.shop.run_queued()
    await scene.shop.start_run(run, later=["release"])
    await scene.idle()
    scene.shop.begin_job(run, "release")
    await scene.ends(run)


async def released_twice(scene: Scene) -> None:
    """Several releases; the second one's run is found by a search after GitHub's answer was lost, and is run again."""
    await scene.open_world()
    try:
        await scene.start()
        await scene.shop.commit(".github/ghapp.yml", EVERYTHING, by="mona", message="Ask for everything")
        named = WORKFLOW.replace("    runs-on:", "    environment: production\n    runs-on:")
        await scene.shop.commit(".github/workflows/deploy.yml", named, by="mona", message="Name the environment")
        scene.github.teams["acme", "sre"] = {"mona", "taro"}
        first = await scene.opens("taro")
        scene.shop.review(first, "APPROVED", by="mona")
        await scene.merges("taro", first)
        await scene.says("taro", "/deploy", on=first)
        await begins_late(scene)
        await scene.says("taro", "/unlock", on=first)
        assert "configs" not in await scene.ready()
        await scene.opens(
            "hanako", files={".github/ghapp.yml": "wrong: 1\n" + "".join(f"w{n}: 1\n" for n in range(60))}
        )
        await sleeps_over_an_answer(scene, first)
        second = await scene.opens("mona")
        scene.shop.review(second, "APPROVED", by="taro")
        await scene.merges("mona", second)
        scene.github.faults.append(Fault("POST", re.compile("/dispatches$"), faults.drop_after))
        await scene.shop.comment(second, by="mona", body="/deploy")
        for _ in range(5):  # of a long conversation only the newest comments come with the other facts
            await scene.shop.comment(second, by="taro", body="At last!")
        heard, scene.github.webhook_url = scene.github.webhook_url, None  # from now on, only looking helps
        await scene.idle()
        await scene.later(seconds=5)
        await scene.begins()
        await scene.later(seconds=61)
        run = next(reversed(scene.shop.runs.values()))
        await scene.shop.finish_run(run)
        await scene.shop.rerun(run, by="hanako")
        await scene.later(seconds=61)
        assert scene.replies(second)[0].startswith("✅")
        scene.github.webhook_url = heard
        await runs_the_first_again(scene, by="hanako")
        assert scene.shop.serving == {"production": second.merge_commit_sha}
        await scene.says("mona", "/unlock", on=second)
        third = await scene.opens("taro")
        scene.shop.review(third, "APPROVED", by="mona")
        await scene.merges("taro", third)
        await cancels_what_does_not_end(scene, third, by="taro")
        await scene.says("mona", "/status", on=third)  # our own run is on it beside CI
        await asks_at_the_rule(scene, by="taro")
        scene.github.check()
    finally:
        await scene.stop()
        await scene.stage.close()


# ---------------------------------------------------------------- files


@cache
def files() -> tuple[Path, ...]:
    """Every text file that is part of the repository, or will be when it is added."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    if listed.returncode != 0:
        pytest.skip("not a git repository")
    found = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(path for path in found if path.is_file() and path.suffix not in (".png", ".webp", ".ico"))


def test_the_procfile_serves() -> None:
    """Hosts that read a Procfile start the server; it works without a worker beside it."""
    assert (ROOT / "Procfile").read_text().splitlines() == [
        "web: python -m ghapp serve",
        "worker: python -m ghapp worker",
    ]


def test_pinned_requirements_contain_no_address() -> None:
    """Hashes say which packages are installed; the index is the machine's own choice."""
    pinned = [path for path in files() if path.match("requirements*.txt") or path.name == "package-lock.json"]
    assert pinned
    assert not [path.name for path in pinned if "://" in path.read_text()]


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    """No absolute path of a person's or a build machine's folder, and no package index."""
    here = re.escape(f"{ROOT}/")
    homes = r"(?<![\w.~}/-])/(?:home|root|Users|opt|mnt|srv|work|workspace|builds)/[\w.-]"
    index = r"-{2}(?:extra-)?index-url\b|\bindex[-_]url\s*="
    told = re.compile(f"{here}|{homes}|{index}")
    assert not [f"{path.relative_to(ROOT)}: {found[0]}" for path in files() if (found := told.search(path.read_text()))]


# ---------------------------------------------------------------- docstrings

DOCSTRING_LINES = 3


def modules(*folders: str) -> list[str]:
    """All modules, by their path from the root."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [str(path.relative_to(ROOT)) for path in found if path.read_text().strip()]


def test_each_module_states_its_duty_in_three_lines() -> None:
    """A reader of a file sees which code belongs into it."""
    told = {module: ast.get_docstring(tree(module)) or "" for module in modules("ghapp", "tests")}
    assert not [module for module, text in told.items() if not 0 < lines(text) <= DOCSTRING_LINES]


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text())


def lines(text: str) -> int:
    """The number of lines that are not blank."""
    return len([line for line in text.splitlines() if line.strip()])


# ---------------------------------------------------------------- README

SAMPLES = [
    sample for sample in re.findall(r"^( *)```yaml\n(.*?)^ *```", README, re.M | re.S) if "environments:" in sample[1]
]


def section(title: str) -> str:
    """One section of the README."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", README, re.M | re.S)
    assert found, f"README has no section {title}"
    return found[1]


def first_column(text: str) -> set[str]:
    """The names in the first column of a table."""
    rows = re.findall(r"^\| (.*?) \|", text, re.M)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_the_commands_that_are_named_exist(page: str) -> None:
    """Each command in the text can be run as written."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", (ROOT / page).read_text(), re.M))
    assert {"demo", "test"} <= named <= targets


def test_ci_runs_the_command_of_the_readme() -> None:
    """One command, the same for people and machines."""
    assert (ROOT / ".ci/run").read_text().splitlines()[-1] == "make test"
    assert os.access(ROOT / ".ci/run", os.X_OK)


@pytest.mark.parametrize(("indent", "sample"), SAMPLES)
def test_each_config_in_the_readme_is_valid(indent: str, sample: str) -> None:
    """It can be copied."""
    text = re.sub(rf"^{indent}", "", sample, flags=re.M)
    assert isinstance(read_config(text, "c" * 40, "main"), Config)


def test_the_readme_shows_a_small_config_and_a_larger_one() -> None:
    """The complete list of settings is in one place, which is rendered."""
    assert len(SAMPLES) == 2
    assert "(docs/configuration.md)" in section("Configuration")


# ---------------------------------------------------------------- promises


@cache
def named_tests() -> frozenset[str]:
    nodes = (node for module in modules("tests") for node in ast.walk(tree(module)))
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(function.name for function in functions if function.name.startswith("test_"))


def test_each_promise_names_existing_tests() -> None:
    """Each promise of `docs/reliability.md` names the tests that prove it."""
    promises = re.findall(r"^\| ([A-Z`].*) \| (.*) \|$", (ROOT / "docs/reliability.md").read_text(), re.M)
    assert len(promises) > 30
    proofs = {promise: set(re.findall(r"`(test_\w+)`", proof)) for promise, proof in promises}
    assert not [promise for promise, proof in proofs.items() if not proof]
    assert not {name for proof in proofs.values() for name in proof} - named_tests()


# ---------------------------------------------------------------- settings

FROM_HOSTS = {"DYNO", "AWS_LAMBDA_FUNCTION_NAME"}  # set by a host, not by the operator
OF_THE_SHELL = {*TOKENS, *OF_ENTERPRISE}  # read by `ghapp init`, which has no settings
# GHAPP_TEST_… are the tests' own
NAMED = re.compile(r"\b(?:GHAPP_(?!TEST_)[A-Z_]+|(?:GITHUB|SLACK|LOG)_[A-Z_]+|PORT|HOST)\b")


def settings_read() -> set[str]:
    """The names that `ghapp/settings.py` asks the environment for, except Amazon's own."""
    constants = ast.walk(tree("ghapp/settings.py"))
    texts = (node.value for node in constants if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {text for text in texts if re.fullmatch(r"[A-Z][A-Z_]+", text)} - FROM_HOSTS - {*settings.AWS}


def test_the_documented_settings_are_exactly_those_that_are_read() -> None:
    """Exactly these are in the README's table and in `.env.example`; and no page names one that is not."""
    assert first_column(section("Settings")) == settings_read()
    example = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^#?([A-Z_]+)=", example, re.M)) == settings_read()
    pages = [path for path in files() if path.suffix == ".md"]
    assert not {name for page in pages for name in NAMED.findall(page.read_text())} - settings_read() - OF_THE_SHELL


@cache
def pem() -> str:
    """A private key as GitHub issues it."""
    return Stage(clock=Clock(), language="en", permissions=permissions.levels()).github.app.private_key_pem


def good(**changed: str) -> Mapping[str, str]:
    """Good settings except for these; an empty one counts as not set."""
    return {
        "GHAPP_PUBLIC_URL": "https://ghapp.example.com",
        "GITHUB_APP_ID": "4711",
        "GITHUB_PRIVATE_KEY": pem(),
        "GITHUB_WEBHOOK_SECRET": "0123456789abcdef",
        "GHAPP_OWNERS": "acme",
        "PORT": "0",
        **changed,
    }


SIGN_IN = {
    "GITHUB_CLIENT_ID": "Iv23li00000000004711",
    "GITHUB_CLIENT_SECRET": f"canary-{20 * 'c'}",
    "GHAPP_SESSION_SECRET": f"canary-{32 * 's'}",
}


def started(folder: Path, **changed: str) -> subprocess.CompletedProcess[str]:
    """`ghapp serve` with good settings except for these."""
    environ = {"PATH": os.environ["PATH"], **good(**changed)}
    command = [sys.executable, "-m", "ghapp", "serve"]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=30, check=False)


CLIENT = "GITHUB_CLIENT_ID must be the App's client id, like Iv23li…"
CLIENT_SECRET = "GITHUB_CLIENT_SECRET must be a client secret from the App's page, with no blank in it"
SESSION_SECRET = "GHAPP_SESSION_SECRET must have at least 32 characters in each secret"
TARGET = "GHAPP_AWS_TARGETS must be like acme/shop=codedeploy:application/group, with commas between; not"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("GHAPP_PUBLIC_URL", "", "GHAPP_PUBLIC_URL is not set"),
        ("GHAPP_PUBLIC_URL", "ghapp.example.com", "GHAPP_PUBLIC_URL must be an address like https://ghapp.example.com"),
        (
            "GHAPP_PUBLIC_URL",
            "http://ghapp.example.com",
            "GHAPP_PUBLIC_URL must be https: plain http is for this machine only, like http://localhost:8080",
        ),
        (
            "GHAPP_PUBLIC_URL",
            "https://ghapp.example.com/ghapp",
            "GHAPP_PUBLIC_URL must end after the host, without a path, like https://ghapp.example.com",
        ),
        ("GITHUB_APP_ID", "", "GITHUB_APP_ID is not set"),
        ("GITHUB_APP_ID", "ghapp", "GITHUB_APP_ID must be a whole number from 1"),
        (
            "GITHUB_APP_ID",
            "Iv23liAbCdEfGhIjKlMn",
            "GITHUB_APP_ID must be the App's id, a number. This is its client id",
        ),
        ("GITHUB_PRIVATE_KEY", "", "GITHUB_PRIVATE_KEY is not set"),
        ("GITHUB_PRIVATE_KEY", "not a key", "GITHUB_PRIVATE_KEY is not a PEM private key"),
        # beside the key itself
        (
            "GITHUB_PRIVATE_KEY_PATH",
            "app.pem",
            "GITHUB_PRIVATE_KEY and GITHUB_PRIVATE_KEY_PATH are both set: remove one of them",
        ),
        ("GITHUB_WEBHOOK_SECRET", "", "GITHUB_WEBHOOK_SECRET is not set"),
        ("GITHUB_WEBHOOK_SECRET", "short", "GITHUB_WEBHOOK_SECRET must have at least 16 characters"),
        ("GITHUB_WEBHOOK_SECRET", "0123456789abcdef,short", "GITHUB_WEBHOOK_SECRET must have at least 16 characters"),
        ("GITHUB_CLIENT_ID", "4711", f"{CLIENT}. This is the App's id"),
        ("GITHUB_CLIENT_ID", "Iv23li AbCd", CLIENT),
        ("GITHUB_CLIENT_SECRET", "canary", CLIENT_SECRET),
        ("GITHUB_CLIENT_SECRET", "canary canary canary canary", CLIENT_SECRET),
        ("GHAPP_SESSION_SECRET", "0123456789abcdef", SESSION_SECRET),
        ("GHAPP_SESSION_SECRET", f"{32 * 'a'},short-canary", SESSION_SECRET),
        ("GHAPP_SESSION_SECRET", f"{32 * 'a'},", SESSION_SECRET),
        (
            "GHAPP_SESSION_SECRET",
            f"{32 * 'a'},{32 * 'b'},{32 * 'c'}",
            "GHAPP_SESSION_SECRET must be one secret, or the new and the old one with a comma between",
        ),
        ("GITHUB_API_URL", "ftp://api.github.com", "GITHUB_API_URL must be an address like https://api.github.com"),
        (
            "GHAPP_OIDC_ISSUER",
            "token.example.com",
            "GHAPP_OIDC_ISSUER must be an address like https://token.actions.githubusercontent.com",
        ),
        ("GHAPP_STORE", "ghapp.db", "GHAPP_STORE must be sqlite:///PATH or dynamodb://TABLE"),
        ("GHAPP_STORE", "dynamodb://x", "GHAPP_STORE must be sqlite:///PATH or dynamodb://TABLE"),
        ("SLACK_API_URL", "https://slack.example.com", "SLACK_API_URL must end in /api/"),
        ("SLACK_BOT_TOKEN", "xoxp-1234", "SLACK_BOT_TOKEN: this is a user's token: the bot's token begins with xoxb-"),
        (
            "SLACK_BOT_TOKEN",
            "xapp-1234",
            "SLACK_BOT_TOKEN: this is an app-level token: the bot's token begins with xoxb-",
        ),
        (
            "SLACK_BOT_TOKEN",
            "0123456789abcdef",
            "SLACK_BOT_TOKEN: this is no token of Slack: the bot's token begins with xoxb-",
        ),
        ("GHAPP_POLL_SECONDS", "0", "GHAPP_POLL_SECONDS must be a whole number from 1 to 3600"),
        ("PORT", "65536", "PORT must be a whole number from 0 to 65535"),
        ("GHAPP_INTERNAL_LISTEN", "9090", "GHAPP_INTERNAL_LISTEN must be like 127.0.0.1:9090"),
        ("GHAPP_INTERNAL_LISTEN", "127.0.0.1:65536", "GHAPP_INTERNAL_LISTEN must be like 127.0.0.1:9090"),
        ("GHAPP_POLICY", "acme", "GHAPP_POLICY must be like acme/.github-private, with commas between; not 'acme'"),
        (
            "GHAPP_POLICY",
            "acme/policies/more",
            "GHAPP_POLICY must be like acme/.github-private, with commas between; not 'acme/policies/more'",
        ),
        (
            "GHAPP_POLICY",
            "acme/policies, acme/rules",
            "GHAPP_POLICY names acme/policies and acme/rules: one repository for each owner",
        ),
        (
            "GHAPP_POLICY",
            "acme/.github",
            "GHAPP_POLICY: acme/.github has no authority; name another repository of acme",
        ),
        (
            "GHAPP_POLICY",
            "umbrella/policies",
            "GHAPP_POLICY names umbrella/policies, and umbrella is not in GHAPP_OWNERS",
        ),
        (
            "GHAPP_AWS_TARGETS",
            "acme/shop",
            f"{TARGET} 'acme/shop'",
        ),
        (
            "GHAPP_AWS_TARGETS",
            "acme/shop=app/group",
            f"{TARGET} 'acme/shop=app/group'",
        ),
        (
            "GHAPP_AWS_TARGETS",
            "acme/shop=codedeploy:app/group,acme/api",
            f"{TARGET} 'acme/api'",
        ),
        (
            "GHAPP_AWS_TARGETS",
            "umbrella/*=codedeploy:app/group",
            "GHAPP_AWS_TARGETS names umbrella/*, and umbrella is not in GHAPP_OWNERS",
        ),
        ("LOG_LEVEL", "loud", "LOG_LEVEL must be one of info, debug, warning, error"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT must be one of text, json"),
        ("GHAPP_GREET", "yes", "GHAPP_GREET must be one of 0, 1"),
        ("GHAPP_SWEEP_SECONDS", "3601", "GHAPP_SWEEP_SECONDS must be a whole number from 1 to 3600"),
        ("GHAPP_SWEEP_SECONDS", "five", "GHAPP_SWEEP_SECONDS must be a whole number from 1 to 3600"),
        ("PORT", "9" * 5000, "PORT must be a whole number from 0 to 65535"),
        ("PORT", "-1", "PORT must be a whole number from 0 to 65535"),
        ("PORT", "٣", "PORT must be a whole number from 0 to 65535"),
        (
            "GHAPP_PUBLIC_URL",
            "https://user:canary-password@ghapp.example.com",
            "GHAPP_PUBLIC_URL must end after the host, without a path, like https://ghapp.example.com",
        ),
        (
            "GHAPP_PUBLIC_URL",
            "https://ghapp.example.com:port",
            "GHAPP_PUBLIC_URL must be an address like https://ghapp.example.com",
        ),
        ("GHAPP_INTERNAL_LISTEN", "[::1:9090", "GHAPP_INTERNAL_LISTEN must be like 127.0.0.1:9090"),
        ("SLACK_API_URL", "slack.com/api/", "SLACK_API_URL must be an address like https://slack.com/api/"),
        (
            "SLACK_BOT_TOKEN",
            "xoxb-canary 0123456789",
            "SLACK_BOT_TOKEN: the token contains a character that no token has",
        ),
        (
            "SLACK_SIGNING_SECRET",
            "0123456789abcdef",
            "SLACK_SIGNING_SECRET is set and SLACK_BOT_TOKEN is not, so ghapp could not answer: set both, or neither",
        ),
        ("GITHUB_APP_ID", "0", "GITHUB_APP_ID must be a whole number from 1"),
        ("GHAPP_STORE", "postgres://db", "GHAPP_STORE must be sqlite:///PATH or dynamodb://TABLE"),
        ("GHAPP_STORE", "sqlite:///", "GHAPP_STORE must be sqlite:///PATH or dynamodb://TABLE"),
    ],
)
def test_a_missing_or_bad_setting_is_named_in_one_line(name: str, value: str, says: str) -> None:
    """The line names it and the form that it must have, and does not repeat what may be a secret."""
    with pytest.raises(settings.SettingsError) as refused:
        settings.load(good(**(SIGN_IN if name in SIGN_IN else {}) | {name: value}), dotenv=None)
    assert str(refused.value) == says
    assert name in says
    secret = "password" in value or any(part in name for part in ("SECRET", "KEY", "TOKEN"))
    assert not (secret and value and value in says)


@pytest.mark.parametrize("name", SIGN_IN)
def test_sign_in_takes_all_of_its_settings_or_none(name: str) -> None:
    """The missing one is named, once."""
    with pytest.raises(settings.SettingsError) as refused:
        settings.load(good(**SIGN_IN | {name: ""}), dotenv=None)
    assert re.fullmatch(rf"{name} is not set, and \w+ is: sign-in needs all of .*", str(refused.value))
    assert settings.load(good(), dotenv=None).sign_in is None
    loaded = settings.load(good(**SIGN_IN | {"GHAPP_SESSION_SECRET": f"{32 * 'n'} , {32 * 'o'}"}), dotenv=None).sign_in
    assert loaded
    assert [secret.reveal() for secret in loaded.session_secrets] == [32 * "n", 32 * "o"]
    assert "canary" not in repr(loaded)


@pytest.mark.parametrize("path", ["nowhere.pem", "."])
def test_a_key_that_cannot_be_read_is_named(path: str) -> None:
    """Its path is wrong."""
    with pytest.raises(settings.SettingsError, match=r"^GITHUB_PRIVATE_KEY_PATH cannot be read: "):
        settings.load(good(GITHUB_PRIVATE_KEY="", GITHUB_PRIVATE_KEY_PATH=path), dotenv=None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GITHUB_PRIVATE_KEY", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"),
        ("GHAPP_STORE", "sqlite:///nowhere/ghapp.db"),
        ("HOST", "203.0.113.1"),
        ("GHAPP_INTERNAL_LISTEN", "203.0.113.1:9090"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start_with_one_line(name: str, value: str, tmp_path: Path) -> None:
    """The one line names it, and the exit code is 2."""
    ended = started(tmp_path, **{name: value})
    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("ghapp: ")
    assert name in line


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    """A name in `.env` that is nearly a setting's has no effect, and is named, too; others are the operator's own."""
    (tmp_path / ".env").write_text("GITHUB_WEBHOOK_SECRT=0123456789abcdef\nCOMPOSE_PROJECT_NAME=shop\n")
    ended = started(tmp_path, GHAPP_PUBLIC_URL="", GITHUB_APP_ID="", GITHUB_WEBHOOK_SECRET="", PORT="x")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.splitlines() == [
        "ghapp: GHAPP_PUBLIC_URL is not set",
        "ghapp: GITHUB_APP_ID is not set",
        "ghapp: GITHUB_WEBHOOK_SECRET is not set",
        "ghapp: PORT must be a whole number from 0 to 65535",
        "ghapp: GITHUB_WEBHOOK_SECRT is no setting. Did you mean GITHUB_WEBHOOK_SECRET?",
    ]


@pytest.mark.parametrize("host", sorted(FROM_HOSTS))
def test_sqlite_is_refused_on_a_host_whose_disk_does_not_last(host: str, tmp_path: Path) -> None:
    """The state would be lost at the next restart, so it is refused at the start."""
    ended = started(tmp_path, **{host: "one"})
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert line.startswith("ghapp: GHAPP_STORE: ")
