"""The App Home in Slack: a member's own releases and locks, and the environments of the channels that they are in."""

from collections import Counter
from typing import Any

import pytest
from slack_sdk.models.views import View

from ghapp.demo.slack import Error, Fault
from ghapp.demo.stage import CHANNEL, PEOPLE
from tests.scenarios.linking import ANN, linked, with_sign_in
from tests.scenarios.scene import Scene
from tests.scenarios.test_from_slack import waiting
from tests.scenarios.test_policy import ONLY_MONA, ruled


async def opened(shop: Scene, who: str) -> list[str]:
    """The text of each block after the member has opened the home."""
    member = PEOPLE.get(who, who)
    assert await shop.slack.opens_home(member) == 200
    await shop.idle()
    return texts(shop.slack.homes[member])


def texts(view: Any) -> list[str]:
    """Slack's own client takes the view."""
    View(**view).to_dict()
    return [block["text"]["text"] for block in view["blocks"]]


async def test_what_waits_for_a_member_and_what_they_lock(shop: Scene) -> None:
    """The line to type is complete; another member sees the environment, and nothing of that as theirs."""
    await waiting(shop, "mona", "Fix totals")
    await shop.types("taro", "/ghapp lock production 2h migrating")
    assert await opened(shop, "mona") == [
        "You act as `mona` on GitHub.",
        "Waiting for you",
        "#41 Fix totals: `/deploy production acme/shop#41`",
        "Environments",
        "*production* of acme/shop: *Locked by taro*\nLocked by taro: migrating.\n"
        "Not before 15:42 JST\nIn line: #41 Fix totals (mona)",
        "As of 13:42 JST. Open this tab again to see what has changed since.",
    ]
    seen = await opened(shop, "taro")
    assert seen[:3] == [
        "You act as `taro` on GitHub.",
        "Your locks",
        "*production* of acme/shop: Locked by taro: migrating.",
    ]
    assert "Waiting for you" not in seen


async def test_each_opening_shows_the_present_state(shop: Scene) -> None:
    """Also where the event brings the view from before."""
    await waiting(shop, "mona")
    assert any("*Free*" in one for one in await opened(shop, "hanako"))
    await shop.types("mona", "/deploy production #41")
    await shop.restart()  # what a server has read for the board counts for a second of real time
    assert any("*mona is deploying #41*" in one for one in await opened(shop, "hanako"))


async def test_only_environments_of_the_members_channels(shop: Scene) -> None:
    """Ann is in no channel with one; she is in it later, and linked."""
    shop.slack.add_person(ANN, "ann")
    await waiting(shop, "mona", "Fix totals")
    assert (await opened(shop, ANN))[0] == (
        "Your Slack account is not linked to a GitHub account. A repository links it under `people` in "
        "`.github/ghapp.yml`."
    )
    await with_sign_in(shop)
    shop.slack.channels[CHANNEL].members = set(PEOPLE.values())
    assert await opened(shop, ANN) == [
        "None of your channels has an environment. A repository names its channel in `.github/ghapp.yml`."
    ]
    shop.slack.channels[CHANNEL].members = None
    assert (await opened(shop, ANN))[0] == (
        "Your Slack account is not linked to a GitHub account. To link it, type `/ghapp link`."
    )
    await linked(shop, "mona")
    assert (await opened(shop, ANN))[:2] == ["You act as `mona` on GitHub.", "Waiting for you"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"guest": True}, "Guests cannot use ghapp here. Ask a member of the workspace."),
        ({"team": "T0OTHER00"}, "Only members of this workspace can use ghapp here. Type it in the pull request."),
        ({"deleted": True}, "That Slack account is no longer active. Type it in the pull request."),
    ],
)
async def test_others_get_one_sentence(shop: Scene, more: dict[str, Any], told: str) -> None:
    """And learn the name of no environment."""
    await waiting(shop)
    shop.slack.add_person("U0OTHER01", "other", **more)
    assert await opened(shop, "U0OTHER01") == [told]


async def test_titles_and_names_are_only_text(shop: Scene) -> None:
    """No mention, no link, no markup."""
    await waiting(shop, "mona", "<!channel> *now* `x` <https://evil.example|click>")
    seen = "\n".join(await opened(shop, "mona"))
    assert "<!channel>" not in seen
    assert "<https://evil" not in seen
    assert "&lt;!channel&gt;" in seen


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_what_is_live_is_named(shop: Scene, japanese_shop: Scene, language: str) -> None:
    """With the cool-down that still runs."""
    here = shop if language == "en" else japanese_shop
    await here.released("taro", "Reword notifications")
    live = {"en": "Live: #41 Reword notifications", "ja": "稼働中: #41 Reword notifications"}
    assert any(live[language] in one for one in await opened(here, "mona"))


