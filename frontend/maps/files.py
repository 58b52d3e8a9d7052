"""A layer as a file of each format: what the page shows of it, by the same filters."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.components import figures
from maps.files.refusals import FORMAT_NAMES
from maps.models import MapLayer
from maps.narrowing import Narrowed
from maps.querysets import MapFeatureQuerySet

#: Elements are counted up to here; beyond, a page says that there are more.
COUNTED = 10_000


def count_of(elements: MapFeatureQuerySet) -> int:
    """How many there are; one more than COUNTED where there are more than that."""
    return elements.order_by()[: COUNTED + 1].count()


def counts_by_layer(elements: Sequence[MapFeatureQuerySet]) -> Counter[int]:
    """The same by layer, for those of several that are each of one; in one query."""
    if not elements:
        return Counter()
    first, *others = (one.order_by().values_list("layer_id", flat=True)[: COUNTED + 1] for one in elements)
    return Counter(first.union(*others, all=True) if others else first)


def counted_words(total: int) -> str:
    """ "312 elementen"; of very many only that there are more."""
    if total > COUNTED:
        return _("meer dan %(count)s elementen") % {"count": figures.number(COUNTED)}
    words = ngettext("%(count)s element", "%(count)s elementen", total)
    return words % {"count": figures.number(total)}


def files_of(layer: MapLayer, narrowed: Narrowed, total: int) -> dict[str, Any]:
    """How a page leads to the files of what it shows of a layer; empty where that is nothing. `total`: count_of()."""
    if not total:
        return {}
    address = reverse("api-map-layer-export", args=[layer.pk])
    asked = narrowed.asked
    links = [(name, f"{address}?{urlencode({'format': format_, **asked})}") for format_, name in FORMAT_NAMES.items()]
    return {"links": links, "count": counted_words(total), "narrowed": bool(asked)}
