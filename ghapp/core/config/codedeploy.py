"""The setting `rollback`: the deployment group of Amazon's CodeDeploy that rolls back."""

import re

from ghapp.core.config.kinds import Key, Kind, record, text, text_of, wrong
from ghapp.core.config.model import CodeDeploy
from ghapp.core.config.yaml_tree import Mapping, Node

_NAME = re.compile(r"[A-Za-z0-9_.@+=,-]{1,100}", re.ASCII)
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+){1,3}-[0-9]{1,2}", re.ASCII)
_ROLE = re.compile(r"arn:aws[a-z-]{0,10}:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]{1,512}", re.ASCII)


def _runner(node: Node) -> str:
    found = text_of(node)
    if found == "ecs":
        raise wrong(node, "config.later", text=found)
    if found != "codedeploy":
        raise wrong(node, "config.runner", text=found)
    return found


RUNNER: Kind[str] = Kind(_runner, {"enum": ["codedeploy"]})
NAME = text("group_name", _NAME)
KEYS = (
    Key(name="runner", kind=RUNNER, about="`codedeploy`; required.", example="runner: codedeploy"),
    Key(name="application", kind=NAME, about="Its application; required.", example="application: shop"),
    Key(
        name="deployment_group",
        kind=NAME,
        about="The deployment group that the workflow deploys to; required.",
        example="deployment_group: shop-prod",
    ),
    Key(name="region", kind=text("region", _REGION), about="Where that is; required.", example="region: eu-central-1"),
    Key(
        name="role_arn",
        kind=text("role_arn", _ROLE),
        about="The role to take on, if the server's own may not; with the external id `ghapp:<repository id>`.",
        example="role_arn: arn:aws:iam::111122223333:role/ghapp",
    ),
)


def _made(*, runner: str, **written: str) -> CodeDeploy:
    return CodeDeploy(**written)


_FIELDS: Kind[CodeDeploy] = record(KEYS, _made, required=("runner", "application", "deployment_group", "region"))


def _read(node: Node) -> CodeDeploy:
    named = node.items if isinstance(node, Mapping) else ()
    if written := next((key for key, _ in named if key.text == "external_id"), None):
        raise wrong(written, "config.external_id")
    return _FIELDS.read(node)


def _shown(place: CodeDeploy) -> object:
    shown = _FIELDS.show(place)
    return {"runner": "codedeploy", **shown} if isinstance(shown, dict) else shown


CODEDEPLOY: Kind[CodeDeploy] = Kind(_read, _FIELDS.schema, _shown, KEYS)

HOW = """\
```yaml
environments:
  production:
    workflow: deploy.yml
    rollback:
      runner: codedeploy
      application: shop
      deployment_group: shop-prod
      region: eu-central-1
      role_arn: arn:aws:iam::111122223333:role/ghapp
```

The workflow goes on making the deployments; ghapp looks at them. The environment stays locked until CodeDeploy has
finished, whatever became of the run, and `/rollback` goes back by CodeDeploy: while what was before is still up, by
stopping the deployment with its automatic rollback (about a minute); after that by deploying the kept revision once
more; and to `#40`, past the one before, by both, one after the other. How and how long is said before anything is
done. Where nothing was released through ghapp before, it goes to what CodeDeploy brought out, and says what is not
known of that.

A deployment is taken for ghapp's own if its description shows the ticket (`--description "${{ inputs.ghapp }}"`), or if
it is the only one that was made in the group from when the command was accepted until its run had ended. Any other is
not stopped, but named: whoever may roll back can say yes to that very one, with `/rollback production stop d-…`.

What CodeDeploy makes by itself for instances that come or go (a scale-out, a scale-in, an update of instances launched
meanwhile) changes nothing of what serves: it is known as that, waited for, and never stopped. A rollback waits at most
ten minutes for it; after a release `/unlock` ends the wait. CodeDeploy lets nobody stop what CloudFormation has it do:
that is named, and the stack's update has to be cancelled.

The server's credentials come from where Amazon's own tools look. It, or the role, needs `codedeploy:ListDeployments`
`GetDeployment` `BatchGetDeployments` `ListDeploymentTargets` `BatchGetDeploymentTargets` `GetApplicationRevision`
`RegisterApplicationRevision` `GetDeploymentConfig` `StopDeployment` `ContinueDeployment` and `CreateDeployment` on that
group alone. Which repository may act on which group is said by the operator, in the server's setting
`GHAPP_AWS_TARGETS` (`acme/shop=codedeploy:shop/shop-prod`, with commas between, `*` for any characters but `/`), or by
the owner's rules under `platforms`; where both are there, both have to allow it, and where neither is, nothing is
allowed. The check `ghapp/config` names a missing line before the merge.

Both are checked at each call to CodeDeploy, for the very group of that call: a deployment that began before the config
named another group, or before the rules changed, is no exception. A group that is not allowed is not asked about:
`/rollback` is refused with the line to add, and a release stays locked, since what serves there is unknown. It comes
free by itself within a minute or so after the line was added, once CodeDeploy rests; or by `/unlock` with a reason,
from somebody who may unlock and has looked.

The setting has two limits, and so has `platforms`:

- An allowance `<repository>=codedeploy:<application>/<group>` holds for that application and group in every region,
  and with every `role_arn` in the config, thus in every account whose role the server can assume.
- One group belongs to one repository. If two repositories name it, and both may act on it, every call on it is refused
  for both. So with a wildcard, such as `acme/*=codedeploy:shop/shop-prod`, whoever can change the config of one `acme`
  repository can block the group of another. Two claims of one name are two groups only if the regions differ, or if
  each names a `role_arn` and the accounts differ. Allow each group to one repository, by its full name.

With `role_arn` the server shows the external id `ghapp:<repository id>` (`gh api repos/acme/shop --jq .id`), which no
config can choose: let the role's trust policy ask for that one.
"""
