"""An amount changes as people say it: the figure with its unit and its time, as the reader's language writes them."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import strip_tags

from accounts.models import User
from frontend.maps.changed_amounts import Amount, told_together
from maps import services
from maps.history import FieldChange
from maps.models import MapFeature
from tests.maps.makers import Story
from tests.maps.test_pages import filled, of

pytestmark = pytest.mark.django_db
FLOW: dict[str, Any] = {"kind": "flow", "period": "week", "quantity": "2.49", "unit": "tonne"}


def reading(user: User, language: str) -> Client:
    user.language = language
    user.save()
    return of(user)


def tables(page: str) -> list[list[tuple[str, ...]]]:
    """The tables of changes on a page, each with its rows: what, how it was, how it became."""
    found = re.findall(r'<table class="table table--words">.*?<tbody>(.*?)</tbody>', page, re.S)
    row = r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td></tr>'
    rows = [re.findall(row, one, re.S) for one in found]
    return [[tuple(strip_tags(cell).replace("\xa0", " ") for cell in row) for row in one] for one in rows]


def page_of(client: Client, feature: MapFeature) -> str:
    answer = client.get(f"/kaarten/element/{feature.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


#: What a proposal of some amount, day, months and choices reads like.
PROPOSED = {
    "nl": {
        ("Hoeveelheid", "2,49 ton per week", "4,98 ton per week"), ("Beschikbaar van", "—", "1 februari 2027"),
        ("Maanden", "—", "maart, oktober"), ("Zekerheid", "onzeker", "waarschijnlijk"),
    },
    "en": {
        ("Quantity", "2.49 t per week", "4.98 t per week"), ("Available from", "—", "1 February 2027"),
    },
    "fr": {
        ("Quantité", "2,49 t par semaine", "4,98 t par semaine"),
        ("Disponible à partir du", "—", "1er février 2027"),
    },
}  # fmt: skip


@pytest.mark.parametrize("language", PROPOSED)
def test_a_proposal_says_both_as_the_reader_writes_them(language: str) -> None:
    story = Story()
    feature = story.published(**FLOW)
    changes: dict[str, Any] = {
        "quantity": "4.98", "available_from": "2027-02-01", "season_months": [3, 10], "certainty": "likely",
    }  # fmt: skip
    services.propose_change(by=story.proposer, feature=feature, version=feature.version, **changes)
    (rows,) = tables(page_of(reading(story.manager, language), feature))[:1]
    assert len(rows) == 4
    for label, before, after in PROPOSED[language]:
        assert (before, after) in {row[1:] for row in rows}, label
    # Whoever proposed it reads the same.
    own = reading(story.proposer, language).get("/mijn/kaartvoorstellen/", follow=True)
    assert tables(own.content.decode()) == [rows]


def test_histories_say_whole_amounts_and_what_only_has_another_unit_too() -> None:
    story = Story()
    feature = story.draft(**FLOW)
    unknown: dict[str, Any] = {"quantity": None, "unit": "", "quantity_basis": "unknown"}
    for version, fields in enumerate(
        [{"quantity": "4.98"}, {"unit": "kg"}, {"period": "month"}, unknown, {"period": "day"}], start=1
    ):
        feature = services.change_feature(by=story.editor, feature=feature, version=version, **fields)
    said = [
        [row for row in rows if row[0] in ("Hoeveelheid", "Eenheid", "Periode")]
        for rows in tables(page_of(of(story.editor), feature))
    ]
    assert said == [
        [("Periode", "per maand", "per dag")],
        [("Hoeveelheid", "4,98 kg per maand", "per maand")],
        [("Hoeveelheid", "4,98 kg per week", "4,98 kg per maand")],
        [("Hoeveelheid", "4,98 ton per week", "4,98 kg per week")],
        [("Hoeveelheid", "2,49 ton per week", "4,98 ton per week")],
        [("Hoeveelheid", "—", "2,49 ton per week")],
    ]


def test_two_editors_compare_amounts_with_their_unit_and_figures_alone_where_that_is_chosen_too() -> None:
    story = Story()
    feature = story.draft(**FLOW)
    client, path = of(story.editor), f"/kaarten/element/{feature.pk}/wijzigen/"
    mine = filled(client, path)

    def conflict(**theirs: Any) -> dict[str, tuple[str, ...]]:
        services.change_feature(
            by=story.manager, feature=feature, version=MapFeature.objects.get(pk=feature.pk).version, **theirs
        )
        late = client.post(path, mine | {"quantity": "7,5", "version": 1})
        assert late.status_code == 409
        return {
            row["name"]: tuple(row[side].replace("\xa0", " ") for side in ("before", "theirs", "mine"))
            for row in late.context["conflict"]
        }

    assert conflict(quantity="4.98") == {"quantity": ("2,49 ton per week", "4,98 ton per week", "7,5 ton per week")}
    assert conflict(period="month")["quantity"] == ("2,49 ton", "4,98 ton", "7,5 ton")
    asked = conflict(unit="kg")
    assert (asked["quantity"], asked["unit"]) == (("2,49", "4,98", "7,5"), ("ton", "kg", "ton"))


def test_of_what_is_no_amount_nothing_is_put_together() -> None:
    title = FieldChange("title", "titel", "A", "B")
    kept = {"quantity": "1", "unit": "kg", "period": ""}
    assert told_together([title], kept) == [title]
    of_both = [FieldChange("unit", "eenheid", "tonne", "kg"), title, FieldChange("quantity", "hoeveelheid", "2", "3")]
    whole, *rest = told_together(of_both, kept)
    assert (whole.before, whole.after, rest) == (Amount("2", "tonne", ""), Amount("3", "kg", ""), [title])


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "1\u202f250,5\xa0kg"), ("en", "1,250.5\xa0kg"), ("fr", "1\u202f250,5\xa0kg")]
)
def test_an_amount_is_written_as_the_language_does(language: str, words: str) -> None:
    with translation.override(language):
        assert Amount("1250.500", "kg", "").words == words
        assert Amount(None, "", "").words == ""
