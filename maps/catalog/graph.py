"""The catalogue as RDF, by DCAT-AP Vlaanderen: https://data.vlaanderen.be/doc/applicatieprofiel/DCAT-AP-VL/"""

from typing import Final

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from maps.catalog.facts import Catalog, Dataset, Distribution, Party, Service, Terms, Texts

PROFILE = URIRef("https://data.vlaanderen.be/doc/applicatieprofiel/DCAT-AP-VL/erkendestandaard/2026-02-12")
MDCAT: Final = Namespace("https://data.vlaanderen.be/ns/metadata-dcat#")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
_PUBLIC = URIRef("http://publications.europa.eu/resource/authority/access-right/PUBLIC")
_STATUTES = Namespace("https://metadata.vlaanderen.be/id/GDI-Vlaanderen-Trefwoorden/")
_OPEN_DATA = (_STATUTES["VLOPENDATA"], "Vlaamse Open data")
_OPEN_SERVICE = (_STATUTES["VLOPENDATASERVICE"], "Vlaamse Open data Service")
_FILE_TYPES = Namespace("http://publications.europa.eu/resource/authority/file-type/")
#: Formats that the European list of file types has, by our own names.
_LISTED = {
    "geojson": "GEOJSON", "gpkg": "GPKG", "shp": "SHP", "kml": "KML", "gml": "GML", "csv": "CSV", "xlsx": "XLSX",
}  # fmt: skip
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_WKT = URIRef("http://www.opengis.net/ont/geosparql#wktLiteral")


