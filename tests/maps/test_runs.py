"""Who undoes a change of many: the page offers it to nobody but whom the service lets, and says who else can."""

import re
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from frontend.maps.table_page import _run_words
from maps import services
from maps.enums import Power, Visibility
from maps.models import MapFeature
from maps.runs import RUNS_SHOWN, check_can_undo_change, runs_of
from maps.services.many import Many
from maps.standing import standing_of
from tests.maps.makers import Story, fill
from tests.maps.test_pages import of

pytestmark = pytest.mark.django_db
BUTTON = re.compile(r'name="change" value="([0-9a-f-]+)"')


def seen(*features: MapFeature) -> dict[int, int]:
    return {feature.pk: feature.version for feature in features}


def change(story: Story, by: User, *features: MapFeature, **fields: object) -> Many:
    return services.change_features(by=by, layer=story.layer, seen=seen(*features), **fields)


def step(story: Story, by: User, what: str, *features: MapFeature) -> Many:
    return services.step_features(by=by, layer=story.layer, seen=seen(*features), step=what)


def editor_changes(story: Story) -> tuple[User, Many]:
    return story.editor, change(story, story.editor, story.draft(), story.draft(), form="los")


def editor_submits(story: Story) -> tuple[User, Many]:
    return story.editor, step(story, story.editor, "submit", story.draft())


def editor_withdraws(story: Story) -> tuple[User, Many]:
    return story.editor, step(story, story.editor, "withdraw", story.draft())


def editor_verifies(story: Story) -> tuple[User, Many]:
    return story.editor, step(story, story.editor, "verify", story.published())


def editor_hides_own_drafts(story: Story) -> tuple[User, Many]:
    return story.editor, change(story, story.editor, story.draft(), visibility=Visibility.OWNER)


def editor_hides_those_of_others(story: Story) -> tuple[User, Many]:
    """From then on they don't see them themselves."""
    return story.editor, change(story, story.editor, story.draft(by=story.manager), visibility=Visibility.OWNER)


def one_was_published_by_what_they_did(story: Story) -> tuple[User, Many]:
    """An editor who published as long as they might."""
    person = story.holder(Power.PUBLISH)
    done = change(story, person, story.draft(), story.published(), form="los")
    services.give_right(by=story.manager, layer=story.layer, to=person, power=Power.EDIT)
    return person, done


def proposer_changes_own_drafts(story: Story) -> tuple[User, Many]:
    return story.proposer, change(story, story.proposer, story.draft(by=story.proposer), form="los")


def proposer_submits_own_drafts(story: Story) -> tuple[User, Many]:
    return story.proposer, step(story, story.proposer, "submit", story.draft(by=story.proposer))


#: What somebody did, and whether they undo it themselves.
DONE: dict[Callable[[Story], tuple[User, Many]], bool] = {
    editor_changes: True, editor_submits: True, editor_withdraws: False, editor_verifies: False,
    editor_hides_own_drafts: True, editor_hides_those_of_others: False, one_was_published_by_what_they_did: False,
    proposer_changes_own_drafts: False, proposer_submits_own_drafts: False,
}  # fmt: skip


@pytest.mark.parametrize("do", DONE, ids=[do.__name__ for do in DONE])
def test_undoing_is_offered_where_it_is_done_and_else_the_page_says_who_can(
    do: Callable[[Story], tuple[User, Many]],
) -> None:
    story = Story()
    person, done = do(story)
    assert done.change is not None
    page = of(person).get(reverse("map-table", args=[story.layer.pk])).content.decode()
    assert ("Wie in deze laag publiceert, kan dit ongedaan maken" in page) == (not DONE[do])
    assert BUTTON.findall(page) == ([str(done.change)] if DONE[do] else [])
    answer = of(person).post(reverse("map-many-undo", args=[story.layer.pk]), {"change": str(done.change)})
    assert answer.status_code == (302 if DONE[do] else 403)
    if not DONE[do]:
        (run,) = runs_of(story.layer, standing_of(story.manager))
        assert run.undoing == (len(done.pairs), True)
        undone = services.undo_batch(by=story.manager, layer=story.layer, change=done.change)
        assert undone[:2] == (len(done.pairs), 0)


def test_what_changed_since_is_in_nobodys_way() -> None:
    story = Story()
    kept, moved = story.draft(), story.draft()
    done = change(story, story.editor, kept, moved, form="los")
    moved.refresh_from_db()
    services.publish_feature(by=story.manager, feature=moved)
    (run,) = runs_of(story.layer, standing_of(story.editor))
    assert run.undoing == (1, True)
    assert done.change is not None
    assert services.undo_batch(by=story.editor, layer=story.layer, change=done.change)[:2] == (1, 1)
    # Nothing is left to undo, and nobody is asked to.
    page = of(story.manager).get(reverse("map-table", args=[story.layer.pk])).content.decode()
    assert BUTTON.findall(page) == []
    assert "Teruggezet, of sindsdien opnieuw gewijzigd" in page


def test_a_layer_that_was_taken_away_has_no_change_to_undo() -> None:
    story = Story()
    _person, done = editor_changes(story)
    assert done.change is not None
    services.delete_layer(by=story.manager, layer=story.layer)
    story.layer.refresh_from_db()
    for person in (story.editor, story.manager):
        with pytest.raises(PermissionDenied, match="wie in deze laag publiceert"):
            check_can_undo_change(person, story.layer, done.change)


def test_who_may_undo_is_read_in_as_many_queries_for_five_changes_as_for_one() -> None:
    story = Story()
    fill(story, 300)
    MapFeature.objects.update(state="draft", created_by=story.editor)
    counts = []
    for number in range(RUNS_SHOWN):
        change(story, story.editor, *MapFeature.objects.all(), form=f"vorm {number}")
        with CaptureQueriesContext(connection) as queries:
            runs = runs_of(story.layer, standing_of(story.editor))
        assert [run.undoing.as_left for run in runs] == [300] + [0] * number
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


@pytest.mark.parametrize(
    ("language", "one", "several"),
    [
        ("nl", "1 element ingetrokken", "3 elementen ingetrokken"),
        ("en", "1 element withdrawn", "3 elements withdrawn"),
        ("fr", "1 élément retiré", "3 éléments retirés"),
    ],
)
def test_what_was_done_agrees_with_how_many(language: str, one: str, several: str) -> None:
    with translation.override(language):
        assert _run_words("layer.elements_withdrawn", 1) == one
        assert _run_words("layer.elements_withdrawn", 3) == several
