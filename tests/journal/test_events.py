"""Events: only ever added, told by whom and from where, and what follows from them."""

from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from frontend.log.subjects import SUBJECTS, VERBS, verbs_about
from journal.enums import Source
from journal.events import Happened, events_of, record_many
from journal.models import Event
from journal.origin import current_origin, origin
from listings import services
from listings.verbs import ListingVerb
from tests.makers import draft, published

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("change", [lambda rows: rows.update(verb="x"), lambda rows: rows.delete()])
def test_the_database_refuses_to_change_or_delete_an_event(change: Any) -> None:
    published()
    before = list(Event.objects.values())
    with pytest.raises((IntegrityError, InternalError), match="never changed or deleted"), transaction.atomic():
        change(Event.objects.all())
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_event")
    assert list(Event.objects.values()) == before


def test_the_events_of_a_listing_tell_its_story_newest_first() -> None:
    listing = published(title="Planken")
    services.update_listing(by=listing.maker, listing=listing, title="Balken", quantity="12.5")  # type: ignore[attr-defined]
    services.close_listing(by=listing.maker, listing=listing)  # type: ignore[attr-defined]
    events = list(events_of(listing))
    assert [event.verb for event in events] == [
        "listing.closed", "listing.changed", "listing.published", "listing.created",
    ]  # fmt: skip
    assert events[1].changes == {
        "title": ["Planken", "Balken"], "quantity": ["40", "12.5"], "unit": ["piece", "piece"],
    }  # fmt: skip
    assert events[0].changes == {"status": ["published", "closed"]}
    assert {event.organisation_id for event in events} == {listing.organisation_id}
    assert {event.by_id for event in events} == {listing.maker.pk}  # type: ignore[attr-defined]


def test_a_change_at_the_end_of_a_long_text_is_a_change() -> None:
    listing = draft(description="x" * 400)
    services.update_listing(by=listing.maker, listing=listing, description="x" * 400 + "!")  # type: ignore[attr-defined]
    (event,) = events_of(listing).of_verbs(["listing.changed"])
    assert event.changes.keys() == {"description"}
    assert {len(text) for text in event.changes["description"]} == {200}


def test_what_happens_to_very_many_at_once_is_all_recorded() -> None:
    """Given more rows than the 65,535 values of one statement hold, then each still has its event."""
    many = 7_000
    with transaction.atomic():
        record_many(ListingVerb.CHANGED, [Happened(None, changes={"number": number}) for number in range(many)])
    assert Event.objects.filter(verb=ListingVerb.CHANGED).count() == many


def test_a_draft_is_no_affair_of_a_hub_and_where_something_lies_of_nobody() -> None:
    listing = published()
    created, of_public = Event.objects.get(verb="listing.created"), Event.objects.get(verb="listing.published")
    assert (created.hub_ids, of_public.hub_ids) == ([], listing.hub_ids)
    assert created.changes["location"] is None


def test_a_request_says_from_where_and_which(client: Client) -> None:
    listing = draft()
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    headers = {"X-Request-ID": "abc-123-def-456"}
    answer = client.post(reverse("listing-step", args=[listing.pk]), {"status": "published"}, headers=headers)
    assert answer.headers["X-Request-ID"] == "abc-123-def-456"
    event = events_of(listing)[0]
    assert (event.verb, event.source, event.request_id) == ("listing.published", Source.PAGE, "abc-123-def-456")
    client.post(
        reverse("api-listing-status", args=[listing.pk]), {"status": "withdrawn"}, content_type="application/json"
    )
    event = events_of(listing)[0]
    assert (event.verb, event.source) == ("listing.withdrawn", Source.API)
    assert len(event.request_id) == 32


@pytest.mark.parametrize("given", ["", "x", "a b c d e f g h", "a" * 65, "<script>alert</script>"])
def test_an_id_that_does_not_look_like_one_is_replaced(given: str) -> None:
    with origin(Source.PAGE, given) as made:
        assert made.request_id != given
        assert current_origin() == made
    assert current_origin().source == Source.COMMAND


def test_a_reaction_starts_after_the_commit_with_the_id_of_what_it_is_about(
    tasks_run_at_once: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, str]] = []

    def note(*, listing_id: int, at: Any) -> int:
        seen.append((listing_id, current_origin().source))
        return 0

    monkeypatch.setattr("matching.pairs.tasks.pair", note)
    with tasks_run_at_once():
        listing = published()
        assert seen == []
    assert seen == [(listing.pk, Source.TASK)]


def test_every_reaction_is_a_task_and_every_verb_has_words() -> None:
    for verb, tasks in settings.REACTIONS.items():
        assert verb in VERBS
        for task in tasks:
            assert import_string(task).name == task
    assert len(settings.REACTIONS) > 10
    assert all(str(label) for label in VERBS.values())


def test_every_verb_can_be_asked_for_in_a_log() -> None:
    asked_for = {verb for subject in SUBJECTS for verb in verbs_about(subject)}
    # Of people alone, and of all together: no organisation or hub has these in its log.
    elsewhere = {"user", "token", "letter", "letters", "places", "boundaries", "materials", "listings", "pairing",
        "search", "match_alerts", "alerts",
    }  # fmt: skip
    assert {verb for verb in VERBS if verb.split(".")[0] not in elsewhere} == asked_for