def graph_of(catalog: Catalog) -> Graph:
    """A graph whose parts are named by the catalogue's address and a `#`."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in {
        "dcat": DCAT, "dct": DCTERMS, "foaf": FOAF, "mdcat": MDCAT, "rdfs": RDFS, "skos": SKOS, "vcard": VCARD,
        "xsd": XSD,
    }.items():  # fmt: skip
        graph.bind(prefix, namespace)
    _Writer(graph, catalog).write()
    return graph


class _Writer:
    def __init__(self, graph: Graph, catalog: Catalog) -> None:
        self.graph, self.catalog = graph, catalog
        self.root = URIRef(catalog.address)

    def write(self) -> None:
        catalog, root = self.catalog, self.root
        self._described(root, DCAT.Catalog, catalog.address, catalog.title, catalog.description)
        self._answered_for(root, catalog.operator)
        self._add(root, DCTERMS.license, self._licence(catalog.terms))
        for dataset in catalog.datasets:
            self._add(root, DCAT.dataset, self._dataset(dataset))
        for service in catalog.services:
            self._add(root, DCAT.service, self._service(service))

    def _dataset(self, dataset: Dataset) -> Node:
        node = self._named(dataset.id)
        self._described(node, DCAT.Dataset, dataset.id, dataset.title, dataset.description)
        self._answered_for(node, dataset.publisher)
        self._open(node, _OPEN_DATA)
        self._add(node, DCAT.landingPage, self._address(dataset.page))
        if dataset.modified:
            self._add(node, DCTERMS.modified, Literal(dataset.modified))
        for word in dataset.keywords:
            self._add(node, DCAT.keyword, Literal(word, lang="nl"))
        if dataset.box:
            self._within(node, dataset.box)
        for one in dataset.distributions:
            self._add(node, DCAT.distribution, self._distribution(one, dataset))
        self._record(dataset.id, node, Literal(dataset.said_on))
        return node

    def _distribution(self, one: Distribution, dataset: Dataset) -> Node:
        node = self._named(one.id)
        self._typed(node, DCAT.Distribution)
        self._add(node, DCTERMS.identifier, Literal(one.id))
        self._add(node, DCTERMS.title, Literal(one.name, lang="nl"))
        self._add(node, DCTERMS.license, self._licence(dataset.terms))
        self._add(node, DCAT.accessURL, self._address(one.address))
        self._add(node, DCAT.mediaType, URIRef(_MEDIA_TYPES + one.media_type))
        if one.file:
            self._add(node, DCAT.downloadURL, self._address(one.file))
        if one.format in _LISTED:
            self._add(node, DCTERMS["format"], self._concept(_FILE_TYPES[_LISTED[one.format]], one.name))
        if one.service:
            self._add(node, DCAT.accessService, self._named(one.service))
            self._add(self._named(one.service), DCAT.servesDataset, self._named(dataset.id))
        if dataset.rights:
            statement = BNode(f"rights-{dataset.id}")
            self._typed(statement, DCTERMS.RightsStatement)
            for language, text in dataset.rights.items():
                self._add(statement, DCTERMS.description, Literal(text, lang=language))
            self._add(node, DCTERMS.rights, statement)
        return node

    def _service(self, service: Service) -> Node:
        node = self._named(service.id)
        self._described(node, DCAT.DataService, service.id, service.title, {})
        self._answered_for(node, self.catalog.operator)
        self._open(node, _OPEN_SERVICE)
        self._add(node, DCAT.endpointURL, self._address(service.endpoint))
        self._add(node, DCAT.endpointDescription, self._address(service.description))
        self._add(node, DCTERMS.conformsTo, self._standard(service.conforms_to))
        self._record(service.id, node, Literal(self.catalog.worded_on))
        return node

    def _record(self, name: str, about: Node, modified: Literal) -> None:
        node = self._named(f"record-{name}")
        self._typed(node, DCAT.CatalogRecord)
        self._add(node, FOAF.primaryTopic, about)
        self._add(node, DCTERMS.identifier, Literal(f"record-{name}"))
        self._add(node, DCTERMS.modified, modified)
        self._add(node, DCTERMS.conformsTo, self._standard(str(PROFILE)))
        self._add(self.root, DCAT.record, node)

    # ---- parts ----

    def _described(self, node: Node, type_: Node, name: str, title: Texts, description: Texts) -> None:
        self._typed(node, type_)
        self._add(node, DCTERMS.identifier, Literal(name))
        for says, texts in ((DCTERMS.title, title), (DCTERMS.description, description)):
            for language, text in texts.items():
                self._add(node, says, Literal(text, lang=language))

    def _answered_for(self, node: Node, party: Party) -> None:
        """Who publishes it, and whom to ask: the same people."""
        agent, contact = URIRef(party.id), BNode(f"contact-{_short(party.id)}")
        self._typed(agent, FOAF.Agent)
        self._typed(agent, DCTERMS.Agent)
        self._add(agent, FOAF.name, Literal(party.name, lang="nl"))
        self._typed(contact, VCARD.Organization)
        self._typed(contact, VCARD.Kind)
        self._add(contact, VCARD.fn, Literal(party.name))
        self._add(contact, FOAF.page, self._address(party.page))
        if party.email:
            self._add(contact, VCARD.hasEmail, self._address(f"mailto:{party.email}"))
        self._add(node, DCTERMS.publisher, agent)
        self._add(node, DCAT.contactPoint, contact)

    def _open(self, node: Node, statute: tuple[URIRef, str]) -> None:
        self._add(node, DCTERMS.accessRights, self._concept(_PUBLIC, "Publiek"))
        self._add(node, MDCAT.statuut, self._concept(*statute))

    def _within(self, node: Node, box: tuple[float, float, float, float]) -> None:
        west, south, east, north = box
        corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        ring = ", ".join(f"{x:.5f} {y:.5f}" for x, y in corners)
        place = BNode(f"place-{_short(str(node))}")
        self._typed(place, DCTERMS.Location)
        self._add(place, DCAT.bbox, Literal(f"POLYGON (({ring}))", datatype=_WKT))
        self._add(node, DCTERMS.spatial, place)

    def _address(self, address: str) -> Node:
        """The profile's shapes ask that an address is said to be a resource, which whoever reasons knows anyway."""
        self._typed(URIRef(address), RDFS.Resource)
        return URIRef(address)

    def _licence(self, terms: Terms) -> Node:
        node = URIRef(terms.uri) if terms.uri else BNode("licence-in-words")
        self._typed(node, DCTERMS.LicenseDocument)
        if terms.words:
            self._add(node, DCTERMS.title, Literal(terms.words, lang="nl"))
        return node

    def _standard(self, address: str) -> Node:
        self._typed(URIRef(address), DCTERMS.Standard)
        return URIRef(address)

    def _concept(self, concept: URIRef, label: str) -> Node:
        self._typed(concept, SKOS.Concept)
        self._add(concept, SKOS.prefLabel, Literal(label, lang="nl"))
        return concept

    def _named(self, name: str) -> URIRef:
        return URIRef(f"{self.catalog.address}#{name}")

    def _typed(self, node: Node, type_: Node) -> None:
        self._add(node, RDF.type, type_)

    def _add(self, node: Node, says: Node, what: Node) -> None:
        self.graph.add((node, says, what))


def _short(address: str) -> str:
    return "".join(letter for letter in address.split("://", 1)[-1] if letter.isalnum())
