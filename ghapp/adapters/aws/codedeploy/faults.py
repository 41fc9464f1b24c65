"""What CodeDeploy's errors mean: it may work later, it is not allowed, or it says something of the deployment."""

from typing import Any

from ghapp.ports import Fault, Permanent, Retryable

_PASSING = frozenset(
    {
        "InternalFailure",
        "InternalServerError",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
MESSAGE_KEPT = 1000
_THROTTLED = _PASSING - {"InternalFailure", "InternalServerError", "ServiceUnavailable"}


class Said(Exception):  # noqa: N818 - an answer, not a fault yet
    """CodeDeploy answered with an error. `code` is its name in the service's model."""

    def __init__(self, code: str, message: str, status: int) -> None:
        message = message[:MESSAGE_KEPT]  # an environment's document may keep it
        super().__init__(f"CodeDeploy: {code}: {message}")
        self.code, self.message, self.status = code, message, status

    @property
    def throttled(self) -> bool:
        """Whether it was turned away before anything was done."""
        return self.code in _THROTTLED

    @property
    def passing(self) -> bool:
        """Whether the same may work later; what was asked may have been done all the same."""
        return self.code in _PASSING or self.status >= 500


class Unsent(Retryable):
    """It was certainly not sent."""


def meaning(error: Exception) -> Exception:
    """What to raise for an error of botocore's; any other is a mistake of ours, and stays what it is."""
    from botocore.exceptions import (  # where nobody uses it, it is not loaded
        BotoCoreError,
        ClientError,
        ConnectTimeoutError,
        EndpointConnectionError,
        HTTPClientError,
    )

    if isinstance(error, ClientError):
        answer: dict[str, Any] = dict(error.response)
        said, status = answer.get("Error", {}), answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return Said(said.get("Code", ""), said.get("Message", ""), status)
    if isinstance(error, ConnectTimeoutError | EndpointConnectionError):
        return Unsent(f"CodeDeploy cannot be reached: {error}")
    if isinstance(error, HTTPClientError):
        return Retryable(f"CodeDeploy does not answer: {error}")
    if isinstance(error, BotoCoreError):  # credentials that are missing or could not be fetched
        return Permanent(f"CodeDeploy cannot be asked: {error}")
    return error


def fault(said: Said) -> Fault:
    """An answer that says nothing of what was asked for."""
    return Retryable(str(said)) if said.passing else Permanent(str(said))
