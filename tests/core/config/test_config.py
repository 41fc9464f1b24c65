"""Reading the config file, and the problems that it may have."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from ghapp.core.config import reader
from ghapp.core.config.model import (
    POLICY_UNREAD,
    Config,
    EnvironmentConfig,
    InvalidConfig,
    Language,
    NotAllowed,
    PolicyFile,
)
from ghapp.core.config.reader import read_policy_in_full
from ghapp.core.config.targets import read_allowance
from ghapp.core.config.workflow_check import Findings, advise_apps, apps, check_workflows, logins, refuse_app
from ghapp.core.config.workflow_file import Input, Workflow, WorkflowJob
from ghapp.core.views.problem import line
from tests.core.everywhere import proposed, read_config, said

SHA = "c" * 40


INPUTS = {name: Input() for name in ("sha", "environment", "ghapp")}


def valid(text: str) -> Config:
    """Reads a valid file."""
    config = read_config(text, SHA, "main")
    assert isinstance(config, Config), config
    return config


def problems(text: str, language: Language = "en") -> list[str]:
    """All problems of an invalid file."""
    config = read_config(text, SHA, "main")
    assert isinstance(config, InvalidConfig), config
    return [line(problem, language) for problem in config.problems]


def test_the_smallest_file() -> None:
    """One environment and its workflow; everything else has a default."""
    config = valid("environments: {production: {workflow: deploy.yml}}").environments["production"]
    assert config.branch == "main"
    assert config.lock == timedelta(minutes=30)
    assert config.cooldown == timedelta(0)
    assert config.inputs == {"sha": "{sha}", "environment": "{environment}", "ghapp": "{ticket}"}
    assert (config.deployers, config.rollbackers, config.unlockers) == (("write",), None, None)
    assert (config.language, config.timezone, config.channel) == ("en", "UTC", None)


def test_a_character_written_as_two_surrogate_escapes() -> None:
    """Two surrogate escapes make one character, as in JSON; one alone is none and could not be stored."""
    frozen = 'freeze: [{{from: "13:00", until: "15:00", reason: "{}"}}]'
    text = "environments:\n  production:\n    workflow: deploy.yml\n    " + frozen
    config = valid(text.format(r"lunch \ud83c\udf71")).environments["production"]
    assert config.freeze[0].reason == "lunch 🍱"
    (problem,) = problems(text.format(r"lunch \ud83c"))
    assert problem == "line 4, column 54: this is not YAML: half a character."


def test_a_full_file() -> None:
    """Settings at the top hold for each environment; an environment's own setting overrides them."""
    config = valid(
        """
slack: {channel: C024BE91L, fallback: "S0614TZR7"}
language: ja
timezone: Asia/Tokyo
people: {mona: U024BE7LH}
environments:
  production:
    aliases: [prod]
    branch: release/1.x
    workflow: deploy.yml
    inputs: {ref: "{sha}", env: "{environment}", ghapp: "{ticket}"}
    lock: 2h
    cooldown: 5m
    deployers: [maintain, mona]
    unlockers: [admin]
    gate: []
    slack: {channel: C0OTHER}
  no:
    workflow: other.yaml
"""
    )
    production, other = config.environments["production"], config.environments["no"]
    assert (production.channel, other.channel) == ("C0OTHER", "C024BE91L")
    assert production.fallback == "S0614TZR7"
    assert production.lock == timedelta(hours=2)
    assert production.branch == "release/1.x"
    assert production.gate == ()
    assert other.language == "ja"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("   ", "line 1, column 1: expected a file with `environments:`"),
        ("language: en", "line 1, column 1: `environments` is missing, for example"),
        ("environments: {}", "line 1, column 15: expected at least one environment"),
        (
            "environments: {p: {workflow: d.yml}}\nenviroment: 1",
            "line 2, column 1: `enviroment` is not a setting here; did",
        ),
        (
            "environments:\n  p:\n    workflw: d.yml",
            "line 3, column 5: `workflw` is not a setting here; did you mean `workflow`?",
        ),
        (
            "environments:\n  p: {lock: 1h}",
            "line 2, column 6: `workflow` is missing, for example `workflow: deploy.yml`",
        ),
        ("environments:\n  p: {workflow: ../d.yml}", "line 2, column 17: expected the name of a file"),
        ("environments:\n  Prod: {workflow: d.yml}", "line 2, column 3: an environment's name is"),
        ("environments:\n  p: {workflow: d.yml, lock: 30}", "line 2, column 30: expected a duration from 1m to 24h"),
        ("environments:\n  p: {workflow: d.yml, lock: 25h}", "line 2, column 30: expected a duration from 1m to 24h"),
        ("environments:\n  p: {workflow: d.yml, local: x}", "`local` is not supported by this version yet"),
        ("environments:\n  p: {workflow: d.yml, deployers: []}", "expected at least 1 in this list"),
        ("environments:\n  p: {workflow: d.yml, deployers: ['@acme']}", "expected a team as `@organisation/team`"),
        ("environments:\n  p: {workflow: d.yml, deployers: ['app/']}", "expected an App as `app/release-bot`"),
        ("environments:\n  p: {workflow: d.yml, deployers: ['app/a/b']}", "expected an App as `app/release-bot`"),
        ("environments:\n  p: {workflow: d.yml, deployers: ['release-bot[bot]']}", "expected a role"),
        ("environments:\n  p: {workflow: d.yml, deployers: ['@acme/SRE team']}", "not `@acme/SRE team`"),
        ("environments:\n  p: {workflow: d.yml, gate: [deploy]}", "did you mean `deployment`?"),
        ("environments:\n  p: {workflow: d.yml, inputs: {a: '{shaa}'}}", "`{shaa}` is not known here"),
        (
            f"environments:\n  p: {{workflow: d.yml, inputs: {{a: {'x' * 1001}}}}}",
            "an input has at most 1000 characters",
        ),
        ("timezone: Tokyo\nenvironments: {p: {workflow: d.yml}}", "line 1, column 11: `Tokyo` is not a time zone"),
        ("timezone: ../etc/passwd\nenvironments: {p: {workflow: d.yml}}", "is not a time zone"),
        ("language: jp\nenvironments: {p: {workflow: d.yml}}", "line 1, column 11: `jp` is not known"),
        ("people: {mona: mona}\nenvironments: {p: {workflow: d.yml}}", "expected a Slack member id"),
        (
            "people:\n  mona: U024BE7LH\n  ken: U024BE7LH\nenvironments: {p: {workflow: d.yml}}",
            "line 3, column 8: `U024BE7LH` is linked to `mona` already",
        ),
        (
            "environments: {a: {workflow: d.yml, aliases: [b]}, b: {workflow: d.yml}}",
            "`b` of `b` is also a name of `a`",
        ),
        ("a: 1\na: 2", "line 2, column 1: `a` is written twice"),
        ("a: &x 1\nb: *x", "anchors and aliases are not read here"),
        ("a: !!python/object:os.system x", "tags are not read here"),
        ("a: [1, 2", "this is not YAML"),
        ("a: b\n---\na: b", "there is more than one document"),
        ("\t- a", "line 1, column 1: YAML does not take a tab here: use blanks."),
        ("a: \x00", "this is not YAML"),
        ("[" * 50 + "]" * 50, "nested deeper than 10 levels"),
        ("#" * 65_537, "larger than 64 KiB"),
        ("あ" * 21_846, "larger than 64 KiB"),
        ("a: \ud800", "this is not YAML"),
        ("environments: {p: {workflow: d.yml,\tlock: 1h,\n\tturn: 2m}}", "YAML does not take a tab here"),
        ("environments:\n\tp: {workflow: d.yml}", "line 2, column 1: YAML does not take a tab here"),
        (
            "environments:\n  p: {workflow: d.yml, deployers: [write, @acme/sre]}",
            'line 2, column 43: no value begins with `@` in YAML: put the whole value in quotes, `"@…"`.',
        ),
        ("environments:\n  p:\n    deployers:\n      - @acme/sre\n", "line 4, column 9: no value begins with `@`"),
        ("environments: {p: {workflow: d.yml, skip_label: %done}}", "no value begins with `%` in YAML"),
        ("environments: {p: {workflow: d.yml, github_environment: ' p'}}", "expected the name of a GitHub environment"),
        (
            "environments:\n  p: {workflow: d.yml, aliases: [prod]}\n"
            "  s: {workflow: d.yml, github_environment: Prod}\n  t: {workflow: d.yml, github_environment: t/1}\n"
            "  u: {workflow: d.yml, github_environment: T/1}",
            "line 3, column 44: the GitHub environment `Prod` already belongs to `p`.\n"
            "line 5, column 44: the GitHub environment `T/1` already belongs to `t`.",
        ),
        ("environments: {p: {workflow: a/b.yml}}", "expected the name of a file in `.github/workflows`"),
        ("environments: {p: {workflow: d.yml, aliases: [" + "a," * 101 + "]}}", "expected at most 100 here"),
        ("a: [" + "a," * 8000 + "]", "the file holds more than 8000 values"),
        (
            "environments: {prod-1: {workflow: d.yml}, prod-l: {workflow: d.yml}}",
            "`prod-l` of `prod-l` looks like `prod-1`",
        ),
        ("environments: {prom: {workflow: d.yml}, prorn: {workflow: d.yml}}", "looks like `prom` of `prom`"),
        ("environments: {p: {workflow: d.yml, aliases: [q0]}, qo: {workflow: d.yml}}", "looks like `q0` of `p`"),
        ("environments: {p: {workflow: d.yml, workflow: e.yml}}", "`workflow` is written twice"),
        ("environments: {p: {workflow: d.yml, 'workflow': e.yml}}", "`workflow` is written twice"),
        ("environments: {p: {workflow: d.yml, <<: {lock: 1h}}}", "`<<` is not a setting here"),
        ("? [a]\n: b", "a key is a single word"),
    ],
)
def test_problems_name_the_place_and_the_expected_value(text: str, problem: str) -> None:
    """Each problem has its line and column, the expected value, and the nearest existing name."""
    assert problem in "\n".join(problems(text))


