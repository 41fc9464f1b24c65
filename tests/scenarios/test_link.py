"""`/ghapp link`: a Slack member proves which GitHub account is theirs, and acts as that account and no other."""

import asyncio
import re

import pytest

from ghapp.core.config.model import Language
from ghapp.demo.github import faults as github_faults
from ghapp.demo.slack import Error, Fault, Hold
from tests.scenarios.linking import ANN, address, csrf, linked, person, with_sign_in
from tests.scenarios.scene import PUBLIC_URL, Scene
from tests.scenarios.test_from_slack import waiting
from tests.scenarios.test_policy import ONLY_MONA, ruled


async def test_a_link_sent_to_somebody_else_links_nothing_without_their_yes(shop: Scene) -> None:
    """Ann sends her address to mona, who opens it: the page names Ann, and Ann is not linked."""
    await with_sign_in(shop)
    await waiting(shop)
    path = await address(shop)
    async with person(shop, "mona") as mona:
        seen = await mona.opens(path)
        assert seen.status == 200
        assert "Is ann (U0ANN0001) in the Slack workspace Acme you, and are you mona on GitHub?" in seen.text
        for form, headers in (
            ({}, {}),
            ({"csrf": "0" * 64}, {}),
            ({"csrf": "x"}, {"Origin": "https://evil.example"}),
        ):
            assert (await mona.browser.posts(path, form, **headers)).status == 403
        stolen = await mona.says_yes(path, seen, Origin="https://evil.example")
        assert (stolen.status, "This form is from another page" in stolen.text) == (403, True)
    await shop.types(ANN, "/deploy production #41")
    assert shop.whispers(ANN)[-1] == (
        "Your Slack account is not linked to a GitHub account. To link it, type `/ghapp link`."
    )
    assert shop.runs() == []
    assert await shop.links() == []


async def test_a_linked_member_deploys_as_their_account(shop: Scene) -> None:
    """From the first command to history, which says why the member acts as mona."""
    await with_sign_in(shop)
    await waiting(shop)
    path = await address(shop)
    assert shop.whispers(ANN)[-1] == (
        f"Open this address and sign in with GitHub: <{PUBLIC_URL}{path}|Link my GitHub account>. It works once, until "
        "13:52 JST, and for you alone: do not pass it on. Your commands in Slack then count as those of the account "
        "that you sign in with."
    )
    async with person(shop, "mona") as mona:
        done = await mona.links(path)
    assert (done.status, "Linked. In Slack, ann (Acme) now acts as mona." in done.text) == (200, True)
    await shop.types(ANN, "/deploy production #41")
    assert len(shop.runs()) == 1
    assert (await shop.environment()).deployment.grant.actor == "mona"  # type: ignore[union-attr]
    assert await shop.links() == ["mona was linked to a Slack member, by signing in with GitHub (T0ACME000/U0ANN0001)"]
    told = await shop.sentences()
    assert [one for one in told if one.startswith("mona")][-1].endswith("(Slack account linked by sign-in)")


async def test_a_linked_member_presses_buttons_as_their_account(shop: Scene) -> None:
    """As with a typed command."""
    await with_sign_in(shop)
    release = await waiting(shop)
    await linked(shop, "hanako")
    await shop.clicks(ANN, "deploy", on=release)
    assert (await shop.environment()).deployment.grant.actor == "hanako"  # type: ignore[union-attr]


async def test_people_of_the_config_count_where_nothing_is_linked(shop: Scene) -> None:
    """And history says so."""
    await with_sign_in(shop)
    await waiting(shop)
    await shop.types("mona", "/deploy production #41")
    told = await shop.sentences()
    assert [one for one in told if one.startswith("mona")][-1].endswith("(Slack account named in `people`)")


async def test_a_proved_link_goes_before_people(shop: Scene) -> None:
    """Mona's Slack account proves that it is hanako: it acts as hanako, and as mona no more."""
    await with_sign_in(shop)
    await waiting(shop)
    await linked(shop, "hanako", "U024BE7LH")
    await shop.types("mona", "/deploy production #41")
    assert (await shop.environment()).deployment.grant.actor == "hanako"  # type: ignore[union-attr]


