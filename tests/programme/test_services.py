"""Making, changing, publishing and cancelling activities: what is stored, what is refused and in which words."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import HubPartner, HubStaff
from geo.models import Hub
from journal.models import Event
from maps.conflicts import CuratedConflict
from programme import services
from programme.models import Activity
from tests.makers import make_organisation, make_user
from tests.programme.makers import HUB, Programme, times

pytestmark = pytest.mark.django_db


def words_of(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


def refused(story: Programme, **fields: Any) -> dict[str, list[str]]:
    """What making one with these fields is refused for; nothing is stored."""
    before = Activity.objects.count()
    with pytest.raises(ValidationError) as caught, transaction.atomic():
        story.draft(**fields)
    assert Activity.objects.count() == before
    return words_of(caught.value)


def test_an_activity_is_a_draft_until_it_is_published() -> None:
    story = Programme()
    made = story.draft(title="  Hersteldag\nin Gent ", description="Breng\u200b alles.", languages=["nl", "fr", "nl"])
    assert (made.title, made.description, made.languages) == ("Hersteldag in Gent", "Breng alles.", ["nl", "fr"])
    assert (made.state, made.version, made.published_at) == ("draft", 1, None)
    assert not Activity.objects.public().exists()
    shown = services.publish_activity(by=story.staff, activity=made)
    assert (shown.state, shown.version) == ("published", 2)
    assert list(Activity.objects.public()) == [shown]
    # Pressing twice does no harm.
    assert services.publish_activity(by=story.staff, activity=made).version == 2
    verbs = Event.objects.filter(subject_kind="programme.activity", subject_id=made.pk).order_by("id")
    assert [(event.verb, event.by_id, event.hub_ids) for event in verbs] == [
        (verb, story.staff.pk, [story.hub.pk]) for verb in ("activity.created", "activity.published")
    ]


@pytest.mark.parametrize(
    ("place", "town", "is_exact"),
    [("Buurthuis, 9000 Gent", "Gent", False), ("Ledeberg", "Gent", False), ("Grote Markt 1, 9120 Beveren", "", False)],
)
def test_a_place_is_found_by_its_words(place: str, town: str, is_exact: bool) -> None:
    made = Programme().draft(place=place)
    assert made.location is not None
    assert made.municipality is not None
    assert made.municipality.name_nl.startswith(town or "Beveren")
    assert made.is_exact is is_exact


def test_what_is_only_online_has_no_place_and_one_may_be_both() -> None:
    story = Programme()
    online = story.draft(place="", online_link="https://online.test.example/kamer")
    assert (online.location, online.municipality, online.is_exact) == (None, None, False)
    both = services.update_activity(by=story.staff, activity=online, place="9000 Gent")
    assert both.location is not None
    assert services.update_activity(by=story.staff, activity=both, place="").location is None


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"title": " \u200b "}, "title", "niet"),
        ({"kind": "feest"}, "kind", "feest"),
        ({"languages": []}, "languages", ""),
        ({"languages": ["de"]}, "languages", "de"),
        ({"place": ""}, "place", "Geef een plaats, of een link om online mee te doen."),
        ({"place": "Nergenshuizen"}, "place", "Deze plaats kennen we niet."),
        ({"place": "Nieuwerkerken"}, "place", "Welke bedoel je:"),
        ({"online_link": "http://online.test.example/"}, "online_link", "Geef een adres dat met https:// begint."),
        ({"online_link": "https://"}, "online_link", "Geef een adres dat met https:// begint."),
        ({"signup_link": "javascript:alert(1)"}, "signup_link", "Geef een adres dat met https:// begint."),
        ({"ends_at": times(7)["starts_at"]}, "ends_at", "Het einde ligt voor het begin. Kies een later einde."),
        ({"ends_at": times(50)["ends_at"]}, "ends_at", "Een activiteit duurt hoogstens 31 dagen."),
        ({"starts_at": dt.datetime(2026, 1, 1, 9)}, "starts_at", "Geef bij elk tijdstip de tijdzone."),
        ({"starts_at": dt.datetime(1026, 1, 1, 9, tzinfo=dt.UTC)}, "starts_at", "Kies een dag in de jaren 2000"),
        ({"hub": 3}, "hub", "niet te veranderen"),
        ({"state": "published"}, "state", "niet te veranderen"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(fields: dict[str, Any], field: str, words: str) -> None:
    story = Programme()
    if "hub" in fields:
        made = story.draft()
        with pytest.raises(ValidationError) as caught:
            services.update_activity(by=story.staff, activity=made, **fields)
        said = words_of(caught.value)
    else:
        said = refused(story, **fields)
    assert list(said) == [field], said
    assert words in said[field][0], said


def test_a_partner_of_the_hub_may_organise_it_too_and_no_other() -> None:
    story, stranger = Programme(), make_organisation(make_user())
    assert "geen partner" in refused(story, partner=stranger)["partner"][0]
    made = story.draft(partner=story.partner)
    HubPartner.objects.filter(hub=story.hub, organisation=story.partner).delete()
    # Who left stays where they were; and everything else can be changed.
    changed = services.update_activity(by=story.staff, activity=made, title="Anders")
    assert changed.partner == story.partner


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_at": times(7)["starts_at"]}, {"title": ""}, {"place": ""}, {"languages": []}, {"state": "cancelled"},
        {"cancel_reason": "Zomaar."}, {"signup_link": "http://a.example"}, {"location": None}, {"kind": "feest"},
        {"published_at": None, "state": "published"}, {"state": "weg"},
    ],
)  # fmt: skip
def test_the_database_refuses_it_too(wrong: dict[str, Any]) -> None:
    made = Programme().published() if "cancel_reason" not in wrong else Programme().draft()
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=made.pk).update(**wrong)


def test_two_editors_of_one_activity_lose_nothing() -> None:
    story = Programme()
    made = story.draft()
    services.update_activity(by=story.staff, activity=made, version=1, title="Van de eerste")
    with pytest.raises(CuratedConflict) as caught, transaction.atomic():
        services.update_activity(by=story.staff, activity=made, version=1, title="Van de tweede")
    assert [(row.theirs, row.mine) for row in caught.value.fields] == [("Van de eerste", "Van de tweede")]
    made.refresh_from_db()
    assert (made.title, made.version) == ("Van de eerste", 2)
    services.update_activity(by=story.staff, activity=made, version=2, title="Van beiden")


def test_the_journal_tells_what_changed() -> None:
    story = Programme()
    made = story.draft()
    services.update_activity(by=story.staff, activity=made, title="Grote hersteldag", languages=["nl", "en"])
    event = Event.objects.newest_first()[0]
    assert event.changes == {"title": ["Hersteldag", "Grote hersteldag"], "languages": [["nl"], ["nl", "en"]]}


def test_what_is_cancelled_says_why_and_stays_as_it_was() -> None:
    story = Programme()
    shown = story.published()
    for reason in ("", " \n ", "x" * 501):
        with pytest.raises(ValidationError, match="Zeg waarom") as caught:
            services.cancel_activity(by=story.staff, activity=shown, reason=reason)
        assert list(words_of(caught.value)) == ["cancel_reason"]
    off = services.cancel_activity(by=story.staff, activity=shown, reason="Te weinig\nmensen.")
    assert (off.state, off.cancel_reason, off.version) == ("cancelled", "Te weinig mensen.", 3)
    assert off in Activity.objects.public()
    for act in (
        lambda: services.cancel_activity(by=story.staff, activity=off, reason="Nog eens."),
        lambda: services.update_activity(by=story.staff, activity=off, title="Anders"),
        lambda: services.publish_activity(by=story.staff, activity=off),
        lambda: services.delete_draft(by=story.staff, activity=off),
    ):
        with pytest.raises(ValidationError):
            act()
    off.refresh_from_db()
    assert (off.title, off.version) == ("Hersteldag", 3)


def test_only_a_draft_is_thrown_away_and_only_what_is_published_cancelled() -> None:
    story = Programme()
    draft = story.draft()
    with pytest.raises(ValidationError, match="gooi het weg"):
        services.cancel_activity(by=story.staff, activity=draft, reason="Toch niet.")
    services.delete_draft(by=story.staff, activity=draft)
    assert not Activity.objects.exists()
    with pytest.raises(ValidationError, match="intussen weggegooid"):
        services.publish_activity(by=story.staff, activity=draft)
    with pytest.raises(ValidationError, match="annuleer het"):
        services.delete_draft(by=story.staff, activity=story.published())


def test_what_is_over_is_neither_published_nor_cancelled() -> None:
    story = Programme()
    with pytest.raises(ValidationError, match="al voorbij"):
        services.publish_activity(by=story.staff, activity=story.draft(-1))
    with pytest.raises(ValidationError, match="al voorbij"):
        services.cancel_activity(by=story.staff, activity=story.past(), reason="Te laat.")


def test_only_staff_of_its_own_hub_may_do_any_of_it() -> None:
    story = Programme()
    other = Hub.objects.exclude(slug=HUB).order_by("pk")[0]
    elsewhere, operator = make_user(), make_user(is_superuser=True)
    HubStaff.objects.create(hub=other, user=elsewhere, role="manager")
    draft, shown = story.draft(), story.published()
    for by in (elsewhere, operator, make_user()):
        for act in (
            lambda by=by: services.create_activity(by=by, hub=story.hub, title="Weg"),
            lambda by=by: services.update_activity(by=by, activity=draft, title="Weg"),
            lambda by=by: services.publish_activity(by=by, activity=draft),
            lambda by=by: services.cancel_activity(by=by, activity=shown, reason="Weg"),
            lambda by=by: services.delete_draft(by=by, activity=draft),
        ):
            with pytest.raises(PermissionDenied, match="Alleen medewerkers van"):
                act()


def test_what_isnt_over_comes_first_to_begin_first_and_what_is_over_the_other_way() -> None:
    story, at = Programme(), timezone.now()
    later, sooner = story.published(9), story.published(3)
    before, long_before = story.past(-3), story.past(-40)
    story.draft(5)
    running = Activity.objects.filter(pk=story.published(2).pk)
    running.update(starts_at=at - dt.timedelta(days=20), ends_at=at + dt.timedelta(days=1))
    assert list(Activity.objects.public().upcoming(at)) == [running.get(), sooner, later]
    assert list(Activity.objects.public().past(at)) == [before, long_before]
