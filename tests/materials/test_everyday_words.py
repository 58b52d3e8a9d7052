"""Words that companies write in their lists mean the right material, or none: a wrong guess is worse than none.

The sets of words give each the code that is right. Where none stands, no material is: the word means something else,
or could mean several. `everyday_words.psv` came first. Words of sorting guides, of shops that sell used things, and of
cells as companies fill them were each written down before anyone saw how they were read.
"""

import csv
import datetime as dt
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from listings.imports.rows import RowReader
from materials.models import MaterialName
from materials.recognise import NAMED, SAME_WORDS, recogniser
from materials.search import find_materials
from tests.makers import make_organisation, material

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent
LEAST_PRECISION, LEAST_RECALL = 0.99, 0.9


@dataclass
class Figures:
    """How many words got the right material, a wrong one, or none though there is one; and how many rightly none."""

    right: int = 0
    missed: int = 0
    rightly_none: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)


def words_in(name: str) -> list[tuple[str, str, str]]:
    """Each word of a set with its language and the code that is right, "" for none."""
    with (HERE / name).open(newline="", encoding="utf-8") as file:
        return [
            (word, row["language"], row["code"])
            for row in csv.DictReader(file, delimiter="|")
            for word in row["words"].split(";")
        ]


def meant(word: str, language: str) -> str:
    """The code of the only material that a word names, "" for none or several."""
    named = recogniser().named(word, language)
    return named[0].code if len(named) == 1 else ""


def figures_of(words: list[tuple[str, str, str]]) -> Figures:
    figures = Figures()
    for word, language, right in words:
        found = meant(word, language)
        if found == right:
            figures.right += bool(right)
            figures.rightly_none += not right
            continue
        figures.missed += bool(right)
        if found:
            figures.wrong.append(f"{word} ({language}): {found}, not {right or 'none'}")
    return figures


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("everyday_words.psv", 400),
        ("sorting_guide_words.psv", 200),
        ("reuse_shop_words.psv", 200),
        ("cells_of_lists.psv", 300),
        ("more_cells_of_lists.psv", 200),
        ("last_cells_of_lists.psv", 170),
    ],
)
def test_everyday_words_mean_the_right_material_or_none(name: str, least: int) -> None:
    words = words_in(name)
    assert len(words) >= least
    figures = figures_of(words)
    sys.stdout.write(
        f"{name}: {len(words)} words, precision {figures.precision:.1%}, recall {figures.recall:.1%}, "
        f"rightly none {figures.rightly_none} of {sum(not right for _word, _language, right in words)}\n"
    )
    assert figures.precision >= LEAST_PRECISION, figures.wrong
    assert figures.recall >= LEAST_RECALL


def test_the_set_has_three_languages_and_words_for_which_there_is_no_material() -> None:
    words = words_in("everyday_words.psv")
    assert len(set(words)) == len(words)
    assert {language for _word, language, _right in words} == {"nl", "en", "fr"}
    assert sum(not right for _word, _language, right in words) >= 80


def test_every_name_means_its_material_before_anything_else() -> None:
    """A name that several materials share means each of them, but for those that lie below another."""
    names = list(MaterialName.objects.select_related("material"))
    assert len(names) > 9_000
    shared = 0
    for name in names:
        named = recogniser().named(name.name, name.language)
        assert {one.likeness for one in named} == {NAMED}, name.name
        assert name.material.code in {one.code for one in named}, name.name
        shared += len(named) > 1
    assert shared == 0