async def test_what_the_account_may_do_is_asked_of_github(shop: Scene) -> None:
    """A link gives no permission."""
    await with_sign_in(shop)
    await waiting(shop)
    shop.shop.people = {**shop.shop.people, "visitor": "read"}
    await linked(shop, "visitor")
    await shop.types(ANN, "/deploy production #41")
    assert shop.runs() == []
    assert shop.whispers(ANN)[-1].startswith("You are not allowed to `/deploy` on production.")


async def test_a_renamed_account_still_acts_and_a_taken_over_login_does_not(shop: Scene) -> None:
    """By the account's id: Ann goes on under her new login, and who has taken the old one is nobody to her link."""
    await with_sign_in(shop)
    await waiting(shop)
    await linked(shop, "mona")
    shop.github.rename_user("mona", "mona-lisa")
    shop.shop.people = {**shop.shop.people, "mona": "read"}  # another person's, since
    await shop.types(ANN, "/deploy production #41")
    assert (await shop.environment()).deployment.grant.actor == "mona-lisa"  # type: ignore[union-attr]
    await shop.types(ANN, "/ghapp link")
    assert shop.whispers(ANN)[-1].startswith("In Slack you act as `mona-lisa` on GitHub, linked on ")


async def held_before_the_role(shop: Scene, line: str) -> tuple[asyncio.Task[None], asyncio.Event]:
    """Ann types the line, and GitHub is about to be asked for the role of mona."""
    goes_on = asyncio.Event()
    asked = github_faults.Fault(
        "GET", re.compile(".*/collaborators/mona[^/]*/permission"), github_faults.Hold(goes_on, before=True)
    )
    shop.github.faults.append(asked)
    typing = asyncio.create_task(shop.types(ANN, line))
    while asked.times:  # noqa: ASYNC110 - the demo has no event for it
        await asyncio.sleep(0)
    return typing, goes_on


async def test_a_login_taken_over_between_two_questions_to_github_acts_for_nobody(shop: Scene) -> None:
    """The login was mona's when it was asked for, and is an admin's of another account when the role is."""
    await with_sign_in(shop)
    await waiting(shop)
    await linked(shop, "mona")
    typing, goes_on = await held_before_the_role(shop, "/deploy production #41")
    shop.github.rename_user("mona", "mona-lisa")
    shop.shop.people = {**shop.shop.people, "mona": "admin"}
    goes_on.set()
    await typing
    assert shop.runs() == []
    assert shop.whispers(ANN)[-1].startswith("You are not allowed to `/deploy` on production.")


async def test_the_new_login_of_one_account_is_never_shown_for_the_next_one(shop: Scene) -> None:
    """Mona has another login; before it is known, Ann links taro. She acts as taro, and reads so."""
    await with_sign_in(shop)
    await waiting(shop)
    await linked(shop, "mona")
    shop.github.rename_user("mona", "mona-lisa")
    path = await address(shop)
    typing, goes_on = await held_before_the_role(shop, "/ghapp lock production 1h looking")
    async with person(shop, "taro") as taro:
        assert (await taro.links(path)).status == 200
    goes_on.set()
    await typing
    await shop.types(ANN, "/ghapp link")
    assert shop.whispers(ANN)[-1].startswith("In Slack you act as `taro` on GitHub, linked on ")


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_an_account_that_is_gone_acts_no_more(shop: Scene, japanese_shop: Scene, language: str) -> None:
    """Nor does the login that `people` names for that member."""
    here = shop if language == "en" else japanese_shop
    await with_sign_in(here)
    await waiting(here)
    await linked(here, "hanako", "U024BE7LH")
    del here.shop.people["hanako"]
    await here.types("mona", "/deploy production #41")
    assert here.runs() == []
    assert (
        here.whispers("mona")[-1]
        == {
            "en": "The GitHub account `hanako` that you linked does not exist any more, so nothing was done. To link "
            "another "
            "one, type `/ghapp link`.",
            "ja": "登録されている GitHub アカウント `hanako` は存在しないため、何も実行していません。"
            "別のアカウントを登録するには "
            "`/ghapp link` と入力してください。",
        }[language]
    )


