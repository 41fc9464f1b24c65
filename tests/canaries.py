"""Every secret of the tests' world says `canary`, or has a shape of its own; none may ever be heard in a log."""

import logging
import re
import traceback

_STANDARD = frozenset(vars(logging.makeLogRecord({})))
# JWTs and keys are known by how they begin
SECRETS = re.compile(r"canary|\beyJ[\w-]{8,}\.eyJ|PRIVATE KEY-----|\bMII[A-Za-z0-9+/]{40}")


class Ear(logging.Handler):
    """Hears whatever is logged, before anything is masked, and keeps what no log may hold."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """What it says, its fields, and its exception with all that caused it."""
        fields = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        line = f"{record.name}: {record.getMessage()} {fields or ''}"
        if record.exc_info and record.exc_info[1]:
            line += "".join(traceback.format_exception(record.exc_info[1]))
        if SECRETS.search(line):
            self.heard.append(line)
