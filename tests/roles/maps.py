"""Addresses of material maps."""

import json
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.roles import Right as R
from accounts.roles import Role
from frontend.crawling.views import PART
from maps import services
from maps.enums import DocumentKind, Power
from maps.imports.taking import run_take
from maps.models import MapFeature
from tests.makers import make_user, published
from tests.maps.makers import ACROSS, SQUARE, Story, pdf, shape
from tests.maps.stories import a_file, webp
from tests.roles.cast import Cast, Visit, reads, sends, writes

_POINT = {"type": "Point", "coordinates": [3.72, 51.05]}
_ELEMENT = {
    "title": "Bakstenen", "kind": "stock", "lat": "51,0543", "lon": "3,7174", "quantity_basis": "unknown",
    "declared_status": "unsure", "certainty": "likely", "visibility": "4",
}  # fmt: skip
_LAYER = {
    "title": "Gebouwen", "licence": "cc_by", "geometry_kind": "polygons", "visibility": "3", "style_by": "kind",
    "color": "#7a7a72", "colors": "", "verify_every_months": "6",
}  # fmt: skip


class MapCast(Cast):
    """A map of the hub whose staff and managers are those of the cast."""

    batch: UUID | None

    def __init__(self) -> None:
        super().__init__()
        self.story = story = Story()
        story.manager, story.editor = self.manager, self.staff
        story.proposer = story.holder(Power.PROPOSE)
        self.shown, self.draft = story.published(), story.draft(geometry=shape(SQUARE))
        self.waiting = services.submit_feature(by=self.staff, feature=story.draft(geometry=shape(SQUARE)))
        self.square = story.published(geometry=shape(SQUARE))
        self.for_partners = story.published(visibility=3)
        self.listed = story.published(source_organisation=self.organisation)
        self.of_partner = story.published(source_organisation=self.partners)
        self.proposal = services.propose_change(
            by=story.proposer, feature=self.shown, version=self.shown.version, title="Voorgesteld"
        )
        self.file, self.taken = a_file(story), a_file(story, "p2")
        run_take(services.take_map_import(by=self.staff, map_import=self.taken))
        self.later = a_file(story, "p3")
        self.photo = services.add_safe_photo(by=self.staff, feature=self.draft, safe=webp())
        self.document = services.add_known_document(
            by=self.staff, feature=self.draft, upload=pdf(), kind=DocumentKind.PDF
        )
        self.right = services.give_right(by=self.manager, layer=story.layer, to=make_user(), power=Power.SEE)
        self.group = services.create_group(by=self.manager, hub=self.hub, name="Slopers")
        other_map = services.create_map(by=self.manager, hub=self.hub, title="Andere")
        self.other = services.create_layer(by=self.manager, material_map=other_map, title="Andere laag")
        third = services.create_layer(by=self.manager, material_map=other_map, title="Derde laag")
        self.shown_layer = services.show_layer(by=self.manager, material_map=story.map, layer=third)
        self.listing = published(by=self.member, organisation=self.organisation)
        self.numbers |= {
            "map_id": story.map.pk, "hub_slug": self.hub.slug, "slug": story.map.slug, "layer_id": story.layer.pk,
            "element_id": self.draft.pk, "import_id": self.file.pk, "row_id": self.file.rows.get().pk,
            "photo_id": self.photo.pk, "document_id": self.document.pk, "proposal_id": self.proposal.pk,
            "right_id": self.right.pk, "group_id": self.group.pk, "listing_id": self.listing.pk, "z": 8, "x": 130,
            "y": 85, "code": "building-bricks", "collection": f"layer-{story.layer.pk}", "feature": str(self.shown.pk),
            "part": self.shown.pk // PART,
        }  # fmt: skip


def _layer_taken_away(cast: MapCast, _role: Role) -> None:
    services.delete_layer(by=cast.manager, layer=cast.other)


def _batch(cast: MapCast, _role: Role) -> None:
    """Many elements changed at once."""
    seen = {cast.draft.pk: cast.draft.version}
    cast.batch = services.step_features(by=cast.staff, layer=cast.story.layer, seen=seen, step="submit").change


def _sent_form(cast: MapCast, **more: Any) -> dict[str, Any]:
    return {"version": str(MapFeature.objects.get(pk=cast.draft.pk).version), "do": "save"} | _ELEMENT | more


def _spot(cast: MapCast, role: Role) -> dict[str, Any]:
    user = cast.users[role]
    return {
        "person": user.pk if user else "", "key": str(uuid4()), "layer": cast.story.layer.pk, "title": "Bakstenen",
        "kind": "stock", "lat": "51.054300", "lon": "3.717400", "accuracy_m": "8", "quantity": "2,5", "unit": "tonne",
        "quantity_basis": "estimated", "material": "building-bricks", "noted_at": "2026-11-20T10:15:00.000Z",
        "submit": "on", "photo": SimpleUploadedFile("foto.jpg", webp().read(), "image/jpeg"),
    }  # fmt: skip


