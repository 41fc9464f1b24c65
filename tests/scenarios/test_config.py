"""The config in use: its freeze calendar, its changes and removal, and the owner's rules."""

import re

from ghapp.demo.github import Fault, Pull, Report, faults
from ghapp.demo.stage import CONFIG
from tests.scenarios.scene import Scene

FREEZE = '    freeze: [{weekdays: [mon], from: "14:00", until: "15:00", reason: board meeting}]\n'
FILE = ".github/ghapp.yml"


async def calendar(shop: Scene) -> None:
    """A freeze on Mondays from 14:00 to 15:00. It is Monday, 13:42 in Tokyo."""
    text = CONFIG.format(channel="C024BE91L", language="en", people="{}") + FREEZE
    await shop.shop.commit(FILE, text, by="mona", message="Calm Mondays")


async def test_a_freeze_begins_and_ends_without_an_event(shop: Scene) -> None:
    """The gate closes and opens, and the waiting release is called at the end."""
    await calendar(shop)
    waiting, other = await shop.opens("taro"), await shop.opens("hanako")
    await shop.merges("taro", waiting)
    assert shop.gate(other) == ("success", "Free to merge")
    await shop.later(minutes=18)
    assert shop.gate(other) == ("pending", "production: deploy freeze until 15:00 JST: board meeting")
    assert "Deploy freeze: board meeting. Next deploy: not before 15:00 JST." in shop.channel()[0]
    await shop.says("taro", "/deploy", on=waiting)
    assert shop.codes(waiting) == ["locked"]
    assert shop.runs() == []
    assert len(shop.channel()) == 1
    await shop.later(minutes=60)
    assert shop.gate(other) == ("success", "Free to merge")
    assert "production is free, your turn." in shop.channel()[1]
    await shop.says("taro", "/deploy", on=waiting)
    assert len(shop.runs()) == 1


async def test_a_run_goes_on_when_a_freeze_begins(shop: Scene) -> None:
    """It is followed to its end, and afterwards the freeze is shown."""
    await calendar(shop)
    pull, other = await shop.opens("taro"), await shop.opens("hanako")
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    await shop.later(minutes=20)
    assert (shop.gate(other) or ("", ""))[1].startswith("production: #41 is being deployed (taro)")
    await shop.ends(run)
    await shop.says("taro", "/unlock", on=pull)
    assert "production was not free yet" in shop.replies(pull)[-1]
    assert shop.gate(other) == ("pending", "production: deploy freeze until 15:00 JST: board meeting")


# ---------------------------------------------------------------- the file itself


async def rewritten(shop: Scene, text: str | None) -> None:
    """Pushes another config to the default branch."""
    await shop.shop.commit(FILE, text, by="mona", message="Change the rules")
    await shop.idle()


def rules(more: str = "") -> str:
    """The config with more settings for production."""
    return CONFIG.format(channel="C024BE91L", language="en", people="{}") + more


async def test_a_pushed_calendar_closes_the_gate_at_once(shop: Scene) -> None:
    """The gate opens when the calendar is removed."""
    pull = await shop.opens("taro")
    assert shop.gate(pull) == ("success", "Free to merge")
    await rewritten(shop, rules(FREEZE.replace("14:00", "13:00")))
    assert shop.gate(pull) == ("pending", "production: deploy freeze until 15:00 JST: board meeting")
    await rewritten(shop, rules())
    assert shop.gate(pull) == ("success", "Free to merge")


async def test_a_push_without_the_config_costs_no_call(shop: Scene) -> None:
    await shop.opens("taro")
    asked = len(shop.calls("", ""))
    await shop.shop.commit("README.md", "new\n", by="mona", message="Words")
    await shop.idle()
    assert len(shop.calls("", "")) == asked


async def test_without_its_config_a_repository_has_an_open_gate_and_no_answers(shop: Scene) -> None:
    """The deployment under way is followed to its end, and for a week commands are answered with the reason for the
    refusal.
    """
    pull, other = await shop.opens("taro"), await shop.opens("hanako")
    await shop.merges("taro", pull)
    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    await rewritten(shop, None)
    assert (shop.gate(other) or ("", ""))[0] == "pending"
    await shop.ends(run)
    assert shop.replies(pull)[0].startswith("✅ **#41 is live on production**")
    await shop.later(minutes=31)
    assert shop.gate(other) == ("success", "Free to merge")
    assert shop.replies(other) == []
    await shop.says("hanako", "/deploy", on=other)
    assert [text.split(":")[0] for text in shop.replies(other)] == ["production"]
    await shop.later(days=7)
    await shop.says("hanako", "/deploy", on=other)
    assert len(shop.replies(other)) == 1
    assert len(shop.runs()) == 1


async def test_a_branch_that_no_environment_uses_any_more_has_an_open_gate(shop: Scene) -> None:
    """A closed gate would stay closed for good."""
    pull = await shop.opens("taro")
    await shop.says("taro", "/lock production 2h migrating", on=pull)
    assert (shop.gate(pull) or ("", ""))[0] == "pending"
    await rewritten(shop, rules("    branch: release\n"))
    assert shop.gate(pull) == ("success", "Free to merge")


# ---------------------------------------------------------------- the owner's rules


