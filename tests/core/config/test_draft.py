"""The draft of a first config loads, whatever the workflows are like."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ghapp.core.config.draft import Draft, draft
from ghapp.core.config.first_config import Question, refuse_answer
from ghapp.core.config.model import Config
from ghapp.core.config.values import INPUT, WORKFLOW_FILE
from ghapp.core.config.workflow_check import check_workflows
from ghapp.core.config.workflow_file import Workflow, read_workflow
from tests.core.everywhere import read_config
from tests.sampled import sampled

SIGNS = st.text(st.sampled_from("ab01lm-_. /{}#:'\"\\@%&*!|>~本番é\u200b\u202e\x85\x1b\n\t\U0001f680"), max_size=8)
OPTIONS = SIGNS | st.sampled_from(["production", "prod", "staging", "本番", "検証", "{sha}", "null", "true", "12"])
KINDS = st.sampled_from(["choice", "environment", "string", "boolean", "number"])
NAMES = st.sampled_from(["environment", "env", "target", "sha", "ghapp", "pr", "tag", "dry_run"]) | st.from_regex(
    INPUT, fullmatch=True
)
INPUTS = st.dictionaries(
    NAMES,
    st.fixed_dictionaries(
        {"type": KINDS},
        optional={"options": st.lists(OPTIONS, max_size=6), "required": st.booleans(), "default": OPTIONS},
    ),
    max_size=5,
).filter(lambda inputs: len({name.lower() for name in inputs}) == len(inputs))  # GitHub ignores case
JOBS = st.dictionaries(
    st.sampled_from(["deploy", "test"]),
    st.fixed_dictionaries(
        {},
        optional={
            "environment": OPTIONS | st.just("${{ inputs.env }}"),
            "if": st.sampled_from(
                ["inputs.env == 'prod'", "inputs.target == '検証' || inputs.target == 'a\"b'", "((a"]
            ),
        },
    ),
    max_size=2,
)
FILES = st.dictionaries(
    st.sampled_from(
        ["deploy.yml", "deploy-api.yml", "deploy-web-prod.yaml", "release.yml", "main.yml", "デプロイ 本番.yml"]
    )
    | SIGNS.map(lambda name: f"deploy-{name}.yml").filter(lambda name: WORKFLOW_FILE.fullmatch(name) is not None),
    st.tuples(INPUTS, JOBS),
    min_size=1,
    max_size=4,
)
ANSWERS = st.lists(OPTIONS, max_size=3)
LISTED = st.lists(OPTIONS, max_size=4, unique=True)


def workflow(inputs: object, jobs: object) -> Workflow:
    """A file that can be started by hand."""
    read = read_workflow(json.dumps({"on": {"workflow_dispatch": {"inputs": inputs}}, "jobs": jobs}))
    assert isinstance(read, Workflow)
    return read


def answered(workflows: dict[str, Workflow], answers: list[str], listed: list[str]) -> Draft:
    """The draft after these answers to its questions, in their order. `listed`: GitHub's environments."""
    given_answers: dict[Question, str] = {}
    made = draft(workflows, "en", "UTC", given_answers, listed)
    for answer in answers:
        question = next((one for one in made.questions if one not in given_answers), None)
        if question is None:
            break
        given_answers[question] = question.default if refuse_answer(question, answer) else answer
        made = draft(workflows, "en", "UTC", given_answers, listed)
    return made


@pytest.mark.parametrize("cases", sampled((40, 2000), [40]))
def test_a_draft_loads_and_lacks_only_the_open_inputs(cases: int) -> None:
    """`check` names each open input at its line, and nothing else."""
    settings(max_examples=cases)(given(FILES, ANSWERS, LISTED)(lacks_only_the_open_inputs))()


def lacks_only_the_open_inputs(files: dict[str, tuple[object, object]], answers: list[str], listed: list[str]) -> None:
    workflows = {name: workflow(*parts) for name, parts in files.items()}
    made = answered(workflows, answers, listed)
    if not made.environments:
        return
    config = read_config(made.text, "c", "main")
    assert isinstance(config, Config), (config, made.text)
    assert tuple(config.environments) == made.environments
    problems = check_workflows(config, made.text, workflows).problems
    left = [(one.environment, one.input, one.line) for one in made.open if one.input]
    assert [(one.values["environment"], one.values["name"], one.line) for one in problems] == left, made.text
