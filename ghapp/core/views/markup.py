"""The markup of a pull request, Slack and a status line. People's own text stays inert."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ghapp.core.config.model import same_login

_GITHUB_SPECIAL = re.compile(r"([\\`*_\[\]<>~|])")
_GITHUB_LEADING = re.compile(r"^(\s*)([#+>-]|\d+[.)])")
_SLACK_ALIKE = {"*": "∗", "_": "ˍ", "~": "∼", "`": "'"}
_SLACK_EDGE = re.compile(r"`|(?<!\w)[*_~]|[*_~](?!\w)")
_SLACK_QUOTE = re.compile(r"^\s*>+")
_WIDE = re.compile("[\U00010000-\U0010ffff]([\u200d\ufe0f]?[\U00010000-\U0010ffff])*\ufe0f?")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BREAK = "\u200b"  # a zero-width space: looks the same, links and mentions nothing


class Plain:
    """A commit status: text and nothing else."""

    bold = ""
    tick = ""

    def escape(self, text: str) -> str:
        return text

    def mention(self, login: str) -> str:
        """A status cannot mention people."""
        return login

    def call(self, login: str) -> str:
        """A status cannot mention people."""
        return login

    def code(self, text: str) -> str:
        return text

    def link(self, text: str, url: str) -> str:
        """The text: a status has one link of its own."""
        return text

    def fold(self, summary: str, lines: Sequence[str]) -> list[str]:
        """The summary: a status has one line."""
        return [summary]


class Narrow(Plain):
    """A description of a commit or deployment, where GitHub refuses four-byte characters: most emoji, rare kanji."""

    def escape(self, text: str) -> str:
        """Replaces each run of them, with its joiners, by one mark."""
        return _WIDE.sub("\ufffd", text)

    def code(self, text: str) -> str:
        return self.escape(text)


class Terminal(Plain):
    """A terminal, or an annotation in a check: text that can neither move a cursor nor colour anything."""

    tick = "`"

    def escape(self, text: str) -> str:
        """Replaces each unprintable character by a mark."""
        return "".join(one if one.isprintable() else "\ufffd" for one in text)

    def code(self, text: str) -> str:
        return f"`{self.escape(text)}`"

    def link(self, text: str, url: str) -> str:
        """The text, which may be an address that a person has typed."""
        return self.escape(text)


def inert_json(document: str) -> str:
    """The same document, with escapes for the control characters that JSON may have as they are and terminals obey."""
    return re.sub(r"[\x7f-\x9f]", lambda found: f"\\u{ord(found[0]):04x}", document)


class GitHub:
    """GitHub's Markdown."""

    bold = "**"
    tick = "`"

    def escape(self, text: str) -> str:
        """Neutralizes format, links, mentions and references."""
        inert = _GITHUB_SPECIAL.sub(r"\\\1", text.replace("&", "&amp;"))
        inert = _GITHUB_LEADING.sub(lambda match: f"{match.group(1)}\\{match.group(2)}", inert)
        inert = re.sub(r"#(?=\d)", f"#{_BREAK}", inert).replace("@", f"@{_BREAK}")
        return inert.replace("://", f":{_BREAK}//").replace("www.", f"www{_BREAK}.")

    def mention(self, login: str) -> str:
        """By login, which GitHub notifies."""
        return f"@{login}"

    def call(self, login: str) -> str:
        """By login: every actor here has one."""
        return self.mention(login)

    def code(self, text: str) -> str:
        """In a fence longer than any run of backticks inside. It cannot contain a marker of ours."""
        text = text.replace("<!--", f"<{_BREAK}!--")
        longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
        fence = "`" * (longest + 1)
        space = " " if text.startswith("`") or text.endswith("`") else ""
        return f"{fence}{space}{text}{space}{fence}"

    def link(self, text: str, url: str) -> str:
        """In the address, neither a parenthesis nor an entity is read as Markdown."""
        inert = _ENTITY.sub("&amp;", url.replace("(", "%28").replace(")", "%29"))
        return f"[{text}]({inert})"

    def fold(self, summary: str, lines: Sequence[str]) -> list[str]:
        """The summary, which a click opens: GitHub shows `<details>`, with Markdown after a blank line."""
        return [f"<details><summary>{summary}</summary>", "", *lines, "", "</details>"] if lines else [summary]


@dataclass(frozen=True, slots=True)
class Slack:
    """Slack's mrkdwn. `people`: GitHub login → Slack member id. `fallback`: a user group's id.

    `unlinked` collects the logins that it could not mention.
    """

    people: Mapping[str, str]
    fallback: str | None = None
    unlinked: list[str] = field(default_factory=list, compare=False)
    bold = "*"
    tick = "`"

    def escape(self, text: str) -> str:
        """Neutralizes mentions and links by the three characters that Slack escapes, and format by look-alike
        characters.

        Slack has no escape for format: its characters count at the edge of a word, and a `>` at the beginning of a
        line.
        """
        inert = _SLACK_EDGE.sub(lambda match: _SLACK_ALIKE[match[0]], text)
        return _entities(_SLACK_QUOTE.sub("›", inert))

    def mention(self, login: str) -> str:
        """The linked Slack person; without a link, the login as text."""
        member = self._member(login)
        if member is None:
            self.unlinked.append(login)
        return f"<@{member}>" if member else self.escape(login)

    def call(self, login: str) -> str:
        """The linked Slack person, else the fallback group, else the login as text."""
        mentioned = self.mention(login)
        if self._member(login) is None and self.fallback:
            return f"<!subteam^{self.fallback}>"
        return mentioned

    def code(self, text: str) -> str:
        """Slack has no longer fence, so backticks inside become apostrophes."""
        return f"`{_entities(text.replace('`', chr(39)))}`"

    def link(self, text: str, url: str) -> str:
        return f"<{_entities(url)}|{self.escape(text)}>"

    def fold(self, summary: str, lines: Sequence[str]) -> list[str]:
        """The summary: Slack has no fold."""
        return [summary]

    def _member(self, login: str) -> str | None:
        members = (member for known, member in self.people.items() if same_login(known, login))
        return next(members, None)


def link_channel(channel: str | None) -> str:
    """A channel in Slack's mrkdwn, by its id: https://docs.slack.dev/messaging/formatting-message-text#linking-channels"""
    return f"<#{channel}>" if channel else ""


def _entities(text: str) -> str:
    """https://docs.slack.dev/messaging/formatting-message-text#escaping"""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