def test_nesting_is_limited() -> None:
    """The sentence names the deepest level that is allowed; a value inside it is no level of its own."""
    for inside in ("", "x"):
        assert "nested" not in problems("[" * 10 + inside + "]" * 10)[0]
        assert "nested deeper than 10 levels" in problems("[" * 11 + inside + "]" * 11)[0]
    assert "nested" not in problems("{a: " * 10 + "x" + "}" * 10)[0]
    assert "nested deeper than 10 levels" in problems("{a: " * 11 + "x" + "}" * 11)[0]


def kanji(environment: int, alias: int) -> str:
    """One of many aliases, with characters of its own."""
    return "".join(chr(0x4E00 + (environment * 525 + alias * 21 + place) % 20_000) for place in range(21))


BOMBS = {
    "aliases": "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"b{i}: &b{i} [*a,*a,*a]\n" for i in range(20)),
    "depth": "[" * 65_000,
    "braces": "{a: " * 16_000,
    "a list": "environments: {p: {workflow: d.yml, aliases: [" + "a," * 32_000 + "]}}",
    "foreign aliases": "environments:\n"
    + "".join(
        f" e{i}: {{workflow: d.yml, aliases: [{', '.join(kanji(i, n) for n in range(25))}]}}\n" for i in range(39)
    ),
    "unknown keys": "environments:\n  p:\n" + "".join(f"    enviro{i}: 1\n" for i in range(3600)),
    "people": "people: {" + ",".join(f"u_{i}: x{i}" for i in range(3900)) + "}",
    "one long word": "a: " + "x" * 65_000,
    "an open quote": '"' + "a " * 32_000,
    "open placeholders": "environments: {p: {workflow: d.yml, inputs: {a: '" + "{" * 60_000 + "'}}}",
    "blank lines": "\n" * 65_000,
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_the_worst_file_is_answered_within_200_milliseconds(text: str) -> None:
    """The best of three runs, in this thread's own time; other load and a slow machine do not count."""

    def read() -> None:
        found = reader.read_config(text, SHA, "main")
        told = found.problems if isinstance(found, InvalidConfig) else ()
        assert len(told) <= 200

    slower = max(1, min(took(makes_objects) for _ in range(3)) / 0.02)
    assert min(took(read) for _ in range(3)) <= 0.2 * slower


def took(what: Callable[[], object]) -> float:
    """Seconds of this thread's time."""
    began = time.thread_time()
    what()
    return time.thread_time() - began


def makes_objects() -> None:
    """Similar work: a machine that takes longer than 20 ms for it is slow, and the bound grows in proportion."""
    [{"line": line, "text": f"{line}"} for line in range(100_000)]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ("require: {checks: some}", "config.checks"),
        ('require: {checks: [" a"]}', "config.check"),
        ("require: {approvals: 99}", "config.approvals"),
        ("rollback: {runner: spinnaker, application: a, deployment_group: g, region: eu-central-1}", "config.runner"),
        ("rollback: {runner: codedeploy, application: a b/, deployment_group: '', region: x}", "config.group_name"),
        ("rollback: {runner: codedeploy, application: a, deployment_group: g, region: here}", "config.region"),
        ("rollback: {runner: codedeploy, role_arn: admin}", "config.role_arn"),
        ("rollback: {runner: codedeploy, external_id: ghapp:1}", "config.external_id"),
    ],
)
def test_every_refused_value_has_a_problem_that_names_the_valid_ones(settings: str, code: str) -> None:
    """At its place, in both languages."""
    found = read_config(f"environments: {{p: {{workflow: d.yml, {settings}}}}}", SHA, "main")
    assert isinstance(found, InvalidConfig)
    assert code in [problem.code for problem in found.problems]


