"""What the name of a workflow file says: whether it deploys, to which environment, and which part of a repository."""

import re

from ghapp.core.config.promotion import UNKNOWN, is_stage, name_of, stage_of, words_of

_RELEASE = re.compile(r"deploy|release|ship|publish|rollout|promote|deliver|デプロイ|リリース")
_FILLERS = frozenset({"to", "the", "app", "workflow", "manual", "cd", "ci", "main", "on", "dispatch", "pipeline"})
# in these files a release is prepared, tried or taken back
_BESIDE = re.compile(r"draft|notes|please|changelog|label|rollback|revert|destroy|teardown|undeploy|cleanup|clean-up")
_TRIES = re.compile(
    r"test|e2e|lint|check|nightly|build|backup|seed|migrat|restart|audit|scan|smoke|bench|plan|^ci\b|terraform|tofu|pulumi|infra"
)


def says_release(file: str) -> bool:
    """Whether the file's name says that it deploys."""
    return _RELEASE.search(file.lower()) is not None and not _BESIDE.search(file.lower())


def is_beside(file: str) -> bool:
    """Whether the file's name says that it prepares or undoes a release."""
    return _BESIDE.search(file.lower()) is not None


def is_trial(file: str) -> bool:
    """Whether the file's name says that it tests, builds or maintains."""
    return _TRIES.search(file.lower()) is not None


def says_environment(file: str) -> bool:
    """Whether the file's name says that it is for an environment that users see, or for the one before it."""
    return stage_of(re.sub(r"\.ya?ml$", "", file)) > UNKNOWN


def is_bare(file: str) -> bool:
    """Whether the file's name says nothing but that it deploys."""
    return not name_of("-".join(_parts(file)))


def environment_of(file: str) -> str:
    """The environment of a file by its name: `staging` for `deploy-staging.yml`, `production` for `deploy.yml`."""
    parts = [name_of(word) for word in _parts(file)]
    rest = "-".join(part for part in parts if part)
    return "production" if rest == "prod" or not re.search("[a-z]", rest) else rest


def component(file: str) -> str:
    """The part of a repository that a file deploys, by its name: `api` for `deploy-api-prod.yml`; "" for all."""
    return name_of("-".join(word for word in _parts(file) if not is_stage(word)))


def _parts(file: str) -> list[str]:
    """The words of a file's name that do not only say that it deploys."""
    stem = re.sub(r"\.ya?ml$", "", file.lower())
    return [word for word in words_of(stem) if word not in _FILLERS and not _RELEASE.search(word)]
