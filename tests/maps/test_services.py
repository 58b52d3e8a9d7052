"""Elements from a draft to the public: written, checked, kept by version, counted, undone."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from maps import services
from maps.conflicts import Conflict
from maps.enums import Power, Visibility
from maps.history import begin_change, maker_of, versions_of
from maps.models import LayerRight, MapFeature, MapLayerCell, MapLayerCount, MapLayerShown, MaterialMap
from maps.permissions import can_list
from maps.services import storing
from maps.standing import standing_of
from tests.makers import draft as listing_draft
from tests.makers import make_organisation, make_site, make_user, material, published
from tests.maps.makers import LINE, SQUARE, Story, partner_of, point, shape

pytestmark = pytest.mark.django_db


# ---- an element ----


def test_an_element_keeps_what_was_given_and_what_follows() -> None:
    story = Story()
    feature = story.draft(eural_code="17 01 02", season_months=[])
    assert (feature.state, feature.version, feature.eural_code) == ("draft", 1, "170102")
    assert str(feature.municipality) == "Gent"
    assert feature.mass_kg == 40_000
    assert feature.visibility == Visibility.PUBLIC
    assert feature.position.srid == 3812


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("title", {"title": " \u200b "}),
        ("quantity", {"quantity": 0}),
        ("quantity", {"quantity": "1.0001"}),
        ("unit", {"unit": "litre"}),
        ("unit", {"unit": ""}),
        ("unit", {"quantity": None, "quantity_basis": "unknown"}),
        ("period", {"kind": "flow"}),
        ("period", {"period": "week"}),
        ("quantity_basis", {"quantity": None, "unit": "", "quantity_basis": "measured"}),
        ("season_months", {"season_months": [5]}),
        ("season_months", {"kind": "flow", "period": "week", "season_months": [0]}),
        ("season_months", {"kind": "flow", "period": "week", "season_months": [13]}),
        ("kind", {"kind": "heap"}),
        ("available_until", {"available_from": "2026-05-01", "available_until": "2026-04-30"}),
        ("available_from", {"available_from": "0000-01-01"}),
        ("available_from", {"available_from": "1815-06-18"}),
        ("eural_code", {"eural_code": "99 01 01"}),
        ("declared_status", {"declared_status": "rubbish"}),
        ("visibility", {"visibility": 9}),
        ("visibility", {"visibility": None}),
        ("geometry", {"geometry": None}),
        ("colour", {"colour": "red"}),
        ("state", {"state": "published"}),
        ("version", {"version_": 3}),
    ],
)
def test_what_cannot_be_so_is_refused_at_its_field(field: str, given: dict[str, Any]) -> None:
    story = Story()
    with pytest.raises(ValidationError) as refused:
        story.draft(**given)
    assert next(iter(refused.value.message_dict)).rstrip("_") in (field, "version"), refused.value.message_dict
    assert not MapFeature.objects.exists()


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        Story().draft(title="", quantity=-1, eural_code="1")
    assert {"title", "quantity", "eural_code"} <= set(refused.value.message_dict)


def test_an_element_shows_no_more_widely_than_its_layer() -> None:
    story = Story(visibility=Visibility.PARTNERS)
    assert story.draft().visibility == Visibility.PARTNERS
    with pytest.raises(ValidationError) as refused:
        story.draft(visibility=Visibility.PUBLIC)
    assert set(refused.value.message_dict) == {"visibility"}


def test_a_site_is_one_of_the_source() -> None:
    story, source = Story(), make_organisation(make_user())
    site = make_site(source)
    assert story.draft(source_organisation=source, site=site).site == site
    with pytest.raises(ValidationError) as refused:
        story.draft(source_organisation=make_organisation(make_user()), site=site)
    assert set(refused.value.message_dict) == {"site"}
    with pytest.raises(ValidationError) as refused:
        story.draft(source_organisation=source, source_name="Iemand anders")
    assert set(refused.value.message_dict) == {"source_name"}


def test_an_owner_works_for_the_hub() -> None:
    story = Story()
    assert story.draft(owner=story.manager).owner == story.manager
    with pytest.raises(ValidationError) as refused:
        story.draft(owner=make_user())
    assert set(refused.value.message_dict) == {"owner"}


def test_a_number_at_the_source_is_there_once_in_a_layer() -> None:
    story = Story()
    story.draft(source_reference="A1")
    with pytest.raises(ValidationError):
        story.draft(source_reference="A1")
    assert story.draft(source_reference="").source_reference == ""


# ---- shapes ----


def test_holes_and_parts_are_kept() -> None:
    story = Story()
    both = {
        "type": "MultiPolygon",
        "coordinates": [SQUARE["coordinates"], [[[3.8, 51], [3.81, 51], [3.81, 51.01], [3.8, 51]]]],
    }
    stored = MapFeature.objects.get(pk=story.draft(geometry=shape(both)).pk)
    assert (stored.geometry.geom_type, stored.geometry.num_geom) == ("MultiPolygon", 2)
    assert stored.geometry[0].num_interior_rings == 1


@pytest.mark.parametrize(("kind", "fits"), [("points", "point"), ("lines", "line"), ("polygons", "square")])
def test_a_layer_takes_its_own_kind_of_shape(kind: str, fits: str) -> None:
    story = Story(geometry_kind=kind)
    shapes = {"point": point(), "line": shape(LINE), "square": shape(SQUARE)}
    for name, given in shapes.items():
        if name == fits:
            assert story.draft(geometry=given).pk
            continue
        with pytest.raises(ValidationError) as refused:
            story.draft(geometry=given)
        assert set(refused.value.message_dict) == {"geometry"}
        # Whoever writes without a service is refused by the database.
        with pytest.raises(IntegrityError, match="shapes of its own kind"), transaction.atomic():
            MapFeature.objects.create(layer=story.layer, kind="stock", title="x", geometry=given)


@pytest.mark.parametrize(
    ("wkt", "constraint"),
    [
        ("POLYGON((3.7 51, 3.8 51.1, 3.8 51, 3.7 51.1, 3.7 51))", "feature_geometry_valid"),
        ("POINT EMPTY", "feature_geometry_(valid|bounded)"),
        ("GEOMETRYCOLLECTION(POINT(3.7 51))", "feature_geometry_of_known_type"),
        ("CIRCULARSTRING(3.7 51, 3.71 51.01, 3.72 51)", "feature_geometry_of_known_type"),
        ("POINT(51 3.7)", "feature_geometry_bounded"),
        ("POINT Z (3.7 51 1)", "Z dimension"),
        ("POINT M (3.7 51 1)", "M dimension"),
    ],
)
def test_the_database_refuses_what_is_no_shape_on_a_map(wkt: str, constraint: str) -> None:
    story = Story()
    with connection.cursor() as cursor, pytest.raises(Exception, match=constraint), transaction.atomic():
        cursor.execute(
            "INSERT INTO maps_mapfeature (layer_id, kind, state, visibility, title, description, unit, quantity_basis,"
            " period, season_months, form, composition, contaminants, declared_status, eural_code, source_name,"
            " source_reference, destination, certainty, review_note, version, geometry) VALUES"
            " (%s, 'stock', 'draft', 4, 'x', '', '', 'unknown', '', '{}', '', '', '', 'unsure', '', '', '', '',"
            " 'unsure', '', 1, ST_GeomFromText(%s, 4326))",
            [story.layer.pk, wkt],
        )


# ---- changes, versions, conflicts ----


def test_each_change_is_a_version_with_who_made_it() -> None:
    story = Story()
    feature = story.draft()
    changed = services.change_feature(by=story.manager, feature=feature, version=1, title="Klinkers", quantity=12)
    rows = list(versions_of(changed))
    assert [(row.version, row.title, row.pgh_label) for row in rows] == [
        (2, "Klinkers", "update"), (1, "Bakstenen van een school", "insert"),
    ]  # fmt: skip
    assert [maker_of(row) for row in rows] == [story.manager.pk, story.editor.pk]
    assert rows[0].pgh_context.metadata["verb"] == "element.changed"
    assert rows[0].pgh_context.metadata["source"] == "command"


def test_a_version_is_never_changed_or_deleted() -> None:
    feature = Story().draft()
    for write in (lambda rows: rows.update(title="x"), lambda rows: rows.delete()):
        with pytest.raises(Exception, match="Cannot update or delete rows"), transaction.atomic():
            write(versions_of(feature).order_by())


def test_what_changes_nothing_is_no_change() -> None:
    story = Story()
    feature = story.draft()
    same = services.change_feature(by=story.editor, feature=feature, version=1, title=feature.title, quantity="40.0")
    assert same.version == 1
    assert versions_of(feature).count() == 1


def test_the_second_of_two_editors_sees_both_versions_field_by_field() -> None:
    story = Story()
    seen = story.draft()
    services.change_feature(by=story.manager, feature=seen, version=1, title="Klinkers", form="los")
    with pytest.raises(Conflict) as conflict:
        services.change_feature(by=story.editor, feature=seen, version=1, title="Dakpannen", destination="stort")
    assert conflict.value.feature.version == 2
    rows = {row.name: (row.before, row.theirs, row.mine, row.clashes) for row in conflict.value.fields}
    assert rows == {
        "title": ("Bakstenen van een school", "Klinkers", "Dakpannen", True),
        "form": ("", "los", "", False),
        "destination": ("", "", "stort", False),
    }
    stored = MapFeature.objects.get(pk=seen.pk)
    assert (stored.title, stored.destination) == ("Klinkers", "")


def test_a_write_between_reading_and_storing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The version stands in the UPDATE itself: nobody slips in between."""
    story = Story()
    feature = story.draft()
    begin = begin_change

    def somebody_else(**said: Any) -> Any:
        MapFeature.objects.filter(pk=feature.pk).update(title="Ertussen", version=2)
        return begin(**said)

    monkeypatch.setattr(storing, "begin_change", somebody_else)
    with pytest.raises(Conflict) as conflict:
        services.change_feature(by=story.editor, feature=feature, version=1, title="Mijn titel")
    assert conflict.value.feature.title == "Ertussen"


