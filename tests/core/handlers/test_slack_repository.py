"""The repository that a command from Slack names, and the command that names it."""

import pytest

from ghapp.core.handlers.slack_repository import choose_repository
from ghapp.core.model.decision import Refusal
from ghapp.core.model.environment import Environment, Repository
from ghapp.core.model.slack_person import Aimed, aim, aimed
from tests.core.build import config, environment

APP = Repository(id=1, full_name="acme/app", installation=7)
SHOP = Repository(id=2, full_name="acme/shop", installation=7)


def here() -> dict[str, list[Environment]]:
    """Both have production; only one has an environment with a name that is a keyword elsewhere."""
    also = environment(repository=APP, name="forever", config=config(aliases=("all",)))
    return {
        APP.full_name: [environment(repository=APP), also],
        SHOP.full_name: [environment(repository=SHOP)],
    }


@pytest.mark.parametrize(
    ("typed", "line", "repository"),
    [
        ("/deploy production #42", "/deploy production #42", ""),
        ("/deploy production app#42", "/deploy production #42", "app"),
        ("/deploy acme/app#42", "/deploy #42", "acme/app"),
        ("/deploy production <https://github.com/acme/app/pull/42/files|it>", "/deploy production #42", "acme/app"),
        ("/deploy production acme/app", "/deploy production", "acme/app"),
        ("/deploy production acme/app #42", "/deploy production #42", "acme/app"),
        ("/deploy production app#43 with app#42", "/deploy production #43 with #42", "app"),
        ("/deploy production app#43 with shop#42", "/deploy production #43 with shop#42", "app"),
        ("/deploy anyway acme/app#9 is gone", "/deploy anyway acme/app#9 is gone", ""),
        ("/deploy production app#43 anyway as in shop#42", "/deploy production #43 anyway as in shop#42", "app"),
        ("/deploy production #43 anyway with acme/api#42", "/deploy production #43 anyway with acme/api#42", ""),
        ("/rollback production acme/app to #41", "/rollback production to #41", "acme/app"),
        ("/rollback production to app#41", "/rollback production to #41", "app"),
        ("/rollback to app#41", "/rollback to #41", "app"),
        ("/lock production acme/app 2h why", "/lock production 2h why", "acme/app"),
        ("/lock production acme/app for 2h why", "/lock production for 2h why", "acme/app"),
        ("/lock production acme/app until 18:00", "/lock production until 18:00", "acme/app"),
        ("/lock acme/app production 2h", "/lock production 2h", "acme/app"),
        ("/lock production 2h see acme/app#42", "/lock production 2h see acme/app#42", ""),
        ("/unlock production belongs to app#42", "/unlock production belongs to app#42", ""),
        ("/status acme/app", "/status", "acme/app"),
        ("/help acme/app", "/help", "acme/app"),
        ("/status app", "/status app", ""),
        ("", "", ""),
    ],
)
def test_a_repository_is_read_in_the_place_of_an_operand(typed: str, line: str, repository: str) -> None:
    """A repository stands where an operand may; later words are a reason."""
    assert aimed(typed) == Aimed(line, repository)


@pytest.mark.parametrize(
    "line",
    [
        "/deploy",
        "/deploy production",
        "/deploy #42",
        "/deploy production #42",
        "/deploy production #43 with #42",
        "/deploy production #43 anyway <reason>",
        "/deploy production #43 with #42 anyway see #9",
        "/deploy anyway #9 is gone",
        "/rollback production",
        "/rollback to #41",
        "/rollback production to #41",
        "/rollback production stop d-X1Y2Z3",
        "/lock 2h",
        "/lock production 2h migrating to acme/api",
        "/lock production for 2h why",
        "/lock production until 18:00",
        "/unlock production <reason>",
        "/unlock production #42 looks good",
        "/status",
        "/help",
    ],
)
def test_a_command_that_names_its_repository_means_the_same(line: str) -> None:
    """Reading it back gives the same command in that repository; naming it once more changes nothing."""
    named = aim(line, "acme/app")
    assert aimed(named) == Aimed(line, "acme/app")
    assert aim(named, "acme/app") == named


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/lock forever 2h", APP),
        ("/unlock all", APP),
        ("/lock production acme/SHOP forever", SHOP),
        ("/deploy production shop#42", SHOP),
        ("/status acme/app", APP),
        ("/deploi production acme/shop", SHOP),
        ("/lock production acme/api 2h", None),
    ],
)
def test_the_repository_of_a_command(typed: str, meant: Repository | None) -> None:
    """By its name, or by an environment that only one has; None if it has to be looked up."""
    assert choose_repository(aimed(typed), here()) == meant


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("/lock production 2h why", "slack.which_repository"),
        ("/status", "slack.which_repository"),
        ("/wibble", "slack.which_repository"),
        ("/status nowhere", "unknown_environment"),
        ("/deploi production", "unknown_command"),
        ("/lock production 99x", "bad_span"),
        ("/lock production until tomorrow", "bad_span"),
        ("/deploy production api#42", "slack.other_repository"),
    ],
)
def test_a_command_without_one_repository_is_refused(typed: str, code: str) -> None:
    """A list only if several are possible; each of its lines names one repository."""
    refusal = choose_repository(aimed(typed), here())
    assert isinstance(refusal, Refusal)
    assert refusal.code == code
    for line in refusal.values.get("lines", ()):  # type: ignore[union-attr]
        assert isinstance(choose_repository(aimed(str(line)), here()), Repository)


def test_a_channel_without_a_repository() -> None:
    """No repository uses the channel; a full name is looked up all the same."""
    assert choose_repository(aimed("/status"), {}) == Refusal("slack.no_repository")
    assert choose_repository(aimed("/status acme/app"), {}) is None
