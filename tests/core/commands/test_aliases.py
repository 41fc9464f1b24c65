"""Commands that name an environment by an alias in any script."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ghapp.core.commands import COMMANDS
from ghapp.core.commands.command_line import command_line
from ghapp.core.commands.grammar import Invocation, Mistake, parse
from ghapp.core.config.model import Language
from ghapp.core.config.names import plain_name
from ghapp.core.handlers.slack import means_newest
from ghapp.core.model.events import SlackCommandGiven
from ghapp.core.views import comment
from tests.core.build import NOON, REPOSITORY, Production, code, config, environment, live
from tests.core.handlers.test_from_slack import MEMBER, said, types

SHAPES = {word: spec.shape for word, spec in COMMANDS.items()}
NAMES = ("production", "prod", "本番", "ステージ", "прод")


def read(body: str) -> Invocation | Mistake | None:
    """Parses a comment in a repository with these names."""
    line = command_line(body)
    return parse(line, SHAPES, NAMES.__contains__) if line is not None else None


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("/deploy 本番", Invocation(word="deploy", environment="本番")),
        ("／deploy\u3000本番\u3000＃42", Invocation(word="deploy", environment="本番", pull=42)),
        ("/deploy ｐｒｏｄ", Invocation(word="deploy", environment="prod")),
        ("/deploy ＰＲＯＤｕｃｔｉｏｎ #42", Invocation(word="deploy", environment="production", pull=42)),
        ("/deploy ｽﾃｰｼﾞ with #41", Invocation(word="deploy", environment="ステージ", barred=(41,))),
        ("/deploy ステーシ\u3099", Invocation(word="deploy", environment="ステージ")),
        ("/deploy ПРОД", Invocation(word="deploy", environment="прод")),
        ("/lock 本番 30m", Invocation(word="lock", environment="本番", span=timedelta(minutes=30))),
        ("/lock 本番 障害対応", Invocation(word="lock", environment="本番", reason="障害対応")),
        ("/rollback 本番", Invocation(word="rollback", environment="本番")),
        ("/rollback 本番 to #41", Invocation(word="rollback", environment="本番", target=41)),
        ("/unlock 本番 確認済み", Invocation(word="unlock", environment="本番", reason="確認済み")),
        ("/status 本番", Invocation(word="status", environment="本番")),
        ("/cancel 本番", Invocation(word="cancel", environment="本番")),
        ("> hi\n\n`/deploy 本番`", Invocation(word="deploy", environment="本番")),
    ],
)
def test_a_known_alias_is_read_in_the_place_of_an_environment(line: str, meant: Invocation) -> None:
    """In its one form: width and case do not count."""
    assert read(line) == meant


@pytest.mark.parametrize(
    ("line", "mistake", "point"),
    [
        ("/deploy 検証", "bad_environment", ""),
        ("/deploy prоd", "not_ascii", "U+043E CYRILLIC SMALL LETTER O"),
        ("/deploy 本番\u200b", "not_ascii", "U+200B ZERO WIDTH SPACE"),
        ("/deploy 本番#42", "bad_environment", ""),
        ("/deploy ステ一ジ", "bad_environment", ""),
        ("/deploy 本番 #４２", "not_ascii", "４"),
        ("/deploy 本番 42", "bad_pull", ""),
        ("/deploy 本番 本番", "bad_pull", ""),
        ("/rollback 障害", "no_reason", ""),
        ("/rollback 本番 障害", "no_reason", ""),
        ("/deploy 本番 よろしく", "bad_pull", ""),
        ("/lock 本番 ２h", "not_ascii", "２"),
        ("/lock 本番 30分", "bad_span", ""),
        ("/lock 本番 ３０分 調査", "bad_span", ""),
        ("/lock 本番 ３０ｍ", "not_ascii", "３"),
        ("/lock 本番 18時まで", "bad_span", ""),
        ("/lock 本番 10abc", "bad_span", ""),
        ("/status 本番 お願い", "too_many", ""),
        ("> hi\n/deploy 本番", "in_quote", ""),
    ],
)
def test_any_other_foreign_word_is_refused_for_what_it_was_typed_for(line: str, mistake: str, point: str) -> None:
    """A look-alike of an alias is no alias; only a character that looks like an ASCII one is itself the answer."""
    found = read(line)
    assert isinstance(found, Mistake)
    assert (found.code, found.point) == (mistake, point)


@given(
    st.sampled_from(sorted(SHAPES)),
    st.text(max_size=12) | st.text(alphabet="本番ステージｐｒｏｄprod\u3099", max_size=8),
)
def test_no_command_is_read_for_another_environment_than_the_typed_one(word: str, typed: str) -> None:
    """The name that is read is the one form of the first word; a foreign one is a known name."""
    found = read(f"/{word} {typed}")
    if isinstance(found, Invocation) and found.environment is not None:
        first = typed.replace("\u3000", " ").split()[0]
        assert found.environment == plain_name(first)
        assert first.isascii() or found.environment in NAMES


@given(st.sampled_from(sorted(word for word, shape in SHAPES.items() if shape.environment)), st.sampled_from(NAMES))
def test_every_command_takes_every_known_name(word: str, name: str) -> None:
    """Alone, each is that environment."""
    assert read(f"/{word} {name}") == Invocation(word=word, environment=name)


# ---------------------------------------------------------------- decided


def aliased(*aliases: str, language: Language = "en", **more: Any) -> Production:
    """#41 is live; #42 waits; staging has an alias of its own."""
    own = config(aliases=aliases, language=language, **more)
    production = Production(environment(config=own, live=live(41), earlier=(live(40),)))
    other = config(branch="develop", aliases=("検証環境",), language=language, **more)
    production.config = dataclasses.replace(production.config, environments={"production": own, "staging": other})
    production.merges(42)
    return production


