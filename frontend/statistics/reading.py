"""Figures of a hub: read once, for the page and the files alike."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Q, Sum

from exchanges.enums import STATES_OF, Group
from exchanges.impact.totals import WORKED_ON
from exchanges.models import Exchange, ImpactEntry
from geo.models import Hub, Municipality
from listings.querysets import ListingQuerySet
from listings.statistics import Volume, WeekTotal, findable_in, free_by_week, volumes_of
from maps.models import MapFeature
from maps.querysets import MapFeatureQuerySet
from maps.standing import Standing
from maps.statistics import LayerSource, Share, count_ended, counted_features, listings_of, shares_of, sources_of
from matching.statistics import count_waiting, unmet
from materials.models import Material


@dataclass(frozen=True)
class Exchanged:
    """What became of one element: the exchanges of the listings that belong to it."""

    feature: MapFeature
    listings: int
    going: int
    completed: int
    kg: Decimal


@dataclass(frozen=True)
class Figures:
    """Of one hub on one day, as somebody may see them. `family` keeps to one family of materials."""

    hub: Hub
    standing: Standing
    today: dt.date
    family: Material | None = None

    # ---- elements of maps ----

    @cached_property
    def features(self) -> MapFeatureQuerySet:
        return counted_features(self.hub, self.standing, self.today).filter(self._asked)

    @cached_property
    def shares(self) -> list[Share]:
        return shares_of(self.features)

    @cached_property
    def ended(self) -> int:
        return count_ended(self.hub, self.standing, self.today)

    @cached_property
    def sources(self) -> list[LayerSource]:
        return sources_of(self.features)

    # ---- listings ----

    @cached_property
    def findable(self) -> ListingQuerySet:
        return findable_in(self.hub.pk, self.today)

    @cached_property
    def volumes(self) -> list[Volume]:
        return volumes_of(self.findable.filter(self._asked))

    @cached_property
    def unmet(self) -> list[Volume]:
        return volumes_of(unmet(self.findable.filter(self._asked), self.hub.pk))

    @cached_property
    def waiting(self) -> int:
        """Demands of which pairing hasn't said yet whether something fits."""
        return count_waiting(self.findable.filter(self._asked))

    @cached_property
    def weeks(self) -> list[WeekTotal]:
        return free_by_week(self.findable, self.today)

    # ---- from the map to an exchange ----

    @cached_property
    def exchanged(self) -> list[Exchanged]:
        """Elements with a listing, the most handed over first. Each exchange counts once for an element."""
        listings, going, completed = Counter[int](), Counter[int](), Counter[int]()
        for feature_ids in self._features_of.values():
            listings.update(feature_ids)
        for listing_ids, state in self._exchanges:
            together = self._features_with(listing_ids)
            going.update(together if state in STATES_OF[Group.AGREED] else ())
            completed.update(together if state in STATES_OF[Group.DONE] else ())
        kg: defaultdict[int, Decimal] = defaultdict(Decimal)
        for listing_ids, handed_over in self._handed_over:
            for feature_id in self._features_with(listing_ids):
                kg[feature_id] += handed_over
        found = self.features.filter(pk__in=list(listings)).select_related("material").order_by("pk")
        rows = [Exchanged(one, listings[one.pk], going[one.pk], completed[one.pk], kg[one.pk]) for one in found]
        return sorted(rows, key=lambda row: (-row.kg, -row.completed, row.feature.pk))

    @cached_property
    def handed_over_kg(self) -> Decimal:
        """What was handed over of all of them: of a listing on two layers once."""
        return sum((kg for _listing_ids, kg in self._handed_over), Decimal(0))

    @cached_property
    def _features_of(self) -> dict[int, list[int]]:
        return listings_of(self.features)

    def _features_with(self, listing_ids: Iterable[int]) -> set[int]:
        return {pk for listing_id in listing_ids for pk in self._features_of.get(listing_id, ())}

    @cached_property
    def _exchanges(self) -> list[tuple[set[int], str]]:
        """Exchanges of these listings: which listings each is between, and its state."""
        rows = Exchange.objects.filter(self._about(set(self._features_of)))
        return [({one, other}, state) for one, other, state in rows.values_list("listing_id", "matched_id", "state")]

    @cached_property
    def _handed_over(self) -> list[tuple[set[int], Decimal]]:
        """Kilograms handed over, by the ledger, and between which listings; what a service worked on isn't counted
        twice.
        """
        about = self._about(set(self._features_of), "leg__exchange__")
        entries = ImpactEntry.objects.current().filter(~WORKED_ON, about)
        rows = entries.order_by().values_list("leg__exchange__listing", "leg__exchange__matched").annotate(Sum("kg"))
        return [({one, other}, kg or Decimal(0)) for one, other, kg in rows]

    @staticmethod
    def _about(listing_ids: set[int], exchange: str = "") -> Q:
        ids = sorted(listing_ids)
        return Q(**{f"{exchange}listing__in": ids}) | Q(**{f"{exchange}matched__in": ids})

    # ---- names ----

    @cached_property
    def materials(self) -> dict[int, Material]:
        return Material.objects.in_bulk()

    @cached_property
    def municipalities(self) -> dict[int, Municipality]:
        return Municipality.objects.in_bulk()

    @cached_property
    def families(self) -> list[Material]:
        return [one for one in self.materials.values() if one.parent_id is None]

    def row_of(self, material_id: int | None) -> Material | None:
        """The row of a table in which a material is added up: its family, or itself where one family is shown."""
        if material_id is None:
            return None
        material = self.materials[material_id]
        if self.family is not None:
            return material
        return next(one for one in self.families if one.tree_left <= material.tree_left <= one.tree_right)

    @cached_property
    def _asked(self) -> Q:
        """Whether a row is of the family that is shown; of any where none is."""
        family = self.family
        return Q(material__tree_left__range=(family.tree_left, family.tree_right)) if family else Q()
