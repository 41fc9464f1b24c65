"""An organization's own Apps: if the config names an App, its comments are commands; all others are not answered."""

from typing import Any

import pytest

from ghapp.demo.github import OtherApp, Pull
from ghapp.demo.github.shapes import accounts, events
from tests.sampled import crossed
from tests.scenarios.scene import Scene

BOT = "release-bot[bot]"
CONFIG = """\
language: {language}
slack: {{channel: C024BE91L}}
environments: {{production: {{workflow: deploy.yml, lock: 1m, {rules}}}}}
"""


async def named(shop: Scene, rules: str = "deployers: [app/release-bot]", *, language: str = "en") -> Pull:
    """The config names acme's release-bot; another owner has an App with a similar slug. #41 is merged."""
    shop.github.apps["release-bot"] = OtherApp(501, "release-bot", "acme")
    shop.github.apps["evil-bot"] = OtherApp(502, "evil-bot", "mallory")
    shop.github.apps["other-bot"] = OtherApp(503, "other-bot", "acme")
    text = CONFIG.format(language=language, rules=rules)
    await shop.shop.commit(".github/ghapp.yml", text, by="mona", message="Let the bot release")
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    return pull


async def told(shop: Scene, pull: Pull, body: str = "/deploy", *, by: str = BOT, **comment: Any) -> None:
    """Sends a comment's webhook as GitHub would, except for these fields."""
    made = shop.shop.add_comment(pull.number, by=by, body=body)
    payload = events.commented(shop.shop, made)
    payload["comment"] |= comment
    await shop.github.send("issue_comment", payload)
    await shop.idle()


async def silent(shop: Scene, pull: Pull) -> None:
    """No run, no reply, no reaction and no refusal exists."""
    assert shop.runs() == []
    assert shop.replies(pull) == []
    assert not any(comment.reactions for comment in shop.shop.comments.values())
    assert "refused" not in await shop.history()


# ---------------------------------------------------------------- persons and Apps


async def test_an_app_that_the_config_names_releases_like_a_person(shop: Scene) -> None:
    """From its comment to live; the deployment is by the App."""
    pull = await named(shop)
    comment = await shop.says(BOT, "/deploy", on=pull)
    assert shop.replies(pull)[0].startswith("🚀 **Deploying #41 to production** (production-1, by @release-bot[bot])")
    assert {face for _, face in comment.reactions} == {"eyes", "rocket"}
    await shop.ends(await shop.begins())
    assert shop.shop.serving == {"production": pull.merge_commit_sha}


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("deployers", "/deploy production"),
        ("rollbackers", "/rollback production"),
        ("unlockers", "/unlock production done"),
    ],
)
async def test_each_list_of_the_config_allows_an_app_only_its_own_commands(shop: Scene, key: str, line: str) -> None:
    """Other commands are refused with an answer, as for a person."""
    for _ in range(2):
        live = await shop.released("taro")
        await shop.says("taro", "/unlock", on=live)
    if key == "unlockers":
        await shop.says("taro", "/lock production 1h migrating", on=live)
    lists = dict.fromkeys(("deployers", "rollbackers", "unlockers"), "[write]") | {key: "[app/release-bot]"}
    pull = await named(shop, ", ".join(f"{name}: {who}" for name, who in lists.items()))
    refused = {"deployers": "/rollback production", "rollbackers": "/lock production 1h", "unlockers": "/deploy"}[key]
    await shop.says(BOT, refused, on=pull)
    assert shop.codes(pull)[-1] == "not_allowed"
    runs = len(shop.runs())
    await shop.says(BOT, line, on=live if key == "rollbackers" else pull)
    assert ("unlocked" in (await shop.history())[-2:]) if key == "unlockers" else len(shop.runs()) == runs + 1


