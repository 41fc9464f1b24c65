"""ghapp acts on a platform's target only where the operator allowed it for that repository."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ghapp.demo.github import Comment, Pull, Repository
from ghapp.demo.stage import WORKFLOW
from tests.sampled import sampled
from tests.scenarios.cloud import CONFIG, Cloud, cloud

FILE = ".github/ghapp.yml"
SAME_GROUP = """\
environments:
  production:
    workflow: deploy.yml
    rollback: {runner: codedeploy, application: app, deployment_group: app-prod, region: ap-northeast-1}
"""


@pytest.fixture
async def production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cloud]:
    """acme/shop, whose target is allowed."""
    async with cloud(tmp_path, monkeypatch) as told:
        yield told


async def toy(place: Cloud, config: str = SAME_GROUP, name: str = "acme/toy") -> Repository:
    """Another repository, where ken is an admin."""
    files = {FILE: config, ".github/workflows/deploy.yml": WORKFLOW}
    made = place.shop.github.add_repository(name, files=files, people={"ken": "admin"})
    made.ci = "success"
    return made


async def types(place: Cloud, on: Repository, pull: Pull, line: str) -> Comment:
    comment = await on.comment(pull, by="ken", body=line)
    await place.shop.idle()
    return comment


async def released(place: Cloud, on: Repository) -> Pull:
    """Ken's release in the toy repository, with a successful run."""
    pull = await on.open_pull("ken", "Play")
    await on.merge(pull, by="ken")
    await place.shop.idle()
    await types(place, on, pull, "/deploy production")
    for run in on.runs.values():
        if run.status == "queued":
            await on.start_run(run)
            await on.finish_run(run)
    await place.shop.idle()
    return pull


def answers(on: Repository, pull: Pull) -> str:
    return "\n".join(one.body for one in on.comments.values() if one.by_app and one.number == pull.number)


NOT_ALLOWED = {
    "en": (
        "`acme/toy` is not allowed to act on `codedeploy:app/app-prod`, so CodeDeploy was not asked, and nothing was "
        "done."
    ),
    "ja": (
        "`acme/toy` には `codedeploy:app/app-prod` の操作が許可されていないため、CodeDeploy には問い合わせず、"
        "何も実行していません。"
    ),
}
LINE = "acme/toy=codedeploy:app/app-prod"


async def allowed(place: Cloud, *lines: str, policy: str = "") -> None:
    """The operator sets this, and restarts the server."""
    place.shop.settings["GHAPP_AWS_TARGETS"] = ",".join(lines)
    if policy:
        place.shop.github.add_repository("acme/policies", files={FILE: policy}, people={"mona": "admin"})
        place.shop.settings["GHAPP_POLICY"] = "acme/policies"
    await place.shop.later(seconds=11)
    await place.shop.restart()
    await place.shop.idle()
    await place.shop.later(seconds=11)


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_toy_repository_cannot_put_anothers_production_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """It names the shop's deployment group: CodeDeploy gets no request for it, and nothing is stopped."""
    async with cloud(tmp_path, monkeypatch) as production:
        await production.released("taro")
        made = await production.out(await production.merged("mona"))
        serving = production.serving
        asked = len(production.aws.calls)
        other = await toy(production, f"language: {language}\n{SAME_GROUP}")
        pull = await released(production, other)
        await types(production, other, pull, "/rollback production")
        await types(production, other, pull, f"/rollback production stop {made.id}")
        assert answers(other, pull).count(NOT_ALLOWED[language]) == 2
        assert "`GHAPP_AWS_TARGETS`" in answers(other, pull)
        assert f"`{LINE}`" in answers(other, pull)
        assert production.serving == serving
        asked_for = [call.operation for call in production.aws.calls[asked:]]
        assert "StopDeployment" not in asked_for
        assert "CreateDeployment" not in asked_for


async def test_without_the_allowance_codedeploy_is_not_called_and_the_serving_revision_is_unknown(
    production: Cloud,
) -> None:
    """No request to look, to end a wait, or to go back: a release stays locked until a person has looked."""
    await allowed(production, "acme/other=codedeploy:app/app-prod")
    asked = len(production.aws.calls)
    other = await toy(production)
    waits = await other.open_pull("ken", "Play on")
    pull = await released(production, other)
    await types(production, other, pull, "/status")
    assert "ghapp cannot reach CodeDeploy" in answers(other, pull), "no time makes it answer"
    gate = other.status(waits.head_sha, "ghapp/lock")
    assert gate
    assert "CodeDeploy does not answer" in (gate.description or "")
    await production.passes(minutes=6)
    await types(production, other, pull, "/status")
    assert "❔ What is live is unknown: this repository is not allowed to act on `codedeploy:app/app-prod`." in answers(
        other, pull
    )
    assert "ghapp cannot reach CodeDeploy" in answers(other, pull)
    assert f"Why: `not allowed; missing: GHAPP_AWS_TARGETS: {LINE}`" in answers(other, pull)
    await types(production, other, pull, "/unlock production I have looked")
    await types(production, other, pull, "/rollback production")
    assert len(production.aws.calls) == asked


