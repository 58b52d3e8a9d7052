"""The filters of a hub's board: by colleague, organisation, material and period; and what ends by itself soon."""

import csv
import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.enums import Group
from exchanges.models import Exchange, StandingAgreement
from exchanges.sweep import sweep
from frontend.exchanges import board
from geo.models import Hub
from tests.exchanges.makers import Story, Stream
from tests.exchanges.test_board import places, read, shown, staff_of
from tests.makers import make_user, material

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def colleague_of(hub_id: int, name: str) -> User:
    return HubStaff.objects.create(hub_id=hub_id, user=make_user(name=name), role="editor").user


def csv_of(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return list(csv.reader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))


def numbers_in(client: Client, address: str) -> list[int]:
    return [int(line[0]) for line in csv_of(client, address)[1:]]


def test_a_colleague_an_organisation_and_nobody_are_filters_that_hold_in_page_counts_and_file() -> None:
    mine, theirs, nobodys = Story(), Story(), Story()
    rows = [story.ask() for story in (mine, theirs, nobodys)]
    hub = Hub.objects.get(pk=mine.listing.hub_ids[0])
    client, address = staff_of(hub.pk)
    me = User.objects.get(pk=client.session["_auth_user_id"])
    bo = colleague_of(hub.pk, "Bo Vervaet")
    services.follow_up(by=me, about=rows[0], hub=hub, user=me)
    services.follow_up(by=me, about=rows[1], hub=hub, user=bo)
    page = read(client.get(address))
    assert "Bo Vervaet" in page
    for query, expected in (
        ("opvolging=ik", [rows[0].pk]),
        (f"opvolging={bo.pk}", [rows[1].pk]),
        ("opvolging=niemand", [rows[2].pk]),
        (f"organisatie={theirs.organisation.slug}", [rows[1].pk]),
        (f"organisatie={nobodys.listing.organisation.slug}", [rows[2].pk]),
        (f"opvolging=ik&organisatie={theirs.organisation.slug}", []),
    ):
        found = read(client.get(f"{address}?{query}"))
        assert shown(found) == expected, query
        assert f'aria-current="true">Alles wat loopt <span class="soft">{len(expected)}</span>' in found, query
        assert numbers_in(client, f"{address}tabel.csv?{query}") == expected, query
        # The tabs and the file keep them, so that the address can be shared.
        assert f"?group=stuck&amp;{query.replace('&', '&amp;')}" in found, query
    assert "Niets past bij deze filters" in found
    # Of the phone list only what is shown.
    calls = read(client.get(f"{address}?organisatie={theirs.organisation.slug}"))
    calls = calls[calls.index("Bellijst") :]
    assert theirs.listing.organisation.name in calls
    assert mine.listing.organisation.name not in calls


def test_a_material_counts_with_all_below_it_and_of_a_stream_too() -> None:
    wood, steel, stream = Story(material=material("wood")), Story(material=material("metals")), Stream()
    in_wood, in_steel = wood.ask(), steel.ask()
    standing = stream.ask_standing()
    client, address = staff_of(wood.listing.hub_ids[0])
    of_wood = [f"uitwisselingen/{in_wood.pk}", f"vaste-afspraken/{standing.pk}"]
    assert sorted(places(read(client.get(f"{address}?materiaal=wood")))) == of_wood
    assert places(read(client.get(f"{address}?materiaal=metals"))) == [f"uitwisselingen/{in_steel.pk}"]
    assert len(places(read(client.get(address)))) == 3


def test_a_period_is_about_when_it_was_asked_and_takes_both_its_days() -> None:
    old, new = Story(), Story()
    first, second = old.ask(at=old.at - 4 * DAY), new.ask()
    client, address = staff_of(old.listing.hub_ids[0])
    day, today = (timezone.localdate(one.created_at).isoformat() for one in (first, second))
    assert shown(read(client.get(f"{address}?tot={day}"))) == [first.pk]
    assert shown(read(client.get(f"{address}?van={day}&tot={day}"))) == [first.pk]
    assert shown(read(client.get(f"{address}?van={today}"))) == [second.pk]
    assert numbers_in(client, f"{address}tabel.csv?van={today}&tot={today}") == [second.pk]


@pytest.mark.parametrize(
    "query", [
        "opvolging=999999", "opvolging=x", "organisatie=bestaat-niet", "organisatie=%00", "materiaal=x%00",
        "van=2026-13-40", "tot=9999-12-31", "van=0001-01-01", "van=2026-05-02&tot=2026-05-01",
    ],
)  # fmt: skip
def test_a_filter_that_is_wrong_says_so_and_gives_no_file_of_all(query: str) -> None:
    story = Story()
    story.ask()
    client, address = staff_of(story.listing.hub_ids[0])
    page = client.get(f"{address}?{query}")
    assert page.status_code == 200
    assert "field__error" in read(page) or 'aria-invalid="true"' in read(page)
    assert client.get(f"{address}tabel.csv?{query}").status_code == 302


