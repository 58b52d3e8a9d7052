"""A hub's board: what waits for whom in its region, longest first; a table, a phone list and a file say the same."""

import csv
import datetime as dt
import re
from copy import copy
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import HubStaff, Organisation
from exchanges import services
from exchanges.agreements.rhythm import rhythm_words
from exchanges.enums import AGREEMENT_STATES_OF, STATES_OF, AgreementState, DeliveryState, ExchangeState, Group
from exchanges.models import AgreementNote, Delivery, Exchange, Proposal, StandingAgreement
from exchanges.querysets import longest_waiting
from frontend.components import figures
from geo.models import Hub
from tests.exchanges.makers import Story, Stream
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


def places(page: str) -> list[str]:
    """Of each row, where it leads to."""
    return re.findall(r'<th scope="row"[^>]*><a href="/((?:uitwisselingen|vaste-afspraken)/\d+)/"', page)


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
    tables: list[tuple[dict[Group, Any], Any]] = [
        (STATES_OF, ExchangeState), (AGREEMENT_STATES_OF, AgreementState),
    ]  # fmt: skip
    for states_of, every in tables:
        assert frozenset().union(*states_of.values()) == set(every)
        parts = [states_of[group] for group in Group if group not in (Group.OPEN, Group.WEEK, Group.EXPIRING)]
        assert sum(len(part) for part in parts) == len(every)


def test_standing_agreements_stand_among_exchanges_by_whom_they_wait_for_and_how_long() -> None:
    new, asked, running = Story(), Stream(), Stream(first=40)
    exchange = new.ask(at=new.at - dt.timedelta(days=1))
    waiting = asked.ask_standing(at=asked.at - dt.timedelta(days=3))
    runs = running.agreed()
    client, board = staff_of(new.listing.hub_ids[0])
    page = read(client.get(board))
    assert places(page) == [
        f"vaste-afspraken/{waiting.pk}",
        f"uitwisselingen/{exchange.pk}",
        f"vaste-afspraken/{runs.pk}",
    ]
    assert "(3 dagen)" in page
    assert f"10 stuks, {rhythm_words(runs)}" in page
    assert f"volgende levering {figures.short_day(running.first)}" in page
    assert places(read(client.get(f"{board}?group=new"))) == [
        f"vaste-afspraken/{waiting.pk}", f"uitwisselingen/{exchange.pk}",
    ]  # fmt: skip
    assert places(read(client.get(f"{board}?group=agreed"))) == [f"vaste-afspraken/{runs.pk}"]


def test_each_group_has_the_agreements_that_belong_in_it_and_its_tab_counts_them() -> None:
    made: dict[str, int] = {}
    soon, unable, paused, over, refused, later = (
        Stream(first=3),
        Stream(first=40),
        Stream(),
        Stream(),
        Stream(),
        Stream(60),
    )
    made["soon"], made["later"] = soon.agreed().pk, later.agreed().pk
    made["unable"] = unable.agreed().pk
    Delivery.objects.create(
        agreement=unable.agreement, due_on=unable.first, on=unable.first, quantity=10, state=DeliveryState.UNABLE
    )
    made["paused"] = paused.paused().pk
    made["over"] = services.end_agreement(by=over.owner, agreement=over.agreed(), reason="Gestopt.").pk
    made["refused"] = services.decline_agreement(
        by=refused.owner, agreement=refused.ask_standing(), reason="Geen plaats."
    ).pk
    client, board = staff_of(soon.listing.hub_ids[0])
    # The delivery of the one that comes soon is an exchange by now, and stands beside it.
    Exchange.objects.all().delete()
    groups = {
        Group.OPEN: ["soon", "later", "unable", "paused"], Group.NEW: [], Group.AGREED: ["soon", "later", "unable"],
        Group.WEEK: ["soon"], Group.STUCK: ["unable", "paused"], Group.DONE: ["over"], Group.STOPPED: ["refused"],
    }  # fmt: skip
    StandingAgreement.objects.filter(pk=made["soon"]).update(next_on=soon.first)
    for group, names in groups.items():
        page = read(client.get(f"{board}?group={group}"))
        assert set(places(page)) == {f"vaste-afspraken/{made[name]}" for name in names}, group
        tab = re.search(rf'group={group}"[^>]*>[^<]* <span class="soft">(\d+)', page)
        assert tab is not None
        assert int(tab[1]) == len(names)


