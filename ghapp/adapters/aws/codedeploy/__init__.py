"""CodeDeploy, a platform: it knows the live revision and can roll back."""

from ghapp.adapters.aws.codedeploy.platform import CodeDeployPlatform

__all__ = ["CodeDeployPlatform"]
