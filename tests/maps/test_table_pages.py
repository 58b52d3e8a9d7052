"""The table of a layer beside its map: both show the same, by the address; and many are changed without a script."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maps import services
from maps.enums import Power, Visibility
from maps.models import MapFeature
from maps.narrowing import narrowed_by
from maps.services.many import MOST_AT_ONCE
from tests.makers import make_organisation, make_user
from tests.maps.makers import HUB, NOW, Story, overdue, point
from tests.maps.test_pages import of
from tests.maps.test_tiles import drawn, get

pytestmark = pytest.mark.django_db
ROW = re.compile(r'<tr data-element="(\d+)"')


def table(story: Story) -> str:
    return reverse("map-table", args=[story.layer.pk])


def many(story: Story) -> str:
    return reverse("map-many", args=[story.layer.pk])


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def rows(client: Client, address: str) -> list[str]:
    """The titles of the rows, in order."""
    ids = [int(found) for found in ROW.findall(text_of(client.get(address)))]
    names = dict(MapFeature.objects.values_list("pk", "title"))
    return [names[pk] for pk in ids]


def ticked(*features: MapFeature) -> list[str]:
    return [f"{feature.pk}:{feature.version}" for feature in features]


def seen_in(answer: Any) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', text_of(answer))
    assert found, text_of(answer)
    return found[1]


#: What nobody, somebody, who may propose, an editor and a manager get.
TABLE = {
    "map-table": ("get", (200,) * 5),
    "map-many": ("post", (302, 403, 200, 200, 200)),
    "map-many-undo": ("post", (302, 403, 403, 302, 302)),
}


@pytest.mark.parametrize("name", TABLE)
def test_who_may_open_what(name: str) -> None:
    story = Story()
    feature = story.draft(by=story.proposer)
    done = services.change_features(by=story.editor, layer=story.layer, seen={feature.pk: 1}, form="los")
    method, expected = TABLE[name]
    address = reverse(name, args=[story.layer.pk])
    data = {"do": "fields", "row": f"{feature.pk}:2", "change": str(done.change)}
    people = (None, make_user(), story.proposer, story.editor, story.manager)
    got = []
    for person in people:
        answer = getattr(of(person), method)(address, data if method == "post" else {})
        got.append(answer.status_code)
    assert tuple(got) == expected


def test_a_layer_that_one_does_not_see_has_no_table(client: Client) -> None:
    assert client.get(table(Story(visibility=Visibility.HUB))).status_code == 404


def test_the_table_and_the_map_show_the_same_by_the_address() -> None:
    story = Story()
    organisation = make_organisation(make_user())
    story.published(title="Bakstenen", destination="De Werf, 50% van 't pand", source_organisation=organisation)
    story.draft(title="Stroom", kind="flow", period="week", source_reference="S_1")
    overdue(story, title="Te laat", material=None)
    gone = story.draft(title="Ingetrokken")
    services.withdraw_feature(by=story.manager, feature=gone)
    client = of(story.editor)
    asked = {
        "": "", "soort=flow": "kind=flow", "status=draft": "state=draft", "materiaal=building": "material=building",
        f"bron={organisation.pk}": f"source={organisation.pk}", "verlopen=1": "overdue=1", "tekst=werf": "text=werf",
        "tekst=S_1": "text=S_1", "tekst=50%25": "text=50%25", "tekst=S%251": "text=S%251",
        "soort=stock&materiaal=building-bricks&tekst=steNEN": "kind=stock&material=building-bricks&text=steNEN",
    }  # fmt: skip
    compared = set()
    for query, tile in asked.items():
        shown = rows(client, f"{table(story)}?{query}")
        on_map = {one["title"] for one in drawn(get(client, story, asked=f"?{tile}"))}
        assert set(shown) == on_map, query
        compared.add(frozenset(on_map))
        page = text_of(client.get(f"{table(story)}?{query}"))
        assert (f".mvt?{tile}".replace("&", "\\u0026") in page) == bool(tile)
    assert len(compared) == 6
    # What is withdrawn is on no map, and in the table only where that is asked for.
    assert rows(client, f"{table(story)}?status=withdrawn") == ["Ingetrokken"]


def finer_story() -> tuple[Story, dict[str, str]]:
    """A layer of which each finer filter leaves something out; and by its names in the table what tiles are asked."""
    story = Story()
    story.draft(title="Zonder dagen", quantity=None, unit="", quantity_basis="unknown", geometry=point(3.73, 51.06))
    story.published(title="In juni", quantity=2, available_from="2027-06-01", available_until="2027-06-30")
    story.published(title="Vanaf juli", quantity=1500, unit="kg", available_from="2027-07-01", certainty="likely")
    story.published(title="Tot mei", quantity=3, unit="pallet", available_until="2027-05-31", owner=story.editor)
    story.published(title="Een vat", material=None, quantity=800, unit="litre", geometry=point(4.40, 51.22))
    story.published(title="Een tank", material=None, quantity=2, unit="m3", certainty="confirmed")
    owner = story.editor.pk
    return story, {
        "gemeente=44021": "municipality=44021", "gemeente=11002": "municipality=11002",
        "van=2027-06-15&tot=2027-06-15": "available_from=2027-06-15&available_until=2027-06-15",
        "van=2027-07-01": "available_from=2027-07-01", "tot=2027-06-30": "available_until=2027-06-30",
        "minstens=1600&eenheid=kg": "min_quantity=1600&unit=kg",
        "minstens=1.5&hoogstens=2&eenheid=tonne": "min_quantity=1.5&max_quantity=2&unit=tonne",
        "hoogstens=1&eenheid=m3": "max_quantity=1&unit=m3",
        "minstens=800&hoogstens=2000&eenheid=litre": "min_quantity=800&max_quantity=2000&unit=litre",
        "minstens=3&eenheid=pallet": "min_quantity=3&unit=pallet",
        "zekerheid=likely": "certainty=likely", f"eigenaar={owner}": f"owner={owner}", "eigenaar=none": "owner=none",
        "zekerheid=unsure&eigenaar=none&van=2027-06-15": "available_from=2027-06-15&certainty=unsure&owner=none",
    }  # fmt: skip


#: What the finer filters show, in the same order.
FINER = (
    {"Zonder dagen", "In juni", "Vanaf juli", "Tot mei", "Een tank"}, {"Een vat"},
    {"Zonder dagen", "In juni", "Een vat", "Een tank"}, {"Zonder dagen", "Vanaf juli", "Een vat", "Een tank"},
    {"Zonder dagen", "In juni", "Tot mei", "Een vat", "Een tank"},
    {"In juni"}, {"In juni", "Vanaf juli"}, {"Een vat"}, {"Een vat", "Een tank"}, {"Tot mei"},
    {"Vanaf juli"}, {"Tot mei"}, {"Zonder dagen", "In juni", "Vanaf juli", "Een vat", "Een tank"},
    {"Zonder dagen", "In juni", "Een vat"},
)  # fmt: skip


def test_finer_filters_show_the_same_in_the_table_on_the_map_and_in_a_file() -> None:
    story, asked = finer_story()
    client, export = of(story.editor), f"/api/v1/maps/layers/{story.layer.pk}/export/?format=geojson"
    for (query, tile), expected in zip(asked.items(), FINER, strict=True):
        assert set(rows(client, f"{table(story)}?{query}")) == expected, query
        # Antwerpen lies beyond the tile around Gent.
        on_map = drawn(get(client, story, 7, asked=f"?{tile}"))
        assert sum(one.get("count", 1) for one in on_map) == len(expected), query
        assert {one["title"] for one in on_map if "title" in one} in (expected, set()), query
        file = json.loads(b"".join(client.get(f"{export}&{tile}").streaming_content))  # type: ignore[attr-defined]
        assert {one["properties"]["title"] for one in file["features"]} == expected, query
        page = text_of(client.get(f"{table(story)}?{query}"))
        assert f".mvt?{tile}".replace("&", "\\u0026") in page, query


def test_what_is_typed_wrong_is_said_where_it_stands() -> None:
    story, _asked = finer_story()
    client = of(story.editor)
    for query, words in (
        ("van=2027-07-01&tot=2027-06-01", "De einddatum ligt voor de begindatum."),
        ("van=morgen", "Schrijf een datum als 2026-12-31."),
        ("minstens=5&hoogstens=2&eenheid=kg", "De grootste hoeveelheid is kleiner dan de kleinste."),
        ("minstens=5", "Zeg in welke eenheid de hoeveelheid is, bijvoorbeeld kg."),
        ("minstens=veel&eenheid=kg", "“veel” is geen getal. Schrijf het als 1250 of 12,5."),
        ("hoogstens=1000000000000&eenheid=kg", "Geef een getal tot een miljard."),
        ("minstens=5&eenheid=ons", "ken ik niet. Kies uit: kg, tonne"),
    ):
        answer = client.get(f"{table(story)}?{query}")
        assert answer.status_code == 400, query
        assert words in text_of(answer), query
        # Nothing is left out by what wasn't understood.
        assert len(ROW.findall(text_of(answer))) == 6
    wrong = text_of(client.get(f"{table(story)}?minstens=5&hoogstens=2&eenheid=kg"))
    for field in ('name="minstens" value="5"', 'name="hoogstens" value="2"', '<option value="kg" selected>'):
        assert field in wrong
    of_places = "Deze gemeente kennen we niet. Geef haar NIS-code, zoals 44021."
    refused = {
        "gemeente=Gent": of_places, "gemeente=%00": of_places, "zekerheid=ja": "“ja” ken ik niet. Kies uit:",
        "eigenaar=ik": "Deze eigenaar kennen we niet.",
    }  # fmt: skip
    for query, words in refused.items():
        answer = client.get(f"{table(story)}?{query}")
        assert answer.status_code == 404, query
        assert words in text_of(answer), query
    # A form says a unit beside an amount that is left open.
    assert len(rows(client, f"{table(story)}?eenheid=tonne&minstens=")) == 6


def test_an_address_may_have_amounts_as_people_write_them() -> None:
    """Given addresses that somebody wrote, when the table, the map and its frame read them, then a comma is as good as
    a point, and what may be two numbers is asked about.
    """
    story, _asked = finer_story()
    client = of(story.editor)
    pages = [table(story), *(reverse(name, args=[HUB, story.map.slug]) for name in ("map", "map-embed"))]
    for written, meant in (
        ("minstens=1,5&hoogstens=2", "min_quantity=1.5&max_quantity=2"),
        ("minstens=1%2C5&hoogstens=2%2C0", "min_quantity=1.5&max_quantity=2"),
        ("minstens=0.125", "min_quantity=0.125"), ("minstens=1.250", "min_quantity=1.25"),
        ("minstens=1%20250,5", "min_quantity=1250.5"), ("minstens=1.250,5", "min_quantity=1250.5"),
    ):  # fmt: skip
        for page in [*pages, "/kaarten/"]:
            answer = client.get(f"{page}?{written}&eenheid=tonne")
            assert answer.status_code == 200, (page, written)
            tiles = [layer["tiles"].partition("?")[2] for layer in answer.context["drawn"]]
            assert tiles == [f"{meant}&unit=tonne"], (page, written)
    assert set(rows(client, f"{table(story)}?minstens=1,5&hoogstens=2&eenheid=tonne")) == {"In juni", "Vanaf juli"}
    assert 'name="minstens" value="1.5"' in text_of(client.get(f"{table(story)}?minstens=1,5&eenheid=tonne"))
    unclear = client.get(f"/en{table(story)}?minstens=1,250&eenheid=tonne")
    assert (unclear.status_code, "1250 or 1.25." in text_of(unclear)) == (400, True)
    # What programs ask of the API keeps its point.
    api = f"/api/v1/maps/layers/{story.layer.pk}/export/?format=geojson&unit=kg&min_quantity"
    assert client.get(f"{api}=1.5").status_code == 200
    assert client.get(f"{api}=1,5").status_code == 400


def test_who_looks_after_what_is_for_who_edits(client: Client) -> None:
    story, _asked = finer_story()
    assert client.get(f"{table(story)}?eigenaar=none").status_code == 404
    assert get(client, story, asked="?owner=none").status_code == 404
    assert 'name="eigenaar"' not in text_of(client.get(table(story)))
    page = text_of(of(story.editor).get(f"{table(story)}?eigenaar={story.editor.pk}"))
    assert f'<option value="{story.editor.pk}" selected>' in page
    assert f'<option value="{make_user().pk}"' not in page


def test_what_is_asked_for_is_said_in_words() -> None:
    story, asked = finer_story()
    said = []
    for tile in asked.values():
        narrowed = narrowed_by(dict(parse_qsl(tile)), edits=True)
        said.append(", ".join(narrowed.words({"owner": str(story.editor)})))
        # Its own address says the same again.
        assert narrowed_by(narrowed.asked, edits=True) == narrowed
    flows = " (stromen: per jaar)"
    assert said == [
        "gemeente: Gent", "gemeente: Antwerpen", "te krijgen op 15 juni 2027", "te krijgen vanaf 1 juli 2027",
        "te krijgen tot en met 30 juni 2027", f"minstens 1\N{NARROW NO-BREAK SPACE}600\N{NO-BREAK SPACE}kg{flows}",
        f"tussen 1,5 en 2\N{NO-BREAK SPACE}ton{flows}", f"hoogstens 1\N{NO-BREAK SPACE}m³{flows}",
        f"tussen 800 en 2\N{NARROW NO-BREAK SPACE}000\N{NO-BREAK SPACE}liter{flows}",
        f"minstens 3\N{NO-BREAK SPACE}pallets vol{flows}",
        "zekerheid: waarschijnlijk", f"eigenaar bij de hub: {story.editor}", "zonder eigenaar bij de hub",
        "te krijgen vanaf 15 juni 2027, zekerheid: onzeker, zonder eigenaar bij de hub",
    ]  # fmt: skip


def test_clusters_are_narrowed_as_the_table_is(client: Client) -> None:
    story = Story()
    MapFeature.objects.bulk_create(
        MapFeature(
            layer=story.layer, title=f"{'Even' if number % 2 == 0 else 'Oneven'} {number}", kind="stock",
            state="published", published_at=NOW,
            geometry=point(3.70 + number % 50 / 2000, 51.04 + number // 50 / 2000),
        )
        for number in range(801)
    )  # fmt: skip
    for z in (5, 9):
        assert sum(one["count"] for one in drawn(get(client, story, z, asked="?text=even"))) == 801
        assert sum(one["count"] for one in drawn(get(client, story, z, asked="?text=oneven"))) == 400
    assert "400 elementen" in text_of(client.get(f"{table(story)}?tekst=oneven"))


def test_what_others_do_not_know_they_do_not_filter_by(client: Client) -> None:
    story = Story()
    overdue(story)
    assert client.get(f"{table(story)}?verlopen=1").status_code == 404
    assert get(client, story, asked="?overdue=1").status_code == 404
    assert rows(client, f"{table(story)}?status=draft") == []
    no_page = "Deze volgorde of deze bladzijde is er niet."
    refused = {
        "soort=hoop": "Van deze soort of met deze status zijn er geen elementen.",
        "materiaal=kaas": "Dit materiaal kennen we niet.", "bron=x": "Deze bron kennen we niet.",
        "volgorde=pk": no_page, "bladzijde=-1": no_page,
    }  # fmt: skip
    for query, words in refused.items():
        answer = client.get(f"{table(story)}?{query}")
        assert answer.status_code == 404, query
        assert words in text_of(answer), query


def test_rows_are_sorted_stably_with_what_says_nothing_last() -> None:
    story = Story()
    story.draft(title="b", quantity=2, available_until="2027-02-01")
    story.draft(title="A", quantity=1)
    story.draft(title="c", quantity=None, unit="", quantity_basis="unknown")
    story.draft(title="C", quantity=2)
    client, page = of(story.editor), table(story)
    assert rows(client, page) == ["C", "c", "A", "b"]
    assert rows(client, f"{page}?volgorde=title") == ["A", "b", "c", "C"]
    assert rows(client, f"{page}?volgorde=-title") == ["C", "c", "b", "A"]
    assert rows(client, f"{page}?volgorde=quantity") == ["A", "b", "C", "c"]
    assert rows(client, f"{page}?volgorde=-quantity") == ["C", "b", "A", "c"]
    assert rows(client, f"{page}?volgorde=available_until")[0] == "b"
    for name in ("kind", "material", "municipality", "source", "destination", "state", "verified", "changed"):
        for order in (name, f"-{name}"):
            assert sorted(rows(client, f"{page}?volgorde={order}")) == ["A", "C", "b", "c"], order
    assert 'aria-sort="descending"' in text_of(client.get(f"{page}?volgorde=-title"))


def test_pages_hold_every_row_once_and_keep_what_is_asked() -> None:
    story = Story()
    for number in range(53):
        story.draft(title=f"Nummer {number:02}", geometry=point(3.70 + number / 1000))
    client, page = of(story.editor), f"{table(story)}?volgorde=title&soort=stock"
    first, second = rows(client, page), rows(client, f"{page}&bladzijde=2")
    assert first + second == [f"Nummer {number:02}" for number in range(53)]
    assert "soort=stock&amp;volgorde=title&amp;bladzijde=2" in text_of(client.get(page))
    # One that was clicked on the map and is on another page comes first, marked.
    last = MapFeature.objects.get(title="Nummer 52")
    shown = text_of(client.get(f"{page}&kies={last.pk}"))
    assert re.search(rf'<tr data-element="{last.pk}" [^>]*data-marked', shown)
    assert len(ROW.findall(shown)) == 51


def test_many_rows_take_no_more_queries_than_few() -> None:
    story = Story(style={"by": "material", "color": "#123456", "colors": {"building": "#654321"}})
    story.draft(source_organisation=make_organisation(make_user()))
    client = of(story.manager)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"{table(story)}?volgorde=title&materiaal=building").status_code == 200
        return len(found)

    client.get(table(story))
    before = queries()
    for number in range(8):
        story.draft(geometry=point(3.72 + number / 1000), source_organisation=make_organisation(make_user()))
    services.change_features(
        by=story.manager, layer=story.layer, form="los",
        seen=dict(MapFeature.objects.values_list("pk", "version")),
    )  # fmt: skip
    # The last changes of many, and who made them.
    assert queries() <= before + 2


def test_fields_of_many_are_filled_in_looked_at_changed_and_undone_without_a_script() -> None:
    story = Story()
    features = [story.draft(title="Een"), story.draft(title="Twee")]
    story.published(title="Drie")
    client, page = of(story.editor), table(story)
    chosen = {"do": "fields", "row": ticked(*features), "status": "draft", "volgorde": "title"}
    asked = client.post(many(story), chosen)
    assert "2 elementen" in text_of(asked)
    given: dict[str, Any] = {
        "do": "fields",
        "given": "1",
        "seen": seen_in(asked),
        "status": "draft",
        "volgorde": "title",
    }
    refused = client.post(many(story), given)
    assert (refused.status_code, "Vul in wat je wilt wijzigen." in text_of(refused)) == (409, True)
    given |= {"quantity": "1.250,5", "certainty": "likely", "empty": ["destination"]}
    shown = text_of(client.post(many(story), given))
    assert "Hoeveelheid" in shown
    assert "1.250,5" in shown
    assert not MapFeature.objects.exclude(quantity=40).exists()
    done = client.post(many(story), given | {"sure": "1"})
    assert done["Location"] == f"{page}?status=draft&volgorde=title"
    assert MapFeature.objects.filter(quantity="1250.5", certainty="likely").count() == 2
    after = text_of(client.get(done["Location"]))
    assert "Gedaan: 2 elementen." in after
    change = re.search(r'name="change" value="([0-9a-f-]+)"', after)
    assert change
    client.post(reverse("map-many-undo", args=[story.layer.pk]), {"change": change[1]})
    assert MapFeature.objects.filter(quantity=40).count() == 3
    assert "Teruggezet: 2 elementen." in text_of(client.get(page))


def test_all_that_is_asked_for_is_changed_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story()
    for number in range(3):
        story.draft(title=f"Concept {number}")
    story.published(title="Al gepubliceerd")
    client = of(story.manager)
    shown = client.post(many(story), {"do": "publish", "all": "1", "status": "draft"})
    assert "Dit wijzigt: 3 elementen" in text_of(shown)
    client.post(many(story), {"do": "publish", "seen": seen_in(shown), "sure": "1"})
    assert MapFeature.objects.filter(state="published").count() == 4
    monkeypatch.setattr("frontend.maps.table_views.MOST_AT_ONCE", 3)
    monkeypatch.setattr("frontend.maps.table_page.MOST_AT_ONCE", 3)
    answer = client.post(many(story), {"do": "verify", "all": "1"}, follow=True)
    assert "Er zijn er meer dan 3" in text_of(answer)
    assert 'name="all"' not in text_of(client.get(table(story)))
    assert MOST_AT_ONCE > 3


def links_in(page: str, heading: str) -> list[str]:
    """Titles that a part of a page links to an element by, in order; those folded away too."""
    part = page[page.index(f">{heading}<") :]
    part = part[: part.index("</section>")]
    return re.findall(r'<a href="/kaarten/element/\d+/">([^<]+)</a>', part)


def test_what_stays_is_named_with_why_before_and_after() -> None:
    story = Story()
    draft, theirs = story.draft(title="Van mij"), story.draft(title="Van een ander")
    client = of(story.editor)
    shown = client.post(many(story), {"do": "submit", "row": ticked(draft, theirs)})
    assert "Dit wijzigt: 2 elementen" in text_of(shown)
    services.change_feature(by=story.manager, feature=theirs, version=1, form="los")
    answer = client.post(many(story), {"do": "submit", "seen": seen_in(shown), "sure": "1"}, follow=True)
    page = text_of(answer)
    assert "Gedaan: 1 element." in page
    assert "<strong>1 element</strong>: Iemand wijzigde dit intussen. Kijk het eerst na." in page
    assert links_in(page, "Dit bleef zoals het was") == ["Van een ander"]
    # Named as long as the address asks for it, and nowhere else.
    (address, _status) = answer.redirect_chain[-1]
    assert links_in(text_of(client.get(address)), "Dit bleef zoals het was") == ["Van een ander"]
    assert "Dit bleef zoals het was" not in text_of(client.get(table(story)))
    assert "Dit bleef zoals het was" not in text_of(of(story.manager).get(address))
    assert "Dit bleef zoals het was" not in text_of(client.get(address.replace(table(story), table(Story()))))
    again = text_of(client.post(many(story), {"do": "publish", "row": ticked(theirs)}))
    assert "Er is niets te wijzigen." in again


def test_of_very_many_that_stay_the_first_are_named_and_the_others_a_click_away() -> None:
    story = Story()
    published = [story.published(title=f"Al gepubliceerd {number:02}") for number in range(13)]
    drafts = [story.draft(title=f"Concept {number:02}") for number in range(11)]
    client = of(story.editor)
    chosen = {"do": "submit", "row": ticked(*published, *drafts)}
    asked = client.post(many(story), chosen)
    done = client.post(many(story), {"do": "submit", "seen": seen_in(asked), "sure": "1"}, follow=True)
    stayed = [one.title for one in published]
    for page, heading in ((text_of(asked), "Dit blijft zoals het is"), (text_of(done), "Dit bleef zoals het was")):
        assert "<strong>13 elementen</strong>" in page
        assert "<span>en 3 andere</span>" in page
        assert links_in(page, heading) == stayed
    assert "<span>en 1 andere</span>" in text_of(asked)
    assert links_in(text_of(asked), "Dit wijzigt: 11 elementen") == [one.title for one in drafts]


def test_what_is_seen_no_more_is_counted_and_not_named() -> None:
    story = Story()
    person = story.holder(Power.PROPOSE)
    mine, stays = (story.draft(by=person, title=title) for title in ("Was van mij", "Blijft van mij"))
    seen = {one.pk: one.version for one in (mine, stays)}
    services.withdraw_feature(by=story.manager, feature=mine)
    services.change_feature(by=story.manager, feature=stays, version=1, form="los")
    given = {"do": "submit", "seen": ",".join(f"{pk}:{version}" for pk, version in seen.items()), "sure": "1"}
    client = of(person)
    answer = client.post(many(story), given, follow=True)
    page = text_of(answer)
    assert "1 element zie je hier niet meer, en is niet gewijzigd." in page
    assert "Was van mij" not in page
    assert links_in(page, "Dit bleef zoals het was") == ["Blijft van mij"]
    # What leaves their sight afterwards is named no longer either.
    services.withdraw_feature(by=story.manager, feature=stays)
    after = text_of(client.get(answer.redirect_chain[-1][0]))
    assert "1 ervan zie je niet meer." in after
    assert "Blijft van mij" not in after


def test_undoing_names_what_was_changed_since() -> None:
    story = Story()
    features = [story.draft(title="Terug"), story.draft(title="Sindsdien anders")]
    done = services.change_features(
        by=story.editor, layer=story.layer, seen={one.pk: 1 for one in features}, form="los"
    )
    services.change_feature(by=story.manager, feature=features[1], version=2, form="gebundeld")
    given = {"change": str(done.change), "status": "draft"}
    answer = of(story.editor).post(reverse("map-many-undo", args=[story.layer.pk]), given, follow=True)
    assert "1 element is sindsdien gewijzigd, en blijft zo." in text_of(answer)
    assert links_in(text_of(answer), "Dit bleef zoals het was") == ["Sindsdien anders"]


def test_sending_back_many_asks_why() -> None:
    story = Story()
    feature = services.submit_feature(by=story.editor, feature=story.draft())
    client = of(story.manager)
    asked = client.post(many(story), {"do": "send_back", "row": ticked(feature)})
    assert "Wat moet er beter?" in text_of(asked)
    given = {"do": "send_back", "seen": seen_in(asked), "reason": "Waar juist?"}
    assert "Waar juist?" in text_of(client.post(many(story), given))
    client.post(many(story), given | {"sure": "1"})
    feature.refresh_from_db()
    assert (feature.state, feature.review_note) == ("draft", "Waar juist?")


def test_nothing_chosen_is_told() -> None:
    story = Story()
    story.draft()
    answer = of(story.editor).post(many(story), {"do": "fields"}, follow=True)
    assert "Kies eerst elementen" in text_of(answer)
    assert of(story.editor).post(many(story), {"do": "explode", "all": "1"}).status_code == 404


def test_the_pages_of_a_map_lead_to_its_tables() -> None:
    story = Story()
    story.published()
    client = of(story.manager)
    of_map = [story.hub.slug, story.map.slug]
    for address in (
        reverse("map", args=of_map), reverse("map-draw", args=of_map), reverse("hub-map-work", args=[story.hub.slug]),
    ):  # fmt: skip
        assert table(story) in text_of(client.get(address)), address
