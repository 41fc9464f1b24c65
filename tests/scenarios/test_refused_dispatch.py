"""GitHub refuses to start the workflow: the message names the file, the input or the permission, and the next step."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from ghapp.demo.github import Fault, Pull, faults
from ghapp.demo.github.state import Protection
from ghapp.demo.github.workflows import Unstartable
from ghapp.demo.stage import CONFIG, WORKFLOW
from tests.scenarios.scene import Scene

DEPLOY = ".github/workflows/deploy.yml"
FILE = ".github/ghapp.yml"
Breaks = Callable[[Scene], Any]


def written(path: str, *pairs: tuple[str, str], text: str = WORKFLOW) -> Breaks:
    """Changes a file on the default branch."""
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)

    async def breaks(shop: Scene) -> None:
        await shop.shop.commit(path, text, by="mona", message="Change it")

    return breaks


async def removed(shop: Scene) -> None:
    await shop.shop.commit(DEPLOY, None, by="mona", message="Remove it")


async def disabled(shop: Scene) -> None:
    shop.shop.disabled.add("deploy.yml")


async def without_actions(shop: Scene) -> None:
    shop.shop.actions = False


def answered(status: int, message: str) -> Breaks:
    """GitHub gives this answer, which its local double has no reason to give."""

    async def breaks(shop: Scene) -> None:
        said = faults.status(status, body={"message": message})
        shop.github.faults.append(Fault("POST", re.compile("/dispatches$"), said))

    return breaks


def protected(protection: Protection) -> Breaks:
    """A workflow execution protection limits the actors and events that may start the file."""

    async def breaks(shop: Scene) -> None:
        shop.shop.protections["deploy.yml"] = protection

    return breaks


PROTECTED = (
    "A workflow execution protection does not let ghapp start `deploy.yml`. An administrator allows this App and the "
    "event `workflow_dispatch` there, in the settings under “Actions”, “Policies”."
)
CHOICE = (
    "type: string, required: true}\n      ghapp",
    "type: choice, options: [staging], required: true}\n      ghapp",
)
RULES = CONFIG.format(channel="C024BE91L", language="en", people="{}")
CASES: dict[str, tuple[Breaks, str]] = {
    "gone": (
        removed,
        "GitHub finds no workflow `deploy.yml` on the default branch. "
        "Add it there, or correct `workflow` in `.github/ghapp.yml`.",
    ),
    "no trigger": (
        written(DEPLOY, ("workflow_dispatch:", "workflow_call:")),
        "`deploy.yml` on the default branch has no `workflow_dispatch` under `on`. Add it there.",
    ),
    "unknown input": (
        written(
            DEPLOY, ("      ghapp: {", "      ticket: {"), ("inputs.ghapp", "inputs.ticket"), (", required: true}", "}")
        ),
        "`deploy.yml` on the default branch has no input `ghapp`. "
        "Declare it under `workflow_dispatch`, or take it out of `inputs` in `.github/ghapp.yml`.",
    ),
    "missing input": (
        written(DEPLOY, ("    inputs:\n", "    inputs:\n      region: {type: string, required: true}\n")),
        "`deploy.yml` requires the input `region`, and it is not sent. "
        "Add it to `inputs` in `.github/ghapp.yml`, or give it a default.",
    ),
    "value": (
        written(DEPLOY, CHOICE),
        "`deploy.yml` does not take what is sent as its input `environment`. "
        "Correct `inputs` in `.github/ghapp.yml`, or what the input allows.",
    ),
    "no yaml": (
        written(DEPLOY, text="on: [\n"),
        "GitHub cannot read `deploy.yml` on the default branch: "
        "`(Line: 2, Col: 1): expected the node content, but found '<stream end>'`. Correct it there.",
    ),
    "disabled": (disabled, "The workflow `deploy.yml` is disabled. Enable it on the repository's page “Actions”."),
    "actions disabled": (
        without_actions,
        "GitHub Actions is disabled for this repository or its owner. "
        "An administrator enables it in the settings, under “Actions”.",
    ),
    "event protected": (protected(Protection(events=frozenset({"push"}))), PROTECTED),
    "actor protected": (protected(Protection(actors=frozenset({"mona"}))), PROTECTED),
    "permission": (
        answered(403, "Resource not accessible by integration"),
        "ghapp is not allowed to start `deploy.yml`: the App lacks the permission “Actions: Read and write” here. An "
        "owner grants it on the App's page in the settings, under “GitHub Apps”.",
    ),
    "unknown": (answered(422, "Not on a Friday."), "GitHub said: `Not on a Friday.`"),
}


async def refused(shop: Scene, breaks: Breaks) -> Pull:
    """#41 is merged, and GitHub refuses its release."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    await breaks(shop)
    await shop.says("taro", "/deploy", on=pull)
    return pull


