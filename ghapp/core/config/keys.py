"""The one table of the settings in `.github/ghapp.yml`: the reader, the docs and the editors' schema use it."""

from datetime import timedelta
from typing import Any

from ghapp.core.config import values
from ghapp.core.config.chain import AFTER
from ghapp.core.config.codedeploy import CODEDEPLOY, HOW
from ghapp.core.config.freeze_windows import WINDOW
from ghapp.core.config.kinds import Key, Kind, duration, listed, pairs, record, text
from ghapp.core.config.model import Require
from ghapp.core.config.targets import REPOSITORY, TARGET

# Known settings that this version does not read: they are refused, since to ignore them would be dangerous.
LATER = frozenset(
    {
        *("local",),
    }
)
PLACES = 1000  # lines of `platforms`
PEOPLE = 1000  # one document of a repository keeps them, and as many of its owner
INPUTS = 25  # GitHub's own limit
WINDOWS = 20
_MINUTE, _DAY = timedelta(minutes=1), timedelta(hours=24)

_FREEZE = """\
```yaml
timezone: Asia/Tokyo
environments:
  production:
    workflow: deploy.yml
    freeze:
      - {weekdays: [fri], from: "17:00", until: "24:00", reason: weekend}
      - {weekdays: [sat, sun], reason: weekend}
      - {from: 2026-12-28, until: 2027-01-04, reason: new year}
      - {holidays: JP, reason: holiday}
      - {holiday_eve: JP, from: "17:00", until: "24:00", reason: holiday tomorrow}
      - {from: "02:00", until: "05:00", reason: nightly batch}
```

Clock times are those of the repository's `timezone`, also on the days when its clocks change: an hour that is shown
twice is frozen twice. A window ends on the day it begins; for a night, write two. Days are whole days unless clock
times stand beside them. Public holidays are those that the Python library
[holidays](https://github.com/vacanza/holidays) knows.

While one window follows another without a gap it is one freeze: `/deploy` is refused until its end, with the reason of
the window that holds now; the gate shows it where `gate` names `freeze`; whoever waits is called when it ends. What is
under way goes on, and a rollback passes.
"""

_APPS = """\
An App that one of the three lists names writes commands like a person: the first line of its comment on a pull request.
It is known by what GitHub signs, the App and its owner (`performed_via_github_app`), and not by its login. It has no
role, so `write` does not mean it. An App that no list names, one of somebody else's, and what an App writes in a
person's name are not answered. ghapp's own App is refused.

Three commands in a row, each within a minute after the answer to the one before, are a conversation with itself: it is
told so once, and one command a minute is read from then on, until it has been quiet for ten minutes.
"""


_AFTER = """\
```yaml
environments:
  staging: {workflow: deploy.yml}
  production: {workflow: deploy.yml, after: staging}
```

`after: staging` is `after: {environment: staging, for: 0m}`. A pull request is called for production when it may be
deployed there; until then its prompt says what it waits for. A rollback of production passes. A merge commit is another
revision than the head of its pull request: where `staging` takes open pull requests, what was merged is deployed there
again. The head of an open pull request goes on only if `staging` had this very commit live.

The time counts from when the revision first went live, also if `staging` goes back to it later; what was rolled back
there begins anew when it comes again. Both environments must release the same branch: a merge is on no other one. While
it is not known what `staging` serves, for example because CodeDeploy cannot be read, nothing goes on, and the answer
says so.
"""


def written(**settings: Any) -> dict[str, Any]:
    """The written settings, unchanged: the others keep the defaults of `EnvironmentConfig`."""
    return settings


SLACK_KEYS = (
    Key(name="channel", kind=values.CHANNEL, about="The channel's id.", example="channel: C024BE91L"),
    Key(
        name="fallback",
        kind=values.GROUP,
        about="The id of a user group that a prompt mentions where no person can be.",
        example="fallback: S0614TZR7",
    ),
)

SLACK = Key(
    name="slack",
    kind=record(SLACK_KEYS, written),
    about="Where in Slack people are told; an environment's own goes before the one for all.",
    example="slack: {channel: C024BE91L, fallback: S0614TZR7}",
)

