"""Has a company's file read as a table, in a child process, and says in words why one can't be."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sandbox import sizes
from sandbox.limited import Limits, Refused, Stopped, Why, run_limited

#: What reading one file may take. The largest that we take, of 60 MB and 200,000 rows, needs a third of it.
LIMITS = Limits(memory_bytes=1_500_000_000, cpu_s=30, answer_bytes=250_000_000)
#: The module that the child runs.
READERS = "listings.imports.table_file"
#: A reader that dies is tried so often: what killed it may have been no fault of the file.
TRIES = 2


@dataclass(frozen=True)
class Table:
    """The headers as they are written, in the row `header_row`, and rows of text, each with its number in the file.

    `about` says what was read and what wasn't: "sheet", "sheets_left" with whether each is hidden, "encoding",
    "rows_above" the headers that hold something, and of a zip "list", "pictures" and "files_left".
    """

    header_row: int
    headers: list[str]
    rows: list[tuple[int, list[str]]]
    about: dict[str, Any]


def read_table(
    path: Path, name: str, *, by_hand: Iterable[str] = (), meanwhile: Callable[[], None] | None = None
) -> Table:
    """Read a file; the ending of its name says how. `by_hand` are names of columns beside those that we know.

    Raises ValidationError if it is too large, unreadable or empty."""
    if path.stat().st_size > sizes.LARGEST_LIST_BYTES:
        raise ValidationError(
            _("Het bestand is groter dan %(most)d MB. Knip het in stukken."),
            params={"most": sizes.LARGEST_LIST_BYTES // 10**6},
        )
    answer = _answer(path, "read", {"name": name, "by_hand": list(by_hand)}, LIMITS, meanwhile)
    about, headers, *rows = (json.loads(line) for line in answer.split(b"\n"))
    return Table(headers[0], headers[1], [(number, cells) for number, cells in rows], about)


def read_picture(path: Path, name: str, *, most_bytes: int) -> bytes:
    """A file that lies beside the list in a zip. Raises ValidationError if it is too large."""
    limits = Limits(memory_bytes=500_000_000, cpu_s=20, answer_bytes=most_bytes)
    return _answer(path, "read_entry", {"name": name, "most_bytes": most_bytes}, limits, None)


def _answer(
    path: Path, function: str, arguments: dict[str, Any], limits: Limits, meanwhile: Callable[[], None] | None
) -> bytes:
    """What the child answers. It gets a second chance where it died, but none where it took too much."""
    for attempt in range(1, TRIES + 1):
        try:
            with path.open("rb") as file:
                return run_limited(f"{READERS}:{function}", file, limits, arguments=arguments, meanwhile=meanwhile)
        except Refused as refusal:
            raise _refusal(refusal) from None
        except Stopped as stop:
            if stop.why != Why.CRASH or attempt == TRIES:
                raise _stopped(stop.why) from None
    raise AssertionError("unreachable")


def _stopped(why: Why) -> ValidationError:
    if why == Why.CRASH:
        message = _("Ons leesprogramma loopt vast op dit bestand. Bewaar het in Excel opnieuw, als XLSX of CSV.")
    elif why == Why.TIME:
        message = _("Dit bestand lezen duurt te lang. Knip het in stukken, of bewaar het als CSV.")
    else:
        message = _(
            "Dit bestand is te groot om te lezen. Haal lege rijen en kolommen ver onderaan en rechts weg, "
            "of bewaar het als CSV."
        )
    return ValidationError(message)


def _refusal(refused: Refused) -> ValidationError:
    """The words for each code of table_file, text_file and workbook."""
    values = {
        name: ", ".join(value)[:300] if isinstance(value, list) else value for name, value in refused.values.items()
    }
    words = {
        "unknown-kind": _("Geef een CSV- of XLSX-bestand, of een zip met zo'n lijst en de foto's."),
        "empty": _("Het bestand is leeg: zet bovenaan de kolomnamen, en daaronder de zoekertjes."),
        "no-rows": _("Onder de kolomnamen staat nog niets: zet daar je zoekertjes, één per rij."),
        "rows": _("Het bestand heeft meer dan %(most)s rijen. Knip het in stukken."),
        "columns": _("Rij %(row)s heeft meer dan %(most)s kolommen. Haal weg wat geen kolom van de lijst is."),
        "no-text": _("Dit is geen tekstbestand. Bewaar het in Excel als CSV of XLSX."),
        "stray-byte": _(
            "In regel %(line)s staat een teken dat we niet kunnen lezen, bij “%(around)s”. "
            "Bewaar het bestand als “CSV UTF-8”."
        ),
        "quotes": _(
            'In rij %(row)s klopt een aanhalingsteken (") niet: het wordt niet gesloten, of er staat nog tekst '
            "achter. Zet er één bij of haal het weg."
        ),
        "long-cell": _("Rij %(row)s heeft een cel die te lang is. Kort ze in."),
        "unpacked": _("Het bestand is uitgepakt te groot. Knip het in stukken."),
        "no-workbook": _(
            "Dit is geen XLSX-bestand dat we kunnen lezen. Bewaar het in Excel opnieuw, als XLSX of CSV."
        ),
        "no-visible-sheet": _("Geen enkel blad van deze werkmap is zichtbaar: %(names)s. Maak het juiste zichtbaar."),
        "no-zip": _("Dit is geen zip-bestand dat we kunnen openen. Maak het opnieuw, zonder wachtwoord."),
        "lists-in-zip": _(
            "In het zip-bestand moet juist één lijst zitten, CSV of XLSX. Lijsten die erin zitten: %(names)s."
        ),
        "entry-too-large": _("%(name)s is te groot."),
        "pictures": _("In het zip-bestand zitten meer dan %(most)s foto's. Verdeel de lijst over meer bestanden."),
        "long-name": _("In het zip-bestand heeft een bestand een te lange naam: “%(name)s…”. Kort ze in."),
    }
    return ValidationError(words[refused.code], params=values)
