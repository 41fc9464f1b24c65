"""The guard action, run as a runner does: its script in bash, against the server, with the token of a real job."""

import asyncio
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from ghapp.demo.github import Run
from tests.scenarios.scene import Scene, scene
from tests.scenarios.test_trouble import merged

ACTION = Path(__file__).parents[2] / "deploy" / "guard" / "action.yml"
STEP: Mapping[str, Any] = yaml.safe_load(ACTION.read_text())["runs"]["steps"][0]


@dataclass(frozen=True)
class Ended:
    """The step's exit code and log."""

    code: int
    log: str


async def step(
    shop: Scene, run: Run | None, folder: Path, *, url: str = "", patience: str = "60", **inputs: str
) -> Ended:
    """The action's only step, in a job of this run; `run` None: without `id-token: write`.

    `patience`: seconds until it gives up.
    """
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ACTIONS_")}
    given = {"url": url or shop.address, "ticket": "", "sha": "", "break-glass": "", **inputs}
    for name, text in STEP["env"].items():
        environ[name] = re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda match: given[match[1]], text)
    environ |= {"PAUSE": "0.01", "PATIENCE": patience} | (shop.github.issuer.job(shop.shop, run) if run else {})
    script = folder / "step.sh"
    script.write_text(STEP["run"])
    process = await asyncio.create_subprocess_exec(
        *("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)),  # as runners start `shell: bash`
        env=environ,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    log, _ = await process.communicate()
    assert process.returncode is not None
    return Ended(process.returncode, log.decode())


async def deploying(shop: Scene) -> Run:
    """A release whose run has begun."""
    pull = await merged(shop)
    await shop.says("taro", "/deploy", on=pull)
    return await shop.begins()


def committed(folder: Path) -> str:
    """Commits once in a new repository; the commit's SHA."""
    for command in ("init -q", "-c user.name=a -c user.email=a@b.c commit -q --allow-empty -m x"):
        subprocess.run(["git", *command.split()], cwd=folder, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True)
    return head.stdout.strip()


async def reachable(shop: Scene) -> str:
    """Sets the server's address as its audience: the port is known only once it listens."""
    port = shop.address.rsplit(":", 1)[1]
    await shop.stop()
    shop.settings["GHAPP_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    await shop.start(port=int(port))
    return shop.address


async def test_the_run_that_was_granted_goes_on(shop: Scene, tmp_path: Path) -> None:
    """Its token is masked in the log."""
    await reachable(shop)
    run = await deploying(shop)
    ended = await step(shop, run, tmp_path, ticket=run.inputs["ghapp"], sha=run.inputs["sha"])
    assert ended.code == 0
    *masked, last = ended.log.splitlines()
    assert last == f"This run holds the lock for {run.inputs['sha']}."
    assert [line.startswith("::add-mask::ey") for line in masked] == [True]
    assert "let_through" in await shop.history()


async def test_the_default_commit_is_the_one_checked_out(shop: Scene, tmp_path: Path) -> None:
    """Here it differs from the granted one, whatever the workflow's input."""
    await reachable(shop)
    run = await deploying(shop)
    head = await asyncio.to_thread(committed, tmp_path)
    ended = await step(shop, run, tmp_path, ticket=run.inputs["ghapp"])
    assert ended.code == 1
    assert f"but this job reports `{head}`" in ended.log


async def test_without_a_checkout_or_a_commit_nothing_goes_on(shop: Scene, tmp_path: Path) -> None:
    """An empty sha does not match every sha."""
    await reachable(shop)
    run = await deploying(shop)
    for sha in ("", "main", "f" * 39):
        assert (await step(shop, run, tmp_path, ticket=run.inputs["ghapp"], sha=sha)).code == 1


async def test_a_refusal_stops_the_job_with_its_reason(shop: Scene, tmp_path: Path) -> None:
    """The reason is an annotation of the run, so the log need not be opened; the guard is asked only once."""
    await reachable(shop)
    run = await deploying(shop)
    await shop.ends(run)
    ended = await step(shop, run, tmp_path, ticket=run.inputs["ghapp"], sha=run.inputs["sha"])
    assert ended.code == 1
    assert "::error title=ghapp::`production-1` is no longer valid: " in ended.log
    assert (await shop.history()).count("not_let_through") == 1


async def test_while_ghapp_is_down_nothing_goes_on(shop: Scene, tmp_path: Path) -> None:
    """The step tries several times, then fails: no answer is not permission."""
    url = await reachable(shop)
    run = await deploying(shop)
    await shop.stop()
    ended = await step(shop, run, tmp_path, url=url, patience="2", ticket=run.inputs["ghapp"], sha=run.inputs["sha"])
    assert ended.code == 1
    assert ended.log.count("Failed to connect") + ended.log.count("Could not connect") > 1
    assert f"ghapp at {url} could not be asked" in ended.log
    assert "A re-run does not take the lock. To try again, type `/deploy` on the pull request." in ended.log


async def test_an_answer_503_is_retried(shop: Scene, tmp_path: Path) -> None:
    """GitHub's keys could not be fetched: neither permission nor refusal, so the step fails after some tries."""
    await reachable(shop)
    run = await deploying(shop)
    shop.github.issuer.broken = True
    ended = await step(shop, run, tmp_path, patience="2", ticket=run.inputs["ghapp"], sha=run.inputs["sha"])
    assert ended.code == 1
    assert "(the last answer was 503)" in ended.log
    assert ended.log.count("::add-mask::") > 1


async def test_a_job_without_permission_for_a_token_fails_with_its_name(shop: Scene, tmp_path: Path) -> None:
    """The most likely mistake in a copied workflow."""
    await reachable(shop)
    run = await deploying(shop)
    ended = await step(shop, None, tmp_path, ticket=run.inputs["ghapp"], sha=run.inputs["sha"])
    assert ended.code == 1
    assert "permissions: id-token: write" in ended.log


async def test_glass_can_be_broken_and_is_reported(shop: Scene, tmp_path: Path) -> None:
    """The job goes on with a warning on the run; channel and history have the reason in its own words."""
    await reachable(shop)
    run = await deploying(shop)
    await shop.ends(run)
    reason = 'Payments "fail"; $(touch evil) `touch evil`\\n ::set-output::\n日本語'
    ended = await step(
        shop, run, tmp_path, ticket=run.inputs["ghapp"], sha=run.inputs["sha"], **{"break-glass": reason}
    )
    assert ended.code == 0
    (warning,) = [line for line in ended.log.splitlines() if line.startswith("::") and "add-mask" not in line]
    assert warning.startswith('::warning title=ghapp::Went on WITHOUT the lock, because: Payments "fail"; $(touch')
    assert not (tmp_path / "evil").exists()
    await shop.idle()
    (told,) = [text for text in shop.channel() if "bypassed the lock" in text]
    assert 'Payments "fail"' in told
    assert "日本語" in told
    assert "glass_broken" in await shop.history()


async def test_glass_can_be_broken_while_ghapp_is_down(shop: Scene, tmp_path: Path) -> None:
    """Only the run itself can record it then."""
    url = await reachable(shop)
    run = await deploying(shop)
    await shop.stop()
    ended = await step(
        shop,
        run,
        tmp_path,
        url=url,
        patience="1",
        ticket=run.inputs["ghapp"],
        sha=run.inputs["sha"],
        **{"break-glass": "all down"},
    )
    assert ended.code == 0
    assert "::warning title=ghapp::Went on WITHOUT the lock, because: all down." in ended.log


async def test_a_blank_reason_breaks_no_glass(shop: Scene, tmp_path: Path) -> None:
    await reachable(shop)
    run = await deploying(shop)
    ended = await step(shop, run, tmp_path, ticket="", sha=run.inputs["sha"], **{"break-glass": "  \n "})
    assert ended.code == 1


@pytest.mark.parametrize("ticket", ['"}, {"', "1:0123456789abcdef\n", "$(touch evil)", "::error::x"])
async def test_a_ticket_is_never_run_as_a_command(shop: Scene, tmp_path: Path, ticket: str) -> None:
    """A person who starts the workflow by hand can put any text into it."""
    await reachable(shop)
    run = await deploying(shop)
    ended = await step(shop, run, tmp_path, ticket=ticket, sha=run.inputs["sha"])
    assert ended.code == 1
    assert "has no deploy number" in ended.log
    assert not (tmp_path / "evil").exists()


async def test_a_token_that_github_does_not_give_at_first_is_requested_again(tmp_path: Path) -> None:
    async with scene(tmp_path) as shop:
        await reachable(shop)
        run = await deploying(shop)
        shop.github.issuer.busy = 2
        ended = await step(shop, run, tmp_path, ticket=run.inputs["ghapp"], sha=run.inputs["sha"])
    assert ended.code == 0
    assert ended.log.count("::add-mask::") == 1