SHARED: tuple[Key, ...] = (
    SLACK,
    Key(
        name="language",
        kind=values.LANGUAGE,
        about="What people read is written in it: `en` or `ja`.",
        example="language: ja",
        default="en",
    ),
    Key(
        name="timezone",
        kind=values.ZONE,
        about="The zone of the clock times that people read and write.",
        example="timezone: Asia/Tokyo",
        default="UTC",
    ),
    Key(
        name="people",
        kind=pairs("login", values.LOGIN, values.MEMBER, most=PEOPLE, apart=True),
        about="GitHub login: Slack member id, for mentions, and to act from Slack as that login, where the "
        "member has not linked an account by `/ghapp link`. No id stands twice.",
        example="people: {mona: U024BE7LH}",
        default="{}",
    ),
)
"""The settings for all environments."""

PLATFORMS = Key(
    name="platforms",
    kind=pairs("platforms", REPOSITORY, listed(text("target", TARGET)), most=PLACES),
    about="Which repositories, by their names without the owner, may act on which targets of a platform; in both `*` "
    "stands for any characters but `/`. Where it stands, any other target is refused.",
    example='platforms: {shop: ["codedeploy:shop/shop-prod"], "api-*": ["codedeploy:api/api-*"]}',
)
POLICY_KEYS: tuple[Key, ...] = (*SHARED, PLATFORMS)
"""The settings of the owner's rules."""
# they restrict, so they are refused rather than ignored
POLICY_LATER = frozenset({"channels", "mode", "policies"})

REQUIRE_KEYS = (
    Key(
        name="checks",
        kind=values.CHECKS,
        about="`required`: those that the branch's rules require, reported or not, and all jobs of the workflows that "
        "they require, as far as these were reported; `all`: those and all that a push or a pull request has started; "
        "a list of names; or `none`. Each counts as the merge commit has it, else as the "
        "pull request's last head has it; of several results the newest counts.",
        example="checks: [test, lint]",
        default="required",
    ),
    Key(
        name="approvals",
        kind=values.APPROVALS,
        about="So many people who may write, neither the author nor who pushed last, approved the last head. "
        "An App's approval counts only where `deployers`, `rollbackers` or `unlockers` name it.",
        example="approvals: 1",
        default="0",
    ),
    Key(
        name="merged",
        kind=values.FLAG,
        about="Only what was merged. With `false` the head of an open pull request may be released too, if it was "
        "pushed before the command was typed, and comes from no fork.",
        example="merged: true",
        default="true",
    ),
)

