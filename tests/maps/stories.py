"""A story for each service of the room maps: tests/journal/test_every_service.py sees that each leaves an event."""

import datetime as dt
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from maps import services
from maps.enums import DocumentKind, Power
from maps.files.reading import Choice, read
from maps.history import begin_change, versions_of
from maps.imports.choice import Decided
from maps.imports.clearing import clear_map_import
from maps.imports.files import Plan
from maps.imports.reading import run_read
from maps.imports.services import import_file
from maps.imports.taking import run_take
from maps.imports.within import Fallen, import_within_hubs
from maps.models import (
    FeatureProposal,
    MapFeatureDocument,
    MapFeaturePhoto,
    MapImport,
    MapLayer,
    MaterialMap,
    PartnerGroup,
)
from maps.models.imported import KEPT
from maps.verification.answers import answer_verification
from tests.makers import make_organisation, make_user, published
from tests.maps.makers import ACROSS, NOW, SQUARE, Story, asked_source, partner_of, pdf, shape


def _proposal(story: Story) -> FeatureProposal:
    feature = story.published()
    return services.propose_change(by=story.proposer, feature=feature, version=feature.version, title="Pannen")


def _group(story: Story) -> PartnerGroup:
    return services.create_group(by=story.manager, hub=story.hub, name="Slopers")


def webp() -> "ContentFile[bytes]":
    stream = BytesIO()
    Image.new("RGB", (8, 8), "red").save(stream, "WEBP")
    return ContentFile(stream.getvalue(), name="photo.webp")


def _photo(story: Story) -> MapFeaturePhoto:
    return services.add_safe_photo(by=story.editor, feature=story.draft(), safe=webp())


def _document(story: Story) -> MapFeatureDocument:
    return services.add_known_document(by=story.editor, feature=story.draft(), upload=pdf(), kind=DocumentKind.PDF)


def _deleted_map(story: Story) -> MaterialMap:
    services.delete_map(by=story.manager, material_map=story.map)
    return story.map


def _deleted_layer(story: Story) -> MapLayer:
    services.delete_layer(by=story.manager, layer=story.layer)
    return story.layer


def _listed(story: Story) -> Any:
    by = make_user()
    organisation = make_organisation(by)
    feature = story.published(source_organisation=organisation)
    return services.list_feature(by=by, feature=feature, organisation=organisation)


def _listed_for_source(story: Story) -> Any:
    _user, partner = partner_of(story.hub)
    feature = story.published(source_organisation=partner)
    return services.list_for_source(by=story.editor, feature=feature, behalf_note="An, per telefoon")[0]


def _answered(story: Story) -> Any:
    asked = asked_source(story)
    return answer_verification(by=asked.person, asked=asked, version=asked.feature.version, answer="still_so", at=NOW)


def _batch(story: Story) -> Any:
    feature = story.draft()
    change = versions_of(feature).get().pgh_context_id
    begin_change(by=story.manager, verb="element.changed")
    return services.undo_batch(by=story.manager, layer=story.layer, change=change)


def _geojson(reference: str) -> bytes:
    place = {"type": "Point", "coordinates": [3.72, 51.05]}
    properties = {"ref": reference, "naam": "Punt", "soort element": "stroom"}
    rows = [{"type": "Feature", "geometry": place, "properties": properties}]
    return json.dumps({"type": "FeatureCollection", "features": rows}).encode()


def _imported(story: Story, *, everywhere: bool = False) -> Any:
    with NamedTemporaryFile(suffix=".geojson") as file:
        file.write(_geojson("p1"))
        file.flush()
        plan = Plan({"title": "naam", "kind": "soort element"}, [], "ref", [])
        with read(Path(file.name), Choice(id_column="ref")) as reading:
            if not everywhere:
                return import_file(
                    by=story.editor, layer=story.layer, reading=reading, choice=Decided(), plan=plan,
                    file_name="punten.geojson",
                )  # fmt: skip
            fallen = Fallen(by_hub={story.hub.pk: {row.row for row in reading.rows()}})
            return import_within_hubs(
                by=story.editor, layers={story.hub.pk: story.layer}, reading=reading, fallen=fallen, choice=Decided(),
                plan=plan, file_name="punten.geojson",
            )  # fmt: skip


