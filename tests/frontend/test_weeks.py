"""The pages of a service's weeks and of chains."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from journal.models import Letter
from listings.balances.periods import monday_of
from listings.capacity.services import book_capacity
from listings.models import Listing
from tests.makers import TODAY, make_user, material, published

pytestmark = pytest.mark.django_db
MONDAY = monday_of(TODAY) + dt.timedelta(weeks=1)


def member_of(listing: Listing) -> Client:
    client = Client()
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    return client


def book(service: Listing, quantity: int, week: dt.date = MONDAY) -> None:
    by = service.maker  # type: ignore[attr-defined]
    book_capacity(by=by, service=service, week_start=week, quantity=Decimal(quantity), note="van de buren")


def words(page: str) -> str:
    return page.replace("\N{NO-BREAK SPACE}", " ")


def test_visitors_see_whether_a_week_has_room_and_not_who_booked(client: Client) -> None:
    service = published("service")
    book(service, 20)
    book(service, 5, MONDAY + dt.timedelta(weeks=1))
    page = words(client.get(f"/zoekertje/{service.pk}/").content.decode())
    assert (page.count('class="week__words">vrij'), page.count("volzet"), page.count("deels vrij")) == (6, 1, 1)
    assert "van de buren" not in page
    assert client.get(f"/zoekertje/{service.pk}/weken/").status_code == 302


@pytest.mark.parametrize("said", ["{}", "https://werkstof.example/zoekertje/{}/?van=lijst"])
def test_a_member_books_a_week_and_gives_it_back(said: str) -> None:
    service = published("service")
    supply = published(organisation=service.organisation, by=service.maker)  # type: ignore[attr-defined]
    client = member_of(service)
    page = words(client.get(f"/zoekertje/{service.pk}/").content.decode())
    assert page.count("20 van 20 stuks vrij") == 12
    given = {"weeks": [MONDAY.isoformat()], "quantity": "12,5", "supply": said.format(supply.pk), "note": ""}
    assert client.post(f"/zoekertje/{service.pk}/weken/", given).status_code == 302
    page = words(client.get(f"/zoekertje/{service.pk}/").content.decode())
    assert "7,5 van 20 stuks vrij" in page
    booking = service.reservations.live().get()
    assert (booking.quantity, booking.supply) == (Decimal("12.5"), supply)
    assert client.post(f"/zoekertje/{service.pk}/weken/{booking.pk}/weg/").status_code == 302
    assert not service.reservations.live().exists()


def test_a_form_that_asks_too_much_comes_back_with_what_is_free() -> None:
    service = published("service")
    book(service, 15)
    given = {"weeks": [MONDAY.isoformat()], "quantity": "6"}
    page = words(member_of(service).post(f"/zoekertje/{service.pk}/weken/", given).content.decode())
    assert "is er nog plaats voor 5 stuks." in page
    assert 'value="6"' in page


def test_what_is_said_to_be_free_can_be_booked() -> None:
    service = published("service")
    given = {"weeks": [MONDAY.isoformat()], "quantity": "0,001"}
    client = member_of(service)
    assert client.post(f"/zoekertje/{service.pk}/weken/", given).status_code == 302
    page = words(client.get(f"/zoekertje/{service.pk}/").content.decode())
    assert "19,999 van 20 stuks vrij" in page
    assert "(19,999 stuks vrij)" in page
    assert client.post(f"/zoekertje/{service.pk}/weken/", given | {"quantity": "19,999"}).status_code == 302


def test_a_booking_that_is_cancelled_twice_is_cancelled() -> None:
    service = published("service")
    book(service, 5)
    booking = service.reservations.live().get()
    client = member_of(service)
    client.post(f"/zoekertje/{service.pk}/weken/{booking.pk}/weg/")
    page = client.post(f"/zoekertje/{service.pk}/weken/{booking.pk}/weg/", follow=True)
    assert page.status_code == 200
    assert "Deze boeking was al geannuleerd." in page.content.decode()


def test_others_can_t_book_on_the_page() -> None:
    service, stranger = published("service"), member_of(published())
    assert stranger.get(f"/zoekertje/{service.pk}/weken/").status_code == 403
    assert stranger.post(f"/zoekertje/{service.pk}/weken/", {"quantity": 1}).status_code == 403


def test_a_service_that_doesn_t_say_what_it_takes_shows_so(client: Client) -> None:
    service = published("service")
    Listing.objects.filter(pk=service.pk).update(capacity_per_week=None)
    assert client.get(f"/zoekertje/{service.pk}/").content.decode().count("vrije capaciteit onbekend") == 8


def test_the_matches_page_shows_chains_in_three_steps_in_a_fixed_number_of_queries(client: Client) -> None:
    def make() -> tuple[Listing, Listing, Listing]:
        desks = material("furniture")
        return (
            published(material=desks, condition=2, title="Kapotte bureaus"),
            published("service", materials=[desks], capacity_per_week=500, title="Herstelatelier"),
            published("demand", material=desks, condition=3, title="Bureaus voor de school"),
        )

    supply, service, _demand = make()
    counts = []
    for _round in range(3):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/zoekertje/{supply.pk}/matches/").content.decode()
        counts.append(len(queries))
        if len(counts) == 2:
            assert [page.count(f"Stap</span> {step}<") for step in (1, 2, 3)] == [1, 1, 1]
            for _number in range(3):
                make()
    assert page.count("Stap</span> 2<") > 9
    assert counts[2] == counts[1]
    page = member_of(service).get(f"/zoekertje/{service.pk}/matches/").content.decode()
    assert f"/zoekertje/{service.pk}/weken/?voor={supply.pk}" in page


def test_what_is_known_of_the_supply_is_filled_in() -> None:
    service = published("service")
    book(service, 15)
    supply = published(quantity=32, title="Stapel paletten")
    page = words(member_of(service).get(f"/zoekertje/{service.pk}/weken/?voor={supply.pk}").content.decode())
    assert 'value="Stapel paletten"' in page
    assert f'name="supply_id" value="{supply.pk}"' in page
    assert 'name="quantity" value="32"' in page
    # This week 20, next week 5 of 20, and 7 of the week after
    assert page.count("checked") == 3
    for nothing in ("x", "0", "9" * 30, str(published("demand").pk)):
        page = member_of(service).get(f"/zoekertje/{service.pk}/weken/?voor={nothing}").content.decode()
        assert page.count("checked") == 0


def test_pieces_are_weighed_for_a_service_that_counts_in_tonnes() -> None:
    service, supply = published("service", capacity_unit="tonne", capacity_per_week=5), published(quantity=40)
    assert supply.mass_kg is not None
    page = member_of(service).get(f"/zoekertje/{service.pk}/weken/?voor={supply.pk}").content.decode()
    tonnes = round(float(supply.mass_kg) / 1000, 3)
    assert f'name="quantity" value="{str(tonnes).rstrip("0").replace(".", ",")}"' in page


def test_several_weeks_are_booked_at_once_and_the_other_members_hear_of_it() -> None:
    service = published("service")
    supply = published(organisation=service.organisation, by=service.maker)  # type: ignore[attr-defined]
    book(service, 15)
    Letter.objects.all().delete()
    other = make_user(language="fr")
    Membership.objects.create(user=other, organisation=service.organisation, role="member")
    weeks = [(MONDAY + dt.timedelta(weeks=number)).isoformat() for number in range(3)]
    given = {"weeks": weeks, "quantity": "30", "supply": "iets", "supply_id": supply.pk, "note": ""}
    answer = member_of(service).post(f"/zoekertje/{service.pk}/weken/", given)
    assert answer.status_code == 302
    booked = service.reservations.filter(supply=supply).order_by("period")
    assert [booking.quantity for booking in booked] == [5, 20, 5]
    letter = Letter.objects.get()
    assert (letter.recipient, letter.template, letter.language) == (other.email, "booking_made", "fr")
    assert letter.data["weeks"].count(",") == 2
    member_of(service).post(f"/zoekertje/{service.pk}/weken/{booked[1].pk}/weg/")
    assert Letter.objects.filter(template="booking_cancelled").count() == 1


def test_more_than_all_weeks_hold_books_none() -> None:
    service = published("service")
    weeks = [(MONDAY + dt.timedelta(weeks=number)).isoformat() for number in range(2)]
    asked = member_of(service).post(f"/zoekertje/{service.pk}/weken/", {"weeks": weeks, "quantity": "41"})
    assert "In die weken samen is er nog plaats voor 40 stuks." in words(asked.content.decode())
    assert not service.reservations.live().exists()
    page = member_of(service).post(f"/zoekertje/{service.pk}/weken/", {"quantity": "1"}).content.decode()
    assert "Kies minstens één week." in page


@pytest.mark.parametrize(
    ("typed", "says"),
    [("Stapel paletten", ""), ("stapel PALETTEN", ""), ("Stapel", "bestaat niet"), ("Twee keer", "Meer dan één")],
)
def test_a_supply_may_be_named_by_its_title(typed: str, says: str) -> None:
    service, supply = published("service"), published(title="Stapel paletten")
    for _number in range(2):
        published(title="Twee keer")
    given = {"weeks": [MONDAY.isoformat()], "quantity": "1", "supply": typed}
    answer = member_of(service).post(f"/zoekertje/{service.pk}/weken/", given)
    assert answer.status_code == (200 if says else 302)
    assert says in answer.content.decode()
    assert list(service.reservations.values_list("supply", flat=True)) == ([] if says else [supply.pk])
