"""Checks GitHub's signature of a body, before anything else in the request is believed."""

import hmac
import re
from collections.abc import Sequence

_SHAPE = re.compile(r"sha256=[0-9a-f]{64}", re.ASCII)


def genuine(body: bytes, signature: str | None, secrets: Sequence[str]) -> bool:
    """Whether one of the secrets signed the body: two are valid during rotation, and an empty one signs nothing.

    https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    """
    if signature is None or not _SHAPE.fullmatch(signature):
        return False
    tried = [_signed(body, signature, secret) for secret in secrets if secret]  # all: the time must not show which
    return any(tried)


def _signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        right = hmac.digest(secret.encode(), body, "sha256").hex()
    except UnicodeEncodeError:
        return False
    return hmac.compare_digest(f"sha256={right}", signature)
