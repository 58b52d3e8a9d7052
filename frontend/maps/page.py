"""What pages of maps show: layers with their legends, an element's facts, what changed in it."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from frontend.components import figures
from frontend.maps.changed_amounts import Amount, beside_each_other, told_together
from frontend.maps.legend import legend_of
from frontend.maps.roughly import rough_place
from frontend.maps.shape_pair import shape_pair
from listings.models import Listing
from maps.conflicts import Conflict
from maps.enums import Licence, StyleBy, Visibility
from maps.fields import column, label_of
from maps.going_back import can_go_back
from maps.history import AMOUNT, Change, FieldChange, HistoryPage, Hung
from maps.kinds import kinds_in
from maps.models import FeatureProposal, MapFeature, MapLayer, MaterialMap, SpotEntry
from maps.narrowing import EVERYTHING, Narrowed
from maps.sight import counted
from maps.standing import Standing
from maps.verbs import MapVerb
from materials.models import Material

#: Letters of a long value that a table of changes shows.
_LONGEST = 160


def layers_of(material_map: MaterialMap, standing: Standing) -> list[MapLayer]:
    """A map's own layers and those that it shows, as far as somebody sees them, in order."""
    return list(MapLayer.objects.seen_by(standing).on_map(material_map).select_related("map__hub"))


def layer_rows(layers: Iterable[MapLayer], standing: Standing) -> list[dict[str, Any]]:
    """Each layer with how many elements one sees in it, its legend, and where it comes from."""
    layers = list(layers)
    names, counts, kinds = _material_names(layers), counted(layers, standing), kinds_in(layers, standing)
    return [
        {
            "layer": layer,
            "count": counts[layer.pk],
            "legend": legend_of(layer, names, kinds[layer.pk]),
            "licence": Licence(layer.licence),
        }
        for layer in layers
    ]


def drawn_layers(layers: Iterable[MapLayer], narrowed: Narrowed = EVERYTHING) -> list[dict[str, Any]]:
    """What the map in the browser draws of each layer: what is asked for alone."""
    layers = list(layers)
    asked = urlencode(narrowed.asked)
    below = _codes_below(layers)
    return [
        {
            "id": layer.pk,
            "title": layer.title,
            "tiles": reverse("map-tile", args=[layer.pk, 0, 0, 0]).replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")
            + (f"?{asked}" if asked else ""),
            "style": _spread(layer.style, below),
        }
        for layer in layers
    ]


def _material_codes(layers: Iterable[MapLayer]) -> set[str]:
    return {code for layer in layers if layer.style["by"] == StyleBy.MATERIAL for code in layer.style["colors"]}


def _material_names(layers: Iterable[MapLayer]) -> dict[str, str]:
    codes = _material_codes(layers)
    return {row.code: str(row) for row in Material.objects.filter(code__in=codes)} if codes else {}


def _codes_below(layers: Iterable[MapLayer]) -> dict[str, list[str]]:
    """By the code of a material the codes of all below it, the deepest last."""
    codes = _material_codes(layers)
    if not codes:
        return {}
    rows = list(Material.objects.order_by("depth").values_list("code", "tree_left", "tree_right"))
    tops = {code: (left, right) for code, left, right in rows if code in codes}
    return {
        top: [code for code, left, _right in rows if bounds[0] <= left <= bounds[1]] for top, bounds in tops.items()
    }


def _spread(style: dict[str, Any], below: dict[str, list[str]]) -> dict[str, Any]:
    """A style whose colours by material name every material: the nearest above it says its colour."""
    if style["by"] != StyleBy.MATERIAL:
        return style
    # Those with the most below them first, so that what is said of one of them stands.
    tops = sorted(style["colors"], key=lambda code: -len(below.get(code, ())))
    return style | {"colors": {code: style["colors"][top] for top in tops for code in below.get(top, [top])}}


