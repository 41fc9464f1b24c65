"""The runbook's link: where a person has to decide or to act, once a message, and nowhere else."""

from typing import Any

import pytest

from ghapp.demo.github import Fault, Pull, faults
from tests.scenarios.scene import Scene
from tests.scenarios.test_slack_environments import CONFIG as TWO
from tests.scenarios.test_trouble import DISPATCH, merged

ADDRESS = "https://wiki.example.com/shop/incidents"
ON_GITHUB, IN_SLACK = f"[Runbook]({ADDRESS})", f"<{ADDRESS}|Runbook>"


async def names(shop: Scene, address: str = ADDRESS) -> None:
    """The config names a runbook for production."""
    config = shop.shop.git.commits[shop.shop.head].files[".github/ghapp.yml"]
    text = f'{config}    runbook: "{address}"\n'
    await shop.shop.commit(".github/ghapp.yml", text, by="mona", message="Name the runbook")
    await shop.idle()


def summary(shop: Scene, pull: Pull) -> str:
    """The text of its check."""
    check = shop.check(pull)
    assert check
    assert check.summary
    return check.summary


def everything(shop: Scene) -> list[str]:
    """Each text that ghapp has posted or edited so far, on GitHub and in Slack."""
    sent: list[Any] = [one.request for one in shop.github.exchanges if one.method in ("POST", "PATCH") and one.request]
    said = [one.get("body") or (one.get("output") or {}).get("summary") or "" for one in sent if isinstance(one, dict)]
    messages = [message for channel in shop.slack.channels.values() for message in channel.messages]
    shown = [version.text for message in messages for version in (*message.edits, message.current)]
    return [*said, *shown]


async def test_the_prompt_links_it_until_the_deployment_runs_and_after_it_failed(shop: Scene) -> None:
    """As the last line, in Slack, in the check and in the comments; not while all goes well."""
    await names(shop)
    pull = await merged(shop)
    assert shop.message("#41").text.splitlines()[-1] == IN_SLACK
    assert summary(shop, pull).splitlines()[-1] == ON_GITHUB

    await shop.says("taro", "/deploy", on=pull)
    run = await shop.begins()
    for text in (shop.message("#41").text, summary(shop, pull), *shop.replies(pull)):
        assert ADDRESS not in text

    await shop.ends(run, "failure")
    number, failed = shop.replies(pull)
    assert shop.message("#41").text.splitlines()[-1] == IN_SLACK
    assert "Deploy of #41 to production failed" in failed
    for text in (number, failed, summary(shop, pull)):
        assert text.splitlines()[-1] == ON_GITHUB
    assert shop.channel()[-1].splitlines()[-1] == IN_SLACK


async def test_a_deployment_that_went_live_shows_no_runbook(shop: Scene) -> None:
    """Nothing is wrong, and nothing is to be done."""
    await names(shop)
    pull = await shop.released("taro")
    for text in (*shop.replies(pull), *shop.channel(), *shop.thread("#41"), summary(shop, pull)):
        assert ADDRESS not in text


async def test_each_refusal_by_an_obstacle_links_it(shop: Scene) -> None:
    """A run, a cool-down and a lock; typed on the pull request and in Slack."""
    await names(shop)
    first, second = await merged(shop), await merged(shop, "mona")
    await shop.says("taro", "/deploy production #41", on=first)
    run = await shop.begins()
    for line in ("/deploy", "/unlock production now"):
        await shop.says("mona", line, on=second)
        assert shop.replies(second)[-1].splitlines()[-1] == ON_GITHUB
    await shop.ends(run)
    assert shop.message("#42").text.splitlines()[-1] == IN_SLACK  # locked by the cool-down
    await shop.says("mona", "/deploy", on=second)
    assert shop.codes(second)[-1] == "locked"
    assert shop.replies(second)[-1].splitlines()[-1] == ON_GITHUB
    await shop.types("mona", "/deploy production #42")
    assert shop.whispers("mona")[-1].splitlines()[-1] == IN_SLACK
    await shop.says("taro", "/unlock", on=first)
    await shop.says("taro", "/lock production forever looking", on=first)
    await shop.says("mona", "/unlock", on=second)
    assert shop.codes(second)[-1] == "reason_needed"
    assert shop.replies(second)[-1].splitlines()[-1] == ON_GITHUB


@pytest.mark.parametrize("line", ["/deploy production #99", "/deploi", "/status", "/help"])
async def test_other_answers_do_not_link_it(shop: Scene, line: str) -> None:
    """No obstacle stands in the way."""
    await names(shop)
    pull = await merged(shop)
    await shop.says("taro", line, on=pull)
    assert ADDRESS not in shop.replies(pull)[-1]


