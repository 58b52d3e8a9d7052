"""Yourself over the API."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import HubStaff
from geo.models import Hub
from tests.makers import GENT, make_organisation, make_site, make_user

pytestmark = pytest.mark.django_db


def test_you_see_your_organisations_sites_and_roles_and_no_others(client: Client) -> None:
    user = make_user(name="Bo")
    organisation, _other = make_organisation(user, role="member"), make_organisation(make_user())
    site = make_site(organisation)
    HubStaff.objects.create(hub=Hub.objects.get(slug="sociaal-circulaire-hub-gent"), user=user, role="editor")
    client.force_login(user)
    answer = client.get("/api/v1/me/")
    assert "no-store" in answer["Cache-Control"]
    me = answer.json()
    assert (me["id"], me["email"], me["name"], me["language"]) == (user.pk, user.email, "Bo", "nl")
    (mine,) = me["organisations"]
    assert (mine["id"], mine["role"], mine["verified"]) == (organisation.pk, "member", False)
    assert mine["sites"][0]["id"] == site.pk
    assert mine["sites"][0]["location"] == {"lat": GENT[0], "lon": GENT[1]}
    assert me["hub_roles"] == [
        {"hub": "sociaal-circulaire-hub-gent", "name": "Sociaal-Circulaire Hub Gent", "role": "editor"}
    ]


@pytest.mark.parametrize(("method", "path"), [("get", "me/"), ("post", "me/token/"), ("delete", "me/token/")])
def test_a_stranger_is_asked_who_they_are(client: Client, method: str, path: str) -> None:
    answer = getattr(client, method)(f"/api/v1/{path}")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"
    assert answer["Content-Type"] == "application/problem+json"


def test_a_token_is_you_until_there_is_another_or_none(client: Client) -> None:
    user = make_user()
    client.force_login(user)

    def known_by(token: str) -> int:
        return Client().get("/api/v1/me/", headers={"Authorization": f"Token {token}"}).status_code

    answer = client.post("/api/v1/me/token/")
    assert answer.status_code == 201
    first = answer.json()["token"]
    assert known_by(first) == 200
    second = client.post("/api/v1/me/token/").json()["token"]
    assert (known_by(first), known_by(second)) == (401, 200)
    assert client.delete("/api/v1/me/token/").status_code == 204
    assert known_by(second) == 401
    assert client.delete("/api/v1/me/token/").status_code == 204


def test_a_token_of_someone_shut_out_opens_nothing(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    token = client.post("/api/v1/me/token/").json()["token"]
    user.is_active = False
    user.save()
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Token {token}"}).status_code == 401


def test_a_page_of_elsewhere_can_t_make_a_token() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_user())
    answer = browser.post("/api/v1/me/token/")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("count", [1, 6])
def test_it_takes_the_same_queries_for_one_organisation_and_many(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = make_user()
    for _number in range(count):
        organisation = make_organisation(user)
        make_site(organisation)
        make_site(organisation)
    client.force_login(user)
    with django_assert_num_queries(6):
        assert len(client.get("/api/v1/me/").json()["organisations"]) == count
