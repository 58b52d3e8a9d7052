"""The filters of the table narrow a map's page, its paper and its frame too, as far as each reader may use them."""

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontend.maps import narrowed, print_views, views
from geo.models import Hub
from maps import services
from maps.enums import Power, Visibility
from maps.models import MapFeature, MapLayer, MaterialMap
from maps.narrowing import Narrowed
from tests.makers import make_organisation, make_user
from tests.maps.makers import HUB, Story, hub, overdue, staff_of
from tests.maps.test_pages import of
from tests.maps.test_table_pages import FINER, finer_story, text_of

pytestmark = pytest.mark.django_db
#: What only who edits in a layer may ask for.
_FOR_EDITORS = ("eigenaar=none", "verlopen=1")


def address(story: Story, name: str = "map") -> str:
    return reverse(name, args=[HUB, story.map.slug])


def titles(reader: Client, path: str) -> set[str]:
    answer = reader.get(path)
    assert answer.status_code == 200, path
    return {row.title for row, _quantity in answer.context["rows"]}


def tiles(reader: Client, path: str) -> list[str]:
    """What the map asks of each layer's tiles."""
    return [layer["tiles"].partition("?")[2] for layer in reader.get(path).context["drawn"]]


def papers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that are set from now on, which are PDFs else."""
    found: list[str] = []

    def keep(html: str) -> bytes:
        found.append(html)
        return b"%PDF-1.7"

    monkeypatch.setattr(print_views, "_set", keep)
    return found


def test_each_filter_narrows_list_map_and_paper_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    story, asked = finer_story()
    client, sheets = of(story.editor), papers(monkeypatch)
    for (query, tile), expected in zip(asked.items(), FINER, strict=True):
        path = f"{address(story)}?{query}"
        assert titles(client, path) == expected, query
        assert tiles(client, path) == [tile], query
        assert client.get(f"{address(story, 'map-print')}?vak=2.5,50.6,5.9,51.6&{query}").status_code == 200
        listed = set(re.findall(r'<td class="number">\d+</td><td>([^<]+)</td>', sheets[-1]))
        assert listed == expected, query
        assert "Enkel " in sheets[-1]
        # The form of the paper carries the same along.
        form = text_of(client.get(path)).split("/afdruk/", 1)[1].split("</form>", 1)[0]
        for pair in query.split("&"):
            name, value = pair.split("=")
            assert f'<input type="hidden" name="{name}" value="{value}">' in form, query
    assert len(sheets) == len(FINER)


def test_a_frame_is_narrowed_by_what_everyone_may_ask_for(client: Client) -> None:
    story, asked = finer_story()
    compared = 0
    for query, tile in asked.items():
        path = f"{address(story, 'map-embed')}?{query}"
        if "eigenaar" in query:
            # Also for who edits: a frame shows what strangers see.
            assert of(story.editor).get(path).status_code == 404, query
            continue
        assert tiles(client, path) == [tile], query
        assert "Enkel " in text_of(client.get(path))
        compared += 1
    assert compared == 11


def test_the_snippet_of_a_page_asks_what_strangers_may(client: Client) -> None:
    story, _asked = finer_story()
    editor = of(story.editor)
    page = text_of(editor.get(f"{address(story)}?zekerheid=likely&eigenaar=none&status=published&verlopen=1"))
    assert "/insluiten/?zekerheid=likely&quot;" in page
    assert "/insluiten/?gemeente=44021&amp;tekst=vat&quot;" in text_of(
        client.get(f"{address(story)}?gemeente=44021&tekst=vat")
    ).replace("&amp;amp;", "&amp;")


@pytest.mark.parametrize("query", _FOR_EDITORS)
def test_what_only_editors_know_nobody_else_asks_for(client: Client, query: str) -> None:
    story, _asked = finer_story()
    for reader in (client, of(make_user()), of(story.proposer)):
        for name in ("map", "map-print", "map-embed"):
            assert reader.get(f"{address(story, name)}?{query}").status_code == 404, name
        assert reader.get(f"/kaarten/?{query}").status_code == 404
    for field in ('name="eigenaar"', 'name="verlopen"', 'name="status"'):
        assert field not in text_of(client.get(address(story)))
        assert field in text_of(of(story.editor).get(address(story)))
    assert of(story.editor).get(f"{address(story)}?{query}").status_code == 200


def test_of_a_map_with_a_layer_of_others_who_edits_sees_what_is_overdue_in_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story, other = Story(), Story()
    overdue(story, title="Te laat")
    overdue(other, title="Elders te laat")
    stranger = staff_of(hub(), "editor")
    foreign = services.create_layer(by=other.manager, material_map=other.map, title="Van elders")
    services.show_layer(by=story.manager, material_map=story.map, layer=foreign)
    _move_away(foreign.pk)
    client, sheets = of(stranger), papers(monkeypatch)
    path = f"{address(story)}?verlopen=1"
    assert titles(client, path) == {"Te laat"}
    assert [layer["id"] for layer in client.get(path).context["drawn"]] == [story.layer.pk]
    assert client.get(f"{address(story, 'map-print')}?verlopen=1").status_code == 200
    assert "Van elders" not in sheets[-1]
    # It is ticked still: without the filter it shows again.
    assert f'name="laag" value="{foreign.pk}" checked' in text_of(client.get(path))


def test_what_is_typed_wrong_is_said_on_the_page_and_leaves_nothing_out(client: Client) -> None:
    story, _asked = finer_story()
    for page in (address(story), "/kaarten/"):
        for query, words in (
            ("van=morgen", "Schrijf een datum als 2026-12-31."),
            ("minstens=5&hoogstens=2&eenheid=kg", "De grootste hoeveelheid is kleiner dan de kleinste."),
        ):
            answer = client.get(f"{page}?{query}")
            assert (answer.status_code, words in text_of(answer)) == (400, True), (page, query)
            assert [layer["tiles"].partition("?")[2] for layer in answer.context["drawn"]] == [""]
    for query in ("gemeente=Gent", "zekerheid=ja", "materiaal=kaas", "bron=x", "gemeente=%00"):
        assert client.get(f"{address(story)}?{query}").status_code == 404, query


@pytest.mark.parametrize("name", sorted(narrowed.NAMES.values()))
def test_a_zero_byte_in_any_filter_is_refused_or_means_nothing(client: Client, name: str) -> None:
    story, organisation = Story(), make_organisation(make_user())
    story.published(title="Van hen", source_organisation=organisation)
    known = {
        "soort": "stock", "status": "published", "materiaal": "building", "bron": organisation.pk, "gemeente": "44021",
        "van": "2027-06-01", "tot": "2027-06-01", "minstens": "1", "hoogstens": "1", "eenheid": "kg",
        "zekerheid": "likely", "eigenaar": story.editor.pk, "verlopen": "1", "tekst": "vat",
    }  # fmt: skip
    pages = [*(address(story, page) for page in ("map", "map-print", "map-embed")), "/kaarten/"]
    for query in (f"{name}=%00", f"{name}={known[name]}%00"):
        for reader in (client, of(story.editor)):
            for page in [*pages, reverse("map-table", args=[story.layer.pk])]:
                bounds = "&minstens=1" if name == "eenheid" else ""
                assert reader.get(f"{page}?{query}{bounds}").status_code in (200, 400, 404), (page, query)


def test_who_edits_reads_no_name_of_who_does_not_look_after_what_they_see(monkeypatch: pytest.MonkeyPatch) -> None:
    story, other = Story(), Story()
    guest, stranger, elsewhere = make_user(), make_user(), make_user()
    services.give_right(by=story.manager, layer=story.layer, to=guest, power=Power.EDIT)
    other.published(title="Elders")
    foreign = services.create_layer(by=other.manager, material_map=other.map, title="Van elders")
    services.show_layer(by=story.manager, material_map=story.map, layer=foreign)
    MapFeature.objects.filter(layer=other.layer).update(layer=foreign, owner=elsewhere)
    _move_away(foreign.pk)
    client, sheets = of(guest), papers(monkeypatch)
    for asked, known in ((stranger, False), (elsewhere, False), (story.manager, True)):
        page = text_of(client.get(f"{address(story)}?eigenaar={asked.pk}"))
        assert client.get(f"{address(story, 'map-print')}?eigenaar={asked.pk}").status_code == 200
        for said in (page, sheets[-1]):
            words = f"Enkel eigenaar bij de hub: {asked if known else 'onbekend'}"
            assert (words in said, str(asked) in said) == (True, known), asked
    # Who worked at the hub and looks after something there still, is named.
    MapFeature.objects.filter(pk=story.published(title="Van vroeger").pk).update(owner=guest)
    assert f"Enkel eigenaar bij de hub: {guest}" in text_of(client.get(f"{address(story)}?eigenaar={guest.pk}"))


def test_of_whose_layer_is_edited_the_staff_are_there_to_choose_and_no_others() -> None:
    story, other = Story(), Story()
    foreign = services.create_layer(by=other.manager, material_map=other.map, title="Van elders")
    services.show_layer(by=story.manager, material_map=story.map, layer=foreign)
    _move_away(foreign.pk)
    there = staff_of(MapLayer.objects.get(pk=foreign.pk).map.hub, "editor")
    page = text_of(of(there).get(address(story)))
    assert (f'<option value="{there.pk}"' in page, f'<option value="{story.manager.pk}"' in page) == (True, False)
    assert str(story.manager) not in page
    own = text_of(of(story.editor).get(address(story)))
    assert (f'<option value="{there.pk}"' in own, f'<option value="{story.manager.pk}"' in own) == (False, True)


def test_all_maps_together_are_narrowed_too(client: Client) -> None:
    story, asked = finer_story()
    compared = 0
    for query, tile in asked.items():
        if "eigenaar" not in query:
            assert tiles(client, f"/kaarten/?{query}") == [tile], query
            compared += 1
    assert compared == 11
    assert story.map.title in text_of(client.get("/kaarten/?zekerheid=likely"))


def test_a_source_that_is_asked_for_stays_chosen(client: Client) -> None:
    story, organisation = Story(), make_organisation(make_user())
    story.published(title="Van hen", source_organisation=organisation)
    story.published(title="Van een ander")
    path = f"{address(story)}?bron={organisation.pk}"
    assert titles(client, path) == {"Van hen"}
    assert f'<option value="{organisation.pk}" selected>' in text_of(client.get(path))
    assert 'name="bron"' not in text_of(client.get(address(story)))


def test_a_source_has_a_name_where_something_of_it_is_seen(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    story, sheets = Story(), papers(monkeypatch)
    shown, hidden = make_organisation(make_user()), make_organisation(make_user())
    story.published(title="Van hen", source_organisation=shown)
    story.draft(title="Nog een concept", source_organisation=hidden)
    for asked, reader, known in ((shown, client, True), (hidden, client, False), (hidden, of(story.editor), True)):
        query, words = f"?bron={asked.pk}", f"Enkel bron: {asked.name if known else 'onbekend'}"
        pages = [text_of(reader.get(f"{address(story)}{query}"))]
        assert reader.get(f"{address(story, 'map-print')}{query}").status_code == 200
        pages.append(sheets[-1])
        pages.append(text_of(reader.get(f"/kaarten/{query}")))
        for page in pages:
            assert (words in page, asked.name in page) == (True, known), (asked, known)
    # A frame shows what strangers see.
    frame = text_of(of(story.editor).get(f"{address(story, 'map-embed')}?bron={hidden.pk}"))
    assert ("Enkel bron: onbekend" in frame, hidden.name in frame) == (True, False)


def test_paper_reads_filters_as_the_page_does(monkeypatch: pytest.MonkeyPatch) -> None:
    story, other = Story(), Story()
    foreign = services.create_layer(by=other.manager, material_map=other.map, title="Van elders")
    services.show_layer(by=story.manager, material_map=story.map, layer=foreign)
    _move_away(foreign.pk)
    client, sheets = of(staff_of(hub(), "editor")), papers(monkeypatch)
    for name in ("map", "map-print"):
        path = f"{address(story, name)}?laag={foreign.pk}&verlopen=1"
        assert client.get(path).status_code == 200, name
    assert "Van elders" not in sheets[-1]
    wrong = client.get(f"{address(story, 'map-print')}?van=morgen")
    assert (wrong.status_code, "Schrijf een datum als 2026-12-31." in text_of(wrong)) == (400, True)


def test_a_text_that_is_found_nowhere_is_looked_for_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    story, _asked = finer_story()

    def times_read(query: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(f"{address(story)}?{query}")
        assert answer.status_code == 200
        return sum("UPPER" in one["sql"] for one in seen)

    assert times_read("tekst=zzz") == 1
    counted = [row["files"]["count"] for row in client.get(f"{address(story)}?tekst=vat").context["layers"]]
    assert (times_read("tekst=vat"), counted) == (1, ["1 element"])
    # Of what doesn't fit on a page all are counted, on each page.
    monkeypatch.setattr(views, "ROWS_PER_PAGE", 2)
    first = client.get(f"{address(story)}?tekst=n")
    later = client.get(f"{address(story)}?tekst=n&na={first.context['after']}")
    counts = [answer.context["layers"][0]["files"]["count"] for answer in (first, later)]
    assert (
        counts[0] == counts[1] == f"{story.layer.features.published().filter(title__icontains='n').count()} elementen"
    )


def test_of_all_maps_one_is_shown_alone_with_what_is_asked_and_all_layers_too(client: Client) -> None:
    story, _asked = finer_story()
    alone = f'href="?laag={story.layer.pk}&amp;zekerheid=likely&amp;tekst=vat"'
    page = text_of(client.get("/kaarten/?zekerheid=likely&tekst=vat"))
    assert (alone in page, "Wis de filters" in page, "Toon alle lagen" in page) == (True, True, False)
    services.create_layer(by=story.manager, material_map=story.map, title="Leeg")
    part = text_of(client.get(f"/kaarten/?laag={story.layer.pk}&zekerheid=likely"))
    assert 'href="/kaarten/?zekerheid=likely">Toon alle lagen' in part
    assert "Wis de filters" not in text_of(client.get("/kaarten/"))


def test_what_is_left_of_the_map_is_said_below_it(client: Client) -> None:
    story, _asked = finer_story()
    for path in (address(story), "/kaarten/"):
        said = text_of(client.get(f"{path}?gemeente=44021&zekerheid=likely"))
        assert "Enkel gemeente: Gent, zekerheid: waarschijnlijk" in said
        assert (
            "Enkel "
            not in text_of(client.get(path)).split("<main", 1)[1].split("</werkstof-map>", 1)[1].split("<form")[0]
        )


def test_pages_say_what_their_map_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    story, _asked = finer_story()
    client = of(story.editor)
    gone, about = "Wat ingetrokken is, staat niet op de kaart.", "Een getal met ± (ongeveer) is geschat"
    assert gone in text_of(client.get(f"{address(story)}?status=withdrawn"))
    for path in (address(story), "/kaarten/", reverse("map-table", args=[story.layer.pk])):
        finer = f"{path}?zekerheid=likely"
        assert about not in text_of(client.get(finer))
        with monkeypatch.context() as few:
            few.setattr(narrowed, "FINER_LOOKED_AT", 1)
            # By a kind, cells count all of them.
            said = [about in text_of(client.get(one)) for one in (finer, f"{path}?soort=stock", path)]
        assert said == [True, False, False], path
        assert gone not in text_of(client.get(path))


def test_numbers_are_estimates_for_the_layers_that_are_drawn_and_a_table_is_named_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story, _asked = finer_story()
    small = services.create_layer(by=story.manager, material_map=story.map, title="Klein")
    client = of(story.editor)
    monkeypatch.setattr(narrowed, "FINER_LOOKED_AT", 1)
    about, everything = "Een getal met ± (ongeveer) is geschat", "De tabel toont alles."
    for path, has_table in ((address(story), True), ("/kaarten/", False)):
        for layer, expected in ((story.layer, True), (small, False)):
            page = text_of(client.get(f"{path}?laag={layer.pk}&zekerheid=likely"))
            assert (about in page, everything in page) == (expected, expected and has_table), (path, layer)
    of_table = text_of(client.get(f"{reverse('map-table', args=[story.layer.pk])}?zekerheid=likely"))
    assert (about in of_table, everything in of_table) == (True, True)


def test_what_everyone_may_ask_for_is_the_rest_of_what_was_asked() -> None:
    asked = Narrowed(kind="stock", state="draft", owner="none", overdue=True, certainty="likely", text="vat")
    assert asked.for_everyone() == Narrowed(kind="stock", certainty="likely", text="vat")
    assert not asked.for_everyone().is_for_editors


def test_filters_take_as_many_queries_however_many_layers_and_elements() -> None:
    story, asked = finer_story()
    client, path = of(story.editor), f"{address(story)}?{list(asked)[-1]}"

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    queries()
    before = queries()
    for number in range(4):
        services.create_layer(by=story.manager, material_map=story.map, title=f"Laag {number}")
        story.published(title=f"Nog een {number}", owner=story.editor)
    assert queries() == before <= 40


def test_a_page_that_finds_nothing_says_so_and_how_to_see_all(client: Client) -> None:
    story, _asked = finer_story()
    page = text_of(client.get(f"{address(story)}?tekst=bestaatniet"))
    assert "Niets voldoet aan deze filters." in page
    assert f'href="{address(story)}#elements">Wis de filters' in page
    assert json.loads(re.findall(r'<script id="drawn-layers"[^>]*>(.*?)</script>', page)[0])[0]["tiles"].endswith(
        "?text=bestaatniet"
    )


def _move_away(layer_id: int) -> None:
    """Give a layer to a map of another hub, whose staff edit it."""
    elsewhere = Hub.objects.exclude(slug=HUB).order_by("pk")[0]
    other = MaterialMap.objects.create(hub=elsewhere, title="Elders", slug="elders")
    MapLayer.objects.filter(pk=layer_id).update(map=other, visibility=Visibility.PUBLIC)