async def test_an_unknown_outcome_links_it(shop: Scene) -> None:
    """The request to GitHub was lost."""
    await names(shop)
    pull = await merged(shop)
    shop.github.faults.append(Fault("POST", DISPATCH, faults.drop_before))
    await shop.says("taro", "/deploy", on=pull)
    for _ in range(25):
        await shop.later(seconds=5)
    number, lost = shop.replies(pull)
    assert "outcome unknown" in number
    for text in (number, lost, summary(shop, pull)):
        assert text.splitlines()[-1] == ON_GITHUB
    assert shop.message("#41").text.splitlines()[-1] == IN_SLACK


async def test_a_rollback_links_it_at_its_end(shop: Scene) -> None:
    """In the rollback's comment, in its notice, in the message of the release that was undone and in its check."""
    await names(shop)
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second = await shop.released("mona")
    await shop.says("mona", "/rollback", on=second)
    run = await shop.begins()
    assert all(ADDRESS not in text for text in shop.replies(second))
    await shop.ends(run)
    assert shop.codes(second)[-1] == "rolled_back"
    for text in (*shop.replies(second)[-2:], summary(shop, second)):
        assert text.splitlines()[-1] == ON_GITHUB
    assert shop.message("#42").text.splitlines()[-1] == IN_SLACK


async def test_a_japanese_repository_reads_it_in_japanese(japanese_shop: Scene) -> None:
    """The link's text is translated."""
    await names(japanese_shop)
    pull = await merged(japanese_shop)
    assert japanese_shop.message("#41").text.splitlines()[-1] == f"<{ADDRESS}|手順書>"
    assert summary(japanese_shop, pull).splitlines()[-1] == f"[手順書]({ADDRESS})"


async def test_without_slack_the_comment_links_it(shop_without_slack: Scene) -> None:
    """The prompt is a comment on the pull request."""
    await names(shop_without_slack)
    pull = await merged(shop_without_slack)
    assert shop_without_slack.replies(pull)[-1].splitlines()[-1] == ON_GITHUB


async def test_two_environments_with_one_runbook_link_it_once(shop: Scene) -> None:
    """One message shows both; where they differ, each part has its own."""
    both = TWO.replace("yml}", f"yml, runbook: {ADDRESS}}}")
    await shop.shop.commit(".github/ghapp.yml", both, by="mona", message="Two of them")
    pull = await shop.opens("mona")
    await shop.merges("mona", pull)
    assert shop.channel()[-1].count(IN_SLACK) == 1
    other = both.replace("incidents}\n  web", "api}\n  web")
    await shop.shop.commit(".github/ghapp.yml", other, by="mona", message="One each")
    await shop.idle()
    await shop.merges("mona", await shop.opens("mona"))
    prompt = shop.message("#42").text
    assert [prompt.count(one) for one in (IN_SLACK, IN_SLACK.replace("incidents", "api"))] == [1, 1]


async def test_no_message_links_it_twice(shop: Scene) -> None:
    """Also after a failure, in a lock, and after a rollback in vain."""
    await names(shop)
    first = await shop.released("taro")
    await shop.says("taro", "/unlock", on=first)
    second = await shop.released("mona")
    await shop.says("mona", "/rollback", on=second)
    await shop.ends(await shop.begins(), "failure")
    third = await merged(shop, "hanako")
    await shop.says("hanako", "/deploy", on=third)
    texts = everything(shop)
    assert sum(ADDRESS in text for text in texts) > 5
    assert all(text.count(ADDRESS) <= 1 for text in texts)


async def test_a_parenthesis_or_an_entity_does_not_break_the_link(shop_without_slack: Scene) -> None:
    """Wikis have such addresses; Markdown would end the link, or read a sign."""
    await names(shop_without_slack, "https://wiki.example.com/Shop_(old)?a=1&copy;=2")
    pull = await merged(shop_without_slack)
    link = "[Runbook](https://wiki.example.com/Shop_%28old%29?a=1&amp;copy;=2)"
    assert shop_without_slack.replies(pull)[-1].splitlines()[-1] == link


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("javascript:alert(1)", "expected an http or https address"),
        ("https://wiki.example.com/a b", "expected an http or https address"),
        ("https://wiki.example.com/" + "a" * 3000, "expected an http or https address"),
        ("https://mona:hunter2@wiki.example.com/", "an address that everybody sees cannot contain a user name"),
        (r"https://wiki.example.com/\u202egpj", "expected an http or https address"),
    ],
)
async def test_a_hostile_address_is_refused_at_its_line(shop: Scene, address: str, sentence: str) -> None:
    """On the pull request that brings it; no password is repeated, and no message links it."""
    config = shop.shop.git.commits[shop.shop.head].files[".github/ghapp.yml"]
    text = f'{config}    runbook: "{address}"\n'
    pull = await shop.opens("mona", files={".github/ghapp.yml": text})
    (check,) = [one for one in shop.shop.reports.values() if one.name == "ghapp/config"]
    (noted,) = check.annotations
    assert noted["start_line"] == len(text.splitlines())
    assert sentence in noted["message"]
    assert "hunter2" not in str(check)
    await shop.merges("mona", pull)
    assert not any("](javascript" in text or "hunter2" in text for text in everything(shop))