def test_whose_a_listing_is_that_only_another_hub_knows_no_filter_tells() -> None:
    story = Story(hub_only=True, precision="blurred")
    exchange = story.ask()
    other = Hub.objects.exclude(pk__in=story.listing.hub_ids).first()
    assert other is not None
    Exchange.objects.filter(pk=exchange.pk).update(hub_ids=[other.pk])
    client, address = staff_of(other.pk)
    page = read(client.get(address))
    assert shown(page) == [exchange.pk]
    assert story.listing.organisation.name not in page
    assert shown(read(client.get(f"{address}?organisatie={story.organisation.slug}"))) == [exchange.pk]
    # It isn't even one of the choices: nothing is filtered, and nothing is told.
    assert (
        "organisatie"
        not in client.get(f"{address}?organisatie={story.listing.organisation.slug}").context["look"].given
    )


def test_what_ends_within_two_days_or_was_reminded_for_the_last_time_is_about_to_lapse() -> None:
    fresh, late, planned = Story(), Story(), Story()
    asked = late.ask(at=late.at - 6 * DAY)
    young = fresh.ask()
    planned.scheduled()
    reminded = Story()
    silent = reminded.accepted()
    Exchange.objects.filter(pk=silent.pk).update(due_at=silent.deadline_at, due_number=2)
    client, address = staff_of(fresh.listing.hub_ids[0])
    page = read(client.get(f"{address}?group=expiring"))
    assert set(shown(page)) == {asked.pk, silent.pk}
    assert 'Dreigt te vervallen <span class="soft">2</span>' in page
    everything = read(client.get(address))
    assert everything.count('tag--warn">dreigt te vervallen') == 2
    lines = csv_of(client, f"{address}tabel.csv")
    column = lines[0].index("dreigt te vervallen")
    assert {int(line[0]) for line in lines[1:] if line[column]} == {asked.pk, silent.pk}
    assert young.pk in {int(line[0]) for line in lines[1:]}


def test_a_request_that_the_sweep_reminded_of_for_the_last_time_stands_there() -> None:
    """The rule by the clock that people have: not by rows that a test changed."""
    story = Story()
    asked = story.ask()
    assert asked.deadline_at is not None
    moments = [asked.created_at + step * DAY for step in range(1, 8)]
    seen = []
    for at in moments:
        sweep(at=at)
        row = Exchange.objects.filter(pk=asked.pk)
        soon = row.get().is_open and asked.deadline_at - at <= 2 * DAY
        last = row.get().is_open and row.get().due_number > 0 and row.get().due_at == row.get().deadline_at
        seen.append(bool(soon or last))
        assert row.in_group(Group.EXPIRING, at).exists() == seen[-1], at
    assert set(seen) == {True, False}


def test_of_standing_agreements_what_waits_too_long_is_about_to_lapse() -> None:
    stream, late = Stream(), Stream(first=20)
    young, old = stream.ask_standing(), late.ask_standing(at=late.at - 6 * DAY)
    running = Stream(first=40).agreed()
    at = timezone.now()
    found = set(StandingAgreement.objects.in_group(Group.EXPIRING, at).values_list("pk", flat=True))
    assert old.pk in found
    assert not {young.pk, running.pk} & found


def test_a_file_comes_in_parts_and_each_is_linked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "ROWS_PER_FILE", 2)
    stories = [Story() for _number in range(5)]
    made = {story.ask().pk for story in stories}
    client, address = staff_of(stories[0].listing.hub_ids[0])
    page = read(client.get(f"{address}?opvolging=niemand"))
    parts = [numbers_in(client, f"{address}tabel.csv?group=open&opvolging=niemand&deel={part}") for part in (1, 2, 3)]
    assert [len(part) for part in parts] == [2, 2, 1]
    assert set().union(*parts) == made
    for part in (1, 2, 3):
        assert f"tabel.csv?group=open&amp;opvolging=niemand&amp;deel={part}" in page
    assert "deel=4" not in page


def test_filters_take_the_same_number_of_queries_for_few_and_for_many() -> None:
    first = Story()
    first.ask()
    Stream().ask_standing()
    client, address = staff_of(first.listing.hub_ids[0])
    query = "?opvolging=niemand&materiaal=wood"
    counts: list[list[int]] = []
    for _round in range(2):
        counts.append([_queries(client, f"{where}{query}") for where in (address, f"{address}tabel.csv")])
        for _number in range(3):
            Story().ask()
            Stream().ask_standing()
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 41


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer: Any = client.get(address)
    assert answer.status_code == 200
    return len(queries)
