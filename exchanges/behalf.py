"""Asking and answering on behalf of a partner of one's hub: for whom that can be."""

from collections.abc import Collection, Sequence

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from exchanges.models import Proposal
from exchanges.permissions import partnerships_of
from listings.models import Listing


def partners_to_ask_for(user: User, listing: Listing) -> QuerySet[Organisation]:
    """On behalf of whom the user, as staff of hubs in which a listing lies, may ask for it; by name."""
    rows = partnerships_of(user).filter(hub__in=listing.hub_ids)
    others = Organisation.objects.filter(pk__in=rows.values("organisation")).exclude(pk=listing.organisation_id)
    return others.exclude(memberships__user=user).order_by("name", "pk")


def asks_for_partners(user: User | AnonymousUser, listing: Listing) -> bool:
    """Whether there is anybody on whose behalf the user may ask for a listing."""
    return user.is_authenticated and partners_to_ask_for(user, listing).exists()


def askable_for_partners(
    user: User | AnonymousUser, wanted: Collection[tuple[Listing, Listing]]
) -> list[tuple[Listing, Listing]]:
    """Of (a listing, what its organisation could ask for), those that the user may ask for on its behalf. One query.

    Whoever only the hub knows isn't named by asking: to such a one the hub proposes.
    """
    if not user.is_authenticated or not wanted:
        return []
    rows = partnerships_of(user).filter(organisation__in={matched.organisation_id for matched, _listing in wanted})
    pairs = set(rows.values_list("hub", "organisation"))
    return [
        (matched, listing)
        for matched, listing in wanted
        if not matched.hub_only
        and matched.organisation_id != listing.organisation_id
        and any((hub, matched.organisation_id) in pairs for hub in listing.hub_ids)
    ]


def asked_of_bundle(user: User | AnonymousUser, demand: Listing, supplies: Sequence[Listing]) -> list[Listing]:
    """Of a bundle, what the user may ask for on behalf of whose demand it is: none where fewer than two are left."""
    asked = [supply for _demand, supply in askable_for_partners(user, [(demand, supply) for supply in supplies])]
    return asked if len(asked) > 1 else []


def sides_answered_for(user: User, proposal: Proposal) -> set[str]:
    """On behalf of which sides of a proposal the user may answer: of partners of the hub that proposed it, or where an
    organisation did, of a hub that one of them lies in. Whoever only the hub knows answers alone.
    """
    sides = proposal.sides
    hubs = {proposal.hub_id} if proposal.hub_id else {pk for one in sides.values() for pk in one.hub_ids}
    rows = partnerships_of(user).filter(hub__in=hubs, organisation__in={one.organisation_id for one in sides.values()})
    partners = set(rows.values_list("organisation", flat=True))
    return {name for name, one in sides.items() if one.organisation_id in partners and not one.hub_only}


def check_asks_for(user: User, listing: Listing) -> None:
    """Raise PermissionDenied unless the user works for a hub of which the organisation of a listing is a partner, and
    which isn't known to the hub alone.
    """
    if listing.hub_only or not partnerships_of(user).filter(organisation=listing.organisation_id).exists():
        # Without its name: whoever isn't one may not know it.
        raise PermissionDenied(_("Alleen leden van de organisatie die aanvraagt, mogen dit."))
