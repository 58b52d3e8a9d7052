"""/api/v1/saved-searches/: saving, reading, changing and forgetting over the API."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from alerts.models import SavedSearch
from tests.alerts.makers import saved
from tests.makers import make_user

pytestmark = pytest.mark.django_db
LIST = "/api/v1/saved-searches/"
GENT = {"lat": 51.0543, "lon": 3.7174}


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, **given: Any) -> Any:
    return client.post(LIST, given, content_type="application/json")


def patch(client: Client, search_id: int, **given: Any) -> Any:
    return client.patch(f"{LIST}{search_id}/", given, content_type="application/json")


def test_a_program_saves_changes_and_forgets() -> None:
    client = as_(make_user())
    made = post(client, search=GENT | {"q": "paletten", "radius_km": 15}, frequency="weekly")
    assert made.status_code == 201, made.content
    row = made.json()
    assert row["search"] == {"among": "wood-pallets", "lat": "51.0543", "lon": "3.7174", "radius_km": "15.0"}
    assert (row["frequency"], row["paused"]) == ("weekly", False)
    assert row["words"] == ["Houten paletten", "binnen 15 km van dit punt"]
    assert client.get(row["results"].removeprefix("http://testserver")).status_code == 200
    assert client.get(LIST).json() == {"next": None, "results": [row]}
    changed = patch(client, row["id"], name="Hout", paused=True, search=GENT | {"kind": "supply"}).json()
    assert (changed["name"], changed["paused"], changed["frequency"]) == ("Hout", True, "weekly")
    assert changed["search"] == {"kind": "supply", "lat": "51.0543", "lon": "3.7174", "radius_km": "25.0"}
    assert client.get(f"{LIST}{row['id']}/").json() == changed
    assert client.delete(f"{LIST}{row['id']}/").status_code == 204
    assert client.get(f"{LIST}{row['id']}/").status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "search"),
        ({"search": "paletten"}, "search"),
        ({"search": {}}, "search.lat"),
        ({"search": {"q": "paletten"}}, "search.lat"),
        ({"search": GENT | {"radius_km": 0}}, "search.radius_km"),
        ({"search": GENT | {"radius": 5}}, "search.radius"),
        ({"search": GENT | {"sort": "newest"}}, "search.sort"),
        ({"search": GENT | {"kind": ["supply"]}}, "search.kind"),
        ({"search": GENT | {"kind": True}}, "search.kind"),
        ({"search": {"lat": 3.7174, "lon": 51.0543}}, "search.lat"),
        ({"search": {"hub": "nergens"}}, "search.hub"),
        ({"search": GENT, "frequency": "hourly"}, "frequency"),
        ({"search": GENT, "name": "x" * 81}, "name"),
        ({"search": GENT, "naam": "Hout"}, "naam"),
        ({"search": GENT, "paused": True}, "paused"),
    ],
)
def test_what_isn_t_understood_is_refused_by_name(given: dict[str, Any], field: str) -> None:
    answer = post(as_(make_user()), **given)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not SavedSearch.objects.exists()


def test_a_list_comes_in_pages_the_newest_first() -> None:
    user = make_user()
    made = [saved(by=user, q=f"woord{number}").pk for number in range(5)]
    client = as_(user)
    first = client.get(f"{LIST}?page_size=3").json()
    second = client.get(first["next"].removeprefix("http://testserver")).json()
    assert [row["id"] for row in (*first["results"], *second["results"])] == made[::-1]
    assert second["next"] is None
    assert client.get(f"{LIST}?naam=x").status_code == 400


def test_a_list_of_many_takes_no_more_queries_than_of_one() -> None:
    user = make_user()
    client = as_(user)
    hub = "sociaal-circulaire-hub-gent"
    numbers = []
    for count in (1, 8):
        for number in range(count):
            saved(by=user, hub=hub, q=f"woord{count}{number}")
        with CaptureQueriesContext(connection) as context:
            assert client.get(LIST).status_code == 200
        numbers.append(len(context))
    assert numbers[0] == numbers[1] <= 4


def test_a_search_whose_hub_is_gone_is_still_there_to_be_deleted() -> None:
    search = saved(hub="sociaal-circulaire-hub-gent")
    search.asked["hub"] = "nergens"
    search.save()
    client = as_(search.owner)
    (row,) = client.get(LIST).json()["results"]
    assert row["words"] == []
    assert patch(client, search.pk, name="Weg").status_code == 200
    assert client.delete(f"{LIST}{search.pk}/").status_code == 204