def quantity_words(feature: MapFeature) -> str:
    """ "40 ton, geschat", "2 ton per week"; empty where nobody knows how much."""
    if feature.quantity is None:
        return ""
    words = Amount(feature.quantity, feature.unit, feature.period).words
    known = feature.quantity_basis != "unknown"
    return f"{words}, {feature.get_quantity_basis_display()}" if known else words


def facts_of(feature: MapFeature, edits: bool, knows_source: bool) -> list[tuple[str, str]]:
    """Everything that is known of an element, each with what it is called; nothing that is empty.

    At which site it is, only who edits and the source itself read, and no file or OGC collection says it: strangers
    know of a site its name and town alone, and here it would stand at an exact point.
    """
    source = feature.source_organisation.name if feature.source_organisation else feature.source_name
    rows: list[tuple[str, Any]] = [
        (_("Soort"), feature.get_kind_display()),
        (_("Materiaal"), capfirst(str(feature.material)) if feature.material else ""),
        (_("Hoeveelheid"), quantity_words(feature)),
        (
            _("Gewicht"),
            figures.mass(feature.mass_kg) if feature.mass_kg and feature.unit not in ("kg", "tonne") else "",
        ),
        (_("Maanden"), month_names(feature.season_months)),
        (_("Vorm"), feature.form),
        (_("Samenstelling"), feature.composition),
        (_("Verontreiniging"), feature.contaminants),
        (_("Juridische status"), "" if feature.declared_status == "unsure" else feature.get_declared_status_display()),
        (_("Euralcode"), feature.eural_code),
        (_("Bron"), source),
        (_("Vestiging"), str(feature.site) if feature.site and knows_source else ""),
        (_("Nummer bij de bron"), feature.source_reference),
        (_("Huidige bestemming"), feature.destination),
        (_("Beschikbaar"), _window(feature)),
        (_("Zekerheid"), feature.get_certainty_display()),
        (_("Gemeente"), str(feature.municipality or "")),
        (_("Plek"), rough_place(feature.geometry)),
        (_("Ter plaatse"), _on_the_spot(feature)),
        (_("Nagekeken"), figures.long_day(timezone.localdate(feature.verified_at)) if feature.verified_at else ""),
    ]
    if edits:
        rows += [
            (_("Opnieuw na te kijken"), figures.long_day(feature.verify_by) if feature.verify_by else ""),
            (_("Eigenaar bij de hub"), str(feature.owner or "")),
            (_("Zichtbaar voor"), Visibility(feature.visibility).label),
        ]
    return [(str(label), str(value)) for label, value in rows if value]


def _on_the_spot(feature: MapFeature) -> str:
    """When somebody stood there, and how well their phone knew where that is; empty for what came otherwise."""
    entry = SpotEntry.objects.filter(feature=feature).first()
    if entry is None:
        return ""
    day = figures.long_day(timezone.localdate(entry.noted_at))
    if not entry.places(feature):
        return _("genoteerd op %(day)s") % {"day": day}
    return _("genoteerd op %(day)s, de plek op %(accuracy)d m nauwkeurig") % {"day": day, "accuracy": entry.accuracy_m}


def _window(feature: MapFeature) -> str:
    start, end = feature.available_from, feature.available_until
    if start and end:
        return _("van %(start)s tot en met %(end)s") % {"start": figures.long_day(start), "end": figures.long_day(end)}
    if start:
        return _("vanaf %(start)s") % {"start": figures.long_day(start)}
    return _("tot en met %(end)s") % {"end": figures.long_day(end)} if end else ""


# ---- changes ----


def history_rows(
    history: HistoryPage, feature: MapFeature, standing: Standing, user: User | AnonymousUser
) -> list[dict[str, Any]]:
    """Changes of an element, and what was hung on it between them, the newest first."""
    rows = change_rows(history.changes, feature, standing) + _hung_rows(history.hung, user)
    return sorted(rows, key=lambda row: row["at"], reverse=True)


