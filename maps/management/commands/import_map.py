"""Elements of a layer of a material map from a file of geodata."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from maps.files.reading import Choice, Described, LayerDescribed, Reading, describe, read
from maps.files.refusals import FileRefused
from maps.imports.choice import Decided, check_decided, file_choice, given_values
from maps.imports.files import Plan, plan_for
from maps.imports.services import Imported, ImportRefused, import_file
from maps.models import MapLayer, MaterialMap
from maps.services import create_layer

MOST_MISTAKES_SHOWN = 50
#: Rows between two lines that say how far it is.
_EVERY = 5_000


class Command(BaseCommand):
    help = (
        "Read a file of geodata in a layer of a material map: all of it, or (where a row is wrong) nothing. "
        "The same file again changes nothing."
    )

    #: How far it is with comparing and taking, in tenths, as it was last said.
    _tenths = 0

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--hub", required=True, help="the hub's slug")
        parser.add_argument("--map", required=True, help="the map's slug")
        parser.add_argument("--layer", help="the title of the layer; where the map has only one: that")
        parser.add_argument("--new", action="store_true", help="make a layer of that title")
        parser.add_argument("--by", help="the e-mail address of who does it; without: the operator")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen; store nothing")
        parser.add_argument("--file-layer", help="which layer of the file")
        parser.add_argument("--srid", type=int, help="the coordinate system of the file, whatever it says itself")
        parser.add_argument("--swapped", action="store_true", help="x and y are exchanged")
        parser.add_argument("--repair", action="store_true", help="mend shapes that cross themselves")
        parser.add_argument("--id", help="the column of the source's own ids")
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help="what a column holds; COLUMN= is not read",
        )
        parser.add_argument(
            "--set", action="append", default=[], metavar="FIELD=VALUE", help="what counts where a row doesn't say it"
        )
        parser.add_argument("--skip-wrong", action="store_true", help="leave out rows that are wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        by = self._person(options["by"])
        material_map = MaterialMap.objects.present().filter(hub__slug=options["hub"], slug=options["map"]).first()
        if material_map is None:
            raise CommandError(f"There is no map {options['map']} of a hub {options['hub']}.")
        try:
            with transaction.atomic():
                layer = self._layer(material_map, options, by)
                imported = self._import(path, layer, options, by)
                transaction.set_rollback(options["dry_run"])
        except KeyboardInterrupt:
            raise CommandError("Stopped; nothing was stored.", returncode=130) from None
        except FileRefused as refused:
            proposals = [
                f"  --srid {one.srid}{' --swapped' if one.swapped else ''}: {one.text}" for one in refused.proposals
            ]
            raise CommandError("\n".join([refused.text, *proposals])) from None
        except ImportRefused as refused:
            self._say_mistakes(refused.mistakes)
            raise CommandError(f"{refused.wrong} rows are wrong; nothing was stored.") from None
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        except PermissionDenied as error:
            raise CommandError(str(error)) from None
        self._report(imported, dry_run=options["dry_run"])

    def _person(self, email: str | None) -> User | None:
        if email is None:
            return None
        person = User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            raise CommandError(f"There is nobody with the address {email}.")
        return person

    def _layer(self, material_map: MaterialMap, options: dict[str, Any], by: User | None) -> MapLayer:
        """The layer that is meant, made where that is asked. Anything else is refused, with what there is."""
        layers = list(MapLayer.objects.present().filter(map=material_map))
        title = options["layer"]
        if title is None and options["new"]:
            raise CommandError("Give the new layer a title with --layer.")
        meant = layers if title is None else [one for one in layers if slugify(one.title) == slugify(title)]
        if options["new"]:
            if meant:
                raise CommandError(f"The map has a layer “{meant[0].title}” already. Leave out --new.")
            if by is None:
                raise CommandError("Somebody of the hub makes a layer: say who with --by.")
            layer = create_layer(by=by, material_map=material_map, title=title)
            self.stdout.write(f"made the layer “{layer.title}”")
            return layer
        if len(meant) != 1:
            there = ", ".join(f"“{one.title}”" for one in layers) or "none"
            raise CommandError(
                f"Say with --layer which layer of the map: {there}. With --new it is made under a new title."
            )
        return meant[0]

    def _import(self, path: Path, layer: MapLayer, options: dict[str, Any], by: User | None) -> Imported:
        choice = Decided(
            layer=options["file_layer"], srid=options["srid"], swapped=options["swapped"], repair=options["repair"],
            id_column=options["id"], columns=dict(_pairs(options["column"], "--column")),
            given=dict(_pairs(options["set"], "--set")),
        )  # fmt: skip
        # What was said wrong is refused before the file is read.
        check_decided(choice)
        described = describe(path, Choice(srid=choice.srid))
        found = self._file_layer(described, choice.layer)
        plan = plan_for(found, _columns_there(choice, found), choice.id_column)
        self._say_plan(described, found, plan)
        for field, value in given_values(choice, plan, layer).items():
            if field not in choice.given:
                self.stdout.write(f"no column is {field}: new elements are {value} (guessed; --set {field}=…)")
        with read(path, file_choice(choice, found, plan), progress=self._progress) as reading:
            self._say_reading(reading)
            return import_file(
                by=by, layer=layer, reading=reading, choice=choice, plan=plan, file_name=path.name,
                skip_wrong=options["skip_wrong"], progress=self._percent,
            )  # fmt: skip

    def _file_layer(self, described: Described, name: str | None) -> LayerDescribed:
        for one in described.layers:
            self.stdout.write(
                f"layer “{one.name}” of the file ({described.format}): "
                f"{one.count if one.count >= 0 else 'unknown number of'} rows, {', '.join(one.types) or 'no shapes'}, "
                f"{f'EPSG:{one.srid}' if one.srid else one.system or 'no coordinate system'}"
            )
        meant = [one for one in described.layers if name in (None, one.name)]
        if len(meant) != 1:
            there = ", ".join(f"“{one.name}”" for one in described.layers)
            raise CommandError(f"Say with --file-layer which layer of the file: {there}.")
        return meant[0]

    def _say_plan(self, described: Described, found: LayerDescribed, plan: Plan) -> None:
        for field, column in plan.columns.items():
            self.stdout.write(f"column “{column}” is read as {field}{' (guessed)' if column in plan.guessed else ''}")
        if plan.id_column:
            guessed = " (guessed)" if plan.id_guessed else ""
            self.stdout.write(f"column “{plan.id_column}” holds the source's own ids{guessed}")
        elif not found.own_ids:
            self.stdout.write("rows have no ids of their own: each is known by its place and values (--id)")
        if plan.unread:
            self.stdout.write(f"columns that aren't read: {', '.join(plan.unread)}")
        for note in (*described.notes, *found.notes):
            self.stderr.write(note.text)
        for proposal in found.proposals:
            self.stdout.write(
                f"possibly --srid {proposal.srid}{' --swapped' if proposal.swapped else ''}: {proposal.text}"
            )

    def _say_reading(self, reading: Reading) -> None:
        self.stderr.write(f"{reading.taken} of {reading.read} rows can be read")
        for note in reading.notes:
            self.stderr.write(note.text)

    def _progress(self, done: int) -> None:
        if done and done % _EVERY == 0:
            self.stderr.write(f"  {done} rows")

    def _percent(self, done: int, total: int) -> None:
        tenths = done * 10 // max(total, 1)
        if tenths != self._tenths:
            self._tenths = tenths
            self.stderr.write(f"  {tenths * 10} %")

    def _say_mistakes(self, mistakes: Any) -> None:
        for mistake in mistakes[:MOST_MISTAKES_SHOWN]:
            field = f", {mistake.field}" if mistake.field else ""
            self.stderr.write(f"row {mistake.row}{field}: {mistake.words}")

    def _report(self, imported: Imported, *, dry_run: bool) -> None:
        self._say_mistakes(imported.mistakes)
        self.stdout.write(
            f"{imported.added} added, {imported.changed} changed, {imported.same} unchanged; "
            f"{imported.gone} no longer in the file and {imported.withdrawn} withdrawn, which stay so; "
            f"{imported.wrong} wrong rows left out"
        )
        self.stdout.write("nothing was stored (dry run)" if dry_run else f"change {imported.change}")


def _columns_there(choice: Decided, found: LayerDescribed) -> Mapping[str, str]:
    """What was said of columns. Raises CommandError for one that the file doesn't have."""
    there = [column.name for column in found.columns]
    if missing := [name for name in choice.columns if name not in there]:
        raise CommandError(f"The file has no column “{missing[0]}”. There are: {', '.join(there)}.")
    return choice.columns


def _pairs(given: list[str], option: str) -> Mapping[str, str]:
    """ "naam=title" of an option that may come more than once. What stands before the last = may hold one itself."""
    found: dict[str, str] = {}
    for one in given:
        before, sign, after = one.rpartition("=") if option == "--column" else one.partition("=")
        if not sign or not before:
            raise CommandError(f"Write {option} with a = in it, not “{one}”.")
        found[before] = after
    return found
