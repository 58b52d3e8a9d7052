"""Staff of a hub choose any two listings from their pages, and propose them to each other."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import HubStaff, Membership, Organisation
from exchanges import services
from exchanges.bringing import MOST_FOUND
from exchanges.models import Proposal
from geo.models import Hub
from listings.models import Listing
from matching.pairs.incremental import pair
from tests.exchanges.test_proposals import Match, as_, read
from tests.makers import make_user, material, published

pytestmark = pytest.mark.django_db
#: A few kilometres from where listings lie unless said otherwise.
NEAR = (51.09, 3.75)


class Desk(Match):
    """Somebody of a hub, at the page of a supply of pallets."""

    def __init__(self) -> None:
        super().__init__()
        self.client: Client = as_(self.staff)

    def choose(self, listing: Listing | None = None, query: str = "") -> Any:
        return self.client.get(f"/hubs/{self.hub.slug}/voorstellen/{(listing or self.supply).pk}/{query}")

    def pair_page(self, supply: Listing | None = None, demand: Listing | None = None) -> str:
        return f"/hubs/{self.hub.slug}/voorstellen/{(supply or self.supply).pk}/{(demand or self.demand).pk}/"


def headings(response: Any) -> list[str]:
    assert response.status_code == 200
    return [candidate.listing.heading for candidate, _card in response.context["rows"]]


def test_from_the_page_of_a_listing_the_hub_chooses_another_writes_why_and_asks_both() -> None:
    desk = Desk()
    chairs = published("demand", title="Oude stoelen", material=material("furniture"), quantity=5, at=NEAR)
    page = read(desk.client.get(desk.supply.get_absolute_url()))
    assert f"/hubs/{desk.hub.slug}/voorstellen/{desk.supply.pk}/" in page
    assert "Voorstellen aan …" in page
    assert "Voorstellen aan …" not in read(as_(make_user()).get(desk.supply.get_absolute_url()))
    chosen = desk.choose()
    assert headings(chosen) == [desk.demand.heading, "Oude stoelen"]
    address = desk.pair_page(demand=chairs)
    assert address in read(chosen)
    asking = read(desk.client.get(address))
    for words in (
        "Wie gevraagd wordt",
        chairs.organisation.name,
        desk.supply.organisation.name,
        "1 mens krijgt een mail",
    ):
        assert words in asking
    given = {"supply": desk.supply.pk, "demand": chairs.pk, "note": "Zelfde straat."}
    made = desk.client.post(f"/hubs/{desk.hub.slug}/voorstellen/", given)
    proposal = Proposal.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"/voorstellen/{proposal.pk}/")
    assert (proposal.supply, proposal.demand, proposal.note) == (desk.supply, chairs, "Zelfde straat.")


def test_from_a_demand_supplies_are_chosen_and_from_a_service_a_chain_begins() -> None:
    desk = Desk()
    assert headings(desk.choose(desk.demand)) == [desk.supply.heading]
    assert desk.pair_page() in read(desk.choose(desk.demand))
    service = published("service", materials=[material()], title="Palettenhersteller")
    first = desk.choose(service)
    assert headings(first) == [desk.supply.heading]
    assert f"?aanbod={desk.supply.pk}" in read(first)
    second = desk.choose(service, f"?aanbod={desk.supply.pk}")
    assert headings(second) == [desk.demand.heading]
    chain = f"/zoekertje/{desk.supply.pk}/keten/{service.pk}/{desk.demand.pk}/voorstellen/"
    assert chain in read(second)
    assert desk.client.get(chain).status_code == 200
    assert desk.choose(service, f"?aanbod={desk.demand.pk}").status_code == 404
    assert desk.choose(query=f"?aanbod={desk.supply.pk}").status_code == 404


def test_what_pairing_found_is_first_then_what_is_nearest_and_there_is_an_end_to_it() -> None:
    desk = Desk()
    published("demand", title="Ver", at=(51.2, 4.4))
    published("demand", title="Dichtbij maar iets anders", material=material("furniture"), at=NEAR)
    pair(listing_id=desk.supply.pk, at=timezone.now())
    chosen = desk.choose()
    assert headings(chosen)[0] == desk.demand.heading
    assert headings(chosen).index("Dichtbij maar iets anders") < headings(chosen).index("Ver")
    assert "past voor" in read(chosen)
    for _number in range(MOST_FOUND):
        published("demand", at=NEAR)
    many = desk.choose()
    assert len(headings(many)) == MOST_FOUND
    assert headings(many)[0] == desk.demand.heading
    assert f"Je ziet er hoogstens {MOST_FOUND}" in read(many)


@pytest.mark.parametrize("asked", ["ramen", "Ramen van school", "{pk}", "#{pk}", "{organisation}", "schrijnwerkerij"])
def test_it_is_found_by_words_by_number_and_by_organisation(asked: str) -> None:
    desk = Desk()
    windows = published("demand", title="Ramen van de school", material=material("furniture"), at=NEAR)
    Organisation.objects.filter(pk=windows.organisation_id).update(name="Schrijnwerkerij De Beuk")
    text = asked.format(pk=windows.pk, organisation="Schrijnwerkerij De Beuk").replace("#", "%23")
    assert headings(desk.choose(query=f"?zoek={text}")) == ["Ramen van de school"]


def test_whose_a_listing_is_that_only_another_hub_knows_is_not_found_by_its_name() -> None:
    desk = Desk()
    hidden = published("demand", hub_only=True, precision="blurred")
    Organisation.objects.filter(pk=hidden.organisation_id).update(name="Geheim Atelier")
    elsewhere = Hub.objects.exclude(pk__in=hidden.hub_ids).order_by("pk")[0]
    Listing.objects.filter(pk=hidden.pk).update(hub_ids=[elsewhere.pk])
    nothing = desk.choose(query="?zoek=geheim")
    assert headings(nothing) == []
    assert "Niets dat openstaat, heeft “geheim”" in read(nothing)
    assert "Geheim Atelier" not in read(desk.choose())
    HubStaff.objects.create(hub=elsewhere, user=desk.staff, role="editor")
    assert headings(desk.choose(query="?zoek=geheim")) == [hidden.heading]


def test_what_stands_in_the_way_is_said_in_words() -> None:
    desk = Desk()
    own = published("demand", by=desk.supply.maker, organisation=desk.supply.organisation)  # type: ignore[attr-defined]
    weekly = published("demand", recurrence="weekly")
    other = published("supply")
    gone = published("demand")
    told = {
        own: "Beide zijn van dezelfde organisatie.",
        weekly: "Wat regelmatig terugkomt, vraag je op zijn eigen pagina",
        other: "Dit is een aanbod: kies een vraag.",
    }
    for listing, words in told.items():
        found = desk.choose(query=f"?zoek={listing.pk}")
        assert words in read(found)
        assert ">Kiezen<" not in read(found)
    Listing.objects.filter(pk=gone.pk).update(status="withdrawn")
    assert "Wat ingetrokken of afgerond is, vind je niet." in read(desk.choose(query=f"?zoek={gone.pk}"))
    # What can't be brought to any other, says so at once.
    assert "Wat regelmatig terugkomt" in read(desk.choose(weekly))
    assert "Zoeken" not in read(desk.choose(weekly)).split("</nav>")[-1].split("footer")[0]


def test_what_is_asked_already_leads_to_it_and_what_was_refused_may_be_asked_anew() -> None:
    desk = Desk()
    proposal = desk.propose()
    waiting = read(desk.choose())
    assert "Dit is al gevraagd" in waiting
    assert f"/voorstellen/{proposal.pk}/" in waiting
    assert "Dit is al gevraagd" in read(desk.client.get(desk.pair_page()))
    desk.say(desk.demand, "no", proposal)
    refused = read(desk.choose())
    assert "toen zei iemand nee" in refused
    assert desk.pair_page() in refused
    assert "Dit is al gevraagd" not in refused


def test_nothing_free_and_an_exchange_that_runs_keep_both_apart_with_what_was_written() -> None:
    desk = Desk()
    asked = services.request_exchange(
        by=desk.demand.maker, organisation=desk.demand.organisation, listing=desk.supply, quantity=40,  # type: ignore[attr-defined, arg-type]
    )  # fmt: skip
    given = {"supply": desk.supply.pk, "demand": desk.demand.pk, "note": "Mijn lange uitleg"}
    refused = desk.client.post(f"/hubs/{desk.hub.slug}/voorstellen/", given)
    assert refused.status_code == 409
    assert "Tussen deze twee loopt al een uitwisseling." in read(refused)
    assert "Mijn lange uitleg" in read(refused)
    services.accept(by=desk.supply.maker, exchange=asked)  # type: ignore[attr-defined]
    other = published("demand", at=NEAR)
    page = read(desk.client.get(desk.pair_page(demand=other)))
    assert "Er is niets meer van vrij" in page
    assert "Aan beide vragen</button>" not in page
    assert "Er is niets meer van vrij" in read(desk.choose())
    assert not Proposal.objects.exists()


def test_it_says_where_nobody_can_answer() -> None:
    desk = Desk()
    Membership.objects.filter(organisation=desk.demand.organisation).delete()
    assert "hier werkt niemand op Werkstof" in read(desk.client.get(desk.pair_page()))


@pytest.mark.parametrize("text", ["%00", "'; DROP TABLE x", "%25%25", "-" * 60, "()&!|:*", "999999999999999999"])
def test_whatever_is_looked_for_gets_an_answer(text: str) -> None:
    assert Desk().choose(query=f"?zoek={text}").status_code == 200


def test_it_is_for_the_staff_of_a_hub_that_it_lies_in() -> None:
    desk = Desk()
    other = Hub.objects.exclude(pk__in=[*desk.supply.hub_ids, *desk.demand.hub_ids]).order_by("pk")[0]
    there = as_(HubStaff.objects.create(hub=other, user=make_user(), role="manager").user)
    choose = f"/hubs/{desk.hub.slug}/voorstellen/{desk.supply.pk}/"
    for client, address, status in (
        (there, choose, 403), (there, choose.replace(desk.hub.slug, other.slug), 403),
        (as_(desk.supply.maker), choose, 403), (Client(), choose, 302), (there, desk.pair_page(), 403),  # type: ignore[attr-defined]
        (there, desk.pair_page().replace(desk.hub.slug, other.slug), 403),
        (desk.client, choose.replace(f"/{desk.supply.pk}/", "/0/"), 404),
        (desk.client, desk.pair_page(desk.demand, desk.supply), 404),
    ):  # fmt: skip
        assert client.get(address).status_code == status, address


def test_many_to_choose_from_take_as_many_queries_as_one() -> None:
    desk = Desk()
    desk.propose()
    counts: list[list[int]] = []
    for _round in range(2):
        found = []
        for address in (
            f"/hubs/{desk.hub.slug}/voorstellen/{desk.supply.pk}/",
            f"/hubs/{desk.hub.slug}/voorstellen/{desk.supply.pk}/?zoek=houten",
            desk.pair_page(),
        ):
            desk.client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert desk.client.get(address).status_code == 200
            found.append(len(queries))
        counts.append(found)
        for _more in range(3):
            desk.propose(demand=published("demand", at=NEAR))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 25
