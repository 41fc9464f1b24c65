"""The Slack app's manifest has the same routes, commands and scopes as the program."""

from pathlib import Path
from typing import Any

import yaml

from ghapp.adapters.slack.chat import SCOPES
from ghapp.core.commands import COMMANDS
from ghapp.demo.slack.state import SCOPES as GIVEN
from ghapp.doors.slack import SlackDoor
from ghapp.doors.slack_payloads import of_command
from tests.doors.test_slack_door import NOW, command

ROOT = Path(__file__).parents[1]
# https://slack.com/help/articles/201259356 and the names that Slack's own features use
# fmt: off
RESERVED = frozenset(
    {
        "/active", "/archive", "/away", "/call", "/collapse", "/dm", "/dnd", "/expand", "/feed", "/feedback",
        "/huddle", "/invite", "/join", "/keys", "/kick", "/leave", "/me", "/msg", "/mute", "/note", "/open",
        "/part", "/prefs", "/remind", "/remove", "/rename", "/search", "/share", "/shortcuts", "/shrug",
        "/status", "/topic", "/who", "/apps",
    }
)
# fmt: on
def manifest() -> Any:
    """The published manifest."""
    return yaml.safe_load((ROOT / "slack-app.yml").read_text())


def test_every_address_in_the_manifest_is_served() -> None:
    """Every request of Slack's has a route."""
    found = manifest()
    commands = [one["url"] for one in found["features"]["slash_commands"]]
    urls = {*commands, found["settings"]["interactivity"]["request_url"]}
    served = {route.path for route in SlackDoor.routes(SlackDoor.__new__(SlackDoor))}
    assert {url.removeprefix("https://ghapp.example.com") for url in urls} == served


def test_slack_commands_map_to_ours_under_names_that_are_free() -> None:
    """`/status` is Slack's own."""
    for one in manifest()["features"]["slash_commands"]:
        name = one["command"]
        assert name not in RESERVED
        assert len(name) <= 32
        assert len(one["description"]) <= 2000
        assert not one["should_escape"]
        line = of_command(command("status" if name == "/ghapp" else "", command=name), NOW).text
        assert line.split()[0].removeprefix("/") in COMMANDS


def test_the_manifest_asks_for_exactly_the_scopes_in_use() -> None:
    """Each stands beside its reason in the file."""
    assert set(manifest()["oauth_config"]["scopes"]["bot"]) == SCOPES == {*GIVEN}


def test_the_manifests_texts_fit_slacks_limits() -> None:
    """Slack's limits: https://docs.slack.dev/reference/app-manifest"""
    shown = manifest()["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
