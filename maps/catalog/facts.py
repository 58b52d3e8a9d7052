"""What the catalogue tells, as plain values: who answers for this installation, its open data, and how it is read."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from geo.boundaries import current_quality
from geo.models import Boundary
from geo.tiles import BOUNDS
from journal.models import Event
from listings.models import Listing
from listings.querysets import Box
from listings.verbs import ListingVerb
from maps.enums import FeatureState, Licence, Visibility, licence_said
from maps.files.child.sniffing import Format
from maps.files.refusals import FORMAT_NAMES
from maps.files.writing import media_type_of
from maps.models import MapLayer, MapLayerCount
from maps.ogc.collections.layers import PREFIX, public_features, public_layers
from maps.ogc.collections.listings import LICENCE
from maps.ogc.extents import extent_from
from maps.ogc.links import GEOJSON, JSON

#: When the words about what is always there last changed (`_always`): that is when their records did.
WORDED_ON = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
#: Ids of the services that answer.
FEATURES, TILES = "ogc-api-features", "vector-tiles"
_OGC = "http://www.opengis.net/spec/ogcapi-features-1/1.0"
_MVT = "https://www.iana.org/assignments/media-types/application/vnd.mapbox-vector-tile"
#: After which a listing isn't found any more.
_WENT = [
    ListingVerb.RESERVED, ListingVerb.WITHDRAWN, ListingVerb.TAKEN_DOWN, ListingVerb.CLOSED, ListingVerb.EXPIRED,
    ListingVerb.LAPSED,
]  # fmt: skip
#: What is always there: its title and what it holds.
_SAID = {
    "listings": (
        _lazy("Zoekertjes"),
        _lazy("Aanbod van overschot, vraag naar materialen en diensten die nu te vinden zijn, met hun plek."),
    ),
    "hub-regions": (
        _lazy("Regio's van hubs"),
        _lazy("De kernregio's en gedeelde regio's van de sociaal-circulaire hubs, als hun gemeenten samen."),
    ),
    "municipalities": (
        _lazy("Gemeenten"),
        _lazy("De gemeenten van Vlaanderen en Brussel, met hun NIS-code."),
    ),
}

#: A text by the code of its language.
Texts = dict[str, str]


@dataclass(frozen=True)
class Terms:
    """Under what something may be used again: the address that names a licence, or else its words."""

    uri: str = ""
    words: str = ""


@dataclass(frozen=True)
class Party:
    """Whom to ask. `page` is where to write to them; `email` is empty where they gave none."""

    id: str
    name: str
    page: str
    email: str = ""


@dataclass(frozen=True)
class Distribution:
    """One way to read a dataset. `file` is where it is downloaded whole; empty where it is read in parts."""

    id: str
    name: str
    address: str
    media_type: str
    format: str = ""
    file: str = ""
    service: str = ""


@dataclass(frozen=True)
class Dataset:
    """`said_on` is when its description changed, `modified` when what it holds did; the first is always known."""

    id: str
    title: Texts
    description: Texts
    publisher: Party
    page: str
    terms: Terms
    said_on: dt.datetime
    modified: dt.datetime | None = None
    rights: Texts = field(default_factory=dict)
    box: Box | None = None
    keywords: tuple[str, ...] = ()
    distributions: tuple[Distribution, ...] = ()


@dataclass(frozen=True)
class Service:
    id: str
    title: Texts
    endpoint: str
    description: str
    conforms_to: str


@dataclass(frozen=True)
class Catalog:
    address: str
    title: Texts
    description: Texts
    operator: Party
    terms: Terms
    worded_on: dt.datetime
    datasets: tuple[Dataset, ...]
    services: tuple[Service, ...]


def read_catalog() -> Catalog:
    """All open data of this installation: in six queries, however many layers there are."""
    # Addresses without a language lead everyone to their own.
    with translation.override("nl"):
        operator = read_operator()
        return Catalog(
            address=_at(reverse("catalog")),
            title=_texts(lambda: _("Werkstof: open data over materialen in Vlaanderen")),
            description=_texts(
                lambda: _(
                    "Materiaalkaarten van de sociaal-circulaire hubs, zoekertjes van overschot, vraag en diensten, "
                    "hubregio's en gemeenten."
                )
            ),
            operator=operator,
            terms=Terms(Licence.GRATIS.uri),
            worded_on=WORDED_ON,
            datasets=(*_always(operator), *_of_layers()),
            services=_services(),
        )


def read_operator() -> Party:
    """Who runs this installation. Where that isn't set, the name says so: nobody is made up."""
    host = settings.SITE_URL.split("://", 1)[-1]
    unknown = f"Beheerder van Werkstof op {host} (naam niet ingesteld)"
    return Party(
        id=f"{settings.SITE_URL}/#beheerder",
        name=settings.SITE_OPERATOR_NAME or unknown,
        page=_at(reverse("contact")),
        email=settings.SITE_OPERATOR_EMAIL,
    )


