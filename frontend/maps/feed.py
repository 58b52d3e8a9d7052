"""A material map as a feed: what was published or changed on it lately."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from frontend.components.feed import MOST_ENTRIES, AtomFeed, Contents, Entry
from frontend.maps.page import layers_of, quantity_words
from frontend.maps.views import find_map
from maps.models import MapFeature, MapLayer
from maps.ogc.collections.layers import public_features
from maps.standing import Standing


class MapFeed(AtomFeed):
    """Elements that everyone may see, the last changed first."""

    def read(self, request: HttpRequest, **given: Any) -> Contents:
        found = find_map(Standing(), given["hub_slug"], given["slug"])
        address = [found.hub.slug, found.slug]
        return Contents(
            title=_("%(map)s: wat er veranderde") % {"map": found.title},
            words=_("Elementen van de materiaalkaart van %(hub)s, het laatst gewijzigde eerst.")
            % {"hub": found.hub.name},
            page=reverse("map", args=address),
            path=reverse("map-feed", args=address),
            entries=tuple(_entry(one) for one in changed_lately(layers_of(found, Standing()))),
        )


def changed_lately(layers: list[MapLayer]) -> list[MapFeature]:
    """The last changed elements of these layers that everyone may see; in two queries, however many layers."""
    if not layers:
        return []
    first, *others = (last_changed(layer) for layer in layers)
    rows = first.union(*others) if others else first
    last = sorted(rows, key=lambda row: (row[1], row[0]), reverse=True)[:MOST_ENTRIES]
    found = MapFeature.objects.for_rows().in_bulk([pk for pk, _at in last])
    return [found[pk] for pk, _at in last if pk in found]


def last_changed(layer: MapLayer) -> QuerySet[MapFeature, tuple[int, dt.datetime]]:
    """Numbers and moments of those of one layer, from the index that has them in this order."""
    in_order = public_features().filter(layer=layer.pk).order_by("-updated_at", "-pk")
    return in_order.values_list("pk", "updated_at")[:MOST_ENTRIES]


def _entry(feature: MapFeature) -> Entry:
    assert feature.published_at is not None
    said = [
        feature.layer.title, str(feature.get_kind_display()), str(feature.material or ""), quantity_words(feature),
        str(feature.municipality or ""), feature.description,
    ]  # fmt: skip
    return Entry(
        id=f"/kaarten/element/{feature.pk}/",
        title=feature.title,
        path=reverse("map-element", args=[feature.pk]),
        words=" · ".join(word for word in said if word),
        published=feature.published_at,
        updated=max(feature.updated_at, feature.published_at),
        categories=(feature.kind, *((feature.material.code,) if feature.material else ())),
    )
