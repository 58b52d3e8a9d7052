"""Every figure has its unit, written as Belgians do."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from frontend.components import figures
from listings.models import Listing

NARROW, HARD = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("quantity", "unit", "words"),
    [
        (Decimal("1"), "piece", f"1{HARD}stuk"),
        (Decimal("40.000"), "piece", f"40{HARD}stuks"),
        (Decimal("1250.5"), "kg", f"1{NARROW}250,5{HARD}kg"),
        (Decimal("12.50"), "m2", f"12,5{HARD}m²"),
        (Decimal("2"), "bag", f"2{HARD}zakken"),
        (Decimal("1000000"), "tonne", f"1{NARROW}000{NARROW}000{HARD}ton"),
    ],
)
def test_an_amount_has_its_unit(quantity: Decimal, unit: str, words: str) -> None:
    assert figures.amount(quantity, unit) == words


@pytest.mark.parametrize(
    ("metres", "words"),
    [(4, "0 m"), (846, "850 m"), (949, "950 m"), (951, "1 km"), (7_710, "7,7 km"), (24_600, "25 km")],
)
def test_a_distance_is_as_exact_as_it_is_near(metres: float, words: str) -> None:
    assert figures.distance(metres) == words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "supply", "price_kind": "free"}, "gratis"),
        ({"kind": "demand", "price_kind": "free"}, "zoekt gratis"),
        ({"kind": "supply", "price_kind": "on_request"}, "prijs op aanvraag"),
        ({"kind": "supply", "price_kind": "fixed", "price_eur": Decimal("3.5")}, f"€{HARD}3,50 voor alles"),
        (
            {"kind": "supply", "price_kind": "fixed", "price_eur": 4, "price_basis": "unit", "unit": "piece"},
            f"€{HARD}4 per stuk",
        ),
        ({"kind": "demand", "price_kind": "fixed", "price_eur": 1200}, f"tot €{HARD}1{NARROW}200 voor alles"),
        ({"kind": "supply", "price_kind": "removal_fee", "price_eur": 50}, f"€{HARD}50 toe voor wie het ophaalt"),
    ],
)
def test_a_price_says_who_pays(fields: dict[str, object], words: str) -> None:
    assert figures.price(Listing(**fields)) == words


def test_a_window_names_only_what_is_not_now() -> None:
    today = timezone.localdate()
    assert figures.window(Listing(available_from=today)) == "vanaf nu"
    assert figures.window(Listing()) == ""
    later = dt.date(today.year + 1, 3, 3)
    assert figures.window(Listing(available_from=today, available_until=later)) == f"nu – 3 mrt {later.year}"


def test_a_day_in_french_has_its_article() -> None:
    today = timezone.localdate()
    with translation.override("fr"):
        assert figures.window(Listing(available_from=today)) == "dès maintenant"
        later = Listing(available_from=dt.date(today.year + 1, 12, 20))
        assert figures.window(later) == f"dès le 20 déc. {today.year + 1}"


def test_months_are_written_as_the_language_does() -> None:
    day = dt.date(2026, 12, 3)
    for language, words in (("nl", "3 dec"), ("en", "3 Dec"), ("fr", "3 déc")):
        with translation.override(language):
            assert figures.day(day, today=dt.date(2026, 1, 1)).rstrip(".") == words


def test_an_unknown_mass_stays_unknown() -> None:
    assert figures.approximate_mass(Listing(unit="piece", mass_kg=None)) == ""
    assert figures.approximate_mass(Listing(unit="piece", mass_kg=Decimal("880"))) == f"ongeveer 880{HARD}kg"
    assert figures.approximate_mass(Listing(unit="kg", mass_kg=Decimal("880"))) == ""


@given(st.lists(st.floats(0, 100), max_size=8))
def test_apportioned_points_add_up_and_are_near(shares: list[float]) -> None:
    points = figures.apportion(shares)
    assert sum(points) == pytest.approx(sum(shares), abs=0.5001)
    assert all(abs(whole - share) <= 1.0001 for whole, share in zip(points, shares, strict=True))


def test_six_equal_parts_make_a_hundred() -> None:
    assert figures.apportion([100 / 6] * 6) == [17, 17, 17, 17, 16, 16]
