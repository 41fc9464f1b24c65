"""Application revisions: an AppSpec identified by its sha256, or an object in S3."""

from hashlib import sha256
from typing import Any

import yaml

from ghapp.demo.codedeploy import shapes
from ghapp.demo.codedeploy.faults import Refused
from ghapp.demo.codedeploy.operations import lookup
from ghapp.demo.codedeploy.state import Application, Registered, Revision
from ghapp.demo.codedeploy.world import World

Json = dict[str, Any]

BUNDLES = ("zip", "tar", "tgz")


def get(world: World, asked: Json) -> Json:
    """GetApplicationRevision: the only answer with the AppSpec's text."""
    owner = lookup.application(world, asked)
    known = _known(owner, asked["revision"])
    return {
        "applicationName": owner.name,
        "revision": shapes.location(known.revision, content=True),
        "revisionInfo": shapes.revision(known),
    }


def list_all(world: World, asked: Json) -> Json:
    """ListApplicationRevisions, in the order of their registration."""
    owner = lookup.application(world, asked)
    found = [shapes.location(known.revision) for known in owner.revisions.values()]
    shown, token = lookup.page(asked, found, world.page_size)
    return shapes.given(revisions=shown, nextToken=token)


def register(world: World, asked: Json) -> Json:
    """RegisterApplicationRevision."""
    world.register(lookup.application(world, asked), wanted(asked["revision"]), asked.get("description"))
    return {}


def _known(owner: Application, place: Json) -> Registered:
    key = place.get("appSpecContent", {}).get("sha256")
    key = key or wanted(place).key
    if key not in owner.revisions:
        raise Refused("RevisionDoesNotExistException", "No application revision found for the given location")
    return owner.revisions[key]


def deployable(owner: Application, place: Json | None, *, on_instances: bool) -> Revision:
    """The revision to deploy. `on_instances`: it must be a bundle of files, else an AppSpec.

    Not verified against AWS: a sha256 alone stands for a registered revision.
    """
    if not place:
        raise Refused("RevisionRequiredException", "Revision is required")
    if place.get("revisionType") == "AppSpecContent" and "content" not in place.get("appSpecContent", {}):
        return _known(owner, place).revision
    if (place.get("s3Location", {}).get("bundleType") in BUNDLES) != on_instances:
        raise Refused("InvalidRevisionException", "An ECS deployment takes an AppSpec, as text or in S3")
    return wanted(place)


def wanted(place: Json) -> Revision:
    """The revision that a location describes in full."""
    match place:
        case {"revisionType": "AppSpecContent", "appSpecContent": {"content": str(content)} as spec}:
            return _checked(content, spec.get("sha256"))
        case {"revisionType": "S3", "s3Location": {"bucket": bucket, "key": key, "bundleType": kind} as s3} if kind in (
            "YAML",
            "JSON",
            *BUNDLES,
        ):
            return Revision(f"{bucket}/{key}@{s3.get('version', '')}", s3=tuple(sorted(s3.items())))
        case _:
            raise Refused("InvalidRevisionException", "An ECS deployment takes an AppSpec, as text or in S3")


def _checked(content: str, told: str | None) -> Revision:
    """Not verified against AWS: a bad AppSpec is refused here, not only when the deployment starts."""
    if told is not None and told != sha256(content.encode()).hexdigest():
        raise Refused("InvalidRevisionException", "The sha256 is not that of the content")
    try:
        match yaml.safe_load(content):
            case {"Resources": [{"TargetService": {"Properties": {"TaskDefinition": str()}}}, *_]}:
                return Revision.of(content)
            case _:
                pass
    except yaml.YAMLError:
        pass
    raise Refused("InvalidRevisionException", "The AppSpec names no task definition for its TargetService")
