"""`ghapp init` takes the names of environments from GitHub, where the shell has a token; else the workflows alone."""

import asyncio
import os
import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import web

from ghapp.adapters.github.environments import PATIENCE, list_environments
from ghapp.adapters.github.faults import TimedOut
from ghapp.cli.commands import run
from ghapp.cli.environments import OF_ENTERPRISE, TOKENS
from ghapp.cli.origin import origin_repository, repository_of
from ghapp.core.config.model import Config
from ghapp.core.config.reader import read_config
from ghapp.core.model.secret import Secret
from ghapp.demo.github import Fault, faults
from tests.cli.test_init import Terminal
from tests.demo.github_client import LocalGitHub, stage

CONFIG, WORKFLOW = Path(".github/ghapp.yml"), Path(".github/workflows/deploy.yml")
TYPED = "on: {workflow_dispatch: {inputs: {environment: {type: environment}, sha: {required: true}}}}\n"
FREE = TYPED.replace("{type: environment}", "{required: true}")
NAMED = f'{TYPED}jobs: {{live: {{environment: live}}, deploy: {{environment: "${{{{ inputs.environment }}}}"}}}}\n'
READ = "The environments of acme/api were read from GitHub: "


class Shell:
    """A shell in a checkout of `acme/api` of the local GitHub, with a token."""

    def __init__(self, local: LocalGitHub, environ: pytest.MonkeyPatch, printed: pytest.CaptureFixture[str]) -> None:
        self.local, self.environ, self._printed = local, environ, printed

    async def init(self, workflow: str = TYPED, *more: str) -> str:
        """All that `ghapp init` prints, and its exit code."""
        start(workflow)
        self.local.github.exchanges.clear()
        code = await asyncio.to_thread(run, ["init", *more])
        printed = self._printed.readouterr()
        assert "canary" not in printed.err + printed.out
        return f"{printed.err}{printed.out}exit {code}\n"

    def asked(self) -> list[str]:
        return [f"{one.method} {one.path} {one.status}" for one in self.local.github.exchanges]

    def written(self) -> list[str]:
        return [*config().environments]

    def sent(self) -> set[str]:
        """The values of the input for the environment."""
        return {one.inputs.get("environment", "") for one in config().environments.values()}


@pytest.fixture
async def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Shell]:
    """With the environments production, staging and two of GitHub's own, in no order."""
    for name in (*TOKENS, *OF_ENTERPRISE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    set_up(tmp_path)
    monkeypatch.chdir(tmp_path)
    async with stage() as local:
        local.place.environments = ["github-pages", "production", "copilot", "staging"]
        monkeypatch.setenv("GH_HOST", local.github.url.removeprefix("http://"))
        monkeypatch.setenv("GH_TOKEN", await local.client.token(permissions={"actions": "read"}))
        origin("git@127.0.0.1:acme/api.git")
        yield Shell(local, monkeypatch, capsys)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """A terminal that is closed at the end."""
    made = Terminal()
    yield made
    made.close()


def config() -> Config:
    read = read_config(CONFIG.read_text(), "c", "main")
    assert isinstance(read, Config)
    return read


def start(workflow: str) -> None:
    """Leaves only this workflow."""
    CONFIG.unlink(missing_ok=True)
    WORKFLOW.write_text(workflow)


def set_up(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / WORKFLOW).parent.mkdir(parents=True)


def origin(url: str) -> None:
    text = f'[core]\n\tbare = false\n[remote "origin"]\n\turl = {url}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n'
    git_config(text.encode())


def git_config(content: bytes | None) -> None:
    """None: there is none."""
    path = Path(".git/config")
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)


ASKED = ["GET /api/v3/repos/acme/api/environments 200"]


@pytest.mark.parametrize("more", [(), ("--yes",)])
async def test_an_input_of_type_environment_takes_githubs_names(shell: Shell, more: tuple[str, ...]) -> None:
    """In the order of promotion, without GitHub's own, and none is a guess. It is the only request."""
    printed = await shell.init(TYPED, *more)
    assert printed.splitlines() == [
        ".github/ghapp.yml is written, for: staging, production",
        f"{READ}github-pages, production, copilot, staging",
        "Next: look it through, fill in the Slack channel's id (at the end of its details), run `ghapp check`, and "
        "commit it on the default branch. All settings: docs/configuration.md",
        "exit 0",
    ]
    assert shell.written() == ["staging", "production"]
    assert shell.asked() == ASKED
    assert shell.local.github.exchanges[0].query == {"per_page": "100"}


