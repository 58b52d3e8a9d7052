"""Owners are asked whether what stands long is still there; what nobody answers for expires, and comes back."""

import datetime as dt
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, User
from alerts.enums import Answer
from alerts.freshness import letters, rounds
from alerts.freshness.answers import answer_round
from alerts.freshness.links import SALT, VALID, answering_link, answering_person
from alerts.freshness.rounds import PAUSES, STANDS, begin_rounds, take_due
from alerts.models import FreshnessRound
from journal.delivery import message_of
from journal.letter_text import render_letter
from journal.letters import accept_letters, refuse_letters
from journal.models import Event, Letter, SetAside
from listings import services as listings
from listings.models import Listing
from tests.alerts.makers import NOON
from tests.makers import make_organisation, make_user, published

pytestmark = pytest.mark.django_db
LONG = STANDS + dt.timedelta(days=1)


def old(by: User | None = None, **fields: Any) -> Listing:
    """A listing that nobody changed for long."""
    by = by or make_user()
    organisation = by.memberships.first()
    listing = published(
        by=by, organisation=organisation.organisation if organisation else make_organisation(by), **fields
    )
    Listing.objects.filter(pk=listing.pk).update(updated_at=NOON - LONG)
    return listing


def ask(at: dt.datetime = NOON) -> int:
    begin_rounds(at=at)
    done = 0
    while taken := take_due(at=at):
        done += taken
    return done


def letters_to(user: User) -> list[Letter]:
    return list(Letter.objects.to(user.email).of_template("freshness").order_by("pk"))


def status_of(listing: Listing) -> str:
    return Listing.objects.get(pk=listing.pk).status


def path_of(user: User) -> str:
    return answering_link(user).removeprefix("http://127.0.0.1:8000")


def answer(client: Client, listing: Listing, what: str) -> None:
    asked = FreshnessRound.objects.filter(listing=listing).latest("number")
    path = path_of(asked.person)
    assert client.post(path, {"answer": f"{asked.pk}:{what}"}).status_code == 302


def test_what_stands_long_is_asked_about_once() -> None:
    listing, recent = old(), published()
    assert (ask(), ask()) == (1, 0)
    (letter,) = letters_to(listing.maker)  # type: ignore[attr-defined]
    assert render_letter(letter).subject == "Is dit er nog: Houten paletten?"
    assert letters_to(recent.maker) == []  # type: ignore[attr-defined]
    assert Event.objects.about(listing).filter(verb="freshness.asked").count() == 1


def test_one_letter_asks_about_all_listings_of_a_person() -> None:
    by = make_user()
    for _number in range(3):
        old(by=by)
    assert ask() == 3
    (letter,) = letters_to(by)
    assert letter.data["count"] == 3


def test_without_an_answer_it_is_asked_again_and_then_expires() -> None:
    listing = old()
    ask()
    assert ask(NOON + PAUSES[0] - dt.timedelta(hours=1)) == 0
    assert ask(NOON + PAUSES[0]) == 1
    assert status_of(listing) == "published"
    assert ask(NOON + PAUSES[0] + PAUSES[1]) == 1
    assert status_of(listing) == "expired"
    assert [letter.data["step"] for letter in letters_to(listing.maker)] == ["asked", "asked_again", "lapsed"]  # type: ignore[attr-defined]
    assert Event.objects.about(listing).filter(verb="listing.lapsed").count() == 1
    assert ask(NOON + dt.timedelta(days=200)) == 0


@pytest.mark.parametrize(
    ("what", "status"), [("still_there", "published"), ("reserved", "reserved"), ("gone", "closed")]
)
def test_an_answer_by_the_link_needs_no_log_in(client: Client, what: str, status: str) -> None:
    listing = old()
    ask()
    answer(client, listing, what)
    assert status_of(listing) == status
    assert FreshnessRound.objects.get().answer == what
    assert ask(NOON + PAUSES[0]) == 0


def test_opening_the_link_shows_the_question_and_changes_nothing(client: Client) -> None:
    listing = old()
    ask()
    page = client.get(path_of(listing.maker))  # type: ignore[attr-defined]
    assert "Nog beschikbaar" in page.content.decode()
    assert FreshnessRound.objects.get().ended_at is None
    assert status_of(listing) == "published"


def test_one_click_puts_back_what_expired(client: Client) -> None:
    listing = old()
    for pause in (dt.timedelta(0), PAUSES[0], PAUSES[0] + PAUSES[1]):
        ask(NOON + pause)
    FreshnessRound.objects.update(ended_at=NOON)
    assert "Weer online zetten" in client.get(path_of(listing.maker)).content.decode()  # type: ignore[attr-defined]
    answer(client, listing, "relist")
    assert status_of(listing) == "published"
    answer(client, listing, "relist")
    assert status_of(listing) == "published"
    assert Event.objects.about(listing).filter(verb="listing.published").count() == 2


def test_a_second_answer_changes_nothing(client: Client) -> None:
    listing = old()
    ask()
    answer(client, listing, "still_there")
    answer(client, listing, "gone")
    assert status_of(listing) == "published"


def test_what_its_owner_changes_meanwhile_is_answered_by_that() -> None:
    listing = old()
    ask()
    listings.update_listing(by=listing.maker, listing=listing, title="Paletten")  # type: ignore[attr-defined]
    Listing.objects.filter(pk=listing.pk).update(updated_at=NOON + dt.timedelta(days=1))
    assert ask(NOON + PAUSES[0]) == 1
    assert FreshnessRound.objects.get().answer == Answer.MOVED
    assert len(letters_to(listing.maker)) == 1  # type: ignore[attr-defined]