def runbook(address: str) -> str:
    """A file whose fourth line names it."""
    return f"environments:\n  p:\n    workflow: d.yml\n    runbook: {address}\n"


@pytest.mark.parametrize(
    "address",
    [
        "https://wiki.example.com",
        "http://wiki:8080/?page=on-call#first",
        "https://wiki.example.com/Shop_(old)/@acme/[1]/%E9%81%8B%E7%94%A8?a=1&b=2;c~d,e!f$g*h+i",
        "https://wiki.example.com/" + "a" * 475,
    ],
)
def test_a_runbook_is_an_address(address: str) -> None:
    """Stored as it is written."""
    assert valid(runbook(f'"{address}"')).environments["p"].runbook == address


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "data:text/html,hello", "ftp://wiki.example.com/", "//wiki.example.com/", "wiki"),
        *("HTTPS://wiki.example.com/", "https://", "https:///a", "https://-a/", "https://a-/", "https://[::1]/"),
        *("https://wiki.example.com/a b", "https://wiki.example.com/ ", r"https://a/\n", r"https://a/\u0007", r"\0"),
        *("https://a/<b>", "https://a/b|c", "https://a/`b`", r"https://a/\"b", "https://a/'b", r"https://a/\\b"),
        *("https://a/{sha}", "https://a/^", "https://ウィキ.example.com/", "https://a/運用", "https://a/\u00a0"),
        *(r"https://a/\u202egpj", r"https://a/\u200b", r"https://a\u2044b/", "https://a:123456/", "https://a:b/"),
        "https://wiki.example.com/" + "a" * 476,
        "https://wiki.example.com/" + "a" * 3000,
        "https://" + "a" * 300 + "/",
    ],
)
def test_a_hostile_runbook_is_refused_at_its_place(address: str) -> None:
    """It would lead elsewhere, break the message that links it, or hide where it leads."""
    (problem,) = problems(runbook(f'"{address}"'))
    assert problem.startswith("line 4, column 14: expected an http or https address like https://wiki.example.com/shop")
    assert len(problem) < 400
    assert problem.isprintable()


