"""Every change to who belongs to an organisation."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import MemberRole
from accounts.models import Membership, Organisation, User
from accounts.permissions import check_can_manage, check_is_operator
from accounts.services.last_one import check_not_last
from accounts.verbs import AccountVerb
from journal.events import record


@transaction.atomic
def add_member(*, by: User, organisation: Organisation, user: User, role: str) -> Membership:
    """Let someone in without an invitation, where an organisation has lost its admins. For operators."""
    check_is_operator(by)
    membership = Membership(organisation=organisation, user=user, role=role)
    membership.full_clean()
    membership.save()
    record_member(AccountVerb.MEMBER_ADDED, by, membership, role=[None, role])
    return membership


@transaction.atomic
def change_role(*, by: User, membership: Membership, role: str) -> Membership:
    """Give a member another role; an organisation keeps at least one admin."""
    check_can_manage(by, membership.organisation)
    if role != MemberRole.ADMIN:
        keep_an_admin(membership)
    before, membership.role = membership.role, role
    membership.full_clean()
    membership.save(update_fields=["role"])
    record_member(AccountVerb.MEMBER_ROLE_CHANGED, by, membership, role=[before, role])
    return membership


@transaction.atomic
def remove_member(*, by: User, membership: Membership) -> None:
    """Admins remove members, and anyone may leave; an organisation keeps at least one admin."""
    if membership.user_id != by.pk:
        check_can_manage(by, membership.organisation)
    keep_an_admin(membership)
    record_member(AccountVerb.MEMBER_REMOVED, by, membership, role=[membership.role, None])
    membership.delete()


def record_member(verb: AccountVerb, by: User, membership: Membership, **changes: Any) -> None:
    """Record an event about a member of an organisation, with `changes` beside the member's name."""
    told = {"user": membership.user_id} | changes
    record(verb, membership, by=by, organisation_id=membership.organisation_id, changes=told)


def keep_an_admin(membership: Membership) -> None:
    """Raise ValidationError for the last admin."""
    admins = Membership.objects.filter(organisation=membership.organisation_id, role=MemberRole.ADMIN)
    words = _("Een organisatie heeft minstens één beheerder nodig. Maak eerst iemand anders beheerder.")
    check_not_last(admins, membership, words)
