"""A layer as a file: what somebody sees of it, which comes back as it was."""

import datetime as dt
import html
import json
import re
import tracemalloc
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation, User
from maps import exports, services
from maps.fields import plain_values
from maps.files.child.sniffing import Format
from maps.models import MapFeature
from maps.narrowing import Narrowed
from maps.sight import sight_of
from maps.standing import Standing
from tests.listings.test_plans import plan_of
from tests.makers import make_organisation, material
from tests.maps.makers import HUB, LINE, SQUARE, Story, fill, overdue, point, shape
from tests.maps.test_pages import of
from tests.maps.test_table_pages import rows

pytestmark = pytest.mark.django_db


def export(story: Story, by: User | None, format_: str = "geojson", **asked: str) -> Any:
    client = Client()
    if by is not None:
        client.force_login(by)
    return client.get(f"/api/v1/maps/layers/{story.layer.pk}/export/", {"format": format_, **asked})


def content(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def titles(answer: Any) -> list[str]:
    return [one["properties"]["title"] for one in json.loads(content(answer))["features"]]


def test_each_takes_what_they_see_with_its_source_and_licence() -> None:
    story = Story(attribution="Stad Gent", licence="cc_by")
    story.published(title="Voor iedereen")
    story.published(title="Voor de hub", visibility=2)
    story.draft(title="Concept", geometry=point(4.4, 51.2))

    answer = export(story, None)
    assert answer["Content-Type"] == "application/geo+json"
    assert answer["Content-Disposition"] == f'attachment; filename="bedrijven-{story.layer.pk}.geojson"'
    written = content(answer).decode()
    assert "Stad Gent" in written
    assert "https://creativecommons.org/licenses/by/4.0/" in written
    assert [one["properties"]["title"] for one in json.loads(written)["features"]] == ["Voor iedereen"]

    assert titles(export(story, story.editor)) == ["Voor iedereen", "Voor de hub", "Concept"]
    assert titles(export(story, story.editor, state="draft")) == ["Concept"]
    assert titles(export(story, story.editor, bbox="3.6,51,3.8,51.1")) == ["Voor iedereen", "Voor de hub"]


def test_what_is_not_understood_or_not_shown_is_refused() -> None:
    story = Story(visibility=2)
    assert export(story, None).status_code == 404
    for asked in ({"format_": "pdf"}, {"format_": ""}, {"state": "weg"}, {"kleur": "rood"}):
        answer = export(story, story.editor, **asked)
        assert answer.status_code == 400, asked
    assert "geojson, gpkg" in export(story, story.editor, "pdf").json()["errors"][0]["message"]


def test_the_page_of_a_map_links_to_each_file(client: Client) -> None:
    story = Story()
    story.published()
    page = client.get(f"/kaarten/{HUB}/{story.map.slug}/").content.decode()
    assert links(page) == [f"/api/v1/maps/layers/{story.layer.pk}/export/?format={format_}" for format_ in Format]
    assert "Bestand, 1 element:" in page


# ---- filtered as seen ----


def links(page: str) -> list[str]:
    """The addresses of files on a page."""
    return [html.unescape(found) for found in re.findall(r'href="(/api/v1/maps/layers/\d+/export/[^"]*)" rel', page)]


def mixed() -> tuple[Story, Organisation]:
    """A layer of which each filter leaves something out."""
    story, firm = Story(), make_organisation()
    overdue(story, title="Oud")
    story.published(title="Tegels", material=material("building-tiles"), destination="Naar de werf 100%")
    story.published(title="Van de firma", source_organisation=firm)
    story.published(title="Elke week", kind="flow", period="week")
    story.published(title="Voor de hub", visibility=2)
    story.draft(title="Concept")
    services.withdraw_feature(by=story.manager, feature=story.published(title="Weg"))
    return story, firm


#: What is asked in the words of the table, and what an editor sees then.
FILTERS = [
    ("", {"Oud", "Tegels", "Van de firma", "Elke week", "Voor de hub", "Concept"}),
    ("soort=flow", {"Elke week"}),
    ("status=draft", {"Concept"}),
    ("status=withdrawn", {"Weg"}),
    ("materiaal=building-tiles", {"Tegels"}),
    ("bron={firm}", {"Van de firma"}),
    ("verlopen=1", {"Oud"}),
    ("tekst=100%25", {"Tegels"}),
    ("tekst=an+de&soort=stock", {"Van de firma"}),
    ("soort=flow&volgorde=-title", {"Elke week"}),
]


def test_a_file_from_the_table_has_what_the_table_shows() -> None:
    story, firm = mixed()
    client, shown = of(story.editor), 0
    for query, expected in FILTERS:
        page = client.get(f"/kaarten/laag/{story.layer.pk}/tabel/?{query.format(firm=firm.pk)}").content.decode()
        assert len(links(page)) == len(Format)
        count = f"{len(expected)} element{'en' * (len(expected) > 1)}"
        assert (f"Bestand van wat je nu ziet, {count}:" if query else f"Bestand, {count}:") in page
        found = titles(client.get(links(page)[0]))
        assert set(found) == expected, query
        assert len(found) == len(expected)
        assert set(rows(client, f"/kaarten/laag/{story.layer.pk}/tabel/?{query.format(firm=firm.pk)}")) == expected
        shown += len(found)
    assert shown > 10


def test_a_file_from_the_map_has_what_the_map_shows() -> None:
    story, _firm = mixed()
    other = services.create_layer(by=story.manager, material_map=story.map, title="Andere")
    address = f"/kaarten/{HUB}/{story.map.slug}/"
    client = of(story.editor)
    for query, expected in (
        ("", {"Oud", "Tegels", "Van de firma", "Elke week", "Voor de hub", "Concept"}), ("soort=flow", {"Elke week"}),
        ("status=draft", {"Concept"}), (f"laag={story.layer.pk}&status=withdrawn", {"Weg"}),
    ):  # fmt: skip
        page = client.get(f"{address}?{query}").content.decode()
        assert set(titles(client.get(links(page)[0]))) == expected, query
        assert set(re.findall(r'<th scope="row" [^>]*><a href="/kaarten/element/\d+/">([^<]*)', page)) == expected
        assert f"{len(expected)} element" in page
    # A layer of which nothing is shown has no file of it.
    assert not any(f"/layers/{other.pk}/" in link for link in links(client.get(address).content.decode()))
    assert links(client.get(f"{address}?laag={other.pk}").content.decode()) == []
    assert client.get(f"{address}?soort=hoop").status_code == 404


def test_a_filter_that_means_nothing_is_refused_in_words() -> None:
    story = Story()
    story.published()
    for asked, words in (
        ({"kind": "heap"}, "Van deze soort of met deze status zijn er geen elementen. Kies uit: stock, flow, place."),
        ({"state": "weg"}, "Kies uit: draft, review, published, withdrawn."),
        ({"material": "maansteen"}, "Dit materiaal kennen we niet."),
        ({"material": "\x00"}, "Dit materiaal kennen we niet."),
        ({"source": "Firma"}, "Deze bron kennen we niet."),
        ({"overdue": "ja"}, "Zet hier 1"),
        ({"municipality": "Gent"}, "Deze gemeente kennen we niet. Geef haar NIS-code"),
        ({"available_from": "31/12/2026"}, "Schrijf een datum als 2026-12-31."),
        ({"max_quantity": "veel", "unit": "kg"}, "is geen getal"),
        ({"certainty": "zeker"}, "ken ik niet. Kies uit: confirmed, likely, unsure."),
        ({"owner": "ik"}, "Deze eigenaar kennen we niet."),
        ({"bbox": "1,2,3"}, "bbox"),
        ({"volgorde": "title"}, "Deze parameter ken ik niet. Kies uit: format, bbox, kind, state, material, source"),
    ):  # fmt: skip
        answer = export(story, story.editor, **asked)
        assert answer.status_code == 400, asked
        assert words in str(answer.json()["errors"]) or words == "bbox", answer.json()
        assert answer.json()["errors"][0]["field"] == next(iter(asked)), answer.json()
    # When something was verified is for who edits.
    assert "ziet wie in deze laag bewerkt" in str(export(story, None, overdue="1").json()["errors"])
    assert titles(export(story, None, text="\x00Bak\x00stenen")) == ["Bakstenen van een school"]


# ---- of very many ----


def taken(story: Story, format_: str) -> tuple[int, int]:
    """How many queries a file takes, from the question to its last piece, and how much memory at most, in bytes."""
    tracemalloc.start()
    with CaptureQueriesContext(connection) as queries:
        answer = export(story, None, format_)
        size = sum(map(len, answer.streaming_content))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 3_000
    return len(queries), peak


@pytest.mark.parametrize("format_", ["geojson", "csv", "gpkg", "xlsx"])
def test_a_file_is_streamed_a_page_at_a_time(format_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given four times as many elements, then each page of them takes one query, and no more is held in memory."""
    monkeypatch.setattr(exports, "_AT_ONCE", 300)
    story = Story()
    fill(story, 900)
    taken(story, format_)
    few, small = taken(story, format_)
    fill(story, 2_700)
    many, large = taken(story, format_)
    assert many - few == 9, (few, many)
    assert large < 1.25 * small + 300_000, (small, large)


def test_pages_of_a_file_are_read_along_the_layer() -> None:
    story = Story()
    fill(story, 4_000)
    fill(Story(), 4_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE maps_mapfeature")
    seen = MapFeature.objects.in_layer(story.layer.pk, sight_of(Standing(), story.layer))
    first = story.layer.features.earliest("pk").pk
    for narrowed in (Narrowed(), Narrowed(kind="stock"), Narrowed(text="Nummer")):
        page = exports.page_after(seen.narrowed(narrowed, dt.date(2026, 1, 1)), first)
        plan = plan_of(*page.query.get_compiler(using="default").as_sql())
        assert re.search(r"Index Scan using (feature_of_layer|maps_mapfeature_pkey)", plan), plan
        assert "Seq Scan on maps_mapfeature" not in plan, plan
        assert "Sort" not in plan, plan


# ---- and back ----


@pytest.mark.parametrize("format_", ["geojson", "gpkg"])
def test_what_goes_out_comes_in_as_it_was(format_: str, tmp_path: Path) -> None:
    """In another layer as new elements; in its own nothing changes."""
    story = Story()
    flow: dict[str, Any] = {
        "kind": "flow", "period": "month", "season_months": [3, 10], "quantity": "2.125", "form": "Balen, ‘los’",
        "composition": "80% PE\n20% PP", "contaminants": "lijm", "declared_status": "waste", "eural_code": "170102",
        "source_name": "Firma É", "source_reference": "F 1", "destination": "Oven", "available_from": "2026-01-31",
        "available_until": "2027-12-31", "certainty": "likely", "description": "Zes <b>regels</b>\nmet \"tekens\"",
        "geometry": shape(LINE),
    }  # fmt: skip
    story.draft(**flow)
    story.draft(geometry=shape(SQUARE), quantity_basis="measured")
    story.draft(material=None, quantity=None, unit="", quantity_basis="unknown")
    path = tmp_path / "uit"
    path.write_bytes(content(export(story, story.editor, format_)))
    before = list(MapFeature.objects.order_by("pk").values_list("pk", "version"))

    assert "0 added, 0 changed, 3 unchanged" in read_back(story, path, "Bedrijven")
    assert list(MapFeature.objects.order_by("pk").values_list("pk", "version")) == before

    other = services.create_layer(by=story.manager, material_map=story.map, title="Andere")
    assert "3 added" in read_back(story, path, "Andere")
    came = list(other.features.order_by("pk"))
    for was, now in zip(story.layer.features.order_by("pk"), came, strict=True):
        # Formats order the corners of an area otherwise.
        assert now.geometry.normalize(clone=True) == was.geometry.normalize(clone=True)
        skipped = {"source_reference": None, "geometry": None}
        assert plain_values(now) | skipped == plain_values(was) | skipped
        assert (now.mass_kg, now.municipality) == (was.mass_kg, was.municipality)


def read_back(story: Story, path: Path, layer: str) -> str:
    said = StringIO()
    call_command("import_map", str(path), hub=HUB, map=story.map.slug, layer=layer, stdout=said, stderr=said)
    return said.getvalue()
