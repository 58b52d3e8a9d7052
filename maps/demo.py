"""The fictional maps: each hub has one with three layers. That in Gent has been worked on, and has a file to compare.

Everything is drawn from what is sensible of a town: a building that will be taken down with what is in it, what comes
out of a factory each week, where things are mended, sorted or brought. Nothing of it exists.
"""

import datetime as dt
import json
import math
import random
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib.gis.geos import Point, Polygon
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.demo import DEMO_HUB
from accounts.models import HubStaff, Organisation, User
from geo.boundaries import municipality_ids_at
from geo.models import Hub, Municipality
from geo.points import WGS84_SRID, metres_per_degree, metric_all
from listings.demo.pictures import PICTURES, alt_of, picture_of_material
from listings.demo.rows import Materials
from listings.models import Listing
from maps import services
from maps.demo_document import pdf_of
from maps.derived import derive_mass, due_after
from maps.enums import (
    Certainty,
    DocumentKind,
    FeatureKind,
    FeatureState,
    GeometryKind,
    Period,
    Power,
    QuantityBasis,
    StyleBy,
    Visibility,
)
from maps.history import begin_change
from maps.imports.reading import run_read
from maps.models import (
    LayerRight,
    MapFeature,
    MapFeatureDocument,
    MapFeatureListing,
    MapFeaturePhoto,
    MapLayer,
    MapLayerShown,
    MaterialMap,
    PartnerGroup,
)
from maps.verbs import MapVerb
from maps.verification.rounds import begin_for, take_due
from materials.models import Material

#: Buildings to be taken down: what one is called, and what can be had from it (material, tonnes at least and most).
BUILDINGS = (
    ("Oude school in {town}", (("building-bricks", 80, 400), ("building-windows", 1, 6), ("furniture-school", 1, 4))),
    (
        "Fabriekshal in {town}",
        (("metals", 20, 160), ("building-concrete", 200, 900), ("building-roofing", 2, 12)),
    ),
    (
        "Kantoor in {town}",
        (("building-raised-floors", 4, 20), ("building-ceilings", 1, 8), ("glass-partitions", 1, 5)),
    ),
    ("Kapel in {town}", (("building-bricks", 60, 200), ("building-stone", 5, 40), ("building-roof-tiles", 6, 30))),
    ("Zwembad in {town}", (("building-tiles", 3, 15), ("building-concrete", 150, 600), ("metals", 1, 6))),
    (
        "Rijwoningen in {town}",
        (("building-bricks", 40, 180), ("building-roof-tiles", 5, 25), ("building-doors", 1, 4)),
    ),
)
#: What comes out of companies: whose, what, tonnes per period at least and most, in what form.
FLOWS = (
    ("Schrijnwerkerij", "wood", "Zaagresten van massief hout", Period.WEEK, 0.2, 2.5, "los, in kisten"),
    ("Confectieatelier", "textile", "Snijresten van katoen", Period.WEEK, 0.05, 0.8, "in balen"),
    ("Metaalbedrijf", "metals", "Ponsresten van staal", Period.WEEK, 0.5, 6, "los"),
    ("Drukkerij", "paper", "Randen en misdrukken", Period.WEEK, 0.3, 4, "in balen"),
    ("Koffiebranderij", "coffee-grounds", "Koffiedik", Period.DAY, 0.02, 0.2, "in emmers"),
    ("Bakkerij", "food-bread", "Brood van gisteren", Period.DAY, 0.01, 0.1, "in kratten"),
    ("Kunststofverwerker", "plastics", "Aanspuitingen van PP", Period.MONTH, 0.4, 3, "in bigbags"),
    ("Glashandel", "glass-flat", "Snijresten van vlakglas", Period.MONTH, 0.5, 5, "in containers"),
    ("Groothandel", "wood-pallets", "Beschadigde paletten", Period.MONTH, 0.5, 3, "gestapeld"),
)
#: Places where things find a next use.
PLACES = (
    ("Kringwinkel {town}", "furniture", "Neemt meubels, huisraad en kleding aan."),
    ("Herstelpunt {town}", "appliances", "Vrijwilligers herstellen er toestellen, op zaterdag."),
    ("Sorteercentrum {town}", "textile", "Een maatwerkbedrijf sorteert er ingezameld textiel."),
    ("Recyclagepark {town}", "building-rubble", "Met een hoek voor wat nog bruikbaar is."),
    ("Materialenbank {town}", "building-doors", "Gedemonteerde bouwmaterialen, op afspraak te bekijken."),
)
#: Places that a round of calls found since: title, material, longitude and latitude.
_FOUND_SINCE = (
    ("Deelwerkplaats Muide", "wood", 3.7330, 51.0731), ("Naaiatelier Brugse Poort", "textile", 3.7032, 51.0601),
    ("Boekenruil Ledeberg", "paper", 3.7447, 51.0375),
)  # fmt: skip
PER_LAYER, IN_GENT = 8, 20
#: Buildings in Gent whose inventory is there as a document.
WITH_INVENTORY = 5
TITLES = {
    "buildings": "Gebouwen die verdwijnen", "flows": "Reststromen van bedrijven",
    "places": "Herstel, sorteren en inzamelen",
}  # fmt: skip