async def test_without_setting_and_rules_no_target_is_allowed(production: Cloud) -> None:
    """Also for the repository that was allowed before; the setting is read at the start."""
    await production.configured("people: {taro: U024BE7TA}\n")
    first = await production.released("taro")
    await production.released("mona")
    await allowed(production)
    asked = len(production.aws.calls)
    await production.shop.says("taro", "/rollback production to #41", on=first)
    await production.shop.types("taro", "/rollback production")
    await production.passes(minutes=1)
    assert "target_not_allowed" in production.shop.codes(first)
    assert "`acme/shop` is not allowed to act on" in production.shop.whispers("taro")[-1]
    assert len(production.aws.calls) == asked


MAY = [  # setting, rules, and the line that is missing
    ("acme/shop=codedeploy:app/app-prod", "", ""),
    ("acme/*=codedeploy:app/*", "", ""),
    ("", 'platforms: {shop: ["codedeploy:app/app-prod"]}', ""),
    ("", 'platforms: {"sh*": ["codedeploy:*/app-*"]}', ""),
    ("acme/shop=codedeploy:app/*", 'platforms: {shop: ["codedeploy:app/app-prod"]}', ""),
    ("acme/shop=codedeploy:app/*", "platforms: {}", 'shop: ["codedeploy:app/app-prod"]'),
    ("acme/toy=codedeploy:app/*", 'platforms: {shop: ["codedeploy:app/*"]}', LINE.replace("toy", "shop")),
    ("acme/shop=codedeploy:app/app", "", LINE.replace("toy", "shop")),
    ("acme/shop=codedeploy:*/app", "", LINE.replace("toy", "shop")),
    ("*/shop2=codedeploy:app/app-prod", "", LINE.replace("toy", "shop")),
    ("", "language: en", LINE.replace("toy", "shop")),
]


@pytest.mark.parametrize(("setting", "platforms", "lacks"), sampled(MAY, [*MAY[1::2], MAY[4]]))
async def test_setting_and_rules_must_both_allow_a_target(
    production: Cloud, setting: str, platforms: str, lacks: str
) -> None:
    """`*` matches any characters but a slash; the answer names the missing line and where to add it."""
    first = await production.released("taro")
    await production.released("mona")
    await allowed(production, setting, policy=f"{platforms}\n" if platforms else "")
    await production.shop.says("taro", "/rollback production", on=first)
    await production.shop.says("taro", "/rollback production to #41", on=first)
    refused = [reply for reply in production.shop.replies(first) if "is not allowed to act on" in reply]
    assert bool(refused) == bool(lacks)
    assert not lacks or f"`{lacks}`" in refused[0]


@pytest.mark.parametrize("noticed", [True, False], ids=["by the round", "by the command"])
async def test_a_broken_config_does_not_keep_a_target_that_the_rules_removed(production: Cloud, noticed: bool) -> None:
    """Otherwise a writer could keep a target by keeping a mistake in the repository's config."""
    first = await production.released("taro")
    await production.released("mona")
    await allowed(production, policy="platforms: {shop: ['codedeploy:app/*']}\n")
    await production.configured("lokc: 1h\n")
    (owners,) = [one for one in production.shop.github.repositories.values() if one.full_name == "acme/policies"]
    await owners.commit(FILE, "platforms: {}\n", by="mona", message="No longer")
    if noticed:
        await production.passes(minutes=5, seconds=1)
        await production.shop.says("taro", "/status", on=first)
        assert (
            "this repository is not allowed to act on `codedeploy:app/app-prod`" in production.shop.replies(first)[-1]
        )
    serving, asked = production.serving, len(production.aws.calls)
    await production.shop.says("taro", "/rollback production to #41", on=first)
    await production.passes(minutes=1)
    assert production.shop.codes(first)[-1] == "target_not_allowed"
    assert len(production.aws.calls) == asked
    assert production.serving == serving


