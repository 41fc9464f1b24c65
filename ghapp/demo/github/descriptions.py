"""What GitHub takes as the description of a commit status or a deployment."""

LONGEST = 140


def complaint(text: str) -> str:
    """What its `errors` say of it; empty where it takes it."""
    if len(text) > LONGEST:
        return f"description is too long (maximum is {LONGEST} characters)"
    if any(ord(sign) > 0xFFFF for sign in text):
        return "description doesn't accept 4-byte Unicode"
    return ""
