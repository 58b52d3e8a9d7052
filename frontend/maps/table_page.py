"""What the table of a layer shows: which elements, in which order, and what is done with many of them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from frontend.components import figures
from frontend.components.paging import ROWS_PER_PAGE
from frontend.maps.files import COUNTED, count_of, counted_words, files_of
from frontend.maps.narrowed import are_estimates, narrowed_in, pairs_of
from frontend.maps.page import drawn_layers, layer_rows, layers_of, quantity_words, values_in_words
from geo.hubs import bounds_of
from maps.enums import FeatureState, Visibility
from maps.fields import column, label_of, reference_of
from maps.models import MapFeature, MapLayer
from maps.narrowing import Narrowed, UnknownChoice
from maps.ordering import ORDERS, ordered
from maps.permissions import can_add, can_import, can_review
from maps.querysets import MapFeatureQuerySet
from maps.runs import Run, runs_of
from maps.services.many import MOST_AT_ONCE, Left, Many
from maps.sight import sight_of
from maps.sources import sources_of
from maps.standing import Standing
from maps.verbs import MANY, MapVerb

_ORDER, _PAGE, CHOSEN = "volgorde", "bladzijde", "kies"
#: Pages that there are: whatever comes behind them takes longer and longer to find.
MOST_PAGES = COUNTED // ROWS_PER_PAGE
#: Values that a preview shows of a field before, and elements that it names at once.
_VALUES_SHOWN, NAMED = 3, 10
#: The columns that go by an order, each with what it is called.
COLUMNS = (
    ("title", gettext_lazy("Element")), ("kind", gettext_lazy("Soort")), ("material", gettext_lazy("Materiaal")),
    ("quantity", gettext_lazy("Hoeveelheid")), ("municipality", gettext_lazy("Gemeente")),
    ("source", gettext_lazy("Bron")), ("destination", gettext_lazy("Bestemming")),
    ("available_until", gettext_lazy("Beschikbaar tot")), ("state", gettext_lazy("Status")),
    ("verified", gettext_lazy("Nagekeken")),
)  # fmt: skip


#: Why some elements stayed as they were, and their ids.
Kept = tuple[str, list[int]]


@dataclass(frozen=True)
class Asked:
    """What an address or a form asks of the table of a layer."""

    narrowed: Narrowed
    order: str
    page: int

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The same as an address or a form says it, without its page."""
        return [*pairs_of(self.narrowed), *([(_ORDER, self.order)] if self.order else [])]

    def query(self, **more: Any) -> str:
        """The same as an address, with what is given beside."""
        return urlencode([*self.pairs, *((name, value) for name, value in more.items() if value)])


def asked_of(given: Mapping[str, str], standing: Standing, layer: MapLayer) -> Asked:
    """Raises UnknownChoice, an Http404, for what there is none of. A page behind the last that there may be is that
    one.
    """
    order, page = given.get(_ORDER, ""), given.get(_PAGE, "") or "1"
    if order.removeprefix("-") not in ("", *ORDERS) or not (page.isascii() and page.isdigit() and len(page) < 6):
        raise UnknownChoice(_ORDER, _("Deze volgorde of deze bladzijde is er niet."))
    narrowed = narrowed_in(given, [layer], standing)
    return Asked(narrowed, order, min(max(int(page), 1), MOST_PAGES))


def elements_asked(asked: Asked, standing: Standing, layer: MapLayer) -> MapFeatureQuerySet:
    """What somebody sees of what is asked for; what is withdrawn only where that is said, as on the map."""
    found = MapFeature.objects.in_layer(layer.pk, sight_of(standing, layer))
    return found.narrowed(asked.narrowed, timezone.localdate())