def test_a_value_that_fits_what_was_seen_is_a_conflict_where_it_no_longer_fits() -> None:
    story = Story()
    seen = story.draft()
    services.change_feature(
        by=story.manager, feature=seen, version=1, quantity=None, unit="", quantity_basis="unknown"
    )
    with pytest.raises(Conflict) as conflict:
        services.change_feature(by=story.editor, feature=seen, version=1, unit="kg", title=" Zakken  zand ")
    rows = {row.name: (row.before, row.theirs, row.mine, row.clashes) for row in conflict.value.fields}
    assert rows["unit"] == ("tonne", "", "kg", True)
    assert rows["title"][2] == "Zakken zand"
    # What is no value of a field is told at that field, whoever was first.
    with pytest.raises(ValidationError) as wrong:
        services.change_feature(by=story.editor, feature=seen, version=1, available_from="ooit")
    assert list(wrong.value.message_dict) == ["available_from"]


def test_a_proposal_that_no_longer_fits_is_a_conflict_until_somebody_saw_it() -> None:
    story = Story()
    feature = story.published()
    proposal = services.propose_change(by=story.proposer, feature=feature, version=feature.version, unit="kg")
    emptied = services.change_feature(
        by=story.manager, feature=feature, version=feature.version, quantity=None, unit="", quantity_basis="unknown"
    )
    with pytest.raises(Conflict):
        services.accept_proposal(by=story.manager, proposal=proposal)
    with pytest.raises(Conflict):
        services.propose_change(by=story.proposer, feature=feature, version=feature.version, unit="kg")
    with pytest.raises(ValidationError) as wrong:
        services.accept_proposal(by=story.manager, proposal=proposal, version=emptied.version)
    assert list(wrong.value.message_dict) == ["unit"]


