"""Who may do what for an organisation or a hub, and what operators may.

Rooms above say by these what somebody may do with what is theirs: listings.permissions, exchanges.permissions.
"""

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
    """Whether the user is a manager of the hub: may change its page, border policy and weights, and read its log."""
    return user.is_authenticated and HubStaff.objects.filter(user=user, hub=hub, role=StaffRole.MANAGER).exists()


def can_set_hub_people(user: User | AnonymousUser, hub: Hub) -> bool:
    """Whether the user may choose the hub's staff and partners: its managers, and operators, since a new hub has
    nobody yet.
    """
    return can_manage_hub(user, hub) or is_operator(user)


def hubs_staffed_by(user: User | AnonymousUser) -> QuerySet[Hub]:
    """The hubs in which someone has a role."""
    return Hub.objects.filter(staff__user=user) if user.is_authenticated else Hub.objects.none()


def is_operator(user: User | AnonymousUser) -> bool:
    """Whether the user runs this installation.

    Operators set up organisations with their members, accounts, and hubs with their regions, staff and partners. They
    verify in no hub's name, withdraw what a hub verified, take listings down, and decide about letters that failed or
    broke off. They see every exchange and question, read what is written there, and decide disputes. But without a
    role in an organisation or hub they post no listing, make no request and write no message for it.
    """
    return user.is_active and user.is_superuser


def operators() -> QuerySet[User]:
    """Everybody for whom is_operator() holds."""
    return User.objects.filter(is_active=True, is_superuser=True)


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
        raise PermissionDenied(_("Alleen de hub die dit verifieerde en wie deze site beheert, kunnen het intrekken."))


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


def check_can_set_hub_people(user: User | AnonymousUser, hub: Hub) -> None:
    """Raise PermissionDenied unless can_set_hub_people()."""
    if not can_set_hub_people(user, hub):
        raise PermissionDenied(_("Alleen beheerders van %(hub)s en van deze site mogen dit.") % {"hub": hub.name})