def test_the_file_and_the_phone_list_have_agreements_too() -> None:
    stream = Stream()
    agreement = stream.ask_standing()
    owner = stream.listing.organisation
    owner.phone = "09 765 43 21"
    owner.save()
    client, board = staff_of(stream.listing.hub_ids[0])
    page = read(client.get(board))
    assert page[page.index("Bellijst") :].count('href="tel:09 765 43 21"') == 1
    answer = client.get(f"{board}tabel.csv?group=new").content.decode("utf-8-sig")
    (row,) = csv.DictReader(answer.splitlines(), delimiter=";")
    told = {name: row[name] for name in ("nummer", "wacht op", "telefoon", "soort", "ritme")}
    assert told == {
        "nummer": str(agreement.pk), "wacht op": owner.name, "telefoon": "09 765 43 21", "soort": "vaste afspraak",
        "ritme": rhythm_words(agreement),
    }  # fmt: skip


def test_somebody_of_the_hub_follows_an_agreement_up_and_notes_what_was_said() -> None:
    stream = Stream()
    agreement = stream.ask_standing(remark="Liefst op maandag.")
    hub_id = stream.listing.hub_ids[0]
    client, board = staff_of(hub_id)
    person = HubStaff.objects.get(hub_id=hub_id, user__last_login__isnull=False).user
    slug, there = Hub.objects.get(pk=hub_id).slug, f"/vaste-afspraken/{agreement.pk}/"
    assert client.post(f"{there}opvolging/{slug}/", {"user": person.pk}).status_code == 302
    assert client.post(f"{there}notitie/{slug}/", {"text": "Gebeld: ze antwoorden dinsdag."}).status_code == 302
    page = read(client.get(there))
    assert "Gebeld: ze antwoorden dinsdag." in page
    # What the sides wrote each other is still theirs: a note is no step in it.
    assert "Liefst op maandag." not in page
    for side in (stream.owner, stream.requester):
        other = Client()
        other.force_login(side)
        assert "Gebeld" not in read(other.get(there))
        assert other.post(f"{there}notitie/{slug}/", {"text": "Iets."}).status_code == 403
    assert f"vaste-afspraken/{agreement.pk}" in places(read(client.get(f"{board}?opvolging=ik")))
    assert places(read(client.get(f"{board}?opvolging=niemand"))) == []
    client.post(f"{there}opvolging/{slug}/", {"user": "", "seen_owner": person.pk})
    assert places(read(client.get(f"{board}?opvolging=ik"))) == []


def test_an_agreement_elsewhere_is_none_of_the_hub_s() -> None:
    stream = Stream()
    agreement = stream.ask_standing()
    other = Hub.objects.exclude(pk__in=agreement.hub_ids)[0]
    client, board = staff_of(other.pk)
    assert places(read(client.get(board))) == []
    assert client.post(f"/vaste-afspraken/{agreement.pk}/notitie/{other.slug}/", {"text": "Iets."}).status_code == 404
    assert not AgreementNote.objects.exists()


def test_the_board_asks_as_much_for_many_as_for_few() -> None:
    story = Story()
    story.ask()
    Stream().ask_standing()
    client, board = staff_of(story.listing.hub_ids[0])
    counts = []
    for _round in range(2):
        for _number in range(3):
            Story().ask()
            Stream().ask_standing()
            Stream(first=40).agreed()
        asked = []
        for path in (board, f"{board}tabel.csv"):
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            asked.append(len(queries))
        counts.append(asked)
    assert counts[0] == counts[1]
    # Some of them for what one may filter by.
    assert max(counts[0]) <= 38


def test_a_board_finds_its_rows_among_thousands_by_the_index_of_hubs() -> None:
    exchange, agreement = Story().ask(), Stream().ask_standing()
    organisations = Organisation.objects.bulk_create(
        Organisation(name=f"Andere {number}", slug=f"andere-{number}", kind="company") for number in range(4_000)
    )
    for model, row in ((Exchange, exchange), (StandingAgreement, agreement)):
        rows = [_elsewhere(row, number, one) for number, one in enumerate(organisations)]
        model._default_manager.bulk_create(rows, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE exchanges_exchange")
        cursor.execute("ANALYZE exchanges_standingagreement")
    at = timezone.now()
    for group in Group:
        exchanges, agreements = Exchange.objects.in_hub(1_001), StandingAgreement.objects.in_hub(1_001)
        proposals = Proposal.objects.in_hub(1_001).in_group(group, at).as_waiting(at)
        found = longest_waiting(exchanges.in_group(group, at), agreements.in_group(group, at), proposals, at)
        plan = found[:50].explain()
        # Of this week it begins with the appointments.
        assert ("exchange_in_hubs" in plan) == (group != Group.WEEK), group
        assert "Seq Scan on exchanges_exchange " not in plan, group
        assert "agreement_in_hubs" in plan, group
        assert len(found) == (20 if group in (Group.OPEN, Group.NEW) else 0)


def _elsewhere(row: Any, number: int, requester: Organisation) -> Any:
    """The same, asked by another organisation and in one of four hundred hubs."""
    made = copy(row)
    made.pk, made.requester, made.hub_ids, made.idempotency_key = None, requester, [1_000 + number % 400], f"k{number}"
    return made