def _of_layers() -> list[Dataset]:
    """Public layers that others may use again; where a layer reserves that, it is no open data."""
    newest = public_features().filter(layer=OuterRef("pk")).order_by("-updated_at").values("updated_at")[:1]
    # What went is in no list any more: the count of what everyone sees says when it last changed.
    moved = MapLayerCount.objects.filter(
        layer=OuterRef("pk"), state=FeatureState.PUBLISHED, visibility=Visibility.PUBLIC
    )
    told = Event.objects.filter(subject_kind=MapLayer._meta.label_lower, subject_id=OuterRef("pk"))
    layers = (
        public_layers()
        .exclude(licence=Licence.RESERVED)
        .annotate(
            changed_at=Greatest(Subquery(newest), Subquery(moved.values("changed_at"))),
            said_on=Greatest("created_at", Subquery(told.order_by("-id").values("at")[:1])),
        )
    )
    return [_of_layer(layer) for layer in layers]


def _of_layer(layer: Any) -> Dataset:
    shown_on, hub = layer.map, layer.map.hub
    page, at_hub = _at(reverse("map", args=[hub.slug, shown_on.slug])), _at(reverse("hub", args=[hub.slug]))
    told = [layer.description or shown_on.description, f"Laag van de materiaalkaart van {hub.name}."]
    if shown_on.is_fictional:
        told.append("Dit zijn verzonnen gegevens, om te tonen hoe het werkt.")
    own = PREFIX + str(layer.pk)
    export = _at(reverse("api-map-layer-export", args=[layer.pk]))
    return Dataset(
        id=own,
        # What a hub wrote is in Dutch.
        title={"nl": f"{shown_on.title}: {layer.title}"},
        description={"nl": " ".join(filter(None, told))},
        publisher=Party(at_hub, hub.name, at_hub, hub.email),
        page=page,
        terms=Terms(Licence(layer.licence).uri),
        said_on=layer.said_on,
        modified=layer.changed_at,
        rights=_in_dutch(layer.said_source),
        box=extent_from(layer),
        keywords=("materiaalkaart", hub.name),
        distributions=(
            _items(own),
            *(
                Distribution(
                    id=f"{own}-{name.value}",
                    name=FORMAT_NAMES[name.value],
                    address=page,
                    media_type=media_type_of(name),
                    format=name.value,
                    file=f"{export}?format={name.value}",
                )
                for name in Format
            ),
            _tiles(own, reverse("map-tilejson", args=[layer.pk])),
        ),
    )


