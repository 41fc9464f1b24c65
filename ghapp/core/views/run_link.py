"""The link to what carries a deployment out, named by where it leads: a workflow run, or CodeDeploy's console."""

from ghapp.core.model.environment import Deployment
from ghapp.core.words import Voice


def link(voice: Voice, url: str, runner: str) -> str:
    """As a link."""
    code = "prompt.view.codedeploy" if runner == "codedeploy" else "prompt.view.run"
    return voice.markup.link(voice.say(code), url)


def link_of(voice: Voice, deployment: Deployment) -> str:
    """The same; "" while there is nothing to see."""
    return link(voice, deployment.run.url, deployment.grant.runner) if deployment.run else ""