@pytest.mark.parametrize(
    "rules",
    ["deployers: [app/other-bot]", "deployers: [write]", "deployers: [admin, read]", "deployers: [release-bot]"],
)
async def test_an_app_that_is_not_named_is_not_answered(shop: Scene, rules: str) -> None:
    """Roles do not apply to an App, and a login in the config means a person, even if the App has that slug."""
    pull = await named(shop, rules)
    shop.shop.people[BOT] = "admin"
    for line in ("/deploy", "/status", "/deploi", "/rollback production"):
        await shop.says(BOT, line, on=pull)
    await silent(shop, pull)


async def test_an_app_of_another_owner_is_not_let_in_though_the_config_names_it(shop: Scene) -> None:
    """The App has to belong to the repository's owner."""
    pull = await named(shop, "deployers: [app/evil-bot]")
    await shop.says("evil-bot[bot]", "/deploy", on=pull)
    await silent(shop, pull)


@pytest.mark.parametrize(
    "wrong",
    [
        {"performed_via_github_app": None},
        {"performed_via_github_app": {"id": 502, "slug": "evil-bot", "owner": "acme"}},
        {"performed_via_github_app": {"id": 501, "slug": "release-bot", "owner": "mallory"}},
        {"performed_via_github_app": {"id": 501, "slug": "release-bot", "owner": None}},
        {"performed_via_github_app": {"id": 501, "slug": "release-bot", "owner": {"id": "acme", "slug": "acme"}}},
        {"user": "User"},
        {"user": "taro"},
    ],
)
async def test_the_login_of_an_app_alone_proves_nothing(shop: Scene, wrong: dict[str, Any]) -> None:
    """Without the App that GitHub names, with another one, with another owner's or an enterprise's, or as a person."""
    pull = await named(shop)
    shop.github.observers.clear()  # the webhook is for an account that this world does not have
    site = shop.shop.site
    if via := wrong.get("performed_via_github_app"):
        owner = via["owner"]
        if isinstance(owner, str):
            owner = accounts.owner(site, owner)
        elif owner:
            owner = {**owner, "id": accounts.owner(site, "acme")["id"]}
        wrong = {"performed_via_github_app": {**via, "owner": owner}}
    if user := wrong.get("user"):
        wrong = {"user": accounts.user(site, BOT, type="User") if user == "User" else accounts.user(site, user)}
    await told(shop, pull, **wrong)
    assert shop.runs() == []
    assert shop.replies(pull) == []


async def test_our_own_app_is_refused_in_the_config_and_never_obeyed(shop: Scene) -> None:
    """ghapp would take its own comments for commands."""
    shop.github.apps["release-bot"] = OtherApp(501, "release-bot", "acme")
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    text = CONFIG.format(language="en", rules="deployers: [write, app/ghapp]")
    await shop.shop.commit(".github/ghapp.yml", text, by="mona", message="Let ghapp release")
    await shop.says("taro", "/deploy", on=pull)
    assert shop.codes(pull) == ["config_invalid"]
    assert "`app/ghapp` is ghapp itself" in shop.replies(pull)[-1]
    assert "line 3" in shop.replies(pull)[-1]
    made = shop.shop.add_comment(pull.number, by=shop.github.app.login, body="/deploy production", by_app=True)
    await shop.github.send("issue_comment", events.commented(shop.shop, made))
    await shop.idle()
    assert shop.runs() == []


@pytest.mark.parametrize("what", ["edited", "deleted"])
async def test_a_command_that_an_app_edited_or_deleted_is_not_carried_out(shop: Scene, what: str) -> None:
    pull = await named(shop)
    comment = shop.shop.add_comment(pull.number, by=BOT, body="/deploy")
    payload = events.commented(shop.shop, comment)
    await shop.later(seconds=60)
    if what == "edited":
        shop.shop.change_comment(comment, "/deploy staging")
    else:
        shop.shop.forget_comment(comment)
    await shop.github.send("issue_comment", payload)
    await shop.idle()
    assert shop.runs() == []