def a_file(story: Story, reference: str = "p1") -> MapImport:
    """A file with one new element, compared with the layer."""
    upload = ContentFile(_geojson(reference), name="punten.geojson")
    made = services.start_map_import(by=story.editor, layer=story.layer, upload=upload)
    run_read(made)
    return made


def _cleared(story: Story) -> Any:
    made = a_file(story)
    return clear_map_import(import_id=made.pk, at=made.touched_at + KEPT + dt.timedelta(seconds=1))


def _taken_file(story: Story) -> MapImport:
    taking = services.take_map_import(by=story.editor, map_import=a_file(story))
    run_take(taking)
    return taking


def _moved_layer(story: Story) -> Any:
    services.create_layer(by=story.editor, material_map=story.map, title="Onder")
    return services.move_layer(by=story.editor, material_map=story.map, layer=story.layer, up=False)


_S = "maps.services"
_STORIES: dict[str, Callable[[Story], Any]] = {
    f"{_S}.maps.create_map": lambda story: services.create_map(by=story.editor, hub=story.hub, title="Kaart"),
    f"{_S}.maps.update_map": lambda story: services.update_map(by=story.editor, material_map=story.map, title="Nieuw"),
    f"{_S}.maps.delete_map": _deleted_map,
    f"{_S}.maps.restore_map": lambda story: services.restore_map(
        by=story.manager, material_map=_deleted_map(story)
    ),
    f"{_S}.layers.create_layer": lambda story: services.create_layer(
        by=story.editor, material_map=story.map, title="Laag"
    ),
    f"{_S}.layers.update_layer": lambda story: services.update_layer(
        by=story.editor, layer=story.layer, title="Nieuw", visibility=3, verify_every_months=6,
        style={"by": "single", "color": "#123456"},
    ),
    f"{_S}.layers.delete_layer": _deleted_layer,
    f"{_S}.layers.restore_layer": lambda story: services.restore_layer(
        by=story.manager, layer=_deleted_layer(story)
    ),
    f"{_S}.layers.show_layer": lambda story: services.show_layer(
        by=story.editor, layer=story.layer,
        material_map=services.create_map(by=story.editor, hub=story.hub, title="Andere"),
    ),
    f"{_S}.layers.hide_layer": lambda story: services.hide_layer(
        by=story.editor,
        shown=services.show_layer(
            by=story.editor, layer=story.layer,
            material_map=services.create_map(by=story.editor, hub=story.hub, title="Andere"),
        ),
    ),
    f"{_S}.layer_order.move_layer": _moved_layer,
    f"{_S}.rights.give_right": lambda story: services.give_right(
        by=story.manager, layer=story.layer, to=_group(story), power=Power.EDIT
    ),
    f"{_S}.rights.take_right": lambda story: services.take_right(
        by=story.manager,
        right=services.give_right(
            by=story.manager, layer=story.layer, to=make_organisation(make_user()), power=Power.SEE
        ),
    ),
    f"{_S}.rights.create_group": _group,
    f"{_S}.rights.update_group": lambda story: services.update_group(
        by=story.manager, group=_group(story), name="Brekers"
    ),
    f"{_S}.rights.delete_group": lambda story: services.delete_group(by=story.manager, group=_group(story)),
    "maps.imports.services.import_file": _imported,
    "maps.imports.within.import_within_hubs": lambda story: _imported(story, everywhere=True),
    "maps.imports.clearing.clear_map_import": _cleared,
    f"{_S}.map_imports.start_map_import": a_file,
    f"{_S}.map_imports.paste_rows": lambda story: services.paste_rows(
        by=story.editor, layer=story.layer, text="titel\tadres\tgemeente\nPunt\tKorenmarkt 1\tGent"
    ),
    f"{_S}.map_imports.reread_map_import": lambda story: services.reread_map_import(
        by=story.editor, map_import=a_file(story), repair=True
    ),
    f"{_S}.map_imports.take_map_import": _taken_file,
    f"{_S}.map_imports.cancel_map_import": lambda story: services.cancel_map_import(
        by=story.editor, map_import=a_file(story)
    ),
    f"{_S}.map_imports.undo_map_import": lambda story: services.undo_map_import(
        by=story.manager, map_import=_taken_file(story)
    ),
    f"{_S}.features.add_feature": lambda story: story.draft(),
    f"{_S}.features.change_feature": lambda story: services.change_feature(
        by=story.editor, feature=story.draft(), version=1, title="Pannen", quantity=3, description="Rode.",
        season_months=[], visibility=2,
    ),
    f"{_S}.review.submit_feature": lambda story: services.submit_feature(by=story.editor, feature=story.draft()),
    f"{_S}.review.send_back_feature": lambda story: services.send_back_feature(
        by=story.manager, feature=services.submit_feature(by=story.editor, feature=story.draft()), reason="Waar?"
    ),
    f"{_S}.review.publish_feature": lambda story: story.published(),
    f"{_S}.review.withdraw_feature": lambda story: services.withdraw_feature(
        by=story.manager, feature=story.published()
    ),
    f"{_S}.review.verify_feature": lambda story: services.verify_feature(by=story.editor, feature=story.published()),
    f"{_S}.proposals.propose_change": _proposal,
    f"{_S}.proposals.accept_proposal": lambda story: services.accept_proposal(
        by=story.manager, proposal=_proposal(story)
    ),
    f"{_S}.proposals.send_back_proposal": lambda story: services.send_back_proposal(
        by=story.manager, proposal=_proposal(story), reason="Nee."
    ),
    f"{_S}.proposals.take_back_proposal": lambda story: services.take_back_proposal(
        by=story.proposer, proposal=_proposal(story)
    ),
    f"{_S}.undo.undo_feature": lambda story: services.undo_feature(
        by=story.editor, seen=2,
        feature=services.change_feature(by=story.editor, feature=story.draft(), version=1, title="Pannen"),
    ),
    f"{_S}.undo.undo_batch": _batch,
    f"{_S}.many.change_features": lambda story: services.change_features(
        by=story.editor, layer=story.layer, seen={story.draft().pk: 1, story.draft().pk: 1}, unit="kg"
    ),
    f"{_S}.cutting.split_feature": lambda story: services.split_feature(
        by=story.editor, feature=story.draft(geometry=shape(SQUARE)), version=1, line=shape(ACROSS)
    ),
    f"{_S}.cutting.join_features": lambda story: services.join_features(
        by=story.editor, feature=story.draft(), version=1, other=story.draft(), other_version=1
    ),
    f"{_S}.photos.add_safe_photo": _photo,
    f"{_S}.photos.caption_photo": lambda story: services.caption_photo(
        by=story.editor, photo=_photo(story), alt="De gevel"
    ),
    f"{_S}.photos.remove_photo": lambda story: services.remove_photo(by=story.editor, photo=_photo(story)),
    f"{_S}.listings.list_feature": _listed,
    f"{_S}.listings.list_for_source": _listed_for_source,
    f"{_S}.listings.map_listing": lambda story: services.map_listing(
        by=story.editor, listing=published(), layer=story.layer
    ),
}  # fmt: skip

_STORIES[f"{_S}.documents.add_known_document"] = lambda story: _document(story)
_STORIES[f"{_S}.documents.remove_document"] = lambda story: services.remove_document(
    by=story.editor, document=_document(story)
)
_STORIES["maps.verification.answers.answer_verification"] = _answered
_STORIES[f"{_S}.many.step_features"] = lambda story: services.step_features(
    by=story.editor, layer=story.layer, seen={story.draft().pk: 1}, step="submit"
)


def _told(story: Callable[[Story], Any]) -> Callable[[], Any]:
    return lambda: story(Story())


STORIES = {name: _told(story) for name, story in _STORIES.items()}