def remove_fictional_maps() -> None:
    """Take away the demo's maps, with all in them, and what other maps say of its organisations and listings.

    What elements were stays, as it does of all.
    """
    hung = {"feature__layer__map__is_fictional": True}
    files = [document.file for document in MapFeatureDocument.objects.filter(**hung)]
    files += [photo.image for photo in MapFeaturePhoto.objects.filter(**hung)]
    for file in files:
        transaction.on_commit(partial(file.storage.delete, str(file.name)), robust=True)
    MaterialMap.objects.filter(is_fictional=True).delete()
    MapFeatureListing.objects.filter(listing__organisation__is_fictional=True).delete()
    LayerRight.objects.filter(organisation__is_fictional=True).delete()
    PartnerGroup.organisations.through.objects.filter(organisation__is_fictional=True).delete()
    about_them = MapFeature.objects.filter(source_organisation__is_fictional=True)
    about_them.update(source_organisation=None, site=None, source_name="")


def make_fictional_maps(*, today: dt.date, exchanged: Listing | None = None) -> None:
    """A map for each hub; the same each time. Needs the demo's organisations and log-ins.

    `exchanged` is a lot of which something was handed over: it is put on the map of the log-ins' hub.
    """
    remove_fictional_maps()
    materials = {row.code: row for row in Material.objects.all()}
    for hub in Hub.objects.order_by("pk"):
        towns = list(Municipality.objects.filter(hub_regions__hub=hub).distinct().order_by("nis"))
        if towns:
            _make_map(hub, towns, materials, today)
    _show_to_another_hub()
    _tell_a_story(today, exchanged)


def _show_to_another_hub() -> None:
    """One hub's map shows by reference where things are mended and sorted in the log-ins' hub."""
    maps = MaterialMap.objects.filter(is_fictional=True)
    other = maps.exclude(hub__slug=DEMO_HUB).order_by("hub__name").first()
    layer = MapLayer.objects.filter(map__in=maps.filter(hub__slug=DEMO_HUB), title=TITLES["places"]).first()
    if other is not None and layer is not None:
        MapLayerShown.objects.create(map=other, layer=layer)


def _make_map(hub: Hub, towns: list[Municipality], materials: dict[str, Material], today: dt.date) -> None:
    source = random.Random(hub.slug)
    material_map = MaterialMap.objects.create(
        hub=hub, title=f"Materiaalkaart van {hub.name}", slug="materiaalkaart", is_fictional=True,
        description="Wat er in deze regio staat en stroomt. De elementen zijn fictief.",
        attribution=f"{hub.name} (fictief)",
    )  # fmt: skip
    count = IN_GENT if hub.slug == DEMO_HUB else PER_LAYER
    sources = list(
        Organisation.objects.filter(is_fictional=True, sites__municipality__in=towns).distinct().order_by("pk")[:60]
    )
    made = {
        "buildings": [_building(source, source.choice(towns), today) for _number in range(count)],
        "flows": [_flow(source, source.choice(towns), sources, today) for _number in range(count)],
        "places": [_place(source, town, number) for number, town in _in_turn(towns, min(count, 3 * len(towns)))],
    }
    for order, (name, rows) in enumerate(made.items()):
        layer = MapLayer.objects.create(
            map=material_map, title=TITLES[name], order=order, licence=material_map.licence,
            attribution=material_map.attribution, style=_STYLES[name], verify_every_months=6,
            geometry_kind=GeometryKind.POLYGONS if name == "buildings" else GeometryKind.POINTS,
        )  # fmt: skip
        _store(layer, rows, materials, source, today)


