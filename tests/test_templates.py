"""The templates for users: safe, and matching the inputs that ghapp sends."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ghapp.cli import commands
from ghapp.demo.stage import WORKFLOW
from tests.scenarios.scene import Scene, scene

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "deploy" / "workflow.yml"
GUARD = ROOT / "deploy" / "guard" / "action.yml"
FENCED = TEMPLATE.read_text().replace("#+", "")  # as the template's comment says


def zizmor(file: Path) -> subprocess.CompletedProcess[str]:
    """Its findings, without the network."""
    command = [str(Path(sys.executable).with_name("zizmor")), "--offline", "--no-progress", "--persona=pedantic"]
    return subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)


def test_the_workflow_passes_the_security_linter() -> None:
    """Minimal token permissions, no text from outside in a script, and every action pinned."""
    found = zizmor(TEMPLATE)
    assert found.returncode == 0, found.stdout


def test_the_workflow_with_the_fence_passes_the_security_linter(tmp_path: Path) -> None:
    """With the fence's lines enabled, and for the guard itself."""
    (tmp_path / "workflow.yml").write_text(FENCED)
    for file in (tmp_path / "workflow.yml", GUARD):
        found = zizmor(file)
        assert found.returncode == 0, found.stdout


def test_the_fence_asks_right_before_the_deploy_step() -> None:
    """With its own token permission and all inputs that the guard requires."""
    job = yaml.safe_load(FENCED)["jobs"]["deploy"]
    assert job["permissions"]["id-token"] == "write"
    assert "id-token" not in yaml.safe_load(TEMPLATE.read_text())["jobs"]["deploy"]["permissions"]
    names = [step["name"] for step in job["steps"]]
    assert names[-2:] == ["Ask ghapp for the lock", "Bring it out"]
    guard = job["steps"][-2]
    assert guard["uses"] == "$/.github/actions/guard"
    takes = yaml.safe_load(GUARD.read_text())["inputs"]
    assert set(guard["with"]) == {name for name, spec in takes.items() if spec.get("required")}


def test_a_guard_that_puts_text_from_outside_into_its_script_would_be_found(tmp_path: Path) -> None:
    """The check can fail for an action, too."""
    careless = tmp_path / "action.yml"
    careless.write_text(GUARD.read_text().replace("${GHAPP_URL%/}", "${{ inputs.url }}"))
    assert "template-injection" in zizmor(careless).stdout


def test_a_workflow_that_puts_text_from_outside_into_a_script_would_be_found(tmp_path: Path) -> None:
    """The check can fail."""
    careless = tmp_path / "workflow.yml"
    careless.write_text(TEMPLATE.read_text().replace('"$ENVIRONMENT" "$SHA"', '"${{ inputs.sha }}"'))
    assert "template-injection" in zizmor(careless).stdout


def test_the_workflow_takes_the_default_inputs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`ghapp check` prints neither a problem nor advice."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "deploy.yml").write_text(TEMPLATE.read_text())
    config = tmp_path / ".github" / "ghapp.yml"
    config.write_text("environments: {production: {workflow: deploy.yml}}\n")
    assert commands.run(["check", str(config)]) == 0
    assert capsys.readouterr().err.count("\n") == 1


def test_runs_of_an_environment_wait_for_each_other() -> None:
    """Also runs started by hand; and no run under way is cancelled."""
    concurrency = yaml.safe_load(TEMPLATE.read_text())["concurrency"]
    assert concurrency == {"group": "deploy-${{ inputs.environment }}", "cancel-in-progress": False, "queue": "max"}


async def test_a_release_by_the_workflow(tmp_path: Path) -> None:
    """Merged, typed, run with the pinned commit, and live."""
    async with scene(tmp_path) as shop:
        await uses(shop, TEMPLATE.read_text())
        pull = await shop.released("taro")
        (run,) = shop.runs()
        assert run.inputs["sha"] == pull.merge_commit_sha
        assert run.display_title == f"Deploy production-{run.inputs['ghapp']}"
        assert shop.replies(pull)[0].startswith("✅")


async def uses(shop: Scene, text: str) -> None:
    """Makes this the shop's deploy workflow."""
    assert text != WORKFLOW
    await shop.shop.commit(".github/workflows/deploy.yml", text, by="mona", message="Use the template")
    await shop.idle()
