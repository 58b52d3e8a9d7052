"""Every collection, by its id."""

from collections.abc import Iterator

from django.http import Http404

from maps.ogc.collections.base import Collection, Viewer
from maps.ogc.collections.layers import PREFIX, LayerCollection, public_layers
from maps.ogc.collections.listings import ListingCollection
from maps.ogc.collections.municipalities import MunicipalityCollection
from maps.ogc.collections.regions import RegionCollection

_ALWAYS: tuple[type[ListingCollection] | type[RegionCollection] | type[MunicipalityCollection], ...] = (
    ListingCollection,
    RegionCollection,
    MunicipalityCollection,
)
#: Digits of a layer's number that are looked at.
_LONGEST = 15


def all_collections(viewer: Viewer) -> Iterator[Collection]:
    """What a person may read: what is always there, and then the public layers."""
    for collection in _ALWAYS:
        yield collection(viewer)
    for layer in public_layers():
        yield LayerCollection(viewer, layer)


def collection_of(viewer: Viewer, name: str) -> Collection:
    """The collection of an id. Raises Http404 where there is none that the viewer may read."""
    for collection in _ALWAYS:
        if collection.id == name:
            return collection(viewer)
    number = name.removeprefix(PREFIX)
    if name.startswith(PREFIX) and number.isascii() and number.isdigit() and len(number) <= _LONGEST:
        layer = public_layers().filter(pk=int(number)).first()
        if layer is not None and name == f"{PREFIX}{layer.pk}":
            return LayerCollection(viewer, layer)
    raise Http404


__all__ = ["Collection", "Viewer", "all_collections", "collection_of"]
