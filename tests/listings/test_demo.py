"""The demo is believed: nothing absurd, no two alike, and stories that pairing tells by itself."""

import datetime as dt
import random
from collections import Counter
from typing import Any

import pytest

from accounts.demo import make_fictional_organisations, remove_fictional_organisations
from accounts.models import Organisation
from geo.models import Hub
from listings.declarations import BLANK, check_declarations_not_past, lacking_declarations, wrong_declarations
from listings.demo.generate import Generator, drawn_profiles
from listings.demo.rows import Materials, placed
from listings.demo.sense import read_sense
from listings.demo.tables import rows_of
from listings.demo.written import read_stories, read_written, written_rows
from listings.enums import Condition, ListingKind
from listings.models import Listing
from materials.models import Material
from materials.units import allowed_units, unit_mass_kg

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 2)


def drawn(count: int, seed: int = 5) -> list[dict[str, Any]]:
    source = random.Random(seed)
    remove_fictional_organisations()
    organisations = make_fictional_organisations(source, drawn_profiles(source, count // 12))
    return list(Generator(source, TODAY, Materials()).listings(0, count, placed(source, organisations, 0.25)))


def written() -> list[dict[str, Any]]:
    chosen = read_written(10_000)
    remove_fictional_organisations()
    places = placed(random.Random(1), make_fictional_organisations(random.Random(1), chosen.profiles), 0)
    return list(written_rows(chosen, {place.organisation.key: place for place in places}, Materials(), TODAY))


def nonsense_in(rows: list[dict[str, Any]]) -> list[str]:
    sense, codes = read_sense(), dict(Material.objects.values_list("pk", "code"))
    found = []
    for row in rows:
        said: list[str] = []
        if row["kind"] == ListingKind.SERVICE:
            for pk in row["taken"]:
                if wrong := set(row["service_kinds"]) - sense[codes[pk]].services:
                    said.append(f"nobody does {wrong} with {codes[pk]}")
        else:
            said = sense[codes[row["material_id"]]].nonsense_of(row)
        found += [f"{row['reference']} {row['title']!r}: {text}" for text in said]
    return found


def test_nothing_absurd_is_drawn() -> None:
    assert sorted(set(nonsense_in(drawn(8_000))))[:40] == []


def test_owners_declare_what_the_law_asks() -> None:
    materials = Material.objects.in_bulk()
    rows = [row for row in (*drawn(2_000), *written()) if row["kind"] == ListingKind.SUPPLY]
    seen: Counter[str] = Counter()
    for row in rows:
        names = {*BLANK, "kind", "condition", "recurrence", "available_from", "available_until", "declared_status"}
        fields = {name: row[name] for name in {*names, "eural_code"} & row.keys()}
        listing = Listing(material=materials[row["material_id"]], **fields)
        assert wrong_declarations(listing) | lacking_declarations(listing) == {}, row
        check_declarations_not_past(listing, TODAY)
        asks = materials[row["material_id"]].asks
        seen[asks] += 1
        seen[row["declared_status"]] += 1
        seen["ready"] += listing.reuse_ready is True
    assert min(seen[name] for name in ("electrical", "food", "food_undated", "waste", "by_product", "ready")) >= 1


def test_nothing_absurd_was_written() -> None:
    assert nonsense_in(written()) == []


def test_every_hub_has_organisations_and_listings_of_its_own() -> None:
    rows = written()
    hubs = dict(Hub.objects.values_list("pk", "slug"))
    hub_of = {row["key"]: row["hub"] for row in rows_of("organisations.psv")}
    listings = {row["key"]: hub_of[row["organisation"]] for row in (*rows_of("goods.psv"), *rows_of("services.psv"))}
    # Where an organisation was said to be is where it lies.
    astray = [
        row["reference"] for row in rows if listings[row["reference"]] not in {hubs[pk] for pk in row["hub_ids"]}
    ]
    assert astray == []
    assert len(hub_of) >= 80
    assert len(rows) >= 300
    assert set(hub_of.values()) == set(hubs.values())
    assert min(Counter(hub_of.values()).values()) >= 6
    assert min(Counter(listings.values()).values()) >= 20
    assert Counter(story.hub for story in read_stories()) == dict.fromkeys(hubs.values(), 3)


def test_no_two_written_listings_are_alike() -> None:
    rows = written()
    for column in ("reference", "title", "description"):
        twice = [text for text, times in Counter(row[column] for row in rows).items() if times > 1]
        assert twice == [], column
    assert [row["reference"] for row in rows if len(row["description"]) < 20] == []


def test_drawn_listings_say_different_things() -> None:
    rows = drawn(3_000)
    assert len({row["description"] for row in rows}) > 1_800
    assert max(Counter((row["title"], row["description"]) for row in rows).values()) <= 8


def test_every_material_is_offered_and_asked() -> None:
    sides = {(row["material"], row["side"]) for row in rows_of("items.psv")}
    codes = set(Material.objects.values_list("code", flat=True))
    assert codes - {code for code, _side in sides} == set()
    # Families are asked for by their parts; the rest has both sides somewhere.
    assert len({code for code, _side in sides if {(code, "has"), (code, "wants")} <= sides}) > 170


def test_the_same_seed_draws_the_same() -> None:
    first, second = drawn(200), drawn(200)
    for row in (*first, *second):
        del row["organisation_id"], row["site_id"]
    assert first == second


def test_organisations_say_what_they_do_and_have_a_mailbox_that_reaches_nobody() -> None:
    drawn(600)
    made = Organisation.objects.filter(is_fictional=True)
    assert made.exclude(email__endswith="@demo.example").count() == 0
    assert made.filter(description="").count() == 0
    assert made.filter(description__contains="{").count() == made.filter(name__contains="{").count() == 0


def test_what_has_to_be_repaired_says_so() -> None:
    rows = [row for row in drawn(2_000) if row.get("condition") == Condition.TO_REPAIR and row["kind"] == "supply"]
    assert rows
    assert all(row["needs_services"] for row in rows)


def test_what_a_unit_weighs_is_known_as_everywhere_else() -> None:
    known = Materials()
    for material in Material.objects.all():
        for unit in allowed_units(material):
            assert known[material.code].mass_kg(unit) == unit_mass_kg(material, unit), (material.code, unit)


def test_a_small_demo_has_the_stories_first() -> None:
    of_stories = {reference for story in read_stories() for reference in story.references}
    chosen = read_written(len(of_stories))
    assert {row["key"] for row in (*chosen.goods, *chosen.services)} == of_stories
    assert len(read_written(0, always=["buurthuis-de-lantaarn"]).profiles) == 2, "with the neighbour who says where"
    assert len(read_written(7)) == 7