# ---------------------------------------------------------------- the address


async def test_an_address_works_once_even_at_the_same_moment(shop: Scene) -> None:
    """Of two that press at once, one is linked; later the address says that it was used."""
    await with_sign_in(shop)
    path = await address(shop)
    async with person(shop, "mona") as mona, person(shop, "taro") as taro:
        one, other = await mona.opens(path), await taro.opens(path)
        looked_up = asyncio.Event()
        both = Fault("users.info", Hold(looked_up), times=2)
        shop.slack.faults.append(both)
        pressed = [asyncio.create_task(mona.says_yes(path, one)), asyncio.create_task(taro.says_yes(path, other))]
        await shop.slack.until(lambda: both.times == 0)
        looked_up.set()
        answers = await asyncio.gather(*pressed)
        assert sorted(answer.status for answer in answers) == [200, 410]
        again = await mona.says_yes(path, one)
        assert (again.status, "This address does not work any more" in again.text) == (410, True)
    assert len(await shop.links()) == 1


async def test_an_address_lasts_ten_minutes(shop: Scene) -> None:
    """Also where the page was opened in time."""
    await with_sign_in(shop)
    path = await address(shop)
    async with person(shop, "mona") as mona:
        seen = await mona.opens(path)
        await shop.later(minutes=10, seconds=1)
        for answer in (
            await mona.says_yes(path, seen),
            await mona.opens(path),
            await mona.opens("/link/gAAAAAnothing"),
        ):
            assert (answer.status, "older than ten minutes" in answer.text) == (410, True)
    assert await shop.links() == []


async def test_a_newer_link_wins_and_earlier_addresses_end(shop: Scene) -> None:
    """The page says whom it replaces; `/ghapp link` says as whom the member acts."""
    await with_sign_in(shop)
    first, second = await address(shop), await address(shop)
    async with person(shop, "mona") as mona, person(shop, "taro") as taro:
        assert (await mona.links(second)).status == 200
        assert (await taro.links(first)).status == 410
        third = await address(shop)
        replaced = await taro.links(third)
        assert "ann (Acme) now acts as taro, no longer as mona." in replaced.text
    await shop.types(ANN, "/ghapp link")
    assert shop.whispers(ANN)[-1].startswith("In Slack you act as `taro` on GitHub, linked on ")


async def test_a_form_of_one_session_counts_in_no_other(shop: Scene) -> None:
    """The browser was signed in as somebody else meanwhile: nothing is linked."""
    await with_sign_in(shop)
    path = await address(shop)
    async with person(shop, "mona") as mona:
        seen = await mona.opens(path)
        mona.browser.cookies.clear()
        mona.login = "taro"
        await mona.opens("/login")
        assert (await mona.says_yes(path, seen)).status == 403
        mona.browser.cookies.clear()
        assert (await mona.says_yes(path, seen)).status == 401
    assert await shop.links() == []


@pytest.mark.parametrize("silent", [False, True])
async def test_a_session_that_ended_at_github_links_nothing(shop: Scene, silent: bool) -> None:
    """A link lasts longer than any session, so GitHub is asked at the yes, and what it said before does not count."""
    await with_sign_in(shop)
    path = await address(shop)
    async with person(shop, "mona") as mona:
        seen = await mona.opens(path)
        shop.github.authorizations.revoke("mona")
        if silent:
            shop.github.faults.append(
                github_faults.Fault("GET", re.compile(".*/user"), github_faults.Fail(502), times=10)
            )
        answer = await mona.says_yes(path, seen)
    assert (answer.status, "did not answer in time" in answer.text) == ((424, True) if silent else (401, False))
    assert await shop.links() == []


async def test_the_address_leaks_by_no_header_and_no_stored_byte(shop: Scene) -> None:
    """The pages send no referrer, load nothing foreign, and are kept by no cache; the store has no address."""
    await with_sign_in(shop)
    path = await address(shop)
    async with person(shop, "mona") as mona:
        for answer in (await mona.browser.gets(path), await mona.opens(path)):
            assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert (await mona.links(path)).status == 200
    sealed = path.removeprefix("/link/")
    for file in shop.store_path.parent.glob("ghapp.db*"):
        assert sealed[:40].encode() not in file.read_bytes()