async def test_it_says_so_in_japanese(shell: Shell) -> None:
    """The last lines, and the refusal."""
    printed = await shell.init(TYPED, "--language", "ja")
    assert "acme/api の環境を GitHub から読み取りました: github-pages、production、copilot、staging\n" in printed
    shell.environ.setenv("GH_TOKEN", "canary-unknown")
    printed = await shell.init(TYPED, "--language", "ja")
    assert printed.startswith(
        "ghapp: GitHub から acme/api の環境を読み取れませんでした (HTTP 401)。環境の名前はワークフローから取ります。"
        "`GH_TOKEN` には `Actions: read` の権限を持つ有効なトークンが必要です\n"
    )


async def test_they_go_before_the_names_of_jobs(shell: Shell) -> None:
    """GitHub offers exactly them for such an input; a job may name one that was renamed."""
    await shell.init(NAMED)
    assert shell.written() == ["staging", "production"]


async def test_they_are_proposed_for_a_guess(shell: Shell) -> None:
    """An input of any text, without options and without a job that names an environment: it stays a guess."""
    printed = await shell.init(FREE)
    assert shell.written() == ["staging", "production"]
    assert "- line 5: staging is a guess." in printed
    assert "- line 10: production is a guess." in printed


async def test_a_workflow_that_names_its_environments_asks_nothing(shell: Shell) -> None:
    """No request where its answer would change nothing."""
    printed = await shell.init(TYPED.replace("type: environment", "type: choice, options: [live]"))
    assert shell.written() == ["live"]
    assert (shell.asked(), "GitHub:" in printed) == ([], False)


async def test_at_a_terminal_they_are_the_questions_default(shell: Shell, terminal: Terminal) -> None:
    """Enter takes them; an answer goes before them."""
    start(TYPED)
    assert await asyncio.to_thread(terminal.runs, "init", typed="\n\n") == 0
    assert "names on GitHub? Several with commas [staging, production]" in terminal.shown()
    assert shell.written() == ["staging", "production"]
    start(TYPED)
    assert await asyncio.to_thread(terminal.runs, "init", typed="live\n\n") == 0
    assert shell.written() == ["live"]


async def test_enter_takes_names_that_nobody_could_type(shell: Shell, terminal: Terminal) -> None:
    """More than an answer may have, and one with the form of a placeholder."""
    shell.local.place.environments = ["{where}", *(f"{number:02}{'x' * 250}" for number in range(9))]
    start(TYPED)
    assert await asyncio.to_thread(terminal.runs, "init", typed="\n" * 11 + "typed\n") == 0
    assert len(shell.written()) == 10


async def test_a_hostile_name_reaches_neither_the_terminal_nor_another_line(shell: Shell) -> None:
    """A comma in a name does not make two of it, and a text of placeholders is not sent."""
    shell.local.place.environments = ["a, b", "\x1b[31mred\nx: y", "{sha}", "本番", "x" * 255]
    printed = await shell.init()
    assert [sign for sign in printed if not sign.isprintable() and sign != "\n"] == []
    assert len(shell.written()) == 5
    assert shell.sent() >= {"a, b", "本番"}


async def test_a_hundred_names_at_most(shell: Shell) -> None:
    """One page; a config takes forty, and the others are named."""
    shell.local.place.environments = [f"shop{number}" for number in range(130)]
    printed = await shell.init()
    assert (len(shell.written()), shell.asked()) == (40, ASKED)
    assert f"{READ}shop0, shop1, shop2, shop3, shop4, shop5, shop6, shop7, shop8, shop9, 90 more\n" in printed


# ---------------------------------------------------------------- the way without an answer


async def plain(shell: Shell, workflow: str = TYPED) -> None:
    """Nothing was read and nothing is said: the file is that of a shell without a token."""
    printed = await shell.init(workflow)
    assert printed.startswith(".github/ghapp.yml is written, for: production\n- line 5: production is a guess.")
    assert "read from GitHub" not in printed


