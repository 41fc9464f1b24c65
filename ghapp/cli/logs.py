"""Log lines for people or for machines: one event, with its fields."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

from ghapp.core.model.secret import masked

CHATTY = ("boto3", "botocore", "slack_sdk", "urllib3")  # below warnings they log whole requests and answers
_STANDARD = frozenset(vars(logging.makeLogRecord({})))


def configure(level: str, form: str, *, file: Path | None = None) -> None:
    """Sends all logs to stderr, or to a file. Third-party clients stay at WARNING: at DEBUG they log everything, keys
    too.
    """
    handler = logging.FileHandler(file, encoding="utf-8") if file else logging.StreamHandler()
    handler.setFormatter(_Json() if form == "json" else _Text())
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)


def show(*packages: str) -> None:
    """Sends the warnings and errors of these packages to stderr too."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Text())
    handler.setLevel(logging.WARNING)
    for package in packages:
        logging.getLogger(package).addHandler(handler)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    extra = {name: value for name, value in vars(record).items() if name not in _STANDARD}
    return {name: value for name, value in extra.items() if value not in (None, "")}


class _Masked(logging.Formatter):
    """Removes from every line all that looks like a token or a key."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(self.line(record))

    def line(self, record: logging.LogRecord) -> str:
        """The line before masking."""
        raise NotImplementedError


class _Json(_Masked):
    """One JSON object per line; control characters stay escaped."""

    def line(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class _Text(_Masked):
    """Short, for a terminal; text by people is quoted, so that it cannot forge a line."""

    def line(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        fields = " ".join(
            f"{name}={json.dumps(value, ensure_ascii=False, default=str)}" for name, value in _fields(record).items()
        )
        message = json.dumps(record.getMessage(), ensure_ascii=False)[1:-1]
        line = f"{at} {record.levelname.lower():<7} {message} {fields}".rstrip()
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line