_STYLES: dict[str, dict[str, Any]] = {
    "buildings": {
        "by": StyleBy.QUANTITY.value, "color": "#8a8578", "unit": "tonne",
        "classes": [
            {"from": 0, "color": "#e0b080"}, {"from": 50, "color": "#c07840"}, {"from": 200, "color": "#8a4b2a"},
        ],
    },
    "flows": {
        "by": StyleBy.MATERIAL.value, "color": "#5a6570",
        "colors": {
            "wood": "#9a6b3f", "textile": "#a4508b", "metals": "#5b7fa3", "paper": "#b08d2f", "plastics": "#2f8f8a",
        },
    },
    "places": {"by": StyleBy.SINGLE.value, "color": "#2f6f5e"},
}  # fmt: skip


def _in_turn(towns: list[Municipality], count: int) -> list[tuple[int, Municipality]]:
    return [(number, towns[number % len(towns)]) for number in range(count)]


def _spot(source: random.Random, town: Municipality, away_m: float = 600) -> tuple[float, float]:
    """Somewhere in a town (lon, lat), at most so far from its middle."""
    east, north = metres_per_degree(town.centre.y)
    angle, distance = source.uniform(0, 2 * math.pi), away_m * math.sqrt(source.random())
    return (
        round(town.centre.x + distance * math.cos(angle) / east, 6),
        round(town.centre.y + distance * math.sin(angle) / north, 6),
    )


def _building(source: random.Random, town: Municipality, today: dt.date) -> dict[str, Any]:
    title, inventory = source.choice(BUILDINGS)
    parts = [(code, round(source.uniform(least, most))) for code, least, most in inventory]
    main, tonnes = max(parts, key=lambda part: part[1])
    start = today + dt.timedelta(days=source.randrange(20, 400))
    lon, lat = _spot(source, town)
    return {
        "kind": FeatureKind.STOCK, "title": title.format(town=town.name_nl), "material": main,
        "quantity": Decimal(max(tonnes, 1)), "unit": "tonne", "quantity_basis": QuantityBasis.ESTIMATED,
        "inventory": parts, "available_from": start, "available_until": start + dt.timedelta(days=120),
        "geometry": _footprint(source, lon, lat), "form": "in het gebouw", "destination": "breker",
    }  # fmt: skip


def _footprint(source: random.Random, lon: float, lat: float) -> Polygon:
    """A rectangle of a building's size, turned as streets turn; some have a courtyard."""
    east, north = metres_per_degree(lat)
    long, wide, turn = source.uniform(25, 90), source.uniform(15, 40), source.uniform(0, math.pi)

    def ring(scale: float) -> list[tuple[float, float]]:
        corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
        placed = [(x * long / 2 * scale, y * wide / 2 * scale) for x, y in corners]
        return [
            (
                round(lon + (x * math.cos(turn) - y * math.sin(turn)) / east, 7),
                round(lat + (x * math.sin(turn) + y * math.cos(turn)) / north, 7),
            )
            for x, y in placed
        ]

    return Polygon(ring(1), *([ring(0.4)] if source.random() < 0.3 else []), srid=WGS84_SRID)


def _flow(source: random.Random, town: Municipality, sources: list[Organisation], today: dt.date) -> dict[str, Any]:
    whose, code, what, period, least, most, form = source.choice(FLOWS)
    lon, lat = _spot(source, town)
    known = source.choice(sources) if sources and source.random() < 0.4 else None
    return {
        "kind": FeatureKind.FLOW, "title": f"{what} van een {whose.lower()}", "material": code,
        "quantity": Decimal(str(round(source.uniform(least, most), 2))), "unit": "tonne", "period": period,
        "quantity_basis": source.choice([QuantityBasis.ESTIMATED, QuantityBasis.MEASURED]), "form": form,
        "source_organisation": known, "source_name": "" if known else f"{whose} in {town.name_nl} (fictief)",
        "available_from": today - dt.timedelta(days=source.randrange(10, 300)),
        "destination": source.choice(["verbranding", "recyclage", "composteerder", ""]),
        "visibility": source.choice([Visibility.PUBLIC, Visibility.PUBLIC, Visibility.PUBLIC, Visibility.PARTNERS]),
        "geometry": Point(lon, lat, srid=WGS84_SRID),
    }  # fmt: skip


