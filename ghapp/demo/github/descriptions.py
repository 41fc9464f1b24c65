"""GitHub's rules for the description of a commit status or a deployment."""

LONGEST = 140


def complaint(text: str) -> str:
    """The message of GitHub's 422; empty where the text is valid."""
    if len(text) > LONGEST:
        return f"description is too long (maximum is {LONGEST} characters)"
    if any(ord(sign) > 0xFFFF for sign in text):
        return "description doesn't accept 4-byte Unicode"
    return ""
