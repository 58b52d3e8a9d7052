"""Places in a file: postal codes and towns as people write them, streets, and coordinates that can't be right."""

import datetime as dt
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organisation
from geo.points import metric, point_from
from listings.imports.columns import find_columns
from listings.imports.rows import RowReader
from listings.models import Listing
from tests.geo.address_service import LAT, LON, Service, serving
from tests.makers import make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    yield from serving(settings)


@pytest.fixture
def company() -> Organisation:
    return make_organisation(make_user())


def load(company: Organisation, path: Path, columns: str, *rows: str) -> list[Listing]:
    """The listings of a file with these rows, in its order."""
    path.write_text(
        f"referentie;materiaal;hoeveelheid;eenheid;{columns}\n"
        + "".join(f"F{number};hout;10;ton;{row}\n" for number, row in enumerate(rows, start=1))
    )
    call_command("import_listings", str(path), organisation=company.pk, stdout=StringIO())
    return list(Listing.objects.filter(organisation=company).order_by("reference"))


def away_m(listing: Listing, lat: float, lon: float) -> float:
    assert listing.location is not None
    return metric(listing.location).distance(metric(point_from(lat=lat, lon=lon)))


def refused(company: Organisation, path: Path, columns: str, *rows: str) -> str:
    """What is said; nothing is stored."""
    path.write_text(f"materiaal;hoeveelheid;eenheid;{columns}\n" + "".join(f"hout;10;ton;{row}\n" for row in rows))
    said = StringIO()
    with pytest.raises(CommandError, match="nothing was stored"):
        call_command("import_listings", str(path), organisation=company.pk, stderr=said)
    assert not Listing.objects.filter(organisation=company).exists()
    return said.getvalue()


def test_towns_of_before_and_after_the_mergers_lie_where_they_are(company: Organisation, tmp_path: Path) -> None:
    """Cases f15, f16, f17 and f21: codes and names, official, old and everyday, lie within two km of their village."""
    right = {
        "9120;Beveren": (51.212, 4.256), "9120;Beveren-Waas": (51.212, 4.256), "3740;": (50.873, 5.518),
        "3700;Tongeren-Borgloon": (50.781, 5.465), "9820;Merelbeke-Melle": (50.994, 3.746), "2070;": (51.22, 4.327),
        ";Tongeren-Borgloon": (50.781, 5.465), "2870;": (51.074, 4.288), "2040;Berendrecht": (51.345, 4.319),
        "9042;Sint-Kruis-Winkel": (51.154, 3.823), "3945;Ham": (51.11, 5.18), "9130;Doel": (51.31, 4.26),
        "8301;Heist-aan-Zee": (51.339, 3.239), "9000 Gent;": (51.05, 3.717), "BE-9000;Gent": (51.05, 3.717),
        "9000.0;Gent": (51.05, 3.717), ";9000 Gent": (51.05, 3.717),
    }  # fmt: skip
    listings = {row.reference: row for row in load(company, tmp_path / "list.csv", "postcode;plaats", *right)}
    for number, (lat, lon) in enumerate(right.values(), start=1):
        assert away_m(listings[f"F{number}"], lat, lon) < 2_000, list(right)[number - 1]


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("3000;Rotterdam", "plaats", "ken ik niet bij postcode 3000"),
        ("9000;Charleroi", "plaats", "dat is Gent"),
        ("9000;Oostakker", "plaats", "Oostakker heeft postcode 9041"),
        ("90000;Gent", "postcode", "Geef vier cijfers"),
        ("5000;Namur", "postcode", "geen postcode van Vlaanderen of Brussel"),
    ],
)
def test_a_town_that_is_not_of_its_code_is_refused_at_its_column(
    company: Organisation, tmp_path: Path, row: str, column: str, says: str
) -> None:
    """Case f18."""
    said = refused(company, tmp_path / "list.csv", "postcode;plaats", row)
    assert f"row 2, {column}" in said
    assert says in said


@pytest.mark.parametrize(
    "row", ["193456;104123;", "193456;104123;31370", "193456,5;104123,25;EPSG:31370", "693456;604123;3812"]
)
def test_lambert_with_x_and_y_exchanged_is_refused(company: Organisation, tmp_path: Path, row: str) -> None:
    """Case f19."""
    assert "x en y lijken omgewisseld" in refused(company, tmp_path / "list.csv", "x;y;epsg", row)