def table_context(asked: Asked, standing: Standing, layer: MapLayer, chosen_id: int | None) -> dict[str, Any]:
    """All that the page of the table shows. `chosen_id` is an element that somebody clicked on the map."""
    found = elements_asked(asked, standing, layer)
    total = count_of(found)
    first = (asked.page - 1) * ROWS_PER_PAGE
    page = _rows_at(ordered(found, asked.order), first)
    seen = MapFeature.objects.in_layer(layer.pk, sight_of(standing, layer))
    here, goes_on = {row.pk for row in page}, total > first + ROWS_PER_PAGE
    chosen = seen.for_rows().filter(pk=chosen_id).first() if chosen_id and chosen_id not in here else None
    bounds = bounds_of(layer.map.hub)
    sources = sources_of(layer, sight_of(standing, layer), asked.narrowed.source)
    row = layer_rows([layer], standing)[0]
    return {
        "here": "maps", "hub": layer.map.hub, "map": layer.map, "layer": layer, "asked": asked,
        "row": row, "drawn": drawn_layers([layer], asked.narrowed),
        "estimates": are_estimates(asked.narrowed, [row], [layer]),
        "bounds": ",".join(map(str, bounds)) if bounds else "",
        "rows": [_row(row, asked) for row in ([chosen] if chosen else []) + page],
        "chosen_id": chosen_id, "columns": _columns(asked), "orders": _orders(),
        "files": files_of(layer, asked.narrowed, total),
        "count": counted_words(total), "total": total, "first": first + 1, "last": first + len(page),
        "before": asked.query(bladzijde=asked.page - 1) if asked.page > 1 else "",
        "after": asked.query(bladzijde=asked.page + 1) if goes_on and asked.page < MOST_PAGES else "",
        "ends_here": goes_on and asked.page == MOST_PAGES, "counted": COUNTED,
        "address": asked.query(), "choose": asked.query(bladzijde=asked.page if asked.page > 1 else ""),
        "sources": sources.organisations, "has_more_sources": sources.has_more,
        "layers": layers_of(layer.map, standing),
        "adds": can_add(standing, layer), "imports": can_import(standing, layer),
        "reviews": can_review(standing, layer), "most": MOST_AT_ONCE,
        "runs": _run_rows(runs_of(layer, standing)) if can_add(standing, layer) else [],
    }  # fmt: skip


def _rows_at(elements: MapFeatureQuerySet, first: int) -> list[MapFeature]:
    """The rows of one page. What they show is read for those alone, and not for all that are put in order."""
    ids = list(elements.values_list("pk", flat=True)[first : first + ROWS_PER_PAGE])
    found = MapFeature.objects.for_rows().in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def _row(feature: MapFeature, asked: Asked) -> dict[str, Any]:
    middle = feature.geometry.point_on_surface
    source = feature.source_organisation.name if feature.source_organisation else feature.source_name
    of_source = replace(asked.narrowed, source=feature.source_organisation_id)
    today = timezone.localdate()
    overdue = feature.verify_by is not None and feature.verify_by < today and feature.state == FeatureState.PUBLISHED
    return {
        "feature": feature, "quantity": quantity_words(feature), "reference": reference_of(feature), "source": source,
        "of_source": Asked(of_source, asked.order, 1).query() if feature.source_organisation else "",
        "overdue": overdue, "middle": f"{middle.x:.6f},{middle.y:.6f}",
        "value": f"{feature.pk}:{feature.version}", "number": str(feature.pk),
        "shown_to": "" if feature.visibility == Visibility.PUBLIC else feature.get_visibility_display(),
    }  # fmt: skip


def _columns(asked: Asked) -> list[dict[str, Any]]:
    """Each column with the address that puts the rows in its order, and how they are now."""
    by, descends = asked.order.removeprefix("-"), asked.order.startswith("-")
    now = {True: "descending", False: "ascending"}
    return [
        {
            "label": label, "sorted": now[descends] if name == by else "",
            "address": Asked(asked.narrowed, f"-{name}" if name == by and not descends else name, 1).query(),
        }
        for name, label in COLUMNS
    ]  # fmt: skip


def _orders() -> list[tuple[str, str]]:
    """The orders of a list, for whoever has no headings to click on."""
    found = [("", _("laatst toegevoegd eerst")), ("-changed", _("laatst gewijzigd eerst"))]
    for name, label in COLUMNS:
        found += [(name, str(label)), (f"-{name}", _("%(column)s, omgekeerd") % {"column": label})]
    return found


