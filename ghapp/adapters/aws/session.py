"""Creates clients of AWS services. Credentials, region and addresses come from where AWS's own tools look."""

import logging
import os
import threading
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from ghapp.ports import Permanent

CONNECT_WITHIN = 2.0  # seconds

_lock = threading.Lock()  # a session is not thread-safe, a client is


@dataclass(frozen=True, slots=True)
class Role:
    """A role to assume, and the external id that its trust policy requires."""

    arn: str
    external_id: str


def client(
    service: str, *, answer_within: float, connections: int, region: str | None = None, role: Role | None = None
) -> Any:
    """A client that any number of threads may use. Slow to create (0.4 s); sends nothing yet.

    A role is assumed with the first call, and again before its credentials expire. Raises `Permanent` where the
    environment names no region or an invalid value.
    """
    from botocore.exceptions import BotoCoreError, NoRegionError

    for name in ("boto3", "botocore", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)  # below that they log requests with credentials
    config = _config(answer_within, connections)
    region = region or os.environ.get("AWS_REGION") or None  # botocore itself reads AWS_DEFAULT_REGION only
    try:
        with _lock:
            session = _session() if role is None else _session_as(role, region)
            return session.client(service, region_name=region, config=config)
    except NoRegionError:
        raise Permanent("AWS_REGION is not set") from None
    except (BotoCoreError, ValueError) as error:
        raise Permanent(str(error)) from error


def _config(answer_within: float, connections: int) -> Any:
    from botocore.config import Config

    return Config(
        connect_timeout=CONNECT_WITHIN,
        read_timeout=answer_within,
        # the caller retries: only there can a lost answer be distinguished from a refusal
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=connections,
        tcp_keepalive=True,
        parameter_validation=False,  # a third of a call's CPU; the service validates, too
    )


@cache
def _session() -> Any:
    """One for all clients, since it caches the files it has read. `Any`: its type would list every AWS service."""
    from boto3.session import Session

    return Session()


@cache
def _session_as(role: Role, region: str | None) -> Any:
    """A session with the role's credentials: fetched when they are needed, and again before they expire."""
    from boto3.session import Session
    from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
    from botocore.exceptions import NoCredentialsError
    from botocore.session import get_session

    own, taken = get_session(), get_session()
    source = own.get_credentials()
    if source is None:
        raise NoCredentialsError
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=partial(own.create_client, region_name=region, config=_config(5.0, 1)),
        source_credentials=source,
        role_arn=role.arn,
        extra_args={"RoleSessionName": "ghapp", "ExternalId": role.external_id},
    )
    credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
    taken._credentials = credentials  # type: ignore[attr-defined]
    return Session(botocore_session=taken)
