"""Settings from the environment. Each missing or invalid one is a line that names it, and the start stops."""

import difflib
import ipaddress
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import ParamSpec, TypeVar

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from yarl import URL

from ghapp.core.config.targets import Allowance, read_allowance
from ghapp.core.model.secret import Secret

SECRET_LENGTH = 16
SESSION_SECRET_LENGTH = 32
_FULL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}/[A-Za-z0-9_.-]{1,100}", re.ASCII)
SIGN_IN = ("GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET", "GHAPP_SESSION_SECRET")  # to the board: all, or none
AWS = (  # where AWS clients find credentials, except a machine's role, which the environment does not show
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)


TOKENS = {  # Slack's, by how they begin
    "xoxp-": "is a user's token",
    "xapp-": "is an app-level token",
    "xoxe": "is a configuration or refresh token",
    "xox": "is no bot's token",
}

P = ParamSpec("P")
T = TypeVar("T")


class SettingsError(Exception):
    """The message is for the operator: one line for each setting at fault."""


@dataclass(frozen=True, slots=True)
class Table:
    """A DynamoDB table, in the region and with the credentials of AWS's own settings."""

    name: str

    def __str__(self) -> str:
        return f"dynamodb://{self.name}"


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """The App's client for sign-in to the board. `session_secrets`: the first encrypts, all decrypt."""

    client_id: str
    client_secret: Secret
    session_secrets: tuple[Secret, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """All settings, validated. Secrets never appear in a repr."""

    public_url: str
    app_id: int
    private_key: Secret
    webhook_secrets: tuple[Secret, ...]
    store: Path | Table
    host: str
    port: int
    internal: tuple[str, int] | None
    owners: frozenset[str]
    policies: Mapping[str, str]
    aws_targets: tuple[Allowance, ...] | None
    github_api_url: str
    oidc_issuer: str
    slack_token: Secret | None
    slack_secret: Secret | None
    slack_api_url: str
    sign_in: SignInSettings | None
    poll: timedelta
    sweep: timedelta
    greet: bool
    aws: bool
    log_level: str
    log_format: str

    def __repr__(self) -> str:
        return f"Settings(public_url={self.public_url!r}, app_id={self.app_id}, store={self.store})"

    @property
    def must_name_owners(self) -> bool:
        """Whether a public App would let strangers use our Slack workspace or AWS account."""
        return not self.owners and (self.slack_token is not None or self.aws)


def load(environ: Mapping[str, str] | None = None, *, dotenv: Path | None = Path(".env")) -> Settings:
    """Reads the environment, and `.env` for variables that it lacks. Raises SettingsError, with all that is wrong."""
    return _Reader(environ, dotenv).settings()


def load_store(environ: Mapping[str, str] | None = None, *, dotenv: Path | None = Path(".env")) -> Path | Table:
    """Reads the store's address alone, for commands that need nothing else. Raises SettingsError."""
    return _Reader(environ, dotenv).store("GHAPP_STORE")


def load_health(environ: Mapping[str, str] | None = None, *, dotenv: Path | None = Path(".env")) -> tuple[str, int]:
    """Reads the host and port at which a server with these settings reports its health. Raises SettingsError."""
    reader = _Reader(environ, dotenv)
    return reader.place("GHAPP_INTERNAL_LISTEN") or (reader.host("HOST"), reader.port("PORT"))


class _Reader:
    def __init__(self, environ: Mapping[str, str] | None, dotenv: Path | None) -> None:
        self._written = {} if dotenv is None else read_dotenv(dotenv)
        self._environ = {**self._written, **(os.environ if environ is None else environ)}
        self._asked: set[str] = set()
        self._problems: list[str] = []

    def settings(self) -> Settings:
        each = self._each
        owners = frozenset(name.lower() for name in self.listed("GHAPP_OWNERS"))
        store = each(self.store, "GHAPP_STORE")
        read = Settings(
            public_url=each(self.public_url, "GHAPP_PUBLIC_URL"),
            app_id=each(self.app_id, "GITHUB_APP_ID"),
            private_key=Secret(each(self.key)),
            webhook_secrets=each(self.secrets, "GITHUB_WEBHOOK_SECRET"),
            store=store,
            host=self.host("HOST"),
            port=each(self.port, "PORT"),
            internal=each(self.place, "GHAPP_INTERNAL_LISTEN"),
            owners=owners,
            policies=each(self.policies, "GHAPP_POLICY", owners),
            aws_targets=each(self.targets, "GHAPP_AWS_TARGETS", owners),
            github_api_url=each(self.url, "GITHUB_API_URL", "https://api.github.com"),
            oidc_issuer=each(self.url, "GHAPP_OIDC_ISSUER", "https://token.actions.githubusercontent.com"),
            slack_token=_secret(each(self.slack_token, "SLACK_BOT_TOKEN")),
            slack_secret=_secret(each(self.slack_secret, "SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN")),
            slack_api_url=each(self.slack_url, "SLACK_API_URL"),
            sign_in=self.sign_in(*SIGN_IN),
            poll=timedelta(seconds=each(self.number, "GHAPP_POLL_SECONDS", "60", 1, 3600) or 0),
            sweep=timedelta(seconds=each(self.number, "GHAPP_SWEEP_SECONDS", "300", 1, 3600) or 0),
            greet=each(self.choice, "GHAPP_GREET", ("0", "1")) == "1",
            aws=any(self.text(name, "") for name in AWS) or isinstance(store, Table),
            log_level=each(self.choice, "LOG_LEVEL", ("info", "debug", "warning", "error")),
            log_format=each(self.choice, "LOG_FORMAT", ("text", "json")),
        )
        if problems := [*self._problems, *self._misspelt()]:
            raise SettingsError("\n".join(problems))
        return read

    def _each(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The value. An invalid one is noted instead, so that one start names all of them; then there is no value, and
        `settings` returns none.
        """
        try:
            return read(*args, **kwargs)
        except SettingsError as error:
            self._problems.append(str(error))
            return None  # type: ignore[return-value]

    def _misspelt(self) -> Iterator[str]:
        """The names in `.env` that are nearly those of settings: as they are, they have no effect."""
        known = {name for name in self._asked if "_" in name}.difference(AWS)  # `PORTS` may be another's
        for name in sorted(self._written.keys() - known):
            if meant := difflib.get_close_matches(name, sorted(known), 1, 0.85):
                yield f"{name} is no setting. Did you mean {meant[0]}?"

    def host(self, name: str) -> str:
        return self.text(name, "0.0.0.0")  # noqa: S104 - a server must be reachable

    def port(self, name: str) -> int:
        return self.number(name, "8080", 0, 65535)

    def public_url(self, name: str) -> str:
        return origin(name, self.text(name, None))

    def app_id(self, name: str) -> int:
        if re.fullmatch(r"Iv[0-9A-Za-z.]+", self.text(name, None)):
            raise SettingsError(f"{name} must be the App's id, a number. This is its client id")
        return self.number(name, None, 1, 2**63 - 1)

    def text(self, name: str, default: str | None) -> str:
        self._asked.add(name)
        value = self._environ.get(name, "").strip()
        if value:
            return value
        if default is None:
            raise SettingsError(f"{name} is not set")
        return default

    def listed(self, name: str) -> list[str]:
        return [part.strip() for part in self.text(name, "").split(",") if part.strip()]

    def policies(self, name: str, owners: Collection[str]) -> Mapping[str, str]:
        """The repository with an owner's rules, by the owner in lower case."""
        found: dict[str, str] = {}
        for full_name in self.listed(name):
            if not _FULL_NAME.fullmatch(full_name):
                raise SettingsError(f"{name} must be like acme/.github-private, with commas between; not {full_name!r}")
            owner, repository = full_name.lower().split("/", 1)
            if repository == ".github":
                raise SettingsError(f"{name}: {full_name} has no authority; name another repository of {owner}")
            if owner in found:
                raise SettingsError(f"{name} names {found[owner]} and {full_name}: one repository for each owner")
            self.served(name, full_name, owners)
            found[owner] = full_name
        return found

    def targets(self, name: str, owners: Collection[str]) -> tuple[Allowance, ...] | None:
        """None where it is not set: then only the owner's rules allow targets."""
        lines = self.listed(name)
        read = [(line, read_allowance(line)) for line in lines]
        if wrong := next((line for line, found in read if found is None), None):
            form = "acme/shop=codedeploy:application/group"
            raise SettingsError(f"{name} must be like {form}, with commas between; not {wrong!r}")
        found = tuple(one for _, one in read if one)
        for one in found:
            if "*" not in one.repository.split("/", 1)[0]:
                self.served(name, one.repository, owners)
        return found if lines else None

    def served(self, name: str, full_name: str, owners: Collection[str]) -> None:
        owner = full_name.split("/", 1)[0]
        if owners and owner.lower() not in owners:
            raise SettingsError(f"{name} names {full_name}, and {owner} is not in GHAPP_OWNERS")

    def number(self, name: str, default: str | None, least: int, most: int) -> int:
        text = self.text(name, default)
        if not re.fullmatch("[0-9]{1,19}", text) or not least <= int(text) <= most:
            end = f" to {most}" if most < 2**31 else ""
            raise SettingsError(f"{name} must be a whole number from {least}{end}")
        return int(text)

    def choice(self, name: str, known: tuple[str, ...]) -> str:
        value = self.text(name, known[0]).lower()
        if value not in known:
            raise SettingsError(f"{name} must be one of {', '.join(known)}")
        return value

    def url(self, name: str, default: str) -> str:
        text = self.text(name, default)
        try:
            address = URL(text)
        except ValueError:
            address = URL()
        if address.scheme not in ("http", "https") or not address.host:
            raise SettingsError(f"{name} must be an address like {default}")
        return text.rstrip("/")

    def place(self, name: str) -> tuple[str, int] | None:
        text = self.text(name, "")
        found = re.fullmatch(r"(?:\[([0-9a-fA-F:]+)\]|([^:\[\]]*)):([0-9]{1,5})", text, re.ASCII)
        if text and (found is None or int(found[3]) > 65535):
            raise SettingsError(f"{name} must be like 127.0.0.1:9090")
        return (found[1] or found[2] or "127.0.0.1", int(found[3])) if found else None

    def slack_url(self, name: str) -> str:
        address = self.url(name, "https://slack.com/api/") + "/"
        if not address.endswith("/api/"):
            raise SettingsError(f"{name} must end in /api/")
        return address

    def slack_token(self, name: str) -> str | None:
        token = self.text(name, "") or None
        if token and (complaint := wrong_token(token)):
            raise SettingsError(f"{name}: {complaint}")
        return token

    def slack_secret(self, name: str, token: str) -> str | None:
        secret = self.text(name, "") or None
        if secret and not self.text(token, ""):
            raise SettingsError(f"{name} is set and {token} is not, so ghapp could not answer: set both, or neither")
        if secret and len(secret) < SECRET_LENGTH:
            raise SettingsError(f"{name} must have at least {SECRET_LENGTH} characters")
        return secret

    def sign_in(self, client_id: str, client_secret: str, session: str) -> SignInSettings | None:
        """None where all three are unset. Each missing or invalid one is noted by itself."""
        given = [name for name in (client_id, client_secret, session) if self.text(name, "")]
        if not given:
            return None
        return SignInSettings(
            client_id=self._each(self.client_id, client_id, given[0]),
            client_secret=self._each(self.client_secret, client_secret, given[0]),
            session_secrets=self._each(self.session_secrets, session, given[0]),
        )

    def needed_with(self, name: str, other: str) -> str:
        value = self.text(name, "")
        if not value:
            raise SettingsError(f"{name} is not set, and {other} is: sign-in needs all of {', '.join(SIGN_IN)}")
        return value

    def client_id(self, name: str, other: str) -> str:
        value = self.needed_with(name, other)
        if value.isdigit():
            raise SettingsError(f"{name} must be the App's client id, like Iv23li…. This is the App's id")
        if not re.fullmatch(r"[A-Za-z0-9._-]{4,255}", value, re.ASCII):
            raise SettingsError(f"{name} must be the App's client id, like Iv23li…")
        return value

    def client_secret(self, name: str, other: str) -> Secret:
        value = self.needed_with(name, other)
        if len(value) < SECRET_LENGTH or not re.fullmatch(r"[!-~]+", value, re.ASCII):
            raise SettingsError(f"{name} must be a client secret from the App's page, with no blank in it")
        return Secret(value)

    def session_secrets(self, name: str, other: str) -> tuple[Secret, ...]:
        secrets = [part.strip() for part in self.needed_with(name, other).split(",")]
        if len(secrets) > 2:
            raise SettingsError(f"{name} must be one secret, or the new and the old one with a comma between")
        if any(len(secret) < SESSION_SECRET_LENGTH for secret in secrets):
            raise SettingsError(f"{name} must have at least {SESSION_SECRET_LENGTH} characters in each secret")
        return tuple(map(Secret, secrets))

    def key(self) -> str:
        path = self.text("GITHUB_PRIVATE_KEY_PATH", "")
        if path and self.text("GITHUB_PRIVATE_KEY", ""):
            raise SettingsError("GITHUB_PRIVATE_KEY and GITHUB_PRIVATE_KEY_PATH are both set: remove one of them")
        name = "GITHUB_PRIVATE_KEY_PATH" if path else "GITHUB_PRIVATE_KEY"
        try:
            key = Path(path).read_text() if path else self.text(name, None).replace("\\n", "\n")
        except OSError as error:
            raise SettingsError(f"{name} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise SettingsError(f"{name} is not a PEM private key") from None
        if "PRIVATE KEY-----" not in key:
            raise SettingsError(f"{name} is not a PEM private key")
        return key

    def secrets(self, name: str) -> tuple[Secret, ...]:
        secrets = tuple(part.strip() for part in self.text(name, None).split(","))
        if any(len(secret) < SECRET_LENGTH for secret in secrets):
            raise SettingsError(f"{name} must have at least {SECRET_LENGTH} characters")
        return tuple(map(Secret, secrets))

    def store(self, name: str) -> Path | Table:
        address = self.text(name, "sqlite:///ghapp.db")
        if re.fullmatch(r"dynamodb://[A-Za-z0-9_.-]{3,255}", address):
            return Table(address.removeprefix("dynamodb://"))
        path = address.removeprefix("sqlite:///")
        if path == address or not path:
            raise SettingsError(f"{name} must be sqlite:///PATH or dynamodb://TABLE")
        if "DYNO" in self._environ or "AWS_LAMBDA_FUNCTION_NAME" in self._environ:
            raise SettingsError(f"{name}: SQLite would lose its state here, since this host's disk does not last")
        return Path(path)


def read_dotenv(dotenv: Path) -> Mapping[str, str]:
    """Reads `.env`, if it exists. A line that cannot be parsed raises: ignored, a setting would have no effect."""
    if not (dotenv.is_file() or dotenv.is_fifo()):
        return {}
    try:
        text = dotenv.read_text("utf-8")
    except UnicodeDecodeError:
        raise SettingsError(f"{dotenv} is not text in UTF-8") from None
    except OSError as error:
        raise SettingsError(f"{dotenv} cannot be read: {error.strerror}") from None
    for binding in parse_stream(StringIO(text)):
        if binding.error:
            before, _, _ = binding.original.string.partition(binding.original.string.strip())
            line = binding.original.line + before.count("\n")
            raise SettingsError(f"{dotenv}, line {line}: expected NAME=value")
    return {name: value for name, value in dotenv_values(stream=StringIO(text)).items() if value}


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


def wrong_token(token: str) -> str:
    """Why this is no bot's token; empty where it looks like one."""
    if token.startswith("xoxb-"):
        return "" if re.fullmatch(r"[A-Za-z0-9-]+", token) else "the token contains a character that no token has"
    kind = next((kind for prefix, kind in TOKENS.items() if token.startswith(prefix)), "is no token of Slack")
    return f"this {kind}: the bot's token begins with xoxb-"


def _secret(text: str | None) -> Secret | None:
    return Secret(text) if text else None
