"""A local GitHub, Slack and CodeDeploy for the demo and the tests."""
