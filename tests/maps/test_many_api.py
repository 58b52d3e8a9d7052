"""Many elements at once over the API: as on the page, each in the version that was read."""

from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from maps import services
from maps.models import MapFeature
from tests.makers import make_user
from tests.maps.geodata import geojson
from tests.maps.makers import Story, point
from tests.maps.test_imports import row, take
from tests.maps.test_pages import of

pytestmark = pytest.mark.django_db


def asked(client: Client, story: Story, *features: MapFeature, **more: Any) -> Any:
    elements = [{"id": feature.pk, "version": feature.version} for feature in features]
    address = f"/api/v1/maps/layers/{story.layer.pk}/elements/many/"
    return client.post(address, {"elements": elements} | more, content_type="application/json")


def told(answer: HttpResponse) -> Any:
    assert answer.status_code == 200, answer.content
    return answer.json()  # type: ignore[attr-defined]


def test_many_get_the_same_fields_as_was_previewed_and_one_undo_brings_all_back() -> None:
    story = Story()
    first, second = story.draft(title="Een", destination="Breker"), story.draft(title="Twee", geometry=point(3.73))
    theirs, published = story.draft(title="Van een ander"), story.published(title="Gepubliceerd")
    services.change_feature(by=story.manager, feature=theirs, version=1, destination="Elders")
    theirs.version = 1
    fields = {"fields": {"quantity": 2.5, "destination": "", "eural_code": None, "visibility": "hub"}}
    chosen, client = (first, second, theirs, published), of(story.editor)

    planned = told(asked(client, story, *chosen, **fields, preview=True))
    assert (planned["change"], MapFeature.objects.get(pk=first.pk).version) == (None, 1)
    done = told(asked(client, story, *chosen, **fields))

    assert done | {"change": None} == planned
    assert [(one["element"], one["version"]) for one in done["changed"]] == [(first.pk, 2), (second.pk, 2)]
    by_field = {one["field"]: (one["before"], one["after"]) for one in done["changed"][0]["changes"]}
    assert by_field == {"quantity": ("40", "2.5"), "destination": ("Breker", ""), "visibility": (4, 2)}
    assert {one["element"] for one in done["left"]} == {theirs.pk, published.pk}
    assert any("Iemand wijzigde dit intussen." in one["says"] for one in done["left"])
    first.refresh_from_db()
    assert (first.quantity, first.destination) == (Decimal("2.5"), "")
    undone = services.undo_batch(by=story.manager, layer=story.layer, change=done["change"])
    assert tuple(undone) == (2, 0, [])


def undone(client: Client, story: Story, change: object) -> Any:
    address = f"/api/v1/maps/layers/{story.layer.pk}/elements/many/undo/"
    return client.post(address, {"change": str(change)}, content_type="application/json")


def test_a_change_of_many_is_taken_back_but_for_what_somebody_changed_since() -> None:
    story = Story()
    first, second = story.draft(title="Een"), story.draft(title="Twee", geometry=point(3.73))
    editor = of(story.editor)
    done = told(asked(editor, story, first, second, fields={"destination": "Breker"}))
    services.change_feature(by=story.editor, feature=second, version=2, title="Drie")

    assert told(undone(editor, story, done["change"])) == {"undone": 1, "left": 1, "stayed": [second.pk]}
    assert dict(MapFeature.objects.values_list("title", "destination")) == {"Een": "", "Drie": "Breker"}