def _hung_rows(hung: Sequence[Hung], user: User | AnonymousUser) -> list[dict[str, Any]]:
    """What was hung on an element or taken off; a listing is named where the reader sees it."""
    ids = {one.listing_id for one in hung if one.listing_id}
    listings = Listing.objects.visible_to(user).select_related("material").in_bulk(ids) if ids else {}
    there = set(Listing.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return [
        {
            "version": None, "at": one.at, "by": one.by or _("iemand die geen account meer heeft"),
            "what": _hung_what(one.what), "called": _hung_name(one),
            "listing": listings.get(one.listing_id) if one.listing_id else None,
            "is_gone": one.listing_id is not None and one.listing_id not in there,
        }
        for one in hung
    ]  # fmt: skip


def _hung_name(one: Hung) -> str:
    """What it was called; of what got another name both."""
    if one.was is None:
        return one.called
    nothing = _("niets")
    return f"{one.was or nothing} → {one.called or nothing}"


def _hung_what(verb: str) -> str:
    words: dict[str, str] = {
        MapVerb.PHOTO_ADDED: _("foto toegevoegd"),
        MapVerb.PHOTO_CAPTIONED: _("woorden bij een foto gewijzigd"),
        MapVerb.PHOTO_REMOVED: _("foto weggehaald"),
        MapVerb.DOCUMENT_ADDED: _("document toegevoegd"),
        MapVerb.DOCUMENT_REMOVED: _("document weggehaald"),
        MapVerb.LISTED: _("zoekertje gemaakt"),
        MapVerb.MAPPED: _("van een zoekertje gemaakt"),
    }
    return words[verb]


def change_rows(changes: Sequence[Change], feature: MapFeature, standing: Standing) -> list[dict[str, Any]]:
    """Changes of an element as a page tells them: each field with both values in words, and whether one goes back."""
    said = _Related([value for change in changes for one in change.fields for value in (one.before, one.after)])
    return [
        {
            "version": change.version,
            "number": str(change.version),
            "at": change.at,
            "by": change.by or _("Werkstof zelf"),
            "what": _what(change.what),
            "goes_back": change.version != feature.version and can_go_back(standing, feature, change.state),
            "fields": [_changed(said, one) for one in told_together(change.fields, change.amount)],
        }
        for change in changes
    ]


def _what(verb: str) -> str:
    """What happened, without who and to what."""
    words: dict[str, str] = {
        MapVerb.ADDED: _("toegevoegd"),
        MapVerb.CHANGED: _("gewijzigd"),
        MapVerb.SUBMITTED: _("voorgelegd"),
        MapVerb.SENT_BACK: _("teruggestuurd"),
        MapVerb.PUBLISHED: _("gepubliceerd"),
        MapVerb.WITHDRAWN: _("ingetrokken"),
        MapVerb.VERIFIED: _("nagekeken"),
        MapVerb.SOURCE_CONFIRMED: _("bevestigd door de bron"),
        MapVerb.UNDONE: _("teruggezet"),
        MapVerb.BATCH_UNDONE: _("teruggezet"),
        MapVerb.LAYER_IMPORTED: _("ingelezen"),
        MapVerb.SPLIT: _("gesplitst"),
        MapVerb.JOINED: _("samengevoegd"),
    }
    return words.get(verb, _("gewijzigd"))


def proposal_rows(proposals: Iterable[FeatureProposal], feature: MapFeature) -> list[dict[str, Any]]:
    """Proposals with each field as it is and as it would be."""
    now = {name: getattr(feature, column(name).attname) for proposal in proposals for name in proposal.changes}
    said = _Related([*now.values(), *(value for one in proposals for value in one.changes.values())])
    kept = {name: getattr(feature, name) for name in AMOUNT}
    return [
        {
            "proposal": proposal,
            "number": str(proposal.pk),
            "fields": [_changed(said, one) for one in told_together(_would_change(proposal, now), kept)],
        }
        for proposal in proposals
    ]


def _would_change(proposal: FeatureProposal, now: Mapping[str, Any]) -> list[FieldChange]:
    return [FieldChange(name, label_of(name), now[name], value) for name, value in proposal.changes.items()]


def _changed(said: "_Related", one: FieldChange) -> dict[str, Any]:
    """A field before and after, in words; shapes are drawn too."""
    shapes = shape_pair(one.before, one.after) if one.name == "geometry" else None
    before, after = said.said(one.name, one.before), said.said(one.name, one.after)
    return {"label": one.label, "before": before, "after": after, "shapes": shapes}


def conflict_rows(conflict: Conflict) -> list[dict[str, Any]]:
    """Both versions of what two people changed in an element, in words. Where they clash, whoever saves chooses."""
    fields = beside_each_other(conflict.fields, {name: getattr(conflict.feature, name) for name in AMOUNT})
    said = _Related([value for one in fields for value in (one.before, one.theirs, one.mine)])
    return [
        {
            "name": one.name, "label": one.label, "clashes": one.clashes, "is_theirs": _is_theirs(one),
            "before": said.said(one.name, one.before), "theirs": said.said(one.name, one.theirs),
            "mine": said.said(one.name, one.mine),
            "shapes_theirs": shape_pair(one.before, one.theirs) if one.name == "geometry" else None,
            "shapes_mine": shape_pair(one.before, one.mine) if one.name == "geometry" else None,
        }
        for one in fields
    ]  # fmt: skip


def _is_theirs(one: Any) -> bool:
    """Whether only the other changed a field: it stays as they left it."""
    return not one.clashes and one.theirs not in (one.before, one.mine)


def values_in_words(values: Iterable[Any]) -> Callable[[str, Any], str]:
    """A function that says a value of a field in words, for these values."""
    return _Related(values).said


def _in_figures(field: "models.Field[Any, Any]", value: Any) -> str:
    """A number, a day or months as the reader's language writes them, also where JSON holds them; "" for others."""
    if isinstance(field, models.DecimalField):
        return figures.number(field.to_python(value), field.decimal_places)
    if isinstance(field, models.DateTimeField):
        at = field.to_python(value)
        return f"{figures.long_day(timezone.localdate(at))}, {figures.time_of_day(at)}"
    if isinstance(field, models.DateField):
        return figures.long_day(field.to_python(value))
    return month_names(value) if field.name == "season_months" else ""


def month_names(months: Iterable[int]) -> str:
    """ "maart, oktober"."""
    return ", ".join(date_format(dt.date(2000, month, 1), "F") for month in months)


class _Related:
    """Says values; names of other rows are fetched once, however often they are said."""

    def __init__(self, values: Iterable[Any]) -> None:
        self._numbers = {value for value in values if isinstance(value, int) and not isinstance(value, bool)}
        self._names: dict[str, dict[int, str]] = {}

    def said(self, name: str, value: Any) -> str:
        """A value in words; empty for nothing."""
        if value in (None, "", []):
            return ""
        if isinstance(value, Amount):
            return value.words
        field = column(name)
        if name == "geometry":
            kind = value["type"] if isinstance(value, dict) else value.geom_type
            return {"Point": _("een punt"), "LineString": _("een lijn"), "Polygon": _("een vlak")}.get(
                kind.replace("Multi", ""), _("een vorm")
            )
        if field.is_relation:
            return self._related(name).get(value, _("iets dat niet meer bestaat"))
        if field.flatchoices:
            return str(dict(field.flatchoices).get(value, value))
        text = _in_figures(field, value) or str(value)
        return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text

    def _related(self, name: str) -> dict[int, str]:
        if name not in self._names:
            model: Any = column(name).related_model
            rows = model._default_manager.in_bulk(self._numbers)
            self._names[name] = {
                pk: row.name or str(row.pk) if isinstance(row, User) else str(row) for pk, row in rows.items()
            }
        return self._names[name]
