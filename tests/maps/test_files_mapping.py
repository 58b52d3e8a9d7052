"""Which column of a file holds which field is guessed by what people call it, and shown."""

import pytest

from maps.files.mapping import _NAMES, FIELDS, By, Guess, guessed


@pytest.mark.parametrize(
    ("columns", "fields"),
    [
        (
            [
                "Benaming",
                "Materiaal",
                "Hoeveelheid",
                "Eenheid",
                "Bedrijf",
                "Beschikbaar vanaf",
                "Einddatum",
                "Euralcode",
            ],
            [
                "title",
                "material",
                "quantity",
                "unit",
                "source_name",
                "available_from",
                "available_until",
                "eural_code",
            ],
        ),
        (["nom", "matière", "quantité", "unité", "société"], ["title", "material", "quantity", "unit", "source_name"]),
        (["NAME", "Material", "Weight", "Company"], ["title", "material", "quantity", "source_name"]),
        (["osm_id", "timestamp", "name", "type"], ["source_reference", "", "title", ""]),
        (["nummer", "soort", "vorm", "Zichtbaar voor"], ["", "kind", "form", "visibility"]),
        # The first of two wins, and a name that nobody knows means nothing.
        (["naam", "titel", "xyz"], ["title", "", ""]),
    ],
)
def test_columns_are_known_in_three_languages(columns: list[str], fields: list[str]) -> None:
    found = {guess.column: guess.field for guess in guessed(columns)}
    assert [found.get(column, "") for column in columns] == fields


def test_names_that_a_shapefile_cut_off_are_known_by_their_beginning_if_they_mean_one_field() -> None:
    found = guessed(["contaminan", "available_", "naam"])
    assert found == [Guess("contaminan", "contaminants", By.BEGINNING), Guess("naam", "title", By.NAME)]


def test_every_field_is_known_by_its_own_name_and_no_name_means_two() -> None:
    assert [guess.field for guess in guessed(FIELDS)] == list(FIELDS)
    names = [name for field, others in _NAMES.items() for name in {field, *others}]
    assert len(names) == len(set(names))
