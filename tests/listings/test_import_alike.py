"""A row of a list that looks like what was posted by form is asked about: it never becomes a second listing unseen."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Organisation
from exchanges import services as exchanges
from listings.imports.alike import MOST_ASKED, alike
from listings.imports.checks import check
from listings.imports.services import confirm_import, run_check, run_store, start_import
from listings.imports.stored_rows import BATCH
from listings.models import ImportState, Listing, ListingImport
from tests.makers import make_organisation, make_user, published

pytestmark = pytest.mark.django_db
HEAD = "referentie;titel;materiaal;hoeveelheid;eenheid;lat;lon\n"
ROW = "R1;Paletten van hout, bouw;houten paletten;38;stuks;51.055;3.7174\n"


@pytest.fixture
def company() -> Organisation:
    return make_organisation(make_user())


def member(company: Organisation) -> Any:
    return company.memberships.get().user


@pytest.fixture
def posted(company: Organisation) -> Listing:
    """By form: without a reference, some metres from where the list says, and a little more of it."""
    return published(by=member(company), organisation=company, title="Houten paletten van de bouw", quantity=40)


def checked(company: Organisation, text: str) -> ListingImport:
    upload = SimpleUploadedFile("lijst.csv", text.encode())
    made = start_import(by=member(company), organisation=company, upload=upload)
    run_check(made)
    assert made.mistakes == []
    return made


def stored(made: ListingImport, **given: Any) -> ListingImport:
    run_store(confirm_import(by=made.created_by, listing_import=made, **given))  # type: ignore[arg-type]
    return ListingImport.objects.get(pk=made.pk)


def doubles(made: ListingImport) -> list[tuple[int, int | None]]:
    """Rows that are asked about, each with what it looks like."""
    return [(double["row"], double["listing"]) for double in made.preview["doubles"]]


def of(company: Organisation) -> list[tuple[str, str, Decimal | None]]:
    rows = Listing.objects.filter(organisation=company).order_by("pk")
    return list(rows.values_list("title", "reference", "quantity"))


@pytest.mark.parametrize(
    ("row", "asked"),
    [
        (ROW, True),
        (ROW.replace("R1", ""), True),
        # What 38 pallets weigh.
        (ROW.replace("38;stuks", "0,9;ton"), True),
        (ROW.replace("38", "10"), False),
        (ROW.replace("51.055", "51.08"), False),
        (ROW.replace("Paletten van hout, bouw", "Bureaustoelen"), False),
        (ROW.replace("houten paletten", "bureaustoelen"), False),
    ],
)
def test_a_row_is_asked_about_by_the_rule_of_posting_by_form(
    company: Organisation, posted: Listing, row: str, asked: bool
) -> None:
    made = checked(company, HEAD + row)
    assert doubles(made) == ([(2, posted.pk)] if asked else [])
    if asked:
        with pytest.raises(ValidationError, match="lijken op wat er al staat"):
            stored(made)
        assert len(of(company)) == 1
    else:
        assert stored(made).added == 1


def test_what_another_has_and_what_a_list_named_otherwise_is_not_asked_about(
    company: Organisation, posted: Listing
) -> None:
    assert checked(make_organisation(make_user()), HEAD + ROW).preview["doubles"] == []
    Listing.objects.filter(pk=posted.pk).update(reference="EIGEN-1")
    assert checked(company, HEAD + ROW).preview["doubles"] == []
    assert checked(company, HEAD + ROW.replace("R1", "EIGEN-1")).preview["doubles"] == []


def test_a_member_has_the_row_change_the_listing_which_the_next_list_knows(
    company: Organisation, posted: Listing
) -> None:
    made = checked(company, HEAD + ROW)
    done = stored(made, chosen={2: "update"})
    assert (done.state, done.added, done.changed) == (ImportState.DONE, 0, 1)
    assert of(company) == [("Paletten van hout, bouw", "R1", Decimal(38))]
    again = checked(company, HEAD + ROW)
    assert again.preview["doubles"] == []
    assert stored(again).unchanged == 1


@pytest.mark.parametrize(("choice", "listings"), [("skip", 1), ("new", 2)])
def test_or_skips_it_or_takes_it_as_something_else(
    company: Organisation, posted: Listing, choice: str, listings: int
) -> None:
    other = "R2;Kasten;kasten;3;stuks;51.055;3.7174\n"
    done = stored(checked(company, HEAD + ROW + other), others=choice)
    assert (done.state, done.changed) == (ImportState.DONE, 0)
    assert len(of(company)) == listings + 1
    assert of(company)[0] == (posted.title, "", Decimal(40))


def test_one_row_of_two_changes_a_listing_and_the_other_is_asked_about_by_itself(
    company: Organisation, posted: Listing
) -> None:
    made = checked(company, HEAD + ROW + ROW.replace("R1", "R2"))
    assert doubles(made) == [(2, posted.pk), (3, None)]
    with pytest.raises(ValidationError, match="lijken op"):
        confirm_import(by=member(company), listing_import=made, chosen={2: "update"})
    stored(made, chosen={2: "update", 3: "new"})
    assert [reference for _title, reference, _quantity in of(company)] == ["R1", "R2"]


def test_a_listing_that_came_meanwhile_is_asked_about_before_anything_is_stored(company: Organisation) -> None:
    made = checked(company, HEAD + ROW)
    posted = published(by=member(company), organisation=company, title="Houten paletten van de bouw", quantity=40)
    asked = stored(made)
    assert (asked.state, doubles(asked)) == (ImportState.CHECKED, [(2, posted.pk)])
    assert len(of(company)) == 1


def test_a_choice_that_would_break_a_promise_stores_nothing(company: Organisation, posted: Listing) -> None:
    asker = make_user()
    exchange = exchanges.request_exchange(
        by=asker, organisation=make_organisation(asker), listing=posted, quantity=Decimal(39)
    )
    exchanges.accept(by=member(company), exchange=exchange)
    done = stored(checked(company, HEAD + ROW), chosen={2: "update"})
    assert (done.state, done.mistake_count) == (ImportState.FAILED, 1)
    assert of(company) == [(posted.title, "", Decimal(40))]


def test_the_page_asks_and_does_as_it_is_told(company: Organisation, posted: Listing) -> None:
    made, client = checked(company, HEAD + ROW), Client()
    client.force_login(member(company))
    page = client.get(reverse("import", args=[made.pk])).content.decode()
    assert "1 rij lijkt op wat er al staat." in page
    assert posted.get_absolute_url() in page
    assert 'name="alike-2"' in page
    assert "Rij 2: Paletten van hout, bouw" in page
    assert posted.title in page
    for given in ({}, {"alike": "iets"}, {"alike-2": "\0"}, {"alike-x": "new"}, {"alike-99": "new"}):
        client.post(reverse("import-decide", args=[made.pk]), {"action": "confirm"} | given)
        assert ListingImport.objects.get(pk=made.pk).state == ImportState.CHECKED
    client.post(reverse("import-decide", args=[made.pk]), {"action": "confirm", "alike-2": "skip"})
    found = ListingImport.objects.get(pk=made.pk)
    assert (found.state, found.choices["rows"]["2"]["choice"]) == (ImportState.STORING, "skip")


def test_what_was_chosen_for_one_row_stays_where_another_is_still_asked_about(
    company: Organisation, posted: Listing
) -> None:
    made, client = checked(company, HEAD + ROW + ROW.replace("R1", "R2")), Client()
    client.force_login(member(company))
    given = {"action": "confirm", "alike": "", "alike-2": "update", "alike-3": ""}
    answer = client.post(reverse("import-decide", args=[made.pk]), given)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "lijken op wat er al staat" in page
    chosen = {name: 'value="update" selected' in _select(page, name) for name in ("alike", "alike-2", "alike-3")}
    assert chosen == {"alike": False, "alike-2": True, "alike-3": False}
    assert ListingImport.objects.get(pk=made.pk).state == ImportState.CHECKED


def _select(page: str, name: str) -> str:
    return page.split(f'name="{name}"', 1)[1].split("</select>", 1)[0]


def test_a_row_past_the_thousandth_is_answered_by_its_plain_number(company: Organisation, posted: Listing) -> None:
    made, client = checked(company, HEAD + ROW), Client()
    client.force_login(member(company))
    made.preview["doubles"] = [
        {"row": 1234, "listing": posted.pk},
        {"row": 1235, "title": "Nog een", "listing": None},
        {"row": 1236, "title": "Weg", "listing": posted.pk + 1},
    ]
    made.save()
    page = client.get(reverse("import", args=[made.pk])).content.decode()
    assert [f'name="alike-{row}"' in page for row in (1234, 1235, 1236)] == [True] * 3
    assert "dezelfde als een andere rij" in page
    assert "lijkt op een zoekertje dat er niet meer is" in page


def test_more_than_are_shown_follow_one_answer(company: Organisation, posted: Listing) -> None:
    rows = "".join(ROW.replace("R1", f"R{number}") for number in range(MOST_ASKED + 2))
    made = checked(company, HEAD + rows)
    assert (len(made.preview["doubles"]), made.preview["counts"]["doubles"]) == (MOST_ASKED, MOST_ASKED + 2)
    with pytest.raises(ValidationError, match="lijken op"):
        confirm_import(by=member(company), listing_import=made, chosen=dict.fromkeys(range(2, MOST_ASKED + 2), "skip"))
    assert stored(made, others="update").changed == 1
    assert len(of(company)) == 1


def test_many_rows_cost_a_query_for_each_batch(company: Organisation, posted: Listing, tmp_path: Any) -> None:
    counts = []
    for size in (10, BATCH, BATCH + 1):
        path = tmp_path / f"{size}.csv"
        path.write_text(HEAD + "".join(ROW.replace("R1", f"R{number}") for number in range(size)))
        rows = check(path, path.name, company, 4326, lambda _done, _total: None, today=posted.created_at.date()).rows
        with CaptureQueriesContext(connection) as queries:
            assert len(alike(rows, company, {})) == size
        counts.append(len(queries))
    assert counts[1] == counts[0]
    assert counts[2] == counts[0] + 1