def test_who_may_not_take_back_a_change_and_what_is_none_is_refused_in_words(tmp_path: Path) -> None:
    story = Story()
    feature = story.draft()
    done = told(asked(of(story.editor), story, feature, fields={"destination": "Breker"}))
    for nobody, status in ((make_user(), 403), (story.proposer, 403)):
        assert undone(of(nobody), story, done["change"]).status_code == status
    assert undone(Client(), story, done["change"]).status_code == 401
    unknown = undone(of(story.manager), story, uuid4())
    assert (unknown.status_code, "in één keer" in str(unknown.json())) == (400, True)
    no_number = undone(of(story.manager), story, "eergisteren")
    assert (no_number.status_code, "change" in str(no_number.json()["errors"])) == (400, True)
    # What a file brought is taken back as that file.
    imported = take(story, geojson(tmp_path / "punten.geojson", [row(1)]))
    of_file = undone(of(story.manager), story, imported.change)
    assert (of_file.status_code, "bij dat bestand" in str(of_file.json())) == (400, True)
    feature.refresh_from_db()
    assert feature.destination == "Breker"
    assert told(undone(of(story.manager), story, done["change"]))["undone"] == 1


def test_a_step_is_taken_with_many_and_who_may_not_sees_why() -> None:
    story = Story()
    drafts = [story.draft(title=f"Nummer {number}", geometry=point(3.70 + number / 1000)) for number in range(3)]
    done = told(asked(of(story.editor), story, *drafts, step="submit"))
    assert {one["field"] for one in done["changed"][0]["changes"]} == {"state"}
    waiting = list(MapFeature.objects.order_by("pk"))
    left = told(asked(of(story.editor), story, *waiting, step="publish"))
    assert (left["change"], left["changed"], len(left["left"])) == (None, [], 3)
    back = told(asked(of(story.manager), story, *waiting, step="send_back", reason="Zonder bron."))
    assert len(back["changed"]) == 3
    assert set(MapFeature.objects.values_list("state", "review_note")) == {("draft", "Zonder bron.")}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({}, "fields"),
        ({"fields": {"form": "los"}, "step": "submit"}, "fields"),
        ({"fields": {"title": "Voor elk"}}, "fields"),
        ({"fields": {"kleur": "rood"}}, "fields"),
        ({"step": "verdwijn"}, "step"),
        ({"step": "submit", "reason": "Zomaar"}, "reason"),
        ({"step": "submit", "elements": [{"id": 1, "version": 1}, {"id": 1, "version": 2}]}, "elements"),
    ],
)
def test_what_is_no_change_of_many_is_refused_by_name(more: dict[str, Any], field: str) -> None:
    story = Story()
    answer = asked(of(story.manager), story, story.draft(), **more)
    assert answer.status_code == 400
    assert field in str(answer.json())
    assert set(MapFeature.objects.values_list("version", flat=True)) == {1}


def test_each_role_changes_what_they_may_and_is_told_of_nothing_they_do_not_see() -> None:
    story = Story()
    draft = story.draft()
    people: tuple[tuple[User | None, int], ...] = (
        (None, 401), (make_user(), 403), (make_user(is_superuser=True, is_staff=True), 403), (story.proposer, 200),
    )  # fmt: skip
    for who, code in people:
        answer = asked(of(who), story, draft, fields={"form": "los"})
        assert answer.status_code == code
        assert MapFeature.objects.get().version == 1
    assert answer.json() == {"change": None, "changed": [], "same": 0, "left": [], "gone": 1}
    assert len(told(asked(of(story.editor), story, draft, fields={"form": "los"}))["changed"]) == 1
    # An element of another layer isn't there.
    story.layer = services.create_layer(by=story.manager, material_map=story.map, title="Andere")
    assert told(asked(of(story.editor), story, MapFeature.objects.get(), fields={"form": "vast"}))["gone"] == 1


def test_twice_as_many_elements_ask_no_more_of_the_database() -> None:
    story = Story()
    client = of(story.manager)
    features = [story.draft(title=f"Nummer {number}", geometry=point(3.70 + number / 1000)) for number in range(8)]
    counted = []
    for some in (features[:2], features[2:]):
        with CaptureQueriesContext(connection) as queries:
            told(asked(client, story, *some, fields={"destination": "Werf"}, preview=True))
        counted.append(len(queries))
    assert counted[0] == counted[1]
