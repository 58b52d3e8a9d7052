"""Many listings in one go over the API: all of them or nothing, once, and with the question about what looks alike."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client

from accounts.models import Organisation, User
from journal.models import Event
from listings.duplicates.own import RowsLookAlike
from listings.late import TooLate
from listings.models import Listing, PostedTogether
from listings.together import MOST_TOGETHER, post_listings
from tests.makers import TODAY, draft, make_organisation, make_site, make_user, material, published

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/listings/many/"
TITLE = "Houten paletten van de bouw"


@pytest.fixture
def member() -> User:
    return make_user()


@pytest.fixture
def organisation(member: User) -> Organisation:
    made = make_organisation(member)
    make_site(made)
    return made


def row(organisation: Organisation, **fields: Any) -> dict[str, Any]:
    """A whole supply, as a program sends it."""
    return {
        "kind": "supply", "title": TITLE, "material": "wood-pallets", "quantity": 40, "unit": "piece",
        "condition": "used", "available_from": TODAY.isoformat(), "site": organisation.sites.get().pk,
    } | fields  # fmt: skip


def other(organisation: Organisation, **fields: Any) -> dict[str, Any]:
    """Something that looks like nothing else."""
    return row(organisation, title="Kasten van de school", material="furniture", quantity=3) | fields


def send(member: User, organisation: Organisation, rows: list[Any], **more: Any) -> Any:
    client = Client()
    client.force_login(member)
    given = {"idempotency_key": "k", "organisation": organisation.pk, "listings": rows} | more
    return client.post(ADDRESS, given, content_type="application/json")


def standing(member: User, organisation: Organisation) -> Listing:
    return published(organisation=organisation, by=member, title=TITLE, quantity=40)


def test_many_are_published_at_once_in_their_order(member: User, organisation: Organisation) -> None:
    made = send(member, organisation, [other(organisation), row(organisation)])
    assert made.status_code == 201, made.content
    rows = made.json()["results"]
    assert [(one["title"], one["kind"]) for one in rows] == [("Kasten van de school", "supply"), (TITLE, "supply")]
    assert set(Listing.objects.values_list("status", flat=True)) == {"published"}
    for verb in ("listing.created", "listing.published"):
        assert set(Event.objects.filter(verb=verb).values_list("subject_id", flat=True)) == {one["id"] for one in rows}


def test_what_looks_like_ones_own_is_asked_about_row_by_row(member: User, organisation: Organisation) -> None:
    there = standing(member, organisation)
    rows = [row(organisation), other(organisation), other(organisation, title="kasten, school"), row(organisation)]
    asked = send(member, organisation, rows)
    assert asked.status_code == 409, asked.content
    assert asked["Content-Type"] == "application/problem+json"
    found = asked.json()["rows"]
    assert [one["row"] for one in found] == [0, 2, 3]
    assert [(one["alike"], one["rows"]) for one in found[:2]] == [([there.pk], []), ([], [1])]
    assert (found[2]["alike"], found[2]["rows"]) == ([there.pk], [0])
    assert "Er is niets bewaard" in asked.json()["detail"]
    assert [*Listing.objects.all()] == [there]
    assert not PostedTogether.objects.exists()
    # Who is sure of some is asked about the others.
    rows[0]["sure"] = rows[2]["sure"] = True
    assert [one["row"] for one in send(member, organisation, rows).json()["rows"]] == [3]
    assert Listing.objects.count() == 1
    rows[3]["sure"] = True
    assert send(member, organisation, rows).status_code == 201
    assert Listing.objects.count() == 5


def test_one_may_be_sure_of_all(member: User, organisation: Organisation) -> None:
    standing(member, organisation)
    made = send(member, organisation, [row(organisation), row(organisation)], sure=True)
    assert made.status_code == 201
    assert Listing.objects.published().count() == 3


def test_it_asks_what_posting_one_by_one_asks(member: User, organisation: Organisation) -> None:
    """The one rule: what another says, or what is no longer open, isn't asked about, and drafts never are."""
    published(title=TITLE, quantity=40)
    draft(organisation=organisation, by=member, title=TITLE, quantity=40)
    rows = [row(organisation), row(organisation, quantity=10), row(organisation, kind="demand", condition=None)]
    assert send(member, organisation, rows).status_code == 201
    drafts = send(member, organisation, [row(organisation)], idempotency_key="l", publish=False)
    assert (drafts.status_code, Listing.objects.get(pk=drafts.json()["results"][0]["id"]).status) == (201, "draft")


