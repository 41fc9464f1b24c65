"""Logs an unexpected exception without its message; the client gets a bare 500."""

import logging
import traceback

logger = logging.getLogger(__name__)


def unexpected(error: BaseException | None) -> None:
    """Logs the traceback and the type; the message may quote a body or a secret."""
    where = "".join(traceback.format_tb(error.__traceback__)) if error else ""
    logger.error("unexpected %s\n%s", type(error).__name__, where)
