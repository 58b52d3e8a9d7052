"""Every change to organisations, sites, members and hubs."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, TypeVar

from django.contrib.gis.geos import Point
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token

from accounts import validators
from accounts.enums import MemberRole
from accounts.models import HubPartner, Invitation, Membership, Organisation, Site, User
from accounts.permissions import check_can_manage, check_can_manage_hub, check_is_operator
from accounts.tasks import send_invitation
from geo.boundaries import municipality_at
from geo.models import Hub, HubRegion, Municipality

Row = TypeVar("Row", Organisation, Site, Hub, HubRegion)
ORGANISATION_FIELDS = frozenset({"name", "kind", "enterprise_number", "description", "email", "phone", "website"})
SITE_FIELDS = frozenset(
    {"name", "street", "house_number", "postal_code", "place_name", "location", "establishment_number"}
)
HUB_FIELDS = frozenset({"intro", "email", "phone", "website", "sectors", "buffer_km", "shows_neighbours"})
#: Invitations that may wait for an answer in one organisation, and that one user may send in a day.
MOST_OPEN_INVITATIONS, MOST_INVITATIONS_A_DAY = 20, 20
REGION_FIELDS = frozenset({"name", "kind", "provenance"})


def update_user(*, by: User, name: str, language: str) -> User:
    """Change one's own name and language."""
    by.name, by.language = name.strip(), language
    by.full_clean(exclude=["password"])
    by.save(update_fields=["name", "language"])
    return by


@transaction.atomic
def create_organisation(*, by: User, **fields: Any) -> Organisation:
    """Make an organisation with its maker as admin. Raises ValidationError by field."""
    organisation = _set(Organisation(), fields, ORGANISATION_FIELDS)
    organisation.slug = _free_slug(organisation.name)
    organisation.full_clean()
    organisation.save()
    Membership.objects.create(organisation=organisation, user=by, role=MemberRole.ADMIN)
    return organisation


@transaction.atomic
def update_organisation(*, by: User, organisation: Organisation, **fields: Any) -> Organisation:
    """Change what it says of itself; a new enterprise number has to be verified again."""
    check_can_manage(by, organisation)
    before = organisation.enterprise_number
    _set(organisation, fields, ORGANISATION_FIELDS)
    if organisation.enterprise_number != before:
        organisation.verified_at = None
    organisation.full_clean()
    organisation.save()
    return organisation


@transaction.atomic
def add_site(*, by: User, organisation: Organisation, location: Point, **fields: Any) -> Site:
    """Add an address at a WGS84 point; its municipality follows from the point."""
    check_can_manage(by, organisation)
    return _save_site(Site(organisation=organisation), fields | {"location": location})


@transaction.atomic
def update_site(*, by: User, site: Site, **fields: Any) -> Site:
    """Change an address. Listings that were placed by it stay where they are: they have their own point."""
    check_can_manage(by, site.organisation)
    return _save_site(site, fields)


@transaction.atomic
def remove_site(*, by: User, site: Site) -> None:
    check_can_manage(by, site.organisation)
    site.delete()


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
    invitation = Invitation(organisation=organisation, email=email, role=role, invited_by=by)
    invitation.full_clean()
    invitation.save()
    transaction.on_commit(lambda: send_invitation.delay(invitation.pk), robust=True)
    return invitation


@transaction.atomic
def withdraw_invitation(*, by: User, invitation: Invitation) -> None:
    """Take an offer back: its link no longer works. Does nothing once it is accepted."""
    check_can_manage(by, invitation.organisation)
    Invitation.objects.open().filter(pk=invitation.pk).delete()


@transaction.atomic
def accept_invitation(*, by: User, token: str) -> Membership:
    """Become a member, once. Only the invited address may."""
    invitation = Invitation.objects.select_for_update().open().of_token(token).first()
    if invitation is None:
        raise ValidationError(_("Deze uitnodiging bestaat niet of is al gebruikt. Vraag een nieuwe."))
    if not invitation.is_for(by):
        raise PermissionDenied(_("Deze uitnodiging is voor een ander e-mailadres."))
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    membership, _made = Membership.objects.get_or_create(
        organisation=invitation.organisation, user=by, defaults={"role": invitation.role}
    )
    return membership


@transaction.atomic
def change_role(*, by: User, membership: Membership, role: str) -> Membership:
    """Give a member another role; an organisation keeps at least one admin."""
    check_can_manage(by, membership.organisation)
    if role != MemberRole.ADMIN:
        _keep_an_admin(membership)
    membership.role = role
    membership.full_clean()
    membership.save(update_fields=["role"])
    return membership


@transaction.atomic
def remove_member(*, by: User, membership: Membership) -> None:
    """Admins remove members, and anyone may leave; an organisation keeps at least one admin."""
    if membership.user_id != by.pk:
        check_can_manage(by, membership.organisation)
    _keep_an_admin(membership)
    membership.delete()


