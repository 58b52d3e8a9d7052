"""Elements of a layer of a material map from a file of geodata."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from geo.models import Hub
from maps.enums import Licence
from maps.files.reading import Choice, Described, LayerDescribed, Reading, describe, read
from maps.files.refusals import FileRefused
from maps.imports.choice import Decided, check_decided, file_choice, given_values
from maps.imports.files import Plan, plan_for
from maps.imports.services import Imported, ImportRefused, RowMistake, import_file
from maps.imports.within import Fallen, HubsRefused, import_within_hubs, rows_by_hub
from maps.models import MapLayer, MaterialMap
from maps.services import create_layer
from sandbox import sizes

MOST_MISTAKES_SHOWN = 50
#: What --hub says where the rows go on the map of each hub that shows what lies there.
EVERY_HUB = "all"
#: Municipalities without a hub that are named, those with most rows first.
MOST_PLACES_SHOWN = 8
#: Rows between two lines that say how far it is.
_EVERY = 5_000


class Command(BaseCommand):
    help = (
        "Read a file of geodata in a layer of a material map: all of it, or (where a row is wrong) nothing. "
        "The same file again changes nothing. With --hub all each row goes on the map of every hub in which it falls."
    )

    #: How far it is with comparing and taking, in tenths, as it was last said.
    _tenths = 0

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            type=Path,
            help=f"of at most {sizes.LARGEST_FILE_BYTES // 10**6} MB, "
            f"and {sizes.LARGEST_LIST_BYTES // 10**6} MB where it is a list as text",
        )
        parser.add_argument("--hub", required=True, help=f"the hub's slug, or “{EVERY_HUB}”")
        parser.add_argument("--map", required=True, help="the map's slug")
        parser.add_argument("--layer", help="the title of the layer; where the map has only one: that")
        parser.add_argument(
            "--new",
            action="store_true",
            help="make a layer of that title; for all hubs, where a map lacks it",
        )
        parser.add_argument(
            "--licence", choices=Licence.values, help="with --new: the licence of the new layer; without: the map's"
        )
        parser.add_argument(
            "--attribution", help="with --new: whom the new layer names as its source; without: the map's"
        )
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
        if options["new"] and options["layer"] is None:
            raise CommandError("Give the new layer a title with --layer.")
        if _of_new_layer(options) and not options["new"]:
            raise CommandError("--licence and --attribution are of a new layer: give --new too, or leave them out.")
        try:
            with transaction.atomic():
                if options["hub"] == EVERY_HUB:
                    self._import_in_all(path, options, by)
                else:
                    self._import_in_one(path, options, by)
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
        except HubsRefused as refused:
            names = dict(Hub.objects.values_list("pk", "name"))
            for hub_id, of_hub in refused.by_hub.items():
                self.stderr.write(f"{names[hub_id]}: {of_hub.wrong} rows are wrong")
                self._say_mistakes(of_hub.mistakes)
            raise CommandError("Rows are wrong; nothing was stored, in no hub.") from None
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        except PermissionDenied as error:
            raise CommandError(str(error)) from None
        if options["dry_run"]:
            self.stdout.write("nothing was stored (dry run)")

    def _person(self, email: str | None) -> User | None:
        if email is None:
            return None
        person = User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            raise CommandError(f"There is nobody with the address {email}.")
        return person

    def _import_in_one(self, path: Path, options: dict[str, Any], by: User | None) -> None:
        material_map = MaterialMap.objects.present().filter(hub__slug=options["hub"], slug=options["map"]).first()
        if material_map is None:
            raise CommandError(f"There is no map {options['map']} of a hub {options['hub']}.")
        layer = self._layer(material_map, options, by)
        with self._read(path, options) as (reading, choice, plan):
            self._say_guesses(choice, plan, layer)
            imported = import_file(
                by=by, layer=layer, reading=reading, choice=choice, plan=plan, file_name=path.name,
                skip_wrong=options["skip_wrong"], progress=self._percent,
            )  # fmt: skip
        self._report(imported)

    def _import_in_all(self, path: Path, options: dict[str, Any], by: User | None) -> None:
        with self._read(path, options) as (reading, choice, plan):
            fallen = rows_by_hub(reading)
            self._say_mistakes([RowMistake(one.row, "", one.text) for one in fallen.refused])
            if fallen.refused and not options["skip_wrong"]:
                raise CommandError(f"{len(fallen.refused)} rows are wrong; nothing was stored.")
            hubs = Hub.objects.in_bulk(list(fallen.by_hub))
            layers = {hub_id: self._layer(one, options, by) for hub_id, one in self._maps(hubs, options).items()}
            for layer in layers.values():
                self._say_guesses(choice, plan, layer)
            imported = import_within_hubs(
                by=by, layers=layers, reading=reading, fallen=fallen, choice=choice, plan=plan, file_name=path.name,
                skip_wrong=options["skip_wrong"],
            )  # fmt: skip
        for hub_id, of_hub in imported.items():
            self._report(of_hub, f"{hubs[hub_id].name}, {len(fallen.by_hub[hub_id])} rows: ")
        self._say_fallen(reading, fallen)

    def _maps(self, hubs: dict[int, Hub], options: dict[str, Any]) -> dict[int, MaterialMap]:
        """By hub the map that is meant, in the order of hubs. Refused where one has no map of that slug."""
        found = {
            one.hub_id: one
            for one in MaterialMap.objects.present().filter(hub__in=hubs, slug=options["map"]).order_by("hub_id")
        }
        if without := [hub.name for hub_id, hub in hubs.items() if hub_id not in found]:
            raise CommandError(
                f"There is no map {options['map']} of {', '.join(without)}, where rows fall. Make it there first; "
                "nothing was stored."
            )
        return found

    def _say_fallen(self, reading: Reading, fallen: Fallen) -> None:
        nowhere = [f"{name or 'outside Flanders and Brussels'} {count}" for name, count in fallen.nowhere_by_name()]
        more = f" and {len(nowhere) - MOST_PLACES_SHOWN} more" if len(nowhere) > MOST_PLACES_SHOWN else ""
        where = f" ({', '.join(nowhere[:MOST_PLACES_SHOWN])}{more})" if nowhere else ""
        self.stdout.write(
            f"{reading.read} rows: {reading.taken - fallen.nowhere.total()} in {len(fallen.by_hub)} hubs, "
            f"{fallen.several} of them in more than one; {fallen.nowhere.total()} in no hub{where}; "
            f"{len(fallen.refused)} can't be read"
        )
        if fallen.unnamed:
            self.stdout.write(
                f"{fallen.unnamed} of those bear no number of the source: elements that they are of may be counted as "
                "no longer in the file"
            )

    def _layer(self, material_map: MaterialMap, options: dict[str, Any], by: User | None) -> MapLayer:
        """The layer that is meant, made where that is asked. Anything else is refused, with what there is."""
        layers = list(MapLayer.objects.present().filter(map=material_map))
        title, everywhere = options["layer"], options["hub"] == EVERY_HUB
        meant = layers if title is None else [one for one in layers if slugify(one.title) == slugify(title)]
        if options["new"] and not meant:
            layer = create_layer(by=by, material_map=material_map, title=title, **_of_new_layer(options))
            self.stdout.write(f"made the layer “{layer.title}” of {material_map.hub.name}")
            return layer
        if options["new"] and not everywhere:
            raise CommandError(f"The map has a layer “{meant[0].title}” already. Leave out --new.")
        if len(meant) != 1:
            there = ", ".join(f"“{one.title}”" for one in layers) or "none"
            raise CommandError(
                f"Say with --layer which layer of the map of {material_map.hub.name}: {there}. "
                "With --new it is made under a new title."
            )
        return meant[0]

    @contextmanager
    def _read(self, path: Path, options: dict[str, Any]) -> Iterator[tuple[Reading, Decided, Plan]]:
        """The rows of the file, what was decided about it, and how it is read; all of it is said."""
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
        with read(path, file_choice(choice, found, plan), progress=self._progress) as reading:
            self._say_reading(reading)
            yield reading, choice, plan

    def _say_guesses(self, choice: Decided, plan: Plan, layer: MapLayer) -> None:
        for field, value in given_values(choice, plan, layer).items():
            if field not in choice.given:
                self.stdout.write(f"no column is {field}: new elements are {value} (guessed; --set {field}=…)")

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

    def _report(self, imported: Imported, where: str = "") -> None:
        self._say_mistakes(imported.mistakes)
        self.stdout.write(
            f"{where}{imported.added} added, {imported.changed} changed, {imported.same} unchanged; "
            f"{imported.gone} no longer in the file and {imported.withdrawn} withdrawn, which stay so; "
            f"{imported.wrong} wrong rows left out; change {imported.change}"
        )


def _of_new_layer(options: dict[str, Any]) -> dict[str, str]:
    """What was said of the layer that is made."""
    return {name: options[name] for name in ("licence", "attribution") if options[name] is not None}


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