def _place(source: random.Random, town: Municipality, number: int) -> dict[str, Any]:
    title, code, description = PLACES[number % len(PLACES)]
    lon, lat = _spot(source, town)
    return {
        "kind": FeatureKind.PLACE, "title": title.format(town=town.name_nl), "material": code,
        "description": description, "geometry": Point(lon, lat, srid=WGS84_SRID),
        "source_reference": f"loket-{number + 1:03}",
    }  # fmt: skip


def _store(
    layer: MapLayer, rows: list[dict[str, Any]], materials: dict[str, Material], source: random.Random, today: dt.date
) -> None:
    """Store the elements of a layer at once: published, and most of them verified not long ago."""
    features = []
    for row in rows:
        inventory = row.pop("inventory", None)
        if inventory:
            row["composition"] = ", ".join(f"{materials[code]} {tonnes} ton" for code, tonnes in inventory)
        verified = timezone.now() - dt.timedelta(days=source.randrange(5, 260))
        feature = MapFeature(
            layer=layer, state=FeatureState.PUBLISHED, published_at=verified, verified_at=verified,
            verify_by=due_after(timezone.localdate(verified), layer), certainty=Certainty.LIKELY,
            **row | {"material": materials[row["material"]]},
        )  # fmt: skip
        derive_mass(feature)
        features.append(feature)
    middles = [feature.geometry.point_on_surface for feature in features]
    places = metric_all([(middle.x, middle.y) for middle in middles])
    for feature, municipality_id in zip(features, municipality_ids_at(places), strict=True):
        feature.municipality_id = municipality_id
    begin_change(by=None, verb=MapVerb.ADDED)
    MapFeature.objects.bulk_create(features)


def _tell_a_story(today: dt.date, exchanged: Listing | None) -> None:
    """Gent's map has been worked on: what its manager changed, what a partner put forward, and what one proposes."""
    layers = MapLayer.objects.filter(map__hub__slug=DEMO_HUB, map__is_fictional=True).order_by("order")
    buildings, flows, places = layers
    manager = HubStaff.objects.filter(hub__slug=DEMO_HUB, user__email="hub@demo.example").first()
    partner = User.objects.filter(email="bedrijf@demo.example").first()
    if manager is None or partner is None:
        return
    by = manager.user
    services.give_right(by=by, layer=flows, to=partner, power=Power.PROPOSE)
    school = buildings.features.order_by("pk")[0]
    for quantity, basis in ((260, QuantityBasis.ESTIMATED), (245, QuantityBasis.MEASURED)):
        school = services.change_feature(
            by=by, feature=school, version=school.version, quantity=quantity, quantity_basis=basis,
        )  # fmt: skip
    for building in buildings.features.order_by("pk")[:WITH_INVENTORY]:
        _add_inventory(by, building)
    _add_picture(by, school)
    draft = services.add_feature(
        by=partner, layer=flows, kind=FeatureKind.FLOW, title="Zaagsel van onze nieuwe lijn",
        material=Material.objects.get(code="wood-sawdust"), quantity=1, unit="tonne", period=Period.WEEK,
        quantity_basis=QuantityBasis.ESTIMATED,
        source_name="Een bedrijf in Gent (fictief)", geometry=Point(3.7402, 51.0791, srid=WGS84_SRID),
    )  # fmt: skip
    services.submit_feature(by=partner, feature=draft)
    published = (
        flows.features.exclude(quantity=None)
        .filter(state=FeatureState.PUBLISHED, visibility=Visibility.PUBLIC)
        .order_by("pk")[0]
    )
    services.propose_change(
        by=partner, feature=published, version=published.version, quantity=2 * (published.quantity or 1),
        comment="Sinds dit najaar komt er dubbel zoveel uit.",
    )  # fmt: skip
    if exchanged is not None:
        _map_a_lot(by, flows, exchanged)
    _list_an_element(partner, _ask_a_source(by, partner, flows))
    _leave_a_file(by, places)


