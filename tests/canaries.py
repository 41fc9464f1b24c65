"""Every secret of the tests' world says `canary`, or has a shape of its own; none may ever be heard in a log."""

import logging
import re
import traceback

from ghapp.demo.github import App

_STANDARD = frozenset(vars(logging.makeLogRecord({})))
_KEY = [line for line in App.make().private_key_pem.splitlines()[1:-1] if len(line) > 40]
SECRETS = re.compile("|".join([r"canary", r"\beyJ[\w-]{8,}\.eyJ", r"PRIVATE KEY-----", *map(re.escape, _KEY)]), re.I)


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
