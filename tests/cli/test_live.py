"""`ghapp check --live`: what it says of GitHub, Slack, the store and the repositories, and in which form."""

import json
import os
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from msgspec.structs import replace as struct_replace

from ghapp import settings
from ghapp.adapters.github import App, GitHub, read_key
from ghapp.cli.commands import WAITING, run
from ghapp.cli.live.command import findings_of, print_findings
from ghapp.cli.live.findings import SUBJECTS, Finding, as_json, as_lines, exit_code, summary
from ghapp.cli.live.webhook import check_delivery, choose
from ghapp.core.config.reader import read_config
from ghapp.demo.clock import Clock
from ghapp.demo.codedeploy.faults import Fault as DeployFault
from ghapp.demo.codedeploy.faults import denied
from ghapp.demo.github import Fault, faults
from ghapp.demo.github.state import Required
from ghapp.demo.stage import CHANNEL, WORKFLOW
from ghapp.engine.exposure import PUBLIC
from ghapp.ports import Sent
from ghapp.settings import SettingsError
from tests.canaries import SECRETS
from tests.cli.live import live, said, to_do
from tests.cli.running import ghapp
from tests.scenarios.cloud import cloud
from tests.scenarios.scene import NOON, PUBLIC_URL, SMALL_CONFIG, Scene, scene
from tests.scenarios.test_standing import other_key

ROOT = Path(__file__).parents[2]
CONFIG = ".github/ghapp.yml"
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Scene]:
    """acme/shop, whose server has got a delivery."""
    async with scene(tmp_path) as told:
        await told.shop.open_pull("taro", "Reword notifications")
        yield told


async def configured(shop: Scene, text: str, path: str = CONFIG) -> None:
    await shop.shop.commit(path, text, by="mona", message="Change")


# ---------------------------------------------------------------- all is well


async def test_a_complete_set_up_has_nothing_to_do(shop: Scene) -> None:
    """Each subject says what was proven; no secret is part of it."""
    found = await live(shop)
    assert exit_code(found) == 0
    texts = [(one.code, one.text) for one in found if one.status == "ok"]
    address = f"{shop.address}/webhooks/github"
    assert texts == [
        ("app.key", "the key belongs to the App ghapp (4711)"),
        ("app.permissions", "permissions and events are as in app.yml, and all accounts have granted them"),
        ("hook.server", f"the server at {address} answers, and takes what GITHUB_WEBHOOK_SECRET signs"),
        ("hook.address", f"GitHub sends to {address}, as JSON"),
        (
            "hook.delivery",
            "a delivery (pull_request) that GitHub sent at 2026-11-23 04:42 UTC was answered 200: GitHub reaches the "
            "server, and signs with a secret that it knows",
        ),
        ("store", f"{shop.store_path} takes writes"),
        ("clock", "the clock agrees with GitHub's"),
        ("slack.token", "the token belongs to the workspace Acme"),
        ("slack.scopes", "the scopes are as in slack-app.yml"),
        ("slack.channel", f"the bot is in {CHANNEL} (acme/shop production)"),
        (
            "slack.signing",
            "the server takes what SLACK_SIGNING_SECRET signs. Whether Slack signs with it, only a command shows: type "
            "`/ghapp help` in Slack",
        ),
        ("repositories", "the App is installed on 1 repository of 1 account"),
        ("config", f"{CONFIG} is valid, and its workflows take the inputs: production"),
    ]
    assert not SECRETS.search(as_json(found))


async def test_nothing_is_changed(shop: Scene) -> None:
    """GitHub only sends a delivery again, which the server knows."""
    posted = len(shop.channel()), len(shop.posted())
    before = len(shop.github.exchanges)
    await live(shop)
    writes = [one.route for one in shop.github.exchanges[before:] if one.method != "GET" and one.route != "/graphql"]
    assert set(writes) == {
        "/app/installations/{installation_id}/access_tokens",
        "/app/hook/deliveries/{delivery_id}/attempts",
    }
    assert (len(shop.channel()), len(shop.posted())) == posted
    await shop.idle()
    assert await shop.dead() == []


