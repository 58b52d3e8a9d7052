"""Offers of membership, and of work for a hub."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import MemberRole, StaffRole
from accounts.models import HubStaff, Invitation, Membership, Organisation, User
from accounts.permissions import check_can_manage, check_can_staff_hub
from accounts.tasks import send_invitation
from geo.models import Hub

#: Invitations that may wait for an answer in one organisation, and that one user may send in a day.
MOST_OPEN_INVITATIONS, MOST_INVITATIONS_A_DAY = 20, 20


@transaction.atomic
def invite_member(
    *,
    by: User,
    organisation: Organisation,
    email: str,
    role: str = MemberRole.MEMBER,
    at: dt.datetime | None = None,
) -> Invitation:
    """Offer membership by mail. Raises ValidationError for a member, who is invited already, and past the limits."""
    check_can_manage(by, organisation)
    email = email.strip().lower()
    if organisation.memberships.filter(user__email=email).exists():
        raise ValidationError({"email": _("Wie dit adres heeft, is al lid.")})
    _check_invitations_left(by, organisation, at or timezone.now())
    return _invite(Invitation(organisation=organisation, email=email, role=role, invited_by=by))


@transaction.atomic
def invite_hub_staff(
    *, by: User, hub: Hub, email: str, role: str = StaffRole.EDITOR, at: dt.datetime | None = None
) -> Invitation:
    """Offer work for a hub by mail. Raises ValidationError for its staff, who is invited already, past the limits."""
    check_can_staff_hub(by, hub)
    email = email.strip().lower()
    if hub.staff.filter(user__email=email).exists():
        raise ValidationError({"email": _("%(user)s werkt al voor deze hub.") % {"user": email}})
    _check_invitations_left(by, hub, at or timezone.now())
    return _invite(Invitation(hub=hub, email=email, role=role, invited_by=by))


@transaction.atomic
def withdraw_invitation(*, by: User, invitation: Invitation) -> None:
    """Take an offer back: its link no longer works. Does nothing once it is accepted."""
    _check_may_invite(by, invitation.host)
    Invitation.objects.open().filter(pk=invitation.pk).delete()


@transaction.atomic
def accept_invitation(*, by: User, token: str) -> Membership | HubStaff:
    """Become a member or staff, once. Only the invited address may."""
    invitation = Invitation.objects.select_for_update().open().of_token(token).first()
    if invitation is None:
        raise ValidationError(_("Deze uitnodiging bestaat niet of is al gebruikt. Vraag een nieuwe."))
    if not invitation.is_for(by):
        raise PermissionDenied(_("Deze uitnodiging is voor een ander e-mailadres."))
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    if invitation.hub:
        return HubStaff.objects.get_or_create(hub=invitation.hub, user=by, defaults={"role": invitation.role})[0]
    return Membership.objects.get_or_create(
        organisation=invitation.organisation, user=by, defaults={"role": invitation.role}
    )[0]


def _invite(invitation: Invitation) -> Invitation:
    """Store it, and have its letter sent after the commit."""
    invitation.full_clean()
    invitation.save()
    transaction.on_commit(lambda: send_invitation.delay(invitation.pk), robust=True)
    return invitation


def _check_may_invite(by: User, host: Organisation | Hub) -> None:
    if isinstance(host, Hub):
        check_can_staff_hub(by, host)
    else:
        check_can_manage(by, host)


def _check_invitations_left(by: User, host: Organisation | Hub, at: dt.datetime) -> None:
    """Raise ValidationError past the limits. Holds both rows, so that two invitations can't take one last place."""
    type(host).objects.select_for_update(no_key=True).get(pk=host.pk)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if Invitation.objects.open().from_host(host).count() >= MOST_OPEN_INVITATIONS:
        raise ValidationError(
            _("Er staan al %(most)d uitnodigingen open. Trek er een in, of wacht tot iemand aanvaardt.")
            % {"most": MOST_OPEN_INVITATIONS}
        )
    if Invitation.objects.sent_by(by, since=at - dt.timedelta(days=1)).count() >= MOST_INVITATIONS_A_DAY:
        raise ValidationError(
            _("Je kunt %(most)d mensen per dag uitnodigen. Probeer het morgen opnieuw.")
            % {"most": MOST_INVITATIONS_A_DAY}
        )
