"""The catalogue by DCAT-AP Vlaanderen (recognised standard of 2026-02-12).

The profile's own SHACL file is no part of this project, so the shapes are ours: one for each property
that the profile's table has as 1..1 or 1..n, with the type that it gives there, and for pages, the statute and the
licence, which portals ask for too. Each is seen to fail once, on a catalogue that lacks what it asks. What the
profile's file itself finds, docs/ogc.md says.
"""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from pyshacl import validate
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, SH, SKOS, XSD

from geo.boundaries import current_quality
from geo.models import Boundary
from journal.models import Event
from listings.balances.services import hold
from listings.expiry import expire_listings
from listings.imports.copy import change_listings
from listings.models import Listing
from listings.rederive import place_listings_anew
from listings.services import update_listing, withdraw_listing
from maps import services
from maps.catalog import graph as written
from maps.catalog.facts import Dataset, _listings_changed_at, read_catalog
from maps.catalog.graph import MDCAT, VCARD, graph_of
from maps.enums import Licence, Visibility
from maps.files.child.sniffing import Format
from maps.models import MapFeature, MapLayerCount
from maps.ogc.collections.layers import public_features
from maps.verbs import MapVerb
from tests.makers import draft, published
from tests.maps.makers import Story
from tests.maps.ogc.reading import body_of

pytestmark = pytest.mark.django_db
ADDRESS = "/catalog.ttl"

_TEXT, _ONE_TEXT = "sh:datatype rdf:langString ; sh:uniqueLang true", "sh:nodeKind sh:Literal ; sh:maxCount 1"
_ADDRESS, _WHEN = (
    "sh:nodeKind sh:IRI ; sh:class rdfs:Resource ; sh:maxCount 1",
    "sh:datatype xsd:dateTime ; sh:maxCount 1",
)
_CONTACT, _AGENT = "sh:class vcard:Kind ; sh:maxCount 1", "sh:class dct:Agent ; sh:maxCount 1"
_CONCEPT, _LICENCE = "sh:class skos:Concept", "sh:class dct:LicenseDocument ; sh:maxCount 1"
#: Of each class what it must have, and what that must be.
MUST: dict[str, dict[str, str]] = {
    "dcat:Catalog": {
        "dct:title": _TEXT, "dct:description": _TEXT, "dct:identifier": _ONE_TEXT, "dcat:contactPoint": _CONTACT,
        "dct:publisher": _AGENT, "dct:license": _LICENCE,
    },
    "dcat:Dataset": {
        "dct:title": _TEXT, "dct:description": _TEXT, "dct:identifier": _ONE_TEXT, "dcat:contactPoint": _CONTACT,
        "dct:publisher": _AGENT, "dct:accessRights": f"{_CONCEPT} ; sh:maxCount 1", "mdcat:statuut": _CONCEPT,
        "dcat:landingPage": _ADDRESS,
    },
    "dcat:Distribution": {
        "dct:identifier": _ONE_TEXT, "dcat:accessURL": _ADDRESS, "dct:license": _LICENCE,
    },
    "dcat:DataService": {
        "dct:title": _TEXT, "dct:identifier": _ONE_TEXT, "dcat:contactPoint": _CONTACT, "dct:publisher": _AGENT,
        "dcat:endpointURL": _ADDRESS, "dcat:endpointDescription": _ADDRESS,
        "dct:accessRights": f"{_CONCEPT} ; sh:maxCount 1", "mdcat:statuut": _CONCEPT,
    },
    "dcat:CatalogRecord": {
        "foaf:primaryTopic": "sh:nodeKind sh:IRI ; sh:maxCount 1", "dct:identifier": _ONE_TEXT, "dct:modified": _WHEN,
    },
    "dct:Agent": {"foaf:name": _TEXT}, "vcard:Kind": {"foaf:page": _ADDRESS},
}  # fmt: skip
_PREFIXES = "".join(
    f"@prefix {name}: <{space}> .\n"
    for name, space in {
        "sh": SH, "dcat": DCAT, "dct": DCTERMS, "foaf": FOAF, "vcard": VCARD, "skos": SKOS, "rdf": RDF, "rdfs": RDFS,
        "xsd": XSD, "mdcat": MDCAT,
    }.items()
)  # fmt: skip


