"""Maps a refused dispatch to a known reason. GitHub has no codes for them, only messages."""

import re

from ghapp.adapters.github.faults import Refused
from ghapp.core.model.dispatch_refusal import Code, DispatchRefusal

# as reported in benc-uk/workflow-dispatch#46 and #72, backstage/backstage#20023, cli/cli#5246,
# nodejs/release-cloudflare-worker#1020, actions/github-script#298
_SENTENCES: tuple[tuple[str, Code], ...] = (
    (r"does not have 'workflow_dispatch' trigger", "dispatch.no_trigger"),
    (r"Unexpected inputs provided: (\[.*)", "dispatch.unknown_input"),
    (r"Required input '([^']+)' not provided", "dispatch.missing_input"),
    (r"Provided value '.*' for input '([^']+)' not in the list of allowed values", "dispatch.input_value"),
    (r"failed to parse workflow: (.*)", "dispatch.unreadable"),
    (r"on a disabled workflow", "dispatch.disabled_workflow"),
    (r"Actions has been disabled for this", "dispatch.disabled_actions"),
    # docs.github.com/actions/concepts/about-actions-policies; the message about an actor is not documented
    (r"(?:Event|Actor) '.*' is not allowed", "dispatch.not_allowed"),
    (r"Resource not accessible by integration", "dispatch.no_permission"),
)


def explain_refusal(refused: Refused) -> str:
    """The stored form of a known reason; else GitHub's message."""
    if refused.status == 404 and refused.message in ("", "Not Found"):
        return str(DispatchRefusal("dispatch.no_workflow"))
    for pattern, code in _SENTENCES:
        if found := re.search(pattern, refused.message):
            return str(DispatchRefusal(code, _name(found[1] if found.re.groups else "")))
    return refused.message or str(refused)


def _name(said: str) -> str:
    """Several names are a JSON list, whose end may be cut off."""
    return ", ".join(re.findall(r'"([^"]+)"', said)) if said.startswith("[") else said
