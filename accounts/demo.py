"""The demo's organisations, spread as people live, with sites, partners of the hubs, and log-ins."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.gis.geos import Point
from django.utils import timezone

from accounts.enums import MemberRole, OrganisationKind, StaffRole
from accounts.models import HubPartner, HubStaff, Invitation, Membership, Organisation, Site, User
from geo.boundaries import municipality_ids_at
from geo.models import Hub, Place, PostalCode
from geo.points import WGS84_SRID, metres_per_degree, metric_all

ORGANISATION_KINDS = {
    "company": 0.5,
    "social_enterprise": 0.2,
    "public_body": 0.1,
    "knowledge": 0.08,
    "social_profit": 0.12,
}
#: How far an address lies from the middle of its place, in degrees of latitude: some hundreds of metres to two
#: kilometres.
SPREAD_DEGREES = 0.012

PASSWORD = "werkstof-demo"
PARTNERS_PER_HUB = 12
#: The demo's log-ins: e-mail address, name, and the kind of organisation or the role in a hub.
LOGINS = (
    ("bedrijf@demo.example", "Bo Bedrijf", OrganisationKind.COMPANY),
    ("maatwerk@demo.example", "Mats Maatwerk", OrganisationKind.SOCIAL_ENTERPRISE),
    ("koper@demo.example", "Kim Koper", OrganisationKind.SOCIAL_PROFIT),
    ("hub@demo.example", "Hanne Hub", StaffRole.MANAGER),
)
DEMO_HUB = "sociaal-circulaire-hub-gent"
ORGANISATION_NAMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "company": (
        ("Houtwerf", "Bouwbedrijf", "Schrijnwerkerij", "Drukkerij", "Textielatelier", "Metaalwerken", "Kantoorhuis",
         "Verpakkingshuis", "Brouwerij", "Bakkerij", "Logistiek", "Kunststofwerken", "Interieurbouw", "Afbraakwerken"),
        ("De Linde", "Vandorpe & Zonen", "Ter Elst", "De Waterhoek", "Noorderveld", "Het Anker", "Claerhout",
         "Zuidkouter", "De Meander", "Lindemans-Roels", "Oosterzicht", "Kruisveld", "De Zwaan", "Bovendonk"),
    ),
    "social_enterprise": (
        ("Maatwerk", "Atelier", "Werkplaats", "Kringwerk", "De Sociale Werkvloer", "Herstelhuis"),
        ("Ter Leie", "De Brug", "Samenspel", "Het Spinnewiel", "De Springplank", "Weerwerk", "Vooruitgang", "De Ploeg",
         "Handgemaakt", "Nieuwland"),
    ),
    "public_body": (
        ("Technische dienst", "Gemeentelijk magazijn", "Intercommunale", "Dienst facility"),
        ("Noord", "Zuid", "Oost", "West", "Centrum", "Kanaalzone"),
    ),
    "knowledge": (
        ("Technisch Instituut", "Basisschool", "Hogeschool", "Atheneum", "Academie"),
        ("De Horizon", "Sint-Rochus", "Ter Beke", "De Klimop", "Het Kompas", "De Vlieger"),
    ),
    "social_profit": (
        ("Woonzorgcentrum", "Jeugdhuis", "Buurthuis", "Theatergroep", "Speelplein", "Opvang"),
        ("De Meersen", "Zonnehof", "Het Veer", "De Wissel", "Molenzicht", "De Kouter"),
    ),
}  # fmt: skip

#: A function that is told what is being made, how many are done, and how many there will be.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class DemoOrganisation:
    """A stored organisation with its one site and where that lies, in degrees."""

    pk: int
    site_id: int
    kind: str
    lon: float
    lat: float


@dataclass(frozen=True)
class _Spot:
    """An address near a place."""

    place: Place
    lon: float
    lat: float


def remove_fictional_organisations() -> None:
    """Delete the demo's organisations: one statement per table, first the tables that refer to them."""
    for model in (Site, Membership, Invitation, HubPartner):
        rows = model._default_manager.filter(organisation__is_fictional=True)
        rows._raw_delete(rows.db)
    organisations = Organisation.objects.filter(is_fictional=True)
    organisations._raw_delete(organisations.db)


