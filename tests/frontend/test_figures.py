"""Every figure has its unit, written as the reader's language does."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from frontend.components import figures
from frontend.templatetags import werkstof
from listings.models import Listing
from materials.figures import day_and_month

TODAY = dt.date(2026, 1, 5)
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
    [(4, "vlakbij"), (6, "10 m"), (846, "850 m"), (949, "950 m"), (951, "1 km"), (7_710, "7,7 km"), (24_600, "25 km")],
)
def test_a_distance_is_as_exact_as_it_is_near(metres: float, words: str) -> None:
    assert figures.distance(metres) == words.replace(" ", HARD)


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


#: What stands on pages and in letters, as Dutch, English and French write it.
IN_THREE_LANGUAGES: dict[str, tuple[Callable[[], str], str, str, str]] = {
    "money": (lambda: figures.euro(Decimal("12.5")), "€_12,50", "€12.50", "12,50_€"),
    "whole euros": (lambda: figures.euro(1250), "€_1~250", "€1,250", "1~250_€"),
    "a mass": (lambda: figures.mass(2_500), "2,5_ton", "2.5_t", "2,5_t"),
    "an amount": (lambda: figures.amount(Decimal("1250.50"), "m2"), "1~250,5_m²", "1,250.5_m²", "1~250,5_m²"),
    "three decimals": (lambda: figures.stored_amount(Decimal("0.125"), "kg"), "0,125_kg", "0.125_kg", "0,125_kg"),
    "a number": (lambda: figures.number(1_234_567), "1~234~567", "1,234,567", "1~234~567"),
    "a short way": (lambda: figures.distance(7_710), "7,7_km", "7.7_km", "7,7_km"),
    "a long way": (lambda: figures.distance(12_300), "12_km", "12_km", "12_km"),
    "a share": (lambda: figures.percent(0.8), "80_%", "80%", "80~%"),
    "a small share": (lambda: figures.percent(0.0012, 1), "0,1_%", "0.1%", "0,1~%"),
    "1 February": (lambda: figures.short_day(dt.date(2026, 2, 1), TODAY), "1 feb", "1 Feb", "1er févr."),
    "July": (lambda: figures.short_day(dt.date(2027, 7, 14), TODAY), "14 jul 2027", "14 Jul 2027", "14 juil. 2027"),
    "March": (lambda: figures.short_day(dt.date(2026, 3, 3), TODAY), "3 mrt", "3 Mar", "3 mars"),
    "a day": (lambda: figures.long_day(dt.date(2026, 12, 3)), "3 december 2026", "3 December 2026", "3 décembre 2026"),
    "1 August": (lambda: figures.long_day(dt.date(2026, 8, 1)), "1 augustus 2026", "1 August 2026", "1er août 2026"),
    "1 June": (lambda: day_and_month(dt.date(2026, 6, 1)), "1 juni", "1 June", "1er juin"),
    "a time": (lambda: figures.time_of_day(dt.datetime(2026, 1, 5, 13, 5, tzinfo=dt.UTC)), "14:05", "14:05", "14:05"),
}  # fmt: skip


@pytest.mark.parametrize(("write", "dutch", "english", "french"), IN_THREE_LANGUAGES.values(), ids=IN_THREE_LANGUAGES)
def test_a_figure_in_three_languages(write: Callable[[], str], dutch: str, english: str, french: str) -> None:
    """The table writes a no-break space as “_” and a narrow one as “~”."""
    for language, words in (("nl", dutch), ("en", english), ("fr", french)):
        with translation.override(language):
            assert write().replace(HARD, "_").replace(NARROW, "~") == words, language


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


def test_a_day_is_that_of_our_clocks_and_what_ends_with_a_day_ends_on_it() -> None:
    """At 23:30 in London it is the next day here; who reads "tot maandag" of Sunday's midnight comes a day late."""
    evening, midnight = (
        dt.datetime(2026, 12, 13, hour, minute, tzinfo=dt.UTC) for hour, minute in ((23, 30), (23, 0))
    )
    with translation.override("nl"):
        assert werkstof.day(evening).startswith("14 dec")
        assert werkstof.until(evening).startswith("maandag 14 december")
        assert werkstof.until(evening).endswith(", 00:30")
        assert werkstof.until(midnight).startswith("zondag 13 december")
        assert werkstof.until(midnight).endswith(", 24:00")
        assert werkstof.until_short(midnight).startswith("13 dec")
