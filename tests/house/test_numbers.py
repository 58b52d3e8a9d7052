"""A number that has a name in the code stands nowhere else. Where a text has to repeat it, a test compares the two."""

import ast
import re
from collections.abc import Iterator

import pytest

from geo.blurring import BLUR_M
from geo.models import LARGEST_BUFFER_KM
from geo.points import LAMBERT_72_SRID, METRIC_SRID, PROJECTED_SRIDS
from listings.imports.table_file import MOST_ROWS
from listings.models import LARGEST_REACH_KM
from sandbox.sizes import LARGEST_ATTACHMENT_BYTES, LARGEST_UPLOAD_BYTES
from tests.house.pages import ROOT

ROOMS = ("sandbox", "journal", "geo", "accounts", "materials", "listings", "matching", "frontend", "marketplace")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "frontend/imports/templates/imports/new.html",
            f"tot {LARGEST_UPLOAD_BYTES // 10**6} MB en {MOST_ROWS:,} rijen",
        ),
        ("frontend/posting/templates/posting/photos.html", f"tot {LARGEST_ATTACHMENT_BYTES // 10**6} MB"),
        ("frontend/posting/forms.py", f"(ongeveer {BLUR_M} m)"),
        ("frontend/about/templates/about/about.html", f"een vak van {BLUR_M} m"),
        ("frontend/listings/templates/listings/listing.html", f"dit gebied van {BLUR_M} m"),
        ("listings/enums.py", f"(ongeveer {BLUR_M} m)"),
        ("listings/models/listing.py", f"tussen 1 en {LARGEST_REACH_KM} km"),
        ("geo/models.py", f"0 tot {LARGEST_BUFFER_KM} km"),
        (
            "geo/points.py",
            " of ".join(f"{srid} (Lambert {year})" for srid, year in zip(PROJECTED_SRIDS, (72, 2008), strict=True)),
        ),
        *(
            (f"frontend/about/texts/{document}.{language}.md", f"{square} {BLUR_M} m")
            for document in ("help", "privacy")
            for language, square in (("nl", "een vak van"), ("en", "a square of"), ("fr", "un carré de"))
        ),
        ("frontend/about/texts/help.nl.md", f"tot {LARGEST_UPLOAD_BYTES // 10**6} MB en {MOST_ROWS:,} rijen"),
        ("frontend/about/texts/help.en.md", f"up to {LARGEST_UPLOAD_BYTES // 10**6} MB and {MOST_ROWS:,} rows"),
        ("frontend/about/texts/help.fr.md", f"jusqu’à {LARGEST_UPLOAD_BYTES // 10**6} Mo et {MOST_ROWS:,} lignes"),
        ("docs/search-api.md", f"a square of {BLUR_M} m"),
        ("docs/adr/0014-blurred-places.md", f"a {BLUR_M} m grid cell"),
    ],
)
def test_a_text_says_the_number_that_holds(path: str, text: str) -> None:
    # In texts a space stands between thousands.
    assert text.replace(",", " ") in (ROOT / path).read_text()


def numbers_of_systems(source: str) -> Iterator[str]:
    """Where code names a coordinate system by its number: on its own, or as the last argument of a function in SQL."""
    in_sql = re.compile(rf",\s*({METRIC_SRID}|{LAMBERT_72_SRID})\)")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and node.value in PROJECTED_SRIDS:
            yield str(node.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and (found := in_sql.search(node.value)):
            yield found[1]


def test_only_points_know_the_numbers_of_coordinate_systems() -> None:
    found = {
        str(path.relative_to(ROOT)): list(numbers)
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "migrations" not in path.parts and (numbers := list(numbers_of_systems(path.read_text())))
    }
    assert list(found) == ["geo/points.py"]


def test_a_number_of_a_system_is_found() -> None:
    assert list(numbers_of_systems("x = 3812\ny = 31_370\nz = 'Lambert 3812'")) == ["3812", "31370"]
    assert list(numbers_of_systems('sql = f"SELECT ST_Transform({point}, 3812)"')) == ["3812"]
    assert list(numbers_of_systems('words = "EPSG:3812 (Lambert 2008)"')) == []


def unsafe_digits(source: str) -> Iterator[str]:
    """Functions that make a number of what isdigit() or isnumeric() takes, such as "²", which int() doesn't."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            parts = list(ast.walk(node))
            calls = [part for part in parts if isinstance(part, ast.Call)]
            called = {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}
            named = [one for call in calls for one in (call.func, *call.args) if isinstance(one, ast.Name)]
            makes = any(one.id == "int" for one in named)
            if makes and called & {"isdigit", "isnumeric"} and "isascii" not in called:
                yield node.name


def test_a_number_is_made_of_digits_that_make_one() -> None:
    rooms = (*ROOMS, "alerts", "exchanges", "maps", "programme")
    found = {
        str(path.relative_to(ROOT)): names
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if (names := list(unsafe_digits(path.read_text())))
    }
    assert found == {}


def test_a_number_made_of_a_superscript_is_found() -> None:
    unsafe = "def read(text):\n    return int(text) if text.isdigit() else 0"
    assert list(unsafe_digits(unsafe)) == ["read"]
    assert list(unsafe_digits(unsafe.replace("text.isdigit()", "text.isascii() and text.isdigit()"))) == []
    assert list(unsafe_digits(unsafe.replace("isdigit", "isdecimal"))) == []