# ---- review ----


def test_a_proposer_drafts_and_submits_and_a_manager_publishes() -> None:
    story = Story(verify_every_months=6)
    feature = story.draft(by=story.proposer)
    submitted = services.submit_feature(by=story.proposer, feature=feature)
    assert submitted.state == "review"
    with pytest.raises(PermissionDenied):
        services.publish_feature(by=story.editor, feature=submitted)
    shown = services.publish_feature(by=story.manager, feature=submitted, version=submitted.version)
    assert shown.state == "published"
    assert shown.published_at is not None
    assert shown.verified_by == story.manager
    assert shown.verified_at is not None
    assert shown.verify_by is not None
    assert (shown.verify_by - shown.verified_at.date()).days in range(180, 186)


def test_what_is_sent_back_says_why() -> None:
    story = Story()
    feature = services.submit_feature(by=story.proposer, feature=story.draft(by=story.proposer))
    with pytest.raises(ValidationError) as refused:
        services.send_back_feature(by=story.manager, feature=feature, reason=" \u200b")
    assert set(refused.value.message_dict) == {"reason"}
    back = services.send_back_feature(by=story.manager, feature=feature, reason="Welke school?")
    assert (back.state, back.review_note) == ("draft", "Welke school?")
    again = services.submit_feature(by=story.proposer, feature=back)
    assert again.review_note == ""


