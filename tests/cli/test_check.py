"""`ghapp check` and `ghapp init` in a checkout."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from ghapp.cli.commands import run
from ghapp.core.config.model import Config
from ghapp.core.config.reader import read_config

DEPLOY = """
run-name: Deploy ${{ inputs.environment }}-${{ inputs.ghapp }}
on:
  workflow_dispatch:
    inputs:
      sha: {type: string, required: true}
      environment: {type: choice, required: true, options: [production, staging]}
      ghapp: {type: string, required: true}
      note: {type: string, default: none}
jobs: {a: &job {runs-on: ubuntu-latest}, b: *job}
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a checkout's root with one good workflow."""
    (tmp_path / ".github/workflows").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C.UTF-8")
    workflow("deploy.yml", DEPLOY)
    return tmp_path


def workflow(name: str, text: str) -> None:
    Path(".github/workflows", name).write_text(text)


def config(text: str) -> None:
    Path(".github/ghapp.yml").write_text(text)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    """The exit code and the lines on stderr; a check runs in Japanese first, for its sentences."""
    if arguments[0] == "check":
        run((*arguments, "--language", "ja"))
        capsys.readouterr()
    code = run(arguments)
    return code, capsys.readouterr().err.splitlines()


@pytest.mark.usefixtures("checkout")
def test_a_valid_config_with_its_workflow_passes(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0."""
    config("environments: {production: {workflow: deploy.yml}}")
    assert said(capsys, "check") == (0, [".github/ghapp.yml is valid: production"])


@pytest.mark.usefixtures("checkout")
def test_problems_are_shown_with_their_place_in_the_files_own_language(capsys: pytest.CaptureFixture[str]) -> None:
    """The same sentences as the server's, all problems at once; exit code 1."""
    text = "language: {}\nenvironments:\n  production:\n    workflw: deploy.yml\n    lock: 30\n"
    config(text.format("en"))
    assert said(capsys, "check") == (
        1,
        [
            ".github/ghapp.yml: line 4, column 5: `workflw` is not a setting here; did you mean `workflow`?",
            ".github/ghapp.yml: line 5, column 11: expected a duration from 1m to 24h, for example `30m`.",
        ],
    )
    config(text.format("ja"))
    _, lines = said(capsys, "check")
    assert lines[0] == (
        ".github/ghapp.yml: 4行目5列目: ここに `workflw` という設定はありません。`workflow` でしょうか?"
    )
    assert said(capsys, "check", "--language", "en")[1][0].startswith(".github/ghapp.yml: line 4, column 5:")


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("nonsense: 1", "使えるのは after、aliases、auto、"),
        ("gate: [sometimes]", "使えるのは deployment、manual、freeze です。"),
        ('inputs: {ref: "{sha}", environment: "{environment}", ghapp: "{ticket}"}', "あるのは sha、environment、ghapp"),
        ('inputs: {sha: "{sha}", environment: prod, ghapp: "{ticket}"}', "使えるのは production、staging です。"),
    ],
)
def test_a_japanese_sentence_lists_values_as_japanese_does(
    setting: str, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Settings, their values and a workflow's inputs are joined by `、`."""
    config(f"language: ja\nenvironments:\n  production:\n    workflow: deploy.yml\n    {setting}\n")
    assert problem in "\n".join(said(capsys, "check")[1])


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ("", ""),
        ('{sha: "{sha}", environment: "{environment}", ghapp: "{ticket}", note: hello}', ""),
        ('{SHA: "{sha}", environment: "{environment}", ghapp: "{ticket}"}', ""),
        (
            '{ref: "{sha}", environment: "{environment}", ghapp: "{ticket}"}',
            "column 19: `production`: `deploy.yml` has no input `ref`, and GitHub would refuse it; it has: sha,",
        ),
        (
            '{sha: "{sha}", ghapp: "{ticket}"}',
            "column 13: `production`: `deploy.yml` requires the input `environment`, which `inputs` does not set.",
        ),
        (
            '{sha: "{sha}", environment: prod, ghapp: "{ticket}"}',
            "the input `environment` does not take `prod`, only: production, staging.",
        ),
    ],
)
def test_inputs_are_checked_against_the_workflow(inputs: str, problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An input that GitHub would answer with 422 is an error at its line."""
    config("environments:\n  production:\n    workflow: deploy.yml\n" + (f"    inputs: {inputs}\n" if inputs else ""))
    code, lines = said(capsys, "check")
    assert code == (1 if problem else 0)
    assert problem in "\n".join(lines)


@pytest.mark.usefixtures("checkout")
def test_an_environment_missing_in_the_workflows_choice_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The environment's name is the value that would be sent."""
    config("environments: {prod: {workflow: deploy.yml}}")
    code, lines = said(capsys, "check")
    assert code == 1
    assert "the input `environment` does not take `prod`, only: production, staging." in lines[0]


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("other.yml", "on: workflow_dispatch", "there is no `.github/workflows/deploy2.yml`"),
        ("deploy2.yml", "on: [push]", "`deploy2.yml` cannot be started by hand: it needs `workflow_dispatch`"),
        ("deploy2.yml", "on: {push: {}}", "`deploy2.yml` cannot be started by hand"),
        ("deploy2.yml", "on: [push", "`.github/workflows/deploy2.yml` cannot be read; check its line 1."),
        ("deploy2.yml", "a: 1\n" * 120_000, "`.github/workflows/deploy2.yml` cannot be read"),
        ("deploy2.yml", "[" * 1000, "`.github/workflows/deploy2.yml` cannot be read"),
    ],
)
def test_a_workflow_that_cannot_be_dispatched_is_refused(
    name: str, text: str, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Missing, without the trigger, or unreadable: broken, too large or too deep."""
    workflow(name, text)
    config("environments: {production: {workflow: deploy2.yml, inputs: {}}}")
    code, lines = said(capsys, "check")
    assert code == 1
    assert problem in lines[0]


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize(
    ("language", "problem"),
    [
        ("en", "`plain.yml` has no inputs, and GitHub would refuse `sha`: declare it there under `workflow_dispatch`."),
        ("ja", "`plain.yml` に input が1つもないので、`sha` を渡すと GitHub に拒否されます。"),
    ],
)
def test_a_workflow_without_inputs_is_refused(language: str, problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each input that ghapp sends of its own accord, and what to do; there is none to choose from."""
    workflow("plain.yml", "on: workflow_dispatch\njobs: {}\n")
    config(f"language: {language}\nenvironments: {{production: {{workflow: plain.yml}}}}\n")
    code, lines = said(capsys, "check")
    assert code == 1
    assert [problem in line for line in lines] == [True, False, False, False]  # the others': environment, ghapp, advice


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize("trigger", ["workflow_dispatch", "[push, workflow_dispatch]", "{workflow_dispatch: }"])
def test_every_form_of_the_trigger_is_accepted(trigger: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`on` is a key like any other, though older YAML reads it as a boolean."""
    workflow("plain.yml", f"on: {trigger}\njobs: {{}}\n")
    config("environments: {production: {workflow: plain.yml, inputs: {}}}")
    code, lines = said(capsys, "check")
    assert code == 0
    assert "no input carries `{sha}`, so `plain.yml` cannot know which commit to deploy." in lines[0]
    assert "no input carries `{ticket}`" in lines[1]


@pytest.mark.usefixtures("checkout")
def test_a_run_name_without_the_ticket_is_advised_against(capsys: pytest.CaptureFixture[str]) -> None:
    """The release works, so the exit code is 0."""
    workflow("deploy.yml", DEPLOY.replace("${{ inputs.ghapp }}", ""))
    config("environments: {production: {workflow: deploy.yml}}")
    code, lines = said(capsys, "check")
    assert code == 0
    assert lines[0] == (
        ".github/ghapp.yml: recommended: line 1, column 28: `production`: `deploy.yml` should show the ticket, so "
        "that its run is always found: `run-name: Deploy ${{ inputs.environment }}-${{ inputs.ghapp }}`."
    )


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize(
    ("shared", "title"), [(False, "production-${{ inputs.ghapp }}"), (True, "${{ inputs.ghapp }}")]
)
def test_the_proposed_run_name_reads_as_the_releases_name(
    capsys: pytest.CaptureFixture[str], shared: bool, title: str
) -> None:
    """Without an input for the environment too, unless several share the file."""
    text = DEPLOY.replace("${{ inputs.ghapp }}", "").replace(
        "      environment: {type: choice, required: true, options: [production, staging]}\n", ""
    )
    workflow("deploy.yml", text)
    one = '{workflow: deploy.yml, inputs: {sha: "{sha}", ghapp: "{ticket}"}}'
    config(f"environments: {{production: {one}{f', staging: {one}' if shared else ''}}}")
    _, lines = said(capsys, "check")
    assert f"`run-name: Deploy {title}`." in lines[0]


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize("count", [0, 300])
def test_advice_on_the_merge_queues_timeout_comes_once(count: int, capsys: pytest.CaptureFixture[str]) -> None:
    """The queue's timeout is in no file, so the advice comes once, for the longest lock, where a workflow has
    `merge_group`."""
    for number in range(count):
        workflow(f"a{number}.yml", "on: push")  # more files than are read
    workflow("aa.yml" if count == 0 else "a.yml", "on: [pull_request, merge_group]")
    text = (
        "language: {}\nenvironments:\n  staging: {{workflow: deploy.yml}}\n"
        "  production: {{workflow: deploy.yml, lock: 90m}}"
    )
    config(text.format("en"))
    code, lines = said(capsys, "check")
    assert (code, len(lines)) == (0, 2)
    assert "line 4, column 44: `production`: " in lines[0]
    assert "Make its “Status check timeout” on GitHub longer than a deploy and `lock` (90 minutes)" in lines[0]
    config(text.format("ja"))
    assert "`lock` (90分)" in said(capsys, "check")[1][0]
    config("environments: {production: {workflow: deploy.yml, gate: [manual]}}")
    assert said(capsys, "check") == (0, [".github/ghapp.yml is valid: production"])


@pytest.mark.usefixtures("checkout")
def test_a_missing_input_is_named_at_its_comment_in_its_own_environment(capsys: pytest.CaptureFixture[str]) -> None:
    """Not at that of another environment; without a comment, at `inputs`."""
    inputs = '{sha: "{sha}", ghapp: "{ticket}"}'
    config(
        f"environments:\n  staging:\n    workflow: deploy.yml\n    inputs: {inputs}\n"
        f"  production:\n    workflow: deploy.yml\n    inputs: {inputs}\n    # environment:\n"
    )
    code, lines = said(capsys, "check")
    assert code == 1
    assert [line.split(": ")[1] for line in lines] == ["line 4, column 13", "line 8, column 5"]


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize(
    ("people", "told"),
    [
        ("[developers]", [("line 5, column 17", "developers", "write")]),
        ("[write, maintainer]", [("line 5, column 24", "maintainer", "maintain")]),
        (
            "[mona, admins, Writers]",
            [("line 5, column 23", "admins", "admin"), ("line 5, column 31", "Writers", "write")],
        ),
        ("[maintian]", [("line 5, column 17", "maintian", "maintain")]),
        ("[owner, mona]", [("line 5, column 17", "owner", "admin")]),
        ('[write, "@acme/admins", mona, app/admin, octo-dev, adminton]', []),
    ],
)
def test_a_login_that_looks_like_a_role_is_named(
    people: str, told: list[tuple[str, str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """As advice with its place: GitHub has logins like `maintainer`."""
    config(f"environments:\n  production:\n    workflow: deploy.yml\n    lock: 1h\n    deployers: {people}\n")
    code, lines = said(capsys, "check")
    assert code == 0
    assert lines[:-1] == [
        f".github/ghapp.yml: recommended: {place}: `production`: `{login}` is a login here, not a role; did you mean "
        f"`{role}`?"
        for place, login, role in told
    ]


TRAPPED = """\
on:
  push: {branches: [main]}
  schedule: [{cron: "0 4 * * *"}]
  pull_request:
  workflow_dispatch:
    inputs:
      sha: {type: string, required: true}
      environment: {type: string, required: true}
      ghapp: {type: string, required: true}
run-name: Deploy ${{ inputs.ghapp }}
concurrency: {group: deploy, cancel-in-progress: true}
jobs:
  test: {steps: [{run: make test}]}
  ship: {PLACE steps: [{run: ./ship}], concurrency: {group: ship, cancel-in-progress: JOB}}
"""


def trapped(place: str = "", job: str = "false", top: str = "true") -> str:
    """A workflow with other triggers beside the dispatch, which also cancels runs in progress."""
    return (
        TRAPPED.replace("PLACE", place).replace("JOB", job).replace("progress: true}\njobs", f"progress: {top}}}\njobs")
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (trapped(), ["`push` (line 2", "`schedule` (line 3", "(line 11"]),
        (trapped("environment: production,"), ["`push` (line 2", "`schedule` (line 3", "(line 11"]),
        (
            trapped("environment: production, if: github.ref == 'refs/heads/main',"),
            ["`push`", "`schedule`", "(line 11"],
        ),
        (trapped("environment: production,", job="true", top="false"), ["`push`", "`schedule`", "(line 14"]),
        (trapped("if: github.event_name == 'workflow_dispatch',"), ["(line 11"]),
        (trapped("environment: production, if: '${{ inputs.ghapp }}',"), ["(line 11"]),
        (
            trapped("if: github.ref == 'refs/heads/main' || inputs.environment == 'production',"),
            ["`push` (line 2", "`schedule` (line 3", "(line 11"],
        ),
        (
            trapped('if: "${{ (github.ref == 1 || inputs.environment == 2) }}",'),
            ["`push` (line 2", "`schedule` (line 3", "(line 11"],
        ),
        (
            trapped("if: github.event_name == 'push' || inputs.environment == 'production',"),
            ["`push` (line 2", "`schedule` (line 3", "(line 11"],
        ),
        (trapped("if: inputs.ghapp && (github.ref == 1 || github.actor == 2),"), ["(line 11"]),
        (trapped("if: github.event_name != 'push' && github.event_name != 'schedule',"), ["(line 11"]),
        (trapped("environment: production,").replace("{run: ./ship}", "{uses: $/.github/actions/guard}"), ["(line 11"]),
        (trapped("environment: production, if: inputs.x,", top='"${{ github.event_name }}"'), []),
        (trapped("environment: staging, if: inputs.x,", top="false"), []),
        (trapped(top="false").replace("  push: {branches: [main]}\n", "").replace("  schedule", "  # schedule"), []),
    ],
)
@pytest.mark.usefixtures("checkout")
def test_triggers_that_bypass_the_lock_are_named(
    text: str, named: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """As advice with the line, like a setting that ends a release half-way; not where a condition protects the deploy
    job."""
    workflow("deploy.yml", text)
    config("environments: {production: {workflow: deploy.yml}}")
    code, lines = said(capsys, "check")
    assert code == 0
    assert len(lines) == len(named) + 1
    for line, part in zip(lines, named, strict=False):
        assert line.startswith(".github/ghapp.yml: recommended: line 1, column 39: `production`: ")
        assert part in line


@pytest.mark.usefixtures("checkout")
def test_a_first_config_contains_the_advice_on_its_workflows(capsys: pytest.CaptureFixture[str]) -> None:
    """The user will not check the file just written, so its comments contain the advice."""
    workflow("deploy.yml", trapped())
    assert run(("init",)) == 0
    written = capsys.readouterr().out
    assert "starts it too, without the lock. Remove that there, and write `auto: true` here" in written
    assert "`cancel-in-progress: true` (line 11 of `deploy.yml`) stops a deploy halfway" in written


def test_a_path_without_a_readable_file_is_reported(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 where it is missing; 1 for a directory, a link, bytes, too large or empty."""
    assert said(capsys, "check") == (2, ["ghapp: there is no .github/ghapp.yml; `ghapp init` writes a first one"])
    assert said(capsys, "check", "other.yml") == (2, ["ghapp: there is no other.yml; check the path"])
    assert said(capsys, "check", "--policy", "rules.yml") == (2, ["ghapp: there is no rules.yml; check the path"])
    path = checkout / ".github/ghapp.yml"
    path.mkdir()
    assert said(capsys, "check") == (1, [".github/ghapp.yml: line 1, column 1: this is not a file."])
    path.rmdir()
    path.symlink_to("/dev/zero")
    assert said(capsys, "check") == (1, [".github/ghapp.yml: line 1, column 1: this is not a file."])
    path.unlink()
    path.write_bytes(b"\xff\xfe")
    assert said(capsys, "check") == (1, [".github/ghapp.yml: line 1, column 1: the file is not text."])
    path.write_text("#" * 65_537)
    assert said(capsys, "check") == (1, [".github/ghapp.yml: line 1, column 1: the file is larger than 64 KiB."])
    path.write_text("")
    assert said(capsys, "check")[0] == 1


@pytest.mark.usefixtures("checkout")
def test_control_characters_in_a_file_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters are shown by their code points."""
    config('environments: {production: {workflow: "\\e[31mred.yml"}}')
    _, lines = said(capsys, "check")
    assert "\x1b" not in "".join(lines)
    assert "[U+001B][31mred.yml" in lines[0]


@pytest.mark.usefixtures("checkout")
def test_the_effective_config_contains_all_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    """`--effective` prints a config with the same meaning."""
    config("timezone: Asia/Tokyo\nenvironments: {production: {workflow: deploy.yml}}")
    assert run(["check", "--effective"]) == 0
    printed = capsys.readouterr().out
    assert "lock: 30m" in printed
    assert isinstance(read_config(printed, "c", "main"), Config)
    assert read_config(printed, "c", "main") == read_config(Path(".github/ghapp.yml").read_text(), "c", "main")


def test_neither_settings_nor_the_server_are_loaded(checkout: Path) -> None:
    """AWS and HTTP libraries are not imported, settings not required, and it ends within seconds."""
    (checkout / ".github/ghapp.yml").write_text("environments: {production: {workflow: deploy.yml}}")
    heavy = {"boto3", "aiohttp", "slack_sdk", "gidgethub", "asyncio", "ghapp.settings"}
    program = (
        f"import sys; from ghapp.cli.commands import run; code = run(['check']); "
        f"print({heavy!r} & set(sys.modules), code)"
    )
    began = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env={})
    assert ended.stdout.strip() == "set() 0"
    assert time.monotonic() - began < 5


# ---------------------------------------------------------------- init


@pytest.mark.usefixtures("checkout")
def test_a_first_config_fits_the_workflow_that_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    """One environment per choice; inputs with defaults are left out; the config is valid as written."""
    assert run(["init"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == ".github/ghapp.yml is written, for: staging, production"
    read = read_config(Path(".github/ghapp.yml").read_text(), "c", "main")
    assert isinstance(read, Config)
    assert read.environments["staging"].inputs == {"sha": "{sha}", "environment": "{environment}", "ghapp": "{ticket}"}
    assert said(capsys, "check") == (0, [".github/ghapp.yml is valid: staging, production"])


@pytest.mark.usefixtures("checkout")
def test_inputs_of_other_names_need_no_change_in_the_workflow(capsys: pytest.CaptureFixture[str]) -> None:
    """Common names are recognized; the environment's spelling in the choice is sent unchanged."""
    names = {"git_ref": "string", "deploy-env": "choice", "PR_number": "number", "triggered_by": "string"}
    options = {"deploy-env": ", options: [PROD]"}
    inputs = "".join(
        f"      {name}: {{required: true, type: {kind}{options.get(name, '')}}}\n" for name, kind in names.items()
    )
    workflow("deploy.yml", f"on:\n  workflow_dispatch:\n    inputs:\n{inputs}")
    assert run(["init", "--language", "ja"]) == 0
    assert "次の手順" in capsys.readouterr().out
    read = read_config(Path(".github/ghapp.yml").read_text(), "c", "main")
    assert isinstance(read, Config)
    environment_config = read.environments["prod"]
    assert environment_config.inputs == {
        "git_ref": "{sha}",
        "deploy-env": "PROD",
        "PR_number": "{pr}",
        "triggered_by": "{actor}",
    }
    assert (environment_config.language, environment_config.timezone) == ("ja", "Asia/Tokyo")
    assert said(capsys, "check")[0] == 0


@pytest.mark.usefixtures("checkout")
def test_an_input_that_cannot_be_guessed_is_left_open(capsys: pytest.CaptureFixture[str]) -> None:
    """The output lists it, and `check` fails until it is filled in."""
    workflow("deploy.yml", "on: {workflow_dispatch: {inputs: {sha: {}, dry_run: {required: true, type: boolean}}}}")
    assert run(["init"]) == 0
    assert "- line 9: fill in the input dry_run, which deploy.yml requires" in capsys.readouterr().out
    code, lines = said(capsys, "check")
    assert code == 1
    assert lines[0] == (
        ".github/ghapp.yml: line 9, column 7: `production`: `deploy.yml` requires the input `dry_run`, which `inputs` "
        "does not set."
    )


@pytest.mark.usefixtures("checkout")
def test_a_first_config_has_one_environment_per_workflow(capsys: pytest.CaptureFixture[str]) -> None:
    """For workflows without a choice of environment; workflows that release nothing are left out."""
    workflow("deploy.yml", "on: workflow_dispatch")
    workflow("deploy-to-staging.yaml", "on: workflow_dispatch")
    workflow("lint.yml", "on: workflow_dispatch")
    workflow("release-notes.yml", "on: push")
    assert run(["init"]) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith("for: staging, production")


@pytest.mark.usefixtures("checkout")
def test_nothing_is_overwritten(capsys: pytest.CaptureFixture[str]) -> None:
    """Not even a dangling link."""
    config("mine")
    assert said(capsys, "init")[0] == 1
    assert Path(".github/ghapp.yml").read_text() == "mine"
    Path(".github/ghapp.yml").unlink()
    Path(".github/ghapp.yml").symlink_to("elsewhere")
    assert said(capsys, "init")[0] == 1
    assert not Path(".github/elsewhere").exists()


@pytest.mark.usefixtures("checkout")
def test_without_a_dispatchable_workflow_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    """The message says what to add."""
    workflow("deploy.yml", "on: push")
    code, lines = said(capsys, "init")
    assert code == 1
    assert "add `workflow_dispatch` under `on`" in lines[0]
    assert not Path(".github/ghapp.yml").exists()


@pytest.mark.usefixtures("checkout")
def test_a_hostile_workflow_cannot_inject_lines_into_the_config(capsys: pytest.CaptureFixture[str]) -> None:
    """Line breaks in options and names of inputs are escaped; an unreadable workflow is reported."""
    hostile = '{required: true, type: choice, options: ["a\\n    lock: 24h", b]}'
    workflow("deploy.yml", f'on: {{workflow_dispatch: {{inputs: {{x: {hostile}, "y: z\\n  q": {{required: true}}}}}}}}')
    workflow("deploy-2.yml", "on: [")
    assert run(["init"]) == 0
    text = Path(".github/ghapp.yml").read_text()
    assert [line for line in text.splitlines() if line.lstrip().startswith(("lock", "q"))] == []
    assert "deploy-2.yml cannot be read and was left out" in capsys.readouterr().err


def test_a_first_config_is_written_in_japanese(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For an open input, an unreadable workflow, an existing config, and a missing trigger."""
    workflow("deploy.yml", "on: {workflow_dispatch: {inputs: {sha: {}, dry_run: {required: true, type: boolean}}}}")
    workflow("deploy-2.yml", "on: [")
    asked = ["init", "--language", "ja"]
    assert run(asked) == 0
    written = capsys.readouterr()
    assert "deploy-2.yml" in written.err
    assert "dry_run" in written.out
    assert run(asked) == 1
    assert "すでに存在するため" in capsys.readouterr().err
    (checkout / ".github/ghapp.yml").unlink()
    workflow("deploy.yml", "on: push")
    assert run(asked) == 1
    assert "`workflow_dispatch`" in capsys.readouterr().err


def test_an_unreadable_config_is_reported_in_the_language_of_the_machine(
    checkout: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An existing file's own `language` wins."""
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    assert run(["check"]) == 2
    assert "がありません" in capsys.readouterr().err
    (checkout / ".github/ghapp.yml").write_bytes(b"\xff\xfe")
    assert run(["check"]) == 1
    assert "行目" in capsys.readouterr().err
    config("language: en\nenvironments: [")
    assert run(["check"]) == 1
    assert "line" in capsys.readouterr().err


@pytest.mark.usefixtures("checkout")
def test_a_config_beside_no_workflows_is_checked_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """One line reports that the workflows were not checked."""
    Path("other.yml").write_text("environments: {production: {workflow: deploy.yml}}")
    code, lines = said(capsys, "check", "other.yml")
    assert (code, lines[-1]) == (0, "other.yml is valid: production")
    assert "workflows were not looked at" in lines[0]


@pytest.mark.usefixtures("checkout")
def test_an_owners_rules_are_checked_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    """A restricting key that is not supported yet is refused, like an unknown one; an empty file is invalid."""
    file = ".github/ghapp.yml"
    config('people: {mona: U024BE7LH}\nplatforms: {shop: ["codedeploy:shop/shop-prod"]}\n')
    assert said(capsys, "check", "--policy") == (
        0,
        [f"{file} is valid for all repositories of its owner: people, platforms"],
    )
    config("mode: observe\nenvironments: {}\n")
    code, lines = said(capsys, "check", "--policy")
    assert (code, len(lines)) == (1, 2)
    assert lines[0] == f"{file}: line 1, column 1: `mode` is not supported by this version yet: leave it out."
    config("")
    code, lines = said(capsys, "check", "--policy")
    assert (code, "The owner's rules cannot be read" in lines[0]) == (1, True)
    Path(file).unlink()
    assert said(capsys, "check", "--policy")[0] == 2
