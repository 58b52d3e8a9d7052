"""A command in the docs is one that a test runs; links lead somewhere; numbers are those of the code."""

import json
import math
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import environ
import pytest
import yaml
from django.core.management import call_command, get_commands, load_command_class
from django.db import connection
from django.test import Client
from django.urls import resolve

from accounts.models import Organisation, User
from benchmarks.__main__ import MODULES
from geo.models import Boundary, Hub, Quality
from listings.api.search import PARAMETERS
from listings.imports.columns import REQUIRED
from listings.imports.headers import NAMES
from maps.models import MaterialMap
from matching import rules
from matching.weights import default_weights
from tests.house.pages import PAGES, ROOT, TEXTS, Command, anchors, blocks, commands, links, table
from tests.house.shell import docker_compose
from tests.maps.makers import Story

OPERATING = ROOT / "docs" / "operating.md"
SEARCH_API = ROOT / "docs" / "search-api.md"
#: Commands of a backup: they run in order, against the test's own database.
BACKUP = ("pg_dump", "tar", "export", "createdb", "pg_restore")


def _of(*names: str) -> list[Command]:
    return [command for command in commands() if command.words and command.words[0] in names]


def _scripts() -> list[Command]:
    return [command for command in commands() if command.words and command.words[0].startswith("script/")]


def test_every_command_is_of_a_kind_that_a_test_knows() -> None:
    # tests/maps/ogc/test_clients.py runs GDAL's.
    known = {"./manage.py", "curl", "docker-compose", "echo", "git", "ogr2ogr", "ogrinfo", *BACKUP}
    strange = [
        str(command)
        for command in commands()
        if command.words and command.words[0] not in known and not command.words[0].startswith("script/")
    ]
    assert strange == []
    assert len(commands()) > 40


# ---- scripts ----


@pytest.mark.parametrize("command", _scripts(), ids=str)
def test_a_script_is_there_and_takes_what_is_shown(command: Command) -> None:
    script, *given = command.words
    path = ROOT / script
    assert os.access(path, os.X_OK), f"{script} can't be run"
    source = path.read_text() + (ROOT / "script/lib/setup.sh").read_text()
    for name in command.env:
        assert re.search(rf"\$\{{{name}:-", source), f"{script} doesn't read {name}"
    match script:
        case "script/test":
            paths = [word for word in given if word.startswith("tests")]
            assert all((ROOT / word).exists() for word in paths)
            assert set(given) - set(paths) <= {"-x", "-k", "docs"}
        case "script/lock":
            assert given[:1] in ([], ["--upgrade-package"])
            assert all(f"\n{name}==" in (ROOT / "requirements/run.txt").read_text() for name in given[1:])
        case "script/bench":
            # A comparison names the other checkout first.
            name, *options = given[2:] if given[0] == "compare" else given
            assert name in MODULES
            assert set(options) <= {"--check", "--quick"}
        case "script/lighthouse":
            assert set(given) <= {"--check", "--quick"}
        case "script/manage":
            assert load_command_class(_app_of(given[0]), given[0])
        case _:
            assert given == []


# ---- manage.py ----


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the docs' commands find the files that they name."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _write_samples(folder: Path) -> None:
    """A file of boundaries (the approximate ones in degrees), and one of listings of organisation 1."""
    features = []
    for boundary in Boundary.objects.of_quality(Quality.APPROXIMATE).select_related("municipality"):
        boundary.geometry.transform(4326)
        properties = {"code": boundary.municipality.nis}
        geometry = json.loads(boundary.geometry.geojson)
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    (folder / "gemeenten.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    (folder / "voorraad.csv").write_text(
        "materiaal;hoeveelheid;eenheid;x;y\nHouten paletten;12;stuks;104880;193860\n", encoding="utf-8"
    )
    (folder / "plaatsen.csv").write_text("9000,Gent,51.054,3.717\n")
    Organisation.objects.create(pk=1, name="Voorbeeld", slug="voorbeeld", kind="company")


