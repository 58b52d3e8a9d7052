"""A hub's manager finds an organisation by a part of its name and makes it a partner, with scripts or without."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import HubPartner, HubStaff, Organisation
from geo.models import Hub
from tests.makers import make_user

pytestmark = pytest.mark.django_db
SLUG = "sociaal-circulaire-hub-gent"
SEARCH = f"/hubs/{SLUG}/partner/zoeken/"


def make(*names: str) -> list[Organisation]:
    return [
        Organisation.objects.create(name=name, slug=f"zoek-{number}", kind="company")
        for number, name in enumerate(names)
    ]


@pytest.fixture
def hub() -> Hub:
    return Hub.objects.get(slug=SLUG)


@pytest.fixture
def manager(client: Client, hub: Hub) -> Any:
    user = make_user()
    HubStaff.objects.create(hub=hub, user=user, role="manager")
    client.force_login(user)
    return user


def names(answer: Any) -> list[str]:
    return [row.name for row in answer.context["found_partners"]]


def test_without_scripts_the_page_lists_what_was_found(client: Client, manager: Any, hub: Hub) -> None:
    found, _other = make("Atelier Hérman", "Zagerij")
    answer = client.get(SEARCH, {"partner": "herman"}, follow=True)
    assert names(answer) == ["Atelier Hérman"]
    assert answer.redirect_chain[0][0] == f"/hubs/{SLUG}/beheer/?partner=herman#partners"
    client.post(f"/hubs/{SLUG}/partner/", {"organisation": found.pk})
    assert hub.partners.get().organisation == found
    assert names(client.get(SEARCH, {"partner": "herman"}, follow=True)) == []


def test_with_scripts_the_list_alone_comes(client: Client, manager: Any) -> None:
    make("De Herman", "Herman en co")
    answer = client.get(SEARCH, {"partner": "HERMAN"}, headers={"HX-Request": "true"})
    assert names(answer) == ["Herman en co", "De Herman"]
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize(
    ("text", "found"), [("h", []), ("%%", []), ("__", []), ("", []), ("\0\0", []), ("50%", ["50% hout"])]
)
def test_odd_texts_find_only_what_has_them(client: Client, manager: Any, text: str, found: list[str]) -> None:
    make("Hout", "50% hout")
    assert names(client.get(SEARCH, {"partner": text}, headers={"HX-Request": "true"})) == found


@pytest.mark.parametrize("given", ["", "x", "0", "99999999999999999999", "-1"])
def test_an_organisation_that_isn_t_there_is_no_partner(client: Client, manager: Any, hub: Hub, given: str) -> None:
    assert client.post(f"/hubs/{SLUG}/partner/", {"organisation": given}).status_code == 404
    assert not hub.partners.exists()


def test_managers_alone_search_and_add(client: Client, hub: Hub) -> None:
    (organisation,) = make("Herman")
    assert client.get(SEARCH, {"partner": "herman"}).status_code == 302
    editor = make_user()
    HubStaff.objects.create(hub=hub, user=editor, role="editor")
    client.force_login(editor)
    assert client.get(SEARCH, {"partner": "herman"}).status_code == 403
    assert client.post(f"/hubs/{SLUG}/partner/", {"organisation": organisation.pk}).status_code == 403
    assert not HubPartner.objects.filter(hub=hub).exists()


def test_a_search_takes_as_many_queries_for_many_found(
    client: Client, manager: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make(*(f"Herman {number}" for number in range(30)))
    with django_assert_max_num_queries(6):
        answer = client.get(SEARCH, {"partner": "herman"}, headers={"HX-Request": "true"})
    assert len(names(answer)) == 10
