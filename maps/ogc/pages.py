"""The same for people: what a page of each document shows. All are drawn by one template."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urljoin

from django.urls import reverse
from django.utils.translation import gettext as _

from maps.ogc import documents
from maps.ogc.collections import Collection
from maps.ogc.links import AS_HTML, AS_JSON, FORMAT, Site
from maps.ogc.openapi import Document

#: Letters of a value in a table of features.
_LONGEST_CELL = 80
#: Features in such a table, at most.
MOST_ROWS = 500
#: How many columns such a table has: a feature's own page shows the rest.
_COLUMNS = 8

Context = dict[str, Any]


def _page(
    site: Site, title: str, intro: str, *parts: str, trail: Iterable[tuple[str, str]] = (), **more: Any
) -> Context:
    return {
        "title": title,
        "here": title,
        "intro": intro,
        "trail": [(_("Open data"), site.address(f=AS_HTML)), *trail],
        "as_json": site.asking(parts, {FORMAT: AS_JSON}),
        "facts": [],
        "links": [],
        "columns": [],
        "rows": [],
        "counted": "",
        "next": "",
    } | more


def landing(site: Site) -> Context:
    links = [
        (_("Verzamelingen"), site.address("collections", f=AS_HTML), _("alles wat je hier leest")),
        (_("Beschrijving van deze API"), site.address("api", f=AS_HTML), _("adressen en parameters (OpenAPI 3.0)")),
        (_("Aan welke delen van de standaard dit voldoet"), site.address("conformance", f=AS_HTML), ""),
    ]
    facts = [
        (_("Adres voor QGIS en GDAL"), site.address()),
        (_("Catalogus (DCAT-AP)"), urljoin(site.root, reverse("catalog"))),
        (_("Vectortegels (TileJSON)"), _("bij elke laag, op de pagina van haar kaart")),
    ]
    return _page(site, documents.title(), documents.description(), links=links, facts=facts) | {"trail": []}


def conformance(site: Site) -> Context:
    links = [(address, address, "") for address in documents.CLASSES]
    return _page(site, _("Aan welke delen van de standaard dit voldoet"), "", "conformance", links=links)


def api(document: Document, site: Site) -> Context:
    rows = [
        [(path, ""), (operation["get"]["summary"], "")] for path, operation in document["paths"].items()
    ]  # fmt: skip
    intro = _("Deze adressen volgen op %(root)s. Wat elk aanneemt, staat in de JSON.") % {"root": site.root}
    return _page(
        site, _("Beschrijving van deze API"), intro, "api", columns=[_("adres"), _("wat je er leest")], rows=rows
    )


def collections(found: Iterable[Collection], site: Site) -> Context:
    links = []
    for each in found:
        facts = each.facts()
        links.append((facts.title, site.address("collections", each.id, f=AS_HTML), facts.description))
    return _page(site, _("Verzamelingen"), "", "collections", links=links)


def _collections_crumb(site: Site) -> tuple[str, str]:
    return _("Verzamelingen"), site.address("collections", f=AS_HTML)


def _crumbs(each: Collection, site: Site) -> list[tuple[str, str]]:
    return [_collections_crumb(site), (each.facts().title, site.address("collections", each.id, f=AS_HTML))]


def collection(each: Collection, site: Site) -> Context:
    facts, parts = each.facts(), ("collections", each.id)
    said = [
        (_("Id"), each.id),
        (_("Bron"), facts.attribution),
        (_("Licentie"), facts.licence),
        (_("Opgeslagen in"), each.stored.uri),
    ]
    links = [
        (_("De objecten"), site.address(*parts, "items", f=AS_HTML), ""),
        (_("Velden"), site.address(*parts, "schema", f=AS_HTML), ""),
        (_("Waarop je filtert"), site.address(*parts, "queryables", f=AS_HTML), ""),
    ]
    return _page(
        site, facts.title, facts.description, *parts, trail=[_collections_crumb(site)],
        facts=[fact for fact in said if fact[1]], links=links,
    )  # fmt: skip


def fields(each: Collection, site: Site, title: str, *, last: str) -> Context:
    """The fields of a collection, or those that can be asked for."""
    asked = last == "queryables"
    rows = [
        [(one.name, ""), (str(one.title), ""), (one.format or one.type, ""), (", ".join(one.choices), "")]
        for one in each.properties
        if one.is_queryable or not asked
    ]
    columns = [_("naam"), _("wat het is"), _("type"), _("waarden")]
    parts = ("collections", each.id, last)
    return _page(site, title, "", *parts, trail=_crumbs(each, site), columns=columns, rows=rows)


def items(
    each: Collection, features: Iterable[str], site: Site, given: Mapping[str, str], counted: str, following: str
) -> Context:
    shown = [one for one in each.properties if one.is_queryable][:_COLUMNS]
    parts = ("collections", each.id, "items")
    rows = []
    for text in features:
        feature = json.loads(text)
        number = str(feature["id"])
        cells = [(_cell(feature["properties"][name]), "") for name in (one.name for one in shown)]
        rows.append([(number, site.address(*parts, number, f=AS_HTML)), *cells])
    titles = [str(one.title) for one in shown]
    return _page(
        site, each.facts().title, "", here=_("De objecten"), trail=_crumbs(each, site),
        columns=[_("nummer"), *titles], rows=rows, counted=counted,
        next=following, as_json=site.asking(parts, {**given, FORMAT: AS_JSON}),
    )  # fmt: skip


def item(each: Collection, text: str, site: Site, given: Mapping[str, str]) -> Context:
    feature = json.loads(text)
    number = str(feature["id"])
    titles = {one.name: str(one.title) for one in each.properties}
    facts = [
        (titles[name].capitalize(), _whole(value))
        for name, value in feature["properties"].items()
        if value not in (None, "", [])
    ]
    name = feature["properties"].get("title") or f"{each.facts().title} {number}"
    parts = ("collections", each.id, "items", number)
    as_json = site.asking(parts, {**given, FORMAT: AS_JSON})
    return _page(site, name, "", trail=_crumbs(each, site), facts=facts, as_json=as_json)


def _whole(value: Any) -> str:
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = _whole(value)
    return text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…"