def test_who_publishes_sees_what_is_published() -> None:
    """Somebody who changed a draft after the reviewer read it doesn't get that published."""
    story = Story()
    feature = services.submit_feature(by=story.editor, feature=story.draft())
    services.change_feature(by=story.editor, feature=feature, version=feature.version, title="Iets anders")
    with pytest.raises(Conflict):
        services.publish_feature(by=story.manager, feature=feature, version=feature.version)


def test_waste_is_published_with_its_code() -> None:
    story = Story()
    with pytest.raises(ValidationError) as refused:
        story.published(declared_status="waste")
    assert set(refused.value.message_dict) == {"eural_code"}
    assert story.published(declared_status="waste", eural_code="17 01 02").state == "published"


def test_a_published_element_is_changed_by_a_proposal() -> None:
    story = Story()
    feature = story.published()
    with pytest.raises(PermissionDenied, match="voor"):
        services.change_feature(by=story.editor, feature=feature, version=feature.version, title="Pannen")
    proposal = services.propose_change(
        by=story.proposer, feature=feature, version=feature.version, comment="Het zijn pannen.", title="Pannen",
        geometry=point(3.72),
    )  # fmt: skip
    assert MapFeature.objects.get(pk=feature.pk).title == feature.title
    assert set(proposal.changes) == {"title", "geometry"}
    taken = services.accept_proposal(by=story.manager, proposal=proposal)
    assert (taken.title, taken.geometry.x) == ("Pannen", 3.72)
    with pytest.raises(ValidationError, match="al beslist"):
        services.accept_proposal(by=story.manager, proposal=proposal)


def test_a_proposal_to_what_changed_since_is_a_conflict_until_somebody_saw_it() -> None:
    story = Story()
    feature = story.published()
    proposal = services.propose_change(by=story.proposer, feature=feature, version=feature.version, title="Pannen")
    newer = services.change_feature(by=story.manager, feature=feature, version=feature.version, form="los")
    with pytest.raises(Conflict):
        services.accept_proposal(by=story.manager, proposal=proposal)
    taken = services.accept_proposal(by=story.manager, proposal=proposal, version=newer.version)
    assert (taken.title, taken.form) == ("Pannen", "los")


def test_a_proposal_is_sent_back_or_taken_back() -> None:
    story = Story()
    feature = story.published()
    one, other = (
        services.propose_change(by=story.proposer, feature=feature, version=feature.version, title=title)
        for title in ("A", "B")
    )
    assert services.send_back_proposal(by=story.manager, proposal=one, reason="Nee.").state == "sent_back"
    with pytest.raises(PermissionDenied):
        services.take_back_proposal(by=story.editor, proposal=other)
    assert services.take_back_proposal(by=story.proposer, proposal=other).state == "taken_back"
    with pytest.raises(ValidationError):
        services.propose_change(by=story.proposer, feature=feature, version=feature.version, title=feature.title)


# ---- undoing ----


def test_a_change_is_undone_and_undoing_is_undone() -> None:
    story = Story()
    feature = story.draft()
    changed = services.change_feature(
        by=story.editor, feature=feature, version=1, title="Klinkers", geometry=point(3.73)
    )
    back = services.undo_feature(by=story.editor, feature=changed, seen=2)
    assert (back.title, back.geometry.x, back.version) == (feature.title, feature.geometry.x, 3)
    again = services.undo_feature(by=story.editor, feature=back, seen=3)
    assert (again.title, again.geometry.x, again.version) == ("Klinkers", 3.73, 4)


