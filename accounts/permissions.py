"""Who may do what for an organisation or a hub. The only place that says so."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import MemberRole, StaffRole
from accounts.models import HubStaff, Membership, Organisation, User, Verification
from geo.models import Hub


def can_write_for(user: User | AnonymousUser, organisation: Organisation) -> bool:
    """Members list and offer for their organisation."""
    return user.is_authenticated and Membership.objects.filter(user=user, organisation=organisation).exists()


def can_manage(user: User | AnonymousUser, organisation: Organisation) -> bool:
    """Admins change the organisation, its sites and its members."""
    return (
        user.is_authenticated
        and Membership.objects.filter(user=user, organisation=organisation, role=MemberRole.ADMIN).exists()
    )


def is_hub_staff(user: User | AnonymousUser, hub: Hub) -> bool:
    """Staff of this hub, in any role."""
    return user.is_authenticated and HubStaff.objects.filter(user=user, hub=hub).exists()


def can_manage_hub(user: User | AnonymousUser, hub: Hub) -> bool:
    """Managers change what a hub says of itself, its border policy and its partners."""
    return user.is_authenticated and HubStaff.objects.filter(user=user, hub=hub, role=StaffRole.MANAGER).exists()


def can_staff_hub(user: User | AnonymousUser, hub: Hub) -> bool:
    """Managers say who works for their hub and which partners it has; operators too: a new hub has nobody yet."""
    return can_manage_hub(user, hub) or is_operator(user)


def hubs_staffed_by(user: User | AnonymousUser) -> QuerySet[Hub]:
    """The hubs in which someone has a role."""
    return Hub.objects.filter(staff__user=user) if user.is_authenticated else Hub.objects.none()


def is_operator(user: User | AnonymousUser) -> bool:
    """Runs this installation: sets hubs with their regions and staff up, verifies where no hub does, takes listings
    down.

    That is all: an operator writes for no organisation and speaks for no hub without a role there.
    """
    return user.is_active and user.is_superuser


def can_verify(user: User | AnonymousUser, organisation: Organisation, hub: Hub | None) -> bool:
    """A hub's staff verify whom their hub knows; operators verify anyone, for no hub. Nobody verifies their own."""
    if can_write_for(user, organisation):
        return False
    if hub is None:
        return is_operator(user)
    return is_hub_staff(user, hub) and Organisation.objects.known_to(hub).filter(pk=organisation.pk).exists()


def check_is_operator(user: User | AnonymousUser) -> None:
    """Raise PermissionDenied unless is_operator()."""
    if not is_operator(user):
        raise PermissionDenied(_("Alleen wie deze site beheert, mag dit."))


def check_is_hub_staff(user: User | AnonymousUser, hub: Hub) -> None:
    """Raise PermissionDenied unless is_hub_staff()."""
    if not is_hub_staff(user, hub):
        raise PermissionDenied(_("Alleen medewerkers van %(hub)s mogen dit.") % {"hub": hub.name})


def check_can_verify(user: User | AnonymousUser, organisation: Organisation, hub: Hub | None) -> None:
    """Raise PermissionDenied unless can_verify()."""
    if hub is None:
        check_is_operator(user)
    else:
        check_is_hub_staff(user, hub)
    if not can_verify(user, organisation, hub):
        words = (
            _("Je bent zelf lid van %(organisation)s: vraag een collega van de hub.")
            if can_write_for(user, organisation)
            else _("%(organisation)s heeft geen vestiging in jullie regio en is geen partner.")
        )
        raise PermissionDenied(words % {"organisation": organisation.name})


def can_withdraw(user: User | AnonymousUser, verification: Verification) -> bool:
    """Staff of the hub that verified, and operators."""
    return is_operator(user) or (verification.hub is not None and is_hub_staff(user, verification.hub))


def check_can_withdraw(user: User | AnonymousUser, verification: Verification) -> None:
    """Raise PermissionDenied unless can_withdraw()."""
    if not can_withdraw(user, verification):
        raise PermissionDenied(_("Alleen de hub die dit verifieerde, kan het intrekken."))


def check_can_manage(user: User | AnonymousUser, organisation: Organisation) -> None:
    """Raise PermissionDenied unless can_manage()."""
    if not can_manage(user, organisation):
        raise PermissionDenied(
            _("Alleen beheerders van %(organisation)s mogen dit.") % {"organisation": organisation.name}
        )


def check_can_manage_hub(user: User | AnonymousUser, hub: Hub) -> None:
    """Raise PermissionDenied unless can_manage_hub()."""
    if not can_manage_hub(user, hub):
        raise PermissionDenied(_("Alleen beheerders van %(hub)s mogen dit.") % {"hub": hub.name})


def check_can_staff_hub(user: User | AnonymousUser, hub: Hub) -> None:
    """Raise PermissionDenied unless can_staff_hub()."""
    if not can_staff_hub(user, hub):
        raise PermissionDenied(_("Alleen beheerders van %(hub)s mogen dit.") % {"hub": hub.name})