def test_after_an_answer_nobody_is_asked_for_a_while() -> None:
    listing = old()
    ask()
    answer_round(by=listing.maker, asked=FreshnessRound.objects.get(), answer="still_there", at=NOON)  # type: ignore[attr-defined]
    assert ask(NOON + STANDS - dt.timedelta(days=1)) == 0
    assert ask(NOON + STANDS) == 1
    assert list(FreshnessRound.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_who_left_is_not_asked_but_an_admin_is_and_without_either_nobody() -> None:
    listing, orphan = old(), old()
    admin = make_user()
    for one in (listing, orphan):
        Membership.objects.filter(organisation=one.organisation_id).delete()
    Membership.objects.create(organisation=listing.organisation, user=admin, role="admin")
    assert ask() == 1
    assert len(letters_to(admin)) == 1
    assert status_of(orphan) == "published"


def test_a_link_answers_only_for_listings_that_one_may_change_still(client: Client) -> None:
    listing = old()
    ask()
    Membership.objects.filter(organisation=listing.organisation_id).delete()
    asked = FreshnessRound.objects.get()
    assert client.post(path_of(asked.person), {"answer": f"{asked.pk}:gone"}).status_code == 404
    stranger = make_user()
    assert client.post(path_of(stranger), {"answer": f"{asked.pk}:gone"}).status_code == 404
    assert status_of(listing) == "published"


@pytest.mark.parametrize("given", ["", "x", "1", ":gone", "1:lapsed", "1:moved", "٣:gone", "9" * 30 + ":gone"])
def test_an_answer_that_doesn_t_exist_changes_nothing(client: Client, given: str) -> None:
    listing = old()
    ask()
    assert client.post(path_of(listing.maker), {"answer": given}).status_code == 404  # type: ignore[attr-defined]
    assert FreshnessRound.objects.get().ended_at is None


def test_old_and_forged_links_aren_t_there(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user()
    token = path_of(user).rstrip("/").rsplit("/", 1)[1]
    assert answering_person(token) == user
    assert answering_person(token[:-1]) is None
    assert answering_person(signing.dumps(user.pk, salt="another")) is None
    monkeypatch.setattr("alerts.freshness.links.VALID", dt.timedelta(seconds=-1))
    assert answering_person(token) is None
    assert client.get(path_of(user)).status_code == 404
    assert PAUSES[0] + PAUSES[1] < VALID
    assert signing.loads(token, salt=SALT) == user.pk


def test_at_night_nobody_is_asked() -> None:
    old()
    night = NOON.replace(hour=22)
    begin_rounds(at=night)
    assert take_due(at=night) == 0


def test_many_listings_take_as_many_reads_as_one() -> None:
    numbers = []
    for count in (1, 6):
        for _number in range(count):
            old()
        with CaptureQueriesContext(connection) as context:
            begin_rounds(at=NOON)
        numbers.append(len(context))
        ask()
    assert numbers[0] == numbers[1] <= 12


def test_a_listing_that_no_longer_validates_stops_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    by = make_user()
    bad, own, other = old(by=by), old(by=by), old()
    ask()
    ask(NOON + PAUSES[0])
    # As a rule that came later would leave it.
    Listing.objects.filter(pk=bad.pk).update(packaging="a rule")
    at = NOON + PAUSES[0] + PAUSES[1]
    assert ask(at) == 3
    assert [status_of(one) for one in (bad, own, other)] == ["published", "expired", "expired"]
    assert letters_to(by)[-1].data["count"] == 1
    (failed,) = SetAside.objects.all()
    waiting = FreshnessRound.objects.get(listing=bad)
    assert (failed.sweep, failed.subject_id, failed.times) == ("freshness", waiting.pk, 1)
    assert (waiting.letters, waiting.ended_at) == (2, None)
    assert "Set aside" in caplog.text
    assert ask(at) == 0
    Listing.objects.filter(pk=bad.pk).update(packaging="")
    assert ask(failed.again_at) == 1
    assert status_of(bad) == "expired"
    assert not SetAside.objects.exists()


def test_a_letter_that_can_t_be_written_stops_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, other = old(), old()

    def tell(person: User, *more: Any) -> None:
        if person == bad.maker:  # type: ignore[attr-defined]
            raise ZeroDivisionError
        letters.tell(person, *more)

    monkeypatch.setattr(rounds, "tell", tell)
    assert ask() == 2
    assert letters_to(bad.maker) == []  # type: ignore[attr-defined]
    assert len(letters_to(other.maker)) == 1  # type: ignore[attr-defined]
    # Nothing of it is kept by halves.
    assert FreshnessRound.objects.get(listing=bad).letters == 0
    assert SetAside.objects.get().subject_id == FreshnessRound.objects.get(listing=bad).pk


def test_who_stopped_these_letters_is_asked_no_more_and_nothing_of_theirs_lapses_unasked() -> None:
    listing = old()
    user = listing.maker  # type: ignore[attr-defined]
    assert ask() == 1
    assert "/post/weigeren/" in message_of(letters_to(user)[0]).extra_headers["List-Unsubscribe"]
    refuse_letters(user.email, "freshness")
    for days in (14, 21, 30):
        ask(NOON + dt.timedelta(days=days))
    assert (len(letters_to(user)), status_of(listing)) == (1, "published")
    accept_letters(user.email, "freshness")
    ask(NOON + dt.timedelta(days=31))
    assert len(letters_to(user)) == 2
    second = old()
    refuse_letters(second.maker.email, "freshness")  # type: ignore[attr-defined]
    assert begin_rounds(at=NOON) == 0