async def test_a_member_asks_for_few_addresses_a_minute(shop: Scene) -> None:
    """Others are not affected, and a minute later there is a new one."""
    await with_sign_in(shop)
    for _ in range(5):
        await address(shop)
    await shop.types(ANN, "/ghapp link")
    assert shop.whispers(ANN)[-1] == (
        "You have been given 5 addresses within a minute. Use the newest of them, or type `/ghapp link` again in a "
        "minute."
    )
    await address(shop, "U024BE7TA")
    await shop.later(minutes=1, seconds=1)
    await address(shop)


# ---------------------------------------------------------------- the member


async def test_a_member_who_left_meanwhile_is_not_linked(shop: Scene) -> None:
    """Slack is asked at the yes: deactivated, guest, or unknown to Slack."""
    await with_sign_in(shop)
    for more in ({"deleted": True}, {"guest": True}, {"team": "T0OTHER00"}):
        shop.slack.add_person(ANN, "ann")
        path = await address(shop)
        shop.slack.add_person(ANN, "ann", **more)
        async with person(shop, "mona") as mona:
            refused = await mona.links(path)
            assert (refused.status, "Slack does not show ann as a full member" in refused.text) == (403, True)
        await shop.later(minutes=2)
    assert await shop.links() == []


async def test_the_link_of_a_member_who_left_ends(shop: Scene) -> None:
    """It does not come back with the member."""
    await with_sign_in(shop)
    await waiting(shop)
    await linked(shop, "mona")
    await shop.later(minutes=2)
    shop.slack.add_person(ANN, "ann", deleted=True)
    await shop.types(ANN, "/deploy production #41")
    assert shop.whispers(ANN)[-1] == "That Slack account is no longer active. Type it in the pull request."
    shop.slack.add_person(ANN, "ann")
    await shop.later(minutes=2)
    await shop.types(ANN, "/deploy production #41")
    assert shop.whispers(ANN)[-1].startswith("Your Slack account is not linked to a GitHub account.")
    assert shop.runs() == []
    assert (await shop.links())[-1] == (
        "the link of mona to a Slack member ended (T0ACME000/U0ANN0001 left the workspace)"
    )


async def test_guests_and_strangers_get_no_address(shop: Scene) -> None:
    """As with any command."""
    await with_sign_in(shop)
    shop.slack.add_person("U0GUEST01", "guest", guest=True)
    await shop.types("U0GUEST01", "/ghapp link")
    assert shop.whispers("U0GUEST01")[-1] == "Guests cannot use ghapp here. Ask a member of the workspace."


async def test_a_member_removes_their_link(shop: Scene) -> None:
    """And earlier addresses with it, also where no account is linked."""
    await with_sign_in(shop)
    await waiting(shop)
    await linked(shop, "mona")
    path = await address(shop)
    await shop.types(ANN, "/ghapp link remove")
    assert shop.whispers(ANN)[-1] == ("The link to `mona` is removed. To link an account again, type `/ghapp link`.")
    async with person(shop, "mona") as mona:
        assert (await mona.links(path)).status == 410
    await shop.types(ANN, "/deploy production #41")
    assert shop.runs() == []
    path = await address(shop)
    await shop.types(ANN, "/ghapp link remove")
    assert shop.whispers(ANN)[-1] == (
        "Your Slack account has no link that you could remove. Addresses that you were given before do not work any "
        "more. To link it to your GitHub account, type `/ghapp link`."
    )
    async with person(shop, "mona") as mona:
        assert (await mona.links(path)).status == 410
    assert len(await shop.links()) == 2
    await shop.types(ANN, "/ghapp link mona")
    assert shop.whispers(ANN)[-1] == (
        "`/ghapp link mona` is not a command. Type `/ghapp link` or `/ghapp link remove`."
    )