def test_an_element_goes_back_to_a_version_or_a_moment() -> None:
    story = Story()
    feature = story.draft()
    for version, title in enumerate(("Twee", "Drie", "Vier"), 1):
        feature = services.change_feature(by=story.editor, feature=feature, version=version, title=title)
    of_three = versions_of(feature).get(version=3).pgh_created_at
    assert services.undo_feature(by=story.editor, feature=feature, seen=4, moment=of_three).title == "Drie"
    assert (
        services.undo_feature(by=story.editor, feature=feature, seen=5, version=1).title == "Bakstenen van een school"
    )
    with pytest.raises(ValidationError):
        services.undo_feature(by=story.editor, feature=feature, seen=6, version=99)


def test_undoing_publishes_nothing_for_whoever_may_not() -> None:
    story = Story()
    feature = services.submit_feature(by=story.editor, feature=story.draft())
    shown = services.publish_feature(by=story.manager, feature=feature)
    with pytest.raises(PermissionDenied):
        services.undo_feature(by=story.editor, feature=shown, seen=shown.version)
    back = services.undo_feature(by=story.manager, feature=shown, seen=shown.version)
    assert back.state == "review"
    # The version before is published again: not by an editor.
    with pytest.raises(PermissionDenied):
        services.undo_feature(by=story.editor, feature=back, seen=back.version)


def test_a_batch_is_undone_but_for_what_somebody_changed_since() -> None:
    story = Story()
    old = story.draft()
    change = begin_change(by=story.manager, verb="import.stored")
    MapFeature.objects.filter(pk=old.pk).update(title="Uit het bestand", version=2)
    made = MapFeature.objects.bulk_create(
        MapFeature(layer=story.layer, kind="stock", title=f"Nieuw {number}", geometry=point()) for number in range(3)
    )
    services.change_feature(by=story.editor, feature=made[0], version=1, title="Met de hand")
    undone = services.undo_batch(by=story.manager, layer=story.layer, change=change)
    assert undone == (3, 1, [made[0].pk])
    states = {row.title: row.state for row in MapFeature.objects.all()}
    assert states == {
        "Bakstenen van een school": "draft", "Met de hand": "draft", "Nieuw 1": "withdrawn", "Nieuw 2": "withdrawn",
    }  # fmt: skip
    with pytest.raises(PermissionDenied):
        services.undo_batch(by=story.editor, layer=story.layer, change=change)


def _points_that_a_file_made_of_areas(story: Story) -> Any:
    """The number of a change that made points of areas, in a layer that takes only points since."""
    area = story.draft(geometry=shape(SQUARE), source_reference="a")
    change = begin_change(by=story.manager, verb="import.stored")
    MapFeature.objects.filter(pk=area.pk).update(geometry=point(), version=2)
    services.update_layer(by=story.manager, layer=story.layer, geometry_kind="points")
    return change


def test_a_batch_of_shapes_that_the_layer_no_longer_takes_says_so_and_changes_nothing() -> None:
    story = Story()
    change = _points_that_a_file_made_of_areas(story)
    with pytest.raises(ValidationError, match=r"een andere vorm hadden: 1.*enkel punten"):
        services.undo_batch(by=story.manager, layer=story.layer, change=change)
    assert MapFeature.objects.get().version == 2
    services.update_layer(by=story.manager, layer=story.layer, geometry_kind="any")
    assert services.undo_batch(by=story.manager, layer=story.layer, change=change).undone == 1
    assert MapFeature.objects.get().geometry.geom_type == "Polygon"


def test_a_batch_whose_number_another_element_took_says_so_and_changes_nothing() -> None:
    story = Story()
    first = story.draft(source_reference="a-1")
    change = begin_change(by=story.manager, verb="import.stored")
    MapFeature.objects.filter(pk=first.pk).update(source_reference="a-2", version=2)
    other = story.draft(source_reference="a-1")
    with pytest.raises(ValidationError, match="“a-1” heeft intussen een ander element"):
        services.undo_batch(by=story.manager, layer=story.layer, change=change)
    services.change_feature(by=story.editor, feature=other, version=1, source_reference="a-3")
    assert services.undo_batch(by=story.manager, layer=story.layer, change=change).undone == 1


