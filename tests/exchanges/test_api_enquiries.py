"""/api/v1/enquiries/: asking a hub by place, and what its people do with a question."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchanges import services
from exchanges.models import Enquiry
from exchanges.routing import route_to
from geo.models import Municipality
from tests.exchanges.test_api import as_, post
from tests.exchanges.test_enquiries import Asked, upload
from tests.makers import make_organisation, make_user, published

pytestmark = pytest.mark.django_db
LIST = "/api/v1/enquiries/"
GENT = "sociaal-circulaire-hub-gent"
QUESTION = {"subject": "Oude frigo's", "text": "Wie demonteert ze?"}


def places() -> dict[str, Any]:
    gent = Municipality.objects.get(name_nl="Gent")
    return {
        "hub": GENT, "municipality": gent.nis, "listing": published().pk,
        "location": {"lat": gent.centre.y, "lon": gent.centre.x},
    }  # fmt: skip


@pytest.mark.parametrize("name", ["hub", "municipality", "listing", "location"])
def test_a_question_goes_to_the_hub_of_its_place(name: str) -> None:
    user = make_user(name="An Vrager")
    organisation = make_organisation(user)
    given = QUESTION | {name: places()[name], "organisation": organisation.slug, "idempotency_key": "v1"}
    for _twice in range(2):
        made = post(as_(user), LIST, **given)
        assert made.status_code == 201, made.content
    row = made.json()
    assert (row["hub"]["slug"], row["state"], row["owner"], row["is_nearest"]) == (GENT, "open", None, False)
    assert row["organisation"]["slug"] == organisation.slug
    assert (row["listing"] is not None) == (name == "listing")
    assert row["colleagues"] == []
    assert [one["id"] for one in as_(user).get(LIST).json()["results"]] == [row["id"]]


def test_from_where_no_hub_is_it_goes_to_the_nearest() -> None:
    without = Municipality.objects.without_hub().filter(region="vlaanderen").order_by("nis")[0]
    made = post(as_(make_user()), LIST, **QUESTION, municipality=without.nis)
    assert (made.json()["is_nearest"], made.json()["municipality"]) == (True, without.nis)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "hub"),
        ({"hub": GENT, "location": {"lat": 51.05, "lon": 3.72}}, "hub"),
        ({"hub": "nergens"}, "hub"),
        ({"location": {"lat": 50.45, "lon": 4.45}}, "location"),
        ({"hub": GENT, "subject": " "}, "subject"),
        ({"hub": GENT, "text": ""}, "text"),
        ({"hub": GENT, "urgent": True}, "urgent"),
    ],
)
def test_a_question_that_can_t_be_asked_is_refused_at_its_field(given: dict[str, Any], field: str) -> None:
    answer = post(as_(make_user()), LIST, **(QUESTION | given))
    assert (answer.status_code, [row["field"] for row in answer.json()["errors"]]) == (400, [field]), answer.content
    assert not Enquiry.objects.exists()


def test_staff_take_it_hand_it_on_and_close_it() -> None:
    asked = Asked()
    first, other = asked.staff
    there, staff = f"{LIST}{asked.enquiry.pk}/", as_(first)
    people = staff.get(there).json()["colleagues"]
    assert {one["name"] for one in people} == {"Hanne Hub", "Bo Hub"}
    assert post(staff, f"{there}owner/").json()["owner"]["id"] == first.pk
    late = post(staff, f"{there}owner/", owner=other.pk)
    assert (late.status_code, late.json()["errors"][0]["field"]) == (409, "seen_owner")
    assert "nam dit intussen op" in late.json()["errors"][0]["message"]
    given = {"owner": other.pk, "seen_owner": first.pk}
    assert post(staff, f"{there}owner/", **given).json()["owner"]["name"] == "Bo Hub"
    refused = post(staff, f"{there}owner/", owner=asked.asker.pk)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "owner")
    assert asked.fresh().owner == other
    assert as_(asked.asker).get(there).json()["owner"]["name"] == "Bo Hub"
    closed = post(as_(asked.asker), f"{there}close/").json()
    assert (closed["state"], closed["ended_by"], closed["due_at"]) == ("closed", "asker", None)
    assert post(staff, f"{there}owner/").status_code == 409


def test_the_list_of_a_hub_has_pages_and_asks_as_much_for_many_as_for_few() -> None:
    asked = Asked()
    address, client, counts = f"/api/v1/hubs/{GENT}/enquiries/", as_(asked.staff[0]), []
    for _round in range(2):
        for _more in range(2):
            user = make_user()
            services.ask_hub(
                by=user, route=route_to(asked.hub), organisation=make_organisation(user), subject="x", text="y"
            )
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(address).json()["results"]) == Enquiry.objects.count()
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7
    services.close_enquiry(by=asked.asker, enquiry=asked.enquiry)
    assert [one["id"] for one in client.get(f"{address}?state=closed").json()["results"]] == [asked.enquiry.pk]
    first = client.get(f"{address}?state=open&page_size=3").json()
    assert (len(first["results"]), len(client.get(first["next"]).json()["results"])) == (3, 1)
    assert client.get(f"{address}?state=oud").status_code == 400


def test_photos_come_along_with_a_question_and_with_what_is_written_about_it() -> None:
    user = make_user()
    made = as_(user).post(LIST, QUESTION | {"hub": GENT, "photos": [upload(), upload()]})
    assert made.status_code == 201, made.content
    there = f"{LIST}{made.json()['id']}/messages/"
    sent = as_(user).post(there, {"photos": [upload()]})
    assert sent.status_code == 201, sent.content
    rows = as_(user).get(there).json()["results"]
    assert [len(row["photos"]) for row in rows] == [2, 1]
    address = rows[0]["photos"][1]["url"].removeprefix("http://testserver")
    photo = as_(user).get(address, headers={"Accept": "image/webp"})
    assert photo.content[8:12] == b"WEBP"
    before = Enquiry.objects.count()
    refused = as_(user).post(LIST, QUESTION | {"hub": GENT, "photos": [upload(b"geen foto")]})
    assert (refused.status_code, [row["field"] for row in refused.json()["errors"]]) == (400, ["photos"])
    assert Enquiry.objects.count() == before
