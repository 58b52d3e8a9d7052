"""Figures of a hub as tables: what a page shows, and what stands in a file."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext

from frontend.components import figures
from frontend.statistics.reading import Figures
from listings.enums import ListingKind
from listings.statistics import Volume
from maps.enums import FeatureKind, Licence
from maps.statistics import Share
from materials.enums import Unit

#: What cells of a column hold: words, a count, kilograms, an amount in the unit of its column, or two counts.
WORDS, COUNT, KG, AMOUNT, PAIR = "words", "count", "kg", "amount", "pair"
Cell = str | int | Decimal | None


@dataclass(frozen=True)
class Column:
    label: str
    holds: str = COUNT

    @property
    def is_number(self) -> bool:
        return self.holds != WORDS


@dataclass(frozen=True)
class Row:
    """The first cell names the row. `plotted` holds what a plot draws of it, by the name of a data attribute."""

    cells: Sequence[Cell]
    plotted: dict[str, Decimal | int | str] = field(default_factory=dict)
    link: str = ""


@dataclass(frozen=True)
class Table:
    id: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]

    @property
    def shown(self) -> list[tuple[Row, list[tuple[Column, str]]]]:
        """Each row with its cells as people read them."""
        return [
            (row, [(column, shown(cell, column.holds)) for column, cell in zip(self.columns, row.cells, strict=True)])
            for row in self.rows
        ]


def shown(cell: Cell, holds: str) -> str:
    if cell is None or cell == "":
        return "–"
    if isinstance(cell, str):
        return cell
    return figures.mass(cell) if holds == KG else figures.number(cell, 1)


# ---- what a page shows ----


def _stock_and_flow() -> list[Column]:
    return [
        Column(_("Voorraad")), Column(_("Gewicht"), KG), Column(_("Gewicht onbekend")),
        Column(_("Stromen")), Column(_("Gewicht per jaar"), KG), Column(_("Gewicht per jaar onbekend")),
        Column(pgettext("soort element", "Plaatsen")),
    ]  # fmt: skip


def by_material(read: Figures) -> Table:
    columns = [Column(_("Materiaal"), WORDS), *_stock_and_flow()]
    rows = _share_rows(read.counts.shares, lambda one: _material(read, one))
    return Table("materials", _("Per materiaal"), columns, rows)


def by_municipality(read: Figures) -> Table:
    columns = [Column(_("Gemeente"), WORDS), *_stock_and_flow()]
    rows = _share_rows(read.counts.shares, lambda one: _municipality(read, one))
    return Table("municipalities", _("Per gemeente"), columns, rows)


def _share_rows(shares: Iterable[Share], name: Callable[[Share], str]) -> list[Row]:
    added: dict[str, dict[str, list[Share]]] = {}
    for share in shares:
        added.setdefault(name(share), {kind.value: [] for kind in FeatureKind})[share.kind].append(share)
    rows = []
    for called, of_kind in added.items():
        stock, flow, places = (
            _sum(of_kind[kind], Share) for kind in (FeatureKind.STOCK, FeatureKind.FLOW, FeatureKind.PLACE)
        )
        cells = [
            called, stock["elements"], _known(stock["kg"], stock["elements"], stock["unknown"]), stock["unknown"],
            flow["elements"], _known(flow["kg"], flow["elements"], flow["unknown"]), flow["unknown"],
            places["elements"],
        ]  # fmt: skip
        plotted = {
            "stock": stock["measured_kg"], "stock-rest": stock["kg"] - stock["measured_kg"],
            "flow": flow["measured_kg"], "flow-rest": flow["kg"] - flow["measured_kg"],
        }  # fmt: skip
        rows.append(Row(cells, plotted))
    return sorted(rows, key=lambda row: (-((row.cells[2] or 0) + (row.cells[5] or 0)), row.cells[0]))  # type: ignore[operator]


def trade(read: Figures) -> Table:
    """Supply beside demand; what comes once beside what comes in a year."""
    columns = [
        Column(_("Materiaal"), WORDS),
        Column(_("Aanbod, nu vrij"), KG), Column(_("Vraag, nu open"), KG),
        Column(_("Aanbod per jaar"), KG), Column(_("Vraag per jaar"), KG),
        Column(_("Zoekertjes: aanbod / vraag"), PAIR), Column(_("Zonder gewicht: aanbod / vraag"), PAIR),
    ]  # fmt: skip
    added: dict[str, dict[str, list[Volume]]] = {}
    for volume in read.counts.volumes:
        called = _material(read, volume)
        added.setdefault(called, {ListingKind.SUPPLY: [], ListingKind.DEMAND: []})[volume.kind].append(volume)
    rows = []
    for called, of_kind in added.items():
        supply, demand = (_sum(of_kind[kind], Volume) for kind in (ListingKind.SUPPLY, ListingKind.DEMAND))
        lots = [_known(side["lots_kg"], side["lots"], side["lots_unknown"]) for side in (supply, demand)]
        yearly = [_known(side["yearly_kg"], side["regular"], side["regular_unknown"]) for side in (supply, demand)]
        listings = [side["lots"] + side["regular"] for side in (supply, demand)]
        unknown = [side["lots_unknown"] + side["regular_unknown"] for side in (supply, demand)]
        cells = [called, *lots, *yearly, _pair(listings), _pair(unknown)]
        rows.append(Row(cells, {"first": supply["lots_kg"], "second": demand["lots_kg"]}))
    return Table("trade", _("Aanbod tegenover vraag"), columns, _heaviest_first(rows))


def unmet_by_material(read: Figures) -> Table:
    rows = _unmet_rows(read.counts.unmet, lambda one: _material(read, one))
    return Table("unmet-materials", _("Per materiaal"), [Column(_("Materiaal"), WORDS), *_unmet_columns()], rows)


def unmet_by_municipality(read: Figures) -> Table:
    rows = _unmet_rows(read.counts.unmet, lambda one: _municipality(read, one))
    return Table("unmet-municipalities", _("Per gemeente"), [Column(_("Gemeente"), WORDS), *_unmet_columns()], rows)


def _unmet_columns() -> list[Column]:
    return [
        Column(_("Zoekertjes")), Column(_("Gewicht"), KG), Column(_("Gewicht per jaar"), KG),
        Column(_("Gewicht onbekend")),
    ]  # fmt: skip


def _unmet_rows(volumes: Iterable[Volume], name: Callable[[Volume], str]) -> list[Row]:
    added: dict[str, list[Volume]] = {}
    for volume in volumes:
        added.setdefault(name(volume), []).append(volume)
    rows = []
    for called, parts in added.items():
        total = _sum(parts, Volume)
        listings, unknown = total["lots"] + total["regular"], total["lots_unknown"] + total["regular_unknown"]
        once = _known(total["lots_kg"], total["lots"], total["lots_unknown"])
        yearly = _known(total["yearly_kg"], total["regular"], total["regular_unknown"])
        cells = [called, listings, once, yearly, unknown]
        rows.append(Row(cells, {"known": listings - unknown, "unknown": unknown}))
    return sorted(rows, key=lambda row: (-row.cells[1], row.cells[0]))  # type: ignore[operator]


def places_of_unmet(read: Figures) -> list[dict[str, Any]]:
    """How many unmet demands each municipality has, at its middle; the map draws them."""
    counts: dict[int, int] = {}
    for volume in read.counts.unmet:
        if volume.municipality_id is not None:
            counts[volume.municipality_id] = counts.get(volume.municipality_id, 0) + volume.lots + volume.regular
    named = read.municipalities
    return [
        {"name": str(named[pk]), "count": count, "lon": named[pk].centre.x, "lat": named[pk].centre.y}
        for pk, count in sorted(counts.items())
    ]


def capacity(read: Figures) -> Table:
    """Free capacity by week, a column for each unit that can be added up."""
    units = _units(read)
    columns = [
        Column(_("Week van"), WORDS), *(Column(_("Vrij (%(unit)s)") % {"unit": unit.label}, AMOUNT) for unit in units),
        Column(_("Open diensten")), Column(_("Volzet")), Column(_("Capaciteit onbekend")),
    ]  # fmt: skip
    rows = [
        Row(
            [figures.short_day(week.start, read.today), *(week.free.get(unit, Decimal(0)) for unit in units),
             week.open, week.full, week.unknown],
            {f"unit-{unit}": week.free.get(unit, Decimal(0)) for unit in units},
        )
        for week in read.counts.weeks
    ]  # fmt: skip
    return Table("weeks", _("Per week"), columns, rows)


def capacity_plots(read: Figures) -> list[tuple[str, str]]:
    """For each unit the data attribute that its plot draws, as scripts call it, and what the unit is called."""
    return [(f"unit{unit.capitalize()}", str(unit.label)) for unit in _units(read)]


def _units(read: Figures) -> list[Unit]:
    return [unit for unit in Unit if any(unit in week.free for week in read.counts.weeks)]


def exchanged(read: Figures) -> Table:
    """For those who work for the hub."""
    columns = [
        Column(_("Element"), WORDS), Column(_("Zoekertjes")), Column(_("Lopende uitwisselingen")),
        Column(_("Afgeronde uitwisselingen")), Column(_("Overgedragen"), KG),
    ]  # fmt: skip
    rows = [
        Row([one.title, one.listings, one.going, one.completed, one.kg], link=str(one.feature_id))
        for one in read.counts.exchanged
    ]
    return Table("exchanged", _("Van kaart naar uitwisseling"), columns, rows)


def sources(read: Figures) -> Table:
    columns = [
        Column(_("Laag"), WORDS), Column(_("Elementen")), Column(_("Bron"), WORDS), Column(_("Licentie"), WORDS),
        Column(_("Laatst gewijzigd"), WORDS),
    ]  # fmt: skip
    rows = [
        Row(
            [
                f"{one.map_title}: {one.title}", one.elements, one.attribution,
                str(Licence(one.licence).label), figures.long_day(timezone.localdate(one.changed_at)),
            ]
        )
        for one in read.sources
    ]  # fmt: skip
    return Table("sources", _("Bronnen"), columns, rows)


# ---- what stands in a file ----


def elements_file(read: Figures) -> Table:
    columns = [
        Column(_("Soort"), WORDS), Column(_("Materiaal"), WORDS), Column(_("Gemeente"), WORDS), Column(_("Elementen")),
        Column(_("Gewicht (kg; van stromen per jaar)"), KG), Column(_("waarvan gemeten (kg)"), KG),
        Column(_("Gewicht onbekend")),
    ]  # fmt: skip
    rows = [
        Row(
            [
                str(FeatureKind(one.kind).label), _own_material(read, one), _municipality(read, one), one.elements,
                *(("", "", "") if one.kind == FeatureKind.PLACE else (one.kg, one.measured_kg, one.unknown)),
            ]
        )
        for one in read.counts.shares
    ]  # fmt: skip
    return _in_order("elements", _("Voorraad en stromen"), columns, rows)


def trade_file(read: Figures) -> Table:
    return _volumes_file(read, read.counts.volumes, "listings", _("Aanbod en vraag"))


def unmet_file(read: Figures) -> Table:
    return _volumes_file(read, read.counts.unmet, "unmet", _("Onvervulde vraag"))


def _volumes_file(read: Figures, volumes: Iterable[Volume], name: str, title: str) -> Table:
    columns = [
        Column(_("Soort"), WORDS), Column(_("Materiaal"), WORDS), Column(_("Gemeente"), WORDS),
        Column(_("Eenmalig: zoekertjes")), Column(_("Eenmalig: nog vrij (kg)"), KG),
        Column(_("Eenmalig: gewicht onbekend")), Column(_("Terugkerend: zoekertjes")),
        Column(_("Terugkerend: per jaar (kg)"), KG), Column(_("Terugkerend: gewicht onbekend")),
    ]  # fmt: skip
    rows = [
        Row(
            [
                str(ListingKind(one.kind).label), _own_material(read, one), _municipality(read, one), one.lots,
                one.lots_kg, one.lots_unknown, one.regular, one.yearly_kg, one.regular_unknown,
            ]
        )
        for one in volumes
    ]  # fmt: skip
    return _in_order(name, title, columns, rows)


def taken_up(read: Figures) -> Table:
    """How soon the hub took questions up."""
    columns = [
        Column(_("Vragen van het laatste jaar"), WORDS), Column(_("Opgenomen")), Column(_("Gesteld")),
        Column(_("Deel (%)")),
    ]  # fmt: skip
    rows = [
        Row([_("opgenomen binnen %(days)d dagen") % {"days": days}, taken, asked, _percent(taken, asked)])
        for days, (taken, asked) in read.taken_up.items()
    ]
    return Table("taken-up", _("Vragen aan de hub"), columns, rows)


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


#: Files by their name in the address, each with what makes it; only those who work for the hub get the last.
FILES: dict[str, tuple[str | Promise, Callable[[Figures], Table]]] = {
    "voorraad-en-stromen": (_lazy("Voorraad en stromen"), elements_file),
    "aanbod-en-vraag": (_lazy("Aanbod en vraag"), trade_file),
    "onvervulde-vraag": (_lazy("Onvervulde vraag"), unmet_file),
    "capaciteit": (_lazy("Vrije capaciteit"), capacity),
    "bronnen": (_lazy("Bronnen"), sources),
    "vragen": (_lazy("Vragen aan de hub"), taken_up),
    "uitwisselingen": (_lazy("Van kaart naar uitwisseling"), exchanged),
}
OF_STAFF = "uitwisselingen"


def _in_order(name: str, title: str, columns: Sequence[Column], rows: list[Row]) -> Table:
    return Table(name, title, columns, sorted(rows, key=lambda row: [str(cell) for cell in row.cells[:3]]))


# ---- names and sums ----


def _unknown() -> str:
    return _("onbekend")


def _material(read: Figures, one: Share | Volume) -> str:
    """What the row is called in which its material is added up."""
    row = read.row_of(one.material_id)
    return capfirst(row.name) if row else _unknown()


def _own_material(read: Figures, one: Share | Volume) -> str:
    return read.materials[one.material_id].name if one.material_id else _unknown()


def _municipality(read: Figures, one: Share | Volume) -> str:
    return str(read.municipalities[one.municipality_id]) if one.municipality_id else _unknown()


def _sum(parts: Iterable[Any], kind: type[Share] | type[Volume]) -> dict[str, Any]:
    """The sums of all figures of some parts, by their names."""
    parts = list(parts)
    names = [one.name for one in fields(kind) if one.name not in ("kind", "material_id", "municipality_id")]
    return {name: sum(getattr(part, name) for part in parts) for name in names}


def _known(kg: Decimal, many: int, unknown: int) -> Decimal | None:
    """Kilograms; None where there is nothing of which anybody knows them: that isn't none."""
    return kg if many > unknown else None


def _pair(counts: Sequence[int]) -> str:
    return " / ".join(figures.number(count) for count in counts)


def _heaviest_first(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-((row.cells[1] or 0) + (row.cells[2] or 0)), row.cells[0]))  # type: ignore[operator]