ENVIRONMENT: tuple[Key, ...] = (
    Key(
        name="workflow",
        kind=values.WORKFLOW,
        about="The file in `.github/workflows` that releases it, dispatched on the default branch.",
        example="workflow: deploy.yml",
    ),
    Key(
        name="inputs",
        kind=pairs("input", values.INPUT, values.TEMPLATE, most=INPUTS),
        about="All that the workflow is given, each at most 1,000 characters; filled in are `{sha}` "
        "`{environment}` `{ticket}` `{number}` `{pr}` and `{actor}`.",
        example='inputs: {ref: "{sha}", env: "{environment}", ghapp: "{ticket}"}',
        default='{sha: "{sha}", environment: "{environment}", ghapp: "{ticket}"}',
    ),
    Key(
        name="aliases",
        kind=listed(values.ALIAS),
        about="Other names of the environment: letters in any script, digits and `-`, at most 64 bytes of UTF-8. Width "
        "and case do not count: `ｐｒｏｄ` is `prod`. No two may look alike, and none may be a word of the commands.",
        example="aliases: [prod, 本番]",
        default="[]",
    ),
    Key(
        name="github_environment",
        kind=values.GITHUB_ENVIRONMENT,
        about="The name of its environment on GitHub, with any characters; jobs name it under `environment:`, and the "
        "protection rule is set there. No two environments may have the same one; if nothing is said, the name or an "
        "alias.",
        example='github_environment: "Production / EU"',
    ),
    Key(
        name="branch",
        kind=values.BRANCH,
        about="Where its releases come from; if nothing is said, the default branch.",
        example="branch: main",
    ),
    Key(
        name="paths",
        kind=values.PATTERNS,
        about="Which changed files concern it, as in `.gitignore`: the last pattern that matches decides, `!` takes "
        "out; if nothing is said, all.",
        example='paths: ["api/**", "!**/*.md"]',
    ),
    Key(
        name="warn_paths",
        kind=values.PATTERNS,
        about="Files, likewise, that a rollback does not take back; the prompt and the answer say so.",
        example='warn_paths: ["db/migrate/**"]',
    ),
    Key(
        name="lock",
        kind=duration(_MINUTE, _DAY),
        about="How long it is locked for others at least, counted from `/deploy`: 1m to 24h.",
        example="lock: 30m",
        default="30m",
    ),
    Key(
        name="cooldown",
        kind=duration(timedelta(0), _DAY),
        about="It stays locked at least so long after a good end, 0m to 24h; a failed or cancelled run frees at once.",
        example="cooldown: 10m",
        default="0m",
    ),
    Key(
        name="deployers",
        kind=listed(values.PERSON, least=1),
        about="Who may deploy: roles (that or better), teams of the repository's owner, logins, and the owner's own "
        "GitHub Apps. "
        "A team's member or a login also needs write access to the repository.",
        example='deployers: [write, "@acme/sre", mona, app/release-bot]',
        more=_APPS,
        default="[write]",
    ),
    Key(
        name="rollbackers",
        kind=listed(values.PERSON, least=1),
        about="Who may roll back: roles, teams, logins and Apps as above; if nothing is said, whoever may deploy.",
        example="rollbackers: [write, hanako]",
    ),
    Key(
        name="rollback",
        kind=CODEDEPLOY,
        about="The platform that rolls back; if nothing is said, the workflow deploys what was before once more.",
        example="rollback: {runner: codedeploy, application: shop, deployment_group: shop-prod, region: eu-central-1}",
        more=HOW,
    ),
    Key(
        name="unlockers",
        kind=listed(values.PERSON, least=1),
        about="Who may end what somebody else holds: roles, teams, logins and Apps; if nothing is said, whoever may "
        "deploy.",
        example="unlockers: [maintain, mona]",
    ),
    Key(
        name="require",
        kind=record(REQUIRE_KEYS, Require),
        about="What must be before a release.",
        example="require: {checks: required, approvals: 1, merged: true}",
        default="{checks: required, approvals: 0, merged: true}",
    ),
    Key(
        name="after",
        kind=AFTER,
        about="Another environment, in which the revision, or one that contains it, has to be live first, or to have "
        "been; what was rolled back there does not count. A merge releases nothing by `auto` where this stands.",
        example="after: {environment: staging, for: 10m}",
        more=_AFTER,
    ),
    Key(
        name="turn",
        kind=duration(_MINUTE, _DAY),
        about="How long the first in line is asked alone before the next one is too, 1m to 24h.",
        example="turn: 10m",
        default="10m",
    ),
    Key(
        name="remind",
        kind=duration(_MINUTE, _DAY),
        about="How often whoever has the turn is reminded: at most 3 times, Monday to Friday, 9 to 18. 1m to 24h.",
        example="remind: 30m",
        default="30m",
    ),
    Key(
        name="skip_label",
        kind=values.LABEL,
        about="Whoever merges a pull request with this label is not asked to release it; "
        "the next newer release brings it.",
        example="skip_label: no-deploy",
    ),
    Key(
        name="url",
        kind=values.URL,
        about="Where people find it; GitHub's own record of a deployment shows it. It is never asked for.",
        example="url: https://shop.example.com",
    ),
    Key(
        name="runbook",
        kind=values.RUNBOOK,
        about="The http or https address of the steps for when something is wrong. The prompt links it, and so does "
        "each refusal by an obstacle, and each message that a deployment failed, was cancelled or rolled back, or that "
        "its outcome is unknown. It is never asked for.",
        example="runbook: https://wiki.example.com/shop/incidents",
    ),
    Key(
        name="auto",
        kind=values.FLAG,
        about="With `true` a merge releases by itself, as whoever merged and by the same rules, if it is free and the "
        "last release, if there was one, succeeded. The first merge goes too. Otherwise the prompt says why not.",
        example="auto: true",
        default="false",
    ),
    Key(
        name="gate",
        kind=listed(values.GATE),
        about="Which obstacles hold merges; with `[]` they only inform.",
        example="gate: [deployment, manual, freeze]",
        default="[deployment, manual, freeze]",
    ),
    Key(
        name="except_label",
        kind=values.LABEL,
        about="A pull request with this label passes a `/lock` and a freeze, its merge and its `/deploy`, if whoever "
        "put it there last may deploy.",
        example="except_label: hotfix",
    ),
    Key(
        name="freeze",
        kind=listed(WINDOW, most=WINDOWS),
        about="When nothing new is released; a rollback always is.",
        example='freeze: [{weekdays: [fri], from: "17:00", until: "24:00", reason: weekend}]',
        default="[]",
        more=_FREEZE,
    ),
    SLACK,
)
"""The settings of one environment; each is a field of `EnvironmentConfig`, but of `slack` the parts are."""

ENVIRONMENT_KIND: Kind[dict[str, Any]] = record(ENVIRONMENT, written, required=("workflow",), later=LATER)