# ---------------------------------------------------------------- the webhook


async def test_each_wrong_setting_of_the_webhook_is_named(shop: Scene) -> None:
    """With the page on which it is corrected. GitHub sends nothing again before that."""
    page = f"{shop.github.url}/organizations/ghapp-makers/settings/apps/ghapp"
    shop.github.hook_config = {"content_type": "form", "insecure_ssl": "1"}
    sent = len(shop.github.deliveries)
    found = await live(shop, address=PUBLIC_URL)
    assert said(found, "hook.address") == [
        ("todo", f"the webhook's address is {shop.address}/webhooks/github: set {PUBLIC_URL}/webhooks/github on {page}")
    ]
    assert said(found, "hook.content_type") == [
        ("todo", f"the webhook's content type is form: set application/json on {page}")
    ]
    assert said(found, "hook.certificate")[0][0] == "todo"
    assert said(found, "hook.server")[0][1].startswith(f"nothing answers at {PUBLIC_URL}/webhooks/github (")
    assert said(found, "hook.delivery") == [
        ("hint", "GitHub's newest delivery, at 2026-11-23 04:42 UTC, was answered 202")
    ]
    assert len(shop.github.deliveries) == sent


async def test_a_webhook_without_an_address_is_named(shop: Scene) -> None:
    """Whether GitHub shows none, or does not know the webhook at all."""
    shop.github.faults.append(Fault("GET", re.compile("/app/hook/config$"), faults.status(404)))
    assert said(await live(shop), "hook.address")[-1][1].startswith("the webhook's address is not set: set ")
    shop.github.webhook_url = None
    assert said(await live(shop), "hook.address")[-1][1].startswith("the webhook's address is not set: set ")


async def test_on_a_laptop_the_address_is_a_forwarders(shop: Scene) -> None:
    """GitHub takes no address of this machine, so another one is no mistake."""
    heard, shop.github.webhook_url = shop.github.webhook_url, "https://forwarder.example.com/acme"
    found = await live(shop)
    assert said(found, "hook.address") == [
        ("hint", f"GitHub sends to https://forwarder.example.com/acme: what listens there has to forward to {heard}")
    ]


async def test_a_server_with_another_webhook_secret_is_named(shop: Scene) -> None:
    """Our own request shows it, whatever GitHub signs with. During a rotation it has to know both secrets."""
    found = await live(shop, GITHUB_WEBHOOK_SECRET="canary-of-another-server")
    assert to_do(found) == ["hook.server"]
    assert "runs with another GITHUB_WEBHOOK_SECRET: restart it" in said(found, "hook.server")[0][1]
    old = shop.github.app.webhook_secret
    assert to_do(await live(shop, GITHUB_WEBHOOK_SECRET=f"{old},canary-of-the-rotation")) == ["hook.server"]


async def test_another_server_at_the_address_is_named(shop: Scene) -> None:
    """GitHub's own server, for example, knows no such path."""
    found = await live(shop, address=shop.github.url)
    assert "answers 404 instead of 200" in said(found, "hook.server")[0][1]
    shop.github.unknown.clear()


async def test_without_a_delivery_githubs_secret_is_not_proven(tmp_path: Path) -> None:
    """Exit code 3: nothing is wrong as far as is known."""
    async with scene(tmp_path) as shop:
        found = await live(shop)
        assert said(found, "hook.delivery")[0][0] == "not asked"
        assert "`Active` must be set on " in said(found, "hook.delivery")[0][1]
        assert exit_code(found) == 3


