"""Maps the service's errors: a condition that did not hold, a fault that passes, or one that does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own, unrelated to Python's
    HTTPClientError,
    IncompleteReadError,
)

from ghapp.adapters.aws.dynamodb.rows import Attributes, read
from ghapp.ports import Permanent, Retryable

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
_PASSING = frozenset(
    {
        "InternalServerError",
        "InternalFailure",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "ReplicatedWriteConflictException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
        # reasons for which a transaction is cancelled
        "ProvisionedThroughputExceeded",
        "ThrottlingError",
        "TransactionConflict",
    }
)

# the request cannot be stored: too large, or a bug of ours
_REFUSED = frozenset(
    {"ValidationException", "ValidationError", "ItemCollectionSizeLimitExceeded", "SerializationException"}
)


class Again(Exception):  # noqa: N818 - not a fault yet
    """An immediate retry may work. Whether the call was carried out is unknown."""


@dataclass(frozen=True, slots=True)
class Reason:
    """The outcome of one action of a write. `row`: the stored row, empty without one."""

    unmet: bool
    row: Attributes


class Unmet(Exception):  # noqa: N818 - an outcome, not an error
    """Conditions did not hold, and nothing was written. `reasons`: one for each action, in their order."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__("a condition did not hold")
        self.reasons = reasons


class Exists(Exception):  # noqa: N818 - an outcome, not an error
    """The table exists already, or is being created."""


class Missing(Exception):  # noqa: N818 - an outcome, not an error
    """The table does not exist."""


def meaning(error: BotoCoreError | ClientError) -> Exception:
    """The exception to raise for an error of botocore's."""
    if isinstance(error, ClientError):
        return _said(error.response)
    if isinstance(error, ConnectionError | HTTPClientError | IncompleteReadError):
        return Again(str(error))
    return Retryable(f"the store cannot be used: {error}")  # such as missing credentials


def _said(response: Mapping[str, Any]) -> Exception:
    code, message = response["Error"].get("Code", ""), response["Error"].get("Message", "")
    if code == "ConditionalCheckFailedException":
        return Unmet(Reason(unmet=True, row=read(response.get("Item") or {})))
    if code == "TransactionCanceledException":
        return _cancelled(response)
    if code == "ResourceInUseException":
        return Exists(message)
    if code == "ResourceNotFoundException":
        return Missing(message)
    if code in _PASSING or response["ResponseMetadata"].get("HTTPStatusCode", 0) >= 500:
        return Again(f"{code}: {message}")
    if code in _REFUSED:
        return Permanent(f"the store refuses it: {message}")
    return Retryable(f"the store cannot be used: {code}: {message}")


def _cancelled(response: Mapping[str, Any]) -> Exception:
    """Unmet only where every reason is a condition: otherwise another transaction may have been in the way."""
    reasons = response.get("CancellationReasons") or []
    codes = [reason.get("Code", "None") for reason in reasons]
    if refused := [reason for reason in reasons if reason.get("Code") in _REFUSED]:
        return Permanent(f"the store refuses it: {refused[0].get('Message', '')}")
    if set(codes) - {"None"} != {"ConditionalCheckFailed"}:
        return Again(f"transaction cancelled: {', '.join(sorted(set(codes) - {'None'}))}")
    return Unmet(
        *(
            Reason(unmet=code == "ConditionalCheckFailed", row=read(reason.get("Item") or {}))
            for code, reason in zip(codes, reasons, strict=True)
        )
    )
