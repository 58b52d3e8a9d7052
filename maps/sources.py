"""From which organisations the elements of a layer come: to choose from, however many elements there are."""

from typing import NamedTuple

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Organisation
from maps.models import MapFeature, MapLayer
from maps.sight import Sight

#: Organisations that are looked at, and that are given to choose from, at most.
MOST_LOOKED_AT, MOST_GIVEN = 1_000, 200


class Sources(NamedTuple):
    """Organisations by name, and whether there may be more of them."""

    organisations: list[Organisation]
    has_more: bool


def sources_of(layer: MapLayer, sight: Sight, asked: int | None = None) -> Sources:
    """Organisations from which elements come that somebody sees; `asked` is among them where it is one.

    Reads a row of an index for each organisation, and not each element.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LEAPS, {"layer": layer.pk, "most": MOST_LOOKED_AT + 1})
        found = [pk for (pk,) in cursor.fetchall()]
    ids = found[:MOST_LOOKED_AT]
    seen = _with_elements(layer, sight)
    rows = list(seen.filter(pk__in=ids).order_by("name", "pk")[: MOST_GIVEN + 1])
    given = rows[:MOST_GIVEN]
    if asked is not None and asked not in {row.pk for row in given}:
        given += seen.filter(pk=asked)
    return Sources(given, len(rows) > MOST_GIVEN or len(found) > MOST_LOOKED_AT)


def source_in(sights: dict[int, Sight], asked: int) -> Organisation | None:
    """An organisation, where at least one element comes from it that somebody sees in some layers; by their ids."""
    seen = MapFeature.objects.in_layers(sights).filter(source_organisation=asked).order_by()
    return Organisation.objects.filter(pk=asked).first() if seen.values("pk")[:1] else None


def _with_elements(layer: MapLayer, sight: Sight) -> QuerySet[Organisation]:
    """Organisations from which at least one element comes that somebody sees."""
    of_one = MapFeature.objects.in_layer(layer.pk, sight).filter(source_organisation=OuterRef("pk")).order_by()
    # The first of each is enough: a condition that some exist would be joined, and all of them read.
    first = Subquery(of_one.values("pk")[:1])
    return Organisation.objects.annotate(element=first).filter(element__isnull=False)


#: Each leap finds the next organisation along the index `feature_source_of_layer`. It goes by both columns of it, and
#: may end in another layer: with a condition on the layer, the database could as well read all elements of a source.
_LEAPS = """
WITH RECURSIVE sources AS (
    (SELECT layer_id, source_organisation_id AS id FROM maps_mapfeature
    WHERE layer_id >= %(layer)s::bigint AND source_organisation_id IS NOT NULL
    ORDER BY layer_id, source_organisation_id LIMIT 1)
    UNION ALL
    SELECT following.* FROM sources CROSS JOIN LATERAL (
        SELECT layer_id, source_organisation_id AS id FROM maps_mapfeature
        WHERE (layer_id, source_organisation_id) > (sources.layer_id, sources.id)
            AND source_organisation_id IS NOT NULL
        ORDER BY layer_id, source_organisation_id LIMIT 1
    ) following
    WHERE sources.layer_id = %(layer)s::bigint
)
SELECT id FROM sources WHERE layer_id = %(layer)s::bigint LIMIT %(most)s::int
"""
