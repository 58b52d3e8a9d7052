"""A file of a hundred thousand listings: read, checked and stored, against a bare COPY of the rows that come of it."""

import csv
import random
import tempfile
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Organisation
from benchmarks import databases, report
from benchmarks.report import Target, median, say
from geo.models import PostalCode
from listings.declarations import asked_fields
from listings.demo.practical import Practical
from listings.enums import ListingKind
from listings.imports.checks import check
from listings.imports.services import DEFAULT_SRID
from listings.imports.stored_rows import store_rows
from listings.models import Listing
from listings.search.cells import fold_cells
from materials.models import Material
from materials.units import allowed_units

HEADERS = (
    "Referentie", "Soort", "Titel", "Materiaal", "Hoeveelheid", "Eenheid", "Staat", "Prijs", "Postcode", "Plaats",
    "Beschikbaar tot", "Beschrijving", "THT", "Bewaren", "Allergenen",
)  # fmt: skip
SLUG = "benchmark-import"


def run(*, quick: bool) -> list[Target]:
    """Import a file into an organisation that has nothing yet, then COPY the same rows, turn by turn."""
    listings, rows, rounds = (3_000, 2_000, 2) if quick else (20_000, 100_000, 3)
    shared = databases.whole(listings)
    report.ready()
    times: dict[str, list[float]] = {"COPY": [], "read and check": [], "store": []}
    with tempfile.TemporaryDirectory() as folder, databases.copy_of(shared):
        path = Path(folder) / "voorraad.csv"
        write_file(path, rows)
        say(f"\nThe file has {rows} rows, {path.stat().st_size / 1e6:.1f} MB; {rounds} turns")
        for _ in range(rounds):
            _empty()
            _import(path, times)
            times["COPY"].append(_copy_again(rows))
            _empty()
    whole = [sum(parts) for parts in zip(times["read and check"], times["store"], strict=True)]
    report.times(
        f"{rows} rows into {listings} listings", {"COPY": times["COPY"], **times, "import": whole}, against="COPY"
    )
    ratio = median(ours / bare for ours, bare in zip(whole, times["COPY"], strict=True))
    say(f"  {rows / median(whole):.0f} rows a second, {rows / median(times['COPY']):.0f} by COPY")
    return [Target(f"import of {rows} rows ÷ COPY of what they became", ratio, 10, "at most")]


def write_file(path: Path, rows: int) -> None:
    """A file as companies have them: names of materials, units that fit, towns with their codes."""
    draw, today = random.Random(1), timezone.localdate()
    notes = Practical(draw)
    towns = list(PostalCode.objects.order_by("code", "name").values_list("code", "name"))
    materials = [
        (
            material.name_nl, [unit.label for unit in allowed_units(material)],
            "food_date" in asked_fields(ListingKind.SUPPLY, material),
        )
        for material in Material.objects.all()
    ]  # fmt: skip
    conditions, prices = ("nieuw", "gebruikt", "te herstellen"), ("gratis", "op aanvraag", "12,50", "1.250", "")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADERS)
        for number in range(rows):
            (name, units, is_food), (code, town) = draw.choice(materials), draw.choice(towns)
            kind = draw.choice(("aanbod", "aanbod", "vraag"))
            food = ("31/12/2099", "droog", "geen") if is_food and kind == "aanbod" else ("", "", "")
            writer.writerow(
                [
                    f"B-{number}", kind, f"{name} partij {number}", name,
                    f"{draw.randint(1, 900)},{draw.randint(0, 9)}", draw.choice(units), draw.choice(conditions),
                    draw.choice(prices), code, town, draw.choice(("31/12/2099", "2099-06-30", "")),
                    notes.sentence(ListingKind.SUPPLY, today), *food,
                ]
            )  # fmt: skip


def _import(path: Path, times: dict[str, list[float]]) -> None:
    """What `import_listings` does, in two parts."""
    organisation = Organisation.objects.get(slug=SLUG)
    held: dict[str, Any] = {}

    def read() -> None:
        checked = check(path, path.name, organisation, DEFAULT_SRID, _nothing, today=timezone.localdate())
        assert not checked.mistakes, checked.mistakes[:3]
        held["rows"] = checked.rows

    def store() -> None:
        store_rows(
            held["rows"], organisation=organisation, by=None, publish=True, at=timezone.now(), progress=_nothing
        )

    times["read and check"].append(report.seconds(read))
    times["store"].append(report.seconds(store))


def _nothing(*_given: object) -> None:
    """Progress that nobody looks at."""


def _copy_again(rows: int) -> float:
    """Seconds of COPY FROM of the imported rows into an empty table with the same indexes and constraints."""
    columns = ", ".join(field.attname for field in Listing._meta.concrete_fields if not field.generated)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_copy")
        cursor.execute("CREATE TABLE bench_copy (LIKE listings_listing INCLUDING ALL)")
        (organisation_id,) = Organisation.objects.values_list("pk").get(slug=SLUG)
        source = f"SELECT {columns} FROM listings_listing WHERE organisation_id = {organisation_id}"
        with cursor.copy(f"COPY ({source}) TO STDOUT") as out:
            text = b"".join(map(bytes, out))
        assert text.count(b"\n") == rows

        def copy() -> None:
            with cursor.copy(f"COPY bench_copy ({columns}) FROM STDIN") as into:
                into.write(text)

        taken = report.seconds(copy)
        cursor.execute("DROP TABLE bench_copy")
    return taken


def _empty() -> None:
    """An organisation without listings, and tables without what the last turn left behind."""
    organisation, _made = Organisation.objects.get_or_create(
        slug=SLUG, defaults={"name": "Benchmark", "kind": "company"}
    )
    Listing.objects.filter(organisation=organisation)._raw_delete("default")  # type: ignore[attr-defined]
    fold_cells()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE listings_listing, listings_listingcell, listings_listingcellchange")
