"""A hub's board: what waits for whom in its region, longest first; a table, a phone list and a file say the same."""

import csv
import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import HubStaff
from exchanges.enums import STATES_OF, ExchangeState, Group
from geo.models import Hub
from tests.exchanges.makers import Story
from tests.makers import make_user

pytestmark = pytest.mark.django_db


def staff_of(hub_id: int) -> tuple[Client, str]:
    """Somebody of a hub, and the address of its board."""
    user, client = make_user(), Client()
    HubStaff.objects.create(hub_id=hub_id, user=user, role="editor")
    client.force_login(user)
    return client, f"/hubs/{Hub.objects.get(pk=hub_id).slug}/uitwisselingen/"


def read(response: Any) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def shown(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<th scope="row"[^>]*><a href="/uitwisselingen/(\d+)/"', page)]


def test_what_waits_longest_comes_first_and_what_waits_for_its_day_last() -> None:
    new, old, planned, over = Story(), Story(), Story(), Story()
    waits_shortest, waits_longest = new.ask(), old.ask(at=old.at - dt.timedelta(days=2))
    scheduled = planned.scheduled()
    completed = over.completed()
    client, board = staff_of(new.listing.hub_ids[0])
    page = read(client.get(board))
    assert shown(page) == [waits_longest.pk, waits_shortest.pk, scheduled.pk]
    assert "(2 dagen)" in page
    assert old.listing.organisation.name in page
    assert shown(read(client.get(f"{board}?group=new"))) == [waits_longest.pk, waits_shortest.pk]
    assert shown(read(client.get(f"{board}?group=done"))) == [completed.pk]
    assert "Hier wacht niets" in read(client.get(f"{board}?group=stuck"))
    assert shown(read(client.get(f"{board}?group=nonsense"))) == shown(page)


def test_another_hub_sees_none_of_it() -> None:
    story = Story()
    story.ask()
    other = Hub.objects.exclude(pk__in=story.listing.hub_ids)[0]
    client, board = staff_of(other.pk)
    assert shown(read(client.get(board))) == []


def test_the_phone_list_names_each_organisation_once_with_its_number() -> None:
    story = Story()
    story.ask()
    owner = story.listing.organisation
    owner.phone = "09 123 45 67"
    owner.save()
    client, board = staff_of(story.listing.hub_ids[0])
    page = read(client.get(board))
    calls = page[page.index("Bellijst") :]
    assert calls.count('href="tel:09 123 45 67"') == 1
    assert story.organisation.name not in calls


def test_the_file_has_every_row_of_the_group_and_no_formula() -> None:
    story = Story(title="=1+1")
    exchange = story.ask()
    client, board = staff_of(story.listing.hub_ids[0])
    answer = client.get(f"{board}tabel.csv?group=new")
    lines = list(csv.reader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert lines[0][:3] == ["nummer", "wat", "hoeveelheid"]
    assert lines[1][:2] == [str(exchange.pk), "'=1+1"]
    assert lines[1][3:5] == [story.listing.organisation.name, story.organisation.name]
    assert len(client.get(f"{board}tabel.csv?group=done").content.decode().splitlines()) == 1


def test_the_groups_hold_every_state() -> None:
    assert frozenset().union(*STATES_OF.values()) == set(ExchangeState)
    parts = [STATES_OF[group] for group in Group if group not in (Group.OPEN, Group.WEEK)]
    assert sum(len(part) for part in parts) == len(ExchangeState)


def test_the_board_asks_as_much_for_many_as_for_few() -> None:
    story = Story()
    story.ask()
    client, board = staff_of(story.listing.hub_ids[0])
    counts = []
    for _round in range(2):
        for _number in range(3):
            Story().ask()
        asked = []
        for path in (board, f"{board}tabel.csv"):
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            asked.append(len(queries))
        counts.append(asked)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 17
