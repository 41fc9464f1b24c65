"""Deployments, their statuses, and environments."""

from urllib.parse import quote

from ghapp.demo.github.content import Code
from ghapp.demo.github.shapes.accounts import app, user
from ghapp.demo.github.shapes.repositories import api
from ghapp.demo.github.shapes.words import Json, instant, node_id, number_for
from ghapp.demo.github.state import Deployment


def deployment(code: Code, one: Deployment) -> Json:
    url = f"{api(code)}/deployments/{one.id}"
    return {
        "url": url,
        "id": one.id,
        "node_id": node_id("Deployment", one.id),
        "sha": one.sha,
        "ref": one.ref,
        "task": one.task,
        "payload": one.payload,
        "original_environment": one.environment,
        "environment": one.environment,
        "description": one.description or None,
        "creator": user(code.site, one.creator),
        "created_at": instant(one.at),
        "updated_at": instant(code.now()),
        "statuses_url": f"{url}/statuses",
        "repository_url": api(code),
        "transient_environment": False,
        "production_environment": one.environment == "production",
        "performed_via_github_app": None if one.job else app(code.site),
    }


def environment(code: Code, name: str) -> Json:
    number, escaped = number_for(name), quote(name, safe="")
    return {
        "id": number,
        "node_id": node_id("Environment", number),
        "name": name,
        "url": f"{api(code)}/environments/{escaped}",
        "html_url": f"{code.site.web_url}/{code.full_name}/deployments/activity_log?environments_filter={escaped}",
        "created_at": instant(code.now()),
        "updated_at": instant(code.now()),
        "protection_rules": [],
        "deployment_branch_policy": None,
    }


def status(code: Code, one: Deployment, number: int, *, description: str, **urls: str) -> Json:
    """The newest status of a deployment."""
    url = f"{api(code)}/deployments/{one.id}"
    return {
        "url": f"{url}/statuses/{number}",
        "id": number,
        "node_id": node_id("DeploymentStatus", number),
        "state": one.states[-1],
        "creator": user(code.site, code.site.app.login),
        "description": description,
        "environment": one.environment,
        "target_url": urls.get("log_url") or code.site.url,
        "created_at": instant(code.now()),
        "updated_at": instant(code.now()),
        "deployment_url": url,
        "repository_url": api(code),
        "performed_via_github_app": app(code.site),
    } | urls