def _draw_map(folder: Path) -> None:
    """A map of each hub, another of one with a layer, somebody of that hub, and a file of points."""
    story = Story()
    MaterialMap.objects.bulk_create(
        [MaterialMap(hub=hub, slug="materiaalkaart", title="Materiaalkaart") for hub in Hub.objects.all()]
    )
    User.objects.filter(pk=story.editor.pk).update(email="ann@example.org")
    properties = {"naam": "Glasbol", "soort": "voorraad"}
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [3.72, 51.05]},
    }
    (folder / "punten.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))


def _app_of(name: str) -> str:
    app = get_commands()[name]
    assert isinstance(app, str)
    return app


@pytest.mark.django_db
@pytest.mark.parametrize("command", _of("./manage.py"), ids=str)
def test_a_management_command_runs(command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in command.env.items():
        monkeypatch.setenv(name, value)
    _run_managed(command.words[1], command.words[2:], folder)


def _run_managed(name: str, given: list[str], folder: Path) -> None:
    if name == "import_map":
        _draw_map(folder)
    elif any(word.endswith((".geojson", ".csv")) for word in given):
        _write_samples(folder)
    if name in ("check", "collectstatic"):
        # One reads the environment anew; the other would leave this process without the names of static files.
        dry = ["--dry-run"] if name == "collectstatic" else []
        subprocess.run([ROOT / "manage.py", name, *given, *dry], check=True, capture_output=True)
        return
    if name == "demo":
        given = [word if not word.isdigit() or int(word) < 100 else "60" for word in given]
    if name == "is_empty":
        # It answers by its exit code: nothing is stored here.
        with pytest.raises(SystemExit, match=r"^0$"):
            call_command(name, *given)
        return
    call_command(name, *given, verbosity=0)


def test_every_command_for_operators_is_shown() -> None:
    own = {name for name, app in get_commands().items() if app in ("geo", "listings", "materials", "accounts", "maps")}
    shown = {command.words[1] for command in _of("./manage.py")}
    # Those rebuild what ships.
    assert own - shown == {"distil_boundaries", "distil_places", "draw_illustrations"}


def test_the_options_of_load_boundaries_are_all_named() -> None:
    parser = load_command_class("listings", "load_boundaries").create_parser("manage.py", "load_boundaries")
    own = {action.option_strings[-1] for action in parser._actions if action.option_strings}
    common = {
        action.option_strings[-1]
        for action in load_command_class("listings", "is_empty").create_parser("manage.py", "is_empty")._actions
        if action.option_strings
    }
    assert {row[0].strip("`") for row in table(OPERATING, "option")} == own - common


# ---- requests ----


@pytest.mark.django_db
@pytest.mark.parametrize("command", _of("curl"), ids=str)
def test_a_request_gets_its_answer(command: Command, client: Client) -> None:
    (address,) = command.words[1:]
    prefix = "http://127.0.0.1:8000"
    assert address.startswith(prefix)
    assert client.get(address.removeprefix(prefix)).status_code == 200


@pytest.mark.parametrize(
    "block",
    [pytest.param(block, id=f"{page.name}:{line}") for page in PAGES for line, block in blocks(page, "json")],
)
def test_examples_of_json_can_be_read(block: str) -> None:
    assert json.loads(block)


@pytest.mark.django_db
def test_the_shown_error_is_what_the_api_says(client: Client) -> None:
    (shown,) = (one for _line, block in blocks(SEARCH_API, "json") if "errors" in (one := json.loads(block)))
    response = client.get("/api/v1/search/?lat=51&lon=3.7&radius_km=900", headers={"accept-language": "nl"})
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == shown


def test_every_parameter_of_the_search_is_named() -> None:
    text = SEARCH_API.read_text().split("\n## The answer\n", 1)[0]
    heads = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    named = {name for head in heads for name in re.findall(r"`(\w+)`", head)}
    assert named == {parameter.name for parameter in PARAMETERS}


# ---- containers, files, backup ----


@pytest.mark.django_db
@pytest.mark.parametrize("command", _of("docker-compose"), ids=str)
def test_a_compose_command_exists(command: Command, folder: Path) -> None:
    verb, *given = command.words[1:]
    run = [docker_compose(), "--file", str(ROOT / "docker-compose.yml"), verb, "--help"]
    usage = subprocess.run(
        run, capture_output=True, text=True, check=True, env=os.environ | {"SECRET_KEY": "none"}
    ).stdout
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    if "./manage.py" in given:
        start = given.index("./manage.py")
        _run_managed(given[start + 1], given[start + 2 :], folder)
        given = given[:start]
    for word in given:
        assert word in usage if word.startswith("-") else word in services


@pytest.mark.parametrize("command", _of("echo"), ids=str)
def test_a_line_for_the_containers_is_written(command: Command, folder: Path) -> None:
    subprocess.run(["bash", "-euc", command.text], check=True)
    name, _, value = (folder / ".env").read_text().strip().partition("=")
    assert name == "SECRET_KEY"
    assert len(value) >= 50


@pytest.mark.parametrize("command", _of("git"), ids=str)
def test_git_knows_the_option(command: Command) -> None:
    usage = subprocess.run(["git", command.words[1], "-h"], capture_output=True, text=True).stdout
    assert all(word.replace("--", "--[no-]") in usage or word in usage for word in command.words[2:])


@pytest.mark.usefixtures("django_db_setup")
def test_a_backup_can_be_restored(folder: Path) -> None:
    """The blocks under “Backup” in order, with the test's own database, which is then compared with what came back."""
    part = OPERATING.read_text().split("\n## Backup\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for block in re.findall(r"```sh\n(.*?)```", part, re.S) for line in block.splitlines()]
    lines = [line for line in lines if line.split()[0] in BACKUP]
    shown = [command.text for command in _of(*BACKUP)]
    assert lines == shown, "a command of a backup stands outside its section"
    given = connection.settings_dict
    (folder / "var" / "media").mkdir(parents=True)
    (folder / "var" / "run").symlink_to(given["HOST"])
    env = os.environ | {
        "DATABASE_URL": f"postgresql://{given['USER']}@/{given['NAME']}?host={given['HOST']}",
        "WERKSTOF_VAR": str(folder / "var"),
    }
    restored = f"{given['NAME']}_restored"
    script = "\n".join(line.replace("werkstof_restored", restored) for line in lines)
    count = "SELECT (SELECT count(*) FROM geo_place), (SELECT count(*) FROM materials_material)"
    ask = ["psql", "-h", given["HOST"], "-U", given["USER"], "-tA"]
    try:
        subprocess.run(["bash", "-euc", script], check=True, env=env, capture_output=True)
        found = [subprocess.check_output([*ask, "-d", name, "-c", count]) for name in (given["NAME"], restored)]
    finally:
        subprocess.run([*ask, "-d", "postgres", "-c", f"DROP DATABASE IF EXISTS {restored}"], check=True)
    assert found[0] == found[1]
    assert found[0].strip() != b"0|0"
    assert (folder / "media.tar.gz").stat().st_size > 0


@pytest.mark.parametrize("command", [command for command in commands() if not command.words], ids=str)
def test_a_line_of_settings_can_be_read(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {row[0].strip("`") for row in table(OPERATING, "variable")}
    for name, value in command.env.items():
        assert name in known
        if name == "EMAIL_URL":
            read: dict[str, Any] = environ.Env.email_url_config(value)
            assert read["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
            assert read["EMAIL_USE_TLS"]
            assert (read["EMAIL_HOST"], read["EMAIL_PORT"]) == ("mail.example.org", 587)


# ---- words of the site ----


def test_what_the_page_for_users_says_to_press_is_a_text_of_the_site() -> None:
    """Its story is played in a browser (tests/browser/test_user_story.py); what stands before it is held here."""
    roles, _story = (ROOT / "docs" / "gebruikers.md").read_text().split("\n## Eén uitwisseling in tien minuten\n")
    pressed = {" ".join(words.split()) for words in re.findall(r"\*\*([^*]+)\*\*", roles)}
    catalogue = (ROOT / "marketplace/locale/en/LC_MESSAGES/django.po").read_text()
    texts = {"".join(re.findall(r'"(.*)"', text)) for text in re.findall(r'^msgid ((?:".*"\n)+)', catalogue, re.M)}
    assert pressed - texts == set()
    assert len(pressed) >= 12


# ---- links and numbers ----


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in links(page):
        if target.startswith("http"):
            continue
        path, _, anchor = target.partition("#")
        if page in TEXTS and path.startswith("/"):
            # A page of the site; tests/frontend/test_documents.py asks for its anchor.
            resolve(path)
            continue
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)
    assert broken == []


def test_the_code_refers_to_decisions_that_exist() -> None:
    sources = [path for pattern in ("*/**/*.py", "script/**/*", "*/**/*.ts") for path in ROOT.glob(pattern)]
    sources = [path for path in sources if path.is_file() and not {".venv", "node_modules", "var"} & set(path.parts)]
    numbers = {number for path in sources for number in re.findall(r"docs/adr/(\d{4})", path.read_text())}
    assert {"0002", "0003", "0004"} <= numbers
    assert all(list((ROOT / "docs/adr").glob(f"{number}-*.md")) for number in numbers)


def test_the_numbers_of_pairing_are_those_of_the_code() -> None:
    page = ROOT / "docs" / "pairing.md"
    said = {row[0].strip("`"): row[1] for row in table(page, "in `rules.py`")}
    constants = {name for name in vars(rules) if name.isupper()}
    assert said.keys() == constants
    plain = {name for name in constants if isinstance(getattr(rules, name), int | float)}
    assert {name: float(said[name]) for name in plain} == {name: getattr(rules, name) for name in plain}
    assert (said["NEEDED_TO_REPAIR"], said["RESTORED_CONDITION"]) == (rules.NEEDED_TO_REPAIR, rules.RESTORED_CONDITION)
    assert tuple(said["RESTORING_SERVICES"].split(", ")) == rules.RESTORING_SERVICES
    assert _named(said["BEST_PER_LIST"]) == rules.BEST_PER_LIST
    assert _named(said["CHAIN_WEIGHTS"]) == rules.CHAIN_WEIGHTS
    assert sum(rules.CHAIN_WEIGHTS.values()) == pytest.approx(1)
    assert tuple(map(float, said["CLOSENESS"].split(","))) == rules.CLOSENESS
    assert _named(said["WEEKS_PER_DELIVERY"]) == pytest.approx(rules.WEEKS_PER_DELIVERY)
    weights = {row[0].strip("`"): row[1] for row in table(page, "in `weights/default_weights.py`")}
    assert weights.keys() == {name for name in vars(default_weights) if name.isupper()}
    assert _named(weights["WEIGHT_POINTS"]) == default_weights.WEIGHT_POINTS
    assert int(weights["MOST_POINTS"]) == default_weights.MOST_POINTS
    assert _named(weights["WEIGHTS"]) == default_weights.WEIGHTS
    assert sum(default_weights.WEIGHTS.values()) == pytest.approx(1)


def _named(text: str) -> dict[str, float]:
    """ "weekly 1, monthly 12/52" as numbers by name."""
    found = {}
    for part in text.split(", "):
        name, value = part.split(" ")
        over, *under = map(float, value.split("/"))
        found[name] = over / math.prod(under)
    return found


@pytest.mark.parametrize(("manual", "header"), [("nl", "kolom"), ("en", "column"), ("fr", "colonne")])
def test_the_columns_of_an_import_are_those_of_the_code(manual: str, header: str) -> None:
    rows = table(ROOT / f"frontend/about/texts/help.{manual}.md", header)
    said = {}
    for name, aliases, _what in rows:
        required = name.startswith("**")
        bare = name.split("**")[1] if required else name
        said[bare] = ([bare, *aliases.split(", ")], required)
    assert said == {names[0]: (list(names), field in REQUIRED) for field, names in NAMES.items()}
