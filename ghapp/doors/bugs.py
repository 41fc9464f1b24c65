"""A bug answers 500 and nothing more."""

import logging
import traceback

logger = logging.getLogger(__name__)


def unexpected(error: BaseException | None) -> None:
    """Where it happened is logged; what it says may quote a body or a secret."""
    where = "".join(traceback.format_tb(error.__traceback__)) if error else ""
    logger.error("unexpected %s\n%s", type(error).__name__, where)
