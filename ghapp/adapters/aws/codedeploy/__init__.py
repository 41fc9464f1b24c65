"""CodeDeploy, which knows what serves and the way back."""

from ghapp.adapters.aws.codedeploy.platform import CodeDeployPlatform

__all__ = ["CodeDeployPlatform"]
