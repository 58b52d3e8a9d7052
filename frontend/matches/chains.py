"""A chain in words and figures: three sides, two legs, the weeks with room, why."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import hubs_staffed_by
from exchanges.fallen import can_be_proposed
from frontend.components import figures
from frontend.components.cards import Card, make_card
from frontend.matches.pairs import Part, make_parts, part_labels
from geo.models import Hub
from listings.models import Listing
from listings.owners import know_owners
from matching.chains.find import Chain, FreeWeek
from matching.explain import explain_chain
from matching.rules import CHAIN_WEIGHTS

#: Weeks that a chain names; of the rest it says how many.
WEEKS_SHOWN = 3


@dataclass(frozen=True)
class ChainCard:
    chain: Chain
    supply: Card
    service: Card
    demand: Card
    to_service: str
    to_demand: str
    weeks: list[str]
    more_weeks: int
    reasons: list[str]
    lacks: list[str]
    parts: list[Part]
    may_book: bool
    #: Whether the reader may ask all three.
    may_propose: bool
    #: What the map draws, as JSON; empty where a place isn't known.
    stops: str


def make_chain_cards(chains: Iterable[Chain], user: User | AnonymousUser) -> list[ChainCard]:
    """Cards of chains; three queries more, for the names of hubs, and whose member and staff the user is."""
    names = dict(Hub.objects.values_list("pk", "name"))
    own = set(user.memberships.values_list("organisation_id", flat=True)) if user.is_authenticated else set()
    hubs = set(hubs_staffed_by(user).values_list("pk", flat=True))
    chains = list(chains)
    know_owners([side for chain in chains for side in (chain.supply, chain.service, chain.demand)], user)
    return [_card(chain, names, own, hubs) for chain in chains]


def _may_propose(chain: Chain, own: set[int], hubs: set[int]) -> bool:
    three = (chain.supply, chain.service, chain.demand)
    is_concerned = any(one.organisation_id in own or hubs.intersection(one.hub_ids) for one in three)
    return is_concerned and can_be_proposed(chain)


def _card(chain: Chain, names: dict[int, str], own: set[int], hubs: set[int]) -> ChainCard:
    words = explain_chain(chain)
    labels = part_labels() | {"capacity": _("capaciteit")}
    return ChainCard(
        chain=chain,
        supply=make_card(chain.supply, names),
        service=make_card(chain.service, names),
        demand=make_card(chain.demand, names),
        to_service=figures.distance(chain.to_service_m),
        to_demand=figures.distance(chain.to_demand_m),
        weeks=[_week(week, chain.service) for week in chain.weeks[:WEEKS_SHOWN]],
        more_weeks=max(len(chain.weeks) - WEEKS_SHOWN, 0),
        reasons=words.reasons,
        lacks=words.lacks,
        parts=make_parts(labels, chain.parts, CHAIN_WEIGHTS),
        may_book=chain.service.organisation_id in own,
        may_propose=_may_propose(chain, own, hubs),
        stops=_stops([chain.supply, chain.service, chain.demand]),
    )


def _stops(listings: list[Listing]) -> str:
    """As everyone may see them: blurred places stay so."""
    places = [(listing, listing.shown_location) for listing in listings]
    if any(place is None for _listing, place in places):
        return ""
    return json.dumps(
        [
            {"kind": row.kind, "lat": at.y, "lon": at.x, "label": str(row.get_kind_display())}
            for row, at in places
            if at
        ]
    )


def _week(week: FreeWeek, service: Listing) -> str:
    day = figures.short_day(week.start)
    if week.free is None:
        return _("week van %(day)s: onbekend") % {"day": day}
    free = figures.stored_amount(week.free, service.capacity_unit)
    return _("week van %(day)s: %(free)s vrij") % {"day": day, "free": free}
