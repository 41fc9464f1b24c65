"""Maps CodeDeploy's errors: a fault that passes, a denial, or an answer about the deployment."""

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
    """An error answer of CodeDeploy's. `code` is its name in the service's model."""

    def __init__(self, code: str, message: str, status: int) -> None:
        message = message[:MESSAGE_KEPT]  # an environment's document may store it
        super().__init__(f"CodeDeploy: {code}: {message}")
        self.code, self.message, self.status = code, message, status

    @property
    def throttled(self) -> bool:
        """Whether the request was rejected before anything was done."""
        return self.code in _THROTTLED

    @property
    def passing(self) -> bool:
        """Whether a retry may work; the request may have been carried out all the same."""
        return self.code in _PASSING or self.status >= 500


class Unsent(Retryable):
    """The request was certainly not sent."""


def meaning(error: Exception) -> Exception:
    """The exception to raise for an error of botocore's; any other is a bug of ours, and is returned unchanged."""
    from botocore.exceptions import (  # not loaded where it is not used
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
    if isinstance(error, BotoCoreError):  # such as missing credentials
        return Permanent(f"CodeDeploy cannot be asked: {error}")
    return error


def fault(said: Said) -> Fault:
    """The fault for an error answer that has no meaning for the caller."""
    return Retryable(str(said)) if said.passing else Permanent(str(said))
