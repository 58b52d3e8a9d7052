"""Figures of a hub: read once for the page and the files alike, and kept for some minutes."""

import datetime as dt
from dataclasses import dataclass, fields
from functools import cached_property

from exchanges.enquiry_schedule import WITHIN_DAYS
from exchanges.models import Enquiry
from frontend.components.kept import kept_or_counted, key_for
from frontend.statistics.counting import Counts, Exchanged, count
from geo.models import Hub, Municipality
from listings.statistics import Volume, WeekTotal
from maps.standing import Standing
from maps.statistics import LayerSource, Share, as_called_now, sees_more_than_a_stranger
from materials.models import Material

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
    def taken_up(self) -> dict[int, tuple[int, int]]:
        """Of the last year's questions to the hub: by a number of days, how many somebody took up within it, and of
        how many.
        """
        return Enquiry.objects.of_hub(self.hub.pk).taken_up_within(WITHIN_DAYS, self.counts.counted_at)

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


def read_figures(hub: Hub, standing: Standing, today: dt.date, family: Material | None = None) -> Figures:
    """Figures of at most some minutes ago (frontend.components.kept), which raises StillCounting."""
    if not sees_more_than_a_stranger(standing, hub):
        standing = Standing()
    return Figures(hub, standing, today, _counts(hub, standing, today, family), family)


def _counts(hub: Hub, standing: Standing, today: dt.date, family: Material | None) -> Counts:
    return kept_or_counted(_key(hub, standing, today, family), lambda: count(hub, standing, today, family))


def _key(hub: Hub, standing: Standing, today: dt.date, family: Material | None) -> str:
    return key_for("figures", standing, hub.pk, today.isoformat(), family.pk if family else None, _FORM)
