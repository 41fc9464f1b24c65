"""The first page: every environment as a card, in both languages."""

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from ghapp.core.model.environment import Environment
from tests.core.build import config, environment, live, pull, release
from tests.doors.board.gallery import STATES, Told
from tests.doors.board.stand import Stand, called

TAG = re.compile(r"<[^>]+>")


def cards(page: str) -> Sequence[str]:
    """The cards of a page, in their order."""
    return re.findall(r'<article class="card.*?</article>', page, re.DOTALL)


def words(html: str) -> str:
    """The text that a person reads."""
    return " ".join(TAG.sub(" ", html).split())


async def put(board: Stand, told: Told, name: str = "acme/shop", number: int = 1) -> None:
    board.now = max(board.now, told.now)
    await board.record(called(told.environment, name, number), told.entries)


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_every_state_has_its_own_card(board: Stand, language: str) -> None:
    """Its class, which gives the colour, its sign, and its word: three ways to tell one from another."""
    for number, (state, made) in enumerate(STATES.items(), start=1):
        await put(board, made(), f"acme/{state.replace('_', '-')}", number)
    found = {re.findall(r"acme/([\w-]+)/production", card)[0]: card for card in cards(await board.get("/", language))}
    assert {state: re.findall(r'class="card s-(\w+)"', found[state.replace("_", "-")]) for state in STATES} == {
        state: [state] for state in STATES
    }
    told = {state: words(re.findall(r'<p class="state">.*?</p>', card, re.DOTALL)[0]) for state, card in found.items()}
    assert len(set(told.values())) == len(STATES)
    signs = {state: re.findall(r'<path d="([^"]+)"', card)[0] for state, card in found.items()}
    assert signs["free"] not in {sign for state, sign in signs.items() if state != "free"}


async def test_a_deployment_under_way(board: Stand) -> None:
    """Who deploys what, when the next deploy can be, what is live, who waits, and the run's page."""
    await put(board, STATES["deploying"]())
    (card,) = cards(await board.get("/"))
    assert words(card) == (
        "acme/shop production mona is deploying #42 Earliest next deploy: 14:07 JST Live #41 Reword notifications "
        "taro, 12:42 JST Waiting #44 Show prices with tax hanako Run Slack channel"
    )
    assert 'href="https://github.com/acme/shop/actions/runs/9"' in card
    assert 'href="https://github.com/acme/shop/pull/41"' in card
    assert '<time datetime="2026-11-23T05:07:00+00:00" title="14:07 JST">' in card
    assert 'data-until="2026-11-23T05:07:00+00:00"' in card
    japanese = words(cards(await board.get("/", "ja,en;q=0.5"))[0])
    assert "mona が #42 をデプロイ中" in japanese
    assert "稼働中 #41" in japanese


async def test_a_lock_says_why_and_until_when(board: Stand) -> None:
    await put(board, STATES["locked"]())
    text = words(await board.get("/"))
    assert "Locked by mona Earliest next deploy: 15:42 JST Locked by mona: database migration." in text


async def test_a_card_follows_the_clock(board: Stand) -> None:
    """A lock ends at its time although nothing has been written since."""
    await put(board, STATES["locked"]())
    await board.later(hours=2)
    assert "s-free" in await board.get("/")


async def test_a_time_of_yesterday_has_its_date(board: Stand) -> None:
    """From the repository's midnight on, which is three in the afternoon of the server."""
    await board.record(environment(live=live(41)))
    assert ">12:42 JST<" in await board.get("/")
    await board.later(hours=10)
    assert ">12:42 JST<" in await board.get("/")
    await board.later(minutes=19)
    assert ">2026-11-23 12:42 JST<" in await board.get("/")


async def test_the_newest_activity_comes_first(board: Stand) -> None:
    """Whatever the names are."""
    for number, name in enumerate(("b", "c", "a"), start=1):
        made = environment(created_at=board.now + timedelta(hours=number % 3))
        await board.record(called(made, f"acme/{name}", number))
    assert re.findall(r'href="/acme/(\w)/', await board.get("/")) == ["c", "b", "a"]


async def test_a_filter_stays_in_the_address(board: Stand) -> None:
    """Every word has to stand somewhere in the card: name, state, person, title, in any case."""
    await put(board, STATES["deploying"](), "acme/shop", 1)
    await put(board, STATES["locked"](), "acme/billing", 2)
    for asked, found in (
        ("SHOP", ["shop"]),
        ("mona", ["shop", "billing"]),
        ("mona+locked", ["billing"]),
        ("%2344", ["shop"]),
        ("prices tax", ["shop"]),
        ("nothing-like-it", []),
    ):
        page = await board.get(f"/?q={asked}")
        assert sorted(re.findall(r'<h2><a href="/acme/(\w+)/', page), reverse=True) == found
    assert 'value="mona locked"' in await board.get("/?q=mona+locked")
    assert "Nothing matches “nothing-like-it”." in await board.get("/?q=nothing-like-it")
    assert "「なし」に一致するものはありません" in await board.get("/?q=なし", "ja")


async def test_a_long_line_shows_its_first_five(board: Stand) -> None:
    waiting = tuple(replace(release(40), pull=pull(40, title="Speed", head="b" * 40)) for _ in range(8))
    await board.record(environment(awaiting=tuple(replace(one, fit_at=None) for one in waiting)))
    assert "and 3 more" in await board.get("/")
    assert "ほか3件" in await board.get("/", "ja")


async def test_an_environment_that_has_left_the_config_is_not_shown(board: Stand) -> None:
    """Its page and its history stay."""
    gone: Environment = environment(gone=board.now, live=live(41))
    await board.record(gone)
    assert cards(await board.get("/")) == []
    assert cards(await board.get("/acme/shop/production"))


async def test_links_to_the_runbook_and_the_channel(board: Stand) -> None:
    await board.record(environment(config=config(runbook="https://wiki.example.com/down?a=1&b=2")))
    page = await board.get("/")
    assert 'href="https://wiki.example.com/down?a=1&amp;b=2">Runbook</a>' in page
    assert 'href="https://slack.com/app_redirect?channel=C024BE91L"' in page


async def test_a_board_of_nothing(board: Stand) -> None:
    """Says how an environment comes to be there; and a repository without environments has none."""
    assert "There is no environment yet. Add .github/ghapp.yml" in await board.get("/")
    assert "環境がまだありません" in await board.get("/", "ja")


async def test_a_document_of_a_newer_version_is_locked(board: Stand) -> None:
    """Also where no other document of the repository can be read."""
    await board.record(environment(), document=b'{"schema": 99, "environment": {}}')
    (card,) = cards(await board.get("/"))
    assert words(card).startswith("acme/shop production Locked: unreadable Its document was written by a newer version")
    assert "s-unreadable" in await board.get("/acme/shop/production")
    assert "ロック中: 読み取り不可" in await board.get("/", "ja")


async def test_a_renamed_repository_has_its_newest_name(board: Stand) -> None:
    made = environment(live=live(41))
    await board.record(made)
    assert "/acme/shop/production" in await board.get("/")
    await board.record(called(made, "acme/store", 1))
    assert re.findall(r'<h2><a href="([^"]+)"', await board.get("/")) == ["/acme/store/production"]
    assert (await board.ask("/acme/shop/production")).status == 404
