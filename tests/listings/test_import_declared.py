"""A list gives what food has to say; the rules are those of the form and the API."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation
from listings import services
from listings.declarations import CHECKLIST
from listings.imports.services import confirm_import, run_check, run_store, start_import
from listings.models import Listing, ListingImport
from tests.makers import GENT, TODAY, make_organisation, make_user, material, published

pytestmark = pytest.mark.django_db

SOON = TODAY + dt.timedelta(days=6)
FIXED = {"lat": str(GENT[0]), "lon": str(GENT[1]), "hoeveelheid": "20", "eenheid": "kg", "staat": "nieuw"}
FOOD = {"materiaal": "food-dairy", "TGT": SOON.isoformat(), "bewaren": "gekoeld", "allergenen": "melk, ei"}


@pytest.fixture
def company() -> Organisation:
    return make_organisation(make_user())


def checked(company: Organisation, *rows: dict[str, str]) -> ListingImport:
    """A list of these rows after its check. Its columns are those of the first row."""
    rows = tuple(FIXED | {"referentie": f"R{number}"} | row for number, row in enumerate(rows))
    lines = [";".join(rows[0]), *(";".join(row[name] for name in rows[0]) for row in rows)]
    file = SimpleUploadedFile("voorraad.csv", "\n".join(lines).encode())
    made = start_import(by=company.memberships.get().user, organisation=company, upload=file)
    run_check(made)
    return made


def stored(company: Organisation, *rows: dict[str, str]) -> list[Listing]:
    made = checked(company, *rows)
    assert made.mistakes == []
    run_store(confirm_import(by=company.memberships.get().user, listing_import=made))
    return list(Listing.objects.filter(organisation=company).order_by("reference"))


def mistakes(company: Organisation, row: dict[str, str]) -> set[str]:
    """The columns that hold a mistake."""
    return {mistake["field"] for mistake in checked(company, row).mistakes}


def test_a_list_says_of_food_what_the_law_asks(company: Organisation) -> None:
    dated, bread, dry = stored(
        company,
        FOOD | {"THT": ""},
        {"materiaal": "food-bread", "TGT": "", "THT": "veevoeder", "bewaren": "", "allergenen": ""},
        {
            "materiaal": "food-dry", "TGT": "", "THT": SOON.strftime("%d/%m/%Y"), "bewaren": "droog",
            "allergenen": "geen",
        },
    )  # fmt: skip
    assert (dated.food_date_kind, dated.food_date, dated.food_storage) == ("use_by", SOON, "chilled")
    assert (dated.allergens, dated.available_until) == (["eggs", "milk"], SOON)
    assert (bread.food_date_kind, bread.food_date, bread.available_until) == ("not_eaten", None, None)
    assert (dry.food_date_kind, dry.food_date, dry.allergens) == ("best_before", SOON, ["none"])


@pytest.mark.parametrize(
    ("row", "columns"),
    [
        ({"TGT": ""}, {"best_before"}),
        ({"TGT": "morgen"}, {"use_by"}),
        ({"TGT": (TODAY - dt.timedelta(days=1)).isoformat()}, {"use_by", "available_until"}),
        ({"TGT": "geen datum"}, {"use_by"}),
        ({"THT": SOON.isoformat()}, {"use_by"}),
        ({"bewaren": ""}, {"food_storage"}),
        ({"bewaren": "ergens"}, {"food_storage"}),
        ({"allergenen": ""}, {"allergens"}),
        ({"allergenen": "melk, honing"}, {"allergens"}),
        ({"allergenen": "geen, melk"}, {"allergens"}),
        ({"beschikbaar tot": (SOON + dt.timedelta(days=1)).isoformat()}, {"available_until"}),
        ({"materiaal": "wood-pallets", "eenheid": "stuks"}, {"use_by", "food_storage", "allergens"}),
    ],
)
def test_what_a_list_lacks_or_can_t_mean_is_named_at_its_column(
    company: Organisation, row: dict[str, str], columns: set[str]
) -> None:
    assert mistakes(company, FOOD | row) == columns


def test_a_list_without_those_columns_says_what_food_lacks(company: Organisation) -> None:
    (mistake, *_more) = checked(company, {"materiaal": "food-dairy"}).mistakes
    assert (mistake["field"], mistake["says"][0][0]) == ("best_before", "Zeg welke datum erop staat: THT of TGT.")


def test_what_a_list_leaves_out_stays_as_the_form_had_it(company: Organisation) -> None:
    by = company.memberships.get().user
    given: dict[str, Any] = {"material": material("ict-laptops"), "quantity": 4, "unit": "piece", "reference": "R0"}
    given |= dict.fromkeys(CHECKLIST, True)
    published(by=by, organisation=company, **given)
    row = {"materiaal": "ict-laptops", "eenheid": "stuks", "staat": "gebruikt"}
    (listing,) = stored(company, row)
    assert listing.reuse_ready is True
    assert listing.quantity == 20
    services.update_listing(by=by, listing=listing, condition=2, reuse_safe=False)
    assert mistakes(company, row) == {"condition"}
    # Of another material it says nothing any more.
    (listing,) = stored(company, row | {"materiaal": "furniture-desks"})
    assert (listing.reuse_ready, listing.reuse_works) == (None, None)


def test_a_list_keeps_food_that_the_form_declared_within_its_date(company: Organisation) -> None:
    by = company.memberships.get().user
    published(
        by=by, organisation=company, reference="R0", material=material("food-dairy"), quantity=60, unit="kg",
        food_date_kind="use_by", food_date=SOON, food_storage="chilled", allergens=["milk"],
    )  # fmt: skip
    (listing,) = stored(company, {"materiaal": "food-dairy"})
    assert listing.quantity == 20
    assert (listing.food_date, listing.available_until) == (SOON, SOON)
    late = {"materiaal": "food-dairy", "beschikbaar tot": (SOON + dt.timedelta(days=2)).isoformat()}
    assert mistakes(company, late) == {"available_until"}


CHECKED = {
    "materiaal": "ict-laptops", "eenheid": "stuks", "staat": "gebruikt", "werkt": "ja", "elektrisch veilig": "yes",
    "volledig en onbeschadigd": "oui", "zonder cfk": "x", "zonder beeldbuis": "ja",
}  # fmt: skip
PROVED = {
    "materiaal": "wood-pallets", "eenheid": "stuks", "juridische status": "bijproduct",
    "bewijs": "grondstofverklaring", "nummer van het bewijs": "GSV-2026-17",
    "bewijs geldig tot": (TODAY + dt.timedelta(days=90)).isoformat(),
}  # fmt: skip


def test_a_list_answers_the_reuse_checklist(company: Organisation) -> None:
    ready, unknown, broken = stored(
        company,
        CHECKED,
        CHECKED | {"werkt": "niet nagekeken", "zonder cfk": ""},
        CHECKED | {"staat": "te herstellen", "elektrisch veilig": "nee"},
    )
    assert (ready.reuse_ready, unknown.reuse_ready, broken.reuse_ready) == (True, None, False)
    assert (unknown.reuse_works, unknown.reuse_safe, unknown.reuse_no_cfc) == (None, True, None)


def test_a_list_says_the_status_of_a_lot_with_its_evidence(company: Organisation) -> None:
    proved, waste, plain = stored(
        company,
        PROVED | {"euralcode": ""},
        PROVED | {"juridische status": "afval", "bewijs": "", "nummer van het bewijs": "", "bewijs geldig tot": "",
                  "euralcode": "17 02 01"},
        PROVED | {"juridische status": "", "bewijs": "", "nummer van het bewijs": "", "bewijs geldig tot": "",
                  "euralcode": ""},
    )  # fmt: skip
    assert (proved.declared_status, proved.status_evidence, proved.status_number) == (
        "by_product", "raw_material", "GSV-2026-17",
    )  # fmt: skip
    assert proved.status_until == TODAY + dt.timedelta(days=90)
    assert (waste.declared_status, waste.eural_code, waste.status_evidence) == ("waste", "170201", "")
    assert (plain.declared_status, plain.status_until) == ("unsure", None)


@pytest.mark.parametrize(
    ("row", "columns"),
    [
        (CHECKED | {"werkt": "soms"}, {"reuse_works"}),
        (CHECKED | {"elektrisch veilig": "nee"}, {"condition"}),
        (CHECKED | {"materiaal": "furniture-desks"}, set(CHECKLIST)),
        (PROVED | {"bewijs": ""}, {"status_evidence"}),
        (PROVED | {"bewijs": "een brief"}, {"status_evidence"}),
        (PROVED | {"nummer van het bewijs": ""}, {"status_number"}),
        (PROVED | {"nummer van het bewijs": "9" * 61}, {"status_number"}),
        (PROVED | {"juridische status": "rommel"}, {"declared_status"}),
        (PROVED | {"juridische status": ""}, {"declared_status"}),
        (PROVED | {"juridische status": "afval", "bewijs": "attest"}, {"eural_code"}),
        (PROVED | {"bewijs geldig tot": (TODAY - dt.timedelta(days=1)).isoformat()}, {"status_until"}),
        (PROVED | {"bewijs geldig tot": "ooit"}, {"status_until"}),
        (
            PROVED | {"soort": "vraag"}, {"declared_status", "status_evidence", "status_number", "status_until"},
        ),
    ],
)  # fmt: skip
def test_what_a_list_declares_wrongly_is_named_at_its_column(
    company: Organisation, row: dict[str, str], columns: set[str]
) -> None:
    assert mistakes(company, row) == columns


def test_what_a_list_does_not_say_of_status_and_checklist_stays(company: Organisation) -> None:
    stored(company, PROVED)
    (listing,) = stored(company, {"materiaal": "wood-pallets", "eenheid": "stuks"})
    assert (listing.declared_status, listing.status_number) == ("by_product", "GSV-2026-17")
    assert listing.quantity == 20


def test_a_list_says_whom_only_the_hub_may_know(company: Organisation) -> None:
    """Given rows that say so, then their place is blurred; what a later list leaves out stays."""
    row = {"materiaal": "wood-pallets", "eenheid": "stuks"}
    secret, named = stored(company, row | {"alleen hub": "ja"}, row | {"alleen hub": "nee", "hoeveelheid": "7"})
    assert (secret.hub_only, secret.precision) == (True, "blurred")
    assert secret.shown_location != secret.location
    assert secret.hub_ids == named.hub_ids
    assert (named.hub_only, named.precision) == (False, "exact")
    secret, named = stored(company, row | {"hoeveelheid": "30"}, row | {"hoeveelheid": "8"})
    assert (secret.hub_only, secret.precision, secret.quantity) == (True, "blurred", Decimal(30))
    assert mistakes(company, row | {"alleen hub": "misschien"}) == {"hub_only"}
    # No hub has Antwerp in its region.
    assert mistakes(company, row | {"lat": "51.2194", "lon": "4.4025", "alleen hub": "ja"}) == {"hub_only"}
