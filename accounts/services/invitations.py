"""Offers of membership, and of work for a hub."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import MemberRole, StaffRole
from accounts.models import HubStaff, Invitation, Membership, Organisation, User
from accounts.permissions import check_can_manage, check_can_set_hub_people
from accounts.verbs import AccountVerb
from geo.models import Hub
from journal.addresses import mailbox
from journal.enums import Topic
from journal.events import record
from journal.letters import drop_letters, write_letter
from journal.models import Letter

#: Invitations that may wait for an answer in one organisation or hub.
MOST_OPEN_INVITATIONS = 20
#: Letters of invitation that one user may cause in a day, and that one address may get in a week from all users
#: together. We count letters, not invitations: withdrawing an invitation and inviting again sends two letters.
MOST_INVITATIONS_A_DAY = 20
MOST_INVITATIONS_TO_ADDRESS_A_WEEK = 3
LETTER = "invitation"


@transaction.atomic
def invite_member(
    *,
    by: User,
    organisation: Organisation,
    email: str,
    role: str = MemberRole.MEMBER,
    at: dt.datetime | None = None,
) -> Invitation:
    """Offer membership by mail. Raises ValidationError for members and for the invited, and past the limits."""
    check_can_manage(by, organisation)
    email = mailbox(email)
    if organisation.memberships.filter(user__email=email).exists():
        raise ValidationError({"email": _("Wie dit adres heeft, is al lid.")})
    _check_letters_left(by, organisation, email, at or timezone.now())
    return _invite(by, Invitation(organisation=organisation, email=email, role=role, invited_by=by))


@transaction.atomic
def invite_hub_staff(
    *, by: User, hub: Hub, email: str, role: str = StaffRole.EDITOR, at: dt.datetime | None = None
) -> Invitation:
    """Offer work for a hub by mail. Raises ValidationError for its staff, who is invited already, past the limits."""
    check_can_set_hub_people(by, hub)
    email = mailbox(email)
    if hub.staff.filter(user__email=email).exists():
        raise ValidationError({"email": _("%(user)s werkt al voor deze hub.") % {"user": email}})
    _check_letters_left(by, hub, email, at or timezone.now())
    return _invite(by, Invitation(hub=hub, email=email, role=role, invited_by=by))


@transaction.atomic
def withdraw_invitation(*, by: User, invitation: Invitation) -> None:
    """Take an offer back: its link no longer works. Does nothing once it is accepted."""
    _check_may_invite(by, invitation.host)
    held = Invitation.objects.select_for_update().open().filter(pk=invitation.pk).first()
    if held is None:
        return
    drop_letters(held)
    _record(AccountVerb.INVITATION_WITHDRAWN, by, held)
    held.delete()


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
    drop_letters(invitation)
    _record(AccountVerb.INVITATION_ACCEPTED, by, invitation)
    if invitation.hub:
        return HubStaff.objects.get_or_create(hub=invitation.hub, user=by, defaults={"role": invitation.role})[0]
    return Membership.objects.get_or_create(
        organisation=invitation.organisation, user=by, defaults={"role": invitation.role}
    )[0]


def _invite(by: User, invitation: Invitation) -> Invitation:
    """Store an invitation and queue its letter, in the language of the user who invites."""
    invitation.full_clean()
    invitation.save()
    letter = write_letter(
        LETTER,
        to=invitation.email,
        language=by.language,
        data={
            "who": str(by),
            "host": invitation.host.name,
            "link": settings.SITE_URL + reverse("accept-invitation", args=[invitation.token]),
        },
        dedup_key=f"{LETTER}-{invitation.pk}",
        caused_by=by,
        about=invitation,
        topic=Topic.STRANGERS,
    )
    if letter is None:
        raise ValidationError(
            {"email": _("Wie dit adres heeft, wil geen mails van Werkstof. Spreek die persoon zelf aan.")}
        )
    _record(AccountVerb.INVITATION_SENT, by, invitation)
    return invitation


def _record(verb: AccountVerb, by: User, invitation: Invitation) -> None:
    record(
        verb,
        invitation,
        by=by,
        organisation_id=invitation.organisation_id,
        hub_ids=[invitation.hub_id] if invitation.hub_id else [],
        changes={"role": invitation.role},
    )


def _check_may_invite(by: User, host: Organisation | Hub) -> None:
    if isinstance(host, Hub):
        check_can_set_hub_people(by, host)
    else:
        check_can_manage(by, host)


def _check_letters_left(by: User, host: Organisation | Hub, email: str, at: dt.datetime) -> None:
    """Raise ValidationError past the limits. Locks both rows: two can't take the same last place."""
    type(host).objects.select_for_update(no_key=True).get(pk=host.pk)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if Invitation.objects.open().from_host(host).count() >= MOST_OPEN_INVITATIONS:
        raise ValidationError(
            _("Er staan al %(most)d uitnodigingen open. Trek er een in, of wacht tot iemand aanvaardt.")
            % {"most": MOST_OPEN_INVITATIONS}
        )
    letters = Letter.objects.of_template(LETTER)
    if letters.caused_by(by.pk, since=at - dt.timedelta(days=1)).count() >= MOST_INVITATIONS_A_DAY:
        raise ValidationError(
            _("Je kunt %(most)d mensen per dag uitnodigen. Probeer het morgen opnieuw.")
            % {"most": MOST_INVITATIONS_A_DAY}
        )
    if letters.to(email).since(at - dt.timedelta(days=7)).count() >= MOST_INVITATIONS_TO_ADDRESS_A_WEEK:
        raise ValidationError(
            {
                "email": _("Dit adres kreeg deze week al %(most)d uitnodigingen. Wacht een week, of bel.")
                % {"most": MOST_INVITATIONS_TO_ADDRESS_A_WEEK}
            }
        )