@transaction.atomic
def update_hub(*, by: User, hub: Hub, **fields: Any) -> Hub:
    """Change what a hub says of itself and its border policy. The caller places listings anew if the policy moved."""
    check_can_manage_hub(by, hub)
    _set(hub, fields, HUB_FIELDS)
    hub.full_clean()
    hub.save()
    return hub


@transaction.atomic
def set_up_hub(*, by: User, hub: Hub, **fields: Any) -> Hub:
    """Make a hub, or change it with its name and slug. For operators; the caller places listings anew."""
    check_is_operator(by)
    _set(hub, fields, HUB_FIELDS | {"slug", "name"})
    hub.full_clean()
    hub.save()
    return hub


@transaction.atomic
def set_up_region(
    *, by: User, region: HubRegion, municipalities: Iterable[Municipality] | None = None, **fields: Any
) -> HubRegion:
    """Make or change a hub's region. For operators; the caller places listings anew."""
    check_is_operator(by)
    _set(region, fields, REGION_FIELDS)
    region.full_clean()
    region.save()
    if municipalities is not None:
        region.municipalities.set(municipalities)
    return region


@transaction.atomic
def verify_organisation(*, by: User, organisation: Organisation, at: dt.datetime | None = None) -> Organisation:
    """Say that an organisation is the one whose enterprise number it gives. For operators."""
    check_is_operator(by)
    if not organisation.enterprise_number:
        raise ValidationError({"enterprise_number": _("Zonder ondernemingsnummer valt er niets te verifiëren.")})
    organisation.verified_at = at or timezone.now()
    organisation.save(update_fields=["verified_at"])
    return organisation


@transaction.atomic
def add_hub_partner(*, by: User, hub: Hub, organisation: Organisation) -> HubPartner:
    check_can_manage_hub(by, hub)
    partner, _made = HubPartner.objects.get_or_create(
        hub=hub, organisation=organisation, defaults={"since": timezone.localdate()}
    )
    return partner


@transaction.atomic
def remove_hub_partner(*, by: User, partner: HubPartner) -> None:
    check_can_manage_hub(by, partner.hub)
    partner.delete()


@transaction.atomic
def make_token(*, by: User) -> str:
    """A token for the user's own programs; the one before stops working."""
    Token.objects.filter(user=by).delete()
    return str(Token.objects.create(user=by).key)


def revoke_token(*, by: User) -> None:
    """No program is the user any more. Does nothing where there is no token."""
    Token.objects.filter(user=by).delete()


def _set(instance: Row, fields: dict[str, Any], writable: frozenset[str]) -> Row:
    """Set checked fields; an empty number is none at all, and a name is what people see of it."""
    errors: dict[str, str] = {}
    for name, value in fields.items():
        if name not in writable:
            errors[name] = _("Dit veld bestaat niet of is niet te veranderen.")
            continue
        if name == "name":
            value = validators.visible(value)
        try:
            if name in ("enterprise_number", "establishment_number"):
                value = getattr(validators, name)(value) if value else None
        except ValidationError as error:
            errors[name] = " ".join(error.messages)
        setattr(instance, name, value)
    if errors:
        raise ValidationError(dict(errors))
    return instance


def _save_site(site: Site, fields: dict[str, Any]) -> Site:
    _set(site, fields, SITE_FIELDS)
    site.municipality = municipality_at(site.location)
    site.full_clean()
    site.save()
    return site


def _check_invitations_left(by: User, organisation: Organisation, at: dt.datetime) -> None:
    """Raise ValidationError past the limits. Holds both rows, so that two invitations can't take one last place."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if organisation.invitations.open().count() >= MOST_OPEN_INVITATIONS:
        raise ValidationError(
            _("Er staan al %(most)d uitnodigingen open. Trek er een in, of wacht tot iemand aanvaardt.")
            % {"most": MOST_OPEN_INVITATIONS}
        )
    if Invitation.objects.sent_by(by, since=at - dt.timedelta(days=1)).count() >= MOST_INVITATIONS_A_DAY:
        raise ValidationError(
            _("Je kunt %(most)d mensen per dag uitnodigen. Probeer het morgen opnieuw.")
            % {"most": MOST_INVITATIONS_A_DAY}
        )


def _keep_an_admin(membership: Membership) -> None:
    """Raise ValidationError where this is the last admin. Holds all admins' rows, so that two can't leave at once."""
    admins = list(
        Membership.objects.select_for_update()
        .filter(organisation=membership.organisation_id, role=MemberRole.ADMIN)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if admins == [membership.pk]:
        raise ValidationError(
            _("Een organisatie heeft minstens één beheerder nodig. Maak eerst iemand anders beheerder.")
        )


def _free_slug(name: str) -> str:
    """The name as a slug, with a number where that is taken."""
    stem = slugify(name)[:120] or "organisatie"
    taken = set(Organisation.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return stem if stem not in taken else next(f"{stem}-{n}" for n in range(2, 10**6) if f"{stem}-{n}" not in taken)
