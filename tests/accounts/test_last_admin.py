"""Two admins who leave at the same moment: one of them stays."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from accounts import services
from accounts.enums import MemberRole
from accounts.models import Membership
from tests.makers import make_organisation, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*steps: Any) -> list[str]:
    """Run each step on a connection of its own, all at the same moment; what each came to."""
    start = Barrier(len(steps))

    def run(step: Any) -> str:
        try:
            start.wait(timeout=5)
            step()
        except ValidationError:
            return "refused"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(steps)) as threads:
        return sorted(threads.map(run, steps))


@pytest.mark.parametrize("round_number", range(3))
def test_two_admins_can_t_leave_at_once(round_number: int) -> None:
    one, other = make_user(), make_user()
    organisation = make_organisation(one, other)
    memberships = {row.user_id: row for row in organisation.memberships.all()}
    outcomes = at_once(
        lambda: services.remove_member(by=one, membership=memberships[one.pk]),
        lambda: services.remove_member(by=other, membership=memberships[other.pk]),
    )
    assert outcomes == ["done", "refused"]
    assert Membership.objects.filter(organisation=organisation, role=MemberRole.ADMIN).count() == 1


def test_two_admins_can_t_step_down_at_once() -> None:
    one, other = make_user(), make_user()
    organisation = make_organisation(one, other)
    memberships = {row.user_id: row for row in organisation.memberships.all()}
    outcomes = at_once(
        lambda: services.change_role(by=one, membership=memberships[one.pk], role=MemberRole.MEMBER),
        lambda: services.change_role(by=other, membership=memberships[other.pk], role=MemberRole.MEMBER),
    )
    assert outcomes == ["done", "refused"]
    assert Membership.objects.filter(organisation=organisation, role=MemberRole.ADMIN).count() == 1


def test_an_invitation_is_accepted_once_by_two_clicks() -> None:
    admin, newcomer = make_user(), make_user()
    organisation = make_organisation(admin)
    token = services.invite_member(by=admin, organisation=organisation, email=newcomer.email).token
    accept = lambda: services.accept_invitation(by=newcomer, token=token)  # noqa: E731
    assert at_once(accept, accept) == ["done", "refused"]
    assert organisation.memberships.filter(user=newcomer).count() == 1
