"""One table of keys gives the reader, the documentation and the schema for editors."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft7Validator, meta
from msgspec.structs import fields

from ghapp.core.config import docs, yaml_tree
from ghapp.core.config.keys import ENVIRONMENT, SHARED
from ghapp.core.config.kinds import Key
from ghapp.core.config.model import Config, EnvironmentConfig, InvalidConfig, Language
from ghapp.core.config.writer import effective
from ghapp.core.views import problem
from tests.core.everywhere import read_config

DOCS = Path(__file__).parents[3] / "docs"
RENDER = "python -c \"from ghapp.core.config import docs as p; print(p.as_markdown(), end='')\""
SMALL = "environments: {staging: {workflow: deploy.yml}, production: {workflow: deploy.yml}}"


@cache
def schema() -> Any:
    """The published schema."""
    return json.loads((DOCS / "ghapp.schema.json").read_text())


def test_the_page_is_as_rendered() -> None:
    """The page is never written by hand."""
    written = (DOCS / "configuration.md").read_text()
    assert written == docs.as_markdown(), f"render it anew: {RENDER} > docs/configuration.md"


def test_the_schema_is_as_rendered() -> None:
    """The schema is rendered too, and is a valid schema."""
    written = (DOCS / "ghapp.schema.json").read_text()
    assert written == docs.as_json_schema(), "render it anew: ghapp check --schema > docs/ghapp.schema.json"
    meta.validate(schema())


def inside(key: Key, text: str) -> str:
    """A file with one setting written."""
    if key in SHARED:
        return f"{text}\n{SMALL}"
    rest = "" if text.startswith("workflow:") else "    workflow: deploy.yml\n"
    return f"environments:\n  staging: {{workflow: deploy.yml}}\n  production:\n{rest}    {text}\n"


@pytest.mark.parametrize("key", [*SHARED, *ENVIRONMENT], ids=lambda key: key.name)
def test_each_example_and_each_default_can_be_copied(key: Key) -> None:
    """The documented default equals the value of an omitted setting."""
    examples = [key.example, *([f"{key.name}: {key.default}"] if key.default else [])]
    read = [read_config(inside(key, text), "c", "main") for text in examples]
    assert all(isinstance(config, Config) for config in read)
    if key.default:
        assert read[-1] == read_config(SMALL, "c", "main")


def test_the_settings_are_exactly_the_fields_of_the_environment_config() -> None:
    """No setting is read and then lost."""
    named = {
        inner.name for key in (*SHARED, *ENVIRONMENT) for inner in (key.kind.keys if key.name == "slack" else (key,))
    }
    assert named == {field.name for field in fields(EnvironmentConfig)} - {
        "sha",
        "acting",
        "default_branch",
        "policy",
        "policy_file",
        "not_allowed",
        "followed_by",
    }


def test_the_effective_config_can_be_written_and_read_again() -> None:
    """The output of `ghapp check --effective` is a file with the same meaning."""
    config = read_config(docs.full_example(), "c", "main")
    assert isinstance(config, Config)
    assert read_config(effective(config), "c", "main") == config


def env(text: str) -> str:
    """A file whose only environment has this setting."""
    return f"environments:\n  production:\n    workflow: deploy.yml\n    {text}\n"


VALID = (
    SMALL,
    docs.full_example(),
    "# a comment\nenvironments: {no: {workflow: a.yaml}, '012': {workflow: b.yml}}",
    "language: en\ntimezone: America/Argentina/Buenos_Aires\n" + SMALL,
    "people: {'012': U024BE7LH, no: W024BE7LH}\n" + SMALL,
    "slack: {}\npeople: {}\n" + SMALL,
    env("deployers: [admin, read, mona, 42]"),
    "environments: {p: {workflow: デプロイ.yml}, q: {workflow: 'deploy (eu) +1 [x].yaml'}}",
    env("github_environment: 'Prod / EU_1.0 本番'"),
    env("aliases: [1, true, a-b]"),
    env("aliases: [Prod, 本番, ｽﾃｰｼﾞ, Größe]"),
    env("branch: 1.5"),
    env("branch: release/1.x"),
    env("gate: []"),
    env("inputs: {}"),
    env("inputs: {count: 3, dry: false, text: 'a {sha} b', odd: '{}}'}".replace("{}}", "}{")),
    *(
        env(f"freeze: [{window}]")
        for window in (
            "{weekdays: [fri, mon], reason: x}",
            '{weekdays: [fri], from: "17:00", until: "24:00", reason: x}',
            "{from: 2026-12-28, until: 2027-01-04, reason: new year}",
            "{holidays: JP, reason: x}",
            "{holiday_eve: DE, until: 12:00, reason: x}",
            '{from: "00:00", until: "00:01", reason: x}',
        )
    ),
    *(env(f"lock: {length}") for length in ("1m", "9m", "10m", "1440m", "999m", "24h", "1d", "23h")),
    *(env(f"cooldown: {length}") for length in ("0m", "0h", "0d", "1440m")),
)
INVALID = (
    "",
    "[]",
    "a",
    "language: en",
    "environments: {}",
    "environments: []",
    "environments: {production: }",
    "environments: {production: {}}",
    "environments: {Production: {workflow: d.yml}}",
    "environments: {" + "a" * 65 + ": {workflow: d.yml}}",
    "environments: {" + ", ".join(f"e-{number}x: {{workflow: d.yml}}" for number in range(41)) + "}",
    "enviroments: {production: {workflow: deploy.yml}}",
    "language: jp\n" + SMALL,
    "language:\n" + SMALL,
    "timezone: 9\n" + SMALL,
    "timezone: ../etc/passwd\n" + SMALL,
    "timezone: ''\n" + SMALL,
    "people: [mona]\n" + SMALL,
    "people: {mona: mona}\n" + SMALL,
    "people: {mo.na: U024BE7LH}\n" + SMALL,
    "slack: C024BE91L\n" + SMALL,
    "slack: {chanel: C024BE91L}\n" + SMALL,
    "slack: {channel: '#deploys'}\n" + SMALL,
    "slack: {channel: C024BE91L, fallback: U024BE7LH}\n" + SMALL,
    "environments: {p: {workflow: ../deploy.yml}}",
    "environments: {p: {workflow: [deploy.yml]}}",
    "environments: {p: {workflow: a@b.yml}}",
    env("workflw: deploy.yml"),
    env("lock:"),
    *(
        env(f"lock: {length}")
        for length in ("30", "0m", "0h", "01m", "1441m", "25h", "2d", "1e3m", "-1m", "30 m", "30s")
    ),
    *(env(f"cooldown: {length}") for length in ("1441m", "10abc", "00m", "2000m")),
    env("deployers: []"),
    env("deployers: write"),
    env("deployers: [none]"),
    env("deployers: [mo na]"),
    env("deployers: [{a: b}]"),
    env("aliases: [prod_1]"),
    env("aliases: ['本 番']"),
    env("aliases: [1.5]"),
    env("branch: a b"),
    env("branch: [main]"),
    env("branch: ~"),
    env("gate: [deploy]"),
    env("gate: deployment"),
    env("inputs: {a b: c}"),
    env("inputs: {a: '{shaa}'}"),
    env("inputs: {a: '{SHA}'}"),
    env("inputs: {a: }"),
    env("inputs: {a: [b]}"),
    env("language: ja"),
    *(
        env(f"freeze: [{window}]")
        for window in (
            "{weekdays: [fri]}",
            "{weekdays: [], reason: x}",
            "{weekdays: fri, reason: x}",
            "{weekdays: [friday], reason: x}",
            "{reason: x}",
            "{from: 17:00, reason: x}",
            "{from: 17:00, until: 2026-12-28, reason: x}",
            "{from: 2026-12-28, reason: x}",
            "{weekdays: [fri], holidays: JP, reason: x}",
            "{weekdays: [fri], from: 2026-12-28, until: 2027-01-04, reason: x}",
            "{holidays: Japan, reason: x}",
            "{holidays: JP, from: 9:00, reason: x}",
            "{holidays: JP, until: 24:30, reason: x}",
            "{holidays: JP, reason: ' '}",
            "{holidays: JP, reason: x, until_: y}",
        )
    ),
    env("freeze: {weekdays: [fri], reason: x}"),
)


@pytest.mark.parametrize("text", VALID)
def test_the_schema_accepts_every_valid_file(text: str) -> None:
    """An editor marks no valid file."""
    assert isinstance(read_config(text, "c", "main"), Config), read_config(text, "c", "main")
    assert [
        error.message for error in Draft7Validator(schema()).iter_errors(yaml_tree.plain(yaml_tree.read(text)))
    ] == []


@pytest.mark.parametrize("text", INVALID)
def test_the_schema_refuses_invalid_files(text: str) -> None:
    """An editor marks the mistake before the push."""
    assert not isinstance(read_config(text, "c", "main"), Config)
    assert not Draft7Validator(schema()).is_valid(yaml_tree.plain(yaml_tree.read(text)))


ONLY_THE_READER_KNOWS = (
    "timezone: Asia/Edo\n" + SMALL,
    env("freeze: [{holidays: ZZ, reason: x}]"),
    env("freeze: [{weekdays: [fri], from: 17:00, until: 16:00, reason: x}]"),
    env("freeze: [{from: 2026-02-30, until: 2026-03-01, reason: x}]"),
    "environments: {a: {workflow: d.yml, aliases: [b]}, b: {workflow: d.yml}}",
    env("aliases: [forever]"),
    env("aliases: [🚀]"),
    "environments: {prod-1: {workflow: d.yml}, prod-l: {workflow: d.yml}}",
)


@pytest.mark.parametrize("text", ONLY_THE_READER_KNOWS)
def test_the_reader_refuses_mistakes_that_a_schema_cannot_express(text: str) -> None:
    """`ghapp check` finds more than an editor."""
    assert not isinstance(read_config(text, "c", "main"), Config)
    assert Draft7Validator(schema()).is_valid(yaml_tree.plain(yaml_tree.read(text)))


@pytest.mark.parametrize("key", ENVIRONMENT, ids=lambda key: key.name)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_unreadable_value_has_a_sentence(key: Key, language: Language) -> None:
    """Any wrong value gives a problem with a sentence, never a crash."""
    for bad in ('"\\u0001"', "[[]]", "{x: {y: z}}", "-1", '""'):
        text = inside(key, f"{key.name}: {bad}")
        found = read_config(text, "c", "main")
        if isinstance(found, InvalidConfig):
            assert all(problem.say_problem(one, language) for one in found.problems)
