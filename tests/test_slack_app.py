"""The Slack app's manifest has the same routes, commands and scopes as the program."""

import json
from pathlib import Path
from typing import Any

import yaml

from ghapp.adapters.slack.chat import SCOPES
from ghapp.core.commands import COMMANDS
from ghapp.core.model.events import SlackEvent
from ghapp.demo.slack.state import SCOPES as GIVEN
from ghapp.doors.slack import SlackDoor
from ghapp.doors.slack_events import read_event
from ghapp.doors.slack_payloads import of_command
from tests.doors.test_slack_door import NOW, command

# https://docs.slack.dev/reference/events: the examples on the pages of these events
WRAPPED = {
    "token": "XXYYZZ",
    "team_id": "T061EG9R6",
    "api_app_id": "A0PNCHHK2",
    "type": "event_callback",
    "event_id": "Ev0PV52K25",
    "event_time": 1525215129,
}
EXAMPLES: dict[str, dict[str, Any]] = {
    "app_home_opened": {"user": "U061F7AUR", "channel": "D0LAN2Q65", "event_ts": "1515449522000016", "tab": "home"},
    "app_uninstalled": {},
    "tokens_revoked": {"tokens": {"oauth": ["UXXXXXXXX"], "bot": ["UXXXXXXXX"]}},
}
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
    settings = found["settings"]
    urls = {*commands, *(settings[name]["request_url"] for name in ("interactivity", "event_subscriptions"))}
    served = {route.path for route in SlackDoor.routes(SlackDoor.__new__(SlackDoor))}
    assert {url.removeprefix("https://ghapp.example.com") for url in urls} == served


def test_the_manifest_subscribes_to_exactly_the_events_that_something_follows_from() -> None:
    """Each is read as an event; the kinds that are read are all subscribed to."""
    subscribed = manifest()["settings"]["event_subscriptions"]["bot_events"]
    assert sorted(subscribed) == sorted(EXAMPLES)
    for kind, more in EXAMPLES.items():
        told = {**WRAPPED, "event": {"type": kind, **more}}
        assert isinstance(read_event(json.dumps(told).encode()), SlackEvent), kind


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
