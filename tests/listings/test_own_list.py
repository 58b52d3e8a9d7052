"""/api/v1/listings/: one's own, in part: by kind, by status, and by words in the title."""

from typing import Any

import pytest
from django.test import Client

from tests.makers import draft, make_organisation, make_user, published

pytestmark = pytest.mark.django_db
LIST = "/api/v1/listings/"


def test_one_s_own_are_found_by_kind_status_and_words() -> None:
    user = make_user()
    mine: dict[str, Any] = {"by": user, "organisation": make_organisation(user)}
    doors = published(title="Deuren van de school", **mine)
    asked = published("demand", title="Oude deuren gezocht", **mine)
    unfinished = draft(title="Deuren, nog te tellen", **mine)
    published(title="Deuren van een ander")
    client = Client()
    client.force_login(user)

    def found(query: str) -> set[int]:
        return {row["id"] for row in client.get(f"{LIST}?{query}").json()["results"]}

    assert found("q=deuren") == {doors.pk, asked.pk, unfinished.pk}
    assert found("q=DEUREN van&kind=supply") == {doors.pk}
    assert found("kind=supply&status=published") == {doors.pk}
    assert found("q=100%") == set()
    next_page = client.get(f"{LIST}?q=deuren&page_size=2").json()["next"]
    assert len(client.get(next_page).json()["results"]) == 1


@pytest.mark.parametrize("query", ["kind=deur", "status=open", "q=" + "x" * 61, "q=%00", "words=deur"])
def test_what_it_doesn_t_know_is_refused_by_name(query: str) -> None:
    client = Client()
    client.force_login(make_user())
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == query.split("=")[0]