async def test_the_owners_rules_apply_and_a_mistake_in_them_is_refused_with_their_path(shop: Scene) -> None:
    """The owner's language applies if the repository sets none; invalid owner's rules stop new deployments in the
    repository.
    """
    owners = shop.github.add_repository("acme/policies", files={FILE: "language: ja\n"}, people={})
    shop.settings["GHAPP_POLICY"] = "acme/policies"
    await shop.restart()
    await rewritten(shop, rules().replace("language: en\n", ""))
    pull = await shop.opens("taro")
    assert shop.gate(pull) == ("success", "マージできます")
    await shop.merges("taro", pull)
    await owners.commit(FILE, "langage: ja\n", by="mona", message="Oops")
    await shop.says("taro", "/deploy", on=pull)
    assert shop.codes(pull) == ["config_invalid"]
    assert "`acme/policies/.github/ghapp.yml`" in shop.replies(pull)[0]
    assert "langage" not in shop.replies(pull)[0]  # the owner's rules may be private, so only their path is shown
    assert shop.runs() == []


# ---------------------------------------------------------------- before the merge


def config_checks(shop: Scene) -> list[Report]:
    """The `ghapp/config` checks on all heads."""
    return [one for one in shop.shop.reports.values() if one.name == "ghapp/config"]


def reports(shop: Scene, pull: Pull) -> list[tuple[str | None, str | None]]:
    """Conclusion and title of the `ghapp/config` checks on a pull request's head."""
    return [(one.conclusion, one.title) for one in config_checks(shop) if one.sha == pull.head_sha]


async def test_a_pull_request_that_breaks_the_config_fails_its_check(shop: Scene) -> None:
    """At the lines of the mistakes; a fix makes it pass. The new config has no effect before the merge."""
    pull = await shop.opens("mona", files={FILE: rules("    lokc: 1h\n    turn: 1\n")})
    assert reports(shop, pull) == [("failure", "Problems in the config: 2")]
    (report,) = config_checks(shop)
    assert [(one["path"], one["start_line"], one["message"]) for one in report.annotations] == [
        (FILE, 9, "`lokc` is not a setting here; did you mean `lock`?"),
        (FILE, 10, "expected a duration from 1m to 24h, for example `30m`."),
    ]
    assert "- line 9, column 5: `lokc` is not a setting here" in (report.summary or "")
    await shop.shop.push(pull, by="mona", files={FILE: rules("    turn: 1h\n")})
    await shop.idle()
    assert reports(shop, pull) == [("success", "The config is valid.")]
    assert shop.gate(pull) == ("success", "Free to merge")


async def test_a_login_without_write_access_is_a_warning(shop: Scene) -> None:
    """Before the merge, at its list; if GitHub does not answer, there is no warning."""
    shop.shop.people["ken"] = "read"
    more = "    unlockers: [admin, ken]\n    rollbackers: [taro, nobody, '@acme/sre']\n"
    pull = await shop.opens("mona", files={FILE: rules(more)})
    assert reports(shop, pull) == [("success", "The config is valid.")]
    (report,) = config_checks(shop)
    said = [(one["start_line"], one["message"].split(",")[0]) for one in report.annotations]
    without = "has no write access to this repository"
    assert [(line, text) for line, text in said if without in text] == [
        (10, f"`production`: `nobody` {without}"),
        (9, f"`production`: `ken` {without}"),
    ]
    shop.github.faults.append(Fault("GET", re.compile("/permission$"), faults.status(403), times=9))
    await shop.shop.push(pull, by="mona", files={FILE: rules(more + "    turn: 1h\n")})
    await shop.idle()
    assert reports(shop, pull) == [("success", "The config is valid.")]
    assert without not in (config_checks(shop)[-1].summary or "")


async def test_a_pull_request_that_does_not_change_the_config_has_no_config_check(shop: Scene) -> None:
    """Even if the default branch has changed the config meanwhile."""
    pull = await shop.opens("taro")
    await rewritten(shop, rules("    turn: 1h\n"))
    await shop.shop.push(pull, by="taro")
    await shop.idle()
    assert config_checks(shop) == []


async def test_the_config_check_is_created_once_per_head(shop: Scene) -> None:
    """Each problem has its annotation, in as many calls as needed, also after a lost answer, a redelivery or a
    reopened pull request.
    """
    many = rules() + "".join(f"wrong{number}: 1\n" for number in range(70))
    shop.github.faults.append(Fault("POST", re.compile("/check-runs$"), faults.drop_after))
    pull = await shop.opens("mona", files={FILE: many})
    await shop.later(seconds=15)
    await shop.github.redeliver(shop.github.deliveries[0].guid)
    await shop.shop.close_pull(pull, by="mona")
    await shop.shop.reopen(pull, by="mona")
    await shop.idle()
    (report,) = config_checks(shop)
    assert report.conclusion == "failure"
    assert [one["start_line"] for one in report.annotations] == list(range(9, 79))


async def test_a_head_whose_check_is_refused_still_gets_its_gate(shop: Scene) -> None:
    shop.github.faults.append(Fault("POST", re.compile("/check-runs$"), faults.status(403), times=9))
    pull = await shop.opens("mona", files={FILE: "wrong: 1\n"})
    assert shop.gate(pull) == ("success", "Free to merge")
    assert reports(shop, pull) == []
