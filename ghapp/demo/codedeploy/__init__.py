"""A stateful CodeDeploy on this machine: blue/green deployments of ECS services, with their traffic, over HTTP.

As strict as botocore's description of the service. A guess about AWS is marked "not verified against AWS".
"""

from ghapp.demo.codedeploy import faults
from ghapp.demo.codedeploy.faults import Fault, Refused
from ghapp.demo.codedeploy.server import Call, CodeDeploy
from ghapp.demo.codedeploy.state import Application, Deployment, Group, Phase, Revision, TaskSet, Terms

__all__ = [
    "Application",
    "Call",
    "CodeDeploy",
    "Deployment",
    "Fault",
    "Group",
    "Phase",
    "Refused",
    "Revision",
    "TaskSet",
    "Terms",
    "faults",
]
