"""What ships lies where it says: postal codes in their province and near their municipality, places in their own."""

from pathlib import Path

import pytest
from django.core.management import call_command

from geo import reference
from geo.gazetteer import look_up, recognise
from geo.models import Boundary, Municipality, Place, PostalCode, Quality

pytestmark = pytest.mark.django_db
NEAR_M = 3_000


def province(code: str) -> str:
    """The beginning of the NIS codes that a postal code may belong to."""
    if code == "2070":  # Zwijndrecht went over the border of its province with the mergers of 2025
        return "46"
    number = int(code)
    ends = ((1300, "21"), (2000, "2"), (3000, "1"), (3500, "2"), (4000, "7"), (9000, "3"), (10_000, "4"))
    return next(nis for end, nis in ends if number < end)


def test_each_postal_code_lies_in_its_province() -> None:
    rows = PostalCode.objects.values_list("code", "name", "municipality__nis")
    assert len(rows) > 1_000
    assert [row for row in rows if not row[2].startswith(province(row[0]))] == []


def test_each_postal_code_lies_near_the_place_of_its_municipality() -> None:
    areas = {row.municipality_id: row.geometry for row in Boundary.objects.of_quality(Quality.APPROXIMATE)}
    wrong = []
    for row in PostalCode.objects.all():
        point = row.location.clone()
        point.transform(3812)
        if areas[row.municipality_id].distance(point) > NEAR_M:
            wrong.append(str(row))
    assert wrong == []


def test_no_municipality_has_an_island_far_away() -> None:
    """A place given to the wrong municipality would be one."""
    far = []
    for row in Boundary.objects.of_quality(Quality.APPROXIMATE).select_related("municipality"):
        parts = sorted(row.geometry, key=lambda part: -part.area)
        far += [row.municipality.name_nl for part in parts[1:] if part.distance(parts[0]) > 15_000]
    assert far == []


def test_brussels_has_both_its_names() -> None:
    names = set(PostalCode.objects.filter(code__in=["1000", "1030", "1180"]).values_list("name", flat=True))
    assert {"Brussel", "Bruxelles", "Schaarbeek", "Schaerbeek", "Ukkel", "Uccle"} <= names


def test_a_row_that_was_changed_is_brought_back_and_one_that_no_longer_ships_goes() -> None:
    ghent = PostalCode.objects.get(code="9000", name="Gent")
    right = ghent.municipality_id
    ghent.municipality = Municipality.objects.get(name_nl="Aalst")
    ghent.save()
    PostalCode.objects.create(
        code="9999", name="Nergens", municipality=ghent.municipality, location=ghent.location
    )  # fmt: skip
    assert reference.load()["postal codes"] == 2
    ghent.refresh_from_db()
    assert ghent.municipality_id == right
    assert not PostalCode.objects.filter(code="9999").exists()
    assert reference.load()["postal codes"] == 0


def test_a_hamlet_with_another_s_name_lies_in_its_own_municipality() -> None:
    nis = dict(Place.objects.filter(geonameid__in=[2793072, 2802051]).values_list("geonameid", "municipality__nis"))
    assert nis == {2793072: "23097", 2802051: "23102"}


@pytest.mark.parametrize(
    ("code", "name", "nis"),
    [("1020", "Laken", "21004"), ("1120", "Neder-Over-Heembeek", "21004"), ("1130", "Haren", "21004"),
     ("1981", "Hofstade", "23096"), ("3018", "Wijgmaal", "24062"), ("3381", "Kapellen", "24137"),
     ("8791", "Beveren", "34040"), ("9600", "Ronse", "45041"), ("9700", "Ooike", "45035")],
)  # fmt: skip
def test_codes_with_a_name_that_others_share_are_in_their_own_municipality(code: str, name: str, nis: str) -> None:
    assert PostalCode.objects.get(code=code, name=name).municipality.nis == nis


def test_a_place_that_no_longer_ships_goes_and_a_moved_one_comes_back() -> None:
    ledeberg = Place.objects.get(geonameid=2793072)
    right = ledeberg.municipality
    Place.objects.create(geonameid=1, name="Nergens", municipality=right, location=ledeberg.location)
    Place.objects.filter(pk=ledeberg.pk).update(municipality=Municipality.objects.get(name_nl="Gent"))
    written = reference.load()
    assert (written["places"], written["boundaries"]) == (2, 0)
    ledeberg.refresh_from_db()
    assert ledeberg.municipality == right
    assert not Place.objects.filter(geonameid=1).exists()
    assert sum(reference.load().values()) == 0


def test_distilling_again_gives_what_ships(tmp_path: Path) -> None:
    call_command("distil_places", into=tmp_path, verbosity=0)
    names = {"municipalities.csv", "places.csv", "postal_codes.csv", "towns_outside.csv"}
    assert {path.name for path in tmp_path.iterdir()} == names
    assert [
        name for name in sorted(names) if (tmp_path / name).read_text() != (reference.DATA / name).read_text()
    ] == []


def test_each_municipality_is_found_by_its_own_name() -> None:
    found = {row.name_nl: recognise(row.name_nl) for row in Municipality.objects.all()}
    nis = dict(Municipality.objects.values_list("name_nl", "nis"))
    lost = {name for name, place in found.items() if place is None or place.nis != nis[name]}
    assert lost == set()


def test_a_merged_municipality_is_suggested_by_its_beginning() -> None:
    assert look_up("voere")[0].label == "Voeren"
    assert "Beveren-Kruibeke-Zwijndrecht" in [found.label for found in look_up("beveren kruib")]