async def test_two_members_may_be_one_account(shop: Scene) -> None:
    """Both have proved it."""
    await with_sign_in(shop)
    await waiting(shop)
    await linked(shop, "mona")
    await linked(shop, "mona", "U024BE7TA")
    await shop.types("taro", "/deploy production #41")
    assert (await shop.environment()).deployment.grant.actor == "mona"  # type: ignore[union-attr]


# ---------------------------------------------------------------- the account


@pytest.mark.parametrize(
    ("language", "way", "ask", "ended", "history"),
    [
        (
            "en",
            f"If that Slack account is not yours, open {PUBLIC_URL}/link and end the link.",
            "Stop all Slack accounts from acting as mona through a link?",
            "All links of mona have ended.",
            "mona ended all links of their account to Slack members",
        ),
        (
            "ja",
            f"心当たりのない Slack アカウントの場合は {PUBLIC_URL}/link で解除してください。",
            "mona として操作する Slack アカウントの登録をすべて解除しますか?",
            "mona の登録をすべて解除しました。",
            "mona が自分のアカウントと Slack メンバーの対応付けをすべて終了しました",
        ),
    ],
)
async def test_a_person_ends_all_links_of_their_account(
    shop: Scene, japanese_shop: Scene, language: Language, way: str, ask: str, ended: str, history: str
) -> None:
    """Mona said yes to a link that was sent to her. She ends it, and her own one, on the board; taro's stays."""
    here = shop if language == "en" else japanese_shop
    await with_sign_in(here)
    await waiting(here)
    await linked(here, "taro", "U024BE7TA")
    await linked(here, "mona", "U024BE7LH")
    path = await address(here)
    async with person(here, "mona", language) as mona:
        assert way in (await mona.links(path)).text
        seen = await mona.opens("/link")
        assert ask in seen.text
        for form, headers in (({}, {}), ({"csrf": csrf(seen)}, {"Origin": "https://evil.example"})):
            assert (await mona.browser.posts("/link", form, **headers)).status == 403
        assert len(await here.links()) == 3
        for _ in range(2):
            answer = await mona.says_yes("/link", seen)
            assert (answer.status, ended in answer.text) == (200, True)
    assert (await here.links(language))[3:] == [history]
    await here.types(ANN, "/deploy production #41")
    assert here.runs() == []
    for who, acts in (("mona", False), ("taro", True)):
        await here.types(who, "/ghapp link")
        assert (f"`{who}`" in here.whispers(who)[-1]) is acts
    await linked(here, "mona")
    await here.types(ANN, "/deploy production #41")
    assert len(here.runs()) == 1


async def test_history_has_no_entry_of_strangers(shop: Scene) -> None:
    """Anybody may sign in with GitHub and end the links that they do not have."""
    await with_sign_in(shop)
    async with person(shop, "nobody") as nobody:
        assert (await nobody.says_yes("/link", await nobody.opens("/link"))).status == 200
        nobody.browser.cookies.clear()
        assert (await nobody.browser.posts("/link", {})).status == 401
    assert await shop.links() == []


# ---------------------------------------------------------------- the owner's rules


async def test_the_owners_people_are_the_only_ones_who_act(shop: Scene) -> None:
    """Whatever is linked: hanako is not named, mona is, and her second account acts as her."""
    await ruled(shop, ONLY_MONA)
    await with_sign_in(shop)
    await waiting(shop)
    await linked(shop, "hanako")
    await shop.types(ANN, "/deploy production #41")
    assert shop.runs() == []
    assert shop.whispers(ANN)[-1].startswith(
        "You act as `hanako`, which the owner's rules do not name under `people`, so nothing was done."
    )
    await linked(shop, "mona")
    await shop.types(ANN, "/deploy production #41")
    assert (await shop.environment()).deployment.grant.actor == "mona"  # type: ignore[union-attr]


# ---------------------------------------------------------------- faults


async def test_without_sign_in_the_answer_says_who_can_set_it_up(shop: Scene) -> None:
    await shop.types("mona", "/ghapp link")
    assert shop.whispers("mona")[-1] == (
        "This server has no sign-in with GitHub, so no account can be linked: its operator can switch it on with the "
        "settings `GITHUB_CLIENT_ID`, `GITHUB_CLIENT_SECRET` and `GHAPP_SESSION_SECRET`."
    )


