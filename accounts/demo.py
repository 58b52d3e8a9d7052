"""The demo's organisations, spread as people live, with sites, partners of the hubs, and log-ins."""

import datetime as dt
import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.gis.geos import Point
from django.utils import timezone

from accounts.enums import MemberRole, OrganisationKind, StaffRole, VerifiedWhat
from accounts.models import HubPartner, HubStaff, Invitation, Membership, Organisation, Site, User, Verification
from geo.boundaries import municipality_ids_at
from geo.models import Hub, Municipality, Place, PostalCode
from geo.points import WGS84_SRID, metres_per_degree, metric_all

#: How far an address lies from the middle of its place, in degrees of latitude: some hundreds of metres to two
#: kilometres.
SPREAD_DEGREES = 0.012
#: The same for an address in a town that was chosen, and for a neighbour: half a kilometre, and next door.
IN_TOWN_DEGREES, NEIGHBOUR_DEGREES = 0.005, 0.0008

#: Mail to this domain reaches nobody, anywhere (RFC 2606).
MAIL_DOMAIN = "demo.example"

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
#: A function that is told what is being made, how many are done, and how many there will be.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Profile:
    """An organisation to be: {plaats} in its name and description becomes where it lies.

    `town` is its postal code and town ("9300 Aalst"); without one it lies anywhere, as people live. `near` is the key
    of another one before it, whose neighbour it is, or with whom it shares a building.
    """

    key: str
    kind: str
    sector: str
    name: str
    description: str
    town: str = ""
    near: str = ""
    shares_building: bool = False


@dataclass(frozen=True)
class DemoOrganisation:
    """A stored organisation with its one site and where that lies, in degrees."""

    pk: int
    site_id: int
    key: str
    sector: str
    lon: float
    lat: float


@dataclass(frozen=True)
class _Spot:
    """An address in a town."""

    town: str
    postal_code: str
    lon: float
    lat: float


def remove_fictional_organisations() -> None:
    """Delete the demo's organisations: one statement per table, first the tables that refer to them."""
    for model in (Site, Membership, Invitation, HubPartner, Verification):
        rows = model._default_manager.filter(organisation__is_fictional=True)
        rows._raw_delete(rows.db)
    organisations = Organisation.objects.filter(is_fictional=True)
    organisations._raw_delete(organisations.db)


def make_fictional_organisations(source: random.Random, profiles: Sequence[Profile]) -> list[DemoOrganisation]:
    """Store organisations, each with a site and a mailbox that nobody reads, in the same order."""
    spots = _Spots(source).of(profiles)
    municipalities = municipality_ids_at(metric_all([(spot.lon, spot.lat) for spot in spots]))
    made = Organisation.objects.bulk_create(
        [
            Organisation(
                name=_in_town(profile.name, spot)[:118], slug=f"demo-{profile.key}", kind=profile.kind,
                description=_in_town(profile.description, spot), email=f"{profile.key}@{MAIL_DOMAIN}",
                is_fictional=True,
            )
            for profile, spot in zip(profiles, spots, strict=True)
        ],
        batch_size=2000,
    )  # fmt: skip
    sites = Site.objects.bulk_create(
        [
            Site(
                organisation=organisation, name="Hoofdvestiging", postal_code=spot.postal_code,
                place_name=spot.town[:60], municipality_id=municipality_id,
                location=Point(spot.lon, spot.lat, srid=WGS84_SRID),
            )
            for spot, organisation, municipality_id in zip(spots, made, municipalities, strict=True)
        ],
        batch_size=2000,
    )  # fmt: skip
    return [
        DemoOrganisation(organisation.pk, site.pk, profile.key, profile.sector, spot.lon, spot.lat)
        for profile, spot, organisation, site in zip(profiles, spots, made, sites, strict=True)
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
        _verify_fictional(hub, inside)


def _verify_fictional(hub: Hub, organisations: Iterable[Organisation]) -> None:
    """Have a hub verify most of its partners, but not every fourth, and half of its maatwerkbedrijven as such. Every
    sixth has to be looked at again soon.
    """
    now = timezone.now()
    rows = [
        Verification(
            organisation=row, what=what, hub=hub, hub_name=hub.name, name=row.name, kind=row.kind,
            evidence="Fictief voorbeeld: statuten en KBO-uittreksel gezien.", verified_at=now - dt.timedelta(days=60),
            until=timezone.localdate(now) + dt.timedelta(days=30 if number % 6 == 5 else 600),
        )
        for number, row in enumerate(organisations) if number % 4 != 3
        for what in VerifiedWhat
        if what == VerifiedWhat.ORGANISATION or (row.kind == OrganisationKind.SOCIAL_ENTERPRISE and number % 2)
    ]  # fmt: skip
    Verification.objects.bulk_create(rows, ignore_conflicts=True)


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


def _in_town(text: str, spot: _Spot) -> str:
    return text.replace("{plaats}", spot.town)


class _Spots:
    """Draws addresses: those of a town that is named, and others as people live, in large places more often."""

    def __init__(self, source: random.Random) -> None:
        self.random = source
        self.places = list(Place.objects.shipped().order_by("geonameid"))
        self.weights = [max(place.population, 150) for place in self.places]
        self.codes = dict(PostalCode.objects.order_by("-code").values_list("municipality_id", "code"))
        #: Places of Brussels are stored by their French name.
        self.dutch = dict(Municipality.objects.values_list("name_fr", "name_nl"))
        named = PostalCode.objects.values_list("code", "name", "location")
        self.towns = {f"{code} {name}": location for code, name, location in named}

    def of(self, profiles: Sequence[Profile]) -> list[_Spot]:
        """Raises KeyError for a town or a neighbour that isn't known."""
        found: dict[str, _Spot] = {}
        for profile in profiles:
            found[profile.key] = self._spot(profile, found)
        return list(found.values())

    def _spot(self, profile: Profile, others: dict[str, _Spot]) -> _Spot:
        if profile.near:
            other = others[profile.near]
            away = 0.0 if profile.shares_building else NEIGHBOUR_DEGREES
            return self._around(other.town, other.postal_code, other.lon, other.lat, away)
        if profile.town:
            middle = self.towns[profile.town]
            code, _, town = profile.town.partition(" ")
            return self._around(town, code, middle.x, middle.y, IN_TOWN_DEGREES)
        (place,) = self.random.choices(self.places, self.weights)
        code = self.codes[place.municipality_id or 0]
        town = self.dutch.get(place.name, place.name)
        return self._around(town, code, place.location.x, place.location.y, SPREAD_DEGREES)

    def _around(self, town: str, postal_code: str, lon: float, lat: float, most: float) -> _Spot:
        angle, away = self.random.uniform(0, math.tau), most * math.sqrt(self.random.random())
        # A degree of longitude is shorter than one of latitude, so the same distance takes more of them.
        east_m, north_m = metres_per_degree(lat)
        east = math.cos(angle) * away * north_m / east_m
        return _Spot(town, postal_code, round(lon + east, 6), round(lat + math.sin(angle) * away, 6))
