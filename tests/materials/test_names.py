"""Materials are found by any of their names, spelled exactly or with a slip."""

import random

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from materials import search
from materials.models import MaterialName
from materials.search import find_materials

pytestmark = pytest.mark.django_db
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def with_a_slip(name: str, draw: random.Random) -> str:
    """One letter left out, doubled up, mistaken, or swapped with the next."""
    place = draw.randrange(len(name) - 1)
    before, here, after, rest = name[:place], name[place], name[place + 1], name[place + 2 :]
    letter = draw.choice(LETTERS)
    return draw.choice(
        [before + after + rest, before + letter + here + after + rest, before + letter + after + rest,
         before + after + here + rest]
    )  # fmt: skip


def test_a_name_finds_its_own_material() -> None:
    names = MaterialName.objects.select_related("material").order_by("pk")[::5]
    assert len(names) > 1_000
    for name in names:
        found = find_materials(name.name, name.language, limit=5)
        met = {hit.material.pk: hit for hit in found}
        assert name.material_id in met, name.name
        assert met[name.material_id].likeness == 1.0, name.name


def test_a_slip_leaves_the_material_among_the_first_five() -> None:
    draw = random.Random(20)
    names = [row for row in MaterialName.objects.order_by("pk") if len(row.name) > 6]
    sample = draw.sample(names, 300)
    found = [
        name.material_id in {hit.material.pk for hit in find_materials(with_a_slip(name.name, draw), name.language, 5)}
        for name in sample
    ]
    assert sum(found) / len(found) >= 0.9


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=200)
    | st.lists(st.sampled_from(["hout", "paleten", "bois", "metaal", "glas", "x"]), max_size=5).map(" ".join)
)
def test_whatever_is_typed_gets_an_answer(text: str) -> None:
    hits = find_materials(text, "nl", limit=8)
    assert len(hits) <= 8
    assert [hit.likeness for hit in hits] == sorted((hit.likeness for hit in hits), reverse=True)
    assert all(0.3 <= hit.likeness <= 1 for hit in hits)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("europallet", "wood-pallets-eur"),
        ("HOUTEN BALKEN", "wood-beams"),
        ("palets", "wood-pallets"),
        ("gyproc", "building-plasterboard"),
        ("cloison acoustique", "furniture-acoustic"),
        ("fridge", "appliances-fridges"),
        ("%_%", None),
        ("   ", None),
    ],
)
def test_what_people_type_finds_what_they_mean(typed: str, first: str | None) -> None:
    hits = find_materials(typed, "nl")
    assert (hits[0].material.code if hits else None) == first


@pytest.mark.parametrize(("language", "first"), [("nl", "textile-curtains"), ("fr", "glass-flat")])
def test_a_word_means_what_it_means_in_one_s_own_language(language: str, first: str) -> None:
    """A "vitrage" hangs before the window in Dutch, and is the window in French."""
    assert find_materials("vitrage", language)[0].material.code == first


def test_names_are_met_through_their_index() -> None:
    with connection.cursor() as cursor:
        asked: dict[str, str | float] = {
            "text": "houten balken", "language": "nl", "roughly": 0.3, "closely": 0.65, "limit": 8
        }  # fmt: skip
        cursor.execute(f"EXPLAIN {search._QUERY}", asked)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert plan.count("Bitmap Index Scan on material_name_like") == 3, plan
    assert "Seq Scan on materials_materialname" not in plan, plan