# ---- counts ----


def counts(story: Story) -> dict[tuple[str, int], int]:
    rows = MapLayerCount.objects.filter(layer=story.layer, count__gt=0)
    return {(row.state, row.visibility): row.count for row in rows}


def test_the_database_counts_elements_and_their_cells() -> None:
    story = Story()
    feature, other = story.draft(), story.draft(visibility=2)
    assert counts(story) == {("draft", 4): 1, ("draft", 2): 1}
    services.publish_feature(by=story.manager, feature=feature)
    assert counts(story) == {("published", 4): 1, ("draft", 2): 1}
    services.withdraw_feature(by=story.manager, feature=other)
    assert counts(story) == {("published", 4): 1, ("withdrawn", 2): 1}
    cells = MapLayerCell.objects.filter(layer=story.layer, count__gt=0)
    assert sorted(cells.values_list("level", flat=True)) == [3, 5, 7, 9, 11, 13, 15, 16]
    MapFeature.objects.all().delete()
    assert counts(story) == {}
    assert not cells.all().exists()


# ---- maps, layers, rights ----


def test_a_map_has_an_address_of_its_own() -> None:
    story = Story()
    again = services.create_map(by=story.editor, hub=story.hub, title="Reststromen in Gent")
    assert (story.map.slug, again.slug) == ("reststromen-in-gent", "reststromen-in-gent-2")
    renamed = services.update_map(by=story.editor, material_map=again, title="Iets anders")
    assert (renamed.title, renamed.slug) == ("Iets anders", again.slug)


def test_what_is_taken_away_stays_stored_and_comes_back() -> None:
    story = Story()
    story.published()
    with pytest.raises(PermissionDenied):
        services.delete_map(by=story.editor, material_map=story.map)
    services.delete_map(by=story.manager, material_map=story.map)
    assert not MapFeature.objects.visible_to(story.manager).exists()
    assert MapFeature.objects.count() == 1
    taken = services.create_map(by=story.manager, hub=story.hub, title="Reststromen in Gent")
    assert taken.slug == story.map.slug
    back = services.restore_map(by=story.manager, material_map=story.map)
    assert back.slug == "reststromen-in-gent-2"
    services.delete_layer(by=story.manager, layer=story.layer)
    assert not MapFeature.objects.visible_to(story.manager).exists()
    services.restore_layer(by=story.manager, layer=story.layer)
    assert MapFeature.objects.visible_to(story.manager).count() == 1


def test_a_layer_keeps_taking_the_shapes_that_it_has() -> None:
    story = Story()
    story.draft(geometry=shape(LINE))
    with pytest.raises(ValidationError) as refused:
        services.update_layer(by=story.editor, layer=story.layer, geometry_kind="points")
    assert set(refused.value.message_dict) == {"geometry_kind"}
    assert services.update_layer(by=story.editor, layer=story.layer, geometry_kind="lines").geometry_kind == "lines"


def test_a_map_shows_a_layer_of_another_hub() -> None:
    story = Story()
    other = MaterialMap.objects.create(hub_id=story.hub.pk, title="Andere", slug="andere")
    shown = services.show_layer(by=story.editor, material_map=other, layer=story.layer)
    with pytest.raises(ValidationError):
        services.show_layer(by=story.editor, material_map=story.map, layer=story.layer)
    services.hide_layer(by=story.editor, shown=shown)
    assert not MapLayerShown.objects.exists()


def test_a_right_is_given_anew_and_taken_back() -> None:
    story = Story()
    user, organisation = partner_of(story.hub)
    services.give_right(by=story.manager, layer=story.layer, to=organisation, power=Power.SEE)
    right = services.give_right(by=story.manager, layer=story.layer, to=organisation, power=Power.EDIT)
    assert LayerRight.objects.filter(organisation=organisation).count() == 1
    feature = story.draft(by=user)
    services.take_right(by=story.manager, right=right)
    with pytest.raises(PermissionDenied):
        services.change_feature(by=user, feature=feature, version=1, title="x")
    with pytest.raises(PermissionDenied):
        services.give_right(by=story.editor, layer=story.layer, to=user, power=Power.EDIT)


