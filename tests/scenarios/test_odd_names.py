"""Names that GitHub takes and a config's own names do not: GitHub environments, and files of workflows."""

import json

import aiohttp
import pytest

from ghapp.demo.stage import WORKFLOW
from tests.scenarios.scene import Scene
from tests.scenarios.test_fence import Jobs
from tests.scenarios.test_protection_rule import deploying, manual_runs
from tests.scenarios.test_trouble import merged

WILD = "本番 #1?a=b&c/%2F"


async def write(shop: Scene, path: str, text: str) -> None:
    """A commit on the default branch."""
    await shop.shop.commit(path, text, by="mona", message="Change the names")
    await shop.idle()


async def name_environment(shop: Scene, place: str) -> None:
    """The deploy job names a GitHub environment, where the rule is enabled, and the config does too."""
    named = WORKFLOW.replace("    runs-on:", f"    environment: {json.dumps(place)}\n    runs-on:")
    config = f"{{workflow: deploy.yml, github_environment: {json.dumps(place)}}}"
    await write(shop, ".github/ghapp.yml", f"environments: {{production: {config}}}\n")
    await write(shop, ".github/workflows/deploy.yml", named)
    shop.shop.protected.add(place)


@pytest.mark.parametrize("place", ["prod/eu_1.0 x", WILD])
async def test_the_rule_knows_an_environment_by_its_name_on_github(shop: Scene, place: str) -> None:
    """It approves our own run, and a run by hand takes the lock."""
    await name_environment(shop, place)
    pull, run = await deploying(shop)
    assert run.said == [(place, "approved", f"production-1: #{pull.number} by taro.")]
    await shop.ends(run)
    assert (await shop.history())[-1] == "succeeded"
    await shop.says("taro", "/unlock", on=pull)
    other = await merged(shop, "mona")
    by_hand = await manual_runs(shop, "mona")
    assert by_hand.said == [(place, "approved", f"production-2: #{other.number} by mona.")]


async def test_a_job_at_that_environment_keeps_the_record_itself(shop: Scene) -> None:
    """Ours would be a second record of one release; without a job's, ours names the same environment."""
    await name_environment(shop, WILD)
    pull, run = await deploying(shop)
    await shop.ends(run)
    assert [one.environment for one in shop.shop.deployments.values()] == [WILD]
    assert shop.calls("POST", "/deployments") == []
    await write(shop, ".github/workflows/deploy.yml", WORKFLOW)
    await shop.says("taro", "/unlock", on=pull)
    await shop.released("mona")
    assert [one.environment for one in shop.shop.deployments.values()] == [WILD, WILD]
    assert [one.states[-1] for one in shop.shop.deployments.values()] == ["inactive", "success"]


async def test_a_run_without_the_lock_is_known_by_the_environments_name_on_github(shop: Scene) -> None:
    """A push whose job named it deployed there."""
    await name_environment(shop, "prod/eu")
    shop.shop.protected.clear()
    pushed = WORKFLOW.replace("on:\n", "on:\n  push:\n").replace(
        "    runs-on:", '    environment: "prod/eu"\n    runs-on:'
    )
    await write(shop, ".github/workflows/deploy.yml", pushed)
    (run,) = shop.runs()
    await shop.shop.start_run(run)
    await shop.ends(run)
    assert (await shop.history())[-1] == "unordered"


@pytest.mark.parametrize("file", ["deploy (eu) [x]+1.yaml", "デプロイ 本番#1?a=%2F&b.yml"])
async def test_a_workflow_file_of_any_name_is_dispatched_and_let_through(shop: Scene, file: str) -> None:
    """Its name is one part of GitHub's addresses, whatever characters it has."""
    await write(shop, f".github/workflows/{file}", WORKFLOW)
    await write(shop, ".github/ghapp.yml", f"environments: {{production: {{workflow: {json.dumps(file)}}}}}\n")
    _, run = await deploying(shop)
    assert run.workflow == f".github/workflows/{file}"
    async with aiohttp.ClientSession() as session:
        assert await Jobs(shop, session).asks(run) == (204, "")
    await shop.ends(run)
    assert (await shop.history())[-1] == "succeeded"
