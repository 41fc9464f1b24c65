"""`/help` shows the commands, the environments, who may use them, and the rights of the reader now."""

from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.core.config.model import Config, Language
from ghapp.core.model.environment import Environment
from ghapp.core.model.facts import Fact, Need, NeedComment, NeedConfig, NeedGrants, NeedRole, NeedTeam
from ghapp.core.views import help as help_page
from ghapp.core.views import notice as notices
from ghapp.core.views.markup import GitHub, Slack
from ghapp.core.words import Voice
from tests.core.build import NOON, Production, config, environment
from tests.core.commands.test_answers import STATES

RULES: dict[str, Any] = {
    "production": config(aliases=("prod", "live"), deployers=("maintain", "@acme/sre", "mona"), unlockers=("admin",)),
    "staging": config(branch="develop"),
}


def shop() -> Production:
    """Two environments with different people."""
    production = Production(environment(config=RULES["production"]))
    production.config = Config(sha="c" * 40, environments=RULES)
    return production


class Listening(Production):
    """Records the facts that GitHub was asked for."""

    def __init__(self, start: Environment) -> None:
        super().__init__(start)
        self.asked: list[Need] = []

    def fact(self, need: Need) -> Fact:
        self.asked.append(need)
        return super().fact(need)


def page(production: Production, who: str, language: Language = "en") -> list[str]:
    """The lines of a person's `/help`."""
    (told,) = production.says(who, "/help").notices
    spoken = replace(told, config=replace(told.config, language=language))
    return notices.render(spoken, GitHub(), now=NOON)


def test_help_shows_commands_environments_permissions_and_the_readers_rights() -> None:
    """Roles, teams and logins appear as the config spells them."""
    assert page(shop(), "mona") == [
        "**What you can type here**, as the first line of a comment:",
        "- `/deploy [environment] [#pr] [with #pr] [anyway reason…]` deploy this pull request (or another)",
        "- `/rollback [environment] [to #pr] [stop d-id]` roll back to what was live before (or to an earlier one), "
        "even during a cool-down or freeze",
        "- `/cancel [environment]` cancel a running deploy: your own, or anybody's if you can unlock",
        "- `/lock [environment] [[for] duration|[until] clock|forever] [reason…]` keep others from deploying "
        "for a while (1h if you do not say how long)",
        "- `/unlock [environment] [reason…]` end your own cool-down and locks; with a reason, other people's too",
        "- `/status [environment]` what is live, what is locked and until when, who is waiting",
        "- `/help` this help",
        "",
        "**Environments**",
        "- `production` from `main`. Can deploy: maintain or higher, @\u200bacme/sre, mona. Can unlock for others: "
        "admin or higher. Can roll back: maintain or higher, @\u200bacme/sre, mona. Also called prod, live. You can "
        "use: `/deploy`, `/rollback`, `/lock`, `/unlock`.",
        "- `staging` from `develop`. Can deploy: write or higher. Can unlock for others: write or higher. Can roll "
        "back: write or higher. You can use: `/deploy`, `/rollback`, `/lock`, `/unlock`.",
    ]


def test_help_in_japanese() -> None:
    """The reader may change only one of the two environments."""
    production = shop()
    production.roles["taro"] = "write"
    assert page(production, "taro", "ja")[-2:] == [
        "- `production` ← `main`。デプロイできる人: maintain 以上、@\u200bacme/sre、mona。"
        "ほかの人のロックを解除できる人: admin 以上。切り戻しできる人: maintain 以上、@\u200bacme/sre、mona。"
        "別名: prod、live。あなたが使えるのは、状態を見るコマンドだけです。",
        "- `staging` ← `develop`。デプロイできる人: write 以上。ほかの人のロックを解除できる人: write 以上。"
        "切り戻しできる人: write 以上。あなたが今使えるのは `/deploy`、`/rollback`、`/lock`、`/unlock` です。",
    ]


def test_help_lists_forbidden_commands_beside_allowed_ones() -> None:
    """Only an unlocker may end taro's cool-down, and mona is none there."""
    production = STATES["cooling"]()
    strict = config(unlockers=("admin",))
    production.config = Config(sha="c" * 40, environments={"production": strict})
    assert page(production, "mona")[-1].endswith(
        "You can use: `/deploy`, `/rollback`, `/lock`. You cannot use: `/unlock`."
    )
    assert page(production, "taro")[-1].endswith("You can use: `/deploy`, `/rollback`, `/lock`, `/unlock`.")
    assert page(production, "ken")[-1].endswith("You can only see the status.")


@pytest.mark.parametrize("who", ["mona", "taro", "hanako", "ken"])
@pytest.mark.parametrize("state", ["waiting", "under_way", "cooling", "lost", "manual_runs", "rolled_back"])
def test_help_and_the_permission_check_agree(state: str, who: str) -> None:
    """For each command, person and state, the page agrees with the refusal."""
    strict = config(deployers=("maintain", "mona"), unlockers=("admin", "taro"))
    lines = {"deploy": "/deploy", "lock": "/lock", "unlock": "/unlock production because"}
    for word, line in lines.items():
        production = STATES[state]()
        production.config = Config(sha="c" * 40, environments={"production": strict})
        told = production.says(who, "/help").notices[0].values["environments"][0]
        decision = production.says(who, line)
        refused = decision.refusal is not None and decision.refusal.code == "not_allowed"
        assert (word in told["may_not"]) == refused, (word, who)
        assert (word in told["may"]) == (not refused), (word, who)


def test_help_asks_for_all_teams_at_once() -> None:
    """Requests one after the other would take time in proportion to the number of environments."""
    named = {f"e{number}": config(deployers=(f"@acme/team-{number}",), unlockers=("@acme/all",)) for number in range(9)}
    production = Listening(environment())
    production.config = Config(sha="c" * 40, environments=named)
    production.says("mona", "/help")
    teams = [need for need in production.asked if isinstance(need, NeedTeam)]
    assert len(teams) == len(set(teams)) == 10
    kinds = [type(need) for need in production.asked]
    assert kinds.index(NeedTeam) == len({NeedConfig, NeedGrants, NeedComment, NeedRole})


def test_help_shows_who_may_roll_back() -> None:
    """The page also shows the usage of `/rollback`."""
    production = shop()
    (told,) = production.says("mona", "/help").notices
    lines = help_page.render(Voice("en", "UTC", GitHub(), NOON), told.values)
    assert " Can roll back: maintain or higher, @\u200bacme/sre, mona." in lines[-2]
    assert any(line.startswith("- `/rollback [environment] [to #pr] [stop d-id]` roll back") for line in lines)


def test_help_in_slack_does_not_mention_comments() -> None:
    """In Slack a command is typed into the channel."""
    (told,) = shop().says("mona", "/help").notices
    assert notices.render(told, Slack({}), now=NOON)[0] == "*What you can type here:*"