@pytest.mark.parametrize(
    "address",
    [
        *("https://mona:hunter2@wiki.example.com/", "https://hunter2@wiki.example.com/a", "https:mona:hunter2@wiki/"),
        *(
            "mona:hunter2@wiki.example.com",
            "//mona:hunter2@wiki/",
            r"https:\\\\mona:hunter2@wiki/",
            "https:///hunter2@a",
        ),
    ],
)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_user_in_a_runbook_is_refused_and_not_repeated(address: str, language: Language) -> None:
    """It may be a password, and the problem is shown on GitHub."""
    (problem,) = problems(runbook(f'"{address}"'), language)
    assert "hunter2" not in problem
    assert ("user name or a password" if language == "en" else "パスワード") in problem


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("language: ja\nenvironments: {}", "ja"),
        ("language: ja\nenvironments: [", "ja"),
        ('environments: {a: *b}\nlanguage: "ja" # ours', "ja"),
        ("language: en\n\t: [", "en"),
        ("language: fr\nenvironments: {}", None),
        ("environments: {p: {language: ja", None),
        ("environments: {}", None),
    ],
)
def test_problems_of_an_unusable_file_are_in_the_language_it_names(text: str, language: str | None) -> None:
    """This holds even if the file is not YAML; None where it names no known language."""
    found = read_config(text, SHA, "main")
    assert isinstance(found, InvalidConfig)
    assert found.language == language


