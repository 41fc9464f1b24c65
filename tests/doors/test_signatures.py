"""The check of GitHub's signature."""

import hashlib
import hmac

import pytest

from ghapp.doors.signatures import genuine

SECRET = "It's a Secret to Everybody"
BODY = b"Hello, World!"
SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"


def test_githubs_published_example_is_genuine() -> None:
    """https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries"""
    assert genuine(BODY, SIGNATURE, [SECRET])


def test_another_body_or_secret_is_not_genuine() -> None:
    assert not genuine(b"Hello, World?", SIGNATURE, [SECRET])
    assert not genuine(BODY, SIGNATURE, ["It's a Secret to Nobody"])


def test_two_secrets_are_valid_during_rotation() -> None:
    """In either order."""
    assert genuine(BODY, SIGNATURE, [SECRET, "new"])
    assert genuine(BODY, SIGNATURE, ["new", SECRET])


@pytest.mark.parametrize("secrets", [[], [""], ["", ""]])
def test_without_a_secret_nothing_is_genuine(secrets: list[str]) -> None:
    """An unset or empty secret matches no signature, not even one with the empty key."""
    empty = "sha256=" + hmac.new(b"", BODY, hashlib.sha256).hexdigest()
    assert not genuine(BODY, empty, secrets)
    assert not genuine(BODY, None, secrets)


def test_sha1_is_never_accepted() -> None:
    assert not genuine(BODY, "sha1=" + hmac.new(SECRET.encode(), BODY, hashlib.sha1).hexdigest(), [SECRET])


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        SIGNATURE[:-1],
        SIGNATURE + "0",
        SIGNATURE + "\n",
        " " + SIGNATURE,
        SIGNATURE.upper(),
        "SHA256=" + SIGNATURE[7:],
        "sha256=" + SIGNATURE[7:].upper(),
        SIGNATURE[7:],
        "sha256=" + "g" * 64,
        "sha256=" + "٣" * 64,
        "sha256=" + "\udcff" * 64,
        "sha256=" + "é" * 64,
    ],
)
def test_a_malformed_signature_is_only_wrong(signature: str | None) -> None:
    """No header raises an exception."""
    assert not genuine(BODY, signature, [SECRET])


def test_a_secret_that_is_not_text_signs_nothing() -> None:
    """Such a secret comes from an environment that is not UTF-8."""
    assert not genuine(BODY, SIGNATURE, ["\udcff"])