def make_fictional_organisations(source: random.Random, count: int) -> list[DemoOrganisation]:
    """Draw and store so many organisations, each with a site."""
    drawn = _drawn(source, count)
    municipalities = municipality_ids_at(metric_all([(spot.lon, spot.lat) for _row, spot in drawn]))
    codes = dict(PostalCode.objects.order_by("-code").values_list("municipality_id", "code"))
    made = Organisation.objects.bulk_create(
        [Organisation(is_fictional=True, **row) for row, _spot in drawn], batch_size=2000
    )
    sites = Site.objects.bulk_create(
        [
            Site(
                organisation=organisation,
                name="Hoofdvestiging",
                postal_code=codes[spot.place.municipality_id or 0],
                place_name=spot.place.name[:60],
                municipality_id=municipality_id,
                location=Point(spot.lon, spot.lat, srid=WGS84_SRID),
            )
            for (_row, spot), organisation, municipality_id in zip(drawn, made, municipalities, strict=True)
        ],
        batch_size=2000,
    )
    return [
        DemoOrganisation(organisation.pk, site.pk, organisation.kind, spot.lon, spot.lat)
        for (_row, spot), organisation, site in zip(drawn, made, sites, strict=True)
    ]


def make_fictional_partners() -> None:
    """Give each hub partners of every kind from its own region."""
    for hub in Hub.objects.all():
        inside = (
            Organisation.objects.filter(is_fictional=True, sites__municipality__hub_regions__hub=hub)
            .distinct()
            .order_by("pk")[:PARTNERS_PER_HUB]
        )
        HubPartner.objects.bulk_create(
            [HubPartner(hub=hub, organisation=organisation, since=timezone.localdate()) for organisation in inside],
            ignore_conflicts=True,
        )


def make_demo_logins() -> None:
    """Make the log-ins. Each belongs to the first organisation of its kind near Ghent's hub, or to the hub."""
    hub = Hub.objects.get(slug=DEMO_HUB)
    password = make_password(PASSWORD)
    for email, name, role in LOGINS:
        user, _made = User.objects.update_or_create(email=email, defaults={"name": name, "password": password})
        EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
        if isinstance(role, StaffRole):
            HubStaff.objects.update_or_create(hub=hub, user=user, defaults={"role": role})
            continue
        near_hub = Organisation.objects.filter(
            is_fictional=True, kind=role, sites__municipality__hub_regions__hub=hub
        ).order_by("pk")
        organisation = (
            near_hub.first() or Organisation.objects.filter(is_fictional=True, kind=role).order_by("pk").first()
        )
        if organisation is not None:
            Membership.objects.get_or_create(organisation=organisation, user=user, defaults={"role": MemberRole.ADMIN})


def _drawn(source: random.Random, count: int) -> list[tuple[dict[str, Any], _Spot]]:
    """Draw each organisation's name, slug, kind and address. Large places are drawn more often."""
    places = list(Place.objects.shipped().select_related("municipality").order_by("geonameid"))
    weights = [max(place.population, 150) for place in places]
    rows = []
    for number in range(count):
        (kind,) = source.choices(list(ORGANISATION_KINDS), list(ORGANISATION_KINDS.values()))
        first, second = (source.choice(options) for options in ORGANISATION_NAMES[kind])
        spot = _spot(source, places, weights)
        name = f"{first} {second} {spot.place.name}"[:118]
        rows.append(({"name": name, "slug": f"demo-{number}", "kind": kind}, spot))
    return rows


def _spot(source: random.Random, places: list[Place], weights: list[int]) -> _Spot:
    (place,) = source.choices(places, weights)
    angle, away = source.uniform(0, math.tau), SPREAD_DEGREES * math.sqrt(source.random())
    # A degree of longitude is shorter than one of latitude, so the same distance takes more of them.
    east_m, north_m = metres_per_degree(place.location.y)
    lon = place.location.x + math.cos(angle) * away * north_m / east_m
    return _Spot(place, round(lon, 6), round(place.location.y + math.sin(angle) * away, 6))