def test_lambert_as_it_should_be_is_read(company: Organisation, tmp_path: Path) -> None:
    (listing,) = load(company, tmp_path / "list.csv", "x;y;epsg", "104123;193456;EPSG:31370")
    assert away_m(listing, 51.05, 3.717) < 2_000


@pytest.mark.parametrize("srid", ["1e999999999", "1e9", "31370.5", "-31370", "lambert", "4" * 5_000, "²"])
def test_a_system_that_is_no_number_we_know_is_refused_at_once(
    company: Organisation, tmp_path: Path, srid: str
) -> None:
    assert "Kies 31370" in refused(company, tmp_path / "list.csv", "x;y;epsg", f"104123;193456;{srid}")


def test_coordinates_far_from_the_town_of_the_row_are_refused(company: Organisation, tmp_path: Path) -> None:
    """Given Hasselt's x and y exchanged, which lie in Flanders too, then the town beside them tells."""
    said = refused(company, tmp_path / "list.csv", "x;y;postcode;plaats", "180000;218000;3500;Hasselt")
    assert "km van 3500 Hasselt" in said


def test_coordinates_near_the_town_of_the_row_are_taken_and_so_is_a_town_that_nobody_knows(
    company: Organisation, tmp_path: Path
) -> None:
    rows = ["51.05;3.72;9000;Gent", "51.05;3.72;9000;Achterhoek", "51.05;3.72;;Gent", "50.64;5.57;4000;Luik"]
    assert len(load(company, tmp_path / "list.csv", "lat;lon;postcode;plaats", *rows)) == 4


def test_a_town_of_elsewhere_beside_coordinates_is_refused(company: Organisation, tmp_path: Path) -> None:
    said = refused(company, tmp_path / "list.csv", "lat;lon;postcode;plaats", "51.05;3.72;9000;Antwerpen")
    assert "row 2, plaats" in said


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["Kerkstraat 12", "9000", "Gent"], "9000 Gent (het dorp, niet het adres)"),
        (["Kerkstraat", "9000", ""], "9000 Gent (het dorp, niet het adres)"),
        (["", "9000", "Gent"], "9000 Gent"),
        (["", "3350", "Linter"], "3350 Linter (midden van Linter)"),
    ],
)
def test_a_row_says_what_its_pin_stands_for(company: Organisation, cells: list[str], words: str) -> None:
    assert reader(company).read(2, ["hout", "10", "ton", *cells]).place_words == words


def test_with_an_address_service_a_row_lies_at_its_house(company: Organisation, service: Service) -> None:
    parsed = reader(company).read(2, ["hout", "10", "ton", "Kerkstraat 12 bus 3", "9000", "Gent"])
    assert parsed.place_words == "Kerkstraat 12 bus 3, 9000 Gent"
    assert (parsed.values["place"].y, parsed.values["place"].x) == (LAT, LON)


@pytest.mark.parametrize(
    ("headers", "cells", "words"),
    [
        (["straat", "nummer", "bus"], ["Kerkstraat", "12", "3"], "Kerkstraat 12 bus 3, 9000 Gent"),
        (["adres", "huisnr"], ["Kerkstraat 12", "12"], "Kerkstraat 12, 9000 Gent"),
        (["straat", "nr"], ["Kerkstraat", ""], "9000 Gent (het dorp, niet het adres)"),
        # Beside no street a number is anything.
        (["nummer"], ["12"], "9000 Gent"),
    ],
)
def test_a_number_beside_a_street_is_that_of_a_house(
    company: Organisation, service: Service, headers: list[str], cells: list[str], words: str
) -> None:
    columns = find_columns(["materiaal", "hoeveelheid", "eenheid", *headers, "postcode", "plaats"], {})
    rows = RowReader(company, columns.fields, 31370, today=dt.date(2026, 11, 28))
    assert rows.read(2, ["hout", "10", "ton", *cells, "9000", "Gent"]).place_words == words


def test_where_the_service_is_down_a_row_lies_at_its_village_and_says_so(
    company: Organisation, service: Service
) -> None:
    service.status = 503
    rows = reader(company)
    read = [rows.read(number, ["hout", "10", "ton", f"Dorp {number}", "9000", "Gent"]) for number in range(2, 6)]
    assert [row.place_words for row in read] == ["9000 Gent (het dorp, niet het adres)"] * 4
    assert len(service.asked) == 1


def reader(company: Organisation) -> RowReader:
    names = ("material", "quantity", "unit", "street", "postal_code", "town")
    return RowReader(company, {name: number for number, name in enumerate(names)}, 31370, today=dt.date(2026, 11, 28))
