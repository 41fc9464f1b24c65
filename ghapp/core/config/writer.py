"""`Config` → the same as YAML, with all defaults written out."""

import yaml
from msgspec.structs import replace

from ghapp.core.config.keys import ENVIRONMENT, SHARED, SLACK_KEYS
from ghapp.core.config.kinds import shown
from ghapp.core.config.model import Config, EnvironmentConfig


def effective(config: Config) -> str:
    """The effective config. A branch that the file leaves to the repository is left out here too."""
    first = next(iter(config.environments.values()))
    file: dict[str, object] = {
        **shown([key for key in SHARED if key.name != "slack"], first),
        "environments": {
            name: _environment(environment_config) for name, environment_config in config.environments.items()
        },
    }
    return yaml.safe_dump(file, sort_keys=False, allow_unicode=True, default_flow_style=None, width=120)


def _environment(config: EnvironmentConfig) -> dict[str, object]:
    own = shown(ENVIRONMENT, replace(config, branch=config.branch or None))  # type: ignore[arg-type]
    slack = shown(SLACK_KEYS, {"channel": config.channel, "fallback": config.fallback})
    return {**own, "slack": slack} if slack else own
