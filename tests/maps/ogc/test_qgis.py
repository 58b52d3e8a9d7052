"""What QGIS asks to open a layer, count it and draw a window of it, played request by request.

The order, the addresses, the Accept headers and what is looked for in each answer are those of QGIS's provider for
OGC API – Features (`src/providers/wfs/oapif` in its sources, 3.28 to 3.44). It makes addresses itself from the link to
the collections, takes a link by its `rel` and the type that it prefers, and reads all pages by `next`.
"""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from pyproj import Transformer

from geo.boundaries import current_quality
from geo.models import Boundary
from maps import services
from maps.enums import Licence
from maps.models import MapFeature, MapLayer
from tests.makers import published
from tests.maps.makers import SQUARE, Story, shape
from tests.maps.ogc.reading import ALWAYS, CRS84, EPSG, SITE, body_of, fill

pytestmark = pytest.mark.django_db
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
GEOJSON = "application/geo+json"
PART_2 = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs"
#: What no property is called: QGIS leaves these parameters out where it looks for properties to filter by.
NOT_A_PROPERTY = {"crs", "bbox", "bbox-crs", "filter", "filter-lang", "filter-crs", "datetime", "limit"}
#: A window of the map (west, south, east, north), in degrees.
WINDOW = (3.2, 50.9, 4.2, 51.2)


def get(address: str, accept: str) -> Any:
    """GET of an absolute address as QGIS sends it: a detour over a redirect would count as an error here."""
    assert address.startswith(SITE), address
    parts = urlsplit(address)
    answer = Client().get(f"{parts.path}?{parts.query}", headers={"accept": accept})
    assert answer.status_code == 200, (address, body_of(answer))
    return answer


def links_by(document: Any, rel: str, *preferred: str) -> str:
    """The address of the link whose type comes first among those preferred; any other type comes after them."""
    found = [link for link in document["links"] if link["rel"] == rel]
    order = {name: number for number, name in enumerate(preferred)}
    found.sort(key=lambda link: order.get(link.get("type", ""), len(order)))
    return str(found[0]["href"]) if found else ""


@dataclass
class Layer:
    """A collection as QGIS has it once it is opened."""

    items: str
    crs: str
    page_size: int
    filters: dict[str, str]
    description: Any
    asked: list[str] = field(default_factory=list)

    def page(self, address: str) -> Any:
        self.asked.append(address)
        found = json.loads(body_of(get(address, f"{GEOJSON}, application/json")))
        assert isinstance(found["features"], list)
        # QGIS tells an empty page from a broken one by this.
        assert found["features"] or found["numberReturned"] == 0
        return found

    def count(self) -> int | None:
        """featureCount(): what the server says, where it says it."""
        found = self.page(f"{self.items}?limit=1").get("numberMatched")
        assert found is None or isinstance(found, int)
        return found

    def draw(self, window: tuple[float, ...] | None = None, where: str = "") -> list[Any]:
        """All features in a window, in the layer's system with its easting first: page after page by `next`."""
        address = f"{self.items}?limit={self.page_size}" + (f"&{where}" if where else "")
        if window is not None:
            box = _box(window, self.crs)
            address += "&bbox=" + ",".join(f"{value:.17g}" for value in box)
            if self.crs != CRS84:
                address += f"&bbox-crs={self.crs}"
        if self.crs != CRS84:
            address += f"&crs={self.crs}"
        features: list[Any] = []
        while address:
            page = self.page(address)
            if not page["features"]:
                break
            features += page["features"]
            address = links_by(page, "next", GEOJSON)
        return features


def open_layer(name: str, srs: str = "") -> Layer:
    """What QgsOapifProvider::init() does, with what it needs of each answer."""
    landing = json.loads(body_of(get(f"{SITE}/ogc/", "application/json")))
    api_address = links_by(landing, "service-desc", OPENAPI)
    collections = links_by(landing, "data", "application/json").split("?", 1)[0]
    assert api_address
    assert collections
    api = json.loads(body_of(get(api_address, f"{OPENAPI}, application/openapi+json;version=3.0, application/json")))
    limit = api["components"]["parameters"]["limit"]["schema"]
    classes = json.loads(body_of(get(links_by(landing, "conformance"), "application/json")))["conformsTo"]
    description = json.loads(body_of(get(f"{collections}/{name}", "application/json")))
    layer = Layer(
        items=f"{collections}/{name}/items",
        crs=(srs or description["storageCrs"]) if PART_2 in classes else CRS84,
        page_size=min(max(1_000, limit["default"]), limit["maximum"]),
        filters=_simple_filters(api, name),
        description=description,
    )
    # Fields and the type of geometry come of a first page of ten.
    assert layer.page(f"{layer.items}?limit=10")["features"]
    options = Client().options(urlsplit(layer.items).path)
    assert options.status_code == 200
    assert "POST" not in options["Allow"]
    return layer


