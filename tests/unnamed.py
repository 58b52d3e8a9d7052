"""A world in which only a hub knows whose some listings are, and what tells it."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from accounts.models import HubPartner, HubStaff, Organisation, Site, User
from alerts.digests import send_due
from exchanges import services
from exchanges.agreements.terms import Terms
from exchanges.models import Exchange, Proposal, StandingAgreement
from geo.models import Hub
from journal.models import Letter
from listings.balances.periods import monday_of
from listings.models import Listing
from listings.search.cells import fold_cells
from matching.models import HubPlan
from matching.pairs.batch import pair_all
from matching.plan.result import make_plan
from tests.alerts.makers import NOON, saved, tell
from tests.makers import GENT, TODAY, make_organisation, make_user, material, published
from tests.vector_tiles import tile_of

MONDAY = monday_of(TODAY) + dt.timedelta(weeks=1)
#: In all that tells whose it is: names, addresses of mail and of pages, telephone, the number of a register.
SECRETS = ("zonderling", "091234567", "gsv-4711", "kasteeldreef")


def names(*members: User, what: str) -> Organisation:
    """An organisation that everything of it names."""
    organisation = make_organisation(*members)
    Organisation.objects.filter(pk=organisation.pk).update(
        name=f"Zonderling {what}",
        slug=f"zonderling-{what.lower()}",
        email="info@zonderling.example",
        phone="091234567",
    )
    Site.objects.create(
        organisation=organisation, name="Loods Zonderling", street="Kasteeldreef 1", postal_code="9000",
        place_name="Gent", location=Point(GENT[1], GENT[0], srid=4326),
    )  # fmt: skip
    organisation.refresh_from_db()
    return organisation


def hidden(kind: str, what: str = "", **fields: Any) -> Listing:
    maker = make_user(name="Zita Zonderling")
    organisation = names(maker, what=what or kind)
    given = {"site": organisation.sites.get(), "hub_only": True, "precision": "blurred"}
    return published(kind, by=maker, organisation=organisation, **(given | fields))


class World:
    """A supply, a service and a demand that only their hub knows the organisations of, and everybody who may look."""

    def __init__(self) -> None:
        pallets: dict[str, Any] = {"material": material(), "title": "Paletten"}
        self.supply = hidden(
            "supply", **pallets, condition=2, declared_status="by_product", status_evidence="raw_material",
            status_number="GSV-4711",
        )  # fmt: skip
        self.service = hidden("service", materials=[material()], capacity_per_week=500, title="Werkplaats")
        self.demand = hidden("demand", **pallets, condition=2, quantity=15)
        self.asked = published("demand", **pallets, condition=2, quantity=10)
        self.offered = published(**pallets, condition=2, quantity=12)
        self.also_offered = published(**pallets, condition=2, quantity=3)
        self.hub, self.other_hub = Hub.objects.get(pk=self.supply.hub_ids[0]), self._other_hub()
        self.counterpart: User = self.asked.maker  # type: ignore[attr-defined]
        self.owner: User = self.supply.maker  # type: ignore[attr-defined]
        self.partner = make_user()
        HubPartner.objects.create(hub=self.hub, organisation=make_organisation(self.partner))
        self.staff, self.other_staff = (self._staff(hub) for hub in (self.hub, self.other_hub))
        self.elsewhere = make_user()
        make_organisation(self.elsewhere)
        self.operator = make_user(is_superuser=True)
        pair_all(at=timezone.now())
        for hub in (self.hub, self.other_hub):
            HubPlan.objects.create(
                hub=hub,
                state="ready",
                progress=100,
                finished_at=timezone.now(),
                result=make_plan(self.hub, today=TODAY),
            )
        fold_cells()
        self.exchange = services.request_exchange(
            by=self.counterpart, organisation=self.asked.organisation, listing=self.supply, quantity=Decimal(5),
            matched=self.asked,
        )  # fmt: skip
        services.counter(by=self.owner, exchange=self.exchange, quantity=Decimal(4))
        services.take_back(by=self.owner, exchange=self.exchange)
        # What lies in two hubs is both hubs' affair.
        Exchange.objects.filter(pk=self.exchange.pk).update(hub_ids=[self.hub.pk, self.other_hub.pk])
        services.send_message(by=self.owner, conversation=self.exchange.conversation, text="Welke stoelen?")
        services.invite_hub(by=self.owner, conversation=self.exchange.conversation)
        self.proposal = self._proposal()
        small = hidden("supply", "rest", **pallets, condition=2, quantity=2)
        self.bundle = services.request_bundle(
            by=self.counterpart, demand=self.asked, parts=[(small, Decimal(1)), (self.also_offered, Decimal(1))]
        )
        self.stream = hidden(
            "supply", "stroom", recurrence="weekly", material=material("textile-clothing"), condition=2
        )
        self.agreement = services.ask_agreement(
            by=self.counterpart, organisation=self.asked.organisation, listing=self.stream,
            terms=Terms(quantity=Decimal(5), starts_on=TODAY + dt.timedelta(days=9)),
        )  # fmt: skip
        StandingAgreement.objects.filter(pk=self.agreement.pk).update(hub_ids=[self.hub.pk, self.other_hub.pk])
        services.send_message(by=self.owner, conversation=self.agreement.conversation, text="Hoeveel per keer?")
        services.invite_hub(by=self.owner, conversation=self.agreement.conversation)
        for user in (self.elsewhere, self.counterpart, self.staff, self.other_staff, self.partner):
            saved(user)
        tell(self.supply)
        send_due(at=NOON)

    def _other_hub(self) -> Hub:
        return Hub.objects.exclude(pk__in=self.supply.hub_ids).order_by("pk")[0]

    def _staff(self, hub: Hub) -> User:
        return HubStaff.objects.create(hub=hub, user=make_user(name="Hanne Hub"), role="manager").user

    def _proposal(self) -> Proposal:
        return services.propose_match(by=self.staff, hub=self.hub, supply=self.offered, demand=self.demand)

    def public(self) -> Iterator[str]:
        """Ways out that are open to all."""
        _z, x, y = tile_of(GENT[1], GENT[0], 12)
        around = f"lat={GENT[0]}&lon={GENT[1]}&radius_km=20"
        yield from (f"/?q=paletten&{around}", f"/tiles/listings/12/{x}/{y}.mvt")
        yield from (f"/api/v1/search/?{around}", f"/api/v1/search/?{around}&format=geojson")
        for one in (self.supply, self.service, self.demand):
            yield from (f"/zoekertje/{one.pk}/", f"/api/v1/listings/{one.pk}/")
        page, row = f"/zoekertje/{self.supply.pk}/", f"/api/v1/listings/{self.supply.pk}/"
        yield from (f"/en{page}", f"{page}kaart/", f"{page}matches/", f"{row}matches/", f"{row}chains/")
        page, row = f"/hubs/{self.hub.slug}/", f"/api/v1/hubs/{self.hub.slug}/"
        yield from (page, f"{page}koppels/", f"{page}impact/", f"{row}pairs/")
        yield from (f"{page}cijfers/", f"{page}cijfers/aanbod-en-vraag.csv", f"{page}cijfers/onvervulde-vraag.csv")
        yield from ("/zoekertjes.atom", "/catalog.ttl", "/sitemap.xml")
        yield from (f"/ogc/collections/listings/items/{self.supply.pk}", "/ogc/collections/listings/items?f=html")

    def inside(self) -> Iterator[str]:
        """Ways out for who is logged in, or works for a hub."""
        for one in (self.asked, self.offered):
            page, row = f"/zoekertje/{one.pk}/", f"/api/v1/listings/{one.pk}/"
            yield from (page, f"{page}matches/", f"{page}bundel/aanvragen/", f"{row}matches/", f"{row}chains/")
        for one in (self.supply, self.service, self.demand):
            yield from (f"/zoekertje/{one.pk}/aanvragen/", f"/vraag/?zoekertje={one.pk}")
        yield from (f"/zoekertje/{self.stream.pk}/aanvragen/", f"/zoekertje/{self.stream.pk}/vaste-afspraak/")
        yield from (f"/vaste-afspraken/{self.agreement.pk}/", "/api/v1/exchanges/agreements/")
        row = f"/api/v1/exchanges/agreements/{self.agreement.pk}/"
        yield from (row, f"{row}messages/")
        yield f"/api/v1/listings/{self.service.pk}/capacity/"
        yield f"/zoekertje/{self.supply.pk}/keten/{self.service.pk}/{self.demand.pk}/voorstellen/"
        for hub in (self.hub, self.other_hub):
            page = f"/hubs/{hub.slug}/"
            yield from (f"{page}dubbels/", f"{page}plan/", f"{page}plan/plan.csv", f"{page}uitwisselingen/")
            yield from (f"{page}uitwisselingen/tabel.csv", f"{page}logboek/", f"{page}impact/regels/")
            yield f"/api/v1/hubs/{hub.slug}/plan/"
        yield from ("/mijn/zoekertjes/", "/mijn/matches/", "/mijn/uitwisselingen/", "/meldingen/")
        yield from ("/api/v1/listings/", "/api/v1/exchanges/", "/api/v1/me/")
        yield from (f"/uitwisselingen/{one.pk}/" for one in self.bundle.exchanges.all())
        page, row = f"/uitwisselingen/{self.exchange.pk}/", f"/api/v1/exchanges/{self.exchange.pk}/"
        yield from (page, f"{page}afspraak.ics", row, f"{row}steps/", f"{row}messages/")
        yield from (
            f"/voorstellen/{self.proposal.pk}/",
            f"/api/v1/proposals/{self.proposal.pk}/",
            "/api/v1/proposals/",
        )
        yield from (f"/api/v1/hubs/{hub.slug}/proposals/" for hub in (self.hub, self.other_hub))
        yield f"/api/v1/arrangements/{self.bundle.pk}/"
        yield f"/hubs/{self.hub.slug}/opslag/{self.supply.pk}/{self.demand.pk}/"
        page = f"/hubs/{self.hub.slug}/voorstellen/"
        yield from (
            f"{page}{self.supply.pk}/",
            f"{page}{self.supply.pk}/{self.demand.pk}/",
            f"{page}{self.service.pk}/",
        )
        yield from (f"{page}{self.demand.pk}/", f"{page}{self.offered.pk}/?zoek={self.demand.pk}")

    def refusals(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """What somebody may not do, or what doesn't fit, with what is sent: the answer may not tell either."""
        listing, exchange = f"/api/v1/listings/{self.supply.pk}/", f"/api/v1/exchanges/{self.exchange.pk}/steps/"
        yield "patch", listing, {"title": "Anders"}
        yield "delete", listing, {}
        yield "post", f"{listing}status/", {"status": "closed"}
        yield "post", f"{listing}dismissals/", {"other": self.asked.pk, "reason": "other"}
        yield "post", f"/api/v1/listings/{self.service.pk}/capacity/bookings/", {
            "week_start": MONDAY.isoformat(), "quantity": 1,
        }  # fmt: skip
        parts = [{"supply": one.pk, "quantity": 1} for one in (self.offered, self.also_offered)]
        yield "post", "/api/v1/exchanges/bundles/", {"demand": self.demand.pk, "parts": parts}
        three = {"supply": self.supply.pk, "service": self.service.pk, "demand": self.demand.pk}
        yield "post", "/api/v1/proposals/", three | {"week_start": MONDAY.isoformat(), "quantity": 0, "work": 0}
        yield "post", f"/api/v1/hubs/{self.hub.slug}/proposals/", {"supply": self.supply.pk, "demand": self.asked.pk}
        yield "post", exchange, {"step": "accept", "side": "owner", "version": 99}
        yield "post", exchange, {"step": "confirm_weight"}
        agreement = f"/api/v1/exchanges/agreements/{self.agreement.pk}/steps/"
        yield "post", agreement, {"step": "accept", "side": "owner"}
        yield "post", agreement, {"step": "end", "reason": "Weg."}


def as_(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def told_in(text: str) -> list[str]:
    plain = text.lower().replace(" ", "").replace("/", "").replace(".", "")
    return [secret for secret in SECRETS if secret.replace(" ", "") in plain]


def body_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{content.decode(errors='replace')} {answer.headers}"


def letters_to(user: User) -> str:
    return json.dumps(list(Letter.objects.to(user.email).values_list("data", flat=True)), default=str)


def leaks(world: World, user: User | None, addresses: Iterable[str]) -> list[str]:
    """By which addresses somebody reads whose it is."""
    client, found = as_(user), []
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code < 500, address
        found += [address] if told_in(body_of(answer)) else []
    return found


def refusals_that_tell(world: World, user: User | None) -> list[str]:
    client, found = as_(user), []
    for method, address, given in world.refusals():
        answer = getattr(client, method)(address, given, content_type="application/json")
        assert 400 <= answer.status_code < 500, (address, answer.status_code)
        found += [f"{method} {address}"] if told_in(body_of(answer)) else []
    return found
