"""Figures of a hub: read once for the page and the files alike, and kept for some minutes."""

import datetime as dt
import hashlib
import time
from dataclasses import dataclass, fields
from functools import cached_property

from django.core.cache import cache
from django.utils import timezone

from frontend.statistics.counting import Counts, Exchanged, count
from geo.models import Hub, Municipality
from listings.statistics import Volume, WeekTotal
from maps.standing import Standing
from maps.statistics import LayerSource, Share, as_called_now, sees_more_than_a_stranger
from materials.models import Material

#: Figures are counted anew when they are older than this.
FRESH_FOR = dt.timedelta(minutes=10)
#: How long they are kept: who comes while somebody counts anew gets those. And how long counting may take.
_KEPT_S, _COUNTING_S = 900, 60
#: Who comes where nothing is kept waits so often, so long, for whoever counts; then it is better to come back.
_LOOKS, _BETWEEN_S = 10, 0.3
#: What kept figures are made of: an older version of the program had others.
_FORM = [[one.name for one in fields(kind)] for kind in (Counts, Share, LayerSource, Volume, WeekTotal, Exchanged)]


@dataclass(frozen=True)
class Figures:
    """Of one hub on one day, as somebody may see them, with the names of what they count.

    `family` keeps to one family of materials.
    """

    hub: Hub
    standing: Standing
    today: dt.date
    counts: Counts
    family: Material | None = None

    @cached_property
    def sources(self) -> list[LayerSource]:
        """Read anew: a layer may have another name since it was counted, or be hidden."""
        return as_called_now(self.counts.sources, self.standing)

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


class StillCounting(Exception):
    """Somebody else counts the same at this moment, and nothing is kept to show meanwhile."""


def read_figures(hub: Hub, standing: Standing, today: dt.date, family: Material | None = None) -> Figures:
    """Figures that are at most FRESH_FOR old; somewhat older ones only while somebody else counts them anew.

    Raises StillCounting where somebody counts for the first time, and it takes long.
    """
    if not sees_more_than_a_stranger(standing, hub):
        standing = Standing()
    return Figures(hub, standing, today, _counts(hub, standing, today, family), family)


def _counts(hub: Hub, standing: Standing, today: dt.date, family: Material | None) -> Counts:
    key = _key(hub, standing, today, family)
    for look in range(_LOOKS):
        if look:
            time.sleep(_BETWEEN_S)
        kept: Counts | None = cache.get(key)
        if kept is not None and _is_fresh(kept):
            return kept
        if cache.add(f"{key}:counting", True, _COUNTING_S):
            try:
                counts = count(hub, standing, today, family)
                cache.set(key, counts, _KEPT_S)
            finally:
                cache.delete(f"{key}:counting")
            return counts
        if kept is not None:
            return kept
    raise StillCounting


def _is_fresh(counts: Counts) -> bool:
    return timezone.now() - counts.counted_at < FRESH_FOR


def _key(hub: Hub, standing: Standing, today: dt.date, family: Material | None) -> str:
    """One for all who see no more than a stranger; for each other person their own."""
    person = (
        standing.user_id, sorted(standing.organisation_ids), sorted(standing.partner_hub_ids),
        sorted(standing.staff_hub_ids), sorted(standing.managed_hub_ids), sorted(standing.rights.items()),
    )  # fmt: skip
    told = repr((hub.pk, today.isoformat(), family.pk if family else None, person, _FORM))
    return "figures:" + hashlib.blake2b(told.encode(), digest_size=16).hexdigest()