def _add_inventory(by: User, building: MapFeature) -> None:
    """What can be had from a building, as whoever looked through it wrote it down."""
    lines = [f"{part.strip()} (fictief)" for part in building.composition.split(",")]
    inventory = SimpleUploadedFile("Sloopinventaris.pdf", pdf_of(f"Sloopinventaris: {building.title}", lines))
    services.add_known_document(by=by, feature=building, upload=inventory, kind=DocumentKind.PDF)


def _add_picture(by: User, building: MapFeature) -> None:
    """What it is made of as a photo: one of the drawings that the demo's listings have."""
    material = building.material.code if building.material else ""
    picture = PICTURES / f"{picture_of_material(material, Materials())}.webp"
    services.add_safe_photo(
        by=by, feature=building, safe=ContentFile(picture.read_bytes()), alt=alt_of(building.title)
    )


def _list_an_element(member: User, feature: MapFeature) -> None:
    """What the map knows of an element as the draft of a listing, by somebody of the organisation that it is of."""
    organisation = Organisation.objects.of(member).first()
    if organisation is not None:
        services.list_feature(by=member, feature=feature, organisation=organisation)


def _map_a_lot(by: User, layer: MapLayer, lot: Listing) -> None:
    """A lot as an element: its page says how much of it was handed over."""
    services.publish_feature(by=by, feature=services.map_listing(by=by, listing=lot, layer=layer))


def _ask_a_source(by: User, member: User, layer: MapLayer) -> MapFeature:
    """What nobody looked at for long: a member of its source is asked whether it is still so."""
    now = timezone.now()
    overdue = services.add_feature(
        by=by, layer=layer, kind=FeatureKind.FLOW, title="Spaanplaat uit de zagerij",
        material=Material.objects.get(code="wood"), quantity=2, unit="tonne", period=Period.MONTH,
        quantity_basis=QuantityBasis.ESTIMATED, source_organisation=Organisation.objects.of(member).first(),
        geometry=Point(3.7511, 51.0702, srid=WGS84_SRID),
    )  # fmt: skip
    services.publish_feature(by=by, feature=overdue, at=now - dt.timedelta(days=240))
    begin_for([overdue.pk], at=now)
    take_due(at=now)
    return overdue


def _leave_a_file(by: User, layer: MapLayer) -> None:
    """A file of last year's round of calls that somebody still has to compare with the layer."""
    rows = list(layer.features.select_related("material").order_by("pk"))
    told = [_as_told(row) for row in rows[2:]]
    told[0]["properties"]["beschrijving"] = "Verhuisd naar de oude brandweerkazerne; neemt nu ook boeken aan."
    told[0]["geometry"]["coordinates"][0] += 0.004
    told[1]["properties"]["naam"] += " (alleen op afspraak)"
    for number, (title, code, lon, lat) in enumerate(_FOUND_SINCE, start=len(rows) + 1):
        told.append(_told(f"loket-{number:03}", title, "Pas geopend.", code, lon, lat))
    told.append(_told("loket-900", "Herstelcafé Patershol", "", "appliances", 3.7251, 51.0572))
    # As lists are: one row says what no column may.
    told[-1]["properties"]["soort element"] = "winkel"
    content = json.dumps({"type": "FeatureCollection", "features": told}, ensure_ascii=False)
    upload = ContentFile(content.encode(), name="belronde-herstel-en-inzamelen.geojson")
    left = services.start_map_import(by=by, layer=layer, upload=upload)
    run_read(left)


def _as_told(row: MapFeature) -> dict[str, Any]:
    code = row.material.code if row.material else ""
    return _told(row.source_reference, row.title, row.description, code, row.geometry.x, row.geometry.y)


def _told(reference: str, title: str, description: str, code: str, lon: float, lat: float) -> dict[str, Any]:
    """A place as a feature of GeoJSON, by the names of columns that a hub would use."""
    properties = {
        "bron id": reference, "naam": title, "beschrijving": description, "materiaal": code, "soort element": "plaats",
    }  # fmt: skip
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": properties}