_SHOWN = {"element_id": lambda cast: cast.shown.pk}
_WAITING = {"element_id": lambda cast: cast.waiting.pk}
#: The later of two files, beside the earlier.
_BESIDE = {
    "import_id": lambda cast: cast.later.pk,
    "other_id": lambda cast: cast.file.pk,
    "row_id": lambda cast: cast.later.rows.get(fate="added").pk,
}
_TAKEN = {"import_id": lambda cast: cast.taken.pk}
_LISTED = {"element_id": lambda cast: cast.listed.pk}
_OF_PARTNER = {"element_id": lambda cast: cast.of_partner.pk}
_OF_HUB = {"slug": lambda cast: cast.hub.slug}

VISITS: list[Visit] = [
    *reads(R.READ_PUBLISHED, "maps", "map", "map-feed", "map-print", "map-embed", "material-card", "map-table"),
    *reads(R.READ_PUBLISHED, "map-element", "api-map-element", where=_SHOWN),
    *reads(R.READ_PUBLISHED, "api-maps", "api-map", "api-map-layers", "api-map-layer", "api-map-elements"),
    *reads(R.READ_PUBLISHED, "api-map-layer-export", query="?format=geojson"),
    *reads(R.READ_PUBLISHED, "catalog", "tiles", "map-tilejson", "map-tile", "ogc", "ogc-conformance", "ogc-api"),
    *reads(R.READ_PUBLISHED, "ogc-collections", "ogc-collection", "ogc-schema", "ogc-queryables", "ogc-items"),
    *reads(R.READ_PUBLISHED, "ogc-item", "spot-worker", "spot-who", "sitemap-elements"),
    *reads(
        R.SEE_FOR_PARTNERS, "map-element", "api-map-element", where={"element_id": lambda cast: cast.for_partners.pk}
    ),
    # What each reads of their own: proposals of others aren't in it.
    *reads(R.KEEP_OWN, "api-map-proposals", where=_SHOWN),
    *reads(R.KEEP_OWN, "my-map-proposals"),
    # Drafts, histories and files.
    *reads(R.CURATE_MAPS, "map-element", "api-map-element", "map-element-edit", "api-map-element-versions"),
    *reads(R.CURATE_MAPS, "api-map-element-versions", where=_SHOWN),
    *reads(R.CURATE_MAPS, "hub-map-work", "map-new", where=_OF_HUB),
    *reads(R.CURATE_MAPS, "map-edit", "map-layer-new", "map-layer", "map-element-new", "map-draw", "spot"),
    *reads(R.CURATE_MAPS, "map-draw-new", "map-draw-element", part=True),
    *reads(R.CURATE_MAPS, "map-import-new", "map-import", "map-import-row", "map-import-mistakes", "map-import-tile"),
    *reads(R.CURATE_MAPS, "api-map-layer-imports", "api-map-import", "api-map-import-rows", "api-map-rights"),
    *reads(R.CURATE_MAPS, "api-map-document"),
    *reads(R.CURATE_MAPS, "map-import-beside", "map-import-beside-row", where=_BESIDE, leaves_mark=True),
    writes(R.CURATE_MAPS, "map-import-beside", {"soort": "added", "action": "none"}, where=_BESIDE),
    sends(R.CURATE_MAPS, "api-map-many-undo", lambda cast, _role: {"change": str(cast.batch)}, before=_batch),
    writes(R.CURATE_MAPS, "map-new", {"title": "Sloop", "licence": "cc_by", "order": "2"}, where=_OF_HUB),
    writes(R.CURATE_MAPS, "map-edit", {"title": "Anders", "licence": "cc_by", "order": "2"}),
    writes(R.CURATE_MAPS, "map-layer-new", _LAYER),
    writes(R.CURATE_MAPS, "map-layer", _LAYER | {"geometry_kind": "any"}),
    writes(R.CURATE_MAPS, "map-show-layer", lambda cast, _role: {"layer": cast.other.pk}),
    writes(R.CURATE_MAPS, "map-move-layer", lambda cast, _role: {"layer": cast.story.layer.pk, "to": "down"}),
    writes(R.CURATE_MAPS, "map-element-new", _ELEMENT),
    writes(R.CURATE_MAPS, "map-element-edit", lambda cast, _role: _sent_form(cast)),
    writes(R.CURATE_MAPS, "map-element-step", lambda cast, _role: {"step": "submit", "version": cast.draft.version}),
    writes(R.CURATE_MAPS, "map-draw-new", _ELEMENT | {"lat": "", "lon": "", "shape": json.dumps(SQUARE)}, part=True),
    writes(
        R.CURATE_MAPS,
        "map-draw-element",
        lambda cast, _role: {"do": "split", "version": str(cast.draft.version), "line": json.dumps(ACROSS)},
        part=True,
    ),
    writes(
        R.CURATE_MAPS,
        "map-many",
        lambda cast, _role: {"do": "submit", "seen": f"{cast.draft.pk}:{cast.draft.version}", "sure": "1"},
    ),
    writes(R.CURATE_MAPS, "map-photo-add", lambda cast, _role: {"photo": SimpleUploadedFile("x.webp", webp().read())}),
    writes(R.CURATE_MAPS, "map-photo-caption", {"alt": "De gevel"}),
    writes(R.CURATE_MAPS, "map-photo-remove"),
    writes(R.CURATE_MAPS, "map-document-add", lambda cast, _role: {"document": pdf()}),
    writes(R.CURATE_MAPS, "map-document-remove"),
    writes(R.CURATE_MAPS, "map-import-new", lambda cast, _role: {"file": SimpleUploadedFile("x.geojson", b"{}")}),
    writes(R.CURATE_MAPS, "map-import-choose", {"soort": "added", "action": "none"}),
    writes(R.CURATE_MAPS, "map-import-read", {"mend": "yes"}),
    writes(R.CURATE_MAPS, "map-import-decide", {"action": "cancel"}),
    writes(R.CURATE_MAPS, "spot-send", _spot, refuses=409),
    writes(R.CURATE_MAPS, "listing-to-map", lambda cast, _role: {"layer": cast.story.layer.pk}),
    sends(R.CURATE_MAPS, "api-maps", lambda cast, _role: {"hub": cast.hub.slug, "title": "Nieuw"}),
    sends(R.CURATE_MAPS, "api-map", {"title": "Anders"}, "patch"),
    sends(R.CURATE_MAPS, "api-map-layers", {"title": "Nieuw"}),
    sends(R.CURATE_MAPS, "api-map-layers-move", lambda cast, _role: {"layer": cast.story.layer.pk, "up": False}),
    sends(R.CURATE_MAPS, "api-map-layer", {"title": "Anders"}, "patch"),
    sends(R.CURATE_MAPS, "api-map-elements", {"kind": "stock", "title": "Nieuw", "geometry": _POINT}),
    sends(
        R.CURATE_MAPS,
        "api-map-elements-many",
        lambda cast, _role: {
            "elements": [{"id": cast.draft.pk, "version": cast.draft.version}],
            "step": "submit",
            "preview": False,
        },
    ),
    sends(
        R.CURATE_MAPS,
        "api-map-element",
        lambda cast, _role: {"title": "Anders", "version": cast.draft.version},
        "patch",
    ),
    sends(R.CURATE_MAPS, "api-map-element-steps", {"step": "submit"}),
    sends(R.CURATE_MAPS, "api-map-element-steps", {"step": "verify"}, where=_SHOWN),
    sends(R.CURATE_MAPS, "api-map-element-undo", lambda cast, _role: {"seen": cast.waiting.version}, where=_WAITING),
    sends(
        R.CURATE_MAPS,
        "api-map-element-split",
        lambda cast, _role: {"line": ACROSS, "version": cast.waiting.version},
        where=_WAITING,
    ),
    sends(
        R.CURATE_MAPS,
        "api-map-proposals",
        lambda cast, _role: {"title": "Beter", "version": cast.shown.version},
        where=_SHOWN,
    ),
    writes(
        R.CURATE_MAPS, "api-map-photos", lambda cast, _role: {"image": SimpleUploadedFile("x.webp", webp().read())}
    ),
    sends(R.CURATE_MAPS, "api-map-photo", {"alt": "De gevel"}, "patch"),
    sends(R.CURATE_MAPS, "api-map-photo", method="delete"),
    writes(R.CURATE_MAPS, "api-map-documents", lambda cast, _role: {"file": pdf(), "name": "Vergunning"}),
    sends(R.CURATE_MAPS, "api-map-document", method="delete"),
    writes(
        R.CURATE_MAPS, "api-map-layer-imports", lambda cast, _role: {"file": SimpleUploadedFile("x.geojson", b"{}")}
    ),
    sends(R.CURATE_MAPS, "api-map-import", {"repair": True}, "patch"),
    sends(R.CURATE_MAPS, "api-map-import-rows", {"chosen": False, "fate": "added"}, "patch"),
    sends(R.CURATE_MAPS, "api-map-import-take"),
    sends(R.CURATE_MAPS, "api-map-import-cancel"),
    sends(R.CURATE_MAPS, "api-map-shown-layers", lambda cast, _role: {"layer": cast.other.pk}),
    sends(
        R.CURATE_MAPS,
        "api-map-shown-layer",
        method="delete",
        where={"layer_id": lambda cast: cast.shown_layer.layer_id},
    ),
    sends(R.CURATE_MAPS, "api-map-from-listing", lambda cast, _role: {"listing": cast.listing.pk}),
    # An element may become a listing of the organisation that it is about.
    writes(
        R.WRITE_FOR, "map-element-list", lambda cast, _role: {"organisation": cast.organisation.slug}, where=_LISTED
    ),
    sends(
        R.WRITE_FOR, "api-map-listings", lambda cast, _role: {"organisation": cast.organisation.slug}, where=_LISTED
    ),
    # And staff of the hub may begin one for the partner that it is about.
    writes(
        R.BEGIN_FOR_PARTNERS, "map-element-list-for-source", {"behalf_note": "An, per telefoon"}, where=_OF_PARTNER
    ),
    sends(R.BEGIN_FOR_PARTNERS, "api-map-listing-for-source", {"behalf_note": "An, per telefoon"}, where=_OF_PARTNER),
    # Publishing, and what others put forward.
    writes(
        R.PUBLISH_ELEMENTS,
        "map-element-step",
        lambda cast, _role: {"step": "publish", "version": cast.waiting.version},
        where=_WAITING,
    ),
    sends(R.PUBLISH_ELEMENTS, "api-map-element-steps", {"step": "publish"}, where=_WAITING),
    sends(R.PUBLISH_ELEMENTS, "api-map-element-steps", {"step": "withdraw"}, where=_SHOWN),
    sends(
        R.PUBLISH_ELEMENTS,
        "api-map-element",
        lambda cast, _role: {"title": "Anders", "version": cast.shown.version},
        "patch",
        where=_SHOWN,
    ),
    sends(R.PUBLISH_ELEMENTS, "api-map-element-undo", lambda cast, _role: {"seen": cast.shown.version}, where=_SHOWN),
    sends(
        R.PUBLISH_ELEMENTS,
        "api-map-element-join",
        lambda cast, _role: {
            "version": cast.draft.version,
            "other": cast.square.pk,
            "other_version": cast.square.version,
        },
    ),
    writes(
        R.PUBLISH_ELEMENTS,
        "map-proposal",
        lambda cast, _role: {"decision": "accept", "version": cast.shown.version},
    ),
    sends(R.PUBLISH_ELEMENTS, "api-map-proposal", {"decision": "accept"}),
    writes(
        R.CURATE_MAPS,
        "map-many-undo",
        lambda cast, _role: {"change": str(cast.batch)},
        before=_batch,
    ),
    writes(R.PUBLISH_ELEMENTS, "map-import-decide", {"action": "undo"}, where=_TAKEN),
    sends(R.PUBLISH_ELEMENTS, "api-map-import-undo", where=_TAKEN),
    # Rights, groups, and taking away.
    *reads(R.GOVERN_MAPS, "map-groups", where=_OF_HUB),
    *reads(R.GOVERN_MAPS, "map-group", where=_OF_HUB),
    *reads(R.GOVERN_MAPS, "api-map-group"),
    *reads(R.GOVERN_MAPS, "api-map-groups", query="?hub=sociaal-circulaire-hub-gent"),
    writes(R.GOVERN_MAPS, "map-groups", {"name": "Brekers"}, where=_OF_HUB),
    writes(R.GOVERN_MAPS, "map-group", {"name": "Anders"}, where=_OF_HUB),
    writes(R.GOVERN_MAPS, "map-right-give", lambda cast, _role: {"power": "3", "holder": f"o{cast.partners.pk}"}),
    writes(R.GOVERN_MAPS, "map-right-take"),
    writes(R.GOVERN_MAPS, "map-layer-delete"),
    writes(R.GOVERN_MAPS, "map-delete"),
    writes(
        R.GOVERN_MAPS,
        "map-restore",
        lambda cast, _role: {"layer": cast.other.pk},
        where=_OF_HUB,
        before=_layer_taken_away,
    ),
    sends(R.GOVERN_MAPS, "api-map", method="delete"),
    sends(R.GOVERN_MAPS, "api-map-layer", method="delete"),
    sends(R.GOVERN_MAPS, "api-map-rights", lambda cast, _role: {"power": "edit", "organisation": cast.partners.slug}),
    sends(R.GOVERN_MAPS, "api-map-right", method="delete"),
    sends(R.GOVERN_MAPS, "api-map-groups", lambda cast, _role: {"hub": cast.hub.slug, "name": "Nieuw"}),
    sends(R.GOVERN_MAPS, "api-map-group", {"name": "Anders"}, "patch"),
    sends(R.GOVERN_MAPS, "api-map-group", method="delete"),
]