async def test_a_delivery_that_is_not_sent_again_is_not_waited_for(shop: Scene) -> None:
    """GitHub confirms the request alone; it is no fault of ours if nothing follows."""
    shop.github.faults.append(Fault("POST", re.compile("/attempts$"), faults.status(202, body={})))
    app, clock = shop.github.app, shop.stage.clock
    async with aiohttp.ClientSession() as session:
        ours = App(app.id, read_key(app.private_key_pem), shop.github.url)
        github = GitHub.connect(session, ours, clock=clock, read_config=read_config, policies={})
        found = await check_delivery(github.deliveries, "the page", again=True, looks=(0, 0))
    assert (found.status, found.text) == ("not asked", "GitHub has not sent a delivery again within 10 seconds")


def test_a_press_of_a_button_is_not_sent_again() -> None:
    """It would count as a new one. A ping goes before all others, since nothing follows from it."""
    press, push, ping = (Sent(n, f"{n}", NOON, 200, event) for n, event in enumerate(("check_run", "push", "ping")))
    assert choose([press]) is None
    assert choose([press, push]) == push
    assert choose([press, push, ping]) == ping


# ---------------------------------------------------------------- services that do not answer


async def test_a_github_that_does_not_answer_is_not_asked(shop: Scene) -> None:
    """Everything else is; exit code 3."""
    found = await live(shop, GITHUB_API_URL=NOWHERE)
    assert [one.code for one in found if one.status == "not asked"] == [
        *("app.key", "hook.delivery", "clock", "repositories")
    ]
    assert {"hook.server", "store", "slack.token", "slack.signing"} <= {one.code for one in found if one.status == "ok"}
    assert exit_code(found) == 3


async def test_an_error_of_github_is_no_fault_of_ours(shop: Scene) -> None:
    """A 5xx to the look at one repository: only that one is not asked."""
    shop.github.faults.append(Fault("POST", re.compile("/graphql$"), faults.status(502), times=9))
    found = await live(shop)
    assert [(one.code, one.repository) for one in found if one.status == "not asked"] == [("config", "acme/shop")]


async def test_a_slack_that_does_not_answer_is_not_asked(shop: Scene) -> None:
    """Exit code 3."""
    found = await live(shop, SLACK_API_URL=f"{NOWHERE}/api/")
    assert said(found, "slack.token") == [("not asked", "the token: Slack gave no answer (ClientConnectorError)")]
    assert exit_code(found) == 3


async def test_with_a_wrong_key_the_rest_of_github_is_not_asked(shop: Scene) -> None:
    """The faults win: exit code 1."""
    found = await live(shop, GITHUB_PRIVATE_KEY=other_key())
    assert to_do(found) == ["app.key"]
    assert said(found, "repositories") == [("not asked", "the repositories: GitHub does not accept the App's key")]
    assert exit_code(found) == 1


# ---------------------------------------------------------------- the store and the clock


async def test_a_missing_file_is_not_created(shop: Scene, tmp_path: Path) -> None:
    """It would be a different one from the server's."""
    found = await live(shop, GHAPP_STORE=f"sqlite:///{tmp_path / 'another.db'}")
    assert said(found, "store") == [
        (
            "todo",
            f"there is no {tmp_path / 'another.db'} here: `ghapp serve` creates it. If the server is elsewhere, run "
            "this there",
        )
    ]
    assert not (tmp_path / "another.db").exists()


async def test_a_store_that_cannot_be_used_is_a_fault(shop: Scene, tmp_path: Path) -> None:
    """Exit code 1, with the reason."""
    (tmp_path / "text.db").write_text("this is no database, but a text that somebody has put here" * 20)
    found = await live(shop, GHAPP_STORE=f"sqlite:///{tmp_path / 'text.db'}")
    assert said(found, "store")[0][0] == "todo"
    assert said(found, "store")[0][1].startswith(f"GHAPP_STORE ({tmp_path / 'text.db'}): ")


