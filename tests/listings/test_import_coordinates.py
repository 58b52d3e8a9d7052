"""Places in a file that are coordinates: the systems that an import takes, and what it refuses."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organisation
from geo.points import metric, point_from
from listings.models import Listing
from tests.makers import GENT, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Organisation:
    return make_organisation(make_user())


def load(company: Organisation, path: Path, text: str, **options: object) -> Listing:
    path.write_text(text)
    call_command("import_listings", str(path), organisation=company.pk, stdout=StringIO(), **options)
    return Listing.objects.select_related("municipality").get(organisation=company)


def refused(company: Organisation, path: Path, text: str, **options: object) -> str:
    """What is said; nothing is stored."""
    path.write_text(text)
    said = StringIO()
    with pytest.raises(CommandError, match="nothing was stored"):
        call_command("import_listings", str(path), organisation=company.pk, stderr=said, **options)
    assert not Listing.objects.filter(organisation=company).exists()
    return said.getvalue()


def in_gent(listing: Listing) -> bool:
    assert listing.location is not None
    assert listing.municipality is not None
    away_m = metric(listing.location).distance(metric(point_from(lat=GENT[0], lon=GENT[1])))
    return away_m < 50 and listing.municipality.name_nl == "Gent"


def lambert_2008() -> tuple[float, float]:
    point = metric(point_from(lat=GENT[0], lon=GENT[1]))
    return round(point.x), round(point.y)


def test_lambert_2008_is_read_where_the_option_names_it(company: Organisation, tmp_path: Path) -> None:
    x, y = lambert_2008()
    text = f"materiaal;aantal;eenheid;x;y\nlaptops;3;stuks;{x};{y}\n"
    assert in_gent(load(company, tmp_path / "stock.csv", text, srid=3812))


def test_lambert_2008_is_read_where_the_row_names_it(company: Organisation, tmp_path: Path) -> None:
    x, y = lambert_2008()
    text = f"materiaal;aantal;eenheid;x;y;epsg\nlaptops;3;stuks;{x},5;{y},25;3812\n"
    assert in_gent(load(company, tmp_path / "stock.csv", text))


def test_a_row_s_own_system_goes_before_the_option_s(company: Organisation, tmp_path: Path) -> None:
    x, y = lambert_2008()
    text = f"materiaal;aantal;eenheid;x;y;srid\nlaptops;3;stuks;{x};{y};3812\n"
    assert in_gent(load(company, tmp_path / "stock.csv", text, srid=31370))


def test_lambert_2008_that_is_read_as_lambert_72_lies_outside_belgium(company: Organisation, tmp_path: Path) -> None:
    x, y = lambert_2008()
    text = f"materiaal;aantal;eenheid;x;y\nlaptops;3;stuks;{x};{y}\n"
    said = refused(company, tmp_path / "stock.csv", text)
    assert f"x {x} en y {y} liggen in EPSG:31370 niet in België" in said


@pytest.mark.parametrize("columns", ["lat;lon", "breedtegraad;lengtegraad", "latitude;longitude"])
def test_degrees_have_columns_of_their_own(company: Organisation, tmp_path: Path, columns: str) -> None:
    text = f"materiaal;aantal;eenheid;{columns}\nlaptops;3;stuks;{GENT[0]};{GENT[1]}\n"
    assert in_gent(load(company, tmp_path / "stock.csv", text))


def test_x_and_y_in_degrees_are_longitude_and_latitude(company: Organisation, tmp_path: Path) -> None:
    text = f"materiaal;aantal;eenheid;x;y\nlaptops;3;stuks;{GENT[1]};{GENT[0]}\n"
    assert in_gent(load(company, tmp_path / "stock.csv", text, srid=4326))


@pytest.mark.parametrize(
    ("columns", "right", "swapped", "options"),
    [
        ("lat;lon", "51.0543;3.7174", "3.7174;51.0543", {}),
        ("x;y", "3.7174;51.0543", "51.0543;3.7174", {"srid": 4326}),
        ("x;y;epsg", "3.7174;51.0543;4326", "51.0543;3.7174;4326", {}),
    ],
)
def test_a_row_with_swapped_degrees_is_named_and_nothing_is_stored(
    company: Organisation, tmp_path: Path, columns: str, right: str, swapped: str, options: dict[str, int]
) -> None:
    text = f"materiaal;aantal;eenheid;{columns}\nlaptops;3;stuks;{right}\nlaptops;4;stuks;{swapped}\n"
    said = refused(company, tmp_path / "stock.csv", text, **options)
    assert said.count("row ") == 1
    assert "row 3, " in said
    assert "lat en lon lijken omgewisseld" in said


def test_a_system_that_nobody_knows_is_refused(company: Organisation, tmp_path: Path) -> None:
    text = "materiaal;aantal;eenheid;x;y;epsg\nlaptops;3;stuks;104880;193860;28992\n"
    says = "Kies 31370 (Lambert 72), 3812 (Lambert 2008) of 4326 (graden)."
    assert says in refused(company, tmp_path / "stock.csv", text)
