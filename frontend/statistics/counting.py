"""What figures of a hub are read from: all that takes long, as plain values that can be kept."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils import timezone

from exchanges.enums import STATES_OF, Group
from exchanges.impact.totals import WORKED_ON
from exchanges.models import Exchange, ImpactEntry
from geo.models import Hub
from listings.querysets import not_over
from listings.statistics import Volume, WeekTotal, findable_in, free_by_week, volumes_of
from maps.querysets import MapFeatureQuerySet
from maps.standing import Standing
from maps.statistics import LayerSource, Share, listings_of, published_features, summed
from matching.statistics import count_waiting, unmet
from materials.models import Material


@dataclass(frozen=True)
class Exchanged:
    """What became of one element: the exchanges of the listings that belong to it."""

    feature_id: int
    title: str
    listings: int
    going: int
    completed: int
    kg: Decimal


@dataclass(frozen=True)
class Counts:
    """Of one hub, as somebody may see them. `counted_at` is when counting began: what happened later may be left out.

    `waiting` are demands of which pairing hasn't said yet whether something fits. `handed_over_kg` is what was handed
    over of all elements together: of a listing on two layers once.
    """

    counted_at: dt.datetime
    shares: list[Share]
    sources: list[LayerSource]
    ended: int
    volumes: list[Volume]
    unmet: list[Volume]
    waiting: int
    weeks: list[WeekTotal]
    exchanged: list[Exchanged]
    handed_over_kg: Decimal


def count(hub: Hub, standing: Standing, today: dt.date, family: Material | None = None) -> Counts:
    """On one day, of one family of materials where one is given. Each element is looked at once: it takes as many
    queries for many as for few, and time as there are elements.
    """
    counted_at = timezone.now()
    asked = Q(material__tree_left__range=(family.tree_left, family.tree_right)) if family else Q()
    features = published_features(hub, standing).filter(asked)
    findable = findable_in(hub.pk, today)
    found, listings = summed(features, today), findable.filter(asked)
    exchanged, handed_over_kg = _exchanged(features.filter(not_over(today)))
    return Counts(
        counted_at=counted_at,
        shares=found.shares,
        sources=found.sources,
        ended=found.ended,
        volumes=volumes_of(listings),
        unmet=volumes_of(unmet(listings, hub.pk)),
        waiting=count_waiting(listings),
        weeks=free_by_week(findable, today),
        exchanged=exchanged,
        handed_over_kg=handed_over_kg,
    )


def _exchanged(features: MapFeatureQuerySet) -> tuple[list[Exchanged], Decimal]:
    """Elements with a listing, the most handed over first, and what was handed over of all.

    Each exchange counts once for an element.
    """
    features_of = listings_of(features)

    def together(listing_ids: Iterable[int]) -> set[int]:
        return {pk for listing_id in listing_ids for pk in features_of.get(listing_id, ())}

    listings, going, completed = Counter[int](), Counter[int](), Counter[int]()
    for feature_ids in features_of.values():
        listings.update(feature_ids)
    for listing_ids, state in _exchanges(features_of):
        going.update(together(listing_ids) if state in STATES_OF[Group.AGREED] else ())
        completed.update(together(listing_ids) if state in STATES_OF[Group.DONE] else ())
    kg: defaultdict[int, Decimal] = defaultdict(Decimal)
    handed_over = _handed_over(features_of)
    for listing_ids, amount in handed_over:
        for feature_id in together(listing_ids):
            kg[feature_id] += amount
    named = features.filter(pk__in=list(listings)).order_by("pk").values_list("pk", "title")
    rows = [Exchanged(pk, title, listings[pk], going[pk], completed[pk], kg[pk]) for pk, title in named]
    rows.sort(key=lambda row: (-row.kg, -row.completed, row.feature_id))
    return rows, sum((amount for _listing_ids, amount in handed_over), Decimal(0))


def _exchanges(listing_ids: Iterable[int]) -> list[tuple[set[int], str]]:
    """Exchanges of these listings: which listings each is between, and its state."""
    rows = Exchange.objects.filter(_about(listing_ids))
    return [({one, other}, state) for one, other, state in rows.values_list("listing_id", "matched_id", "state")]


def _handed_over(listing_ids: Iterable[int]) -> list[tuple[set[int], Decimal]]:
    """Kilograms handed over, by the ledger, and between which listings. What a service worked on counts once."""
    entries = ImpactEntry.objects.current().filter(~WORKED_ON, _about(listing_ids, "leg__exchange__"))
    rows = entries.order_by().values_list("leg__exchange__listing", "leg__exchange__matched").annotate(Sum("kg"))
    return [({one, other}, kg or Decimal(0)) for one, other, kg in rows]


def _about(listing_ids: Iterable[int], exchange: str = "") -> Q:
    ids = sorted(listing_ids)
    return Q(**{f"{exchange}listing__in": ids}) | Q(**{f"{exchange}matched__in": ids})
