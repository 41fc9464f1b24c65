"""The supported routes of GitHub's REST API, as a table."""

from ghapp.demo.github.rest import apps, checks, code, deployments, hooks, people, pulls, runs, users
from ghapp.demo.github.rest.call import Route

ROUTES: tuple[Route, ...] = (
    *apps.ROUTES,
    *hooks.ROUTES,
    *people.ROUTES,
    *users.ROUTES,
    *code.ROUTES,
    *pulls.ROUTES,
    *runs.ROUTES,
    *deployments.ROUTES,
    *checks.ROUTES,
)
