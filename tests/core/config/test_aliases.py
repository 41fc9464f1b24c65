"""An environment's aliases: any script, one form of each, and no two that look alike."""

import json
from importlib.resources import files

import pytest

from ghapp.core.commands import COMMANDS
from ghapp.core.config.kinds import Wrong
from ghapp.core.config.model import Config, InvalidConfig, Language
from ghapp.core.config.names import is_taken, look, plain_name
from ghapp.core.config.values import ALIAS, ALIAS_BYTES
from ghapp.core.config.workflow_file import Workflow, read_workflow
from ghapp.core.config.yaml_tree import Scalar
from ghapp.core.views.problem import say_problem
from tests.core.build import config, environment
from tests.core.everywhere import read_config

EVERY_SIGN = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]


def read(*aliases: str, other: str = "[]") -> Config | InvalidConfig:
    """A file with two environments."""
    own = ", ".join(f"'{one}'" for one in aliases)
    both = f"production: {{workflow: d.yml, aliases: [{own}]}}, staging: {{workflow: d.yml, aliases: {other}}}"
    return read_config(f"environments: {{{both}}}", "c", "main")


def aliases(*written: str) -> tuple[str, ...]:
    """The aliases as they are kept."""
    config = read(*written)
    assert isinstance(config, Config), [say_problem(one, "en") for one in config.problems]
    return config.environments["production"].aliases


def problems(config: Config | InvalidConfig, language: Language = "en") -> list[str]:
    """The problems of a refused file."""
    assert isinstance(config, InvalidConfig)
    return [say_problem(one, language) for one in config.problems]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("本番", "本番"),
        ("本番-2", "本番-2"),
        ("ｐｒｏｄ", "prod"),
        ("Prod", "prod"),
        ("ﾎﾝﾊﾞﾝ", "ホンバン"),
        ("ほんは\u3099ん", "ほんばん"),
        ("本番環境ステージング", "本番環境ステージング"),
        ("佐々木", "佐々木"),
        ("Größe", "grösse"),
        ("Прод", "прод"),
        ("παραγωγής", "παραγωγήσ"),
        ("운영", "운영"),
        ("生产", "生产"),
        ("उत्पादन", "उत्पादन"),
        ("إنتاج", "إنتاج"),
        ("x" * ALIAS_BYTES, "x" * ALIAS_BYTES),
        ("本" * (ALIAS_BYTES // 3), "本" * (ALIAS_BYTES // 3)),
    ],
)
def test_an_alias_is_of_any_script_and_kept_in_one_form(written: str, kept: str) -> None:
    """Width, case and composition do not count."""
    assert aliases(written) == (kept,)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "本 番",
        "本番!",
        "本番。",
        "本番/2",
        "#本番",
        "本番\u200b",
        "本\u200d番",
        "本番\ufe0f",
        "本番\u3164",
        "\u202e本番",
        "🚀",
        "\u3099は",
        "prod_1",
        "1.5",
        "本" * (ALIAS_BYTES // 3 + 1),
        "x" * (ALIAS_BYTES + 1),
    ],
)
def test_an_alias_has_only_visible_letters_digits_and_hyphens(written: str) -> None:
    """Blanks, signs, emoji and invisible characters are refused, and so is an alias that is too long."""
    (problem,) = problems(read(written)) if written else problems(read(written))[:1]
    if written:
        assert "expected a name of letters in any script, digits and -, at most 64 bytes of UTF-8" in problem
        assert "別名は文字 (漢字やかなも可)、数字、- で、UTF-8 の64バイト以内です。" in problems(read(written), "ja")[0]


@pytest.mark.parametrize(
    "written",
    ["deploy", "ROLLBACK", "with", "to", "stop", "anyway", "for", "until", "ever", "forever", "2h", "30min", "ｆｏｒ"],
)
def test_an_alias_is_no_word_of_the_commands(written: str) -> None:
    """It could be taken for an operand."""
    (problem,) = problems(read(written))
    assert problem.endswith(f"`{plain_name(written)}` is a word of the commands, so it is no alias: choose another.")
    (japanese,) = problems(read(written), "ja")
    assert japanese.endswith(
        f"`{plain_name(written)}` はコマンドで使う語なので、別名にはできません。別の名前にしてください。"
    )