async def test_a_missing_table_is_a_fault(shop: Scene, table: str) -> None:
    """With the command that creates it; a good one is named."""
    assert said(await live(shop, GHAPP_STORE=f"dynamodb://{table}"), "store") == [
        ("ok", f"dynamodb://{table} takes writes")
    ]
    found = await live(shop, GHAPP_STORE="dynamodb://ghapp-nowhere")
    assert said(found, "store")[0][1].endswith(
        "there is no table ghapp-nowhere here: make it with `ghapp table create`"
    )


async def test_a_wrong_clock_is_named(shop: Scene) -> None:
    """A server here would decide nothing."""

    def late() -> datetime:
        return shop.stage.clock() - timedelta(seconds=45)

    environ = {**await shop.environ(), "GHAPP_PUBLIC_URL": shop.address}
    found = await findings_of(settings.load(environ, dotenv=None), clock=late)
    assert said(found, "clock") == [
        ("todo", "the clock is -45 s off that of GitHub, so a server here decides nothing: let NTP set it")
    ]


# ---------------------------------------------------------------- Slack


async def test_a_channel_without_the_bot_is_named(shop: Scene) -> None:
    """With the line that invites it. Of a private one Slack does not tell whether it exists."""
    channel = shop.slack.channels[CHANNEL]
    channel.invited = False
    for channel.private, part in (
        (False, f"the bot is not in {CHANNEL} (acme/shop production)"),
        (True, "or it is private"),
    ):
        ((status, text),) = said(await live(shop), "slack.channel")
        assert (status, part in text, "type `/invite @ghapp` there" in text) == ("todo", True, True)


async def test_missing_scopes_are_named(shop: Scene) -> None:
    """Without those for history, the bot's place in a channel cannot be asked for: that is said, too."""
    shop.slack.scopes -= {"channels:history", "groups:history", "users:read.email"}
    shop.github.emails["saburo"] = "saburo@acme.example"
    await shop.shop.commit("README.md", "new\n", by="saburo", message="Change")
    found = await live(shop)
    assert said(found, "slack.scopes")[0][1].startswith(
        "missing scopes: channels:history, groups:history, users:read.email"
    )
    assert said(found, "slack.channel")[0][1].endswith("without the scopes channels:history and groups:history")
    assert said(found, "slack.people") == [
        ("hint", "who of the committers is in Slack cannot be asked without the scope users:read.email")
    ]


async def test_a_server_with_another_signing_secret_is_named(shop: Scene) -> None:
    """Slack itself shows its secret to no program."""
    found = await live(shop, SLACK_SIGNING_SECRET="canary-of-another-server")
    assert "runs with another SLACK_SIGNING_SECRET: restart it with this one" in said(found, "slack.signing")[0][1]


async def test_without_slack_that_is_said(tmp_path: Path) -> None:
    """It is no fault, with neither or one of its settings; the server then has no door for Slack."""
    async with scene(tmp_path, slack=False) as shop:
        await shop.shop.open_pull("taro", "Reword notifications")
        found = await live(shop)
        assert said(found, "slack.token") == [
            ("hint", "SLACK_BOT_TOKEN is not set: prompts are comments on pull requests")
        ]
        assert exit_code(found) == 0
        more = {"SLACK_BOT_TOKEN": shop.stage.slack_token, "SLACK_API_URL": f"{shop.slack.origin}/api/"}
        assert said(await live(shop, **more), "slack.signing")[0][0] == "hint"
        found = await live(shop, **more, SLACK_SIGNING_SECRET=shop.stage.slack_secret)
        assert said(found, "slack.signing")[0][1].endswith("restart the server with SLACK_SIGNING_SECRET set")