@pytest.mark.parametrize("line", ["/deploy 本番", "/deploy ｐｒｏｄ", "/deploy ＰＲＯＤＵＣＴＩＯＮ", "/deploy ﾎﾝﾊﾞﾝ"])
def test_a_deploy_by_alias(line: str) -> None:
    """It is granted on that environment, in the pull request and in Slack."""
    for speaks in (lambda one: one.says("mona", line), lambda one: types(one, line)):
        production = aliased("本番", "prod", "ホンバン", channel="C024BE91L")
        decision = speaks(production)
        assert code(decision) is None
        assert [one.name for one in decision.changed if one.deployment] == ["production"]


def test_the_other_commands_by_alias() -> None:
    """Lock, unlock, status and rollback."""
    production = aliased("本番")
    assert [one.name for one in production.says("mona", "/lock 本番 30m").changed] == ["production"]
    assert [one.name for one in production.says("mona", "/unlock 本番").changed] == ["production"]
    assert [notice.code for notice in production.says("mona", "/status 本番").notices] == ["status"]
    assert [one.name for one in production.says("mona", "/rollback 本番", on=41).changed] == ["production"]


def test_an_alias_that_the_config_names_anew_counts_at_once() -> None:
    """The config decides, also before the documents show it; an alias that it names no longer is refused."""
    production = aliased("旧")
    own = production.config.environments["production"]
    names = {**production.config.environments, "production": replace(own, aliases=("本番",))}
    production.config = dataclasses.replace(production.config, environments=names)
    assert code(production.says("mona", "/lock 旧 30m")) == "bad_environment"
    assert code(production.says("mona", "/lock 本番 30m")) is None


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("/deploy 本盤", "unknown_environment"),
        ("/deploy 本", "unknown_environment"),
        ("/lock 検証 30m", "unknown_environment"),
        ("/deploy ローカル", "bad_environment"),
        ("/deploy prоd", "not_ascii"),
        ("/unlock 障害対応のため", "bad_environment"),
    ],
)
@pytest.mark.parametrize("who", ["mona", "eve"])
def test_a_foreign_word_that_is_no_alias_changes_nothing(line: str, refused: str, who: str) -> None:
    """For an outsider, too; a near one is refused with the line that was meant."""
    production = aliased("本番", "prod")
    production.roles["eve"] = "read"
    decision = production.says(who, line)
    assert code(decision) == refused
    assert [one.name for one in decision.changed] == []


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "There is no environment `本盤` here. Did you mean `/deploy production`?"),
        ("ja", "`本盤` という環境はありません。もしかして `/deploy production` ですか?"),
    ],
)
def test_a_near_alias_is_answered_with_the_environments_own_name(language: Language, told: str) -> None:
    """A look-alike is told apart so: the proposed line is in plain letters."""
    production = aliased("本番", language=language)
    (notice,) = production.says("mona", "/deploy 本盤").notices
    assert told in comment.notice(notice, now=NOON)


def test_the_beginning_of_two_aliases_of_one_environment_is_a_near_miss() -> None:
    """Both mean the same."""
    production = aliased("本番", "本番環境")
    decision = production.says("mona", "/deploy 本")
    assert decision.refusal
    assert decision.refusal.values["line"] == "/deploy production"


def test_an_alias_of_an_environment_that_left_the_config_is_answered() -> None:
    """As its name is."""
    production = aliased("本番")
    names = {"staging": production.config.environments["staging"]}
    production.config = dataclasses.replace(production.config, environments=names)
    production.ticks()
    assert code(production.says("mona", "/lock 本番 30m")) == code(production.says("mona", "/lock production 30m"))


def test_a_deploy_by_alias_without_a_number_means_the_newest() -> None:
    """In Slack: it waits for earlier events of the repository."""
    production = aliased("本番", channel="C024BE91L")
    assert said(types(production, "/deploy 本番")).startswith("Deploying #42 to production")
    plain: dict[str, Any] = {"repository": REPOSITORY, "key": "slack/1", "person": MEMBER, "author": "slack:U1"}
    event = SlackCommandGiven(**plain, team="T1", channel="C024BE91L", text="/deploy 本番", at=NOON, reply="")
    assert means_newest(event)
    assert not means_newest(replace(event, text="/deploy 本番 #42"))