def _run_rows(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """The last changes of many elements, in words."""
    people = User.objects.in_bulk([run.by_id for run in runs if run.by_id is not None]) if runs else {}
    return [
        {
            "run": run, "what": _run_words(run.verb, run.changed),
            "by": people[run.by_id].name if run.by_id in people else _("iemand die geen account meer heeft"),
        }
        for run in runs
    ]  # fmt: skip


def _run_words(verb: str, count: int) -> str:
    """ "312 elementen gewijzigd": in one sentence, since in French what was done agrees with how many."""
    said: dict[str, str] = {
        MANY[MapVerb.CHANGED]: ngettext("%(count)s element gewijzigd", "%(count)s elementen gewijzigd", count),
        MANY[MapVerb.SUBMITTED]: ngettext("%(count)s element voorgelegd", "%(count)s elementen voorgelegd", count),
        MANY[MapVerb.SENT_BACK]: ngettext(
            "%(count)s element teruggestuurd", "%(count)s elementen teruggestuurd", count
        ),
        MANY[MapVerb.PUBLISHED]: ngettext("%(count)s element gepubliceerd", "%(count)s elementen gepubliceerd", count),
        MANY[MapVerb.WITHDRAWN]: ngettext("%(count)s element ingetrokken", "%(count)s elementen ingetrokken", count),
        MANY[MapVerb.VERIFIED]: ngettext("%(count)s element nagekeken", "%(count)s elementen nagekeken", count),
    }
    return said[verb] % {"count": figures.number(count)}


# ---- before many are changed ----


def preview_rows(many: Many, names: Iterable[str]) -> list[dict[str, Any]]:
    """What changes in how many elements, field by field: how it is and how it will be."""
    rows = []
    for name in names:
        attname = column(name).attname
        values = [(getattr(before, attname), getattr(after, attname)) for before, after in many.pairs]
        changed = [(before, after) for before, after in values if before != after]
        if not changed:
            continue
        said = values_in_words([value for pair in changed for value in pair])
        was = Counter(_said(said, name, before) for before, _after in changed).most_common()
        becomes = {_said(said, name, after) for _before, after in changed}
        rows.append({
            "label": capfirst(label_of(name)), "was": was[:_VALUES_SHOWN], "others": len(was) - _VALUES_SHOWN,
            "becomes": " / ".join(sorted(becomes)[:_VALUES_SHOWN]), "count": len(changed),
        })  # fmt: skip
    return rows


def _said(said: Callable[[str, Any], str], name: str, value: Any) -> str:
    """A value as the reader writes it."""
    return said(name, value) or "–"


def left_rows(left: Sequence[Left]) -> list[dict[str, Any]]:
    """Why which elements stay as they are: each reason once, the one of most elements first."""
    return [
        {"words": words, "count": counted_words(len(elements)), "elements": named(elements), "unseen": 0}
        for words, elements in _by_words(left)
    ]


def _by_words(left: Sequence[Left]) -> list[tuple[str, list[MapFeature]]]:
    found: dict[str, list[MapFeature]] = {}
    for one in left:
        found.setdefault(one.words, []).append(one.feature)
    return sorted(found.items(), key=lambda item: -len(item[1]))


def named(elements: Sequence[MapFeature]) -> dict[str, Any]:
    """Elements that a page names with a link: some at once, the others where somebody asks for them."""
    return {"first": elements[:NAMED], "others": elements[NAMED:]}


# ---- after many were changed ----


def kept(left: Sequence[Left]) -> list[Kept]:
    """The same as the next page can read it: each reason with the ids of its elements."""
    return [(words, [element.pk for element in elements]) for words, elements in _by_words(left)]


def kept_rows(rows: Sequence[Kept], standing: Standing, layer: MapLayer) -> list[dict[str, Any]]:
    """What left_rows() says, of elements as they are now. Those that somebody doesn't see are counted, not named."""
    ids = [pk for _words, some in rows for pk in some]
    seen = MapFeature.objects.in_layer(layer.pk, sight_of(standing, layer)).in_bulk(ids)
    found = []
    for words, some in rows:
        elements = [seen[pk] for pk in some if pk in seen]
        found.append({
            "words": words, "count": counted_words(len(some)), "elements": named(elements),
            "unseen": len(some) - len(elements),
        })  # fmt: skip
    return found
