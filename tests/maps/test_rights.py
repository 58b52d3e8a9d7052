"""Who may do what over the API: every write for every role, and nothing changed where it is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from accounts.models import User
from maps import services
from maps.enums import Power
from maps.imports.taking import run_take
from maps.models import (
    FeatureProposal,
    LayerRight,
    MapFeature,
    MapFeatureListing,
    MapFeaturePhoto,
    MapImport,
    MapImportRow,
    MapLayer,
    MapLayerShown,
    MaterialMap,
    PartnerGroup,
)
from tests.makers import make_organisation, make_user, published
from tests.maps.makers import ACROSS, HUB, SQUARE, Story, shape
from tests.maps.stories import a_file, webp

pytestmark = pytest.mark.django_db
ROLES = ("anonymous", "stranger", "operator", "proposer", "editor", "publisher", "manager")
_POINT = {"type": "Point", "coordinates": [3.72, 51.05]}


class Cast:
    """A map with a published element, a draft, one to review, and a proposal; with somebody in each role."""

    def __init__(self) -> None:
        self.story = story = Story()
        self.shown, self.draft = story.published(), story.draft()
        self.waiting = services.submit_feature(by=story.editor, feature=story.draft(geometry=shape(SQUARE)))
        self.proposal = services.propose_change(
            by=story.proposer, feature=self.shown, version=self.shown.version, title="Voorgesteld"
        )
        self.file, self.taken = a_file(story), a_file(story, "p2")
        run_take(services.take_map_import(by=story.editor, map_import=self.taken))
        self.users: dict[str, User | None] = {
            "anonymous": None, "stranger": make_user(), "operator": make_user(is_superuser=True, is_staff=True),
            "proposer": story.proposer, "editor": story.editor, "publisher": story.holder(Power.PUBLISH),
            "manager": story.manager,
        }  # fmt: skip
        # Everybody but strangers to the site belongs to one organisation, which is the source of nothing here.
        self.organisation = make_organisation(*(user for user in self.users.values() if user is not None))
        self.listing = published()
        self.right = services.give_right(by=story.manager, layer=story.layer, to=make_user(), power=Power.SEE)
        self.group = services.create_group(by=story.manager, hub=story.hub, name="Slopers")
        other_map = services.create_map(by=story.manager, hub=story.hub, title="Andere")
        self.other = services.create_layer(by=story.manager, material_map=other_map, title="Andere laag")
        third = services.create_layer(by=story.manager, material_map=other_map, title="Derde laag")
        self.shown_layer = services.show_layer(by=story.manager, material_map=story.map, layer=third)
        self.numbers = {
            "map": story.map.pk, "layer": story.layer.pk, "shown": self.shown.pk, "draft": self.draft.pk,
            "waiting": self.waiting.pk, "proposal": self.proposal.pk, "file": self.file.pk, "taken": self.taken.pk,
            "other": self.other.pk,
            "shown_layer": self.shown_layer.layer_id, "right": self.right.pk, "group": self.group.pk,
        }  # fmt: skip

    def client(self, role: str) -> Client:
        client, user = Client(), self.users[role]
        if user is not None:
            client.force_login(user)
        return client


def snapshot() -> list[Any]:
    return [
        list(model._default_manager.order_by("pk").values_list(*names))
        for model, names in (
            (MaterialMap, ["pk", "title", "deleted_at"]), (MapLayer, ["pk", "title", "order", "deleted_at"]),
            (MapFeature, ["pk", "version", "state"]), (FeatureProposal, ["pk", "state"]),
            (MapImport, ["pk", "state", "choice"]), (MapImportRow, ["pk", "chosen"]),
            (LayerRight, ["pk", "power"]), (PartnerGroup, ["pk", "name"]), (MapLayerShown, ["pk", "order"]),
            (MapFeatureListing, ["pk"]),
        )
    ]  # fmt: skip


@dataclass(frozen=True)
class Route:
    """An operation of the API, what it answers each role in the order of ROLES; 2xx means that something changed."""

    operation: str
    method: str
    path: str
    body: Callable[[Cast], Any]
    statuses: tuple[int, ...]


def nothing(_cast: Cast) -> None:
    """No body."""


def step(name: str, **more: Any) -> Callable[[Cast], Any]:
    return lambda cast: {"step": name, **more}


_ELEMENT = "/api/v1/maps/elements/{}/"
_NEW = {"kind": "stock", "title": "Nieuw", "geometry": _POINT}
ROUTES = [
    Route(
        "maps_create",
        "post",
        "/api/v1/maps/",
        lambda cast: {"hub": HUB, "title": "Nieuw"},
        (401, 403, 403, 403, 201, 403, 201),
    ),
    Route(
        "maps_update",
        "patch",
        "/api/v1/maps/{map}/",
        lambda cast: {"title": "Anders"},
        (401, 403, 403, 403, 200, 403, 200),
    ),
    Route("maps_destroy", "delete", "/api/v1/maps/{map}/", lambda cast: None, (401, 403, 403, 403, 403, 403, 204)),
    Route(
        "maps_layers_create",
        "post",
        "/api/v1/maps/{map}/layers/",
        lambda cast: {"title": "Nieuw"},
        (401, 403, 403, 403, 201, 403, 201),
    ),
    Route(
        "maps_layers_move",
        "post",
        "/api/v1/maps/{map}/layers/move/",
        lambda cast: {"layer": cast.story.layer.pk, "up": False},
        (401, 403, 403, 403, 200, 403, 200),
    ),
    Route(
        "maps_layers_update",
        "patch",
        "/api/v1/maps/layers/{layer}/",
        lambda cast: {"title": "Anders"},
        (401, 403, 403, 403, 200, 403, 200),
    ),
    Route(
        "maps_layers_destroy",
        "delete",
        "/api/v1/maps/layers/{layer}/",
        lambda cast: None,
        (401, 403, 403, 403, 403, 403, 204),
    ),
    Route(
        "maps_elements_create",
        "post",
        "/api/v1/maps/layers/{layer}/elements/",
        lambda cast: _NEW,
        (401, 403, 403, 201, 201, 201, 201),
    ),
    Route(
        "maps_elements_update",
        "patch",
        "/api/v1/maps/elements/{draft}/",
        lambda cast: {"title": "Anders", "version": 1},
        (401, 404, 404, 404, 200, 200, 200),
    ),
    Route(
        "maps_elements_update",
        "patch",
        "/api/v1/maps/elements/{shown}/",
        lambda cast: {"title": "Anders", "version": cast.shown.version},
        (401, 403, 403, 403, 403, 200, 200),
    ),
    Route(
        "maps_elements_step",
        "post",
        "/api/v1/maps/elements/{draft}/steps/",
        step("submit"),
        (401, 404, 404, 404, 200, 200, 200),
    ),
    Route(
        "maps_elements_step",
        "post",
        "/api/v1/maps/elements/{waiting}/steps/",
        step("publish"),
        (401, 404, 404, 404, 403, 200, 200),
    ),
    Route(
        "maps_elements_step",
        "post",
        "/api/v1/maps/elements/{waiting}/steps/",
        step("send_back", reason="Nee."),
        (401, 404, 404, 404, 403, 200, 200),
    ),
    Route(
        "maps_elements_step",
        "post",
        "/api/v1/maps/elements/{shown}/steps/",
        step("verify"),
        (401, 403, 403, 403, 200, 200, 200),
    ),
    Route(
        "maps_elements_step",
        "post",
        "/api/v1/maps/elements/{shown}/steps/",
        step("withdraw"),
        (401, 403, 403, 403, 403, 200, 200),
    ),
    Route(
        "maps_elements_undo",
        "post",
        "/api/v1/maps/elements/{waiting}/undo/",
        lambda cast: {"seen": cast.waiting.version},
        (401, 404, 404, 404, 200, 200, 200),
    ),
    Route(
        "maps_elements_undo",
        "post",
        "/api/v1/maps/elements/{shown}/undo/",
        lambda cast: {"seen": cast.shown.version},
        (401, 403, 403, 403, 403, 200, 200),
    ),
    Route(
        "maps_elements_split",
        "post",
        "/api/v1/maps/elements/{waiting}/split/",
        lambda cast: {"line": ACROSS, "version": cast.waiting.version},
        (401, 404, 404, 404, 200, 200, 200),
    ),
    Route(
        "maps_elements_join",
        "post",
        "/api/v1/maps/elements/{draft}/join/",
        lambda cast: {"version": 1, "other": cast.shown.pk, "other_version": cast.shown.version},
        (401, 404, 404, 404, 403, 200, 200),
    ),
    Route(
        "maps_proposals_create",
        "post",
        "/api/v1/maps/elements/{shown}/proposals/",
        lambda cast: {"title": "Beter", "version": cast.shown.version},
        (401, 403, 403, 201, 201, 201, 201),
    ),
    Route(
        "maps_proposals_decide",
        "post",
        "/api/v1/maps/proposals/{proposal}/",
        lambda cast: {"decision": "accept"},
        (401, 404, 404, 403, 403, 200, 200),
    ),
    Route(
        "maps_proposals_decide",
        "post",
        "/api/v1/maps/proposals/{proposal}/",
        lambda cast: {"decision": "take_back"},
        (401, 404, 404, 200, 403, 403, 403),
    ),
    Route(
        "maps_imports_update",
        "patch",
        "/api/v1/maps/imports/{file}/",
        lambda cast: {"repair": True},
        (401, 403, 403, 403, 202, 202, 202),
    ),
    Route(
        "maps_import_rows_choose",
        "patch",
        "/api/v1/maps/imports/{file}/rows/",
        lambda cast: {"chosen": False, "fate": "added"},
        (401, 403, 403, 403, 200, 200, 200),
    ),
    Route(
        "maps_imports_take",
        "post",
        "/api/v1/maps/imports/{file}/take/",
        lambda cast: {},
        (401, 403, 403, 403, 202, 202, 202),
    ),
    Route(
        "maps_imports_cancel",
        "post",
        "/api/v1/maps/imports/{file}/cancel/",
        lambda cast: {},
        (401, 403, 403, 403, 200, 200, 200),
    ),
    Route(
        "maps_imports_undo",
        "post",
        "/api/v1/maps/imports/{taken}/undo/",
        lambda cast: {},
        (401, 403, 403, 403, 403, 200, 200),
    ),
]
ROUTES += [
    Route(
        "maps_rights_create",
        "post",
        "/api/v1/maps/layers/{layer}/rights/",
        lambda cast: {"power": "edit", "organisation": cast.organisation.slug},
        (401, 403, 403, 403, 403, 403, 201),
    ),
    Route(
        "maps_rights_destroy", "delete", "/api/v1/maps/rights/{right}/", nothing, (401, 403, 403, 403, 403, 403, 204)
    ),
    Route(
        "maps_groups_create",
        "post",
        "/api/v1/maps/groups/",
        lambda cast: {"hub": HUB, "name": "Nieuw"},
        (401, 403, 403, 403, 403, 403, 201),
    ),
    Route(
        "maps_groups_update",
        "patch",
        "/api/v1/maps/groups/{group}/",
        lambda cast: {"name": "Anders"},
        (401, 403, 403, 403, 403, 403, 200),
    ),
    Route(
        "maps_groups_destroy", "delete", "/api/v1/maps/groups/{group}/", nothing, (401, 403, 403, 403, 403, 403, 204)
    ),
    Route(
        "maps_shown_layers_create",
        "post",
        "/api/v1/maps/{map}/shown-layers/",
        lambda cast: {"layer": cast.other.pk},
        (401, 403, 403, 403, 201, 403, 201),
    ),
    Route(
        "maps_shown_layers_destroy",
        "delete",
        "/api/v1/maps/{map}/shown-layers/{shown_layer}/",
        nothing,
        (401, 403, 403, 403, 204, 403, 204),
    ),
    Route(
        "maps_listings_create",
        "post",
        "/api/v1/maps/elements/{shown}/listings/",
        lambda cast: {"organisation": cast.organisation.slug},
        (401, 403, 403, 403, 201, 201, 201),
    ),
    Route(
        "maps_elements_from_listing",
        "post",
        "/api/v1/maps/layers/{layer}/from-listing/",
        lambda cast: {"listing": cast.listing.pk},
        (401, 403, 403, 201, 201, 201, 201),
    ),
]
#: The operations of the API that write: the table of the whole API counts on them being here.
OPERATIONS = {route.operation for route in ROUTES} | {
    "maps_photos_create", "maps_photos_destroy", "maps_imports_create",
    # tests/maps/test_hung_history.py
    "maps_photos_update",
    # tests/maps/test_listing_for_source.py
    "maps_listings_for_source_create",
    # tests/maps/test_many_api.py
    "maps_elements_many", "maps_elements_many_undo",
    # tests/maps/test_documents.py
    "maps_documents_create", "maps_documents_destroy",
}  # fmt: skip


def test_each_route_answers_each_role_and_changes_nothing_where_it_refuses() -> None:
    """One cast for all: making it takes longer than what it plays."""
    cast = Cast()
    clients = {role: cast.client(role) for role in ROLES}
    found: dict[tuple[str, str, str], Any] = {}
    before = snapshot()
    for route in ROUTES:
        for role in ROLES:
            with transaction.atomic():
                call = getattr(clients[role], route.method)
                answer = call(route.path.format(**cast.numbers), route.body(cast), content_type="application/json")
                found[route.operation, route.path, role] = (answer.status_code, snapshot() != before)
                transaction.set_rollback(True)
        expected = {
            (route.operation, route.path, role): (code, code < 300)
            for role, code in zip(ROLES, route.statuses, strict=True)
        }
        assert {key: found[key] for key in expected} == expected


#: What each role is answered that reads.
READS = {
    "/api/v1/maps/{map}/": (200,) * 7,
    "/api/v1/maps/{map}/layers/": (200,) * 7,
    "/api/v1/maps/layers/{layer}/elements/": (200,) * 7,
    "/api/v1/maps/layers/{layer}/export/?format=geojson": (200,) * 7,
    "/api/v1/maps/elements/{shown}/": (200,) * 7,
    "/api/v1/maps/elements/{draft}/": (404, 404, 404, 404, 200, 200, 200),
    "/api/v1/maps/elements/{shown}/versions/": (401, 403, 403, 403, 200, 200, 200),
    "/api/v1/maps/elements/{draft}/versions/": (401, 404, 404, 404, 200, 200, 200),
    "/api/v1/maps/layers/{layer}/imports/": (401, 403, 403, 403, 200, 200, 200),
    "/api/v1/maps/imports/{file}/": (401, 403, 403, 403, 200, 200, 200),
    "/api/v1/maps/imports/{file}/rows/": (401, 403, 403, 403, 200, 200, 200),
    "/tiles/maps/imports/{file}/8/130/85.mvt": (403, 403, 403, 403, 200, 200, 200),
    "/api/v1/maps/elements/{shown}/proposals/": (401, 200, 200, 200, 200, 200, 200),
    "/api/v1/maps/layers/{layer}/rights/": (401, 403, 403, 403, 200, 403, 200),
    f"/api/v1/maps/groups/?hub={HUB}": (401, 403, 403, 403, 403, 403, 200),
    "/api/v1/maps/groups/{group}/": (401, 403, 403, 403, 403, 403, 200),
}


def test_each_role_reads_what_is_for_them() -> None:
    cast = Cast()
    clients = [cast.client(role) for role in ROLES]
    for path, codes in READS.items():
        assert tuple(client.get(path.format(**cast.numbers)).status_code for client in clients) == codes, path


def test_each_role_adds_and_removes_photos_where_they_may_change() -> None:
    cast = Cast()
    path = f"/api/v1/maps/elements/{cast.draft.pk}/photos/"
    photo = services.add_safe_photo(by=cast.story.editor, feature=cast.draft, safe=webp())
    found = {}
    for role in ROLES:
        client = cast.client(role)
        added = client.post(path, {"image": SimpleUploadedFile("x.webp", webp().read())}).status_code
        with transaction.atomic():
            removed = client.delete(f"{path}{photo.pk}/").status_code
            transaction.set_rollback(True)
        found[role] = (added, removed)
    assert found == {
        "anonymous": (401, 401), "stranger": (404, 404), "operator": (404, 404), "proposer": (404, 404),
        "editor": (201, 204), "publisher": (201, 204), "manager": (201, 204),
    }  # fmt: skip
    assert cast.draft.photos.count() == 4


def test_who_edits_in_a_layer_gives_it_files() -> None:
    cast = Cast()
    path = f"/api/v1/maps/layers/{cast.story.layer.pk}/imports/"
    found = {}
    for role in ROLES:
        with transaction.atomic():
            file = SimpleUploadedFile("x.geojson", b"{}")
            found[role] = cast.client(role).post(path, {"file": file}).status_code
            transaction.set_rollback(True)
    assert tuple(found.values()) == (401, 403, 403, 403, 202, 202, 202)


def test_a_photo_is_seen_by_whoever_sees_its_element(client: Client) -> None:
    cast = Cast()
    hidden = services.add_safe_photo(by=cast.story.editor, feature=cast.draft, safe=webp())
    shown = services.add_safe_photo(by=cast.story.manager, feature=cast.shown, safe=webp())

    def status(reader: Client, photo: MapFeaturePhoto) -> int:
        answer: Any = reader.get(photo.image.url)
        if answer.streaming:
            # What isn't read stays open.
            assert answer.getvalue()
        return int(answer.status_code)

    assert status(client, shown) == 200
    assert status(client, hidden) == 404
    assert status(cast.client("editor"), hidden) == 200


def test_proposals_of_others_are_read_by_those_who_edit() -> None:
    cast = Cast()
    path = f"/api/v1/maps/elements/{cast.shown.pk}/proposals/"
    counts = {role: len(cast.client(role).get(path).json()["results"]) for role in ROLES[1:]}
    assert counts == {"stranger": 0, "operator": 0, "proposer": 1, "editor": 1, "publisher": 1, "manager": 1}
