"""Whether somebody has a right of `accounts.roles`, and the refusal where not.

Rooms above say by these what somebody may do with what is theirs: listings.permissions, exchanges.permissions.
"""

from collections.abc import Callable, Collection

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import MemberRole, StaffRole
from accounts.models import HubPartner, HubStaff, Membership, Organisation, User, Verification
from accounts.roles import Right, Role
from geo.models import Hub

#: Whether somebody has a role in one of these organisations or hubs, which are primary keys.
_HAS: dict[Role, Callable[[User, Collection[int], Collection[int]], bool]] = {
    # The cheapest first: the rest asks the database.
    Role.OPERATOR: lambda user, organisations, hubs: is_operator(user),
    Role.MEMBER: lambda user, organisations, hubs: _belongs(user, organisations),
    Role.ADMIN: lambda user, organisations, hubs: _belongs(user, organisations, role=MemberRole.ADMIN),
    Role.STAFF: lambda user, organisations, hubs: _works(user, hubs),
    Role.MANAGER: lambda user, organisations, hubs: _works(user, hubs, role=StaffRole.MANAGER),
    Role.PARTNER: lambda user, organisations, hubs: HubPartner.objects.filter(
        hub__in=hubs, organisation__memberships__user=user
    ).exists(),
}


def holds(
    user: User | AnonymousUser, right: Right, *, organisations: Collection[int] = (), hubs: Collection[int] = ()
) -> bool:
    """Whether somebody has a right, by a role in one of the organisations or hubs that it is about (primary keys)."""
    if Role.ANONYMOUS in right.least:
        return True
    if not user.is_authenticated:
        return False
    if Role.SIGNED_IN in right.least:
        return True
    return any(has(user, organisations, hubs) for role, has in _HAS.items() if role in right.least)


def _belongs(user: User, organisations: Collection[int], **role: str) -> bool:
    return (
        bool(organisations) and Membership.objects.filter(user=user, organisation__in=organisations, **role).exists()
    )


def _works(user: User, hubs: Collection[int], **role: str) -> bool:
    return bool(hubs) and HubStaff.objects.filter(user=user, hub__in=hubs, **role).exists()


def can_write_for(user: User | AnonymousUser, organisation: Organisation) -> bool:
    """Members list and offer for their organisation."""
    return holds(user, Right.WRITE_FOR, organisations=[organisation.pk])


def can_manage(user: User | AnonymousUser, organisation: Organisation) -> bool:
    """Admins change the organisation, its sites and its members."""
    return holds(user, Right.MANAGE_ORGANISATION, organisations=[organisation.pk])


def is_hub_staff(user: User | AnonymousUser, hub: Hub) -> bool:
    """Staff of this hub, in any role."""
    return holds(user, Right.WORK_FOR_HUB, hubs=[hub.pk])


def can_manage_hub(user: User | AnonymousUser, hub: Hub) -> bool:
    """Whether the user is a manager of the hub: may change its page, border policy and weights, and read its log."""
    return holds(user, Right.MANAGE_HUB, hubs=[hub.pk])


def can_set_hub_people(user: User | AnonymousUser, hub: Hub) -> bool:
    """Whether the user may choose the hub's staff and partners: its managers, and operators, since a new hub has
    nobody yet.
    """
    return holds(user, Right.SET_HUB_PEOPLE, hubs=[hub.pk])


def hubs_staffed_by(user: User | AnonymousUser) -> QuerySet[Hub]:
    """The hubs in which someone has a role."""
    return Hub.objects.filter(staff__user=user) if user.is_authenticated else Hub.objects.none()


def can_begin_for(user: User | AnonymousUser, hub_id: int, organisation_id: int) -> bool:
    """Staff of a hub begin drafts in the name of its partners."""
    return (
        holds(user, Right.BEGIN_FOR_PARTNERS, hubs=[hub_id])
        and HubPartner.objects.filter(hub=hub_id, organisation=organisation_id).exists()
    )


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
        return holds(user, Right.OPERATE)
    return (
        holds(user, Right.VERIFY, hubs=[hub.pk])
        and Organisation.objects.known_to(hub).filter(pk=organisation.pk).exists()
    )


def check_is_operator(user: User | AnonymousUser) -> None:
    """Raise PermissionDenied unless is_operator()."""
    if not holds(user, Right.OPERATE):
        raise PermissionDenied(_("Alleen wie deze site beheert, mag dit."))


def check_is_hub_staff(user: User | AnonymousUser, hub: Hub, right: Right = Right.WORK_FOR_HUB) -> None:
    """Raise PermissionDenied unless the user has a right of staff in this hub."""
    if not holds(user, right, hubs=[hub.pk]):
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
    hubs = [] if verification.hub_id is None else [verification.hub_id]
    return holds(user, Right.WITHDRAW_VERIFICATION, hubs=hubs)


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


def check_can_manage_hub(user: User | AnonymousUser, hub: Hub, right: Right = Right.MANAGE_HUB) -> None:
    """Raise PermissionDenied unless the user has a right of managers in this hub."""
    if not holds(user, right, hubs=[hub.pk]):
        raise PermissionDenied(_("Alleen beheerders van %(hub)s mogen dit.") % {"hub": hub.name})


def check_can_set_hub_people(user: User | AnonymousUser, hub: Hub) -> None:
    """Raise PermissionDenied unless can_set_hub_people()."""
    if not can_set_hub_people(user, hub):
        raise PermissionDenied(_("Alleen beheerders van %(hub)s en van deze site mogen dit.") % {"hub": hub.name})