def _always(operator: Party) -> list[Dataset]:
    """What every installation has."""
    boundary = Boundary.objects.of_quality(current_quality()).order_by("pk").first()
    dated = boundary and boundary.source_date and dt.datetime.combine(boundary.source_date, dt.time(), dt.UTC)
    bounded = {
        "terms": _terms_of(boundary),
        "rights": _in_dutch(boundary.source if boundary else ""),
        "modified": dated or None,
    }
    listings = {
        "terms": Terms(LICENCE.uri),
        "rights": _texts(
            lambda: _(
                "Horen er niet bij: contactgegevens, foto's, de naam van wie enkel aan een hub bekend is, en de "
                "exacte plek van wat alleen zijn omgeving toont."
            )
        ),
        "modified": _listings_changed_at(),
    }
    return [
        _made("listings", operator, "home", "listings", ("hergebruik", "aanbod", "vraag"), **listings),
        _made("hub-regions", operator, "hubs", "hubs", ("sociaal-circulaire hubs", "regio's"), **bounded),
        _made("municipalities", operator, "about", "municipalities", ("gemeenten", "grenzen"), **bounded),
    ]


def _listings_changed_at() -> dt.datetime | None:
    """When a listing last came, changed or went; None where there never was one. By an index each.

    Whatever changes a listing says so in its row: its owner, an import, or a part of it that is kept for somebody.
    What went has no such row, and placing all anew leaves the rows' moments alone: the journal knows.
    """
    changed = Listing.objects.published().order_by("-updated_at").values_list("updated_at", flat=True)
    went = Event.objects.filter(subject_kind=Listing._meta.label_lower, verb__in=_WENT)
    placed = Event.objects.filter(subject_kind="", verb=ListingVerb.PLACED_ANEW)
    told = (events.newest_first().values_list("at", flat=True).first() for events in (went, placed))
    return max((at for at in (changed.first(), *told) if at), default=None)


def _made(name: str, operator: Party, page: str, tiles: str, keywords: tuple[str, ...], **more: Any) -> Dataset:
    title, description = _SAID[name]
    demo = _lazy("Dit zijn verzonnen gegevens, om te tonen hoe het werkt.")
    is_demo = settings.DEMO and name == "listings"
    west, south, east, north = BOUNDS
    return Dataset(
        id=name,
        title=_texts(lambda: str(title)),
        description=_texts(lambda: f"{description} {demo}" if is_demo else str(description)),
        publisher=operator,
        page=_at(reverse(page)),
        said_on=WORDED_ON,
        box=(west, south, east, north),
        keywords=keywords,
        distributions=(_items(name), _tiles(name, reverse("tilejson", args=[tiles]))),
        **more,
    )


def _terms_of(boundary: Boundary | None) -> Terms:
    """The licence of boundaries: whoever loaded them wrote it down as a text."""
    said = boundary.licence if boundary else ""
    licence = licence_said(said)
    if licence is not None:
        return Terms(licence.uri)
    return Terms(words=said or "Wie de grenzen inlas, vermeldde geen licentie.")


def _services() -> tuple[Service, ...]:
    return (
        Service(
            id=FEATURES, title=_texts(lambda: _("Kaarten en zoekertjes volgens OGC API – Features")),
            endpoint=_at(reverse("ogc")), description=_at(reverse("ogc") + "api"), conforms_to=_OGC,
        ),
        Service(
            id=TILES, title=_texts(lambda: _("Vectortegels van kaarten en zoekertjes")),
            endpoint=_at(reverse("tiles")), description=_at(reverse("tiles")), conforms_to=_MVT,
        ),
    )  # fmt: skip


def _items(collection: str) -> Distribution:
    address = f"{_at(reverse('ogc')).rstrip('/')}/collections/{collection}/items"
    return Distribution(
        id=f"{collection}-items", name="OGC API – Features", address=address, media_type=GEOJSON, format="geojson",
        service=FEATURES,
    )  # fmt: skip


def _tiles(name: str, path: str) -> Distribution:
    return Distribution(f"{name}-tiles", "TileJSON", _at(path), JSON, service=TILES)


def _at(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _in_dutch(words: str) -> Texts:
    """What somebody wrote, in the language that it is taken to be in."""
    return {"nl": words} if words else {}


def _texts(said: Callable[[], str]) -> Texts:
    """A text in each language of the site."""
    found = {}
    for code in settings.LANGUAGE_CODES:
        with translation.override(code):
            found[code] = said()
    return found
