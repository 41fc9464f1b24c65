"""The addresses that a set-up starts from: the server's own, and GitHub's. Each is checked before anything is asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from yarl import URL

from ghapp.adapters.github.api import web_of
from ghapp.settings import SettingsError, origin


@dataclass(frozen=True, slots=True)
class Server:
    """A GitHub: the origin of its pages, and the address of its API."""

    web: str
    api: str

    @property
    def settings(self) -> Mapping[str, str]:
        """The settings by which `ghapp serve` finds it; none for GitHub's own."""
        if self == GITHUB:
            return {}
        return {"GITHUB_API_URL": self.api, "GHAPP_OIDC_ISSUER": f"{self.web}/_services/token"}


GITHUB = Server("https://github.com", "https://api.github.com")


def server_at(url: str) -> Server:
    """The GitHub whose pages are at this address. Raises SettingsError."""
    web = origin("--github-url", url)
    host = URL(web).host or ""
    if host in ("github.com", "www.github.com", "api.github.com"):
        return GITHUB
    if host.endswith(".ghe.com"):
        raise SettingsError("--github-url: GitHub with data residency (ghe.com) is not supported yet")
    return Server(web, f"{web}/api/v3")


def server_of(api: str) -> Server:
    """The GitHub whose API is at this address. Raises SettingsError."""
    try:
        return Server(web_of(api), api)
    except ValueError:
        raise SettingsError("GITHUB_API_URL must be an address like https://github.example.com/api/v3") from None


def organization(name: str) -> str:
    """The login of an organization. Raises SettingsError."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}", name):
        raise SettingsError("--org must be the name of an organization as in its address, like acme")
    return name
