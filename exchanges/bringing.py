"""Which listings a hub could bring to each other: what keeps two apart, in words, and which to choose from first.

Pairing finds most of them; people know of more, and propose any two.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.gis.db.models.functions import Distance, GeometryDistance
from django.contrib.postgres.search import SearchQuery
from django.db.models import F, IntegerField, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from exchanges.checks import why_not_together
from exchanges.enums import ProposalState
from exchanges.models import Exchange, Proposal
from exchanges.serving import doubts_about, no_room_words, weeks_with_room
from geo.models import Hub
from listings.enums import ListingKind
from listings.models import WHOLE_LOT, Listing
from listings.querysets import ListingQuerySet, NumberRange, SpansOverlap
from listings.search.facets import kind_token, material_tokens
from matching.chains.find import chains_of
from matching.models import Match
from materials.models import Material

#: So many can be chosen from: who looks for another one searches.
MOST_FOUND = 20
#: Organisations whose name has the text that is looked for, at most.
_MOST_ORGANISATIONS = 50
_NUMBER = re.compile(r"#?\s*([0-9]{1,18})")


@dataclass(frozen=True)
class Candidate:
    """A listing that could be brought to another. `score` (0..1) is how well it fits, where pairing says so;
    `obstacle` is why it can't be brought, in words, and `doubts` what of a service doesn't fit by what both say.
    `asked` is what people are being asked of it now, and `refused` what the hub proposed of it before and somebody
    said no to.
    """

    listing: Listing
    score: float | None
    obstacle: str
    doubts: list[str]
    asked: Proposal | None
    refused: Proposal | None


def why_not_one(listing: Listing, today: dt.date) -> str:
    """Why a listing can't be brought to any other now, in words; "" where it can."""
    if obstacle := why_not_together(listing, today):
        return obstacle
    if listing.free_quantity is not None and listing.free_quantity <= 0:
        if listing.kind == ListingKind.DEMAND:
            return _("Alles wat gevraagd werd, is al toegezegd.")
        return _("Er is niets meer van vrij: alles is gereserveerd of gegeven.")
    return ""


def same_owner_words(one: Listing, other: Listing) -> str:
    """That both are of one organisation; "" where they aren't."""
    return _("Beide zijn van dezelfde organisatie.") if one.organisation_id == other.organisation_id else ""


def too_late_words(supply: Listing, demand: Listing, today: dt.date) -> str:
    """What became of a pair before a hub could bring both to each other, in words; "" where nothing did."""
    for one in (supply, demand):
        if words := why_not_one(one, today):
            return f"{one.heading}: {words}"
    if Exchange.objects.running(supply, WHOLE_LOT, demand.organisation).exists():
        return _("Tussen deze twee loopt al een uitwisseling.")
    return ""


def too_late_for_work_words(supply: Listing, service: Listing, week: dt.date | None, today: dt.date) -> str:
    """What became of a supply and a service before a hub could bring both to each other, in words; "" where nothing
    did. Of a `week` also whether the service works for them then.
    """
    for one in (supply, service):
        if words := why_not_one(one, today):
            return f"{one.heading}: {words}"
    if week is not None and Exchange.objects.running(service, week, supply.organisation).exists():
        return _("Tussen deze twee loopt in die week al een uitwisseling.")
    return ""


def waiting_between(
    supply: Listing, at: dt.datetime, *, demand: Listing | None = None, service: Listing | None = None
) -> Proposal | None:
    """What both are being asked now, by whichever hub."""
    return Proposal.objects.filter(supply=supply, service=service, demand=demand).waiting(at).for_rows().first()


def asked_words() -> str:
    return _("Dit is al gevraagd: wie het aangaat, kan nog antwoorden.")


