"""The command that compares the look-up's points with those of another list."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def compare(path: Path, text: str, **options: object) -> str:
    path.write_text(text)
    said = StringIO()
    call_command("compare_places", str(path), stdout=said, **options)
    return said.getvalue()


def test_it_prints_the_median_the_largest_and_the_worst(tmp_path: Path) -> None:
    """Given a list of which one point lies a kilometre north, then that distance and that row are printed."""
    text = "code,name,lat,lon\n9000,Gent,51.05,3.71667\n8000,Brugge,51.20892,3.22424\n9300,Aalst,50.94503,4.0355\n"
    said = compare(tmp_path / "list.csv", text)
    assert "3 rows compared, 0 not found" in said
    assert "all rows: median 0.0" in said
    assert "99 % within 0.9" in said or "99 % within 1.0" in said
    assert said.rindex("9300 Aalst") < said.rindex("9000 Gent")


def test_what_the_list_has_wrong_is_named_apart(tmp_path: Path) -> None:
    """Given a point of Berg that lies in another Berg, then it counts among the list's own mistakes."""
    said = compare(tmp_path / "list.csv", "1910,Berg,4.5434,51.1696\n9000,Gent,3.7167,51.05\n",
                   columns="code,name,lon,lat")  # fmt: skip
    assert "without 1 whose own point lies outside" in said
    assert said.index("mistakes of the list") < said.index("1910 Berg")


def test_a_list_with_one_point_for_several_codes_does_not_know_them_apart(tmp_path: Path) -> None:
    """Given Antwerpen's middle for the port at its border too, then neither row counts among the others."""
    text = "2000,Antwerpen,51.221,4.4\n2040,Antwerpen,51.221,4.4\n9000,Gent,51.05,3.7167\n"
    said = compare(tmp_path / "list.csv", text)
    assert "and 2 that have one point for several codes of a name: median 0.0" in said


def test_a_name_that_is_not_the_code_s_is_told_and_wallonia_is_left_out(tmp_path: Path) -> None:
    said = compare(tmp_path / "list.csv", "9000,Rotterdam,51.05,3.7\n9000,Gent,51.05,3.7\n4000,Luik,50.6,5.5\n")
    assert "1 rows compared, 1 not found" in said
    assert "not found: 9000 Rotterdam" in said
    assert "Luik" not in said


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("9000,Gent,51.05,3.7\n9000,Gent,ergens,3.7\n", {}, "Row 2 has no point"),
        ("4000,Luik,50.6,5.5\n", {}, "No row"),
        ("9000,Gent,51.05,3.7\n", {"columns": "code,name"}, "--columns"),
    ],
)
def test_a_list_that_can_not_be_read_is_refused(tmp_path: Path, text: str, options: dict[str, str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        compare(tmp_path / "list.csv", text, **options)
