"""Every secret in the tests contains `canary` or has a recognizable format; no log may contain one."""

import logging
import re
import traceback

_STANDARD = frozenset(vars(logging.makeLogRecord({})))
# JWTs, keys and encrypted cookies are recognized by their beginnings
SECRETS = re.compile(r"canary|\bgAAAAA[\w-]{40}|\beyJ[\w-]{8,}\.eyJ|PRIVATE KEY-----|\bMII[A-Za-z0-9+/]{40}")


class Ear(logging.Handler):
    """Receives all log records before masking, and keeps the lines with a secret."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Searches the message, the fields, and the exception with its causes."""
        fields = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        line = f"{record.name}: {record.getMessage()} {fields or ''}"
        if record.exc_info and record.exc_info[1]:
            line += "".join(traceback.format_exception(record.exc_info[1]))
        if SECRETS.search(line):
            self.heard.append(line)
