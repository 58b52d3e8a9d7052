"""What looks like something that is there already: asked of members before they publish, shown to hubs."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import HubStaff
from geo.models import Hub
from listings.duplicates import QUANTITY_SHARE, alike_in_hub, own_alike
from listings.models import Listing
from listings.services import reserve_listing, withdraw_listing
from tests.makers import GENT, draft, make_organisation, make_user, material, published

pytestmark = pytest.mark.django_db
TITLE = "Houten paletten van de bouw"
#: 500 m and 2 km north of GENT.
NEXT_DOOR, FURTHER = (GENT[0] + 0.0045, GENT[1]), (GENT[0] + 0.018, GENT[1])


@pytest.fixture
def standing() -> Listing:
    return published(title=TITLE, quantity=40)


def of_same(standing: Listing, **fields: Any) -> Listing:
    """A draft of the same organisation."""
    given: dict[str, Any] = {"title": TITLE, "quantity": 40} | fields
    return draft(organisation=standing.organisation, by=standing.maker, **given)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("fields", "alike"),
    [
        ({}, True),
        ({"title": "houten PALLETTEN, bouw"}, True),
        ({"title": "Bureaustoelen"}, False),
        ({"at": NEXT_DOOR}, True),
        ({"at": FURTHER}, False),
        ({"precision": "blurred"}, True),
        ({"quantity": 32}, True),
        ({"quantity": 50}, True),
        ({"quantity": 31}, False),
        ({"quantity": 51}, False),
        ({"material": "furniture"}, False),
        # What 40 pallets weigh.
        ({"unit": "tonne", "quantity": 1}, True),
        ({"unit": "tonne", "quantity": 3}, False),
    ],
)
def test_what_looks_alike(standing: Listing, fields: Any, alike: bool) -> None:
    if "material" in fields:
        fields = fields | {"material": material(fields["material"])}
    assert own_alike(of_same(standing, **fields)).exists() == alike


def test_a_demand_and_another_s_lot_are_something_else(standing: Listing) -> None:
    assert not own_alike(draft("demand", organisation=standing.organisation, by=standing.maker)).exists()  # type: ignore[attr-defined]
    assert not own_alike(draft(title=TITLE, quantity=40)).exists()


def test_services_are_compared_by_what_they_do(standing: Listing) -> None:
    service = published("service", title="Herstelatelier")
    by = {"organisation": service.organisation, "by": service.maker}  # type: ignore[attr-defined]
    assert own_alike(draft("service", title="Herstel-atelier", **by)).get() == service
    assert not own_alike(draft("service", title="Herstelatelier", service_kinds=["washing"], **by)).exists()


@pytest.mark.parametrize(("step", "alike"), [(reserve_listing, True), (withdraw_listing, False)])
def test_only_what_is_open_counts(standing: Listing, step: Any, alike: bool) -> None:
    step(by=standing.maker, listing=standing)  # type: ignore[attr-defined]
    assert own_alike(of_same(standing)).exists() == alike


def publish(listing: Listing, action: str) -> Any:
    client = Client()
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    page = client.get(reverse("listing-edit", args=[listing.pk]))
    form = page.context["form"]
    sent = {field.html_name: "" if (value := field.value()) is None else value for field in form}
    return client.post(reverse("listing-edit", args=[listing.pk]), sent | {"action": action})


def test_a_member_is_asked_and_may_publish_anyway(standing: Listing) -> None:
    mine = of_same(standing)
    page = publish(mine, "publish").content.decode()
    mine.refresh_from_db()
    assert mine.status == "draft"
    assert "Staat dit er al?" in page
    assert standing.get_absolute_url() in page
    assert 'value="publish-anyway"' in page
    assert publish(mine, "publish-anyway").status_code == 302
    mine.refresh_from_db()
    assert mine.status == "published"


def test_what_is_new_is_published_at_once(standing: Listing) -> None:
    mine = of_same(standing, title="Kasten van de school", quantity=3)
    assert publish(mine, "publish").status_code == 302
    mine.refresh_from_db()
    assert mine.status == "published"


@pytest.fixture
def hub() -> Hub:
    return Hub.objects.get(slug="sociaal-circulaire-hub-gent")


def test_a_hub_sees_what_two_organisations_may_both_have_listed(standing: Listing, hub: Hub) -> None:
    twin = published(title="Houten paletten, van de bouw", quantity=40 * QUANTITY_SHARE)
    published(title="Houten paletten van de bouw", quantity=10)
    published(title="Houten paletten van de bouw", quantity=40, at=FURTHER)
    published("demand", title=TITLE, quantity=40)
    # Their own twice isn't two organisations'.
    published(organisation=twin.organisation, by=twin.maker, title="Planken en balken", quantity=40)  # type: ignore[attr-defined]
    assert [(pair.newer.pk, pair.older.pk) for pair in alike_in_hub(hub)] == [(twin.pk, standing.pk)]
    assert alike_in_hub(Hub.objects.get(slug="ce-hub-regio-mechelen")) == []


def test_the_page_is_for_the_hub_s_staff(standing: Listing, hub: Hub) -> None:
    twin = published(title=TITLE, quantity=40)
    page = f"/hubs/{hub.slug}/dubbels/"
    staff = HubStaff.objects.create(hub=hub, user=make_user(), role="editor").user
    stranger = make_organisation(make_user()).memberships.get().user
    for user, status in ((None, 302), (stranger, 403), (make_user(is_superuser=True), 403), (staff, 200)):
        client = Client()
        if user is not None:
            client.force_login(user)
        answer = client.get(page)
        assert answer.status_code == status
    text = answer.content.decode()
    for listing in (standing, twin):
        assert listing.get_absolute_url() in text
        assert listing.organisation.name in text


def test_the_page_asks_as_much_for_many_as_for_few(standing: Listing, hub: Hub) -> None:
    client, counts = Client(), []
    client.force_login(HubStaff.objects.create(hub=hub, user=make_user(), role="editor").user)
    # The first request of a process that shows a card also reads what stays in memory.
    published(title=TITLE, quantity=40)
    client.get(f"/hubs/{hub.slug}/dubbels/")
    for _round in range(2):
        for _number in range(2):
            published(title=TITLE, quantity=40)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/hubs/{hub.slug}/dubbels/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_who_publishes_by_the_api_is_asked_too(standing: Listing) -> None:
    """Given a draft like what stands, when a program publishes it, then it is told what it looks like, until it says
    that it is sure.
    """
    twin = of_same(standing)
    client = Client()
    client.force_login(standing.maker)  # type: ignore[attr-defined]
    address = f"/api/v1/listings/{twin.pk}/status/"
    asked = client.post(address, {"status": "published"}, content_type="application/json")
    assert asked.status_code == 409
    assert asked.json()["alike"] == [standing.pk]
    assert "Dit lijkt op wat jullie al hebben staan" in asked.json()["detail"]
    assert Listing.objects.get(pk=twin.pk).status == "draft"
    sure = client.post(address, {"status": "published", "sure": True}, content_type="application/json")
    assert (sure.status_code, sure.json()["status"]) == (200, "published")
    # What was public before is known: nobody asks once more.
    for status in ("withdrawn", "published"):
        assert client.post(address, {"status": status}, content_type="application/json").status_code == 200


def test_a_stranger_learns_by_no_question_what_another_has(standing: Listing) -> None:
    twin = of_same(standing)
    client = Client()
    client.force_login(make_user())
    for sure in (True, False):
        given = {"status": "published", "sure": sure}
        answer = client.post(f"/api/v1/listings/{twin.pk}/status/", given, content_type="application/json")
        assert answer.status_code == 404