def shapes() -> Graph:
    text = _PREFIXES
    for target, properties in MUST.items():
        asked = " ; ".join(
            f"sh:property [ sh:path {path} ; sh:minCount 1 ; {more} ]" for path, more in properties.items()
        )
        text += f"[] a sh:NodeShape ; sh:targetClass {target} ; {asked} .\n"
    return Graph().parse(data=text, format="turtle")


def problems(graph: Graph) -> str:
    """What is wrong with a catalogue; empty where nothing is."""
    conforms, _report, words = validate(graph, shacl_graph=shapes(), inference="none", advanced=False)
    return "" if conforms else str(words)


def read(client: Client | None = None, **headers: str) -> Any:
    answer = (client or Client()).get(ADDRESS, headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/turtle; charset=utf-8"
    return answer


def catalog() -> Graph:
    return Graph().parse(data=read().content, format="turtle")


def dataset_of(number: int) -> Dataset:
    (found,) = (one for one in read_catalog().datasets if one.id == f"layer-{number}")
    return found


@pytest.fixture
def story() -> Story:
    made = Story()
    made.published(title="Bakstenen")
    published()
    return made


def test_a_catalogue_has_all_that_the_profile_asks(story: Story) -> None:
    graph = catalog()
    assert problems(graph) == ""
    # What is asked of nothing would hold too.
    prefixes = {name: str(space) for name, space in shapes().namespaces()}
    for target in MUST:
        prefix, name = target.split(":")
        assert (None, RDF.type, URIRef(prefixes[prefix] + name)) in graph, target


def test_each_shape_fails_where_its_property_is_missing() -> None:
    named = {name: str(space) for name, space in shapes().namespaces()}

    def uri(name: str) -> URIRef:
        prefix, local = name.split(":")
        return URIRef(named[prefix] + local)

    bare = Graph()
    for target in MUST:
        bare.add((URIRef(f"urn:x:{target}"), RDF.type, uri(target)))
    _conforms, report, _words = validate(bare, shacl_graph=shapes(), inference="none")
    found = {
        (report.value(one, SH.focusNode), report.value(one, SH.resultPath)) for one in report.subjects(SH.focusNode)
    }
    assert found == {(URIRef(f"urn:x:{target}"), uri(path)) for target, paths in MUST.items() for path in paths}


def test_it_tells_of_public_layers_that_may_be_used_again_and_of_no_others(story: Story) -> None:
    def layer(title: str, **fields: Any) -> None:
        services.create_layer(by=story.manager, material_map=story.map, title=title, **fields)

    layer("Alleen voor partners", visibility=Visibility.PARTNERS)
    layer("Niet hergebruiken", licence=Licence.RESERVED)
    layer("Vrij", licence=Licence.CC0)
    text = read().content.decode()
    assert "Reststromen in Gent: Bedrijven" in text
    assert "Reststromen in Gent: Vrij" in text
    assert "Alleen voor partners" not in text
    assert "Niet hergebruiken" not in text
    assert read(client_of(story)).content.decode() == text


def client_of(story: Story) -> Client:
    client = Client()
    client.force_login(story.manager)
    return client


def test_a_layer_has_its_hub_its_licence_and_every_way_to_read_it(story: Story) -> None:
    graph, name = catalog(), f"http://127.0.0.1:8000/catalog.ttl#layer-{story.layer.pk}"
    node = URIRef(name)
    (publisher,) = graph.objects(node, DCTERMS.publisher)
    assert str(graph.value(publisher, FOAF.name)) == story.hub.name
    ways = list(graph.objects(node, DCAT.distribution))
    # OGC API, eight files and tiles.
    assert len(ways) == 10
    licences = {str(graph.value(way, DCTERMS.license)) for way in ways}
    assert licences == {"https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0"}
    for way in ways:
        for says in (DCAT.accessURL, DCAT.downloadURL):
            address = graph.value(way, says)
            if address is not None:
                answer = Client().get(str(address).removeprefix("http://127.0.0.1:8000"))
                assert answer.status_code == 200, address
                assert body_of(answer), address


def test_what_downloads_as_a_file_says_where_and_what_a_service_answers_does_not(story: Story) -> None:
    graph, files = catalog(), 0
    for way in graph.subjects(RDF.type, DCAT.Distribution):
        file = graph.value(way, DCAT.downloadURL)
        assert (file is None) == ((way, DCAT.accessService, None) in graph), way
        address = str(file or graph.value(way, DCAT.accessURL))
        answer = Client().get(address.removeprefix("http://127.0.0.1:8000"))
        assert body_of(answer), way
        assert answer.get("Content-Disposition", "").startswith("attachment") == (file is not None), way
        files += file is not None
    assert files == len(Format)


def test_services_answer_where_the_catalogue_says(story: Story) -> None:
    graph = catalog()
    found = list(graph.subjects(RDF.type, DCAT.DataService))
    assert len(found) == 2
    for service in found:
        for says in (DCAT.endpointURL, DCAT.endpointDescription):
            address = str(graph.value(service, says)).removeprefix("http://127.0.0.1:8000")
            assert Client().get(address).status_code == 200, address
    tilesets = Client().get("/tiles/").json()["tilesets"]
    assert f"{story.map.title}: {story.layer.title}" in {one["name"] for one in tilesets}
    for one in tilesets:
        assert Client().get(one["tilejson"].removeprefix("http://testserver")).json()["tilejson"] == "3.0.0"


def test_boundaries_keep_the_licence_that_they_came_with(story: Story) -> None:
    def licence() -> str:
        graph = catalog()
        node = graph.value(URIRef("http://127.0.0.1:8000/catalog.ttl#municipalities-items"), DCTERMS.license)
        assert node is not None
        return str(graph.value(node, DCTERMS.title) or node)

    assert licence() == "https://creativecommons.org/licenses/by/4.0/"
    found = Boundary.objects.of_quality(current_quality())
    found.update(licence="Voor eigen gebruik van de gemeente")
    assert licence() == "Voor eigen gebruik van de gemeente"
    found.update(licence="")
    assert licence() == "Wie de grenzen inlas, vermeldde geen licentie."


def test_nobody_is_made_up_where_no_operator_is_set(story: Story) -> None:
    def told() -> tuple[str, str | None]:
        graph = catalog()
        root = URIRef("http://127.0.0.1:8000/catalog.ttl")
        agent, contact = graph.value(root, DCTERMS.publisher), graph.value(root, DCAT.contactPoint)
        assert str(graph.value(contact, FOAF.page)) == "http://127.0.0.1:8000/contact/"
        address = graph.value(contact, VCARD.hasEmail)
        return str(graph.value(agent, FOAF.name)), None if address is None else str(address)

    assert told() == ("Beheerder van Werkstof op 127.0.0.1:8000 (naam niet ingesteld)", None)
    assert problems(catalog()) == ""
    with override_settings(SITE_OPERATOR_NAME="Hub Voorbeeld vzw", SITE_OPERATOR_EMAIL="info@example.org"):
        assert told() == ("Hub Voorbeeld vzw", "mailto:info@example.org")


def test_it_says_when_the_data_of_a_layer_last_changed_and_when_what_is_said_of_it_did(story: Story) -> None:
    before = dataset_of(story.layer.pk)
    assert before.modified is not None
    # All that happens in one transaction happens at one moment.
    later = before.modified + dt.timedelta(hours=1)
    MapFeature.objects.filter(pk=story.published(title="Balken").pk).update(updated_at=later)
    MapFeature.objects.filter(pk=story.draft(title="Concept").pk).update(updated_at=later + dt.timedelta(hours=1))
    after = dataset_of(story.layer.pk)
    assert (after.modified, after.said_on) == (later, before.said_on)
    Event.objects.create(
        verb=MapVerb.LAYER_CHANGED, subject_kind="maps.maplayer", subject_id=story.layer.pk, at=later, source="page"
    )
    assert dataset_of(story.layer.pk).said_on == later


def test_the_moment_of_a_count_never_goes_back(story: Story) -> None:
    """Of two who write at once the one that began first may store last. Transactions have one now(), clocks go on."""
    later = timezone.now() + dt.timedelta(hours=1)
    rows = MapLayerCount.objects.filter(layer=story.layer, state="published", visibility=Visibility.PUBLIC)
    rows.update(changed_at=later)
    kept = story.published(title="Balken")
    assert rows.get().changed_at == later
    services.withdraw_feature(by=story.manager, feature=kept)
    assert rows.get().changed_at == later
    moments = []
    for title in ("Deuren", "Ramen"):
        rows.update(changed_at=None)
        story.published(title=title)
        moments.append(rows.get().changed_at)
    first, second = moments
    assert first
    assert second
    assert first < second


def test_a_layer_changed_too_when_something_goes_from_it(story: Story) -> None:
    """What went is in no list any more; of a layer that is empty by now too."""
    first, second = story.published(title="Balken"), story.published(title="Deuren")
    MapFeature.objects.all().update(updated_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    MapLayerCount.objects.all().update(changed_at=None)
    assert dataset_of(story.layer.pk).modified == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for leave in (
        lambda: services.withdraw_feature(by=story.manager, feature=first),
        lambda: services.change_feature(
            by=story.manager, feature=second, version=second.version, visibility=Visibility.HUB
        ),
        lambda: MapFeature.objects.filter(title="Bakstenen").delete(),
    ):
        MapLayerCount.objects.all().update(changed_at=None)
        before = read()["ETag"]
        leave()
        modified = dataset_of(story.layer.pk).modified
        assert modified is not None
        assert modified > dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
        assert read()["ETag"] != before
    assert not public_features().filter(layer=story.layer.pk).exists()


@pytest.mark.parametrize("way", ["withdrawn", "changed", "expired", "imported", "held", "placed anew"])
def test_listings_changed_too_when_one_goes_or_changes(way: str) -> None:
    def modified() -> dt.datetime:
        (found,) = [one for one in read_catalog().datasets if one.id == "listings"]
        assert found.modified is not None
        return found.modified

    listing, _other = published(), published()
    # All that happens in one transaction happens at one moment: what was is put back.
    before = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    Listing.objects.all().update(published_at=before, updated_at=before)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE journal_event")
    assert modified() == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    change_draft = draft()
    update_listing(by=change_draft.maker, listing=change_draft, title="Nog niet te vinden")  # type: ignore[attr-defined]
    assert modified() == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    if way == "withdrawn":
        withdraw_listing(by=listing.maker, listing=listing)  # type: ignore[attr-defined]
    elif way == "imported":
        change_listings([(listing.pk, {"title": "Uit een lijst"})], at=timezone.now())
    elif way == "held":
        Listing.objects.filter(pk=listing.pk).update(splittable=True)
        listing.refresh_from_db()
        assert listing.quantity is not None
        hold(by=None, listing=listing, quantity=listing.quantity / 2)
        assert Listing.objects.published().filter(pk=listing.pk).exists()
    elif way == "placed anew":
        Listing.objects.filter(pk=listing.pk).update(hub_ids=[1_000_000])
        assert place_listings_anew() == 1
    elif way == "changed":
        update_listing(by=listing.maker, listing=listing, title="Iets anders")  # type: ignore[attr-defined]
    else:
        Listing.objects.filter(pk=listing.pk).update(
            available_from=dt.date(2026, 1, 1), available_until=dt.date(2026, 1, 2)
        )
        assert expire_listings(today=dt.date(2026, 11, 30)) == 1
    assert modified() > dt.datetime(2026, 1, 2, tzinfo=dt.UTC)


def test_when_listings_last_changed_is_read_from_indexes() -> None:
    # Among a few events any way is as good.
    Event.objects.bulk_create(
        [Event(verb="maps.changed", subject_kind="maps.mapfeature", subject_id=n, source="page") for n in range(5_000)]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE journal_event")
    with CaptureQueriesContext(connection) as context:
        _listings_changed_at()
    changed, went, placed = [one["sql"] for one in context]
    for sql, index in ((changed, "listing_changed_lately"), (went, "event_of_kind"), (placed, "event_of_kind")):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert f"using {index}" in plan, plan


@pytest.mark.parametrize("language", ["nl", "en", "fr"])
def test_the_terms_of_use_say_what_the_catalogue_says(language: str) -> None:
    """The licence of listings and what isn't in them; and the word for layers that aren't open data."""
    (listings,) = [one for one in read_catalog().datasets if one.id == "listings"]
    assert listings.terms.uri == Licence.GRATIS.uri
    said = {"nl": "contactgegevens", "en": "contact details", "fr": "coordonnées"}
    assert said[language] in listings.rights[language]
    page = Client().get("/voorwaarden/", headers={"accept-language": language}).content.decode()
    part = " ".join(page.split('id="open-data"', 1)[1].split("<h2", 1)[0].split())
    assert f'href="{Licence.GRATIS.address}"' in part
    assert ADDRESS in part
    with translation.override(language):
        assert str(Licence.RESERVED.label) in part


def test_who_publishes_is_told_that_it_is_open_data(story: Story) -> None:
    listing = draft()
    client = Client()
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    assert "#open-data" in client.get(f"/zoekertje/{listing.pk}/wijzigen/").content.decode()
    page = client_of(story).get(f"/kaarten/laag/{story.layer.pk}/beheren/").content.decode()
    assert "dan is ze open data: iedereen mag ze zo hergebruiken, tenzij je kiest" in page
    # The choice that it names is one of the field.
    assert page.count(str(Licence.RESERVED.label)) == 2


def test_who_has_it_already_gets_nothing_and_nothing_is_written_twice(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read()
    with monkeypatch.context() as patched:
        patched.delattr(written, "_Writer")
        same = read()
    assert same.content == first.content
    again = Client().get(ADDRESS, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    story.published(title="Iets nieuws")
    changed = Client().get(ADDRESS, headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200


def test_many_layers_take_as_many_queries_as_one(story: Story) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            read()
        return len(context)

    read()
    one = queries()
    for number in range(5):
        services.create_layer(by=story.manager, material_map=story.map, title=f"Laag {number}")
    assert queries() == one <= 7


def test_when_a_layer_last_changed_is_read_from_an_index(story: Story) -> None:
    newest = public_features().filter(layer=story.layer.pk).order_by("-updated_at").values("updated_at")[:1]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        sql, values = newest.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "feature_changed_lately" in plan, plan


def test_a_record_says_when_it_was_last_changed(story: Story) -> None:
    graph = graph_of(read_catalog())
    records = list(graph.subjects(RDF.type, DCAT.CatalogRecord))
    assert len(records) == len(read_catalog().datasets) + 2
    for record in records:
        about, modified = graph.value(record, FOAF.primaryTopic), graph.value(record, DCTERMS.modified)
        assert (about, MDCAT.statuut, None) in graph
        assert isinstance(modified.toPython(), dt.datetime)  # type: ignore[union-attr]
