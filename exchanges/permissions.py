"""As whom somebody acts in an exchange or a standing agreement, and who sees the lines of the ledger."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import HubPartner, HubStaff, Membership, Organisation, User
from accounts.permissions import holds, is_hub_staff
from accounts.roles import Right
from exchanges.enums import ExchangeState, Role, Side
from exchanges.models import Exchange, StandingAgreement
from exchanges.parties import know_parties
from exchanges.verbs import ExchangeVerb
from geo.models import Hub
from listings.models import Listing


@dataclass(frozen=True)
class Actor:
    """`side` is the organisation that somebody acts for: empty for who mediates."""

    role: Role
    side: Side | None


def sides_of(user: User, exchange: Exchange | StandingAgreement) -> set[Side]:
    """The sides whose organisation the user is a member of, and so acts for."""
    if not Right.TAKE_STEPS.for_members:
        return set()
    both = (exchange.requester_id, exchange.owner_id)
    own = set(Membership.objects.filter(user=user, organisation__in=both).values_list("organisation_id", flat=True))
    found = {Side.REQUESTER} if exchange.requester_id in own else set()
    return found | ({Side.OWNER} if exchange.owner_id in own else set())


def is_staff_of(user: User, exchange: Exchange | StandingAgreement) -> bool:
    """Whether the user works for a hub that it lies in."""
    return holds(user, Right.TAKE_STEPS, hubs=exchange.hub_ids)


def acts_for_hub(user: User, exchange: Exchange | StandingAgreement) -> bool:
    """Whether the user is of neither side, and acts for one as staff of a hub: they say who of it asked them to."""
    return not sides_of(user, exchange) and is_staff_of(user, exchange)


def check_takes_part(user: User, exchange: Exchange) -> None:
    """Raise PermissionDenied unless the user may see the exchange."""
    sides = (exchange.requester_id, exchange.owner_id)
    if not holds(user, Right.SEE_EXCHANGE, organisations=sides, hubs=exchange.hub_ids):
        raise PermissionDenied(_("Alleen wie bij deze uitwisseling hoort, mag dit."))


def sees_ledger_lines(user: User | AnonymousUser, hub: Hub) -> bool:
    """Whether the user sees by whom, and for how much. What a hub reached in all is for everybody to see."""
    return is_hub_staff(user, hub)


def check_sees_ledger_of(user: User | AnonymousUser, organisation: Organisation) -> None:
    """Raise PermissionDenied unless the user may see the ledger of an organisation."""
    if not holds(user, Right.READ_LEDGER_OF_ORGANISATION, organisations=[organisation.pk]):
        raise PermissionDenied(_("Alleen leden van %(organisation)s mogen dit.") % {"organisation": organisation.name})


def actor_for(user: User, exchange: Exchange | StandingAgreement, side: str, allowed: Collection[Side]) -> Actor:
    """As whom the user takes a step that these sides may take. Raises PermissionDenied, or ValidationError where it
    isn't clear for whom.

    A member acts for their organisation; staff of the hub act on behalf of one, which is shown as such.
    """
    own, staff = sides_of(user, exchange), is_staff_of(user, exchange)
    if not own and not staff:
        raise PermissionDenied(_("Alleen wie bij deze uitwisseling hoort, mag dit."))
    if side and side not in Side.values:
        raise ValidationError({"side": _("Kies voor welke partij je dit doet.")})
    may = set(allowed) & (on_behalf(user, exchange) if staff and not own else own)
    if side:
        may &= {Side(side)}
    if not may:
        raise PermissionDenied(_("Deze stap is aan de andere partij."))
    if len(may) > 1:
        raise ValidationError({"side": _("Kies voor welke partij je dit doet.")})
    (chosen,) = may
    return Actor(Role(chosen.value) if chosen in own else Role.HUB, chosen)


def on_behalf(user: User, exchange: Exchange | StandingAgreement) -> set[Side]:
    """For which sides staff of the hub may act: not for an owner that only another hub knows."""
    know_parties([exchange], user)
    return set(Side) if exchange.shown_owner.slug else {Side.REQUESTER}


def mediator_for(user: User, exchange: Exchange) -> Actor:
    """As whom the user decides between the sides. Raises PermissionDenied, also for who belongs to one of them, or
    disagreed on behalf of one.
    """
    if not sides_of(user, exchange):
        if user.pk in spoke_for_a_side(exchange):
            raise PermissionDenied(_("Je sprak hier zelf namens een partij: laat een collega beslissen."))
        if may_mediate(user, exchange):
            return Actor(Role.HUB if is_staff_of(user, exchange) else Role.OPERATOR, None)
    raise PermissionDenied(
        _("Alleen wie zelf geen partij is en voor de hub werkt of deze site beheert, beslist hierover.")
    )


def may_mediate(user: User, exchange: Exchange) -> bool:
    """Whether the user decides disputes where this exchange lies, leaving aside what part they have in it."""
    return holds(user, Right.MEDIATE, hubs=exchange.hub_ids)


def spoke_for_a_side(exchange: Exchange) -> set[int]:
    """Who disagreed, or said that somebody didn't come: the keys of users. They don't decide about what they said."""
    disagreed = Q(state_after=ExchangeState.DISPUTED) & ~Q(state_before=ExchangeState.DISPUTED)
    said = exchange.steps.filter(disagreed | Q(step=ExchangeVerb.NO_SHOW)).values_list("actor_id", flat=True)
    return {actor_id for actor_id in said if actor_id is not None}


def was_disputed(exchange: Exchange) -> bool:
    """Whether it ever was in dispute."""
    return exchange.steps.filter(state_after=ExchangeState.DISPUTED).exists()


def requesting_role(user: User, organisation: Organisation, listing: Listing) -> Role:
    """As whom the user asks for a listing: as a member, or as staff of a hub on behalf of its partner."""
    if holds(user, Right.REQUEST, organisations=[organisation.pk]):
        return Role.REQUESTER
    if partnerships_of(user).filter(hub__in=listing.hub_ids, organisation=organisation).exists():
        return Role.HUB
    # Without its name: whoever isn't one may not know it.
    raise PermissionDenied(_("Alleen leden van de organisatie die aanvraagt, mogen dit."))


def partnerships_of(user: User) -> QuerySet[HubPartner]:
    """Those of the hubs that the user works for: on behalf of such an organisation they ask for what lies there."""
    if not Right.REQUEST.for_staff:
        return HubPartner.objects.none()
    return HubPartner.objects.filter(hub__in=HubStaff.objects.filter(user=user).values("hub"))
