"""A draft that is open in two windows: the second is told, sees both, and nothing is lost."""

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from listings.models import Listing
from tests.makers import GENT, TODAY, draft, published

pytestmark = pytest.mark.django_db


class Window:
    """A browser's window with the form of a draft: it sends what it shows, and takes over what an answer swaps in."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.client = Client()
        self.client.force_login(listing.maker)  # type: ignore[attr-defined]
        self.shown: dict[str, Any] = {
            "title": listing.title, "material": "wood-pallets", "quantity": "40", "unit": "piece", "condition": "3",
            "lat": GENT[0], "lon": GENT[1], "precision": "exact", "available_from": TODAY.isoformat(),
            "price_kind": "on_request", "price_basis": "lot", "recurrence": "one_off", "splittable": "on",
            "declared_status": "unsure", "pickup": "on",
        }  # fmt: skip
        self.shown["seen_at"] = self.version_in(self.client.get(self.address("listing-edit")).content.decode())

    def address(self, name: str) -> str:
        return reverse(name, args=[self.listing.pk])

    @staticmethod
    def version_in(page: str) -> str:
        found = re.search(r'name="seen_at" value="([^"]+)"', page)
        return found[1] if found else ""

    def type(self, **fields: str) -> str:
        """Type something, which saves itself; returns what the page reads then."""
        self.shown |= fields
        return self.save()

    def save(self, **more: str) -> str:
        page = self.client.post(self.address("listing-autosave"), self.shown | more, headers={"HX-Request": "true"})
        assert page.status_code == 200
        text = unescape(page.content.decode())
        self.shown["seen_at"] = self.version_in(text) or self.shown["seen_at"]
        return text


@pytest.fixture
def listing() -> Listing:
    return draft(title="Paletten", splittable=True)


def stored(listing: Listing) -> Listing:
    return Listing.objects.get(pk=listing.pk)


def test_one_window_goes_on_saving(listing: Listing) -> None:
    window = Window(listing)
    for title in ("Oude paletten", "Oude houten paletten", "Paletten uit Gent"):
        assert "Concept bewaard om" in window.type(title=title)
        assert stored(listing).title == title


def test_a_field_that_is_wrong_by_itself_waits_and_the_others_are_stored(listing: Listing) -> None:
    window = Window(listing)
    window.save()
    page = window.type(title="Twaalf paletten", quantity="veel")
    assert "Niet alles is bewaard." in page
    assert "Hoeveelheid: “veel” is geen getal" in page
    assert (stored(listing).title, stored(listing).quantity) == ("Twaalf paletten", Decimal(40))


def test_fields_that_contradict_each_other_keep_everything_back_and_the_page_says_so(listing: Listing) -> None:
    # Given a draft that is there from today,
    window = Window(listing)
    # when it is to end before that,
    page = window.type(title="Twaalf paletten", available_until="2020-01-01")
    # then nothing is stored, and that is what is said,
    assert "Je wijzigingen zijn niet bewaard." in page
    assert "Niet alles is bewaard" not in page
    assert "Concept bewaard om" not in page
    assert (stored(listing).title, stored(listing).available_until) == ("Paletten", None)
    # until it is mended.
    assert "Concept bewaard om" in window.type(available_until="")
    assert stored(listing).title == "Twaalf paletten"


def test_the_second_window_is_told_sees_both_and_overwrites_nothing(listing: Listing) -> None:
    # Given a draft that is open in two windows, of which the first stores a change,
    first, second = Window(listing), Window(listing)
    first.type(quantity="12", title="Twaalf paletten")
    # when something is typed in the second,
    page = second.type(description="Op te halen aan poort 3.")
    # then nothing of the first is overwritten, and the second says so and shows both.
    kept = stored(listing)
    assert (kept.quantity, kept.title, kept.description) == (Decimal(12), "Twaalf paletten", "")
    assert "Niet bewaard: dit concept is in een ander venster gewijzigd." in page
    assert re.findall(r"<tr><th[^>]*>(.+?)</th><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td></tr>", page) == [
        ("Titel", "Paletten", "Twaalf paletten"),
        ("Beschrijving", "Op te halen aan poort 3.", "leeg"),
        ("Hoeveelheid", "40\N{NO-BREAK SPACE}stuks", "12\N{NO-BREAK SPACE}stuks"),
    ]
    # It goes on saying so, until somebody chooses.
    assert "Niet bewaard" in second.type(title="Veertig paletten")
    assert stored(listing).title == "Twaalf paletten"


def test_who_chooses_this_window_stores_all_of_it(listing: Listing) -> None:
    first, second = Window(listing), Window(listing)
    first.type(quantity="12")
    page = second.type(title="Veertig paletten")
    offered = re.search(r"hx-vals='\{\"seen_at\": \"([^\"]+)\"\}'", page)
    assert offered
    assert "Concept bewaard om" in second.save(seen_at=offered[1])
    kept = stored(listing)
    assert (kept.quantity, kept.title) == (Decimal(40), "Veertig paletten")
    assert "Concept bewaard om" in second.type(title="Vijftig paletten")
    # The first is told in its turn.
    assert "Niet bewaard" in first.type(quantity="13")


def test_a_third_change_meanwhile_is_not_overwritten_by_that_choice(listing: Listing) -> None:
    first, second = Window(listing), Window(listing)
    first.type(quantity="12")
    page = second.type(title="Veertig paletten")
    first.type(quantity="13")
    offered = re.search(r"hx-vals='\{\"seen_at\": \"([^\"]+)\"\}'", page)
    assert offered
    assert "Niet bewaard" in second.save(seen_at=offered[1])
    assert stored(listing).quantity == 13


def test_windows_that_hold_the_same_are_not_told_apart(listing: Listing) -> None:
    first, second = Window(listing), Window(listing)
    # Saving what is stored already makes no new version,
    assert "Concept bewaard om" in first.save()
    assert stored(listing).updated_at == listing.updated_at
    # and who types the same as another has lost nothing.
    first.type(title="Twaalf paletten")
    assert "Concept bewaard om" in second.type(title="Twaalf paletten")
    assert "Concept bewaard om" in second.type(quantity="12")


def test_a_mistake_beside_a_change_elsewhere_is_shown_as_it_was_typed(listing: Listing) -> None:
    first, second = Window(listing), Window(listing)
    first.type(title="Twaalf paletten")
    page = second.type(quantity="veel", available_until="ooit", material="unobtainium", condition="4", pickup="")
    assert "Niet bewaard" in page
    rows = {
        row[0]: row[1:] for row in re.findall(r"<tr><th[^>]*>(.+?)</th><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td>", page)
    }
    assert rows["Hoeveelheid"] == ("veel", "40\N{NO-BREAK SPACE}stuks")
    assert rows["Titel"] == ("Paletten", "Twaalf paletten")
    assert {"Materiaal", "Staat"} <= rows.keys()


def test_publishing_from_the_second_window_is_asked_first(listing: Listing) -> None:
    first, second = Window(listing), Window(listing)
    first.type(quantity="12")
    sent = second.shown | {"title": "Veertig paletten", "action": "publish"}
    answer = second.client.post(second.address("listing-edit"), sent)
    assert answer.status_code == 200
    page = unescape(answer.content.decode())
    assert "door jou in een ander venster" in page
    assert "Twaalf" not in page
    assert "12\N{NO-BREAK SPACE}stuks" in page
    assert stored(listing).status == "draft"
    # Pressed once more, it has been seen.
    sent["seen_at"] = second.version_in(page)
    assert second.client.post(second.address("listing-edit"), sent).status_code == 302
    assert (stored(listing).status, stored(listing).quantity) == ("published", Decimal(40))


def test_a_mistake_does_not_hide_that_another_window_changed_it(listing: Listing) -> None:
    first, second = Window(listing), Window(listing)
    first.type(quantity="12")
    sent = second.shown | {"price_eur": "veel", "price_kind": "fixed", "action": "publish"}
    page = unescape(second.client.post(second.address("listing-edit"), sent).content.decode())
    assert "door jou in een ander venster" in page
    assert "“veel” is geen getal" in page


def test_publishing_after_a_refusal_finds_its_own_version(listing: Listing) -> None:
    window = Window(listing)
    sent = window.shown | {"title": "Anders", "condition": "", "action": "publish"}
    page = window.client.post(window.address("listing-edit"), sent).content.decode()
    assert "Kies in welke staat" in page
    sent |= {"condition": "3", "seen_at": window.version_in(page)}
    assert window.client.post(window.address("listing-edit"), sent).status_code == 302


def test_what_was_published_elsewhere_says_so() -> None:
    listing = published()
    assert "Dit zoekertje staat al online" in Window(listing).save()
