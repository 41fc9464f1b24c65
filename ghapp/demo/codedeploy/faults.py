"""Faults between a caller and CodeDeploy, which tests order."""

import asyncio
from dataclasses import dataclass
from typing import Final


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """CodeDeploy's refusal: an error's name from the service model, and a message."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status = code, message, status


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answers this error; the call is not carried out."""

    code: str
    message: str = ""
    status: int = 400


@dataclass(frozen=True, slots=True)
class Fail:
    """Answers this HTTP status with an unreadable body; the call is not carried out."""

    status: int = 500


@dataclass(frozen=True, slots=True)
class Drop:
    """Closes the connection without an answer, before or, with `done`, after the call is carried out."""

    done: bool


@dataclass(frozen=True, slots=True)
class Hold:
    """Holds the answer, or with `before` the call itself, until the test sets the event."""

    event: asyncio.Event
    before: bool = False


Kind = Refuse | Fail | Drop | Hold
drop_before, drop_after = Drop(done=False), Drop(done=True)
throttled: Final = Refuse("ThrottlingException", "Rate exceeded")
denied: Final = Refuse("AccessDeniedException", "User is not authorized to perform this action on this resource", 400)
expired: Final = Refuse("ExpiredTokenException", "The security token included in the request is expired")
broken: Final = Refuse("InternalFailure", "We encountered an internal error. Please try again.", 500)
limited: Final = Refuse(
    "DeploymentLimitExceededException", "The Deployment Group 'app-prod' already has an active Deployment 'd-ELSEWHERE'"
)
completed: Final = Refuse("DeploymentAlreadyCompletedException", "The deployment has already completed")


@dataclass(slots=True)
class Fault:
    """Hits the next `times` calls of this operation; the first fault that fits is used up first."""

    operation: str
    kind: Kind
    times: int = 1

    def befalls(self, operation: str) -> bool:
        """Whether this call is hit. Counts down if so."""
        hit = self.times > 0 and self.operation == operation
        self.times -= hit
        return hit
