"""Whose a listing is, is shown by `shown_organisation` and `shown_owner`, which know who may read it (ADR 0046)."""

import re

import pytest

from tests.house.pages import ROOT

#: What names an organisation, reached by a listing or by the sides of an exchange.
NAMES_IT = re.compile(
    r"(?<!shown_)\b(?:organisation|owner|giver|receiver)\.(?:name|slug|email|phone|badges|website|description)\b"
)
OF_A_LISTING = re.compile(r"\b(?:listing|supply|demand|service|nearest|card|stop|exchange|leg|made)\.\w*$")
#: The form of one's own listing, and a specimen of the page on which components are looked at.
ALLOWED = {"frontend/posting/templates/posting/edit.html", "frontend/about/specimens.py"}
ROOMS = ("frontend", "exchanges", "alerts", "matching", "programme")


def names_past_the_reader(text: str) -> list[str]:
    """Where a text takes the name of a listing's organisation, whoever reads it."""
    found = []
    for match in NAMES_IT.finditer(text):
        before = text[max(0, match.start() - 40) : match.start()]
        if OF_A_LISTING.search(before):
            found.append(before[-15:] + match.group())
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{ listing.organisation.name }}", True),
        ("{{ card.listing.organisation.badges }}", True),
        ("{{ row.exchange.owner.name }}", True),
        ("leg.giver.name", True),
        ("listing.organisation.slug", True),
        ("{{ listing.shown_organisation.name }}", False),
        ("{{ row.exchange.shown_owner.name }}", False),
        ("{{ organisation.name }}", False),
        ("{{ row.booking.organisation.name }}", False),
        ("listing.organisation_id", False),
    ],
)
def test_what_names_it_past_the_reader_is_found(text: str, found: bool) -> None:
    assert bool(names_past_the_reader(text)) is found


def test_no_page_row_or_letter_names_it_past_the_reader() -> None:
    files = [path for room in ROOMS for kind in ("*.py", "*.html") for path in (ROOT / room).rglob(kind)]
    assert len(files) > 300
    wrong = {
        str(path.relative_to(ROOT)): names
        for path in files
        if str(path.relative_to(ROOT)) not in ALLOWED and (names := names_past_the_reader(path.read_text()))
    }
    assert wrong == {}


def test_what_is_allowed_is_there() -> None:
    assert all((ROOT / path).exists() and names_past_the_reader((ROOT / path).read_text()) for path in ALLOWED)
