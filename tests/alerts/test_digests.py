"""Letters about what is new: one for each person, each listing once, none at night, and a link that stops them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from alerts import digests, services, tasks
from alerts.digests import ALERTS_AT_ONCE, MOST_NAMED, send_due
from alerts.enums import Frequency, Topic
from alerts.models import Alert, MatchAlerts
from alerts.schedule import BRUSSELS
from alerts.stopping import Stop, stop_of
from journal.delivery import message_of, send
from journal.letters import Addressed, write_letters
from journal.models import SetAside
from journal.one_by_one import PAUSES
from listings import services as listings
from listings.models import Listing
from matching.pairs.incremental import pair
from tests.alerts.makers import NOON, letters_to, saved, tell, titles
from tests.makers import make_user, published

pytestmark = pytest.mark.django_db
IN_A_WEEK = NOON + dt.timedelta(days=8)


def send_all(at: dt.datetime) -> int:
    done = 0
    while written := send_due(at=at):
        done += written
    return done


def test_what_is_at_once_is_written_at_once_and_once() -> None:
    search = saved()
    listing = published()
    tell(listing)
    assert send_all(NOON) == 1
    assert send_all(NOON) == 0
    (letter,) = letters_to(search.owner)
    assert titles(letter) == ["Houten paletten"]
    assert letter.data["link"].endswith(f"/zoekertje/{listing.pk}/")
    assert letter.data["lists"][0]["heading"] == search.name


def test_one_letter_has_all_that_is_due_by_why_it_is_told() -> None:
    user = make_user()
    wood = saved(by=user, frequency=Frequency.DAILY, material="wood")
    free = saved(by=user, frequency=Frequency.WEEKLY, max_price="0")
    for _number in range(3):
        tell(published())
    tell(published("service", price_kind="free"))
    assert send_all(IN_A_WEEK) == 1
    (letter,) = letters_to(user)
    assert {one["heading"]: len(one["items"]) for one in letter.data["lists"]} == {
        " ".join(wood.name.split()): 3, " ".join(free.name.split()): 1,
    }  # fmt: skip
    assert letter.data["count"] == 4
    assert len({item["link"] for one in letter.data["lists"] for item in one["items"]}) == 4


def test_what_isn_t_due_waits() -> None:
    search = saved(frequency=Frequency.WEEKLY)
    tell(published())
    assert send_all(NOON) == 0
    assert letters_to(search.owner) == []
    assert send_all(IN_A_WEEK) == 1


@pytest.mark.parametrize("hour", [21, 23, 0, 3, 6])
def test_at_night_nothing_is_written(hour: int) -> None:
    saved()
    tell(published())
    night = dt.datetime.combine(NOON.date() + dt.timedelta(days=1), dt.time(hour, 30), BRUSSELS)
    assert send_due(at=night) == 0
    assert send_due(at=night.replace(hour=12)) == 1


def test_what_is_gone_by_then_is_left_out_and_a_letter_of_nothing_isn_t_written() -> None:
    search = saved(frequency=Frequency.DAILY)
    gone = published()
    tell(gone)
    listings.withdraw_listing(by=gone.maker, listing=gone)  # type: ignore[attr-defined]
    send_all(IN_A_WEEK)
    assert letters_to(search.owner) == []
    assert not Alert.objects.unsent().exists()


def test_what_no_longer_fits_by_then_is_left_out() -> None:
    search = saved(frequency=Frequency.DAILY, min_quantity="30", unit="piece")
    fewer, same = published(), published(title="Andere paletten")
    tell(fewer), tell(same)
    Alert.objects.update(created_at=timezone.now() - dt.timedelta(minutes=1))
    listings.update_listing(by=fewer.maker, listing=fewer, quantity=5)  # type: ignore[attr-defined]
    send_all(IN_A_WEEK)
    (letter,) = letters_to(search.owner)
    assert (titles(letter), letter.data["count"]) == (["Andere paletten"], 1)


def test_of_many_a_letter_names_some_and_says_how_many_more() -> None:
    search = saved(frequency=Frequency.DAILY)
    for _number in range(MOST_NAMED + 3):
        tell(published())
    send_all(IN_A_WEEK)
    (letter,) = letters_to(search.owner)
    assert len(titles(letter)) == MOST_NAMED
    assert letter.data["count"] == MOST_NAMED + 3
    assert letter.data["lists"][0]["more"] == "en nog 3"


def test_a_letter_is_in_the_reader_s_language() -> None:
    user = make_user(language="fr")
    saved(by=user)
    tell(published())
    send_all(NOON)
    (letter,) = letters_to(user)
    assert letter.language == "fr"
    assert "/fr/zoekertje/" in letter.data["link"]


def test_many_people_take_as_many_reads_as_one() -> None:
    numbers = []
    for count in (1, 8):
        for _number in range(count):
            saved()
        tell(published())
        with CaptureQueriesContext(connection) as context:
            send_due(at=NOON)
        reads = [
            query["sql"] for query in context if query["sql"].startswith("SELECT") and "letter" not in query["sql"]
        ]
        numbers.append(len(reads))
    assert numbers[0] == numbers[1] <= 8


def test_a_run_writes_to_some_people_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerts.digests.PEOPLE_AT_ONCE", 2)
    owners = [saved().owner for _number in range(5)]
    tell(published())
    assert [send_due(at=NOON) for _run in range(4)] == [2, 2, 1, 0]
    assert all(len(letters_to(owner)) == 1 for owner in owners)


def test_the_task_writes_all_and_a_second_run_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerts.digests.is_quiet", lambda at: False)
    saved(), saved()
    tell(published(), at=timezone.now() - dt.timedelta(days=3))
    assert (tasks.send_alerts(), tasks.send_alerts()) == (2, 0)


def test_a_listing_that_no_letter_can_name_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    owners = [saved().owner for _number in range(2)]
    bad = published(title="Stuk")
    tell(bad)
    tell(published())
    item = digests._item

    def item_unless_broken(listing: Listing) -> dict[str, str]:
        if listing.pk == bad.pk:
            raise ZeroDivisionError
        return item(listing)

    monkeypatch.setattr(digests, "_item", item_unless_broken)
    # Once to set aside what fails, once to write the rest.
    assert send_all(NOON) == 4
    assert [[titles(letter) for letter in letters_to(owner)] for owner in owners] == [[["Houten paletten"]]] * 2
    alerts = Alert.objects.filter(listing=bad)
    assert set(SetAside.objects.values_list("sweep", "subject_id")) == {("alerts", alert.pk) for alert in alerts}
    assert not alerts.exclude(sent_at=None).exists()
    assert "Set aside" in caplog.text
    assert send_due(at=NOON) == 0
    monkeypatch.setattr(digests, "_item", item)
    assert send_all(NOON + PAUSES[0]) == 2
    assert [titles(letters_to(owner)[-1]) for owner in owners] == [["Stuk"]] * 2
    assert not SetAside.objects.exists()


def test_a_person_to_whom_no_letter_can_be_written_stops_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = saved().owner, saved().owner
    for _number in range(2):
        tell(published())

    def write_unless_broken(template: str, letters: list[Addressed]) -> None:
        # As a whole: none of what it tells fails by itself.
        if any(letter.to == bad.email for letter in letters):
            raise ZeroDivisionError
        write_letters(template, letters)

    monkeypatch.setattr(digests, "write_letters", write_unless_broken)
    assert send_all(NOON) == 2
    assert (len(letters_to(bad)), len(letters_to(good))) == (0, 1)
    assert Alert.objects.filter(person=bad, sent_at=None).count() == SetAside.objects.count() == 2
    monkeypatch.setattr(digests, "write_letters", write_letters)
    assert send_all(NOON + PAUSES[0]) == 1
    assert letters_to(bad)[0].data["count"] == 2
    assert not SetAside.objects.exists()


# ---- stopping ----


def test_a_mail_program_stops_them_by_one_post_as_rfc_8058_has_it() -> None:
    search, other = saved(), saved()
    tell(published())
    send_all(NOON)
    (letter,) = letters_to(search.owner)
    headers = message_of(letter).extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>")
    assert link.startswith("http://127.0.0.1:8000/meldingen/stoppen/")
    client = Client(enforce_csrf_checks=True)
    answer = client.post(link.removeprefix("http://127.0.0.1:8000"), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    search.refresh_from_db()
    other.refresh_from_db()
    assert (search.paused, other.paused) == (True, False)
    assert tell(published()) == 1


def test_opening_the_link_shows_a_page_and_changes_nothing(client: Client) -> None:
    search = saved()
    path = Stop(search.owner_id, (search.pk,)).link.removeprefix("http://127.0.0.1:8000")
    page = client.get(path)
    assert search.name in page.content.decode()
    search.refresh_from_db()
    assert not search.paused
    assert client.post(path).status_code == 302
    search.refresh_from_db()
    assert search.paused


def test_what_was_still_to_be_told_isn_t_when_it_is_stopped() -> None:
    search = saved(frequency=Frequency.WEEKLY)
    tell(published())
    services.stop_alerts(stop=Stop(search.owner_id, (search.pk,)))
    send_all(IN_A_WEEK)
    assert letters_to(search.owner) == []
    assert services.stop_alerts(stop=Stop(search.owner_id, (search.pk,))) == 0


def test_a_link_stops_what_its_letter_told_and_no_more() -> None:
    demand = published("demand")
    user = demand.maker  # type: ignore[attr-defined]
    services.choose_match_alerts(by=user, frequency=Frequency.AT_ONCE)
    saved(by=user, kind="service")
    supply = published()
    pair(listing_id=supply.pk, at=timezone.now())
    tell(supply, topic=Topic.MATCHES)
    send_all(NOON)
    (letter,) = letters_to(user)
    assert letter.data["lists"][0]["heading"] == "Past bij jouw zoekertje “Houten paletten”"
    stop = stop_of(letter.stop_link.rstrip("/").rsplit("/", 1)[1])
    assert stop == Stop(user.pk, (), matches=True)
    services.stop_alerts(stop=stop)
    assert MatchAlerts.objects.get(owner=user).paused
    assert not user.saved_searches.get().paused


def test_a_link_stops_nothing_of_another_person() -> None:
    search, stranger = saved(), make_user()
    assert services.stop_alerts(stop=Stop(stranger.pk, (search.pk,))) == 0
    assert services.stop_alerts(stop=Stop(10**9, (search.pk,))) == 0
    search.refresh_from_db()
    assert not search.paused


@pytest.mark.parametrize(
    "changed", [lambda _made: "x", lambda _made: "a:b:c", lambda _made: "%00", lambda made: made[:-1],
                lambda made: made + "x"], ids=["short", "parts", "nul", "cut off", "longer"],
)  # fmt: skip
def test_a_link_that_nobody_here_made_isn_t_there(client: Client, changed: Callable[[str], str]) -> None:
    token = changed(Stop(1).token)
    assert client.get(f"/meldingen/stoppen/{token}/").status_code == 404
    assert client.post(f"/meldingen/stoppen/{token}/").status_code == 404


def test_the_link_goes_when_the_letter_is_sent(settings: Any) -> None:
    saved()
    tell(published())
    send_all(NOON)
    letter = letters_to(Alert.objects.get().person)[0]
    assert send(letter_id=letter.pk, at=timezone.now()) == "sent"
    (sent,) = mail.outbox
    assert "Deze meldingen stoppen" in sent.body
    letter.refresh_from_db()
    assert (letter.data, letter.stop_link) == ({}, "")


def test_however_many_alerts_wait_a_batch_reads_few_of_them() -> None:
    listing, people, each = published(), 5_000, 5
    users = User.objects.bulk_create([User(email=f"{number}@many.example") for number in range(people)])
    # Each is of a later version of the listing: nobody hears of the same one twice.
    waiting = [
        Alert(person=user, listing=listing, version=version, due_at=NOON) for user in users for version in range(each)
    ]
    Alert.objects.bulk_create(waiting, batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE alerts_alert, accounts_user")
    before = _rows_read("alerts_alert")
    assert send_due(at=NOON) == ALERTS_AT_ONCE / each
    assert _rows_read("alerts_alert") - before <= 20 * ALERTS_AT_ONCE < people * each


def _rows_read(table: str) -> int:
    """How many rows of a table this transaction has read so far, one by one or by an index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = %s", [table])
        return int(cursor.fetchone()[0])