def test_a_valid_config_may_get_advice() -> None:
    """Advice about the workflows, on a pull request whose config is valid."""
    text = "environments: {p: {workflow: d.yml}}"
    advised = check_workflows(valid(text), text, {"d.yml": Workflow(dispatch=True, inputs=INPUTS)})
    assert [one.code for one in advised.advice] == ["workflow.run_name"]
    proposed(valid(text), advised)


def test_a_missing_branch_is_advice_at_its_line() -> None:
    """As advice: the branch may be created later."""
    text = "environments:\n  p: {workflow: d.yml}\n  q: {workflow: d.yml, branch: relase}"
    files = {"d.yml": Workflow(dispatch=True, inputs=INPUTS)}
    advised = check_workflows(valid(text), text, files, {"relase"})
    found = [one for one in advised.advice if one.code == "branch.none"]
    assert [(one.line, one.values["environment"], one.values["branch"]) for one in found] == [(3, "q", "relase")]
    assert advised.problems == ()
    proposed(valid(text), advised)


def test_a_login_that_may_not_write_is_advice() -> None:
    """At its list: the name alone grants nothing."""
    text = (
        "environments:\n  p: {workflow: d.yml}\n  q:\n    workflow: d.yml\n    unlockers: [admin, '@acme/sre', ken]\n"
    )
    files = {"d.yml": Workflow(dispatch=True, inputs=INPUTS)}
    assert logins(valid(text)) == ("ken",)
    advised = check_workflows(valid(text), text, files, (), {"ken"})
    found = [one for one in advised.advice if one.code == "login.no_write"]
    assert [(one.line, one.values["environment"], one.values["login"]) for one in found] == [(5, "q", "ken")]
    proposed(valid(text), advised)


NAMES_APPS = (
    "environments:\n  p:\n    workflow: d.yml\n    deployers: [write, app/release-bot, app/Evil-Bot, app/ghapp]\n"
)


def test_an_app_that_cannot_act_is_advice() -> None:
    """At its list: GitHub shows no such App, or it belongs to another owner. It is no login."""
    config = valid(NAMES_APPS)
    assert logins(config) == ()
    assert apps(config) == {"release-bot", "evil-bot", "ghapp"}
    advice = advise_apps(config, NAMES_APPS, {"release-bot": "", "evil-bot": "mallory"})
    assert [(one.line, one.code, one.values["app"]) for one in advice] == [
        (4, "app.none", "release-bot"),
        (4, "app.foreign", "evil-bot"),
    ]
    proposed(config, Findings(advice=advice))


def test_our_own_app_is_refused() -> None:
    """At its list."""
    found = refuse_app(valid(NAMES_APPS), NAMES_APPS, "GHAPP")
    assert isinstance(found, InvalidConfig)
    assert [(one.line, one.code) for one in found.problems] == [(4, "config.app.own")]
    proposed(found)
    assert refuse_app(valid(NAMES_APPS), NAMES_APPS, "ghapp-too") == valid(NAMES_APPS)


