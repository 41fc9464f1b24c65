"""What is said where a platform brings out and takes back, in English."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # the gate, at most 140 characters
    "gate.rolling_back": "{environment}: being rolled back to {pull:#} ({holder:name})",
    "gate.overtaking": "{environment}: the rollback to {pull:#} ({holder:name}) waits for the end of {after}",
    "gate.stuck": "{environment}: the rollback to {pull:#} ({holder:name}) waits, somebody has to look, then {line}",
    "gate.unended": "{environment}: {pull:#} ({holder:name}) does not end, somebody has to look, then {line}",
    "gate.cancelling": "{environment}: {pull:#} ({holder:name}) is being cancelled by {by:name}",
    "gate.ending": "{environment}: {pull:#} is out ({holder:name}); {by:name} has ended the wait, free when CodeDeploy "
    "rests",
    "gate.shifting": "{environment}: CodeDeploy still works on {pull:#} ({holder:name}); not before {until:clock}",
    "gate.shifting.open": "{environment}: CodeDeploy still works on {pull:#} ({holder:name})",
    "gate.scaling": "{environment}: after {pull:#} ({holder:name}) CodeDeploy still deploys to new instances",
    "gate.kept": "{environment}: {pull:#} is out ({holder:name}), the way back is kept; not before {until:clock}",
    "gate.kept.open": "{environment}: {pull:#} is out ({holder:name}), the way back is kept",
    "gate.unasked": "{environment}: {pull:#} ({holder:name}), CodeDeploy cannot be asked, somebody has to look",
    # the prompt after a merge
    "prompt.rolling_back": "{holder:name} is rolling back to {pull:#}.",
    "prompt.overtaking": "{holder:name}'s rollback to {pull:#} waits for the end of {after}.",
    "prompt.stuck": "{holder:name}'s rollback to {pull:#} waits for the end of {after}, and I see none. "
    "Look at the workflow's runs first; {line:code} goes on without its end.",
    "prompt.unended": "I see no end of {name} ({pull:#}, {holder:name}). Look at the workflow's runs first; "
    "{line:code} goes on "
    "without its end.",
    "prompt.cancelling": "{holder:name}'s {pull:#} is being cancelled by {by:name}.",
    "prompt.ending": "{holder:name}'s {pull:#} is out. {by:name} has ended CodeDeploy's wait: it is free when "
    "CodeDeploy rests.",
    "prompt.shifting": "CodeDeploy still works on {holder:name}'s {pull:#}.",
    "prompt.shifting.open": "CodeDeploy still works on {holder:name}'s {pull:#}.",
    "prompt.scaling": "After {holder:name}'s {pull:#} CodeDeploy still deploys to instances that come or go.",
    "prompt.kept": "{holder:name}'s {pull:#} is out, and what was before is kept for a quick way back.",
    "prompt.kept.open": "{holder:name}'s {pull:#} is out, and what was before is kept for a quick way back.",
    "prompt.unasked": "{holder:name}'s run of {pull:#} has ended, and CodeDeploy cannot be asked whether it rests.",
    "prompt.back": ":rewind: {environment} is being rolled back from #{undone} to {pull:#} ({name}, {actor:name}).",
    "prompt.back.waits": ":rewind: {environment} is to be rolled back from #{undone} to {pull:#} ({name}, "
    "{actor:name}).",
    "prompt.back.succeeded": ":rewind: {environment} was rolled back from #{undone} to {pull:#} "
    "({name}, {actor:name}).",
    "prompt.back.failed": ":x: {name} failed: it is not certain what {environment} runs.",
    "prompt.back.unsure": ":grey_question: {name} ended: it is not certain what {environment} runs.",
    "prompt.back.cancelled": ":x: {name} was cancelled: it is not certain what {environment} runs.",
    "prompt.back.lost": ":grey_question: {name}: nobody knows how the rollback ended. Look before anything else.",
    "prompt.way_back": "What was before is kept until {way_back:clock}: until then rolling back takes about a minute.",
    # the number's comment
    "number.way_back": "What was before is kept until {way_back:clock}: until then {again:code} takes about a minute.",
    "number.kept": "What was before is still kept: {again:code} takes about a minute.",
    "number.well": " All well? {command:code} gives that up and frees {environment}.",
    "number.well.held": " All well? {command:code} gives that up.",
    "number.ending": "{by:name} has ended CodeDeploy's wait: {environment} is free when CodeDeploy rests. "
    "The quick way back ends with that.",
    "number.stopping": "{by:name} has cancelled it, and its run has not ended yet: {environment} stays locked.",
    "number.shifting": "CodeDeploy is not done with it: {environment} stays locked until it rests.",
    "number.scaling": "CodeDeploy still deploys to instances that come or go: {environment} stays locked until that "
    "has ended. To go on beside it: {command:code}",
    "failed.next.platform": "{environment} stays locked until CodeDeploy rests. To take back what it did: {again:code}",
    "number.detail.codedeploy": "CodeDeploy said: {detail:code}",
    "rollback.waits": "⏪ {environment} is to be rolled back to {number:#} (by {actor:person})",
    # a rollback's own comment: how, and how long
    "rollback.how.stop": "CodeDeploy switches back to what was before, which is still up: about {about:raw}. "
    "Database changes stay.",
    "rollback.how.follow": "CodeDeploy is going back there by itself already: about {about:raw}. "
    "Database changes stay.",
    "rollback.how.create": "What was before is no longer up: CodeDeploy deploys it once more, about {about:raw}. "
    "Database changes stay.",
    "rollback.how.create.over": "CodeDeploy ends what it is at without going back, then deploys it once more: about "
    "{about:raw}. Database changes stay.",
    "rollback.how.onward": "CodeDeploy first goes back to what was before, then deploys it once more from there: about "
    "{about:raw}. Database changes stay.",
    "rollback.awaits": "CodeDeploy first finishes {awaits:code}, a deployment of its own to instances that come or go. "
    "I wait for that and do not stop it.",
    "rollback.consented": "{halts:code} is stopped for it, of which I cannot tell whose it is: {actor:name} named it.",
    "rollback.how.there": "CodeDeploy serves that already: about {about:raw} to make sure. Database changes stay.",
    "rollback.to.unreleased": "Back to: what CodeDeploy brought out before me as {deployment:code}{told:raw}. "
    "Which pull request and commit that is I do not know.",
    "rollback.to.told": " from {since:day} (description: {description:why}, AppSpec {sha256:code})",
    "slack.thread.rollback.unreleased": "rolls back to {number:#}",
    "rollback.as_release": "as long as a release",
    # news
    "rollback_stuck": "{actor:person} ⚠️ **{name} waits for the end of {after}, and I see none**{link:raw}. "
    "{environment} is not rolled back yet. Look at the workflow's runs first; {command:code} goes on without its end.",
    "overtaken_unended": "{actor:person} ⚠️ **{name} is over, and I see no end of {after}**{link:raw}, so "
    "{environment} "
    "stays locked. Look at the workflow's runs first; {command:code} goes on without its end.",
    "overtaken_ended.succeeded": "{actor:person} **{name} went through before it could be cancelled: #{number} has "
    "reached {environment}**{link:raw}.",
    "overtaken_ended.failed": "{actor:person} **{name} has ended: it failed**{link:raw}.",
    "overtaken_ended.cancelled": "{actor:person} **{name} has ended: it was cancelled**{link:raw}.",
    "overtaken_ended.back": "{by:name}'s rollback to {target:#} goes on ({back}).",
    "platform_unasked": "{actor:person} ⚠️ **CodeDeploy cannot be asked about {name} ({number:#}), so "
    "{environment} stays "
    "locked.** Why: {detail:code}\nMend that; or, if you have looked there and it rests: {command:code}",
    "platform_failed": "{actor:person} **CodeDeploy took #{number} back from {environment}** after its run had ended "
    "well ({name}, {deployment:code}): what was live before counts as live.",
    "platform_went_on": "{actor:person} ⚠️ **CodeDeploy brought #{number} out to {environment} all the same** "
    "({name}, {deployment:code}), although its run did not end well. "
    "To take it back: {again:code}. To keep it, deploy it again: {deploy:code}",
    # refusals
    "locked.rolling_back": "{holder:person} is rolling {environment} back to {pull:#}.",
    "locked.overtaking": "{holder:person}'s rollback of {environment} to {pull:#} waits for the end of {after}.",
    "locked.stuck": "{holder:person}'s rollback of {environment} to {pull:#} waits for the end of {after}, and I see "
    "none. Look at the workflow's runs first; {line:code} goes on without its end.",
    "locked.unended": "I see no end of {name} on {environment} ({pull:#}, {holder:person}). Look at the workflow's "
    "runs first; "
    "{line:code} goes on without its end.",
    "locked.cancelling": "{holder:person}'s {pull:#} on {environment} is being cancelled by {by:name}; "
    "it is free when its run has ended.",
    "locked.ending": "{holder:person}'s {pull:#} is out on {environment}, and {by:name} has ended CodeDeploy's wait; "
    "it is free when CodeDeploy rests.",
    "locked.shifting": "CodeDeploy still works on {holder:person}'s {pull:#} on {environment}; "
    "it should be free from {until:clock} (about {until:wait}).",
    "locked.shifting.open": "CodeDeploy still works on {holder:person}'s {pull:#} on {environment}.",
    "locked.scaling": "After {holder:person}'s {pull:#} CodeDeploy still deploys to instances that come or go on "
    "{environment}; it is free when that has ended.",
    "locked.kept": "{holder:person}'s {pull:#} is out on {environment}, and CodeDeploy keeps what was before for "
    "a quick "
    "way back; it should be free from {until:clock} (about {until:wait}).",
    "locked.kept.open": "{holder:person}'s {pull:#} is out on {environment}, and CodeDeploy keeps what was before for "
    "a quick way back.",
    "locked.unasked": "{holder:person}'s run of {pull:#} on {environment} has ended, and CodeDeploy cannot be asked "
    "whether it rests: somebody has to look there first.",
    "platform_under_way": "CodeDeploy still works on {holder:name}'s {pull:#} on {environment} "
    "({deployment:code}), so it "
    "cannot be unlocked. It ends by itself; `/rollback {environment}` takes it back.",
    "rollback_under_way": "{holder:name} is rolling {environment} back to {pull:#}, so it cannot be unlocked. "
    "Wait for its end, then see `/status {environment}`.",
    "rollback_waits": "{holder:name}'s rollback of {environment} to {pull:#} waits for the end of {after}, so it "
    "cannot be unlocked. If I see no end within four minutes, I say so, with the line that goes on without it.",
    "rollback_behind": "{name} ({pull:#}) has to end first on {environment}: {by:name} has cancelled it. Nothing was "
    "done; type it again when it has ended.",
    "rollback_behind.unseen": "{name} ({pull:#}) has to end first on {environment}, and I see no end of it, so nothing "
    "was done. Look at the workflow's runs; after {command:code}, type it again.",
    "cancel_way_back": "{name} goes back to {pull:#} by CodeDeploy, and half a way back helps nobody: it is not "
    "cancelled. Wait for its end, then deploy what should be live.",
    "reason_needed.kept": "CodeDeploy keeps the quick way back from {holder:name}'s {pull:#}. "
    "To give that up, give a reason that {holder:name} is told: {command:code}",
    "reason_needed.scaling": "After {holder:name}'s {pull:#} CodeDeploy still deploys to instances that come or go. "
    "To go on beside it, give a reason that {holder:name} is told: {command:code}",
    "reason_needed.unasked": "CodeDeploy cannot be asked whether it rests after {holder:name}'s {pull:#}. "
    "If you have looked there and it does, say so: {command:code}",
    "platform_denied": "CodeDeploy does not let me look at {environment}, so nothing was done: {why:code} "
    "Mend that and type it again; until then roll back in CodeDeploy itself.",
    "target_not_allowed": "{repository:code} may not act on {target:code}, so CodeDeploy was asked nothing, and "
    "nothing "
    "was done. What serves on {environment} is unknown here; until then roll back in CodeDeploy itself.",
    "target_not_allowed.setting": "The operator of ghapp allows it with this in `GHAPP_AWS_TARGETS`: {setting:code}",
    "target_not_allowed.rule": "The owner allows it with this line under `platforms` in {file:code}: {rule:code}",
    "target_claimed": "{other:code} names {target:code} too, and one deployment group belongs to one repository, so "
    "nothing was done on {environment}. Take it out of the other's `rollback`, or let the operator allow it for one "
    "alone; until then roll back in CodeDeploy itself.",
    "target_claimed.hidden": "Another repository names {target:code} too, and one deployment group belongs to one "
    "repository, so nothing was done on {environment}. The operator of ghapp sees which in the log, and can allow it "
    "for one alone; until then roll back in CodeDeploy itself.",
    "status.not_allowed": "❔ What serves there is unknown: this repository may not act on {target:code}.",
    "platform_foreign": "CodeDeploy works on {deployment:code} on {environment}, of which I cannot tell whose "
    "it is, so nothing was done: #{undone} is not rolled back to {target:#}. If it shall be stopped for that, "
    "say so: {again:code}",
    "platform_scaling": "{deployment:code} is a deployment of CodeDeploy's own to instances that come or go on "
    "{environment}, and I do not stop those, so nothing was done. To roll #{undone} back to {target:#}, which waits "
    "for its end: {again:code}",
    "platform_stack": "CodeDeploy works on {deployment:code} on {environment} for CloudFormation, which alone can end "
    "that, so nothing was done: #{undone} is not rolled back to {target:#}. Cancel the update of the stack, or wait "
    "for its end; then type it again.",
    "platform_not_at": "CodeDeploy is not at work on {deployment:code} on {environment}, so nothing was done: "
    "#{undone} is not rolled back to {target:#}. To roll back all the same: {again:code}",
    "platform_elsewhere": "CodeDeploy still holds {deployment:code} on {environment}; to stop it would lead to "
    "#{leads}, "
    "not to #{target}, so nothing was done. Roll back to #{leads} first; or wait until CodeDeploy rests "
    "(`/unlock {environment}` ends its wait), then type it again.",
    "platform_elsewhere.unknown": "CodeDeploy still holds {deployment:code} on {environment}; to stop it would lead to "
    "something else than #{target} ({leads_to:code}), so nothing was done. Wait until CodeDeploy rests "
    "(`/unlock {environment}` ends its wait), then type it again.",
    "platform_gone": "CodeDeploy no longer has what {target:#} was on {environment} ({deployment:code}), so nothing "
    "was done: #{undone} is not rolled back. Merge a fix and deploy it.",
    # answers
    "unlocked_wait": "🔓 {holders:people} CodeDeploy was told to keep what was before no longer: {environment} is free "
    "when it rests. The quick way back ends with that; from then on `/rollback` takes as long as a release. "
    "Unlocked by {actor:name}{why:raw}.",
    "unlocked_unasked": "🔓 {free:raw} {holder:person}: {actor:name} no longer waits for CodeDeploy after {pull:#}: "
    "{reason:title}\nIf it is not at rest, it may still change {environment}.",
    "status.rolling_back": "⏪ {holder:name} is rolling back to {pull:#}.",
    "status.overtaking": "⏪ {holder:name}'s rollback to {pull:#} waits for the end of {after}.",
    "status.stuck": "⏪ {holder:name}'s rollback to {pull:#} waits for the end of {after}, and I see none. "
    "Look at the workflow's runs first; {line:code} goes on without its end.",
    "status.unended": "🔒 I see no end of {name} ({pull:#}, {holder:name}). Look at the workflow's runs first; "
    "{line:code} goes on "
    "without its end.",
    "status.cancelling": "⏹ {holder:name}'s {pull:#} is being cancelled by {by:name}.",
    "status.ending": "🔓 {holder:name}'s {pull:#} is out, and {by:name} has ended CodeDeploy's wait: free when "
    "CodeDeploy rests.",
    "status.shifting": "🔒 CodeDeploy still works on {holder:name}'s {pull:#}; not before {until:clock} "
    "(about {until:wait}).",
    "status.shifting.open": "🔒 CodeDeploy still works on {holder:name}'s {pull:#}.",
    "status.scaling": "🔒 After {holder:name}'s {pull:#} CodeDeploy still deploys to instances that come or go.",
    "status.kept": "🔒 {holder:name}'s {pull:#} is out, and CodeDeploy keeps what was before; not before {until:clock} "
    "(about {until:wait}).",
    "status.kept.open": "🔒 {holder:name}'s {pull:#} is out, and CodeDeploy keeps what was before.",
    "status.unasked": "🔒 {holder:name}'s run of {pull:#} has ended, and CodeDeploy cannot be asked whether it rests.",
    "status.back.unreleased": "`/rollback {environment}` would undo #{undone} and go back to what CodeDeploy brought "
    "out before it. That was not released through me: I look when it is typed, and name it first.",
    "status.way_back": "What was before is kept until {way_back:clock}: until then that takes about a minute.",
    # what can be wrong with a config file
    "config.runner": "expected `codedeploy`, not {text:code}.",
    "config.group_name": "expected a name of CodeDeploy's, not {text:code}.",
    "config.region": "expected a region of AWS, for example `eu-central-1`, not {text:code}.",
    "config.role_arn": "expected a role's ARN, for example `arn:aws:iam::111122223333:role/ghapp`, not {text:code}.",
}
