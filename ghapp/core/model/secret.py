"""Secrets that do not print themselves, and removal of secrets from text."""

import re

_SECRETS = re.compile(
    r"(?:gh[a-z]|github_pat)_[A-Za-z0-9._-]{16,}"  # GitHub's tokens, the long ones with dots in them too
    r"|\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"  # a JWT
    r"|(?:xox[a-z]|xapp)-[A-Za-z0-9-]{8,}"  # Slack's
    r"|\bgAAAAA[A-Za-z0-9_-]{40,}"  # an encrypted cookie
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"  # Amazon's key ids; the secret keys have no recognizable form
    r"|-----BEGIN[^-]*PRIVATE KEY-----.*?(-----END[^-]*-----|\Z)",
    re.DOTALL,
)


class Secret:
    """A string that only `reveal` shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The string itself, for the one header it goes into."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"


def masked(text: str) -> str:
    """The text with everything that looks like a token or a key replaced."""
    return _SECRETS.sub("***", text)
