"""Why an attempt was not started: in our own words if the reason is known, else in those of GitHub or CodeDeploy."""

from ghapp.core.model.dispatch_refusal import read_refusal
from ghapp.core.words import Voice


def reason(voice: Voice, kept: str, *, workflow: str, by_codedeploy: bool = False) -> str:
    """One line. `kept`: the attempt's record of it; `workflow`: the file that was to be started."""
    if by_codedeploy:
        return voice.say("number.detail.codedeploy", detail=kept)
    refusal = read_refusal(kept)
    if refusal is None:
        return voice.say("number.detail", detail=kept)
    return voice.say(refusal.code, file=workflow, name=refusal.name)
