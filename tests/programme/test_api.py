"""/api/v1/activities/: what programs read of the agenda, and how the database reads it."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from geo.models import Hub
from programme.models import Activity
from tests.listings.test_plans import plan_of
from tests.programme.makers import HUB, TODAY, Programme, many

pytestmark = pytest.mark.django_db
PATH = "/api/v1/activities/"


def ask(query: str = "") -> dict[str, Any]:
    answer = Client().get(f"{PATH}{query}")
    assert answer.status_code == 200, answer.content
    read: dict[str, Any] = answer.json()
    return read


def titles(query: str = "") -> list[str]:
    return [row["title"] for row in ask(query)["results"]]


def day(days: int) -> str:
    return (TODAY + dt.timedelta(days=days)).isoformat()


def test_a_row_says_all_of_an_activity() -> None:
    story = Programme()
    made = story.published(partner=story.partner, online_link="https://online.test.example/")
    (row,) = ask()["results"]
    assert row == Client().get(f"{PATH}{made.pk}/").json()
    assert (row["hub"], row["kind"], row["state"], row["languages"]) == (HUB, "repair_day", "published", ["nl"])
    assert dt.datetime.fromisoformat(row["starts_at"]) == made.starts_at
    assert (row["place"], row["municipality"], row["is_exact"]) == ("Buurthuis, 9000 Gent", "Gent", False)
    assert row["partner"] == {"slug": story.partner.slug, "name": story.partner.name}
    assert row["page"].endswith(f"/agenda/{made.pk}/")
    assert row["lat"] == pytest.approx(51.05, abs=0.1)


def test_drafts_are_nowhere_also_for_staff() -> None:
    story = Programme()
    made, client = story.draft(), Client()
    client.force_login(story.staff)
    assert client.get(PATH).json()["results"] == []
    assert client.get(f"{PATH}{made.pk}/").status_code == 404


def test_a_list_is_narrowed_to_a_hub_and_to_days() -> None:
    story = Programme()
    other = Programme(Hub.objects.exclude(slug=HUB).order_by("pk")[0].slug)
    story.published(2, title="Twee")
    story.published(5, title="Vijf")
    other.published(5, title="Elders")
    story.cancelled(8, title="Afgelast")
    story.past(-9, title="Geweest")
    assert titles() == ["Twee", "Vijf", "Elders", "Afgelast"]
    assert titles(f"?hub={HUB}") == ["Twee", "Vijf", "Afgelast"]
    assert titles(f"?from={day(3)}&until={day(5)}") == ["Vijf", "Elders"]
    assert titles(f"?from={day(-30)}&until={day(-9)}") == ["Geweest"]
    assert titles(f"?until={day(1)}") == []


def test_what_lasts_days_is_on_each_of_them() -> None:
    made = Programme().published(3)
    Activity.objects.filter(pk=made.pk).update(ends_at=made.starts_at + dt.timedelta(days=2))
    for days, there in ((2, 0), (3, 1), (4, 1), (5, 1), (6, 0)):
        assert len(titles(f"?from={day(days)}&until={day(days)}")) == there, days


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("hub=nergens", "hub"), ("hub=%00", "hub"), ("from=gisteren", "from"), ("from=0001-01-01", "from"),
        ("until=9999-12-31", "until"), ("cursor=x", "cursor"), ("page_size=0", "page_size"), ("wat=1", "wat"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_name(query: str, field: str) -> None:
    answer = Client().get(f"{PATH}?{query}")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_pages_hold_every_activity_once_also_those_that_begin_together() -> None:
    story = Programme()
    for number in range(7):
        story.published(3 if number % 2 else 4, title=f"Nummer {number}")
    seen, path = [], f"{PATH}?page_size=2"
    while path:
        page = Client().get(path).json()
        seen += [row["id"] for row in page["results"]]
        path = page["next"]
    in_order = Activity.objects.order_by("starts_at", "pk").values_list("pk", flat=True)
    assert seen == list(in_order)
    assert len(seen) == 7


def test_many_rows_take_no_more_queries_than_one() -> None:
    story = Programme()
    story.published(partner=story.partner)
    counts = []
    for _round in range(3):
        with CaptureQueriesContext(connection) as asked:
            ask()
        counts.append(len(asked))
        many(40, story, first=1, partner=story.partner)
    # The first request of a process may read what stays in memory.
    assert counts[1] == counts[2] <= 2


# ---- how the database reads it ----


@pytest.fixture
def thousands() -> Programme:
    story = Programme()
    many(6_000, story)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE programme_activity")
    return story


@pytest.mark.parametrize(
    ("found", "index"),
    [
        (lambda hub: Activity.objects.public().upcoming(timezone.now()), "activity_by_start"),
        (lambda hub: Activity.objects.public().past(timezone.now()), "activity_by_start"),
        (lambda hub: Activity.objects.public().of_hub(hub).upcoming(timezone.now()), "activity_(by|of_hub_by)_start"),
        (
            lambda hub: Activity.objects.public().on_days(TODAY, None).order_by("starts_at", "pk"),
            "activity_by_start",
        ),
    ],
    ids=["upcoming", "past", "of a hub", "days"],
)
def test_a_page_is_read_along_an_index_in_its_order(thousands: Programme, found: Any, index: str) -> None:
    sql, parameters = found(thousands.hub)[:20].query.sql_with_params()
    plan = plan_of(sql, parameters)
    assert re.search(rf"Index Scan (Backward )?using {index}", plan), plan
    assert "Sort" not in plan, plan
    assert "Seq Scan" not in plan, plan
