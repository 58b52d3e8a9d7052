"""What looks like something of one's own that is there already: asked of members before they publish."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from listings.duplicates.own import own_alike
from listings.models import Listing
from listings.services import reserve_listing, withdraw_listing
from tests.makers import GENT, draft, make_user, material, published

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