async def test_without_a_token_nothing_is_asked(shell: Shell) -> None:
    """Not even of a public repository."""
    shell.environ.delenv("GH_TOKEN")
    await plain(shell)
    assert shell.asked() == []


@pytest.mark.parametrize("token", ["", "  ", "canary\r\nHost: evil.example", "canary é"])
async def test_a_token_that_no_header_carries_is_none(shell: Shell, token: str) -> None:
    """It is not sent, nor printed."""
    shell.environ.setenv("GH_TOKEN", token)
    await plain(shell)
    assert shell.asked() == []


@pytest.mark.parametrize(
    "url",
    [
        "git@gitlab.example:acme/api.git",
        "https://127.0.0.1.evil.example/acme/api",
        "https://127.0.0.1@evil.example/acme/api",
        "https://github.com/acme/api",
        "ext::sh -c touch% pwned",
        "../bare.git",
        "https://127.0.0.1/acme/../user",
        "https://127.0.0.1/acme/..",
        "https://127.0.0.1/acme/api?x=y",
    ],
)
async def test_another_remote_gets_no_request(shell: Shell, url: str) -> None:
    """The token is for one host; also github.com gets none while GH_HOST names another."""
    origin(url)
    await plain(shell)
    assert shell.asked() == []


@pytest.mark.parametrize(
    "config", [None, b"", b"\xff\xfe", b"[remote origin", b'[remote "up"]\n url = git@127.0.0.1:acme/api.git\n']
)
async def test_a_checkout_without_a_readable_origin_gets_no_request(shell: Shell, config: bytes | None) -> None:
    """Git's files may be missing or broken."""
    git_config(config)
    await plain(shell)
    assert shell.asked() == []


@pytest.mark.parametrize(
    "kind",
    [
        faults.Fail(404),
        faults.Fail(500),
        faults.Fail(429),
        faults.Fail(200, body="<html>sign in</html>"),
        faults.Fail(200, body={"environments": "x"}),
        faults.Fail(200, body={"environments": []}),
        faults.Drop(done=False),
    ],
    ids=str,
)
async def test_no_usable_answer_changes_nothing(shell: Shell, kind: faults.Kind) -> None:
    """One request, which aiohttp sends again after a dropped connection, and not a word."""
    shell.local.github.faults.append(Fault("GET", re.compile("environments"), kind, times=2))
    await plain(shell)
    assert len({*shell.asked()}) == 1


async def test_a_refused_token_is_one_line(shell: Shell) -> None:
    """401 and 403, with the variable and the missing permission; the file is written."""
    refused = (
        "ghapp: GitHub did not list the environments of acme/api (HTTP {}), so that their names come from the "
        "workflows: the token in `{}` must be valid, with the permission `Actions: read`\n"
    )
    shell.environ.setenv("GH_TOKEN", "canary-unknown")
    assert (await shell.init()).startswith(refused.format(401, "GH_TOKEN") + ".github/ghapp.yml is written")
    shell.environ.delenv("GH_TOKEN")
    shell.environ.setenv("GITHUB_TOKEN", await shell.local.client.token(permissions={"metadata": "read"}))
    assert (await shell.init()).startswith(refused.format(403, "GITHUB_TOKEN") + ".github/ghapp.yml is written")


async def test_an_enterprise_host_gets_its_own_token_first(shell: Shell) -> None:
    """As for GitHub's own command line: GH_TOKEN may be one of github.com."""
    shell.environ.setenv("GH_ENTERPRISE_TOKEN", os.environ["GH_TOKEN"])
    shell.environ.setenv("GH_TOKEN", "canary-of-github.com")
    await shell.init()
    assert shell.asked() == ASKED


async def test_a_renamed_repository_is_followed(shell: Shell) -> None:
    """On the same server."""
    shell.local.place.rename("acme/shop")
    await shell.init()
    assert [one[-4:] for one in shell.asked()] == [" 301", " 200"]
    assert shell.written() == ["staging", "production"]