def test_a_workflow_that_bypasses_the_lock_is_advice() -> None:
    """An error would stop repositories whose workflow has its own reasons."""
    text = "environments: {p: {workflow: d.yml}}"
    trapped = Workflow(dispatch=True, inputs=INPUTS, others={"push": 3}, cancels=5, jobs=(WorkflowJob(name="ship"),))
    advised = check_workflows(valid(text), text, {"d.yml": trapped})
    assert [one.code for one in advised.advice] == ["workflow.run_name", "workflow.past_lock", "workflow.cancels"]
    assert advised.problems == ()
    proposed(valid(text), advised)


def test_all_problems_are_reported_at_once() -> None:
    """Otherwise an author would have to push once for each line."""
    text = "language: jp\ntimezone: Tokyo\nenvironments:\n  p: {workflow: d.yml, lock: 1}"
    assert [problem.split(",")[0] for problem in problems(text)] == ["line 1", "line 2", "line 4"]


def test_yaml_words_and_numbers_stay_text() -> None:
    """`no` is a name, not false; `012` is not ten."""
    config = valid("people: {'012': U024BE7LH, no: U024BE7LI}\nenvironments: {no: {workflow: d.yml}}")
    assert config.environments["no"].people == {"012": "U024BE7LH", "no": "U024BE7LI"}


# ---------------------------------------------------------------- the owner's rules

ADDRESS, BLOB = "acme/policies/.github/ghapp.yml", "b" * 40
SMALL = "environments: {production: {workflow: d.yml}}"


def codes_in_full(rules: str) -> list[str]:
    """The problems of an owner's rules, as the holder of the file reads them, in both languages."""
    found = read_policy_in_full(PolicyFile(ADDRESS, rules, BLOB))
    assert isinstance(found, InvalidConfig)
    said(found.problems)
    return [problem.code for problem in found.problems]


def owned(owner: str, own: str = SMALL) -> Config | InvalidConfig:
    """Reads a file under the owner's rules."""
    return read_config(own, SHA, "main", PolicyFile(ADDRESS, owner, BLOB))


def terms_of(config: Config | InvalidConfig) -> EnvironmentConfig:
    """The environment config of production."""
    assert isinstance(config, Config), config
    return config.environments["production"]


def test_the_owners_settings_hold_where_the_repository_sets_none() -> None:
    """Four settings; an environment's own go before the repository's, and those before the owner's."""
    owner = "slack: {channel: C0OWNER, fallback: S0614TZR7}\nlanguage: ja\ntimezone: Asia/Tokyo"
    found = terms_of(owned(owner))
    assert (found.channel, found.fallback, found.language, found.timezone) == (
        "C0OWNER",
        "S0614TZR7",
        "ja",
        "Asia/Tokyo",
    )
    found = terms_of(owned(owner, f"slack: {{channel: C0REPO}}\nlanguage: en\n{SMALL}"))
    assert (found.channel, found.fallback, found.language, found.timezone) == (
        "C0REPO",
        "S0614TZR7",
        "en",
        "Asia/Tokyo",
    )


def test_only_people_whom_the_owner_links_may_act() -> None:
    """People linked only by the repository are mentioned but may not act; the owner's link outranks it."""
    own = f"people: {{mona: U0FAKE00, ken: U0KEN000}}\n{SMALL}"
    found = terms_of(owned("people: {mona: U024BE7LH}", own))
    assert found.slack_actors == {"mona": "U024BE7LH"}
    assert found.people == {"mona": "U0FAKE00", "ken": "U0KEN000"}
    assert terms_of(owned("people: {}", own)).slack_actors == {}
    alone = terms_of(owned("language: en", own))
    assert alone.slack_actors == alone.people == {"mona": "U0FAKE00", "ken": "U0KEN000"}