async def test_a_channels_name_in_a_config_becomes_its_id(shop: Scene) -> None:
    """Where the app may ask for it; else it is said where the id is."""
    await configured(shop, 'slack: {channel: "#releases"}\nenvironments: {production: {workflow: deploy.yml}}\n')
    instead = (f"slack: {{channel: {CHANNEL}}}",)
    shop.slack.scopes -= {"channels:read", "groups:read"}
    for scopes, text, paste in (
        ((), "is at the end of the channel's details in Slack", ()),
        (("channels:read", "groups:read"), "to write instead:", instead),
    ):
        shop.slack.scopes |= {*scopes}
        found = await live(shop)
        assert to_do(found) == [*([] if scopes else ["slack.scopes"]), "config"]
        (hint,) = [one for one in found if one.code == "slack.channel"]
        assert hint.text.startswith("the id of `#releases` (acme/shop)")
        assert (hint.text.endswith(text), hint.paste) == (True, paste)


async def test_committers_who_are_in_slack_are_proposed(shop: Scene) -> None:
    """By the e-mail of their commits, ready to paste, without those who are linked. No address is printed."""
    shop.slack.add_person("U024BE7SA", "saburo", "saburo@acme.example")
    shop.slack.add_person("U024BE7GO", "gone", "gone@acme.example", deleted=True)
    shop.slack.add_person("U024BE7MO", "mona", "mona@acme.example")
    shop.shop.people |= {"saburo": "write", "gone": "write"}
    shop.github.emails |= {name: f"{name}@acme.example" for name in ("saburo", "gone", "mona", "nobody")}
    for name in ("saburo", "gone", "mona", "nobody"):
        await shop.shop.commit(f"{name}.txt", "x\n", by=name, message="Change")
    found = await live(shop)
    (proposal,) = [one for one in found if one.code == "slack.people"]
    assert (proposal.status, proposal.paste) == ("hint", ("saburo: U024BE7SA",))
    assert "  hint       committers of acme/shop who are in Slack, to add under `people`:\n             saburo: U0" in (
        "\n".join(as_lines("Slack", [proposal], coloured=False))
    )
    assert "@acme.example" not in as_json(found)


# ---------------------------------------------------------------- the repositories


async def test_repositories_without_a_config_are_named(shop: Scene) -> None:
    """Archived ones are left out, and those of accounts that are not served."""
    for name in ("acme/b", "acme/a", "acme/old", "globex/c"):
        shop.github.add_repository(name, files={"README.md": "x\n"}, people={"mona": "write"}).archived = (
            name == "acme/old"
        )
    found = await live(shop, GHAPP_OWNERS="acme")
    assert said(found, "account") == [("hint", "globex is not in GHAPP_OWNERS, so its events are ignored")]
    assert said(found, "config.absent") == [
        (
            "hint",
            f"no {CONFIG} on the default branch of acme/a, acme/b, so ghapp is silent there: `ghapp init` in a "
            "checkout writes a first one",
        )
    ]
    await configured(shop, "")
    assert said(await live(shop), "config.absent")[0][0] == "todo"


async def test_an_installation_that_cannot_be_listed_keeps_none_back(shop: Scene) -> None:
    """An error of GitHub's about one account; the others are looked at."""
    shop.github.add_repository("globex/site", files={CONFIG: SMALL_CONFIG}, people={"mona": "write"})
    shop.github.faults.append(Fault("POST", re.compile("/7001/access_tokens$"), faults.status(500), times=9))
    found = await live(shop)
    assert said(found, "repositories")[0] == ("not asked", "those of acme: GitHub answered 500: Server Error")
    assert {one.repository for one in found if one.code == "config"} == {"globex/site"}


async def test_an_account_that_has_suspended_the_app_is_named(shop: Scene) -> None:
    """Nothing is asked of it."""
    shop.github.suspended.add("acme")
    found = await live(shop)
    text = "acme has suspended the App, so it can do nothing there: an owner ends that on GitHub"
    assert said(found, "account") == [("hint", text)]
    assert not [one for one in found if one.repository]


