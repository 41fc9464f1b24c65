"""The sentences in English about what the App was not granted."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "not_granted": "This takes the permission {permission:code}, which the App does not have here, so nothing was "
    "done. An owner accepts it at {where:raw} Then try again.",
    "lacks": "⚠️ The App lacks permissions in this repository:",
    "lacks.actions": "- {permission:code}: no workflow can be started, so nothing can be deployed.",
    "lacks.checks": "- {permission:code}: there is no check with buttons, and required checks cannot be read.",
    "lacks.deployments": "- {permission:code}: GitHub's own pages do not show deployments; "
    "where a run without an order has deployed is read only from its workflow file.",
    "lacks.issues": "- {permission:code}: commands in pull requests may not be heard.",
    "lacks.merge_queues": "- {permission:code}: a merge queue shows no gate; "
    "where the gate is required, the queue stands still.",
    "lacks.pull_requests": "- {permission:code}: nothing can be answered in pull requests.",
    "lacks.statuses": "- {permission:code}: there is no gate, so a lock keeps nobody from merging.",
    "lacks.next": "Everything else goes on. An owner accepts them at {where:raw}",
}
