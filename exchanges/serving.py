"""What keeps a service from working on a supply, in words. People may know better; without room nothing can be booked.

The same conditions are those of chains, over columns: matching.chains.score.can_serve(). A test compares the two.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from exchanges.enums import ProposalState
from exchanges.models import Proposal
from listings.balances.free import NotEnoughFree
from listings.capacity.weeks import WEEK, WEEKS_AHEAD, Week, free_capacity
from listings.enums import CatchmentKind, ListingKind, ServiceKind
from listings.models import Listing
from matching.chains.needs import needs_of
from materials import figures

#: A supply and a service.
Pair = tuple[Listing, Listing]


def doubts_about(pairs: Collection[Pair]) -> list[list[str]]:
    """Of each supply and service what the two say that doesn't fit: the work, the material, the way. Two queries."""
    areas = _areas({service.pk for _supply, service in pairs})
    return [_doubts(supply, service, areas.get(service.pk, set())) for supply, service in pairs]


def _doubts(supply: Listing, service: Listing, area: set[int]) -> list[str]:
    return [*filter(None, [_work_words(supply, service), _material_words(supply, service)]),
            *_way_words(supply, service, area)]  # fmt: skip


def _work_words(supply: Listing, service: Listing) -> str:
    missing = [str(ServiceKind(kind).label) for kind in needs_of(supply) if kind not in service.service_kinds]
    if not missing:
        return ""
    return _("Het aanbod heeft iets anders nodig: %(work)s. Dat doet deze dienst niet.") % {"work": ", ".join(missing)}


def _material_words(supply: Listing, service: Listing) -> str:
    number = supply.material_number
    if number is None or any(part.lower <= number < part.upper for part in service.material_spans or ()):
        return ""
    return _("Deze dienst neemt dit materiaal niet aan: %(material)s.") % {"material": supply.material}


def _way_words(supply: Listing, service: Listing, area: set[int]) -> list[str]:
    """That one of both doesn't come as far as the other lies, as the crow flies."""
    found = []
    by_area = service.catchment_kind != CatchmentKind.RADIUS
    if by_area and supply.municipality_id not in area:
        words = _("Deze dienst werkt niet in %(municipality)s.")
        found.append(words % {"municipality": supply.municipality or _("de gemeente waar dit ligt")})
    if supply.position is None or service.position is None:
        return found
    metres = supply.position.distance(service.position)
    away = {"away": figures.distance(metres)}
    if not by_area and service.reach_km is not None and metres > service.reach_km * 1_000:
        words = _("Te ver: de dienst werkt hoogstens %(km)d km ver, en dit ligt op %(away)s.")
        found.append(words % (away | {"km": service.reach_km}))
    if supply.reach_km is not None and metres > supply.reach_km * 1_000:
        words = _("Te ver: het aanbod gaat hoogstens %(km)d km ver, en de dienst ligt op %(away)s.")
        found.append(words % (away | {"km": supply.reach_km}))
    return found


def _areas(service_ids: Collection[int]) -> dict[int, set[int]]:
    """The municipalities in which services work that name them, or their regions."""
    chosen = Listing.objects.filter(pk__in=service_ids, kind=ListingKind.SERVICE).order_by()
    named = chosen.filter(catchment_kind=CatchmentKind.MUNICIPALITIES).values_list("pk", "catchment_municipalities")
    regions = chosen.filter(catchment_kind=CatchmentKind.REGIONS)
    found: dict[int, set[int]] = {}
    for pk, place in [*named, *regions.values_list("pk", "catchment_regions__municipalities")]:
        found.setdefault(pk, set()).add(place)
    return found


def obstacles_of(proposals: Iterable[Proposal], at: dt.datetime) -> dict[int, list[str]]:
    """Of each proposal of work that waits for answers, by its key, what stands in its way now. Three queries."""
    asked = [(one, one.service, one.week) for one in proposals if one.state_at(at) == ProposalState.WAITING]
    waiting = [(one, service, week) for one, service, week in asked if one.is_work and service and week]
    if not waiting:
        return {}
    mondays = [week for _one, _service, week in waiting]
    span = (max(mondays) - min(mondays)) // WEEK + 1
    weeks = free_capacity({service.pk for _one, service, _week in waiting}, min(mondays), span)
    doubts = doubts_about([(one.supply, service) for one, service, _week in waiting])
    found = {}
    for (one, service, monday), words in zip(waiting, doubts, strict=True):
        (room,) = (week.free or Decimal(0) for week in weeks[service.pk] if week.start == monday)
        short = room < (one.work or 0)
        found[one.pk] = [*words, *(NotEnoughFree(room, service).messages if short else [])]
    return found


def weeks_with_room(services: Collection[Listing], today: dt.date) -> dict[int, list[Week]]:
    """Of each service the weeks from next week on that still have room: the one that runs may be over before both have
    answered. One query.
    """
    weeks = free_capacity([one.pk for one in services], today, WEEKS_AHEAD)
    return {
        pk: [week for week in found if week.is_open and (week.free or 0) > 0 and week.start > today]
        for pk, found in weeks.items()
    }


def no_room_words() -> str:
    """That a service has no week left in which it could do anything."""
    return _("De komende %(weeks)d weken heeft deze dienst geen plaats meer vrij.") % {"weeks": WEEKS_AHEAD}