async def test_one_group_that_two_repositories_may_use_is_refused_for_both(production: Cloud) -> None:
    """Each could undo the other's deployment. The answer does not name a private repository to readers of this one."""
    first = await production.released("taro")
    await production.released("mona")
    other = await toy(production)
    pull = await released(production, other)
    await allowed(production, "acme/*=codedeploy:app/app-prod")
    serving = production.serving
    await production.shop.says("taro", "/rollback production to #41", on=first)
    assert production.shop.codes(first)[-1] == "target_claimed"
    assert production.shop.replies(first)[-1].startswith("Another repository names `codedeploy:app/app-prod` too")
    assert "acme/toy" not in production.shop.replies(first)[-1]
    await types(production, other, pull, "/unlock production I have looked")
    await types(production, other, pull, "/rollback production")
    assert "Another repository names" in answers(other, pull)
    other.public = True
    await production.shop.later(minutes=1)
    await production.shop.says("taro", "/rollback production to #41 ", on=first)
    assert production.shop.replies(first)[-1].startswith("`acme/toy` names `codedeploy:app/app-prod` too")
    await production.passes(minutes=1)
    assert production.serving == serving


async def test_a_renamed_repository_keeps_its_claim(production: Cloud) -> None:
    """The claim is stored by id: another repository under the old name does not end it."""
    first = await production.released("taro")
    await production.released("mona")
    other = await toy(production)
    await released(production, other)
    await allowed(production, "acme/*=codedeploy:app/app-prod")
    other.rename("games")
    production.shop.github.add_repository("acme/toy", files={}, people={"ken": "admin"}).public = True
    serving = production.serving
    await production.shop.says("taro", "/rollback production to #41", on=first)
    await production.passes(minutes=1)
    assert production.shop.codes(first)[-1] == "target_claimed"
    assert "acme/toy" not in production.shop.replies(first)[-1]
    assert production.serving == serving
    del production.shop.github.repositories[other.id]
    await production.shop.later(minutes=61)
    await production.shop.says("taro", "/rollback production to #41 ", on=first)
    await production.passes(minutes=4)
    assert production.serving == production.revision(first)


@pytest.mark.parametrize("end", ["deleted", "out of the config", "another region", "no longer allowed"])
async def test_an_ended_claim_keeps_no_repository_out(production: Cloud, end: str) -> None:
    """A claim counts while the other repository exists, names that target, and is allowed to."""
    first = await production.released("taro")
    await production.released("mona")
    other = await toy(production)
    await released(production, other)
    await allowed(production, "acme/*=codedeploy:app/app-prod")
    if end == "deleted":
        del production.shop.github.repositories[other.id]
    elif end == "out of the config":
        await other.commit(FILE, SAME_GROUP.split("    rollback", maxsplit=1)[0], by="ken", message="By the workflow")
    elif end == "another region":
        away = SAME_GROUP.replace("ap-northeast-1", "eu-central-1")
        await other.commit(FILE, away, by="ken", message="Elsewhere")
    else:
        await allowed(production, "acme/shop=codedeploy:app/app-prod")
    await production.shop.idle()
    await production.shop.says("taro", "/rollback production to #41", on=first)
    await production.passes(minutes=4)
    assert production.shop.codes(first) == []
    assert production.serving == production.revision(first)


async def test_another_owners_broken_rules_keep_no_repository_out(production: Cloud) -> None:
    """The operator allows the group to this repository alone: nothing that another owner writes claims it."""
    first = await production.released("taro")
    await production.released("mona")
    theirs = production.shop.github.add_repository("umbrella/rules", files={FILE: "{}\n"}, people={"ken": "admin"})
    other = await toy(production, name="umbrella/toy")
    production.shop.settings["GHAPP_POLICY"] = "umbrella/rules"
    await production.shop.restart()
    await released(production, other)
    await theirs.commit(FILE, "platforms: [\n", by="ken", message="Break it")
    await production.shop.later(seconds=11)
    await production.shop.restart()
    await production.shop.idle()
    await production.shop.says("taro", "/rollback production to #41", on=first)
    await production.passes(minutes=4)
    assert production.shop.codes(first) == []
    assert production.serving == production.revision(first)


async def test_the_config_check_names_the_missing_allowance(production: Cloud) -> None:
    """Before the merge, at the line of `rollback`; an `external_id` in the config is refused, too."""
    elsewhere = CONFIG.replace("LANGUAGE", "en").replace("group: app-prod", "group: toys")
    pull = await production.shop.opens("mona", files={FILE: elsewhere})
    (report,) = [one for one in production.shop.shop.reports.values() if one.name == "ghapp/config"]
    assert (report.sha, report.conclusion) == (pull.head_sha, "failure")
    (line,) = report.annotations
    assert line["start_line"] == 7
    assert "`acme/shop=codedeploy:app/toys`" in line["message"]
    chosen = elsewhere.replace("northeast-1}", "northeast-1, external_id: shop-7f3a}")
    await production.shop.shop.push(pull, by="mona", files={FILE: chosen})
    await production.shop.idle()
    newest = [one for one in production.shop.shop.reports.values() if one.name == "ghapp/config"][-1]
    assert newest.sha == pull.head_sha
    assert "with `role_arn` it is always `ghapp:<repository id>`" in newest.annotations[0]["message"]