# ---------------------------------------------------------------- an App that answers itself


@pytest.mark.parametrize(("line", "language"), crossed(["/status", "/deploi", "/help"], ["en", "ja"]))
async def test_an_app_that_answers_itself_is_warned_once_and_read_once_a_minute(
    shop: Scene, line: str, language: str
) -> None:
    """For five minutes each of our answers triggers its next command."""
    pull = await named(shop, language=language)
    await shop.says(BOT, line, on=pull)
    answered = 1
    for _ in range(60):
        await shop.later(seconds=5)
        if answered < len(shop.replies(pull)) or shop.stage.clock().second < 5:
            answered = len(shop.replies(pull))
            await shop.says(BOT, line, on=pull)
    codes = shop.codes(pull)
    code = {"/status": "status", "/deploi": "unknown_command", "/help": "help"}[line]
    assert codes.count("answers_itself") == 1
    assert 4 <= codes.count(code) <= 9
    assert len(codes) <= 10


async def test_a_burst_of_commands_is_not_taken_for_an_app_that_answers_itself(shop: Scene) -> None:
    """Commands from before our answer and on other pull requests are carried out; a person is never limited by this."""
    pull = await named(shop)
    others = [await shop.opens("taro") for _ in range(5)]
    for other in others:
        await shop.says(BOT, "/status", on=other)
    assert [shop.codes(other) for other in others] == [["status"]] * 5
    for _ in range(3):
        await shop.says(BOT, "/status", on=pull)
        await shop.later(minutes=2)
    assert shop.codes(pull) == ["status"] * 3
    await shop.says("mona", "/status", on=pull)
    assert shop.codes(pull) == ["status"] * 4


# ---------------------------------------------------------------- approvals


@pytest.mark.parametrize(
    ("rules", "bot", "counts"),
    [
        ("deployers: [write]", "release-bot[bot]", False),
        ("deployers: [write, app/release-bot]", "release-bot[bot]", True),
        ("deployers: [write], unlockers: [app/Release-Bot]", "release-bot[bot]", True),
        ("deployers: [write, app/other-bot]", "release-bot[bot]", False),
        ("deployers: [write, app/evil-bot]", "evil-bot[bot]", False),
        ("deployers: [write, app/gone-bot]", "gone-bot[bot]", False),
    ],
)
async def test_an_apps_approval_counts_if_the_config_names_it(shop: Scene, rules: str, bot: str, counts: bool) -> None:
    """The App has to belong to the repository's owner as well."""
    pull = await named(shop, f"{rules}, require: {{approvals: 1}}")
    pull = await shop.opens("hanako")
    shop.shop.review(pull, "APPROVED", by=bot)
    await shop.merges("mona", pull)
    await shop.says("mona", "/deploy", on=pull)
    assert len(shop.runs()) == counts
    assert shop.codes(pull) == ([] if counts else ["approvals"])


# ---------------------------------------------------------------- the config's check


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("deployers: [write, app/nobody-bot]", "GitHub shows ghapp no App `nobody-bot`"),
        ("deployers: [write, app/evil-bot]", "the App `evil-bot` belongs to `mallory`"),
        ("deployers: [write, app/ghapp]", "`app/ghapp` is ghapp itself"),
        ("deployers: [write, app/release-bot]", ""),
    ],
)
async def test_the_config_check_names_an_app_that_cannot_be_let_in(shop: Scene, rules: str, said: str) -> None:
    """Before the merge, at its line."""
    await named(shop)
    pull = await shop.opens("mona", files={".github/ghapp.yml": CONFIG.format(language="en", rules=rules)})
    (report,) = [one for one in shop.shop.reports.values() if (one.sha, one.name) == (pull.head_sha, "ghapp/config")]
    text = f"{report.summary} {report.annotations}"
    assert said in text
    assert ("gives nobody access" in text or "gets no access" in text or "never commands" in text) == bool(said)
