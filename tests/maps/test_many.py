"""Many elements at once: the same as one by one, as one change, with what somebody else did kept and named."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from journal.models import Event
from maps import services
from maps.enums import Power
from maps.fields import OF_STEPS, WRITABLE, plain_values
from maps.history import versions_of
from maps.models import MapFeature, MapFeatureVersion
from maps.runs import runs_of
from maps.services.many import MOST_AT_ONCE, Many, preview_fields, preview_step
from maps.standing import standing_of
from tests.makers import make_organisation, make_user, material
from tests.maps.makers import Story, point

pytestmark = pytest.mark.django_db


def seen(*features: MapFeature) -> dict[int, int]:
    return {feature.pk: feature.version for feature in features}


def titles(left: Many) -> set[str]:
    return {one.feature.title for one in left.left}


def stored() -> dict[int, dict[str, Any]]:
    """Elements with what people and steps set, but for when."""
    names = [name for name in (*WRITABLE, *OF_STEPS) if name not in ("verified_at", "published_at")]
    rows = MapFeature.objects.order_by("pk")
    return {row.pk: plain_values(row, names) | {"mass": str(row.mass_kg), "version": row.version} for row in rows}


def test_many_get_the_same_values_in_one_change_that_one_undo_brings_back() -> None:
    story = Story()
    features = [story.draft(title=f"Nummer {number}", geometry=point(3.70 + number / 1000)) for number in range(3)]
    other = story.draft(title="Blijft")
    before = stored()
    done = services.change_features(
        by=story.editor, layer=story.layer, seen=seen(*features), quantity=Decimal("2.5"), unit="tonne",
        quantity_basis="measured", destination=" De  Werf ", visibility=2, owner=story.editor,
    )  # fmt: skip
    assert (len(done.pairs), done.same, done.left, done.gone) == (3, 0, [], 0)
    rows = MapFeature.objects.filter(pk__in=[one.pk for one in features])
    assert set(rows.values_list("quantity", "destination", "visibility", "owner", "mass_kg", "version")) == {
        (Decimal("2.5"), "De Werf", 2, story.editor.pk, Decimal(2500), 2)
    }
    assert MapFeature.objects.get(pk=other.pk).version == 1
    assert {row.pgh_context_id for one in features for row in [versions_of(one)[0]]} == {done.change}

    (event,) = Event.objects.filter(verb="layer.elements_changed")
    assert event.changes == {"elements_changed": 3, "change": str(done.change)}
    assert (event.subject_id, event.by_id) == (story.layer.pk, story.editor.pk)
    assert not Event.objects.filter(verb="element.changed").exists()

    (run,) = runs_of(story.layer, standing_of(story.editor))
    assert (run.change, run.changed, run.undoing.as_left) == (done.change, 3, 3)
    assert done.change is not None
    undone = services.undo_batch(by=story.manager, layer=story.layer, change=done.change)
    assert undone == (3, 0, [])
    after = stored()
    assert {pk: row | {"version": 0} for pk, row in after.items()} == {
        pk: row | {"version": 0} for pk, row in before.items()
    }
    assert runs_of(story.layer, standing_of(story.editor))[0].undoing.as_left == 0


def test_what_somebody_changed_meanwhile_is_named_and_kept_and_the_rest_goes() -> None:
    story = Story()
    mine, theirs, published = story.draft(title="Van mij"), story.draft(title="Van een ander"), story.published()
    chosen = seen(mine, theirs, published)
    services.change_feature(by=story.manager, feature=theirs, version=1, destination="Elders")
    planned = preview_fields(by=story.editor, layer=story.layer, seen=chosen, destination="Hier")
    assert MapFeature.objects.get(pk=mine.pk).destination == ""
    done = services.change_features(by=story.editor, layer=story.layer, seen=chosen, destination="Hier")
    for many in (planned, done):
        assert [after.title for _before, after in many.pairs] == ["Van mij"]
        assert titles(many) == {"Van een ander", published.title}
        assert "Iemand wijzigde dit intussen." in " ".join(one.words for one in many.left)
    rows = MapFeature.objects.filter(pk__in=chosen)
    assert set(rows.values_list("pk", "destination")) == {
        (mine.pk, "Hier"), (theirs.pk, "Elders"), (published.pk, ""),
    }  # fmt: skip


def test_what_does_not_go_with_the_rest_of_an_element_stays_and_says_why() -> None:
    story = Story()
    stock, flow = story.draft(title="Voorraad"), story.draft(title="Stroom", kind="flow", period="week")
    without = story.draft(title="Zonder", quantity=None, unit="", quantity_basis="unknown")
    done = services.change_features(by=story.editor, layer=story.layer, seen=seen(stock, flow), period="month")
    assert [after.pk for _before, after in done.pairs] == [flow.pk]
    assert "per wat de hoeveelheid is" in done.left[0].words
    done = services.change_features(by=story.editor, layer=story.layer, seen=seen(stock, without), unit="kg")
    assert [after.pk for _before, after in done.pairs] == [stock.pk]
    assert titles(done) == {"Zonder"}
    # A stock has no period: whoever makes stocks of flows doesn't have to say so.
    flow.refresh_from_db()
    done = services.change_features(by=story.editor, layer=story.layer, seen=seen(flow), kind="stock")
    assert MapFeature.objects.get(pk=flow.pk).period == ""


def test_a_source_comes_in_the_place_of_a_name() -> None:
    story = Story()
    organisation = make_organisation(make_user())
    feature = story.draft(source_name="Bakkerij")
    services.change_features(by=story.editor, layer=story.layer, seen=seen(feature), source_organisation=organisation)
    feature.refresh_from_db()
    assert (feature.source_organisation, feature.source_name) == (organisation, "")


def test_a_step_is_taken_with_those_with_which_it_can_be() -> None:
    story = Story(verify_every_months=6)
    draft, reviewed, published = story.draft(title="A"), story.draft(title="B"), story.published(title="C")
    waste = story.draft(title="D", declared_status="waste")
    reviewed = services.submit_feature(by=story.editor, feature=reviewed)
    chosen = seen(draft, reviewed, published, waste)
    planned = preview_step(by=story.manager, layer=story.layer, seen=chosen, step="publish")
    assert {before.title for before, _after in planned.pairs} == {"A", "B"}
    done = services.step_features(by=story.manager, layer=story.layer, seen=chosen, step="publish")
    assert titles(done) == {"C", "D"}
    rows = MapFeature.objects.filter(state="published", verified_by=story.manager, verify_by__isnull=False)
    assert set(rows.values_list("title", flat=True)) == {"A", "B", "C"}
    assert Event.objects.get(verb="layer.elements_published").changes["elements_left"] == 2
    # Nobody may but who publishes: an editor is told of each element.
    everything = seen(*MapFeature.objects.all())
    refused = services.step_features(by=story.editor, layer=story.layer, seen=everything, step="publish")
    assert (refused.pairs, refused.change, len(refused.left)) == ([], None, 4)
    assert not Event.objects.filter(verb="layer.elements_published", by_id=story.editor.pk).exists()


def test_sending_back_many_says_why() -> None:
    story = Story()
    features = [services.submit_feature(by=story.editor, feature=story.draft()) for _number in range(2)]
    with pytest.raises(ValidationError, match="Zeg waarom"):
        services.step_features(by=story.manager, layer=story.layer, seen=seen(*features), step="send_back")
    services.step_features(
        by=story.manager, layer=story.layer, seen=seen(*features), step="send_back", reason="Waar juist?"
    )
    assert set(MapFeature.objects.values_list("state", "review_note")) == {("draft", "Waar juist?")}


def test_what_one_does_not_see_is_not_told_of() -> None:
    story = Story()
    other = Story()
    hidden, elsewhere = story.draft(), other.published()
    mine = story.draft(by=story.proposer, title="Mijn concept")
    chosen = seen(hidden, elsewhere, mine)
    done = services.step_features(by=story.proposer, layer=story.layer, seen=chosen, step="submit")
    assert ([after.title for _before, after in done.pairs], done.left, done.gone) == (["Mijn concept"], [], 2)
    for nobody in (make_user(), story.holder(Power.SEE)):
        with pytest.raises(PermissionDenied):
            services.step_features(by=nobody, layer=story.layer, seen=chosen, step="submit")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": "Alle gelijk"}, "Dit heeft elk element voor zich"),
        ({"source_reference": "1"}, "Dit heeft elk element voor zich"),
        ({"state": "published"}, "niet te veranderen"),
        ({}, "Kies eerst wat je wilt wijzigen"),
    ],
)  # fmt: skip
def test_what_is_no_change_of_many_is_refused(fields: dict[str, Any], said: str) -> None:
    story = Story()
    feature = story.draft()
    with pytest.raises(ValidationError, match=said):
        services.change_features(by=story.editor, layer=story.layer, seen=seen(feature), **fields)


def test_too_many_are_refused_in_words() -> None:
    story = Story()
    with pytest.raises(ValidationError, match="te veel voor één keer"):
        services.change_features(
            by=story.editor, layer=story.layer, seen=dict.fromkeys(range(1, MOST_AT_ONCE + 2), 1), unit="kg"
        )
    with pytest.raises(ValidationError, match="Kies eerst elementen"):
        services.change_features(by=story.editor, layer=story.layer, seen={}, unit="kg")


def test_an_owner_of_many_works_for_the_hub() -> None:
    story = Story()
    with pytest.raises(ValidationError, match="Kies een medewerker"):
        services.change_features(by=story.editor, layer=story.layer, seen=seen(story.draft()), owner=make_user())


def test_who_edits_undoes_their_own_change_of_what_is_not_published() -> None:
    story = Story()
    features = [story.draft(), story.draft()]
    done = services.change_features(by=story.editor, layer=story.layer, seen=seen(*features), form="los")
    assert done.change is not None
    # Nobody else's, and none that reaches what is published.
    with pytest.raises(PermissionDenied):
        services.undo_batch(by=story.holder(Power.EDIT), layer=story.layer, change=done.change)
    assert services.undo_batch(by=story.editor, layer=story.layer, change=done.change)[:2] == (2, 0)
    withdrawn = services.step_features(
        by=story.editor, layer=story.layer, seen=dict.fromkeys(seen(*features), 3), step="withdraw"
    )
    assert withdrawn.change is not None
    with pytest.raises(PermissionDenied):
        services.undo_batch(by=story.editor, layer=story.layer, change=withdrawn.change)
    assert services.undo_batch(by=story.manager, layer=story.layer, change=withdrawn.change)[:2] == (2, 0)


def test_a_thousand_take_no_more_queries_than_ten() -> None:
    story = Story()
    organisation = make_organisation(make_user())
    MapFeature.objects.bulk_create(
        MapFeature(
            layer=story.layer, title=f"Nummer {number}", kind="stock", geometry=point(3.70 + number / 10_000),
            material=material("building-bricks"), quantity=number + 1, unit="tonne",
            available_from=f"2026-01-{number % 28 + 1:02}", source_organisation=organisation,
        )
        for number in range(1_000)
    )  # fmt: skip
    ids = list(MapFeature.objects.order_by("pk").values_list("pk", flat=True))
    counts = []
    for some in (ids[:10], ids[10:]):
        with CaptureQueriesContext(connection) as queries:
            done = services.change_features(
                by=story.editor, layer=story.layer, seen=dict.fromkeys(some, 1), certainty="likely", unit="kg",
                available_until="2027-01-01", owner=story.editor,
            )  # fmt: skip
        assert len(done.pairs) == len(some)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 2, counts
    assert MapFeatureVersion.objects.filter(version=2).count() == 1_000


def one_by_one(by: User, chosen: dict[int, int], fields: dict[str, Any], step: str) -> None:
    """What the services for one element make of each; a refusal leaves it as it is."""
    single = {
        "submit": services.submit_feature, "publish": services.publish_feature,
        "withdraw": services.withdraw_feature, "verify": services.verify_feature,
    }.get(step)  # fmt: skip
    for pk, version in chosen.items():
        feature = MapFeature.objects.get(pk=pk)
        try:
            with transaction.atomic():
                if single is None:
                    services.change_feature(by=by, feature=feature, version=version, **fields)
                else:
                    single(by=by, feature=feature, version=version)
        except (ValidationError, PermissionDenied):
            continue


changes = st.fixed_dictionaries(
    {},
    optional={
        "quantity": st.sampled_from([Decimal(3), Decimal("0.5"), Decimal(-1)]),
        "unit": st.sampled_from(["kg", "m3", "piece"]),
        "quantity_basis": st.sampled_from(["estimated", "measured"]), "period": st.sampled_from(["week", "year"]),
        "certainty": st.sampled_from(["likely", "confirmed"]), "visibility": st.sampled_from([2, 4]),
        "destination": st.sampled_from(["", "De Werf", "x" * 201]),
        "declared_status": st.sampled_from(["waste", "unsure"]),
        "eural_code": st.sampled_from(["170102", "zomaar"]),
        "available_from": st.sampled_from(["2026-05-01", "2027-05-01"]),
        "available_until": st.sampled_from(["2026-06-01", "2020-01-01"]),
    },
).filter(bool)  # fmt: skip


class TestOracle(TestCase):
    @given(changes, st.sampled_from(["", "submit", "publish", "withdraw", "verify"]), st.booleans(), st.integers(0, 4))
    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_many_at_once_are_as_one_by_one(
        self, fields: dict[str, Any], step: str, is_manager: bool, moved: int
    ) -> None:
        story = Story(visibility=3)
        by = story.manager if is_manager else story.editor
        features = [
            story.draft(available_from="2026-04-01"), story.draft(kind="flow", period="day"),
            story.draft(quantity=None, unit="", quantity_basis="unknown", material=None),
            story.published(),
            services.submit_feature(by=story.editor, feature=story.draft(declared_status="by_product")),
        ]  # fmt: skip
        chosen = seen(*features)
        chosen[features[moved].pk] -= 1
        point_back = transaction.savepoint()
        one_by_one(by, chosen, fields, step)
        expected = stored()
        transaction.savepoint_rollback(point_back)
        if step:
            done = services.step_features(by=by, layer=story.layer, seen=chosen, step=step)
        else:
            done = services.change_features(by=by, layer=story.layer, seen=chosen, **fields)
        assert stored() == expected
        assert len(done.pairs) + done.same + len(done.left) == len(chosen)
        assert features[moved].pk in {one.feature.pk for one in done.left}
