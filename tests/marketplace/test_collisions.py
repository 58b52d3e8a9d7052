"""Two people who take the same name or number at the same moment, each with a connection of their own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from accounts.models import Organisation, Site, User
from geo.models import Hub
from journal.models import Letter
from listings.models import Listing
from tests.house.running import soon
from tests.makers import draft, make_organisation, make_site, make_user

pytestmark = pytest.mark.django_db(transaction=True)
PROBLEM = "application/problem+json"
NUMBER = "0403170701"


@contextmanager
def a_moment_before(write: Callable[[], object]) -> Iterator[None]:
    """Somebody else writes something, and commits once another transaction waits for it."""
    written, failed = threading.Event(), list[BaseException]()

    def other() -> None:
        try:
            with transaction.atomic():
                write()
                written.set()
                assert soon(somebody_waits, patience_s=20), "Nobody came to write the same"
        except BaseException as error:
            failed.append(error)
        finally:
            written.set()
            connections.close_all()

    thread = threading.Thread(target=other)
    thread.start()
    written.wait(timeout=30)
    yield
    thread.join(timeout=30)
    assert not failed, failed


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


@pytest.fixture
def outsider() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def member(outsider: Client) -> User:
    user = make_user()
    outsider.force_login(user)
    return user


def test_two_sign_ups_with_one_address_make_one_account_and_tell_nobody_else(outsider: Client) -> None:
    with a_moment_before(lambda: User.objects.create_user("twee@test.example", "geheim-woord-1")):
        answer = outsider.post("/account/signup/", {"email": "twee@test.example", "password1": "lang genoeg 1"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/confirm-email/")
    assert User.objects.filter(email="twee@test.example").count() == 1
    assert Letter.objects.get(recipient="twee@test.example").template == "account_already_exists"


def other_organisation() -> Organisation:
    return Organisation.objects.create(name="Een ander", slug="een-ander", kind="company", enterprise_number=NUMBER)


def test_two_organisations_with_one_number(outsider: Client, member: User) -> None:
    with a_moment_before(other_organisation):
        answer = outsider.post(
            "/organisatie/nieuw/", {"name": "Kringloop", "kind": "company", "enterprise_number": NUMBER}
        )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Iemand was je net voor" in page
    assert "Er is al een organisatie met dit ondernemingsnummer." in page
    assert Organisation.objects.count() == 1


def test_one_organisation_sent_twice(outsider: Client, member: User) -> None:
    """The same name gives the same address."""
    with a_moment_before(lambda: Organisation.objects.create(name="Kringloop", slug="kringloop", kind="company")):
        answer = outsider.post("/organisatie/nieuw/", {"name": "Kringloop", "kind": "company"})
    assert answer.status_code == 409
    assert "Klikte je twee keer, dan is het de eerste keer gelukt" in answer.content.decode()


@pytest.fixture
def listing(member: User) -> Listing:
    return draft(by=member, organisation=make_organisation(member))


def rename(listing: Listing) -> Callable[[], object]:
    """Another listing of the same organisation gets the reference."""
    other = draft(by=listing.organisation.memberships.get().user, organisation=listing.organisation)
    return lambda: Listing.objects.filter(pk=other.pk).update(reference="A1")


def test_two_listings_with_one_reference_by_the_api(outsider: Client, listing: Listing) -> None:
    with a_moment_before(rename(listing)):
        answer = outsider.patch(
            f"/api/v1/listings/{listing.pk}/", {"reference": "A1"}, content_type="application/json"
        )
    assert (answer.status_code, answer["Content-Type"]) == (409, PROBLEM)
    words = "Je organisatie gebruikt deze referentie al voor een ander zoekertje."
    assert answer.json()["detail"] == words
    assert answer.json()["errors"] == [{"field": "reference", "message": words}]


def test_a_part_of_a_page_gets_the_words_alone(outsider: Client, member: User) -> None:
    with a_moment_before(other_organisation):
        answer = outsider.post(
            "/organisatie/nieuw/",
            {"name": "Kringloop", "kind": "company", "enterprise_number": NUMBER},
            headers={"HX-Request": "true"},
        )
    assert (answer.status_code, answer["Content-Type"]) == (409, "text/plain; charset=utf-8")
    assert "ondernemingsnummer" in answer.content.decode()


def test_two_hubs_with_one_address(outsider: Client) -> None:
    admin = User.objects.create_superuser("beheer@test.example", "geheim-woord-1")
    outsider.force_login(admin)
    hubs = Hub.objects.count()
    try:
        with a_moment_before(lambda: Hub.objects.create(slug="nieuwe-hub", name="Nieuwe hub")):
            answer = outsider.post(
                "/admin/geo/hub/add/",
                {
                    "slug": "nieuwe-hub", "name": "Nieuwe hub", "sectors": "", "buffer_km": "0",
                    "regions-TOTAL_FORMS": "0", "regions-INITIAL_FORMS": "0",
                    "staff-TOTAL_FORMS": "0", "staff-INITIAL_FORMS": "0",
                },
            )  # fmt: skip
        assert answer.status_code == 409
        assert "Iemand was je net voor" in answer.content.decode()
        assert Hub.objects.count() == hubs + 1
    finally:
        Hub.objects.filter(slug="nieuwe-hub").delete()


def test_two_sites_with_one_number(outsider: Client, member: User) -> None:
    organisation, other = make_organisation(member), make_site(make_organisation(make_user()))
    with a_moment_before(lambda: Site.objects.filter(pk=other.pk).update(establishment_number="2123456791")):
        answer = outsider.post(
            f"/organisatie/{organisation.slug}/vestiging/",
            {
                "name": "Loods", "establishment_number": "2123456791", "postal_code": "9000", "place_name": "Gent",
                "lat": "51.05", "lon": "3.72",
            },
        )  # fmt: skip
    assert answer.status_code == 409
    assert "estigingsnummer" in answer.content.decode()
    assert organisation.sites.count() == 0