@pytest.mark.parametrize("holders", [(), ("person", "organisation"), ("person", "group"), ("organisation", "group")])
def test_a_right_has_exactly_one_holder(holders: tuple[str, ...]) -> None:
    story, organisation = Story(), make_organisation()
    group = services.create_group(by=story.manager, hub=story.hub, name="Slopers")
    each = {"person": make_user(), "organisation": organisation, "group": group}
    with pytest.raises(IntegrityError, match="layer_right_has_one_holder"), transaction.atomic():
        LayerRight.objects.create(layer=story.layer, power=1, **{name: each[name] for name in holders})


def test_a_group_counts_while_its_members_are_partners() -> None:
    story = Story()
    user, organisation = partner_of(story.hub)
    group = services.create_group(by=story.manager, hub=story.hub, name="Slopers", organisations=[organisation])
    services.give_right(by=story.manager, layer=story.layer, to=group, power=Power.PROPOSE)
    assert story.draft(by=user).created_by == user
    story.hub.partners.filter(organisation=organisation).delete()
    with pytest.raises(PermissionDenied):
        story.draft(by=user)
    with pytest.raises(ValidationError):
        services.update_group(by=story.manager, group=group, organisations=[organisation])


# ---- listings ----


def test_an_element_becomes_a_listing_and_keeps_the_link() -> None:
    story = Story()
    by = make_user()
    organisation = make_organisation(by)
    feature = story.published(source_organisation=organisation)
    listing = services.list_feature(by=by, feature=feature, organisation=organisation)
    assert (listing.status, listing.title, listing.unit) == ("draft", feature.title, "tonne")
    assert listing.quantity == 40
    assert feature.listings.get().listing == listing
    again = services.list_feature(by=by, feature=feature, organisation=organisation)
    assert again == listing


def test_an_element_is_listed_by_its_source_its_maker_and_those_who_edit() -> None:
    story = Story()
    people = {name: make_user() for name in ("source", "maker", "editor", "stranger", "alone")}
    services.give_right(by=story.manager, layer=story.layer, to=people["editor"], power=Power.EDIT)
    services.give_right(by=story.manager, layer=story.layer, to=people["maker"], power=Power.PROPOSE)
    organisations = {name: make_organisation(user) for name, user in people.items() if name != "alone"}
    draft = story.draft(by=people["maker"], source_organisation=organisations["source"])
    feature = services.publish_feature(by=story.manager, feature=draft)
    may = {name for name, user in people.items() if can_list(standing_of(user), feature)}
    assert may == {"source", "maker", "editor"}
    with pytest.raises(PermissionDenied):
        services.list_feature(by=people["stranger"], feature=feature, organisation=organisations["stranger"])
    gone = services.withdraw_feature(by=story.manager, feature=feature)
    assert not can_list(standing_of(people["editor"]), gone)


def test_a_listing_becomes_an_element_where_everybody_sees_it_lie() -> None:
    story = Story()
    listing = published(precision="blurred", recurrence="quarterly", quantity=10)
    feature = services.map_listing(by=story.editor, listing=listing, layer=story.layer)
    assert feature.geometry == listing.shown_location != listing.location
    assert (feature.kind, feature.period) == ("flow", "year")
    assert feature.quantity == 40
    assert listing.map_features.get().feature == feature
    assert feature.source_organisation == listing.organisation
    with pytest.raises(ValidationError):
        services.map_listing(by=story.editor, listing=listing, layer=story.layer)
    services.withdraw_feature(by=story.editor, feature=feature)
    services.map_listing(by=story.editor, listing=listing, layer=story.layer)
    with pytest.raises(PermissionDenied):
        services.map_listing(by=story.editor, listing=listing_draft(), layer=story.layer)
    with pytest.raises(ValidationError):
        services.map_listing(by=story.editor, listing=published("demand", material=material()), layer=story.layer)


def test_an_element_of_a_hub_only_listing_does_not_say_whose_it_is() -> None:
    story = Story()
    listing = published(hub_only=True, precision="blurred")
    feature = services.map_listing(by=story.editor, listing=listing, layer=story.layer)
    assert feature.source_organisation is None