def test_one_slack_member_under_two_logins_is_a_problem_of_the_owners_file() -> None:
    """The acting login would be ambiguous; the problem is in the language of the repository that reads it."""
    twice = "people:\n  mona: U024BE7LH\n  ken: U024BE7LH"
    found = owned(twice, f"language: ja\n{SMALL}")
    assert isinstance(found, InvalidConfig)
    (problem,) = found.problems
    assert (problem.line, problem.column, problem.code) == (3, 8, "config.owners")
    assert codes_in_full(twice) == ["config.login.twice"]
    assert found.language == "ja"
    assert found.file.startswith("acme/")
    assert terms_of(owned("people: {mona: U024BE7LH}", f"people: {{ken: U024BE7LH}}\n{SMALL}")).slack_actors == {
        "mona": "U024BE7LH"
    }


def test_problems_of_the_owners_rules_name_their_address() -> None:
    """In the repository's language, and before any problem of its own file: the rules cannot be bypassed."""
    found = owned("deployers: [read]", f"language: ja\n{SMALL}")
    assert isinstance(found, InvalidConfig)
    assert (found.file, found.language, found.of_owner) == (ADDRESS, "ja", True)
    assert line(found.problems[0], "en") == (
        "line 1, column 1: a mistake in the owner's rules: `ghapp check --policy` names it."
    )
    assert isinstance(owned("environments: {p: {workflow: d.yml}}"), InvalidConfig)
    both = owned("[", "[")
    assert isinstance(both, InvalidConfig)
    assert both.of_owner


def test_an_invalid_file_still_has_the_people_of_the_owners_rules() -> None:
    """Otherwise a mistake would keep people whom the rules have removed."""
    found = owned("people: {mona: U024BE7LH}", "lokc: 1")
    assert isinstance(found, InvalidConfig)
    assert (found.of_owner, found.acting) == (False, {"mona": "U024BE7LH"})
    unnamed = owned("language: en", "lokc: 1")
    assert isinstance(unnamed, InvalidConfig)
    assert unnamed.acting is None


@pytest.mark.parametrize("key", ["channels", "mode", "policies"])
def test_a_rule_of_a_later_version_is_refused_with_its_line(key: str) -> None:
    """A restriction is never ignored."""
    found = owned(f"language: en\n{key}: x")
    assert isinstance(found, InvalidConfig)
    assert [(one.line, one.code, one.values["text"]) for one in found.problems] == [(2, "config.later", key)]


@pytest.mark.parametrize("text", ["", "  \n", "# later\n", "---\n# people: {mona: U024BE7LH}\n", "---\n...\n"])
def test_an_emptied_rules_file_allows_nothing(text: str) -> None:
    """A file with comments alone, or an empty one, does not allow everything. `{}` does, and is remembered."""
    found = owned(text)
    assert isinstance(found, InvalidConfig)
    assert (found.of_owner, [one.code for one in found.problems]) == (True, [POLICY_UNREAD])
    assert terms_of(owned("{}")) == replace(terms_of(read_config(SMALL, SHA, "main")), policy=BLOB, policy_file=ADDRESS)


ROLLBACK = "{runner: codedeploy, application: app, deployment_group: app-prod, region: eu-central-1}"
WITH_TARGET = f"environments: {{production: {{workflow: d.yml, rollback: {ROLLBACK}}}}}"
TARGET = "codedeploy:app/app-prod"


