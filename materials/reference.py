"""Loads the material tree, its names, units and impact factors from materials/data/."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from journal.events import record
from materials.enums import Asks, Level, Unit
from materials.models import ImpactFactor, Material, MaterialName, MaterialUnit
from materials.recognise import recogniser
from materials.verbs import MaterialVerb

DATA = Path(__file__).parent / "data"
#: In the column "asks": neither it nor what lies below it asks what the material above it does.
ASKS_NOTHING = "-"
LEVELS = (Level.FAMILY, Level.MATERIAL, Level.GRADE)
FACTOR_SOURCE = "UK Government GHG Conversion Factors for Company Reporting 2025, Material use"
FACTOR_LICENCE = "Open Government Licence v3.0"
FACTOR_YEAR = 2025


@transaction.atomic
def load() -> dict[str, int]:
    """Bring the tree up to date; returns how many rows were written, by kind. A second run writes none.

    A material that is added moves the numbers of those after it: whoever stores numbers has to renumber afterwards.
    """
    rows = _read("materials.psv", "|")
    written = {"materials": _sync_tree(rows)}
    by_code = {material.code: material for material in Material.objects.all()}
    written["names"] = _sync_names(rows, by_code)
    written["units"] = _sync_units(rows, by_code)
    written["factors"] = _sync_factors(by_code)
    if any(written.values()):
        recogniser.cache_clear()
        record(MaterialVerb.MATERIALS_LOADED, None, changes=written)
    return written


def _read(name: str, delimiter: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def _sync_tree(rows: list[dict[str, str]]) -> int:
    children: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        children[row["parent"]].append(row)
    stored = {material.code: material for material in Material.objects.all()}
    written = 0
    for row, depth, left, right in _numbered(children, "", 0, 1):
        values: dict[str, Any] = {
            "parent_id": stored[row["parent"]].pk if row["parent"] else None,
            "level": LEVELS[depth],
            "depth": depth,
            "tree_left": left,
            "tree_right": right,
            "icon": row["icon"],
            "eural_codes": [code for code in row["eural"].split(";") if code],
            "asks": _asks(row, stored[row["parent"]].asks if row["parent"] else ""),
            **{f"name_{language}": row[language] for language in settings.LANGUAGE_CODES},
        }
        material = stored.get(row["code"])
        if material is None or any(getattr(material, name) != value for name, value in values.items()):
            stored[row["code"]], _made = Material.objects.update_or_create(code=row["code"], defaults=values)
            written += 1
    return written


def _asks(row: dict[str, str], above: str) -> str:
    """What a material asks: what its row says, or else what the one above it asks. Raises ValueError for no Asks."""
    said = row["asks"]
    if said == ASKS_NOTHING:
        return ""
    return Asks(said).value if said else above


def _numbered(
    children: dict[str, list[dict[str, str]]], parent: str, depth: int, first: int
) -> Iterator[tuple[dict[str, str], int, int, int]]:
    """The rows below a parent in tree order, each with its depth, its number and the last number below it."""
    number = first
    for row in children[parent]:
        below = list(_numbered(children, row["code"], depth + 1, number + 1))
        yield row, depth, number, number + len(below)
        yield from below
        number += len(below) + 1


def _sync_names(rows: list[dict[str, str]], by_code: dict[str, Material]) -> int:
    wanted: dict[tuple[int, str, str], str] = {}
    for row in rows:
        for language in settings.LANGUAGE_CODES:
            for name in (row[language], *row[f"synonyms_{language}"].split(";")):
                if name:
                    wanted.setdefault((by_code[row["code"]].pk, language, name), name)
    plain = _plain(sorted(set(wanted.values())))
    keyed = {(pk, language, plain[name]): name for pk, language, name in reversed(list(wanted))}
    stored = {(row.material_id, row.language, row.plain): row for row in MaterialName.objects.all()}
    gone = [row.pk for key, row in stored.items() if key not in keyed]
    new = [
        MaterialName(material_id=pk, language=language, name=name, plain=key)
        for (pk, language, key), name in keyed.items()
        if (pk, language, key) not in stored
    ]
    MaterialName.objects.filter(pk__in=gone).delete()
    MaterialName.objects.bulk_create(new, batch_size=1_000)
    if new:
        # The database reads all names instead of their index until new ones are merged into it and it has statistics.
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list('material_name_like')")
            cursor.execute("ANALYZE materials_material, materials_materialname")
    return len(new) + len(gone)


def _plain(names: list[str]) -> dict[str, str]:
    """Each name in the form in which searches compare it: as the database writes it, without accents and capitals."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, geo_plain(name) FROM unnest(%s::text[]) AS name", [names])
        return dict(cursor.fetchall())


def _sync_units(rows: list[dict[str, str]], by_code: dict[str, Material]) -> int:
    wanted = {
        (by_code[row["code"]].pk, unit): (mass, basis, position)
        for row in rows
        for position, (unit, mass, basis) in enumerate(parse_units(row["units"]))
    }
    stored = {(row.material_id, Unit(row.unit)): row for row in MaterialUnit.objects.all()}
    changed = {
        key for key, values in wanted.items()
        if key not in stored or (stored[key].mass_kg, stored[key].mass_basis, stored[key].position) != values
    }  # fmt: skip
    gone = [row.pk for key, row in stored.items() if key not in wanted or key in changed]
    MaterialUnit.objects.filter(pk__in=gone).delete()
    MaterialUnit.objects.bulk_create(
        MaterialUnit(material_id=pk, unit=unit, mass_kg=mass, mass_basis=basis, position=position)
        for (pk, unit), (mass, basis, position) in wanted.items()
        if (pk, unit) in changed
    )
    return len(changed | {key for key in stored if key not in wanted})


def parse_units(text: str) -> list[tuple[Unit, Decimal | None, str]]:
    """ "piece=25~EPAL pallet kg" → [(PIECE, 25, "EPAL pallet"), (KG, None, "")]."""
    found: list[tuple[Unit, Decimal | None, str]] = []
    for word in text.split():
        name, _, rest = word.partition("=")
        if name in Unit.values:
            mass, _, basis = rest.partition("~")
            found.append((Unit(name), Decimal(mass) if mass else None, basis))
        else:
            unit, kg, basis = found[-1]
            found[-1] = (unit, kg, f"{basis} {word}")
    return found


def _sync_factors(by_code: dict[str, Material]) -> int:
    written = 0
    stored = {(row.material_id, row.basis): row for row in ImpactFactor.objects.filter(source_year=FACTOR_YEAR)}
    for row in _read("impact_factors.csv", ","):
        key = by_code[row["material"]].pk, row["basis"]
        value = Decimal(row["kg_co2e_per_tonne"])
        if key in stored and stored[key].kg_co2e_per_tonne == value:
            continue
        ImpactFactor.objects.update_or_create(
            material_id=key[0], basis=key[1], source_year=FACTOR_YEAR,
            defaults={
                "kg_co2e_per_tonne": value, "source": FACTOR_SOURCE, "licence": FACTOR_LICENCE,
                "source_material": row["source_material"],
            },
        )  # fmt: skip
        written += 1
    return written
