"""Maps for tests: one layer of a hub, the people around it, and elements in it."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import HubPartner, HubStaff, Organisation, User
from geo.models import Hub
from geo.shapes import read_shape
from maps import services
from maps.demo_document import pdf_of
from maps.enums import Power
from maps.models import MapFeature, MapLayer, MaterialMap, VerificationRound
from maps.verification.rounds import begin_rounds, take_due
from tests.makers import make_organisation, make_user, material

HUB = "sociaal-circulaire-hub-gent"
#: A square near Gent with a hole in it, as GeoJSON.
SQUARE = {
    "type": "Polygon",
    "coordinates": [
        [[3.70, 51.04], [3.74, 51.04], [3.74, 51.08], [3.70, 51.08], [3.70, 51.04]],
        [[3.71, 51.05], [3.72, 51.05], [3.72, 51.06], [3.71, 51.06], [3.71, 51.05]],
    ],
}
#: A line across it, west of the hole.
ACROSS = {"type": "LineString", "coordinates": [[3.705, 51.03], [3.705, 51.09]]}
#: When sources of tests are asked, and how long before that an element was last verified.
NOW, LONG_AGO = timezone.now(), dt.timedelta(days=400)
LINE = {"type": "LineString", "coordinates": [[3.70, 51.04], [3.72, 51.05], [3.75, 51.05]]}


def point(lon: float = 3.7174, lat: float = 51.0543) -> Any:
    return read_shape({"type": "Point", "coordinates": [lon, lat]}, most_vertices=10)


def shape(given: Any) -> Any:
    return read_shape(given, most_vertices=1_000)


def hub() -> Hub:
    return Hub.objects.get(slug=HUB)


def staff_of(of: Hub, role: str = "manager") -> User:
    user = make_user()
    HubStaff.objects.create(hub=of, user=user, role=role)
    return user


def partner_of(of: Hub) -> tuple[User, Organisation]:
    user = make_user()
    organisation = make_organisation(user)
    HubPartner.objects.create(hub=of, organisation=organisation)
    return user, organisation


class Story:
    """A map of the hub in Gent with one layer, its manager and its editor, and somebody who may propose."""

    def __init__(self, **layer: Any) -> None:
        self.hub = hub()
        self.manager, self.editor = staff_of(self.hub), staff_of(self.hub, "editor")
        self.map: MaterialMap = services.create_map(by=self.manager, hub=self.hub, title="Reststromen in Gent")
        self.layer: MapLayer = services.create_layer(
            by=self.manager, material_map=self.map, title="Bedrijven", **layer
        )
        self.proposer = self.holder(Power.PROPOSE)

    def holder(self, power: Power) -> User:
        """Somebody with a right of their own in the layer."""
        user = make_user()
        services.give_right(by=self.manager, layer=self.layer, to=user, power=power)
        return user

    def draft(self, by: User | None = None, **fields: Any) -> MapFeature:
        given: dict[str, Any] = {
            "kind": "stock", "title": "Bakstenen van een school", "material": material("building-bricks"),
            "quantity": 40, "unit": "tonne", "quantity_basis": "estimated", "geometry": point(),
        } | fields  # fmt: skip
        return services.add_feature(by=by or self.editor, layer=self.layer, **given)

    def published(self, **fields: Any) -> MapFeature:
        return services.publish_feature(by=self.manager, feature=self.draft(**fields))


def store(story: Story, shapes: list[Any], **fields: Any) -> None:
    """Published elements, stored past the services: triggers count them all the same."""
    fields = {"kind": "stock"} | fields
    MapFeature.objects.bulk_create(
        [
            MapFeature(
                layer=story.layer, title=f"Nummer {number}", state="published",
                published_at="2026-01-01T00:00Z", geometry=geometry, **fields,
            )
            for number, geometry in enumerate(shapes)
        ],
        batch_size=1_000,
    )  # fmt: skip


def fill(story: Story, count: int, **fields: Any) -> None:
    """So many points in a grid around Gent."""
    store(story, [point(3.70 + number % 50 / 2000, 51.04 + number // 50 / 2000) for number in range(count)], **fields)


def overdue(story: Story, **fields: Any) -> MapFeature:
    """A published element whose verification counts no more."""
    services.update_layer(by=story.manager, layer=story.layer, verify_every_months=6)
    return services.publish_feature(by=story.manager, feature=story.draft(**fields), at=NOW - LONG_AGO)


def asked_source(story: Story) -> VerificationRound:
    """That somebody is asked whether an overdue element of their organisation is still so."""
    overdue(story, source_organisation=make_organisation(make_user()))
    ask(NOW)
    return VerificationRound.objects.latest("pk")


def ask(at: dt.datetime) -> int:
    """What the worker does each morning; returns of how many elements it was."""
    begin_rounds(at=at)
    done = 0
    while taken := take_due(at=at):
        done += taken
    return done


def pdf(name: str = "Inventaris.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_of("Inventaris", ["Bakstenen: 40 ton"]), "application/pdf")
