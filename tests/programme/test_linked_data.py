"""An activity in the words of schema.org, and as a file for calendars."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from icalendar import Calendar

from exchanges.checks import moment
from exchanges.schedule import BRUSSELS
from geo.models import Municipality
from programme import services
from programme.models import Activity
from tests.programme.makers import Programme

pytestmark = pytest.mark.django_db
SITE = settings.SITE_URL
#: What search engines ask of every Event, and what programs rely on.
ASKED = {
    "@context", "@type", "@id", "url", "name", "startDate", "endDate", "eventStatus", "eventAttendanceMode",
    "location", "organizer", "inLanguage",
}  # fmt: skip


def said_of(activity: Activity, language: str = "") -> dict[str, Any]:
    page = Client().get(f"{language}/agenda/{activity.pk}/").text
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    read: dict[str, Any] = json.loads(found)
    return read


def winter_and_summer(activity: Activity) -> Activity:
    """It begins before the clocks go forward, and ends after."""
    first, last = dt.date(2027, 3, 27), dt.date(2027, 3, 28)
    starts, ends = moment(first, dt.time(20)), moment(last, dt.time(11))
    Activity.objects.filter(pk=activity.pk).update(starts_at=starts, ends_at=ends)
    return activity


def test_an_activity_is_an_event_with_all_that_is_asked_of_one() -> None:
    story = Programme()
    made = winter_and_summer(
        story.published(title="Herstel </script><b>", description="Met & en <i>", partner=story.partner)
    )
    said = said_of(made)
    assert said.keys() >= ASKED
    assert (said["@context"], said["@type"]) == ("https://schema.org", "Event")
    assert (said["name"], said["description"]) == ("Herstel </script><b>", "Met & en <i>")
    assert (said["startDate"], said["endDate"]) == ("2027-03-27T20:00:00+01:00", "2027-03-28T11:00:00+02:00")
    assert said["eventStatus"] == "https://schema.org/EventScheduled"
    assert said["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert (said["@id"], said["url"]) == (f"{SITE}/agenda/{made.pk}/", f"{SITE}/agenda/{made.pk}/")
    assert said_of(made, "/fr")["url"] == f"{SITE}/fr/agenda/{made.pk}/"
    assert said["inLanguage"] == ["nl"]
    assert said["organizer"] == [
        {"@type": "Organization", "name": story.hub.name, "url": f"{SITE}/hubs/{story.hub.slug}/"},
        {"@type": "Organization", "name": story.partner.name, "url": f"{SITE}/organisatie/{story.partner.slug}/"},
    ]
    place = said["location"]
    assert (place["@type"], place["name"]) == ("Place", "Buurthuis, 9000 Gent")
    assert place["address"]["addressLocality"] == "Gent"
    # Only the town is known: a point would look exact.
    assert "geo" not in place
    Activity.objects.filter(pk=made.pk).update(is_exact=True)
    assert said_of(made)["location"]["geo"]["latitude"] == pytest.approx(51.05, abs=0.1)


def test_online_both_and_cancelled_are_said_so() -> None:
    story, link = Programme(), "https://online.test.example/kamer"
    online = said_of(story.published(place="", online_link=link, kind="training"))
    assert online["@type"] == "EducationEvent"
    assert online["location"] == {"@type": "VirtualLocation", "url": link}
    assert online["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"
    both = said_of(story.published(online_link=link, signup_link="https://in.test.example/"))
    assert [one["@type"] for one in both["location"]] == ["Place", "VirtualLocation"]
    assert both["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert both["potentialAction"]["target"] == "https://in.test.example/"
    off = said_of(story.cancelled(signup_link="https://in.test.example/"))
    assert off["eventStatus"] == "https://schema.org/EventCancelled"
    assert "potentialAction" not in off


# ---- calendars ----


def calendar_of(activity: Activity) -> tuple[Calendar, Any]:
    answer = Client().get(f"/agenda/{activity.pk}/activiteit.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="werkstof-activiteit-{activity.pk}.ics"'
    read = Calendar.from_ical(answer.content.decode())
    (event,) = read.walk("VEVENT")
    return read, event


def test_a_file_for_calendars_keeps_its_uid_and_its_number_rises() -> None:
    story = Programme()
    made = winter_and_summer(story.published(title="Hersteldag; met, leestekens", description="Breng alles mee."))
    made.refresh_from_db()
    calendar, event = calendar_of(made)
    assert calendar["method"] == "PUBLISH"
    assert calendar.walk("VTIMEZONE")[0]["tzid"] == "Europe/Brussels"
    assert str(event["summary"]) == "Hersteldag; met, leestekens"
    assert event["dtstart"].params["TZID"] == "Europe/Brussels"
    assert event["dtstart"].dt == dt.datetime(2027, 3, 27, 20, tzinfo=BRUSSELS)
    assert event["dtend"].dt == dt.datetime(2027, 3, 28, 11, tzinfo=BRUSSELS)
    assert str(event["location"]) == "Buurthuis, 9000 Gent"
    assert "geo" not in event
    assert str(event["description"]) == f"Breng alles mee.\n\n{SITE}/agenda/{made.pk}/"
    assert (event["status"], event["sequence"]) == ("CONFIRMED", 2)
    services.update_activity(by=story.staff, activity=made, title="Grote hersteldag")
    _calendar, later = calendar_of(made)
    assert (later["uid"], later["sequence"], str(later["summary"])) == (event["uid"], 3, "Grote hersteldag")
    assert later["dtstamp"].dt >= event["dtstamp"].dt


def test_a_cancelled_one_takes_itself_out_of_calendars() -> None:
    story = Programme()
    made = story.published(online_link="https://online.test.example/")
    _calendar, event = calendar_of(made)
    services.cancel_activity(by=story.staff, activity=made, reason="Storm.")
    calendar, off = calendar_of(made)
    assert (calendar["method"], off["status"]) == ("CANCEL", "CANCELLED")
    assert off["uid"] == event["uid"]
    assert off["sequence"] > event["sequence"]
    assert str(off["description"]).startswith("Geannuleerd: Storm.")


def test_an_exact_place_is_a_point_in_calendars_too() -> None:
    made = Programme().published()
    Activity.objects.filter(pk=made.pk).update(is_exact=True, municipality=Municipality.objects.get(name_nl="Gent"))
    _calendar, event = calendar_of(made)
    assert event["geo"].latitude == pytest.approx(51.05, abs=0.1)
