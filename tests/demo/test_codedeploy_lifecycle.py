"""In any order of events, production is served, and one task set is primary."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ghapp.demo.codedeploy import CodeDeploy, Deployment, Phase, Refused, Revision, Terms
from ghapp.demo.codedeploy.configs import CONFIGS

WAITS = st.sampled_from([None, timedelta(0), timedelta(minutes=5)])
EVENTS = st.frozensets(st.sampled_from(["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]))
TERMS = st.builds(
    Terms,
    config=st.sampled_from(sorted(CONFIGS)),
    termination_wait=WAITS,
    ready_wait=st.sampled_from([None, timedelta(minutes=5)]),
    rollback_on=EVENTS,
)


class Course(RuleBasedStateMachine):
    """A workflow, a person at the console, alarms and time, all acting on one group."""

    def __init__(self) -> None:
        super().__init__()
        self.time = datetime(2026, 11, 23, tzinfo=UTC)
        self.aws = CodeDeploy(now=lambda: self.time)
        self.group = self.aws.add_group(self.aws.add_application("app"), "app-prod")
        self.made = 0

    @property
    def active(self) -> Deployment:
        self.aws.advance()
        assert self.group.active
        return self.group.active

    def busy(self) -> bool:
        self.aws.advance()
        return self.group.active is not None

    @rule(terms=TERMS)
    def deploy(self, terms: Terms) -> None:
        """Refused exactly while another deployment is under way."""
        self.made += 1
        with pytest.raises(Refused, match="already has an active Deployment") if self.busy() else nullcontext():
            self.aws.create(self.group, Revision.task(f"web:{self.made}"), terms=terms)

    @rule(seconds=st.sampled_from([1, 30, 70, 300, 3600]))
    def wait(self, seconds: int) -> None:
        self.time += timedelta(seconds=seconds)

    @precondition(busy)
    @rule(how=st.sampled_from(["fail", "alarm", "stop", "roll back"]), pause=st.booleans())
    def end(self, how: str, pause: bool) -> None:
        """A failure, an alarm or a person ends the deployment under way."""
        match how:
            case "fail":
                self.aws.fail(self.active)
            case "alarm":
                self.aws.alarm(self.active, "app-5xx")
            case _:
                self.aws.stop(self.active, rollback=how == "roll back")
        if pause:
            self.wait(10)

    @precondition(busy)
    @rule(wait=st.sampled_from(["READY_WAIT", "TERMINATION_WAIT"]))
    def go_on(self, wait: str) -> None:
        """Someone ends a wait; refused where there is none."""
        one = self.active
        waits = one.phase in {Phase.READY, Phase.WAITING}
        try:
            self.aws.go_on(one, wait)
        except Refused:
            return
        assert waits

    @invariant()
    def production_is_served(self) -> None:
        """All traffic reaches tasks that run, and one set is the primary."""
        self.aws.advance()
        sets = self.group.task_sets
        assert [one.status for one in sets].count("PRIMARY") == 1
        assert sum(one.weight for one in sets) == 100
        assert all(one.running for one in sets if one.weight)

    @invariant()
    def one_at_a_time(self) -> None:
        """Only the newest deployment may be under way."""
        self.aws.advance()
        assert all(one.ended for one in self.group.deployments[:-1])

    @invariant()
    def ends_are_told(self) -> None:
        """An ended deployment has an end time; one that was rolled back and its rollback name each other."""
        by_id = {one.id: one for one in self.group.deployments}
        for one in self.group.deployments:
            assert (one.completed is not None) == one.ended
            if one.rolled_back_by:
                assert by_id[one.rolled_back_by].rolls_back == one.id
                assert one.phase in {Phase.STOPPED, Phase.FAILED}


TestCourse = Course.TestCase
TestCourse.settings = settings(
    max_examples=150, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
