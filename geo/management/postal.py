"""Postal codes as `distil_places` writes them: each with the names that it serves, and which of them is its main town.

What matching by name gets wrong, and what the sources lack, stands in tables under geo/data/by_hand/.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from geo.names import name_key
from geo.reference import DATA

BY_HAND = DATA / "by_hand"
#: Small words within names, which the list of the post writes with a capital: "Heist-Op-Den-Berg".
_SMALL = re.compile(r"(?<=-)(Aan|Bij|De|Den|Der|Het|In|Op|Te|Ten|Ter)(?=-)")
#: Municipalities that were joined before the register kept the old ones.
FORMER = [
    "Deinze", "Nevele", "Kruishoutem", "Zingem", "Aalter", "Knesselare", "Puurs", "Sint-Amands", "Lovendegem",
    "Waarschoot", "Zomergem", "Neerpelt", "Overpelt", "Meeuwen-Gruitrode", "Opglabbeek",
]  # fmt: skip


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def plain(name: str) -> str:
    """A name as sources are matched by: "Sint-Gillis-bij-Dendermonde" and "St Gillis bij Dendermonde" are one."""
    return name_key(name)


class PostalRows:
    """The rows of postal_codes.csv, from municipalities, places and a list of codes and names."""

    def __init__(
        self,
        municipalities: list[dict[str, Any]],
        places: list[dict[str, Any]],
        by_name: dict[str, set[str]],
        former: set[str],
    ) -> None:
        self.municipalities = {row["nis"]: row for row in municipalities}
        self.by_name = by_name
        self.former = former | {plain(name) for name in FORMER}
        self.names = {(row["code"], plain(row["name"])): row for row in read(BY_HAND / "postal_names.csv")}
        self.points = {(row["code"], plain(row["name"])): row for row in read(BY_HAND / "postal_points.csv")}
        self.places: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for place in places:
            self.places[place["nis"]].append(place)

    def rows(self, source: Path) -> list[dict[str, Any]]:
        """A row for each code and name, the main town of each code marked, and names of municipalities added."""
        listed = self._listed(source)
        certain: dict[str, set[str]] = defaultdict(set)
        for code, name in listed.values():
            if len(self.by_name.get(plain(name), ())) == 1:
                certain[code] |= self.by_name[plain(name)]
        rows = {key: self._row(code, name, certain[code]) for key, (code, name) in listed.items()}
        found = {key: row for key, row in rows.items() if row}
        self._mark_seats(found.values())
        self._mark_main(found.values())
        for row in self._names_of_municipalities(list(found.values())):
            found.setdefault((row["code"], plain(row["name"])), row)
        return [_written(found[key]) for key in sorted(found)]

    def _listed(self, source: Path) -> dict[tuple[str, str], tuple[str, str]]:
        """Codes of Flanders and Brussels with their names: those of the list, and those that we add by hand."""
        given = [
            (row["code"], row["name"]) for row in read(source) if not row.get("everyday") and _is_here(row["code"])
        ]
        by_hand = [(row["code"], row["name"]) for row in self.names.values()]
        return {
            (code, plain(name)): (code, _SMALL.sub(lambda word: word[0].lower(), name))
            for code, name in [*given, *by_hand]
        }

    def _row(self, code: str, name: str, certain: set[str]) -> dict[str, Any] | None:
        key = plain(name)
        ours = self.names.get((code, key))
        nises = {ours["nis"]} if ours else self.by_name.get(key) or certain
        nises = (nises & certain) or nises
        if not nises:
            return None
        place = self._place(nises, plain(ours["place"]) if ours and ours["place"] else key)
        nis = place["nis"] if place else min(nises)
        centre = self.municipalities[nis]
        point = self.points.get((code, key)) or place or centre
        middle = bool(point.get("middle")) or (point is centre and key not in self._names(nis))
        return {
            "code": code, "name": name, "nis": nis, "lat": point["lat"], "lon": point["lon"],
            "population": place["population"] if place else 0, "main": False, "middle": middle,
            "seat": False, "everyday": bool(ours and ours["everyday"]),
        }  # fmt: skip

    def _place(self, nises: set[str], key: str) -> dict[str, Any] | None:
        """The largest place of this name in these municipalities; else one that is also called so."""
        near = [place for nis in sorted(nises) for place in self.places[nis]]
        called = [place for place in near if plain(place["name"]) == key]
        called = called or [place for place in near if key in map(plain, place["name_alt"].split(","))]
        return max(called, key=lambda place: place["population"], default=None)

    def _mark_seats(self, rows: Iterable[dict[str, Any]]) -> None:
        """Mark the one town of each name that is, or was, a municipality; else the largest that gave a part of a name.

        Tielt is the municipality of that name, not the village of Tielt-Winge.
        """
        by_name = defaultdict(list)
        for row in rows:
            by_name[plain(row["name"])].append(row)
        for name, called in by_name.items():
            whole = [row for row in called if name in self._names(row["nis"])]
            parts = [
                row for row in called if name in map(plain, self.municipalities[row["nis"]]["name_nl"].split("-"))
            ]
            largest = max(whole or parts or called, key=lambda row: row["population"])
            if whole or parts or name in self.former:
                for row in called:
                    row["seat"] = row["nis"] == largest["nis"]

    def _names(self, nis: str) -> set[str]:
        return {plain(self.municipalities[nis]["name_nl"]), plain(self.municipalities[nis]["name_fr"])}

    def _parts(self, nis: str) -> set[str]:
        return {plain(part) for part in self.municipalities[nis]["name_nl"].split("-")}

    def _mark_main(self, rows: Iterable[dict[str, Any]]) -> None:
        """Mark the town that people mean by a code alone: its municipality's, or else its largest."""
        by_code = defaultdict(list)
        for row in rows:
            by_code[row["code"]].append(row)
        for own in by_code.values():
            french = {plain(self.municipalities[row["nis"]]["name_fr"]) for row in own} - {
                plain(self.municipalities[row["nis"]]["name_nl"]) for row in own
            }
            main = max(
                own,
                key=lambda row: (
                    not row["everyday"], row["seat"], not row["middle"], row["population"],
                    plain(row["name"]) not in french, plain(row["name"]) in self.by_name, row["name"],
                ),
            )  # fmt: skip
            main["main"] = True

    def _names_of_municipalities(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Both names of each municipality, at the code of its middle: "Gand", "Tongeren-Borgloon"."""
        made = []
        for nis, municipality in self.municipalities.items():
            own = [row for row in rows if row["nis"] == nis]
            called = [row for row in own if plain(row["name"]) in self._names(nis)]
            home = next((row for row in called if row["main"]), None) or min(
                called or [row for row in own if row["main"]] or own, key=lambda row: _between(row, municipality)
            )
            for name in (municipality["name_nl"], municipality["name_fr"]):
                same = next((row for row in called if row["code"] == home["code"]), home)
                made.append(same | {"name": name, "main": False, "seat": True, "everyday": True})
        return made


def _between(row: dict[str, Any], other: dict[str, Any]) -> float:
    return abs(float(row["lat"]) - float(other["lat"])) + 0.63 * abs(float(row["lon"]) - float(other["lon"]))


def _written(row: dict[str, Any]) -> dict[str, Any]:
    marks = {name: "1" if row[name] else "" for name in ("main", "seat", "middle", "everyday")}
    return {name: row[name] for name in ("code", "name", "nis", "lat", "lon", "population")} | marks


def _is_here(code: str) -> bool:
    """Whether a postal code lies in Flanders or Brussels."""
    number = int(code) if code.isascii() and code.isdigit() else 0
    return 1000 <= number < 1300 or 1500 <= number < 4000 or 8000 <= number < 10000
