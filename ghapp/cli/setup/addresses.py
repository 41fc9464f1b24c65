"""The addresses that a set-up starts from: the server's own, and GitHub's. Each is checked before anything is asked."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass

from yarl import URL

from ghapp.adapters.github.api import web_of
from ghapp.settings import SettingsError


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


def origin(name: str, text: str) -> str:
    """An https address without a path; plain http only on this machine. Raises SettingsError with this name.

    The text itself is not repeated: it may contain a password.
    """
    try:
        address = URL(text.strip())
        host, port = address.raw_host, address.port
    except ValueError:
        address, host, port = URL(), None, None
    if address.scheme not in ("http", "https") or not host or not port or re.search(r"[^A-Za-z0-9.:-]", host):
        raise SettingsError(f"{name} must be an address like https://ghapp.example.com")
    if address.scheme == "http" and not is_this_machine(str(address)):
        raise SettingsError(f"{name} must be https: plain http is for this machine only, like http://localhost:8080")
    if address != address.origin() / "":
        raise SettingsError(f"{name} must end after the host, without a path, like https://{host}")
    return str(address.origin())


def is_this_machine(url: str) -> bool:
    """Whether the address is the machine's own, so that GitHub and Slack cannot reach it."""
    try:
        host = URL(url).host or ""
        return host == "localhost" or host.endswith(".localhost") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
