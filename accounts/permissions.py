"""Who may do what for an organisation or a hub. The only place that says so."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import MemberRole, StaffRole
from accounts.models import HubStaff, Membership, Organisation, User
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
    """Runs this installation: sets hubs with their regions and staff up, verifies organisations, takes listings down.

    That is all: an operator writes for no organisation and speaks for no hub without a role there.
    """
    return user.is_active and user.is_superuser


def check_is_operator(user: User | AnonymousUser) -> None:
    """Raise PermissionDenied unless is_operator()."""
    if not is_operator(user):
        raise PermissionDenied(_("Alleen wie deze site beheert, mag dit."))


def check_is_hub_staff(user: User | AnonymousUser, hub: Hub) -> None:
    """Raise PermissionDenied unless is_hub_staff()."""
    if not is_hub_staff(user, hub):
        raise PermissionDenied(_("Alleen medewerkers van %(hub)s mogen dit.") % {"hub": hub.name})


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
