"""A file laid on the maps of many hubs: each row in the layer of every hub that shows what lies there.

Which hubs those are, the border policies of geo.hubs alone say: a row may come on the maps of several, or of none.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction

from accounts.models import User
from accounts.validators import one_line
from geo.hubs import placements_of
from geo.models import Municipality
from geo.points import WGS84_SRID, metric_all
from listings.imports.progress import Progress
from maps.derived import middle_of
from maps.files.reading import Feature, Reading
from maps.files.refusals import RowRefused
from maps.imports.choice import Decided
from maps.imports.files import Plan
from maps.imports.services import Imported, ImportRefused, import_file
from maps.models import MapLayer

#: Rows whose places are looked up by one query.
_LOOKED_UP_AT_ONCE = 5_000


@dataclass
class Fallen:
    """Where the rows of a file lie: by hub the numbers of its rows.

    `nowhere` counts by municipality (None where that is neither Flanders nor Brussels) the rows that no hub shows.
    `several` lie in more than one hub. `refused` can't be read: nobody knows where they lie.
    """

    by_hub: dict[int, set[int]] = field(default_factory=dict)
    nowhere: Counter[int | None] = field(default_factory=Counter)
    several: int = 0
    refused: list[RowRefused] = field(default_factory=list)

    def rows_of(self, layer: MapLayer) -> set[int]:
        """The rows that are for the layer of a hub: those that fall there, and of its elements those that can't be
        read. Where these lie nobody knows; but they are in the file, and so their elements aren't gone from it.
        """
        unread = {one_line(row.source_id): row.row for row in self.refused}
        known = layer.features.exclude(source_reference="").filter(source_reference__in=list(unread))
        found = {unread[name] for name in known.values_list("source_reference", flat=True)}
        return self.by_hub[layer.map.hub_id] | found

    @property
    def unnamed(self) -> int:
        """How many rows that can't be read bear no number of their source either."""
        return sum(not one_line(row.source_id) for row in self.refused)

    def nowhere_by_name(self) -> list[tuple[str, int]]:
        """Names of municipalities without a hub with how many rows lie there, most first; "" is outside all."""
        found = Municipality.objects.in_bulk([pk for pk in self.nowhere if pk is not None])
        return [("" if pk is None else found[pk].name, count) for pk, count in self.nowhere.most_common()]


class HubsRefused(Exception):
    """A file of which rows are wrong, so that nothing of it is stored: by hub what is wrong there."""

    def __init__(self, by_hub: Mapping[int, ImportRefused]) -> None:
        super().__init__(sum(refused.wrong for refused in by_hub.values()))
        self.by_hub = by_hub


def rows_by_hub(reading: Reading) -> Fallen:
    """In which hubs each row of a file falls: by a point in the middle of its shape, as for its municipality."""
    fallen, waiting = Fallen(), list[Feature]()
    for row in reading.rows():
        if isinstance(row, RowRefused):
            fallen.refused.append(row)
            continue
        waiting.append(row)
        if len(waiting) == _LOOKED_UP_AT_ONCE:
            _place(waiting, fallen)
            waiting = []
    _place(waiting, fallen)
    return fallen


def _place(rows: Sequence[Feature], fallen: Fallen) -> None:
    if not rows:
        return
    middles = [middle_of(GEOSGeometry(memoryview(row.wkb), srid=WGS84_SRID)) for row in rows]
    placements = placements_of(metric_all([(point.x, point.y) for point in middles]))
    for row, placement in zip(rows, placements, strict=True):
        for hub_id in placement.hub_ids:
            fallen.by_hub.setdefault(hub_id, set()).add(row.row)
        fallen.several += len(placement.hub_ids) > 1
        if not placement.hub_ids:
            fallen.nowhere[placement.municipality_id] += 1


@transaction.atomic
def import_within_hubs(
    *,
    by: User | None,
    layers: Mapping[int, MapLayer],
    reading: Reading,
    fallen: Fallen,
    choice: Decided,
    plan: Plan,
    file_name: str,
    skip_wrong: bool = False,
    progress: Progress = lambda _done, _total: None,
) -> dict[int, Imported]:
    """Import in the layer of each hub what of a file falls in it; returns by hub what came of it. Of all, or of none.

    `layers` has one for each hub of `fallen.by_hub`, with its map. A row that can't be read counts as wrong in each
    layer that has its element, which so isn't gone. Each becomes an import of its layer, undone by itself. Raises
    HubsRefused where a row is wrong in any, unless `skip_wrong`, and PermissionDenied. The hubs are gone through in
    one order, so that two such imports can't wait for each other.
    """
    imported, refused = dict[int, Imported](), dict[int, ImportRefused]()
    for hub_id in sorted(fallen.by_hub):
        try:
            imported[hub_id] = import_file(
                by=by, layer=layers[hub_id], reading=reading.only(fallen.rows_of(layers[hub_id])), choice=choice,
                plan=plan, file_name=file_name, skip_wrong=skip_wrong, progress=progress,
            )  # fmt: skip
        except ImportRefused as error:
            refused[hub_id] = error
    if refused:
        raise HubsRefused(refused)
    return imported