async def test_slack_is_silent_at_the_yes(shop: Scene) -> None:
    """Nothing is linked, and the address still works."""
    await with_sign_in(shop)
    path = await address(shop)
    async with person(shop, "mona") as mona:
        shop.slack.faults.append(Fault("users.info", Error("internal_error")))
        silent = await mona.links(path)
        assert (silent.status, "did not answer in time" in silent.text) == (424, True)
        assert await shop.links() == []
        assert (await mona.links(path)).status == 200


async def test_the_answer_also_comes_where_its_address_is_used_up(shop: Scene) -> None:
    """By the other way to whisper; the log contains the address in neither case."""
    await with_sign_in(shop)
    shop.slack.use_up_answers = True
    path = await address(shop)
    async with person(shop, "mona") as mona:
        assert (await mona.links(path)).status == 200


async def test_names_of_members_are_only_text(shop: Scene) -> None:
    """A hostile name neither becomes markup nor makes the address too long."""
    await with_sign_in(shop)
    shop.slack.add_person(ANN, "<img src=x onerror=alert(1)>" + "\u202e" + "王" * 70)
    path = await address(shop)
    async with person(shop, "mona") as mona:
        seen = await mona.opens(path)
        assert "&lt;img src=x onerror=alert(1)&gt;" in seen.text
        assert "\u202e" not in seen.text
        assert (await mona.says_yes(path, seen)).status == 200


async def test_every_page_and_answer_speaks_japanese(japanese_shop: Scene) -> None:
    """By the browser's language, and in Slack by the channel's."""
    shop = japanese_shop
    await with_sign_in(shop)
    await waiting(shop)
    path, other = await address(shop), await address(shop)
    assert "使えるのは 13:52 JST までの1回だけで" in shop.whispers(ANN)[-1]
    async with person(shop, "mona", "ja") as mona:
        seen = await mona.opens(path)
        assert "Slack ワークスペース Acme の ann (U0ANN0001) はあなたですか?" in seen.text
        shop.slack.faults.append(Fault("users.info", Error("internal_error")))
        assert "変更できたかどうか不明です" in (await mona.says_yes(path, seen)).text
        assert "登録しました。Slack の ann (Acme) は mona として操作します。" in (await mona.says_yes(path, seen)).text
        assert "使用済みか" in (await mona.says_yes(path, seen)).text
        mona.login = "taro"
        mona.browser.cookies.clear()
        assert "使用済みか" in (await mona.links(other)).text
        assert "mona に代わり taro として操作します" in (await mona.links(await address(shop))).text
        assert "このサーバーのものではありません" in (await mona.opens("/link/x")).text
        await shop.later(minutes=2)
        path = await address(shop)
        shop.slack.add_person(ANN, "ann", guest=True)
        assert "正式なメンバーではない" in (await mona.links(path)).text
    shop.slack.add_person(ANN, "ann")
    await shop.types(ANN, "/ghapp link")
    assert shop.whispers(ANN)[-1].startswith("Slack では GitHub の `taro` として操作しています")
    for _ in range(4):
        await shop.types(ANN, "/ghapp link")
    assert shop.whispers(ANN)[-1].startswith("1分間に 5個のアドレスを発行しました。")
    for line, answer in (
        ("/ghapp link x", "`/ghapp link x` というコマンドはありません。"),
        ("/ghapp link remove", "`taro` の登録を削除しました。"),
        ("/ghapp link remove", "あなたの Slack アカウントには、削除できる登録がありません。"),
        ("/deploy production #41", "あなたの Slack アカウントに対応する GitHub アカウントが登録されていません。"),
    ):
        await shop.types(ANN, line)
        assert shop.whispers(ANN)[-1].startswith(answer)
    assert all(await shop.links("ja"))
    shop.settings = {}
    await shop.restart()
    await shop.types(ANN, "/ghapp link")
    assert shop.whispers(ANN)[-1].startswith("このサーバーでは GitHub でのサインインが設定されていない")
