"""A view parses, authorises, calls one read or one write, and renders: what is longer does more than that."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.pages import ROOT

#: Lines of a body without its docstring; blank lines, comments and decorators don't count.
MOST_LINES = 15
ROOMS = ("frontend/views/*.py", "*/api/*.py", "marketplace/health.py", "marketplace/media.py")


def views(source: str) -> Iterator[ast.FunctionDef]:
    """Whatever is given a request: views, methods of API views, and the parts that they are cut into."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and any(argument.arg == "request" for argument in node.args.args):
            yield node


def length(view: ast.FunctionDef, source: str) -> int:
    body = view.body[1:] if ast.get_docstring(view) else view.body
    if not body:
        return 0
    lines = source.splitlines()[body[0].lineno - 1 : body[-1].end_lineno]
    return sum(1 for line in lines if line.strip() and not line.strip().startswith("#"))


def too_long(source: str) -> dict[str, int]:
    return {view.name: length(view, source) for view in views(source) if length(view, source) > MOST_LINES}


@pytest.mark.parametrize(
    "path", sorted(path for room in ROOMS for path in ROOT.glob(room)), ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_view_is_longer_than_a_view_should_be(path: Path) -> None:
    assert too_long(path.read_text()) == {}


def test_a_longer_one_is_found() -> None:
    lines = "".join(f"    row = {number}\n" for number in range(MOST_LINES))
    head = 'def page(request, slug):\n    """What it shows."""\n    # Why.\n\n'
    assert too_long(head + lines) == {}
    assert too_long(head + lines + "    return row\n") == {"page": MOST_LINES + 1}
    assert too_long(head.replace("request", "listing") + lines + "    return row\n") == {}
