"""What a process that answers requests has loaded: what is heavy and serves one task is loaded by a child of it."""

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.house.pages import ROOT
from tests.house.running import environment

pytestmark = pytest.mark.django_db

#: Loads the application as gunicorn does, answers one request, and tells what came along.
WORKER = """
import io, json, sys
from wsgiref.util import setup_testing_defaults
from marketplace.wsgi import application

environ = {"PATH_INFO": sys.argv[1], "QUERY_STRING": sys.argv[2], "HTTP_HOST": "127.0.0.1", "wsgi.input": io.BytesIO()}
setup_testing_defaults(environ)
told = []
answer = application(environ, lambda status, headers: told.append(status))
body = b"".join(answer)
answer.close()
print(json.dumps({"status": told[0], "body": body.decode(), "modules": sorted(sys.modules)}))
"""

#: Who may load each of these, which a web server's process may not: they would be in the memory of all of them.
ELSEWHERE = {
    "weasyprint": "the child that prints a map",
    "tinycss2": "the child that prints a map",
    "fontTools": "the child that prints a map",
    "pyogrio": "children that read and write files of maps",
    "pyarrow": "children that read and write files of maps",
    "pyproj": "children that read files of maps",
    "python_calamine": "children that read tables",
    "maps.files.child.gdal": "children that read and write files of maps",
    "maps.files.child.reading": "children that read files of maps",
    "maps.files.child.systems": "children that read files of maps",
    "maps.files.child.tables": "children that read tables",
    "maps.files.child.writing": "children that write files of maps",
    "frontend.maps.print_child": "the child that prints a map",
    "scipy": "the worker that makes a plan",
    "unquotemail": "the program that receives mail",
    "pyshacl": "tests",
    "hypothesis": "tests",
    "schemathesis": "tests",
    "playwright": "tests",
}


def loaded_after(path: str, asked: str) -> set[str]:
    """The modules of a process that has answered one request, which must be a success."""
    done = subprocess.run(
        [sys.executable, "-c", WORKER, path, asked],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["status"] == "200 OK", found
    assert json.loads(found["body"])["numberReturned"] == 5
    return set(found["modules"])


def test_what_is_named_is_there_to_be_loaded() -> None:
    """A name that is nothing's would never be found."""
    assert [name for name in ELSEWHERE if find_spec(name) is None] == []


def test_a_web_worker_that_serves_items_has_loaded_nothing_that_is_for_its_children() -> None:
    loaded = loaded_after("/ogc/collections/municipalities/items", "limit=5")
    assert {"maps.ogc.views", "frontend.maps.print_views"} <= loaded, "views are loaded with the first request"
    assert {name: whose for name, whose in ELSEWHERE.items() if name in loaded} == {}