def test_every_mistake_is_named_by_its_row_and_nothing_is_stored(member: User, organisation: Organisation) -> None:
    wrong = [
        row(organisation),
        row(organisation, quantity="veel", colour="rood"),
        row(organisation, material="unobtainium"),
    ]
    fields = {one["field"] for one in send(member, organisation, wrong).json()["errors"]}
    assert fields == {"listings.1.colour", "listings.2.material"}
    shapes = [row(organisation), row(organisation, quantity="veel"), 3]
    fields = {one["field"] for one in send(member, organisation, shapes).json()["errors"]}
    assert fields == {"listings.1.quantity", "listings.2"}
    # What only the whole of a listing says: incomplete, over, not one's own.
    foreign = make_site(make_organisation(make_user()))
    wholes = [
        row(organisation, quantity=None),
        other(organisation, available_until="2020-01-01"),
        other(organisation, site=foreign.pk),
    ]
    found = send(member, organisation, wholes)
    assert found.status_code == 400
    fields = {one["field"] for one in found.json()["errors"]}
    assert {"listings.0.quantity", "listings.1.available_until", "listings.2.site"} <= fields
    assert all(one.split(".")[1] in "012" for one in fields)
    assert not Listing.objects.exists()
    assert not Event.objects.filter(verb__startswith="listing.").exists()


@pytest.mark.parametrize("rows", [[], [{"kind": "supply"}] * (MOST_TOGETHER + 1), "x", {"kind": "supply"}, None])
def test_too_many_or_none_are_refused_in_words(member: User, organisation: Organisation, rows: Any) -> None:
    refused = send(member, organisation, rows)
    assert refused.status_code == 400
    assert [one["field"] for one in refused.json()["errors"]] == ["listings"]
    if isinstance(rows, list):
        assert refused.json()["errors"][0]["message"].startswith("Stuur 1 tot 100 zoekertjes in één keer.")


def test_the_same_key_gives_what_it_made(member: User, organisation: Organisation) -> None:
    first = send(member, organisation, [row(organisation), other(organisation)])
    again = send(member, organisation, [row(organisation), other(organisation)])
    assert again.status_code == first.status_code == 201
    assert [one["id"] for one in again.json()["results"]] == [one["id"] for one in first.json()["results"]]
    assert Listing.objects.count() == 2
    otherwise = send(member, organisation, [other(organisation)])
    assert otherwise.status_code == 409
    assert [one["field"] for one in otherwise.json()["errors"]] == ["idempotency_key"]
    assert Listing.objects.count() == 2
    # Another organisation has keys of its own.
    theirs = make_organisation(member)
    make_site(theirs)
    assert send(member, theirs, [row(theirs)]).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_the_same_sent_at_once_is_stored_once() -> None:
    member = make_user()
    organisation = make_organisation(member)
    site, start = make_site(organisation), Barrier(4)
    fields = {
        "kind": "supply", "title": TITLE, "material": material(), "quantity": 40, "unit": "piece", "condition": 3,
        "available_from": TODAY, "site": site,
    }  # fmt: skip

    def post(_number: int) -> list[int]:
        start.wait()
        try:
            return post_listings(by=member, organisation=organisation, rows=[fields], key="k", digest="d").listing_ids
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(post, range(4)))
    assert made == [[Listing.objects.get().pk]] * 4


def test_members_alone_post_for_an_organisation(member: User, organisation: Organisation) -> None:
    given: dict[str, Any] = {"organisation": organisation, "rows": [], "key": "k", "digest": "d"}
    for stranger in (make_user(), make_user(is_superuser=True)):
        assert send(stranger, organisation, [row(organisation)]).status_code == 403
        with pytest.raises(PermissionDenied):
            post_listings(by=stranger, **given)
    assert Client().post(ADDRESS, {}, content_type="application/json").status_code in (401, 403)
    post_listings(by=member, **given)
    with pytest.raises(TooLate):
        post_listings(by=member, **given | {"digest": "e"})
    assert not Listing.objects.exists()


def test_a_mistake_comes_before_a_question(member: User, organisation: Organisation) -> None:
    standing(member, organisation)
    whole = {
        "kind": "supply", "title": TITLE, "material": material(), "quantity": 40, "unit": "piece", "condition": 3,
        "available_from": TODAY, "site": organisation.sites.get(),
    }  # fmt: skip
    given: dict[str, Any] = {"by": member, "organisation": organisation, "key": "k", "digest": "d"}
    with pytest.raises(ValidationError) as refused:
        post_listings(**given, rows=[whole, whole | {"unit": ""}])
    assert all(name.startswith("listings.1") for name in refused.value.message_dict)
    with pytest.raises(RowsLookAlike) as asked:
        post_listings(**given, rows=[whole])
    assert [one.row for one in asked.value.rows] == [0]
