"""The manifests of the GitHub App and of the Slack app, with the server's address in them."""

from importlib.resources import files
from typing import Any
from urllib.parse import quote

import yaml

from ghapp.settings import is_this_machine

EXAMPLE = "https://ghapp.example.com"  # the address in the files
LONGEST_NAME = 34


def app_manifest(public_url: str, *, name: str, back: str) -> dict[str, Any]:
    """GitHub's. It refuses the address of this machine as a webhook's, and a webhook without an address."""
    manifest = _read("app.yml", public_url)
    manifest |= {"name": name[:LONGEST_NAME], "redirect_url": back, "callback_urls": [f"{public_url}/login/callback"]}
    if is_this_machine(public_url):
        manifest["hook_attributes"] = {"url": f"{EXAMPLE}/webhooks/github", "active": False}
    return manifest


def slack_link(public_url: str) -> str:
    """The address at which Slack creates its app."""
    manifest = _read("slack-app.yml", EXAMPLE if is_this_machine(public_url) else public_url)
    text = yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True)
    return f"https://api.slack.com/apps?new_app=1&manifest_yaml={quote(text, safe='')}"


def _read(file: str, public_url: str) -> dict[str, Any]:
    text = files("ghapp").joinpath("manifests", file).read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text.replace(EXAMPLE, public_url))
    return found