def candidates_for(
    listing: Listing, kind: ListingKind, *, hub: Hub, reader: User, text: str = "", service: Listing | None = None,
    at: dt.datetime,
) -> list[Candidate]:  # fmt: skip
    """What of a kind staff of a hub could bring to a listing, in a chain past a `service`: what fits best first, then
    what lies nearest; what can't be brought, last. With a text, what has that number, those words, or an organisation
    of such a name. At most MOST_FOUND, in as many queries for many as for one.
    """
    today = timezone.localdate(at)
    scores = _scores(listing, kind, service, at)
    rows = Listing.objects.published().of_kind(kind).not_over(today).exclude(pk=listing.pk)
    keys = _by_text(rows, listing, reader, text) if text else _unasked(rows, listing, kind, scores)
    seen = Listing.objects.visible_to(reader).filter(pk__in=keys).exclude(pk=listing.pk)
    found = list(seen.with_distance(listing.position).for_cards())
    earlier = _earlier(listing, kind, service, [one.pk for one in found], hub, at)
    doubts = _doubts(listing, kind, found)
    full = _full(found, today) if kind == ListingKind.SERVICE else {}
    made = [
        _candidate(
            one, listing, kind, service, scores, earlier, doubts.get(one.pk, []), full.get(one.pk, ""), at
        )
        for one in found
    ]  # fmt: skip
    return sorted(made, key=_order)[:MOST_FOUND]


def _order(candidate: Candidate) -> tuple[bool, bool, float, float, int]:
    listing = candidate.listing
    away = listing.distance_m or 0
    return bool(candidate.obstacle), bool(candidate.doubts), -(candidate.score or 0), away, listing.pk


def _doubts(listing: Listing, kind: ListingKind, found: list[Listing]) -> dict[int, list[str]]:
    """What doesn't fit, by what a service and each supply say; of goods alone pairing says how well they fit."""
    if kind == ListingKind.SERVICE:
        pairs = [(listing, one) for one in found]
    elif listing.kind == ListingKind.SERVICE and kind == ListingKind.SUPPLY:
        pairs = [(one, listing) for one in found]
    else:
        return {}
    return {one.pk: words for one, words in zip(found, doubts_about(pairs), strict=True)}


def _full(services: list[Listing], today: dt.date) -> dict[int, str]:
    """Which services have no room left, in words."""
    rooms = weeks_with_room(services, today)
    return {one.pk: no_room_words() for one in services if not rooms.get(one.pk)}


def _scores(listing: Listing, kind: ListingKind, service: Listing | None, at: dt.datetime) -> dict[int, float]:
    """How well the best of a kind go with a listing, by key: of pairs, and of chains where a service is in it."""
    if kind == ListingKind.SERVICE:
        return {}
    between = service or (listing if listing.kind == ListingKind.SERVICE else None)
    scores: dict[int, float] = {}
    if between is not None:
        for chain in chains_of(between, at=at):
            one = chain.supply if kind == ListingKind.SUPPLY else chain.demand
            if listing in (chain.supply, chain.service, chain.demand):
                scores.setdefault(one.pk, chain.score)
        return scores
    best = Match.objects.current().of_listing(listing).best_first()[:MOST_FOUND]
    return {
        (demand if kind == ListingKind.DEMAND else supply): score
        for supply, demand, score in best.values_list("supply", "demand", "score")
    }


def _unasked(rows: ListingQuerySet, listing: Listing, kind: ListingKind, scores: Iterable[int]) -> list[int]:
    """What fits best, and filled up with what lies nearest: of related material before anything else."""
    keys = list(scores)[:MOST_FOUND]
    others = rows.exclude(organisation=listing.organisation_id)
    fitting = _taking_material if kind == ListingKind.SERVICE else _of_related_material
    for nearer in (fitting(others, listing), others):
        if nearer is not None and len(keys) < MOST_FOUND:
            near = nearer.order_by(GeometryDistance("position", listing.position)).values_list("pk", flat=True)
            keys += [pk for pk in near[: 2 * MOST_FOUND] if pk not in keys][: MOST_FOUND - len(keys)]
    return keys


