"""`/help` says what the gate would say: what there is, who may, and what of it whoever asks may do now."""

from dataclasses import replace
from typing import Any

import pytest

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
    """Two environments, not the same people."""
    production = Production(environment(config=RULES["production"]))
    production.config = Config(sha="c" * 40, environments=RULES)
    return production


class Listening(Production):
    """Keeps what GitHub was asked for."""

    def __init__(self, start: Environment) -> None:
        super().__init__(start)
        self.asked: list[Need] = []

    def fact(self, need: Need) -> Fact:
        """As it is told."""
        self.asked.append(need)
        return super().fact(need)


def page(production: Production, who: str, language: Language = "en") -> list[str]:
    """What somebody is told."""
    (told,) = production.says(who, "/help").notices
    spoken = replace(told, config=replace(told.config, language=language))
    return notices.render(spoken, GitHub(), now=NOON)


def test_it_shows_the_commands_the_environments_who_may_and_ones_own_rights() -> None:
    """Roles, teams and logins as they are written."""
    assert page(shop(), "mona") == [
        "**What you can type here**, as the first line of a comment:",
        "- `/deploy [environment] [#pr] [with #pr] [anyway reason…]` release this pull request (or another)",
        "- `/rollback [environment] [to #pr] [stop d-id]` go back to what was live before (or to another that was), "
        "past cool-down and freeze",
        "- `/cancel [environment]` end what is under way: your own, or anybody's if you may unlock",
        "- `/lock [environment] [[for] duration|[until] clock|forever] [reason…]` keep others from deploying "
        "for a while (1h if you do not say how long)",
        "- `/unlock [environment] [reason…]` end your own cool-down and locks; with a reason everybody's",
        "- `/status [environment]` what is live, what is locked and until when, who waits",
        "- `/help` this page",
        "",
        "**Environments**",
        "- `production` from `main`. May deploy: maintain or better, @\u200bacme/sre, mona. "
        "May unlock others': admin or better. May roll back: maintain or better, @\u200bacme/sre, mona. "
        "Also called prod, live. You may now: `/deploy`, `/rollback`, `/lock`, `/unlock`.",
        "- `staging` from `develop`. May deploy: write or better. May unlock others': write or better. "
        "May roll back: write or better. You may now: `/deploy`, `/rollback`, `/lock`, `/unlock`.",
    ]


def test_the_same_in_japanese() -> None:
    """For somebody who may not everywhere."""
    production = shop()
    production.roles["taro"] = "write"
    assert page(production, "taro", "ja")[-2:] == [
        "- `production` ← `main`。デプロイできる人: maintain 以上, @\u200bacme/sre, mona。"
        "ほかの人のロックを外せる人: admin 以上。切り戻しできる人: maintain 以上, @\u200bacme/sre, mona。"
        "別名: prod, live。あなたは見るだけです。",
        "- `staging` ← `develop`。デプロイできる人: write 以上。ほかの人のロックを外せる人: write 以上。"
        "切り戻しできる人: write 以上。あなたが今使えるのは `/deploy`, `/rollback`, `/lock`, `/unlock` です。",
    ]


def test_what_one_may_not_is_said_beside_what_one_may() -> None:
    """taro's cool-down is an unlocker's to end, and mona is none there."""
    production = STATES["cooling"]()
    strict = config(unlockers=("admin",))
    production.config = Config(sha="c" * 40, environments={"production": strict})
    assert page(production, "mona")[-1].endswith(
        "You may now: `/deploy`, `/rollback`, `/lock`. You may not: `/unlock`."
    )
    assert page(production, "taro")[-1].endswith("You may now: `/deploy`, `/rollback`, `/lock`, `/unlock`.")
    assert page(production, "ken")[-1].endswith("You may only look.")


@pytest.mark.parametrize("who", ["mona", "taro", "hanako", "ken"])
@pytest.mark.parametrize("state", ["waiting", "under_way", "cooling", "lost", "manual_runs", "rolled_back"])
def test_what_it_says_one_may_is_what_the_gate_lets_in(state: str, who: str) -> None:
    """Every command, for everybody, in every state: the page and the refusal never differ."""
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


def test_all_teams_are_asked_for_at_once() -> None:
    """A page that asks one after the other would take as long as there are environments."""
    named = {f"e{number}": config(deployers=(f"@acme/team-{number}",), unlockers=("@acme/all",)) for number in range(9)}
    production = Listening(environment())
    production.config = Config(sha="c" * 40, environments=named)
    production.says("mona", "/help")
    teams = [need for need in production.asked if isinstance(need, NeedTeam)]
    assert len(teams) == len(set(teams)) == 10
    kinds = [type(need) for need in production.asked]
    assert kinds.index(NeedTeam) == len({NeedConfig, NeedGrants, NeedComment, NeedRole})


def test_who_may_roll_back_is_shown() -> None:
    """And how it is typed."""
    production = shop()
    (told,) = production.says("mona", "/help").notices
    lines = help_page.render(Voice("en", "UTC", GitHub(), NOON), told.values)
    assert " May roll back: maintain or better, @\u200bacme/sre, mona." in lines[-2]
    assert any(line.startswith("- `/rollback [environment] [to #pr] [stop d-id]` go back") for line in lines)


def test_in_slack_nothing_is_said_of_comments() -> None:
    """There the line is typed into the channel."""
    (told,) = shop().says("mona", "/help").notices
    assert notices.render(told, Slack({}), now=NOON)[0] == "*What you can type here:*"
