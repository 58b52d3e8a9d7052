"""The card of a material: what, how much, where, who takes it, what it avoids, as the reader may see it."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from exchanges.models import ImpactEntry
from frontend.components import kept
from geo.models import Hub
from maps import services
from maps.enums import Visibility
from maps.models import MapFeature
from materials import figures
from materials.models import Material
from tests.exchanges.makers import Story as Exchanged
from tests.makers import TODAY, make_organisation, make_user, material, published
from tests.maps.makers import HUB, Story, fill

pytestmark = pytest.mark.django_db


def words(client: Client, code: str) -> str:
    answer = client.get(f"/kaarten/{HUB}/materiaal/{code}/")
    assert answer.status_code == 200
    text = strip_tags(answer.content.decode().split("<article", 1)[1].split("</article", 1)[0])
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))


def test_a_card_adds_up_what_stands_and_what_flows(client: Client) -> None:
    story = Story(attribution="Hub Gent")
    story.published(material=material("wood-pallets"), quantity=12, title="Paletten van de haven")
    story.published(material=material("wood"), quantity=8, destination="verbranding")
    story.published(material=material("wood"), quantity=2, kind="flow", period="week", destination="verbranding")
    story.published(material=material("wood"), quantity=None, unit="", quantity_basis="unknown")
    story.published(quantity=500)
    text = words(client, "wood")
    for said in (
        "20 ton voorraad", "2 ton per week", "Van 1 van de 4 elementen", "verbranding (2)", "Paletten van de haven",
        "Bedrijven (Hub Gent)", "vermijdt naar schatting", "GHG Conversion Factors",
    ):  # fmt: skip
        assert said in text, said
    assert "500" not in text
    narrower = words(client, "wood-pallets")
    assert "12 ton voorraad" in narrower
    assert "verbranding" not in narrower


def test_a_card_says_who_takes_it(client: Client) -> None:
    published("demand", material=material("wood-pallets"), title="Zoeken paletten")
    service = published("service", title="Herstel van paletten")
    service.materials.add(material("wood"))
    hidden = published("demand", material=material("wood"), title="Stil gezocht", hub_only=True, precision="blurred")
    text = words(client, "wood-pallets")
    for said in ("Zoeken paletten", "Herstel van paletten", "Stil gezocht"):
        assert said in text, said
    assert hidden.organisation.name not in text
    assert "Niemand in de regio" in words(client, "textile")


def test_a_card_says_what_it_could_become() -> None:
    anyone = Client()
    assert "In de regio bewerkt nog geen dienst dit" in words(anyone, "wood-pallets")
    for title, kinds in (("Herstel en opslag", ["repair", "storage"]), ("Herstel", ["repair"])):
        service = published("service", title=title, service_kinds=kinds)
        service.materials.add(material("wood"))
    for code in ("wood-pallets", "wood", "wood-pallets"):
        published("demand", material=material(code), title=f"Zoeken {code}")
    text = words(anyone, "wood-pallets")
    assert "herstellen (2 diensten), opslaan (1 dienst)" in text
    assert f"{material('wood-pallets')} (2), {material('wood')}" in text
    assert "Al hergebruikt" not in text
    assert "In de regio bewerkt nog geen dienst dit" not in text
    # Of what somebody hid nothing is told, nor of what lies elsewhere in the tree.
    assert "herstellen" not in words(anyone, "textile")


def test_a_card_says_what_was_handed_over_before() -> None:
    Exchanged().completed()
    (entry,) = ImpactEntry.objects.all()
    assert entry.material is not None
    code = entry.material.code
    (hub_id, *_others) = entry.hub_ids
    slug = Hub.objects.get(pk=hub_id).slug
    page = Client().get(f"/kaarten/{slug}/materiaal/{code}/").content.decode()
    text = re.sub(r"\s+", " ", strip_tags(page).replace("\N{NO-BREAK SPACE}", " "))
    assert entry.kg is not None
    weighed = figures.mass(entry.kg).replace("\N{NO-BREAK SPACE}", " ")
    assert f"1 keer overgedragen in de regio, samen {weighed}" in text
    assert "afgeronde uitwisselingen op Werkstof" in text


def test_a_card_shows_what_its_reader_may_see(client: Client) -> None:
    story = Story()
    story.published(visibility=Visibility.HUB, title="Voor de hub")
    story.draft(title="Een concept")
    assert "nog niets op de kaarten" in words(client, "building-bricks")
    editor = Client()
    editor.force_login(story.editor)
    text = words(editor, "building-bricks")
    assert "Voor de hub" in text
    assert "Een concept" not in text


def test_where_no_source_says_what_it_avoids_the_card_says_so(client: Client) -> None:
    without = next(
        row for row in Material.objects.order_by("pk")
        if not Material.objects.with_ancestors_of(row).filter(factors__isnull=False).exists()
    )  # fmt: skip
    assert "Geen bron zegt" in words(client, without.code)


def test_a_map_and_an_element_lead_to_the_card(client: Client) -> None:
    story = Story()
    feature = story.published()
    card = f'href="/kaarten/{HUB}/materiaal/building-bricks/"'
    for page in (f"/kaarten/{HUB}/{story.map.slug}/", f"/kaarten/element/{feature.pk}/"):
        assert card in client.get(page).content.decode()
    for wrong in ("nergens/materiaal/wood", f"{HUB}/materiaal/nergens"):
        assert client.get(f"/kaarten/{wrong}/").status_code == 404


def test_many_elements_and_listings_take_no_more_queries_than_one(client: Client) -> None:
    story, by = Story(), make_user()
    counts = []
    for number in (1, 1, 8):
        for _time in range(number):
            story.published(source_organisation=make_organisation(by))
            published("demand", material=material("building-bricks"))
            published("service").materials.add(material("building-bricks"))
        services.create_layer(by=story.manager, material_map=story.map, title="Nog een")
        cache.clear()
        with CaptureQueriesContext(connection) as context:
            words(client, "building-bricks")
        counts.append(len(context))
    # The first one also asks what a process looks up once.
    assert counts[1] == counts[2]


def test_a_card_is_added_up_once_in_ten_minutes_for_all_strangers(client: Client) -> None:
    story = Story()
    feature = story.published(title="Van de school")
    assert "Van de school" in words(client, "building-bricks")
    more = story.published(title="Nog een school")
    other = Client()
    other.force_login(make_user())
    with CaptureQueriesContext(connection) as context:
        text = words(other, "building-bricks")
    assert "Nog een school" not in text
    assert not [
        one for one in context if "SUM(" in one["sql"] or ("GROUP BY" in one["sql"] and "destination" in one["sql"])
    ]
    # What somebody hides is named no longer, however fresh the figures are.
    services.withdraw_feature(by=story.manager, feature=feature, version=feature.version)
    assert "Van de school" not in words(client, "building-bricks")
    # Who sees more has figures of their own.
    editor = Client()
    editor.force_login(story.editor)
    assert more.title in words(editor, "building-bricks")


def test_a_card_that_somebody_adds_up_at_this_moment_is_to_come_back_for(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    Story().published()
    monkeypatch.setattr(kept, "_BETWEEN_S", 0)
    monkeypatch.setattr(type(caches["default"]), "add", lambda *_asked, **_more: False)
    answer = client.get(f"/kaarten/{HUB}/materiaal/building-bricks/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_each_query_of_a_card_finds_its_elements_by_their_material_and_looks_at_them_once(client: Client) -> None:
    story = Story()
    fill(story, 2_000, material=material("building-bricks"), quantity=1, unit="tonne", mass_kg=1_000)
    fill(
        story, 20, material=material("building-bricks"), kind="place", quantity=None, unit="", quantity_basis="unknown"
    )
    fill(story, 4_000, material=material("wood"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE maps_mapfeature")
    with CaptureQueriesContext(connection) as context:
        assert "2 000 ton voorraad" in words(client, "building-bricks").replace(".", " ")
    read = [
        one["sql"] for one in context if 'FROM "maps_mapfeature"' in one["sql"] and '"material_id" IN' in one["sql"]
    ]
    assert len(read) == 4
    for sql in read:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
            (((plan,),),) = cursor.fetchall()
        scans = [node for node in nodes_of(plan["Plan"]) if node.get("Relation Name") == "maps_mapfeature"]
        assert "Seq Scan" not in [node["Node Type"] for node in scans], plan
        looked_at = sum(
            (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"] for node in scans
        )
        assert 0 < looked_at <= 2_020, plan


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes_of(below)


def test_what_is_over_is_left_out_and_what_stands_comes_before_what_flows(client: Client) -> None:
    story = Story()
    over = story.published(title="Al gesloopt", quantity=900)
    MapFeature.objects.filter(pk=over.pk).update(available_until=TODAY - dt.timedelta(days=1))
    story.published(title="Per dag", kind="flow", period="day", quantity=30)
    story.published(title="Per jaar", kind="flow", period="year", quantity=60)
    story.published(title="Wat er staat", quantity=20)
    text = words(client, "building-bricks")
    assert "Al gesloopt" not in text
    assert "20 ton voorraad" in text
    assert text.index("Wat er staat") < text.index("Per dag") < text.index("Per jaar")