def _of_related_material(rows: ListingQuerySet, listing: Listing) -> ListingQuerySet | None:
    """None where the listing names no one material, as services don't."""
    if listing.material is None:
        return None
    related = Material.objects.related_to(listing.material).values_list("tree_left", flat=True)
    other = ListingKind.DEMAND if listing.kind == ListingKind.SUPPLY else ListingKind.SUPPLY
    return rows.with_facets([[kind_token(other)], material_tokens(related)])


def _taking_material(rows: ListingQuerySet, listing: Listing) -> ListingQuerySet | None:
    """Services that take the material of a supply. A draft may name none yet."""
    if listing.material_number is None:
        return None
    number = Cast(Value(listing.material_number), IntegerField())
    return rows.filter(SpansOverlap(F("material_spans"), NumberRange(number, number)))


def _by_text(rows: ListingQuerySet, listing: Listing, reader: User, text: str) -> list[int]:
    """A number names one listing, also one that isn't open or is of another kind: then it is said why not."""
    number = _NUMBER.fullmatch(text)
    if number and (key := Listing.objects.visible_to(reader).filter(pk=int(number[1])).values_list("pk", flat=True)):
        return list(key)
    # A measured distance: in order of the index's own the database would read all listings for a rare word.
    away = Distance("position", listing.position)
    named = Organisation.objects.like(text)[:_MOST_ORGANISATIONS]
    words = SearchQuery(text.replace("-", " "), config="dutch_unaccent", search_type="websearch")
    # By whose it is, only what the reader may know whose it is.
    known = rows.owner_known_to(reader).filter(organisation__in=[one.pk for one in named])
    return [
        pk
        for found in (rows.filter(search_vector=words), known)
        for pk in found.order_by(away, "pk").values_list("pk", flat=True)[:MOST_FOUND]
    ]


def _earlier(
    listing: Listing, kind: ListingKind, service: Listing | None, keys: list[int], hub: Hub, at: dt.datetime
) -> dict[int, list[Proposal]]:
    """What was proposed of each before and didn't begin, the newest first."""
    if listing.kind == ListingKind.SERVICE:
        return {}
    side, own = ("supply", "demand") if kind == ListingKind.SUPPLY else (str(kind), "supply")
    rows = Proposal.objects.filter(**{own: listing, f"{side}__in": keys})
    rows = rows.filter(demand=None) if kind == ListingKind.SERVICE else rows.filter(service=service)
    found: dict[int, list[Proposal]] = {}
    for one in rows.filter(exchange=None, arrangement=None).for_rows().order_by("-made_at", "-pk"):
        if one.hub_id == hub.pk or one.state_at(at) == ProposalState.WAITING:
            found.setdefault(getattr(one, f"{side}_id"), []).append(one)
    return found


def _candidate(
    one: Listing, listing: Listing, kind: ListingKind, service: Listing | None, scores: dict[int, float],
    earlier: dict[int, list[Proposal]], doubts: list[str], full: str, at: dt.datetime,
) -> Candidate:  # fmt: skip
    proposed = earlier.get(one.pk, [])
    waiting = next((row for row in proposed if row.state_at(at) == ProposalState.WAITING), None)
    refused = next((row for row in proposed if row.state_at(at) == ProposalState.REFUSED), None)
    sides = [listing, *([service] if service is not None else [])]
    if one.kind != kind:
        obstacle = _("Dit is een %(kind)s: kies een %(other)s.") % {
            "kind": one.get_kind_display().lower(), "other": str(kind.label).lower(),
        }  # fmt: skip
    elif waiting is not None:
        obstacle = asked_words()
    else:
        owners = (same_owner_words(one, side) for side in sides)
        obstacle = next(filter(None, owners), "") or why_not_one(one, timezone.localdate(at)) or full
    return Candidate(one, scores.get(one.pk), obstacle, doubts if one.kind == kind else [], waiting, refused)
