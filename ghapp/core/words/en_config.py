"""What can be wrong with a config file, in English."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "problem": "line {line:raw}, column {column:raw}: {what:raw}",
    "yaml.large": "the file is larger than {most:raw} KiB.",
    "yaml.binary": "the file is not text.",
    "yaml.not_a_file": "this is not a file.",
    "yaml.broken": "this is not YAML: {why}.",
    "yaml.alias": "anchors and aliases are not read here: write the value out.",
    "yaml.tag": "tags are not read here: write the plain value.",
    "yaml.documents": "there is more than one document in this file.",
    "yaml.many": "the file holds more than {most:raw} values.",
    "yaml.deep": "this is nested deeper than {most:raw} levels.",
    "yaml.key": "a key is a single word.",
    "yaml.twice": "{text:code} is written twice.",
    "config.file": "expected a file with `environments:`.",
    "config.environments": "expected at least one environment, for example `production: {{workflow: deploy.yml}}`.",
    "config.environments.many": "expected at most {most:raw} environments.",
    "config.name": "an environment's name is 1 to 64 of a-z, 0-9 and -, not {text:code}.",
    "config.name.twice": "{text:code} of {environment:code} is also a name of {other:code}: "
    "a word means one environment.",
    "config.name.alike": "{text:code} of {environment:code} looks like {known:code} of {other:code}: choose another.",
    "config.record": "expected settings, for example {example:code}.",
    "config.missing": "{text:code} is missing, for example {example:code}.",
    "config.key.near": "{text:code} is not a setting here; did you mean {near:code}?",
    "config.key.known": "{text:code} is not a setting here; known here: {known}.",
    "config.owners": "a mistake in the owner's rules: `ghapp check --policy` names it.",
    "config.later": "{text:code} is not supported by this version yet: leave it out.",
    "config.choice.near": "{text:code} is not known; did you mean {near:code}?",
    "config.choice.known": "{text:code} is not known; known here: {known}.",
    "config.single": "expected a single value.",
    "config.null": "expected a value: leave the setting out if there is none.",
    "config.list": "expected a list, for example `[a, b]`.",
    "config.least": "expected at least {least:raw} in this list.",
    "config.most": "expected at most {most:raw} here.",
    "config.pairs": "expected pairs, for example `{{name: value}}`.",
    "config.flag": "expected `true` or `false`, not {text:code}.",
    "config.timezone": "{text:code} is not a time zone; for example `Asia/Tokyo`, `Europe/Berlin` or `UTC`.",
    "config.duration": "expected a duration from {least:raw}m to {most:raw}h, for example `30m`.",
    "config.placeholder": "{text:code} is not known here; there are "
    "`{{sha}}` `{{environment}}` `{{ticket}}` `{{number}}` `{{pr}}` `{{actor}}`.",
    "config.team": "expected a team as `@organisation/team`, in the words of its address, not {text:code}.",
    "config.when": 'expected a clock time such as `"17:00"` or a day such as `2026-12-28`, not {text:code}.',
    "config.reason": "expected a reason of 1 to 100 characters on one line.",
    "config.country": "{text:code} is not a country whose holidays are known; for example `JP`.",
    "config.date": "{text:code} is not a day of the calendar.",
    "config.freeze.days": "{text:code} cannot stand beside {other:code}: write two windows.",
    "config.freeze.when": "expected `weekdays`, `holidays`, `holiday_eve`, or both `from` and `until`.",
    "config.freeze.dates": "a window of days has a first day in `from` and a last day in `until`, and nothing else.",
    "config.freeze.order": "`until` comes after `from`; for a night, write two windows.",
    "config.role": "`none` is not a role that can be let in.",
    "config.person": "expected a role (`read`, `triage`, `write`, `maintain`, `admin`), a team, "
    "a GitHub login or `app/` with an App's name in its address, not {text:code}.",
    "config.app": "expected an App as `app/release-bot`, in the words of its address, not {text:code}.",
    "config.app.own": "{text:code} is ghapp itself, whose own comments are never commands. Take it out.",
    "config.login": "expected a GitHub login, not {text:code}.",
    "config.login.twice": "{text:code} is linked to {other:code} already, and from Slack everybody acts as one login: "
    "mend {named:code} or take it out.",
    "config.member": "expected a Slack member id, for example `U024BE7LH`, not {text:code}.",
    "config.alias": "expected a name of a-z, 0-9 and -, not {text:code}.",
    "config.branch": "expected a branch's name, not {text:code}.",
    "config.workflow": "expected the name of a file in `.github/workflows`, for example `deploy.yml`, not {text:code}.",
    "config.template": "an input has at most {most} characters.",
    "config.input": "expected an input's name, not {text:code}.",
    "config.pattern": "expected a pattern of paths as in `.gitignore`, without `\\` and `#`, "
    "`**` only between slashes; not {text:code}.",
    "config.pattern.first": "{text:code} takes out of nothing: first name what is meant, for example `**`.",
    "config.checks": "expected `required`, `all`, `none` or a list of names, not {text:code}.",
    "config.label": "expected the name of a label, at most 50 characters, not {text:code}.",
    "config.url": "expected an address like https://shop.example.com, not {text:code}.",
    "config.check": "expected the name of a check, not {text:code}.",
    "config.approvals": "expected a number from 0 to {most:raw}, not {text:code}.",
    "config.channel": "expected a Slack channel's id, for example `C024BE91L`, not {text:code}.",
    "config.group": "expected a Slack user group's id, for example `S0614TZR7`, not {text:code}.",
    "config.external_id": "the external id is not chosen here: with `role_arn` it is always `ghapp:<repository id>`. "
    "Leave this out, and let the role's trust policy ask for that.",
    "config.target": "expected a target like `codedeploy:application/group`, not {text:code}.",
    "config.platforms": "expected a repository's name without its owner, for example `shop` or `api-*`, "
    "not {text:code}.",
    "policy.unread": "the owner's rules cannot be read.",
    # what the workflows say to it
    "workflow.none": "{environment:code}: there is no `.github/workflows/{file:raw}`.",
    "workflow.unreadable": "{environment:code}: `.github/workflows/{file:raw}` cannot be read; "
    "look at its line {line:raw}.",
    "workflow.no_dispatch": "{environment:code}: {file:code} cannot be started by hand: "
    "it needs `workflow_dispatch` under `on`.",
    "workflow.input.unknown": "{environment:code}: {file:code} has no input {name:code}, and GitHub would refuse it; "
    "it has: {known}.",
    "workflow.input.missing": "{environment:code}: {file:code} requires the input {name:code}, and it is not sent.",
    "workflow.input.value": "{environment:code}: the input {name:code} does not take {value:code}, only: {known}.",
    "workflow.no_sha": "{environment:code}: no input carries `{{sha}}`, so {file:code} cannot know "
    "which commit to release.",
    "workflow.no_ticket": "{environment:code}: no input carries `{{ticket}}`, so a run of {file:code} is known "
    "only by its time; an input for it, shown in `run-name`, makes it certain.",
    "workflow.run_name": "{environment:code}: {file:code} should show the ticket, so that its run is always found: "
    "`run-name: Deploy ${{{{ inputs.{input:raw} }}}}`.",
    "branch.none": "{environment:code}: there is no branch {branch:code}, so nothing can be released there until there "
    "is one.",
    "app.none": "{environment:code}: GitHub shows ghapp no App {app:code}. Mend the name, as it stands in the App's "
    "address; until then it lets nobody in.",
    "app.foreign": "{environment:code}: the App {app:code} belongs to {owner:code}, not to this repository's owner, so "
    "it is not let in.",
    "login.no_write": "{environment:code}: {login:code} has no write access to this repository, or there is no such "
    "login, so the name lets nobody in.",
    "target.setting": "{environment:code}: this repository may not act on {target:code}, so `/rollback` would be "
    "refused. The operator of ghapp allows it with this in `GHAPP_AWS_TARGETS`: {setting:code}",
    "target.rule": "{environment:code}: this repository may not act on {target:code}, so `/rollback` would be "
    "refused. The owner allows it with this line under `platforms` in {file:code}: {rule:code}",
    "workflow.past_lock": "{environment:code}: {cause:code} (line {line:raw} of {file:code}) starts it too, past the "
    "lock. Take that out there, and write `auto: true` here if each merge is to release itself; or let the deploy job "
    "ask the guard, or give it an `if:` on `github.event_name`.",
    "workflow.cancels": "{environment:code}: `cancel-in-progress: true` (line {line:raw} of {file:code}) ends a "
    "release half-way when the next run starts. Leave it out: the next one waits then.",
    "workflow.queue": "{environment:code}: {file:code} runs for a merge queue. Make its “Status check timeout” on "
    "GitHub longer than a release and `lock` ({lock:raw} minutes) together, or what is queued meanwhile falls out.",
    # what GitHub answers where it does not start one
    "dispatch.no_workflow": "GitHub finds no workflow {file:code} on the default branch. "
    "Add it there, or correct `workflow` in `.github/ghapp.yml`.",
    "dispatch.no_trigger": "{file:code} on the default branch has no `workflow_dispatch` under `on`. Add it there.",
    "dispatch.unknown_input": "{file:code} on the default branch has no input {name:code}. "
    "Declare it under `workflow_dispatch`, or take it out of `inputs` in `.github/ghapp.yml`.",
    "dispatch.missing_input": "{file:code} requires the input {name:code}, and it is not sent. "
    "Add it to `inputs` in `.github/ghapp.yml`, or give it a default.",
    "dispatch.input_value": "{file:code} does not take what is sent as its input {name:code}. "
    "Correct `inputs` in `.github/ghapp.yml`, or what the input allows.",
    "dispatch.unreadable": "GitHub cannot read {file:code} on the default branch: {name:code}. Correct it there.",
    "dispatch.disabled_workflow": "The workflow {file:code} is disabled. Enable it on the repository's page “Actions”.",
    "dispatch.disabled_actions": "GitHub Actions is disabled for this repository or its owner. "
    "An administrator enables it in the settings, under “Actions”.",
    "dispatch.not_allowed": "A workflow execution protection does not let me start {file:code}. An administrator "
    "allows this App and the event `workflow_dispatch` there, in the settings under “Actions”, “Policies”.",
    "dispatch.no_permission": "I may not start {file:code}: the App lacks the permission “Actions: Read and write” "
    "here. An owner grants it on the App's page in the settings, under “GitHub Apps”.",
    # the commands of the terminal
    "check.valid": "{file:raw} is valid: {environments:names}",
    "check.valid.policy": "{file:raw} is valid for all repositories of its owner: {keys:names}",
    "check.invalid": "{file:raw}: {what:raw}",
    "check.advice": "{file:raw}: worth mending: {what:raw}",
    "check.absent": "there is no {file:raw}; `ghapp init` writes a first one",
    "check.empty": "{file:raw} is empty: ghapp is silent in this repository",
    "check.alone": "{file:raw} is not in a checkout's .github: its workflows were not looked at",
    "check_run.valid": "The config is valid.",
    "check_run.invalid": "{count:raw} to mend in the config.",
    "check_run.advice": "Worth mending: {what:raw}",
    "check_run.unread": "Not checked yet: the workflows could not be read.",
    "check_run.unread.more": "GitHub did not show me the workflows that the config names: {files:raw}. "
    "I ask again by myself; nothing has to be done.",
    "check_run.gone": "After this, ghapp is silent here.",
    "check_run.gone.more": "The config goes away. What is under way is followed to its end, then the gate is opened.",
    "init.exists": "{file:raw} is there already: nothing was written. `ghapp check` tells what it says",
    "init.nothing": "no workflow in {folder:raw} can be started by hand: add `workflow_dispatch` under `on` to the one "
    "that releases, and try again",
    "init.unreadable": "{file:raw} cannot be read and was left out: {what:raw}",
    "init.written": "{file:raw} is written, for: {environments:names}",
    "init.open": "{environment:raw}: fill in the input {name:raw}, which its workflow requires",
    "init.next": "Next: look it through, fill in the Slack channel, run `ghapp check`, and commit it on the "
    "default branch. All settings: docs/configuration.md",
}
