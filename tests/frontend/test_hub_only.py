"""Whose a hub-only listing is, no way out tells to who may not know it: every page, row, file and letter is read."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Point
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.models import HubPartner, HubStaff, Organisation, Site, User
from alerts.digests import send_due
from exchanges import services
from exchanges.models import Exchange, Proposal
from exchanges.parties import know_parties
from exchanges.taking import ExchangeMoved
from geo.models import Hub
from journal.models import Letter
from listings import services as listing_services
from listings.api.read_rows import rows_by_id
from listings.balances.periods import monday_of
from listings.exposure import naming_words, warnings
from listings.models import Listing, OwnerDisclosure
from listings.owners import know_owners
from listings.search.cells import fold_cells
from matching.models import HubPlan
from matching.pairs.batch import pair_all
from matching.plan.result import make_plan
from tests.alerts.makers import NOON, saved, tell
from tests.exchanges.makers import Story
from tests.makers import GENT, TODAY, draft, make_organisation, make_user, material, published
from tests.vector_tiles import tile_of

pytestmark = pytest.mark.django_db
MONDAY = monday_of(TODAY) + dt.timedelta(weeks=1)
#: In the region of no hub.
ANTWERP = (51.2194, 4.4025)
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
        chairs: dict[str, Any] = {"material": material("furniture"), "title": "Stoelen"}
        self.supply = hidden(
            "supply", **chairs, condition=2, declared_status="by_product", status_evidence="raw_material",
            status_number="GSV-4711",
        )  # fmt: skip
        self.service = hidden("service", materials=[material("furniture")], capacity_per_week=500, title="Werkplaats")
        self.demand = hidden("demand", **chairs, condition=2, quantity=15)
        self.asked = published("demand", **chairs, condition=2, quantity=10)
        self.offered = published(**chairs, condition=2, quantity=12)
        self.also_offered = published(**chairs, condition=2, quantity=3)
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
        # What lies in two hubs is both hubs' affair.
        Exchange.objects.filter(pk=self.exchange.pk).update(hub_ids=[self.hub.pk, self.other_hub.pk])
        services.send_message(by=self.owner, conversation=self.exchange.conversation, text="Welke stoelen?")
        services.invite_hub(by=self.owner, conversation=self.exchange.conversation)
        self.proposal = self._proposal()
        small = hidden("supply", "rest", **chairs, condition=2, quantity=2)
        self.bundle = services.request_bundle(
            by=self.counterpart, demand=self.asked, parts=[(small, Decimal(1)), (self.also_offered, Decimal(1))]
        )
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
        yield from (f"/?q=stoelen&{around}", f"/tiles/listings/12/{x}/{y}.mvt")
        yield from (f"/api/v1/search/?{around}", f"/api/v1/search/?{around}&format=geojson")
        for one in (self.supply, self.service, self.demand):
            yield from (f"/zoekertje/{one.pk}/", f"/api/v1/listings/{one.pk}/")
        page, row = f"/zoekertje/{self.supply.pk}/", f"/api/v1/listings/{self.supply.pk}/"
        yield from (f"/en{page}", f"{page}kaart/", f"{page}matches/", f"{row}matches/", f"{row}chains/")
        page, row = f"/hubs/{self.hub.slug}/", f"/api/v1/hubs/{self.hub.slug}/"
        yield from (page, f"{page}koppels/", f"{page}impact/", f"{row}pairs/")

    def inside(self) -> Iterator[str]:
        """Ways out for who is logged in, or works for a hub."""
        for one in (self.asked, self.offered):
            page, row = f"/zoekertje/{one.pk}/", f"/api/v1/listings/{one.pk}/"
            yield from (page, f"{page}matches/", f"{page}bundel/aanvragen/", f"{row}matches/", f"{row}chains/")
        for one in (self.supply, self.service, self.demand):
            yield from (f"/zoekertje/{one.pk}/aanvragen/", f"/vraag/?zoekertje={one.pk}")
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
        yield from (page, f"{page}afspraak.ics", row, f"{row}steps/", f"/voorstellen/{self.proposal.pk}/")

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
        yield "post", exchange, {"step": "accept", "side": "owner", "version": 99}
        yield "post", exchange, {"step": "confirm_weight"}


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


def test_who_may_not_know_it_learns_it_nowhere() -> None:
    """Given a supply, a service and a demand that only their hub knows, when anybody else reads everything, then no
    name, address or number stands anywhere.
    """
    world = World()
    for user in (None, world.elsewhere, world.partner):
        assert leaks(world, user, world.public()) == []
    for user in (world.counterpart, world.other_staff):
        assert leaks(world, user, [*world.public(), *world.inside()]) == []
    for user in (world.counterpart, world.other_staff, world.partner):
        assert refusals_that_tell(world, user) == []
        assert told_in(letters_to(user)) == []
    # Each of these shows whose a listing is: to staff of its hub, who may know.
    shown = {
        f"/zoekertje/{world.supply.pk}/", f"/api/v1/listings/{world.supply.pk}/", f"/zoekertje/{world.asked.pk}/",
        f"/zoekertje/{world.asked.pk}/matches/", f"/api/v1/listings/{world.asked.pk}/matches/",
        f"/zoekertje/{world.supply.pk}/aanvragen/", f"/hubs/{world.hub.slug}/plan/",
        f"/hubs/{world.hub.slug}/plan/plan.csv", f"/hubs/{world.hub.slug}/uitwisselingen/",
        f"/hubs/{world.hub.slug}/uitwisselingen/tabel.csv", f"/hubs/{world.hub.slug}/logboek/",
        f"/hubs/{world.hub.slug}/koppels/", f"/api/v1/hubs/{world.hub.slug}/pairs/",
        f"/uitwisselingen/{world.exchange.pk}/", f"/api/v1/exchanges/{world.exchange.pk}/",
        f"/api/v1/exchanges/{world.exchange.pk}/steps/", f"/voorstellen/{world.proposal.pk}/",
    }  # fmt: skip
    assert shown - set(leaks(world, world.staff, sorted(shown))) == set()


def test_who_may_know_it_reads_it() -> None:
    """Given the same, then its own members, the staff of its hub and operators read whose it is."""
    world = World()
    for user in (world.owner, world.staff, world.operator):
        client = as_(user)
        for address in (f"/zoekertje/{world.supply.pk}/", f"/api/v1/listings/{world.supply.pk}/"):
            assert "zonderling" in told_in(body_of(client.get(address))), (user, address)
        page = body_of(client.get(f"/uitwisselingen/{world.exchange.pk}/"))
        assert "Zonderling supply" in page
    board = body_of(as_(world.staff).get(f"/hubs/{world.hub.slug}/uitwisselingen/tabel.csv"))
    assert "Zonderling supply" in board
    rows = as_(world.staff).get(f"/api/v1/listings/{world.asked.pk}/matches/").json()["results"]
    assert "Zonderling supply" in {row["supply"]["organisation"]["name"] for row in rows}
    rows = as_(world.counterpart).get(f"/api/v1/listings/{world.asked.pk}/matches/").json()["results"]
    assert None in [row["supply"]["organisation"] for row in rows]


def test_an_agreement_opens_name_and_place_to_the_other_side_and_to_nobody_else() -> None:
    world = World()
    services.accept(by=world.owner, exchange=world.exchange)
    client = as_(world.counterpart)
    assert "Zonderling supply" in body_of(client.get(f"/zoekertje/{world.supply.pk}/"))
    page = body_of(client.get(f"/uitwisselingen/{world.exchange.pk}/"))
    assert "Zonderling supply" in page
    assert "Zita Zonderling" in page
    assert "Kasteeldreef 1" in page
    row = client.get(f"/api/v1/exchanges/{world.exchange.pk}/").json()
    assert row["owner"]["name"] == "Zonderling supply"
    assert "Kasteeldreef 1" in row["place"]
    assert "Zonderling supply" in letters_to(world.counterpart)
    assert "GSV-4711" in body_of(client.get(f"/zoekertje/{world.supply.pk}/"))
    # Of the service and the demand they know no more than before.
    for one in (world.service, world.demand):
        assert client.get(f"/api/v1/listings/{one.pk}/").json()["organisation"] is None
    assert leaks(world, world.partner, world.public()) == []


def test_a_counter_offer_opens_nothing_and_a_refusal_neither() -> None:
    story = Story(hub_only=True, precision="blurred")
    story.countered()
    page = f"/uitwisselingen/{story.exchange.pk}/"
    owner = story.listing.organisation.name
    steps: list[tuple[Any, dict[str, str]]] = [
        (None, {}), (services.take_back, {}), (services.decline, {"reason": "Toch niet."}),
    ]  # fmt: skip
    for step, how in steps:
        if step is not None:
            step(by=story.owner, exchange=story.exchange, **how)
        text = body_of(as_(story.requester).get(page))
        assert owner not in text
        assert "Organisatie bekend bij de hub" in text
    assert not OwnerDisclosure.objects.exists()
    assert as_(story.requester).get(f"/api/v1/exchanges/{story.exchange.pk}/").json()["owner"] is None


def test_what_was_agreed_once_stays_known_when_it_falls_through() -> None:
    story = Story(hub_only=True, precision="blurred")
    story.accepted()
    services.cancel(by=story.owner, exchange=story.exchange, reason="Verkocht.")
    owner = story.listing.organisation.name
    client = as_(story.requester)
    for address in (f"/uitwisselingen/{story.exchange.pk}/", f"/zoekertje/{story.listing.pk}/"):
        assert owner in body_of(client.get(address))
    # The place is the owner's again.
    assert client.get(f"/api/v1/exchanges/{story.exchange.pk}/").json()["place"] is None


def test_who_asks_with_a_hub_only_listing_says_who_they_are_to_that_owner() -> None:
    supply = published()
    demand = hidden("demand", quantity=15)
    owner, asker = supply.maker, demand.maker  # type: ignore[attr-defined]
    assert not told_in(body_of(as_(owner).get(f"/zoekertje/{demand.pk}/")))
    services.request_exchange(
        by=asker, organisation=demand.organisation, listing=supply, quantity=Decimal(5), matched=demand
    )
    assert "Zonderling demand" in body_of(as_(owner).get(f"/zoekertje/{demand.pk}/"))
    assert not told_in(body_of(as_(make_user()).get(f"/zoekertje/{demand.pk}/")))


def test_a_hub_does_not_ask_for_it_but_proposes() -> None:
    """Given a partner that only the hub knows, when its staff ask on its behalf, then they are told to propose."""
    supply, demand = published(), hidden("demand", quantity=15)
    hub = Hub.objects.get(pk=supply.hub_ids[0])
    staff = HubStaff.objects.create(hub=hub, user=make_user(), role="editor").user
    HubPartner.objects.create(hub=hub, organisation=demand.organisation)
    with pytest.raises(ValidationError, match="Stel de match aan beide voor"):
        services.request_exchange(
            by=staff, organisation=demand.organisation, listing=supply, quantity=Decimal(5), matched=demand
        )
    proposal = services.propose_match(by=staff, hub=hub, supply=supply, demand=demand)
    assert not told_in(letters_to(supply.maker))  # type: ignore[attr-defined]
    for listing in (supply, demand):
        services.answer_proposal(by=listing.maker, proposal=proposal, answer="yes")  # type: ignore[attr-defined]
    assert "Zonderling demand" in body_of(as_(supply.maker).get(f"/zoekertje/{demand.pk}/"))  # type: ignore[attr-defined]


def test_a_service_does_not_book_for_it_before_it_agrees() -> None:
    supply = hidden("supply", material=material("furniture"), condition=2)
    service = published("service", materials=[material("furniture")])
    for by in (service.maker, HubStaff.objects.create(  # type: ignore[attr-defined]
        hub_id=service.hub_ids[0], user=make_user(), role="editor"
    ).user):  # fmt: skip
        with pytest.raises(ValidationError, match="Stel een keten voor"):
            services.book_weeks_for(by=by, service=service, supply=supply, weeks=[MONDAY], quantity=Decimal(2))
    assert not Exchange.objects.exists()


def test_staff_of_another_hub_do_not_agree_for_an_owner_whom_they_do_not_know() -> None:
    story = Story(hub_only=True, precision="blurred")
    story.ask()
    other = Hub.objects.exclude(pk__in=story.listing.hub_ids).order_by("pk")[0]
    Exchange.objects.filter(pk=story.exchange.pk).update(hub_ids=[*story.listing.hub_ids, other.pk])
    staff = HubStaff.objects.create(hub=other, user=make_user(), role="manager").user
    with pytest.raises(PermissionDenied):
        services.accept(by=staff, exchange=story.exchange, side="owner")
    steps = as_(staff).get(f"/api/v1/exchanges/{story.exchange.pk}/").json()["open_steps"]
    assert {step["side"] for step in steps} == {"requester"}
    own = HubStaff.objects.create(hub_id=story.listing.hub_ids[0], user=make_user(), role="manager").user
    assert services.accept(by=own, exchange=story.exchange, side="owner").state == "accepted"


def test_what_moved_meanwhile_is_told_without_a_name() -> None:
    story = Story(hub_only=True, precision="blurred")
    story.ask()
    services.decline(by=story.owner, exchange=story.exchange, reason="Verkocht.")
    with pytest.raises(ExchangeMoved) as refused:
        services.withdraw(by=story.requester, exchange=story.exchange)
    assert story.listing.organisation.name not in str(refused.value)
    assert "Organisatie bekend bij de hub" in str(refused.value)


def test_the_page_of_an_organisation_lists_it_to_those_alone_who_may_know() -> None:
    listing = hidden("supply")
    maker: User = listing.maker  # type: ignore[attr-defined]
    page, there = f"/organisatie/{listing.organisation.slug}/", f"/zoekertje/{listing.pk}/"
    staff = HubStaff.objects.create(hub_id=listing.hub_ids[0], user=make_user(), role="editor").user
    for user, sees in ((None, False), (make_user(), False), (maker, True), (staff, True)):
        assert (there in body_of(as_(user).get(page))) is sees


# ---- choosing it ----


def test_the_exact_place_would_tell_it_and_is_refused_in_words() -> None:
    with pytest.raises(ValidationError) as refused:
        draft(hub_only=True)
    assert refused.value.message_dict == {
        "precision": ["De exacte plek verraadt wie je bent. Toon alleen de omgeving."]
    }


def test_where_no_hub_is_none_can_know_it() -> None:
    outside = draft(hub_only=True, precision="blurred", at=ANTWERP)
    with pytest.raises(ValidationError) as refused:
        listing_services.publish_listing(by=outside.maker, listing=outside)  # type: ignore[attr-defined]
    assert list(refused.value.message_dict) == ["hub_only"]


def test_the_form_and_the_api_take_it_alike() -> None:
    maker = make_user()
    listing = draft(by=maker, organisation=make_organisation(maker))
    client = as_(maker)
    address = f"/api/v1/listings/{listing.pk}/"
    refused = client.patch(address, {"hub_only": True}, content_type="application/json")
    assert refused.status_code == 400
    assert "De exacte plek verraadt wie je bent" in body_of(refused)
    taken = client.patch(address, {"hub_only": True, "precision": "blurred"}, content_type="application/json")
    assert taken.status_code == 200, taken.content
    assert taken.json()["hub_only"] is True
    form = {
        "title": "Paletten", "material": "wood-pallets", "quantity": "40", "unit": "piece", "condition": "3",
        "recurrence": "one_off", "available_from": TODAY.isoformat(), "price_kind": "free", "price_basis": "lot",
        "pickup": "on", "declared_status": "unsure", "precision": "exact", "lat": str(GENT[0]), "lon": str(GENT[1]),
    }  # fmt: skip
    page = client.post(f"/zoekertje/{listing.pk}/wijzigen/", form | {"action": "publish"})
    assert "De exacte plek verraadt wie je bent" in body_of(page)
    # What is left out stays as it was.
    client.post(f"/zoekertje/{listing.pk}/bewaren/", form | {"precision": "blurred"})
    listing.refresh_from_db()
    assert listing.hub_only
    client.post(f"/zoekertje/{listing.pk}/bewaren/", form | {"precision": "blurred", "hub_only": "False"})
    listing.refresh_from_db()
    assert not listing.hub_only


def test_beside_a_listing_with_a_name_its_owner_is_told_that_it_can_be_guessed() -> None:
    maker = make_user()
    ours: dict[str, Any] = {"by": maker, "organisation": make_organisation(maker)}
    secret = published(**ours, hub_only=True, precision="blurred")
    assert naming_words(secret) == ""
    named = published(**ours)
    assert naming_words(secret).startswith("1 ander zoekertje op deze plek toont jullie naam.")
    assert naming_words(named).startswith("Van 1 ander zoekertje op deze plek kent alleen de hub jullie.")
    assert len(warnings(secret)) == 2
    assert "toont jullie naam" in body_of(as_(maker).get(f"/zoekertje/{secret.pk}/"))


def test_the_words_are_in_the_readers_language() -> None:
    listing = hidden("supply")
    for language, words in (("en", "Organisation known to the hub"), ("fr", "Organisation connue du hub")):
        with translation.override(language):
            assert listing.shown_organisation.name == words


# ---- what it costs ----


def queries(action: Any) -> int:
    with CaptureQueriesContext(connection) as context:
        action()
    return len(context)


def test_who_may_know_is_asked_once_for_all_and_not_at_all_where_nothing_is_hidden() -> None:
    """Given many listings, then one query says whose the reader may know; none where all show their organisation, and
    none for who isn't logged in.
    """
    named, secret = [published() for _number in range(3)], [published(hub_only=True, precision="blurred")]
    reader = make_user()
    assert queries(lambda: know_owners(named, reader)) == 0
    assert queries(lambda: know_owners(secret, AnonymousUser())) == 0
    one = queries(lambda: know_owners(secret, reader))
    secret += [published(hub_only=True, precision="blurred") for _number in range(4)]
    assert queries(lambda: know_owners([*named, *secret], reader)) == one == 1
    assert [listing.shows_owner for listing in [*named, *secret]] == [True] * 3 + [False] * 5


def test_exchanges_are_looked_up_together_too() -> None:
    stories = [Story(hub_only=True, precision="blurred") for _number in range(3)]
    found = [story.ask() for story in stories]
    open_one = Story().ask()
    reader = stories[0].owner
    assert queries(lambda: know_parties([open_one], reader)) == 0
    assert queries(lambda: know_parties(found[:1], reader)) == queries(lambda: know_parties(found, reader)) == 2
    assert [exchange.shows_owner for exchange in found] == [True, False, False]


def test_rows_of_the_api_take_two_queries_more_for_what_is_hidden() -> None:
    named, secret = published(), hidden("supply")
    maker: User = secret.maker  # type: ignore[attr-defined]
    of_named = queries(lambda: rows_by_id([named.pk], maker))
    of_both = queries(lambda: rows_by_id([named.pk, secret.pk], maker))
    assert (of_named, of_both) == (1, 3)
    assert rows_by_id([secret.pk], maker)[secret.pk]["organisation"] == {
        "id": secret.organisation_id, "name": "Zonderling supply", "kind": "company",
    }  # fmt: skip
    assert rows_by_id([secret.pk], make_user())[secret.pk]["organisation"] is None
