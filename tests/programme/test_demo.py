"""The demo's programme: three activities for each hub, the same each time, and none of them taken for real."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from geo.models import Hub
from programme.demo import make_fictional_activities, remove_fictional_activities
from programme.models import Activity
from tests.programme.makers import TODAY, Programme

pytestmark = pytest.mark.django_db


def test_each_hub_has_one_that_is_over_and_two_that_come() -> None:
    own = Programme().published()
    make_fictional_activities(today=TODAY)
    at = timezone.now()
    made = Activity.objects.filter(is_fictional=True)
    assert Hub.objects.count() == 12
    for hub in Hub.objects.all():
        of_hub = made.of_hub(hub).public()
        assert (of_hub.past(at).count(), of_hub.upcoming(at).count()) == (1, 2), hub
    assert made.filter(state="cancelled").count() == 1
    for one in made:
        one.full_clean()
        assert "fictief voorbeeld" in one.description
    assert "fictief voorbeeld" in Client().get("/agenda/").text
    remove_fictional_activities()
    assert list(Activity.objects.all()) == [own]


@pytest.mark.parametrize("today", [dt.date(2027, 3, 26), dt.date(2027, 10, 28), dt.date(2028, 2, 28)])
def test_it_is_made_the_same_on_any_day(today: dt.date) -> None:
    texts = []
    for _time in range(2):
        make_fictional_activities(today=today)
        texts.append(list(Activity.objects.order_by("pk").values_list("hub", "title", "starts_at", "place")))
    assert texts[0] == texts[1]
    assert len(texts[0]) == 36