def test_every_word_of_the_commands_is_taken() -> None:
    """By the usage lines: all but the placeholders."""
    placeholders = {"environment", "pr", "d", "id", "duration", "clock", "reason"}
    usage = " ".join(spec.shape.usage for spec in COMMANDS.values())
    words = {"".join(one) for one in "".join(sign if sign.isalpha() else " " for sign in usage).split()}
    assert {word for word in words - placeholders if not is_taken(word)} == set()
    assert not is_taken("production")


@pytest.mark.parametrize(
    ("own", "others", "shown", "known"),
    [
        ("ロード", "口ード", "口ード", "ロード"),
        ("ステージ", "ステ一ジ", "ステ一ジ", "ステージ"),
        ("カナリア", "力ナリア", "力ナリア", "カナリア"),
        ("へいしゃ", "ヘいしゃ", "ヘいしゃ", "へいしゃ"),
        ("べつ", "ベつ", "ベつ", "べつ"),
        ("prod", "рrоd", "рrоd", "prod"),
        ("prod", "рrод", None, None),  # д is no d
        ("cop", "сор", "сор", "cop"),
        ("αρι", "арı", "арı", "αρι"),
        ("pov", "ροv", "ροv", "pov"),
        ("10", "lо", "lо", "10"),
        ("本番", "本番1", None, None),
    ],
)
def test_two_aliases_that_look_alike_are_refused(own: str, others: str, shown: str | None, known: str | None) -> None:
    """By Unicode's table of look-alikes, and ours of ASCII."""
    config = read(own, other=f"['{others}']")
    if shown is None:
        assert isinstance(config, Config)
        return
    assert problems(config)[0].endswith(f"`{shown}` of `staging` looks like `{known}` of `production`: choose another.")
    assert problems(config, "ja")[0].endswith(
        f"`staging` の `{shown}` は `production` の `{known}` と見分けにくいので、別の名前にしてください。"
    )


@pytest.mark.parametrize(("own", "others"), [("prod", "ｐｒｏｄ"), ("プロド", "ﾌﾟﾛﾄﾞ"), ("größe", "GRÖSSE")])
def test_two_aliases_of_one_form_are_refused(own: str, others: str) -> None:
    """They are one word."""
    said = f"`{plain_name(own)}` of `staging` is also a name of `production`: a word means one environment."
    assert problems(read(own, other=f"['{others}']"))[0].endswith(said)


def test_an_alias_of_the_same_environment_may_look_like_its_name() -> None:
    """Both mean the same."""
    assert aliases("ｐｒｏｄｕｃｔｉｏｎ", "Production", "prоduction") == ("production", "production", "prоduction")


def test_githubs_environments_are_compared_in_the_same_form() -> None:
    """A job names GitHub's environment, which may be an alias."""
    workflow = read_workflow("jobs: {release: {environment: Größe}, check: {environment: 検証}}")
    assert isinstance(workflow, Workflow)
    assert [job.name for job in workflow.deploying(aliases("GRÖSSE"))] == ["release"]
    assert [job.name for job in workflow.sparing(aliases("GRÖSSE"))] == ["check"]
    assert environment(config=config(aliases=aliases("Größe"))).answers_to("GRÖSSE")


def test_the_form_of_a_name_is_stable() -> None:
    """For every character of Unicode: a kept alias is read as itself."""
    unstable = [sign for sign in EVERY_SIGN if plain_name(plain_name(sign)) != plain_name(sign)]
    assert unstable == []


def test_a_look_holds_every_pair_of_unicodes_table() -> None:
    """Of all characters that an alias can have. Those of ASCII have looks of their own, but for ours."""
    table = json.loads(files("confusable_homoglyphs").joinpath("confusables.json").read_text(encoding="utf-8"))
    pairs = [(one, other["c"]) for one, others in table.items() for other in others if other["c"] != "-"]
    allowed = [(one, other) for one, other in pairs if kept_as_written(one) and kept_as_written(other)]
    assert len(allowed) > 1_000
    assert [(one, other) for one, other in allowed if look(one) != look(other)] == []
    plain = "abcdefghijknopqrstuvxyz-23456789"
    assert len({look(sign) for sign in plain}) == len(plain)


def kept_as_written(sign: str) -> bool:
    """Whether a character can stand in an alias, at least behind another."""
    return len(sign) == 1 and plain_name(sign) == sign and _is_alias(f"x{sign}")


def _is_alias(text: str) -> bool:
    try:
        return ALIAS.read(Scalar(1, 1, text, plain=True)) == text
    except Wrong:
        return False