@pytest.mark.parametrize(
    ("setting", "rules", "setting_lacks", "rule_lacks"),
    [
        (None, None, True, False),
        (None, "language: en", True, False),
        ((), None, True, False),
        (("acme/shop=codedeploy:app/app-prod",), None, False, False),
        (("ACME/Shop=codedeploy:app/app-prod",), None, False, False),
        (("acme/shop=codedeploy:App/app-prod",), None, True, False),
        (("*/*=codedeploy:*/*",), None, False, False),
        (("acme/s*p=codedeploy:app/*-prod",), None, False, False),
        (("acme/shop-2=codedeploy:app/app-prod",), None, True, False),
        (("acme/shop=ecs:app/app-prod",), None, True, False),
        (None, "platforms: {shop: ['codedeploy:app/app-prod']}", False, False),
        (None, "platforms: {'*': ['codedeploy:app/*']}", False, False),
        (None, "platforms: {}", False, True),
        (("acme/shop=codedeploy:app/app-prod",), "platforms: {shop: []}", False, True),
        ((), "platforms: {shop: ['codedeploy:app/app-prod']}", True, False),
        ((), "platforms: {other: ['codedeploy:app/app-prod']}", True, True),
    ],
)
def test_a_target_needs_the_allowance_of_each_source_that_exists(
    setting: tuple[str, ...] | None, rules: str | None, setting_lacks: bool, rule_lacks: bool
) -> None:
    """Without setting and rules no target is allowed; with both, each has to allow it. The missing line is named."""
    policy = PolicyFile(ADDRESS, rules, BLOB) if rules is not None else None
    allowances = None if setting is None else [one for line_ in setting if (one := read_allowance(line_))]
    found = terms_of(
        read_config(WITH_TARGET, SHA, "main", policy, repository="acme/shop", allowances=allowances)
    ).not_allowed
    if not setting_lacks and not rule_lacks:
        assert found is None
        return
    assert found == NotAllowed(
        target=TARGET,
        setting=f"acme/shop={TARGET}" if setting_lacks else "",
        rule=f'shop: ["{TARGET}"]' if rule_lacks else "",
        file=ADDRESS if rule_lacks else "",
    )


@pytest.mark.parametrize("where", ["setting", "repository", "target"])
def test_a_pattern_with_many_stars_is_matched_in_linear_time(where: str) -> None:
    """With backtracking, a name of one letter would take hours and block all other work."""
    stars, name = "*a" * 40 + "*b", "a" * 100
    line_ = f"acme/{name}=codedeploy:{stars}/*"
    rules = {"repository": f'"{stars}": ["codedeploy:*/*"]', "target": f'"*": ["codedeploy:{stars}/*"]'}.get(where)
    policy = PolicyFile(ADDRESS, f"platforms: {{{rules}}}", BLOB) if rules else None
    allowances = None if rules else [one for one in [read_allowance(line_)] if one]
    text = WITH_TARGET.replace("application: app", f"application: {name}")
    found = terms_of(read_config(text, SHA, "main", policy, repository=f"acme/{name}", allowances=allowances))
    assert found.not_allowed


@pytest.mark.parametrize(
    "text",
    [
        *("", "acme/shop", "acme/shop=app/group", "shop=codedeploy:a/b", "acme/shop=codedeploy:a"),
        *("a/b/c=codedeploy:a/b", "acme/shop=codedeploy:a/b/c", "acme/shop=lambda:a/b"),
        *("acme/shop = codedeploy:a/b", "=codedeploy:a/b"),
    ],
)
def test_an_invalid_line_of_the_setting_is_none(text: str) -> None:
    """The reader does not guess the operator's meaning."""
    assert read_allowance(text) is None


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ("platforms: [a]", "config.pairs"),
        ("platforms: {acme/shop: []}", "config.platforms"),
        ("platforms: {shop: [app/app-prod]}", "config.target"),
        ("platforms: {shop: codedeploy:a/b}", "config.list"),
    ],
)
def test_invalid_values_of_platforms_are_problems(rules: str, code: str) -> None:
    """At its place, in both languages."""
    assert codes_in_full(rules) == [code]
    found = owned(rules)
    assert isinstance(found, InvalidConfig)
    assert [one.code for one in found.problems] == ["config.owners"]


def test_a_target_that_is_not_allowed_is_a_problem_of_the_check_at_its_line() -> None:
    """One problem for the setting and one for the rule; in both languages."""
    policy = PolicyFile(ADDRESS, "platforms: {}", BLOB)
    config = read_config(WITH_TARGET, SHA, "main", policy, repository="acme/shop", allowances=())
    assert isinstance(config, Config)
    dispatch = Workflow(dispatch=True, inputs={}, run_name="")
    findings = check_workflows(config, WITH_TARGET, {"d.yml": dispatch})
    proposed(config, findings)
    lacking = [one for one in findings.problems if one.code.startswith("target.")]
    assert [(one.line, one.code) for one in lacking] == [(1, "target.setting"), (1, "target.rule")]
