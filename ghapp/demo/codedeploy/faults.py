"""What can go wrong between a caller and CodeDeploy, for tests to order."""

import asyncio
from dataclasses import dataclass
from typing import Final


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """CodeDeploy's own no: an error's name as the service model has it, and a sentence."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status = code, message, status


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer this error instead; nothing is carried out."""

    code: str
    message: str = ""
    status: int = 400


@dataclass(frozen=True, slots=True)
class Fail:
    """Answer this HTTP status without a word that a client could read; nothing is carried out."""

    status: int = 500


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection closes without an answer, before or after it was carried out."""

    done: bool


@dataclass(frozen=True, slots=True)
class Hold:
    """The answer (or, with `before`, the carrying out) waits until the test sets the event."""

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
    """Befalls the next `times` calls of this operation; the first that fits is used up first."""

    operation: str
    kind: Kind
    times: int = 1

    def befalls(self, operation: str) -> bool:
        """Is this call its next victim? Counts down if so."""
        hit = self.times > 0 and self.operation == operation
        self.times -= hit
        return hit