async def test_no_redirect_to_another_server_is_followed(shell: Shell) -> None:
    """Not even without the token."""
    visits: list[str] = []

    async def visit(request: web.Request) -> web.Response:
        visits.append(request.path)
        return web.json_response({"environments": [{"name": "evil"}]})

    elsewhere = web.Application()
    elsewhere.router.add_get("/{path:.*}", visit)
    runner = web.AppRunner(elsewhere)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    location = f"http://127.0.0.1:{runner.addresses[0][1]}/environments"
    kind = faults.Fail(307, {"Location": location})
    shell.local.github.faults.append(Fault("GET", re.compile("environments"), kind))
    await plain(shell)
    await runner.cleanup()
    assert visits == []


async def test_an_answer_that_does_not_come_is_not_waited_for(shell: Shell) -> None:
    """`ghapp init` waits five seconds; here less."""
    never = faults.Hold(asyncio.Event())
    shell.local.github.faults.append(Fault("GET", re.compile("environments"), never))
    token = Secret(os.environ["GH_TOKEN"])
    with pytest.raises(TimedOut):
        await list_environments(shell.local.github.url, "acme/api", token, patience=0.05)
    never.event.set()
    assert PATIENCE == 5


# ---------------------------------------------------------------- the checkout's remote


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/acme/shop",
        "https://github.com/acme/shop.git",
        "https://GitHub.com/acme/shop/",
        "https://www.github.com/acme/shop",
        "https://x-access-token:canary@github.com/acme/shop.git",
        "git@github.com:acme/shop.git",
        "github.com:acme/shop",
        "org-123@github.com:/acme/shop.git",
        "ssh://git@github.com/acme/shop.git",
        "ssh://git@github.com:22/acme/shop",
        "ssh://git@ssh.github.com:443/acme/shop.git",
    ],
)
def test_each_form_of_an_address(url: str) -> None:
    """Those that GitHub's pages, its command line and Actions write."""
    assert repository_of(url, "github.com") == "acme/shop"
    assert repository_of(url, "github.example.com") is None


def test_names_with_dots_and_the_form_of_an_enterprise_server() -> None:
    """`.git` is only cut at the end."""
    assert repository_of("git@github.com:acme/acme.github.io.git", "github.com") == "acme/acme.github.io"
    assert repository_of("ssh://git@ghe.example.com:2222/a_b/c.git", "GHE.example.com") == "a_b/c"


@pytest.mark.parametrize(
    "config",
    [
        '[REMOTE "origin"] url = git@github.com:acme/shop.git\n',
        '[remote "other"]\n\turl = git@github.com:x/y\n[remote "origin"]\n\tURL="git@github.com:acme/shop" # ours\n',
        '[remote "origin"]\r\n\turl = git@github.com:acme/shop\r\n\turl = git@github.com:x/y\r\n',
        '[branch "a]b"]\n\turl = x\n[remote "origin"]\n\tpushurl = x\n\turl = git@github.com:acme/shop\n',
    ],
)
def test_each_form_of_gits_config(config: str, tmp_path: Path) -> None:
    """Sections and keys in any case, quotes, comments, several addresses."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text(config, newline="")
    assert origin_repository(tmp_path, "github.com") == "acme/shop"


def test_a_worktree_and_a_submodule_have_their_config_elsewhere(tmp_path: Path) -> None:
    """As git itself lays out the worktree."""
    for command in (
        "init -q main",
        "-C main remote add origin https://github.com/acme/shop.git",
        "-C main -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m a",
        "-C main worktree add -q ../beside",
        "-C main init -q --separate-git-dir ../kept ../module",
        "-C module remote add origin https://github.com/acme/module.git",
    ):
        subprocess.run(["git", *command.split()], cwd=tmp_path, check=True, capture_output=True)
    assert origin_repository(tmp_path / "main", "github.com") == "acme/shop"
    assert origin_repository(tmp_path / "beside", "github.com") == "acme/shop"
    assert origin_repository(tmp_path / "module", "github.com") == "acme/module"


@pytest.mark.parametrize("pointer", ["gitdir: /dev", "gitdir: \0", "gitdir: ..", "x"])
def test_a_pointer_to_nowhere_is_no_origin(pointer: str, tmp_path: Path) -> None:
    """Nor a link or a device in place of the config."""
    (tmp_path / ".git").write_text(pointer)
    assert origin_repository(tmp_path, "github.com") is None
    (tmp_path / ".git").unlink()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").symlink_to("/dev/zero")
    assert origin_repository(tmp_path, "github.com") is None
