"""Two people who take the same name or number at the same moment, each with a connection of their own."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import HubPartner, HubStaff, Organisation, User, Verification
from accounts.services import withdraw_verification
from geo.models import Hub
from journal.models import Letter
from listings.models import Listing
from listings.services import publish_listing, update_listing
from tests.house.running import soon
from tests.makers import draft, make_organisation, make_user, material

pytestmark = pytest.mark.django_db(transaction=True)
PROBLEM = "application/problem+json"
NUMBER, SLUG = "0403170701", "sociaal-circulaire-hub-gent"


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


@pytest.fixture
def two_of_one_number(member: User) -> list[Organisation]:
    """Two partners of the hub for which the member works. Both claim one number."""
    hub = Hub.objects.get(slug=SLUG)
    HubStaff.objects.create(hub=hub, user=member, role="editor")
    made = [make_organisation(make_user()) for _number in range(2)]
    for organisation in made:
        Organisation.objects.filter(pk=organisation.pk).update(enterprise_number=NUMBER)
        HubPartner.objects.create(hub=hub, organisation=organisation)
    return made


def verified_by_another(organisation: Organisation) -> Callable[[], object]:
    return lambda: Verification.objects.create(
        organisation=organisation, what="organisation", name=organisation.name, kind="company",
        enterprise_number=NUMBER, evidence="Gezien.", verified_at=timezone.now(),
        until=timezone.localdate() + dt.timedelta(days=9),
    )  # fmt: skip


def form_of(organisation: Organisation) -> tuple[str, dict[str, str]]:
    """The page on which a hub verifies it, and what is filled in there."""
    organisation.refresh_from_db()
    until = (timezone.localdate() + dt.timedelta(days=9)).isoformat()
    given = {"what": "organisation", "evidence": "Gezien.", "until": until, "seen": organisation.identity}
    return f"/hubs/{SLUG}/verificaties/{organisation.slug}/", given


def test_two_organisations_verified_with_one_number(outsider: Client, two_of_one_number: list[Organisation]) -> None:
    first, second = two_of_one_number
    with a_moment_before(verified_by_another(first)):
        answer = outsider.post(*form_of(second))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Iemand was je net voor" in page
    assert "Een andere organisatie is al geverifieerd met dit ondernemingsnummer." in page
    assert Verification.objects.get().organisation == first


def test_a_verification_that_is_renewed_while_another_withdraws_it_keeps_why(
    outsider: Client, member: User, two_of_one_number: list[Organisation]
) -> None:
    organisation = two_of_one_number[0]
    address, given = form_of(organisation)
    assert outsider.post(address, given).status_code == 302
    standing = organisation.verifications.get()

    def withdraw() -> None:
        withdraw_verification(by=member, verification=standing, reason="Stopgezet volgens de KBO.")

    with a_moment_before(withdraw):
        assert outsider.post(address, given | {"evidence": "Opnieuw gezien."}).status_code == 302
    standing.refresh_from_db()
    assert (standing.ended_why, standing.ended_by) == ("withdrawn", member)
    assert standing.ended_reason == "Stopgezet volgens de KBO."
    assert organisation.verifications.get(ended_at=None).evidence == "Opnieuw gezien."


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


def test_a_part_of_a_page_gets_the_words_alone(outsider: Client, two_of_one_number: list[Organisation]) -> None:
    first, second = two_of_one_number
    with a_moment_before(verified_by_another(first)):
        answer = outsider.post(*form_of(second), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["Content-Type"]) == (409, "text/plain; charset=utf-8")
    assert "ondernemingsnummer" in answer.content.decode()


def test_who_publishes_while_the_material_changes_publishes_what_it_is_now() -> None:
    listing = draft()
    maker, other = listing.maker, material("textile")  # type: ignore[attr-defined]
    with a_moment_before(lambda: update_listing(by=maker, listing=Listing.objects.get(pk=listing.pk), material=other)):
        publish_listing(by=maker, listing=listing)
    listing.refresh_from_db()
    assert (listing.status, listing.material) == ("published", other)