async def test_an_app_that_is_installed_nowhere_is_named(shop: Scene) -> None:
    """As right after the set-up."""
    await shop.github.take_off("acme")
    assert said(await live(shop), "repositories")[0] == (
        "todo",
        "the App is installed on no repository: an owner installs it from the App's page on GitHub",
    )


async def test_a_public_app_that_serves_strangers_is_named(shop: Scene) -> None:
    """Unless the accounts are named that are served."""
    shop.github.app = replace(shop.github.app, public=True)
    assert said(await live(shop), "app.public") == [("todo", PUBLIC)]
    assert said(await live(shop, GHAPP_OWNERS="acme"), "app.public") == []


async def test_rules_of_the_owner_that_cannot_be_read_are_named(shop: Scene) -> None:
    """In each repository that they hold in."""
    ((status, text),) = said(await live(shop, GHAPP_POLICY="acme/.github-private"), "config")
    assert (status, text.startswith("The owner's rules cannot be read: `acme/.github-private/")) == ("todo", True)


async def test_the_problems_of_a_config_are_those_of_check(shop: Scene) -> None:
    """In English, with their lines."""
    await configured(shop, "language: ja\nenvironments:\n  production: {workflw: deploy.yml}\n")
    assert said(await live(shop), "config") == [
        ("todo", f"{CONFIG}: line 3, column 16: `workflw` is not a setting here; did you mean `workflow`?")
    ]
    await configured(shop, "environments:\n  production: {workflow: missing.yml}\n")
    assert said(await live(shop), "config") == [
        ("todo", f"{CONFIG}: line 2, column 26: `production`: there is no `.github/workflows/missing.yml`.")
    ]


async def test_a_way_past_the_lock_is_to_be_mended(shop: Scene) -> None:
    """A push that deploys, and a newer run that cancels one; a missing ticket in the run's name is a hint."""
    text = WORKFLOW.replace("on:\n", "on:\n  push: {branches: [main]}\n").replace("${{ inputs.ghapp }}", "")
    text = text.replace("jobs:", "concurrency: {group: deploy, cancel-in-progress: true}\njobs:")
    await configured(shop, text, ".github/workflows/deploy.yml")
    found = await live(shop)
    assert to_do(found) == ["workflow.past_lock", "workflow.cancels"]
    assert said(found, "workflow.run_name")[0][0] == "hint"


async def test_the_guard_is_found_in_the_workflow(shop: Scene) -> None:
    """Without it, a hint."""
    assert said(await live(shop), "fence") == [
        (
            "hint",
            "production: deploy.yml shows no job that asks the guard, so a run by hand may pass the lock: "
            "docs/fence.md",
        )
    ]
    text = WORKFLOW.replace("steps:\n", "steps:\n      - uses: $/.github/actions/guard\n")
    await configured(shop, text, ".github/workflows/deploy.yml")
    assert said(await live(shop), "fence") == [("ok", "production: deploy.yml asks the guard")]


GATES: tuple[tuple[list[Required], str, str], ...] = (
    ([], "hint", "is not a required check, so it holds no merge"),
    ([Required("ghapp/lock", "main", app=4711)], "ok", "is required from this App"),
    ([Required("ghapp/lock", "main")], "hint", "That only this App may set it, no ruleset says"),
    ([Required("ghapp/lock", "main", classic=True)], "hint", "That only this App may set it, no ruleset says"),
    ([Required("ghapp/lock", "main", app=15368)], "todo", "from the App 15368, so nothing can be merged: set 4711"),
)


async def test_whether_the_gate_is_required_is_said(shop: Scene) -> None:
    """By the rules of the branch, of rulesets and of classic protection."""
    for shop.shop.rules, status, part in GATES:
        ((found, text),) = said(await live(shop), "gate")
        assert (found, part in text) == (status, True)
        assert text.startswith("ghapp/lock on main (production) is ")


