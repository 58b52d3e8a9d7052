"""What a GIS reads of a layer is said on its pages; and who reads on the page of an element at which site it is."""

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from maps.enums import Visibility
from tests.makers import make_organisation, make_site, make_user
from tests.maps.makers import HUB, Story
from tests.maps.test_pages import of

pytestmark = pytest.mark.django_db


def copied(text: str) -> list[str]:
    """The addresses that a page gives to copy."""
    return [html.unescape(one) for one in re.findall(r'<input class="input" readonly value="([^"]+)"', text)]


def linked(text: str) -> list[tuple[str, str]]:
    found = re.findall(
        r'<link rel="(alternate|service|describedby)"(?: type="[^"]*")? title="[^"]*" href="([^"]+)"', text
    )
    return [(rel, html.unescape(address)) for rel, address in found]


def test_pages_say_the_addresses_that_a_gis_reads_and_each_answers(client: Client) -> None:
    story = Story()
    feature = story.published()
    pages = [f"/kaarten/{HUB}/{story.map.slug}/", reverse("map-table", args=[story.layer.pk])]
    for page in pages:
        text = client.get(page).content.decode()
        whole = "http://testserver"
        layer = f"{whole}/ogc/collections/layer-{story.layer.pk}"
        tiles = f"{whole}/tiles/maps/{story.layer.pk}.json"
        assert copied(text) == [f"{whole}/ogc/", layer, tiles, f"{whole}/catalog.ttl"], page
        links = linked(text)
        assert {("alternate", f"{layer}/items"), ("service", f"{whole}/ogc/")} <= set(links)
        for address in (*copied(text), *(address for _rel, address in links)):
            assert client.get(address).status_code == 200, address
        items: Any = client.get(f"{layer}/items").json()
        assert [one["id"] for one in items["features"]] == [feature.pk]


def test_of_a_layer_that_is_not_for_everyone_no_address_is_said() -> None:
    story = Story(visibility=Visibility.HUB)
    story.published()
    client = of(story.editor)
    for page in (f"/kaarten/{HUB}/{story.map.slug}/", reverse("map-table", args=[story.layer.pk])):
        text = client.get(page).content.decode()
        assert story.layer.title in text
        assert copied(text) == []
        assert linked(text) == []


def test_the_landing_page_says_where_the_catalogue_is(client: Client) -> None:
    text = client.get("/ogc/?f=html").content.decode()
    assert "http://testserver/catalog.ttl" in text
    assert '<link rel="alternate" type="application/json"' in text


def test_at_which_site_an_element_is_the_source_and_who_edits_read() -> None:
    story = Story()
    member = make_user()
    source = make_organisation(member)
    site = make_site(source)
    feature = story.published(source_organisation=source, site=site)
    path = reverse("map-element", args=[feature.pk])

    def facts(user: Any) -> dict[str, str]:
        return dict(of(user).get(path).context["facts"])

    for knows in (story.editor, member):
        assert facts(knows)["Vestiging"] == "Loods, Gent"
    for other in (None, make_user(), story.proposer):
        assert facts(other)["Bron"] == source.name
        assert "Vestiging" not in facts(other)
        assert "Loods" not in of(other).get(path).content.decode()