@pytest.mark.parametrize(
    "typed", ["Gyproc-platen", "GYPROC PLATEN", "gyprocplaten", "gyprocplaat", " gyproc  plaat ", "Gyproc, platen"]
)
def test_capitals_hyphens_and_number_make_no_other_name(typed: str) -> None:
    (named,) = recogniser().named(typed, "nl")
    assert (named.code, named.likeness >= SAME_WORDS) == ("building-plasterboard", True)


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("stalen balken", "steel-profiles"),
        ("ijzeren balken", "steel-profiles"),
        ("oude eiken balken 18x23", "wood-beams"),
        ("balken in beton", "building-concrete"),
        ("aluminium balken", "aluminium"),
        ("koperen staven", "copper"),
        ("platen in plexi", "plastic-pmma"),
        ("inox tafels", "furniture-tables"),
        ("doos schroeven", "tools-fasteners"),
        ("partij gele gordijnen", "textile-curtains"),
        ("tafels en stoelen", "furniture"),
        ("houten dakpannen", ""),
        ("rubberen dakpannen", ""),
        ("stenen kratten", ""),
        ("pallet hout", ""),
        ("loodgieter", ""),
        ("zandbank", ""),
        ("tafels en laptops", ""),
        ("handboeken natuurkunde", ""),
        ("witte platen", ""),
        ("boeken wagen", ""),
        ("laptops Xyz", "ict-laptops"),
        ("rockwool platen", "building-mineral-wool"),
        ("schommelstoelen", "furniture-chairs"),
        ("paddenstoelen", ""),
        ("glas van lampen", ""),
        ("kast met laden", "furniture-cabinets"),
        ("doos met boeken", "paper-print"),
        ("pallets 120x80", "wood-pallets"),
    ],
)
def test_what_a_thing_is_made_of_does_not_contradict_the_material(typed: str, right: str) -> None:
    assert meant(typed, "nl") == right


@pytest.mark.parametrize("typed", ["lak", "loods", "kit", "ma", "lek", "bek", "kask"])
def test_a_short_word_is_not_taken_for_another(typed: str) -> None:
    assert recogniser().named(typed, "nl") == []


@pytest.mark.parametrize("typed", ["lak", "cement", "latten", "loods"])
def test_a_word_without_a_material_adds_none_to_a_search(typed: str) -> None:
    assert find_materials(typed, "nl", closely=True) == []


def test_understanding_asks_the_database_nothing() -> None:
    recogniser()
    with CaptureQueriesContext(connection) as context:
        meant("oude eiken balken", "nl")
        meant("zomaar iets anders", "nl")
    assert len(context) == 0


@given(text=st.text(max_size=400) | st.lists(st.sampled_from(["hout", "en", "van", "staal", "ß", "'s"])).map(" ".join))
def test_whatever_stands_in_a_cell_gets_an_answer(text: str) -> None:
    for language in ("nl", "en", "fr"):
        assert all(0 < one.likeness <= 1 for one in recogniser().named(text, language))


@pytest.fixture
def reader() -> RowReader:
    return RowReader(make_organisation(), {"material": 0}, 31370, today=dt.date(2027, 1, 1))


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("stalen balken", "steel-profiles"),
        ("cement", None),
        ("lak", None),
        ("latten", None),
        ("schroeven", "tools-fasteners"),
        ("armaturen", "appliances-lighting"),
    ],
)
def test_a_list_s_words_are_read_right_or_refused(reader: RowReader, typed: str, right: str | None) -> None:
    """Case f20: a wrong guess is worse than none."""
    parsed = reader.read(2, [typed])
    material = parsed.values["material"]
    assert (material and material.code) == right
    assert ("ken ik niet als materiaal" in str(parsed.mistakes)) == (right is None)


def test_a_word_that_means_several_materials_is_refused_with_their_names(reader: RowReader) -> None:
    for code in ("glass", "rubber"):
        MaterialName.objects.create(material=material(code), language="nl", name="Zwengelwurm", plain="zwengelwurm")
    recogniser.cache_clear()
    try:
        parsed = reader.read(2, ["zwengelwurm"])
    finally:
        recogniser.cache_clear()
    assert parsed.values["material"] is None
    assert any("Bedoel je: Glas, Rubber?" in mistake.message for mistake in parsed.mistakes)
