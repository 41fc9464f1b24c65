"""A client of one of Amazon's services. Credentials, region and addresses come from where Amazon's own tools look."""

import logging
import os
import threading
from functools import cache
from typing import Any

from ghapp.ports import Permanent

CONNECT_WITHIN = 2.0  # seconds

_lock = threading.Lock()  # a session is not for several threads, a client is


def client(service: str, *, answer_within: float, connections: int) -> Any:
    """One that any number of threads may use. Slow to make (0.4 s), and nothing is sent yet.

    Raises `Permanent` where the environment names no region or what it names is wrong.
    """
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, NoRegionError

    for name in ("boto3", "botocore", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)  # below that it tells requests with their credentials
    config = Config(
        connect_timeout=CONNECT_WITHIN,
        read_timeout=answer_within,
        # whoever calls tries again: only there is it known how a lost answer is told from a refusal
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=connections,
        tcp_keepalive=True,
        parameter_validation=False,  # a third of a call's CPU; the service checks all the same
    )
    region = os.environ.get("AWS_REGION") or None  # botocore itself knows AWS_DEFAULT_REGION only
    try:
        with _lock:
            return _session().client(service, region_name=region, config=config)
    except NoRegionError:
        raise Permanent("AWS_REGION is not set") from None
    except (BotoCoreError, ValueError) as error:
        raise Permanent(str(error)) from error


@cache
def _session() -> Any:
    """One for all clients, since it keeps what it has read. Its type would list every service that Amazon has."""
    from boto3.session import Session

    return Session()
