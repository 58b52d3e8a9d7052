"""Listings from a company's own CSV or XLSX."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation
from geo.points import SRIDS
from listings.imports.alike import alike
from listings.imports.checks import Checked, check
from listings.imports.preview import preview
from listings.imports.row import Parsed
from listings.imports.services import DEFAULT_SRID, record_command
from listings.imports.stored_rows import store_rows, stored_listings
from sandbox import sizes

MOST_MISTAKES_SHOWN = 50


class Command(BaseCommand):
    help = "Read listings from a CSV or XLSX file: all of it, or (where a row is wrong) nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help=f"of at most {sizes.LARGEST_LIST_BYTES // 10**6} MB")
        parser.add_argument("--organisation", type=int, required=True, help="the organisation's id")
        parser.add_argument("--dry-run", action="store_true", help="say what each row would do; store nothing")
        parser.add_argument("--again", action="store_true", help="add rows that look like what is there already")
        parser.add_argument("--drafts", action="store_true", help="keep new listings as drafts")
        parser.add_argument(
            "--srid", type=int, choices=SRIDS, default=DEFAULT_SRID, help="of x and y (default: %(default)s)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        organisation = Organisation.objects.filter(pk=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"There is no organisation {options['organisation']}.")
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            checked = check(path, path.name, organisation, options["srid"], self._progress, today=timezone.localdate())
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        rows, mistakes = checked.rows, checked.mistakes
        self._say_what_is_not_read(checked)
        for mistake in mistakes[:MOST_MISTAKES_SHOWN]:
            self.stderr.write(
                f"row {mistake.row}, {mistake.column or mistake.field} “{mistake.value}”: {mistake.message}"
            )
        if mistakes and not rows:
            raise CommandError(mistakes[0].message)
        if mistakes:
            raise CommandError(f"{len(mistakes)} mistakes in {len(rows)} rows; nothing was stored.")
        if options["dry_run"]:
            self._report(rows, organisation)
            return
        there = alike(rows, organisation, stored_listings(rows, organisation))
        if there and not options["again"]:
            numbers = ", ".join(map(str, list(there)[:MOST_MISTAKES_SHOWN]))
            raise CommandError(
                f"{len(there)} rows look like what is there already (rows {numbers}); nothing was stored. "
                "Give --again to add them once more."
            )
        if any(row.photos for row in rows):
            raise CommandError("Photos come in by the page, which knows who adds them. Give the list without its zip.")
        with transaction.atomic():
            stored = store_rows(
                rows,
                organisation=organisation,
                by=None,
                publish=not options["drafts"],
                at=timezone.now(),
                progress=lambda done: self._progress(done, len(rows)),
            )
            record_command(path.name, organisation, len(rows), stored)
        self.stdout.write(f"{stored.added} added, {stored.changed} changed, {stored.unchanged} unchanged")

    def _report(self, rows: list[Parsed], organisation: Organisation) -> None:
        """What the page shows before an upload is confirmed, a line for each row."""
        report = preview(rows, organisation, most=len(rows))
        for row in report["rows"]:
            guessed = f" (guessed from “{row['guessed_from']}”)" if row["guessed_from"] else ""
            amount = "" if row["price_eur"] is None else f" {row['price_eur']} EUR per {row['price_basis']}"
            self.stdout.write(
                f"row {row['row']}, {row['fate']}: {row['title']}; {row['kind']}; {row['material']}{guessed}; "
                f"{row['quantity']} {row['unit']}; {row['price_kind']}{amount}; {row['place'] or '-'}"
            )
        counts = report["counts"]
        self.stdout.write(
            f"{len(rows)} rows, no mistakes: {counts['new']} new, {counts['changed']} changed, "
            f"{counts['unchanged']} unchanged; {counts['guessed']} materials guessed; nothing was stored (dry run)."
        )
        if counts["doubles"]:
            self.stdout.write(f"{counts['doubles']} rows look like what is there already: --again adds them.")

    def _say_what_is_not_read(self, checked: Checked) -> None:
        reading = checked.reading
        for column in reading["columns"]:
            if not column["field"]:
                self.stderr.write(f"column {column['letters']} “{column['header']}” isn't read")
        for sheet, hidden in reading["sheets_left"]:
            self.stderr.write(f"sheet “{sheet}” isn't read{' (it is hidden)' if hidden else ''}")
        for name in reading["files_left"]:
            self.stderr.write(f"file “{name}” in the zip isn't read")
        if reading["rows_above"]:
            self.stderr.write(f"row {reading['header_row']} has the column names; what stands above isn't read")
        if reading["encoding"]:
            self.stderr.write(f"read as text of {reading['encoding']}, line by line where it isn't UTF-8")
        if reading["addresses"] or reading["loose"]:
            self.stderr.write(
                f"{reading['addresses']} photos by address and {reading['loose']} outside a zip aren't read"
            )

    def _progress(self, done: int, total: int) -> None:
        if done and done % 5_000 == 0:
            self.stderr.write(f"  {done} of {total}")