def _simple_filters(api: Any, name: str) -> dict[str, str]:
    """Properties that QGIS has the server filter by, with their types."""
    found = {}
    for one in api["paths"][f"/collections/{name}/items"]["get"]["parameters"]:
        parameter = api["components"]["parameters"][one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one
        is_simple = (parameter["in"], parameter["style"], parameter["explode"]) == ("query", "form", False)
        if is_simple and parameter["name"] not in NOT_A_PROPERTY:
            found[parameter["name"]] = parameter["schema"]["type"]
    return found


def _transformer(crs: str) -> Transformer:
    return Transformer.from_crs("OGC:CRS84", "OGC:CRS84" if crs == CRS84 else f"EPSG:{crs.rsplit('/', 1)[1]}")


def _box(window: tuple[float, ...], crs: str) -> tuple[float, ...]:
    """A window as QGIS writes it: moved to the layer's system, in the order of that system's own axes."""
    west, south, east, north = window
    return tuple(_transformer(crs).transform_bounds(west, south, east, north))


@pytest.fixture
def story() -> Story:
    made = Story()
    fill(made.layer, 2_300)
    published(title="Paletten")
    return made


def test_connecting_lists_every_collection_with_what_its_dialogue_shows(story: Story) -> None:
    landing = json.loads(body_of(get(f"{SITE}/ogc/", "application/json")))
    address = links_by(landing, "data", "application/json")
    found = json.loads(body_of(get(address, "application/json")))["collections"]
    assert [each["id"] for each in found] == [*ALWAYS, f"layer-{story.layer.pk}"]
    for each in found:
        assert each["title"]
        assert each["description"]
        ((west, south, east, north),) = each["extent"]["spatial"]["bbox"]
        assert west < east
        assert south < north
        assert links_by(each, "items", GEOJSON) == f"{address}/{each['id']}/items"


def test_a_layer_opens_counts_and_is_read_whole_page_by_page(story: Story) -> None:
    layer = open_layer(f"layer-{story.layer.pk}")
    assert (layer.crs, layer.page_size) == (CRS84, 1_000)
    assert layer.count() == 2_300
    layer.asked.clear()
    found = layer.draw()
    assert [each["id"] for each in found] == list(
        MapFeature.objects.filter(layer=story.layer).order_by("pk").values_list("pk", flat=True)
    )
    assert len(layer.asked) == 3


@pytest.mark.parametrize("srs", ["", f"{EPSG}4326", f"{EPSG}3857", f"{EPSG}31370", f"{EPSG}3812"])
def test_a_window_is_drawn_in_whatever_system_the_layer_has(story: Story, srs: str) -> None:
    layer = open_layer(f"layer-{story.layer.pk}", srs)
    assert (srs or CRS84) == layer.crs
    assert not srs or srs in layer.description["crs"]
    inside = set(MapFeature.objects.filter(layer=story.layer).within_box(WINDOW).values_list("pk", flat=True))
    layer.page_size = 100
    found = {each["id"]: each["geometry"]["coordinates"] for each in layer.draw(WINDOW)}
    # In metres a box isn't that of the degrees: QGIS asks for the one around it, and draws what it needs.
    assert inside <= set(found)
    assert len(found) < 1_500
    assert len(layer.asked) > 4
    for address in layer.asked[1:]:
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked.get("crs", CRS84) == asked.get("bbox-crs", CRS84) == layer.crs
    there = _transformer(layer.crs)
    for each in MapFeature.objects.filter(pk__in=list(found)[:50]):
        near = 1e-6 if layer.crs in (CRS84, f"{EPSG}4326") else 1.0
        assert found[each.pk] == pytest.approx(there.transform(*each.geometry.coords), abs=near)


def test_a_window_without_features_and_one_far_away_are_no_errors(story: Story) -> None:
    layer = open_layer(f"layer-{story.layer.pk}", f"{EPSG}31370")
    assert layer.draw((6.0, 49.6, 6.1, 49.7)) == []
    degrees = open_layer(f"layer-{story.layer.pk}")
    assert degrees.draw((-180.0, -90.0, -170.0, -80.0)) == []
    assert len(degrees.draw((-180.0, -90.0, 180.0, 90.0))) == 2_300


def test_a_simple_filter_is_the_server_s_work(story: Story) -> None:
    layer = open_layer(f"layer-{story.layer.pk}")
    assert {"kind", "title", "material", "quantity"} <= layer.filters.keys()
    assert (layer.filters["kind"], layer.filters["quantity"]) == ("string", "number")
    for where, narrowed in (("kind=flow", {"kind": "flow"}), ("quantity=7", {"quantity": 7})):
        found = layer.draw(where=where)
        assert len(found) == MapFeature.objects.filter(layer=story.layer, **narrowed).count() > 0


def test_every_other_collection_opens_too(story: Story) -> None:
    shapes = services.create_layer(by=story.manager, material_map=story.map, title="Vormen")
    feature = services.add_feature(by=story.editor, layer=shapes, kind="stock", title="Vlak", geometry=shape(SQUARE))
    services.publish_feature(by=story.manager, feature=feature)
    for name in (*ALWAYS, f"layer-{shapes.pk}"):
        layer = open_layer(name)
        found = layer.draw()
        assert layer.count() == len({each["id"] for each in found}) == len(found) > 0, name
    assert open_layer("municipalities").crs == f"{EPSG}3812"


def test_a_licence_is_named_where_qgis_shows_it(story: Story) -> None:
    def licences(name: str) -> list[tuple[str, str]]:
        links = open_layer(name).description["links"]
        return [(link["title"], link["href"]) for link in links if link["rel"] == "license"]

    boundary = Boundary.objects.of_quality(current_quality()).first()
    assert boundary is not None
    bounded = [(boundary.licence, Licence.CC_BY.address)]
    free = [(str(Licence.GRATIS.label), Licence.GRATIS.address)]
    said = {"listings": free, "hub-regions": bounded, "municipalities": bounded}
    assert {name: licences(name) for name in ALWAYS} == said
    assert licences(f"layer-{story.layer.pk}") == free
    # Who reserves reuse, or names a licence that nobody knows, has no address to go to.
    MapLayer.objects.filter(pk=story.layer.pk).update(licence=Licence.RESERVED)
    assert licences(f"layer-{story.layer.pk}") == []
    Boundary.objects.update(licence="Voor eigen gebruik van de gemeente")
    assert licences("municipalities") == []