async def test_rules_that_github_does_not_show_are_no_guess(shop: Scene) -> None:
    """And without a gate in the config nothing is asked."""
    shop.shop.rules_hidden = (403, "Resource not accessible by integration")
    assert said(await live(shop), "gate") == [("hint", "the rules of main could not be read: GitHub denies it")]
    await configured(shop, "environments: {production: {workflow: deploy.yml, gate: []}}\n")
    assert said(await live(shop), "gate") == []


async def test_a_target_in_aws_that_refuses_a_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the action that its policy lacks. A target that the repository may not act on is not asked."""
    async with cloud(tmp_path, monkeypatch) as here:
        shop, target = here.shop, "codedeploy:app/app-prod"
        assert said(await live(shop), "aws") == [
            ("ok", f"{target}: its deployments can be read. Calls that change it cannot be tried without effect")
        ]
        here.aws.faults.append(DeployFault("ListDeployments", denied))
        ((status, text),) = said(await live(shop), "aws")
        assert status == "todo"
        assert text.startswith(f"{target}: codedeploy:ListDeployments is refused: AccessDeniedException: ")
        asked = len(here.aws.calls)
        found = await live(shop, GHAPP_AWS_TARGETS="acme/other=codedeploy:app/app-prod")
        assert said(found, "aws") == []
        assert f"acme/shop={target}" in said(found, "config")[0][1]
        assert len(here.aws.calls) == asked


# ---------------------------------------------------------------- its form


def finding(status: str, **more: str) -> Finding:
    return Finding(subject="Slack", status=status, code="code", text=more.pop("text", "text"), **more)  # type: ignore[arg-type]


def test_exit_codes() -> None:
    """Something to do wins over something not asked."""
    told = {(): 0, ("ok", "hint"): 0, ("ok", "not asked"): 3, ("not asked", "todo", "ok"): 1}
    assert {statuses: exit_code([finding(one) for one in statuses]) for statuses in told} == told


def test_lines_are_grouped_and_wrapped() -> None:
    """By repository; colours, and the width, only on a terminal. No text can move a cursor or show a token."""
    found = [
        finding("ok"),
        finding("todo", repository="acme/a", text="one two three four five six seven eight nine"),
        finding("hint", repository="acme/a", text="\x1b[2Jxoxb-0123456789-0123456789"),
    ]
    lines = as_lines("Slack", found, coloured=True, width=53)
    assert lines == [
        "Slack",
        "  \x1b[32mok       \x1b[0m  text",
        "  acme/a",
        "  \x1b[31mtodo     \x1b[0m  one two three four five six seven eight",
        "             nine",
        "  \x1b[36mhint     \x1b[0m  \ufffd[2J***",
    ]
    assert as_lines("Slack", found, coloured=False)[3] == f"  todo       {found[1].text}"
    assert summary(found) == "1 to do, 1 hint, 1 ok."


def test_what_is_printed_elsewhere_has_no_colour(capsys: pytest.CaptureFixture[str]) -> None:
    """And no wrapped lines."""
    print_findings("Slack", [finding("ok", text="a " * 100)])
    assert capsys.readouterr().out == f"Slack\n  ok         {'a ' * 100}\n"


async def test_the_page_shows_a_real_example(shop: Scene) -> None:
    """With the addresses of a server on the internet instead of this machine's."""
    shop.slack.channels[CHANNEL].invited = False
    shop.slack.add_person("U024BE7SA", "saburo", "saburo@acme.example")
    shop.shop.people["saburo"] = "write"
    shop.github.emails["saburo"] = "saburo@acme.example"
    await shop.shop.commit("README.md", "new\n", by="saburo", message="Change")
    shop.shop.rules = [Required("ghapp/lock", "main", app=4711)]
    shop.github.lacks("acme", "merge_queues")
    shop.github.add_repository("acme/docs", files={"README.md": "x\n"}, people={"mona": "write"})
    own = {shop.address: "https://ghapp.example.com", shop.github.url: "https://github.com"}
    own[f"{shop.store_path.parent}"] = "/var/lib/ghapp"
    found = [published(one, own) for one in await live(shop)]
    lines = [
        line
        for subject in SUBJECTS
        for line in as_lines(subject, [one for one in found if one.subject == subject], coloured=False, width=112)
    ]
    assert "\n".join(("```", *lines, summary(found), "```")) in (ROOT / "docs/setup.md").read_text()


