"""What two organisations may both have listed: shown to the staff of hubs, who say where it isn't one lot."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import HubStaff, User
from geo.models import Hub
from journal.models import Event
from listings.duplicates.own import QUANTITY_SHARE
from listings.duplicates.pairs import Page, alike_in_hub, said_in_hub
from listings.duplicates.services import say_no_duplicate, take_back_no_duplicate
from listings.late import TooLate
from listings.models import Listing, NoDuplicate
from listings.services import publish_listing, update_listing, withdraw_listing
from tests.makers import GENT, make_organisation, make_user, material, published

pytestmark = pytest.mark.django_db
TITLE = "Houten paletten van de bouw"
#: 300 m and 2 km north of GENT.
NEXT_DOOR, FURTHER = (GENT[0] + 0.0027, GENT[1]), (GENT[0] + 0.018, GENT[1])


@pytest.fixture
def standing() -> Listing:
    return published(title=TITLE, quantity=40)


@pytest.fixture
def hub() -> Hub:
    return Hub.objects.get(slug="sociaal-circulaire-hub-gent")


@pytest.fixture
def mechelen() -> Hub:
    return Hub.objects.get(slug="ce-hub-regio-mechelen")


def works_for(hub: Hub, **fields: Any) -> User:
    return HubStaff.objects.create(hub=hub, user=make_user(**fields), role="editor").user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ids(page: Page) -> list[tuple[int, int]]:
    return [(pair.newer.pk, pair.older.pk) for pair in page.pairs]


def change(listing: Listing, **fields: Any) -> None:
    update_listing(by=listing.maker, listing=listing, **fields)  # type: ignore[attr-defined]


def test_a_hub_sees_what_two_organisations_may_both_have_listed(standing: Listing, hub: Hub, mechelen: Hub) -> None:
    twin = published(title="Houten paletten, van de bouw", quantity=40 * QUANTITY_SHARE)
    published(title="Houten paletten van de bouw", quantity=10)
    published(title="Houten paletten van de bouw", quantity=40, at=FURTHER)
    published("demand", title=TITLE, quantity=40)
    # Their own twice isn't two organisations'.
    published(organisation=twin.organisation, by=twin.maker, title="Planken en balken", quantity=40)  # type: ignore[attr-defined]
    assert ids(alike_in_hub(hub)) == [(twin.pk, standing.pk)]
    assert ids(alike_in_hub(mechelen)) == []


@pytest.mark.parametrize("newer_is_there", [True, False])
def test_both_hubs_see_a_pair_over_their_border_once(
    standing: Listing, hub: Hub, mechelen: Hub, newer_is_there: bool
) -> None:
    twin = published(title=TITLE, quantity=40)
    there = twin if newer_is_there else standing
    Listing.objects.filter(pk=there.pk).update(hub_ids=[mechelen.pk])
    for one in (hub, mechelen):
        assert ids(alike_in_hub(one)) == [(twin.pk, standing.pk)]
    # What one hub says holds for the other, whose staff are not told by whom.
    say_no_duplicate(by=(by := works_for(hub, name="Bo")), hub=hub, one=standing, other=twin)
    for one in (hub, mechelen):
        assert ids(alike_in_hub(one)) == []
    (here,), (over_there,) = said_in_hub(hub).pairs, said_in_hub(mechelen).pairs
    assert here.said
    assert over_there.said
    assert (here.said.by, here.said.hub, over_there.said.by, over_there.said.hub) == (str(by), hub, "", hub)
    # The other hub puts it back.
    take_back_no_duplicate(by=works_for(mechelen), hub=mechelen, said=NoDuplicate.objects.get())
    assert ids(alike_in_hub(hub)) == [(twin.pk, standing.pk)]


def test_a_pair_that_is_none_leaves_the_list_until_it_is_put_back(standing: Listing, hub: Hub) -> None:
    twin, by = published(title=TITLE, quantity=40), works_for(hub)
    said = say_no_duplicate(by=by, hub=hub, one=standing, other=twin, reason=" Elk een loods. ")
    assert (said.newer_id, said.older_id, said.by, said.reason) == (twin.pk, standing.pk, by, "Elk een loods.")
    assert ids(alike_in_hub(hub)) == []
    (pair,) = said_in_hub(hub).pairs
    assert pair.said
    assert (pair.newer, pair.older, pair.said.reason, pair.said.at) == (twin, standing, said.reason, said.said_at)
    # Another pair of the same listing is another question.
    third = published(title=TITLE, quantity=40)
    assert ids(alike_in_hub(hub)) == [(third.pk, twin.pk), (third.pk, standing.pk)]
    take_back_no_duplicate(by=by, hub=hub, said=said)
    take_back_no_duplicate(by=by, hub=hub, said=said)
    assert (twin.pk, standing.pk) in ids(alike_in_hub(hub))
    assert said_in_hub(hub).pairs == []
    events = Event.objects.filter(verb__in=["listing.no_duplicate", "listing.duplicate_again"]).order_by("pk")
    assert [(event.verb, event.subject_id, event.changes) for event in events] == [
        ("listing.no_duplicate", twin.pk, {"other": standing.pk, "why": "Elk een loods."}),
        ("listing.duplicate_again", twin.pk, {"other": standing.pk}),
    ]
    # What staff think of listings is the hub's, and no affair of the organisations.
    assert {(event.organisation_id, tuple(event.hub_ids)) for event in events} == {
        (None, tuple(sorted(standing.hub_ids)))
    }


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": f"{TITLE} II"}, f"Bij “{TITLE} II” veranderde: de titel (was “{TITLE}”)."),
        ({"quantity": 44}, "de hoeveelheid (was 40\N{NO-BREAK SPACE}stuks)"),
        ({"location": Point(NEXT_DOOR[1], NEXT_DOOR[0], srid=4326)}, "veranderde: de plaats."),
        ({"location": Point(NEXT_DOOR[1], NEXT_DOOR[0], srid=4326), "quantity": 44}, "stuks), de plaats."),
    ],
)
@pytest.mark.parametrize("which", ["newer", "older"])
def test_what_changed_since_brings_a_pair_back(
    standing: Listing, hub: Hub, fields: dict[str, Any], words: str, which: str
) -> None:
    twin, by = published(title=TITLE, quantity=40), works_for(hub, name="Bo")
    say_no_duplicate(by=by, hub=hub, one=standing, other=twin, reason="Gebeld.")
    # What didn't make them alike changes nothing.
    change(twin, description="Ze staan droog.")
    change(standing, price_kind="free")
    assert ids(alike_in_hub(hub)) == []
    change({"newer": twin, "older": standing}[which], **fields)
    (pair,) = alike_in_hub(hub).pairs
    assert pair.said
    assert (pair.said.by, pair.said.reason) == ("Bo", "Gebeld.")
    (said,) = pair.changes
    assert words in said
    assert said_in_hub(hub).pairs == []
    # Said anew, it holds anew: by whom said it last.
    other = works_for(hub, name="Mo")
    say_no_duplicate(by=other, hub=hub, one=standing, other=twin)
    assert ids(alike_in_hub(hub)) == []
    row = NoDuplicate.objects.get()
    assert (row.by, row.reason) == (other, "")


def test_both_of_another_material_are_another_pair(standing: Listing, hub: Hub) -> None:
    twin, by = published(title=TITLE, quantity=40), works_for(hub)
    say_no_duplicate(by=by, hub=hub, one=standing, other=twin)
    for listing in (standing, twin):
        change(listing, material=material("furniture"))
    (pair,) = alike_in_hub(hub).pairs
    assert pair.changes == [f"Bij “{TITLE}” veranderde: het materiaal."] * 2


def test_a_change_that_is_undone_needs_no_new_look(standing: Listing, hub: Hub) -> None:
    twin = published(title=TITLE, quantity=40)
    say_no_duplicate(by=works_for(hub), hub=hub, one=standing, other=twin)
    change(twin, quantity=44)
    assert ids(alike_in_hub(hub)) == [(twin.pk, standing.pk)]
    change(twin, quantity=40)
    assert ids(alike_in_hub(hub)) == []
    # Nor does what was away for a while.
    withdraw_listing(by=twin.maker, listing=twin)  # type: ignore[attr-defined]
    assert said_in_hub(hub).pairs == []
    twin.refresh_from_db()
    publish_listing(by=twin.maker, listing=twin)  # type: ignore[attr-defined]
    assert ids(alike_in_hub(hub)) == []
    assert ids(said_in_hub(hub)) == [(twin.pk, standing.pk)]


def test_who_may_say_it_and_of_what(standing: Listing, hub: Hub, mechelen: Hub) -> None:
    twin, by = published(title=TITLE, quantity=40), works_for(hub)
    there = works_for(mechelen)
    member = standing.maker  # type: ignore[attr-defined]
    for user, of in ((member, hub), (make_user(is_superuser=True), hub), (there, hub), (there, mechelen)):
        with pytest.raises(PermissionDenied):
            say_no_duplicate(by=user, hub=of, one=standing, other=twin)
    another = published(title="Kasten", quantity=2)
    with pytest.raises(TooLate):
        say_no_duplicate(by=by, hub=hub, one=standing, other=another)
    for wrong, field in (({"other": standing}, "other"), ({"other": twin, "reason": "x" * 201}, "reason")):
        with pytest.raises(ValidationError) as refused:
            say_no_duplicate(**({"by": by, "hub": hub, "one": standing} | wrong))  # type: ignore[arg-type]
        assert list(refused.value.message_dict) == [field]
    assert not NoDuplicate.objects.exists()
    said = say_no_duplicate(by=by, hub=hub, one=standing, other=twin)
    for user, of in ((member, hub), (there, hub), (there, mechelen)):
        with pytest.raises(PermissionDenied):
            take_back_no_duplicate(by=user, hub=of, said=said)
    assert NoDuplicate.objects.get() == said


def test_nobody_says_it_of_what_they_did_not_see(standing: Listing, hub: Hub) -> None:
    twin, by = published(title=TITLE, quantity=40), works_for(hub)
    (seen,) = alike_in_hub(hub).pairs
    change(twin, quantity=44)
    with pytest.raises(TooLate):
        say_no_duplicate(by=by, hub=hub, one=standing, other=twin, seen=seen.seen)
    assert not NoDuplicate.objects.exists()
    (now,) = alike_in_hub(hub).pairs
    say_no_duplicate(by=by, hub=hub, one=standing, other=twin, seen=now.seen)
    assert ids(alike_in_hub(hub)) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_say_it_at_once_make_one_row(hub: Hub) -> None:
    standing = published(title=TITLE, quantity=40)
    twin, staff = published(title=TITLE, quantity=40), [works_for(hub) for _number in range(6)]
    start = Barrier(len(staff))

    def say(number: int) -> int:
        start.wait()
        one, other = (standing, twin) if number % 2 else (twin, standing)
        try:
            return say_no_duplicate(by=staff[number], hub=hub, one=one, other=other, reason=str(number)).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(len(staff)) as pool:
        made = set(pool.map(say, range(len(staff))))
    row = NoDuplicate.objects.get()
    assert made == {row.pk}
    assert staff[int(row.reason)] == row.by
    assert Event.objects.filter(verb="listing.no_duplicate").count() == 1


def test_the_page_is_for_the_hub_s_staff(standing: Listing, hub: Hub) -> None:
    twin = published(title=TITLE, quantity=40)
    page = f"/hubs/{hub.slug}/dubbels/"
    staff = works_for(hub)
    stranger = make_organisation(make_user()).memberships.get().user
    for user, status in ((None, 302), (stranger, 403), (make_user(is_superuser=True), 403), (staff, 200)):
        client = Client()
        if user is not None:
            client.force_login(user)
        answer = client.get(page)
        assert answer.status_code == status
    text = answer.content.decode()
    for listing in (standing, twin):
        assert listing.get_absolute_url() in text
        assert listing.organisation.name in text


def test_the_page_says_it_shows_who_did_and_puts_it_back(standing: Listing, hub: Hub) -> None:
    twin = published(title=TITLE, quantity=40)
    page, client = f"/hubs/{hub.slug}/dubbels/", client_of(works_for(hub, name="Bo Peeters"))
    sent = {"one": twin.pk, "other": standing.pk, "seen": client.get(page).context["rows"][0][0].seen}
    long = client.post(f"{page}geen/", sent | {"reason": "x" * 201}, follow=True).content.decode()
    assert "Waarom niet: " in long
    assert not NoDuplicate.objects.exists()
    gone = client.post(f"{page}geen/", sent | {"one": 0}, follow=True).content.decode()
    assert "is er niet meer" in gone
    shown = client.post(f"{page}geen/", sent | {"reason": "Elk een <b>loods"}, follow=True).content.decode()
    assert "Geen dubbels gevonden" in shown
    said = client.get(f"{page}?toon=geen").content.decode()
    assert "Bo Peeters zei op " in said
    assert "Elk een &lt;b&gt;loods" in said
    assert standing.get_absolute_url() in said
    change(twin, quantity=44)
    again = client.get(page).content.decode()
    assert "Bo Peeters zei op " in again
    assert "de hoeveelheid (was 40\N{NO-BREAK SPACE}stuks)" in again
    change(twin, quantity=40)
    row = NoDuplicate.objects.get()
    for _press in range(2):
        back = client.post(f"{page}geen/{row.pk}/terug/", follow=True).content.decode()
        assert "weer bij wat na te kijken is" in back
    assert standing.get_absolute_url() in client.get(page).content.decode()
    assert client.get(f"{page}?cursor=x").status_code == 302


def test_the_api_lists_says_and_takes_back(standing: Listing, hub: Hub) -> None:
    twin = published(title=TITLE, quantity=40)
    address, client = f"/api/v1/hubs/{hub.slug}/duplicates/", client_of(works_for(hub, name="Bo"))
    (row,) = client.get(address).json()["results"]
    assert (row["newer"]["id"], row["older"]["id"]) == (twin.pk, standing.pk)
    assert (row["said"], row["changes"]) == (None, [])
    sent = {"listing": standing.pk, "other": twin.pk, "reason": "Gebeld.", "seen": row["seen"]}
    made = client.post(f"{address}dismissed/", sent, content_type="application/json")
    assert made.status_code == 201, made.content
    assert {name: made.json()[name] for name in ("by", "hub", "reason")} == {
        "by": "Bo", "hub": hub.slug, "reason": "Gebeld.",
    }  # fmt: skip
    assert client.get(address).json()["results"] == []
    (kept,) = client.get(f"{address}dismissed/").json()["results"]
    assert kept["said"] == made.json()
    # Once more changes nothing.
    again = client.post(f"{address}dismissed/", sent | {"reason": "Anders."}, content_type="application/json")
    assert (again.status_code, again.json()) == (201, made.json())
    change(twin, quantity=44)
    (back,) = client.get(address).json()["results"]
    assert back["said"] == made.json()
    assert back["changes"] == [f"Bij “{TITLE}” veranderde: de hoeveelheid (was 40\N{NO-BREAK SPACE}stuks)."]
    stale = client.post(f"{address}dismissed/", sent, content_type="application/json")
    assert stale.status_code == 409
    assert "veranderde terwijl je keek" in stale.json()["detail"]
    for wrong, field in (({"other": 0}, "other"), ({"reason": "x" * 201}, "reason"), ({"why": "x"}, "why")):
        refused = client.post(f"{address}dismissed/", sent | wrong, content_type="application/json")
        assert refused.status_code == 400
        assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert client.delete(f"{address}dismissed/{made.json()['id']}/").status_code == 204
    assert client.delete(f"{address}dismissed/{made.json()['id']}/").status_code == 404


@pytest.mark.parametrize("said", [False, True])
def test_lists_go_on_page_by_page_without_repeats(standing: Listing, hub: Hub, said: bool) -> None:
    by = works_for(hub)
    twins = [published(title=TITLE, quantity=40) for _number in range(3)]
    wanted = set(ids(alike_in_hub(hub)))
    assert len(wanted) == 6
    if said:
        for newer, older in sorted(wanted):
            one, other = (Listing.objects.get(pk=pk) for pk in (newer, older))
            say_no_duplicate(by=by, hub=hub, one=one, other=other)
    read, client = [], client_of(by)
    address = f"/api/v1/hubs/{hub.slug}/duplicates/{'dismissed/' if said else ''}?page_size=4"
    while address:
        page = client.get(address).json()
        assert len(page["results"]) <= 4
        read.append([(row["newer"]["id"], row["older"]["id"]) for row in page["results"]])
        address = page["next"]
    assert [len(one) for one in read] == [4, 2]
    assert {pair for one in read for pair in one} == wanted
    assert len(twins) == 3
    html = client.get(f"/hubs/{hub.slug}/dubbels/").content.decode()
    assert "Meer tonen" not in html
    wrong = client.get(f"/api/v1/hubs/{hub.slug}/duplicates/?cursor=x")
    assert [error["field"] for error in wrong.json()["errors"]] == ["cursor"]


@pytest.mark.parametrize("address", ["/hubs/{}/dubbels/", "/hubs/{}/dubbels/?toon=geen", "/api/v1/hubs/{}/duplicates/",
                                     "/api/v1/hubs/{}/duplicates/dismissed/"])  # fmt: skip
def test_a_list_asks_as_much_for_many_as_for_few(standing: Listing, hub: Hub, address: str) -> None:
    by, counts = works_for(hub), []
    client, path = client_of(by), address.format(hub.slug)
    for _round in range(2):
        for _number in range(2):
            say_no_duplicate(by=by, hub=hub, one=standing, other=(twin := published(title=TITLE, quantity=40)))
            if "geen" not in path and "dismissed" not in path:
                # It comes back, with what was said of it.
                change(twin, quantity=41)
        # The first request of a process that shows a card also reads what stays in memory.
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] < 25
