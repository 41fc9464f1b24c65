"""The sentences of sign-in, in the browser's language."""

from datetime import UTC, datetime
from typing import get_args

import pytest
from aiohttp.test_utils import make_mocked_request

from ghapp.core.config.model import Language
from ghapp.core.views.markup import Plain
from ghapp.core.words import WORDS, Voice
from ghapp.doors.board.rendering import render
from ghapp.doors.board.sentence_page import sentence_page
from ghapp.doors.board.visitors import Person

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
ON_PAGES = {"sign_in.as", "sign_in.out", "sign_in.stale", "sign_in.link", "sign_in.board"}


@pytest.mark.parametrize("language", get_args(Language))
def test_each_sentence_has_a_page_in_both_languages(language: Language) -> None:
    """With the way on."""
    asked = make_mocked_request("GET", "/", {"Accept": "text/html", "Accept-Language": language})
    for code in [code for code in WORDS[language] if code.startswith("sign_in.") and code not in ON_PAGES]:
        page = sentence_page(asked, NOON, 400, code)
        assert f'lang="{language}"' in str(page.text)
        assert 'href="/' in str(page.text)


@pytest.mark.parametrize("language", get_args(Language))
def test_a_page_names_the_person_and_an_old_list(language: Language) -> None:
    """And has the way out."""
    voice = Voice(language, "Asia/Tokyo", Plain(), NOON)
    viewer = Person("mona", "token", frozenset(), NOON, stale=NOON)
    page = render("not_found.html", voice, viewer=viewer, overview=None, frame="base.html")
    assert "mona" in page
    assert 'action="/logout"' in page
    assert "21:00 JST" in page