def config(names: list[str], language: str) -> str:
    """A config with these environments in the one channel."""
    head = f"slack: {{channel: {CHANNEL}}}\nlanguage: {language}\ntimezone: Asia/Tokyo\n"
    environments = "".join(f"  {name}: {{workflow: deploy.yml}}\n" for name in names)
    return f"{head}people: {{mona: {PEOPLE['mona']}}}\nenvironments:\n{environments}"


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_home_has_an_end(shop: Scene, japanese_shop: Scene, language: str) -> None:
    """Of more than forty environments the rest is counted; so are waiting releases beyond twenty."""
    here = shop if language == "en" else japanese_shop
    names = [f"env-{number:02}" for number in range(39)]
    await here.shop.commit(".github/ghapp.yml", config(["production", *names], language), by="mona", message="More")
    other = here.github.add_repository(
        "acme/app",
        files={".github/ghapp.yml": config(["production", "staging"], language)},
        people={"mona": "write"},
    )
    await other.merge(await other.open_pull("mona", "x" * 200), by="mona")
    await here.idle()
    await waiting(here, "mona", "x" * 200)
    seen = await opened(here, "mona")
    assert sum(f"`/deploy env-{number:02} acme/shop#41`" in one for one in seen for number in range(39)) >= 15
    more = {
        "en": ("and 22 more", "2 more environments"),
        "ja": ("ほか22件", "2個の環境"),
    }
    for part in more[language]:
        assert any(part in one for one in seen), part
    assert len(here.slack.homes[PEOPLE["mona"]]["blocks"]) <= 100


async def test_the_home_speaks_japanese(japanese_shop: Scene) -> None:
    """As the channel's environments do; also to those who are in none of their channels."""
    shop = japanese_shop
    await waiting(shop, "mona", "合計を修正")
    await shop.types("mona", "/ghapp lock production 2h 移行")
    seen = await opened(shop, "mona")
    assert seen[0] == "GitHub では `mona` として操作します。"
    assert seen[1] == "あなたの対応待ち"
    assert seen[3] == "あなたのロック"
    assert seen[-1] == "13:42 JST 時点の状態です。最新の状態を見るには、このタブをもう一度開いてください。"
    shop.slack.add_person(ANN, "ann")
    assert (await opened(shop, ANN))[0].endswith("`.github/ghapp.yml` の `people` で登録します。")
    await with_sign_in(shop)
    assert (await opened(shop, ANN))[0].endswith("登録するには `/ghapp link` と入力してください。")
    shop.slack.channels[CHANNEL].members = set()
    assert (await opened(shop, ANN))[0].startswith("参加しているチャンネルに対応する環境はありません。")
    shop.slack.scopes -= {"channels:read", "groups:read"}
    assert (await opened(shop, ANN))[0].startswith("参加しているチャンネルを Slack から取得できないため")


async def test_without_the_scope_the_home_says_what_is_missing(shop: Scene) -> None:
    """An app from before was installed with fewer permissions."""
    await waiting(shop)
    shop.slack.scopes -= {"channels:read", "groups:read"}
    assert await opened(shop, "mona") == [
        "Slack does not say which channels you are in (`Slack answered missing_scope`), so no environments are shown. "
        "Ask the operator of ghapp to install the Slack app again, with all its permissions."
    ]


async def test_faults_of_slack(shop: Scene) -> None:
    """A fault that passes delays the home; one that does not is left to the next opening, and is no dead letter."""
    await waiting(shop)
    shop.slack.faults.append(Fault("views.publish", Error("internal_error")))
    assert await shop.slack.opens_home(PEOPLE["mona"]) == 200
    await shop.idle()
    assert PEOPLE["mona"] not in shop.slack.homes
    await shop.later(seconds=11)
    assert PEOPLE["mona"] in shop.slack.homes
    shop.slack.faults.append(Fault("views.publish", Error("not_enabled")))
    await shop.slack.opens_home(PEOPLE["taro"])
    await shop.idle()
    assert PEOPLE["taro"] not in shop.slack.homes
    assert await shop.dead() == []


async def test_a_member_who_opens_it_without_end_leaves_slack_to_the_others(shop: Scene) -> None:
    """Ten openings a minute are shown at once. The newest of the rest is shown a minute later."""
    await waiting(shop)
    before = len(shop.slack.calls)
    for _ in range(25):
        assert await shop.slack.opens_home(PEOPLE["mona"]) == 200
        await shop.idle()
    assert Counter(call.method for call in shop.slack.calls[before:])["users.info"] == 10
    assert any("*Free*" in one for one in await opened(shop, "taro"))
    await shop.types("taro", "/ghapp lock production 2h migrating")
    await shop.restart()  # what a server has read for the board counts for a second of real time
    await shop.later(minutes=1, seconds=1)
    assert any("*Locked by taro*" in one for one in texts(shop.slack.homes[PEOPLE["mona"]]))


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_linked_member_whom_the_owner_does_not_name_reads_so(
    shop: Scene, japanese_shop: Scene, language: str
) -> None:
    """And no line to type is shown as theirs, since it would be refused."""
    here = shop if language == "en" else japanese_shop
    await ruled(here, ONLY_MONA)
    await with_sign_in(here)
    await waiting(here, "hanako")
    await linked(here, "hanako")
    seen = await opened(here, ANN)
    assert (
        seen[0]
        == {
            "en": "Your Slack account is linked to `hanako` on GitHub, which the owner's rules do not name under "
            "`people`, so you cannot act from Slack.",
            "ja": "GitHub の `hanako` として登録されていますが、オーナーのルールの `people` にありません。"
            "Slack からは操作できません。",
        }[language]
    )
    assert not any("/deploy production" in one for one in seen)
    await linked(here, "mona")
    assert "`mona`" in (await opened(here, ANN))[0]


async def test_the_tab_with_messages_and_other_apps_show_nothing(shop: Scene) -> None:
    await waiting(shop)
    assert await shop.slack.opens_home(PEOPLE["mona"], tab="messages") == 200
    shop.slack.app = "A0OTHER00"
    assert await shop.slack.opens_home(PEOPLE["mona"]) == 200
    await shop.idle()
    assert shop.slack.homes == {}