@pytest.mark.parametrize("case", CASES)
async def test_a_refused_dispatch_is_explained(shop: Scene, case: str) -> None:
    """In the number's comment, the mention and Slack; the environment is free for the next try."""
    breaks, says = CASES[case]
    pull = await refused(shop, breaks)
    assert shop.codes(pull) == ["failed"]
    for place in (*shop.replies(pull), shop.channel()[-1]):
        assert says in html.unescape(place).splitlines()
    assert shop.runs() == []
    assert shop.replies(pull)[0].splitlines()[-1] == (
        "production is free again. To try again: `/deploy production #41`"
    )


async def test_a_protection_that_allows_only_the_app_stops_no_release(shop: Scene) -> None:
    """The best fence: people cannot start the workflow, and a release works as before."""
    only = Protection(actors=frozenset({shop.github.app.login}), events=frozenset({"workflow_dispatch"}))
    shop.shop.protections["deploy.yml"] = only
    with pytest.raises(Unstartable, match="Actor 'mona' is not allowed"):
        await shop.shop.dispatch("deploy.yml", by="mona", inputs={"sha": shop.shop.head, "environment": "production"})
    pull = await shop.released("taro")
    assert len(shop.runs()) == 1
    assert shop.replies(pull)[0].startswith("✅")


async def test_a_refused_dispatch_is_explained_in_japanese(japanese_shop: Scene) -> None:
    pull = await refused(japanese_shop, removed)
    says = (
        "デフォルトブランチに `deploy.yml` というワークフローがありません。追加するか、"
        "`.github/ghapp.yml` の `workflow` を修正してください。"
    )
    assert says in japanese_shop.replies(pull)[0].splitlines()


async def test_a_refused_rollback_is_explained(shop: Scene) -> None:
    """A rollback starts the same workflow."""
    await shop.released("taro")
    await shop.later(minutes=31)
    bad = await shop.released("hanako", "Show prices with tax")
    breaks, says = CASES["no trigger"]
    await breaks(shop)
    await shop.says("hanako", "/rollback", on=bad)
    assert shop.codes(bad) == ["rollback_failed"]
    for reply in shop.replies(bad)[-2:]:
        assert says in reply.splitlines()


async def test_the_message_of_github_brings_no_markup(shop: Scene) -> None:
    """Names in GitHub's message come from a file that anybody can propose."""
    breaks = answered(422, 'Unexpected inputs provided: ["a`b", "<!channel> @everyone"]')
    pull = await refused(shop, breaks)
    assert "has no input ``a`b, <!channel> @everyone``." in shop.replies(pull)[0]
    assert "&lt;!channel&gt; @everyone" in shop.channel()[-1]
    assert "<!channel>" not in shop.channel()[-1]


async def test_a_release_succeeds_once_the_workflow_is_mended(shop: Scene) -> None:
    """The next try gets a new number, and nothing of the refusal is left."""
    pull = await refused(shop, removed)
    await written(DEPLOY)(shop)
    await shop.says("taro", "/deploy", on=pull)
    await shop.ends(await shop.begins())
    assert shop.replies(pull)[-1].startswith("✅ **#41 is live on production**")