def published(one: Finding, addresses: Mapping[str, str]) -> Finding:
    text = one.text
    for address, instead in addresses.items():
        text = text.replace(address, instead)
    return struct_replace(one, text=text)


def test_the_page_explains_every_code() -> None:
    """A program may rely on them."""
    sources = "".join(path.read_text() for path in (ROOT / "ghapp/cli/live").glob("*.py"))
    codes = set(re.findall(r'_finding\(\s*"[a-z ]+",\s*"([a-z._]+)"', sources)) | {"config", "aws", "time"}
    page = (ROOT / "docs/setup.md").read_text()
    assert len(codes) > 15
    assert not [code for code in codes if f"`{code}`" not in page]


async def test_the_command_prints_lines_or_one_document(tmp_path: Path) -> None:
    """The first line comes at once, on stderr; a document stands alone on stdout, in any encoding."""
    async with scene(tmp_path, clock=Clock()) as shop:
        await shop.shop.open_pull("taro", "Reword notifications")
        await configured(shop, "slack: {channel: リリース}\nenvironments: {production: {workflow: deploy.yml}}\n")
        shop.settings = {"GHAPP_PUBLIC_URL": shop.address, "PYTHONIOENCODING": "ascii"}
        code, out, err = await ghapp(shop, "check", "--live", "--json")
    document = json.loads(out)
    assert (code, document["exit"], err) == (1, 1, f"{WAITING}\n".replace("…", "\\u2026"))
    assert {tuple(one) for one in document["findings"]} == {
        ("subject", "status", "code", "text", "repository", "paste")
    }
    assert [one["code"] for one in document["findings"] if one["status"] == "todo"] == ["config"]
    assert not SECRETS.search(out + err)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--live", "--effective"), "argument --effective: not allowed with argument --live"),
        (("--live", "a.yml"), "argument --live: takes no file, and no other option but --json"),
        (("--json",), "argument --json: only with --live"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    arguments: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2."""
    with pytest.raises(SystemExit, match="2"):
        run(("check", *arguments))
    assert complaint in capsys.readouterr().err


def test_missing_settings_are_named_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2; nothing is asked."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("GHAPP_", "GITHUB_", "SLACK_"))]:
        monkeypatch.delenv(name)
    assert run(("check", "--live")) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines()[0] == "ghapp: GHAPP_PUBLIC_URL is not set"
    assert WAITING not in shown.err


async def test_an_invalid_key_is_a_wrong_setting(shop: Scene) -> None:
    """Exit code 2, as everywhere."""
    key = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"
    with pytest.raises(SettingsError, match="GITHUB_PRIVATE_KEY: the App's private key is not an RSA key in PEM"):
        await live(shop, GITHUB_PRIVATE_KEY=key)


async def test_ten_repositories_take_few_calls(shop: Scene) -> None:
    """One query for each without a config."""
    for number in range(9):
        shop.github.add_repository(f"acme/r{number}", files={"README.md": "x\n"}, people={"mona": "write"})
    before = len(shop.github.exchanges)
    await live(shop)
    assert len(shop.github.exchanges) - before <= 60


def test_a_document_cannot_move_the_cursor() -> None:
    """A config may name a channel with any character; a program gets it as it is."""
    text = "the id of `\x9b2J\x7f`"
    document = as_json([Finding(subject="Slack", status="hint", code="slack.channel", text=text)])
    assert all(line.isprintable() for line in document.split("\n"))
    assert json.loads(document)["findings"][0]["text"] == text
