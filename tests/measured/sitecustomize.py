"""Imported by Python itself at the start of a child process: notes what it runs, and leaves that when it ends.

slipcover merges what lies in its folder under such names with what the workers of the tests ran. A child that is
killed, or that may write no more, leaves nothing.

A run of the tests starts a thousand children, most of which run the same: what slipcover makes of a module is worked
out by the first and lies in the folder for the others, and of what several ran alike one is left.
"""

import ast
import atexit
import hashlib
import json
import marshal
import os
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

import slipcover
from slipcover import branch, importer

_FOLDER = Path(os.environ["SLIPCOVER_COVERAGE_DIR"])
_ROOT = Path(__file__).parents[2]
#: A module's code with marks at its branches, its lines that count, and its branches that do.
_Prepared = tuple[CodeType, frozenset[int], frozenset[tuple[int, int]]]


class _Noted(slipcover.Slipcover):
    """Lists no lines that didn't run: the workers of the tests list those of all modules."""

    def __init__(self) -> None:
        super().__init__(branch=True)
        #: What counts of each module that was imported, by its path.
        self.counting: dict[str, tuple[frozenset[int], frozenset[tuple[int, int]]]] = {}

    def instrument(self, co: CodeType, parent: CodeType | None = None) -> CodeType:
        noting: CodeType = super().instrument(co, parent or co)
        if parent is None and sys.version_info < (3, 12):
            self.instrumented[co.co_filename].add(noting)
        return noting

    def prepared(self, path: Path) -> _Prepared:
        """Of a module's source, by slipcover's own means."""
        source = path.read_text()
        code = compile(branch.preinstrument(ast.parse(source)), str(path), "exec")
        excluded = self._compute_excluded_lines(source)
        branches = frozenset(one for one in self.branches_from_code(code) if one[0] not in excluded)
        return code, frozenset(self.lines_from_code(code)) - excluded, branches

    def ran(self) -> dict[str, dict[str, list[Any]]]:
        """By path what ran of what counts."""
        self.all_seen.update({path: self.all_seen[path] | seen for path, seen in self._get_newly_seen().items()})
        return {
            os.path.relpath(path, _ROOT): {
                "executed_lines": sorted(lines & self.all_seen[path]),
                "missing_lines": [],
                "executed_branches": sorted(branches & self.all_seen[path]),
                "missing_branches": [],
            }
            for path, (lines, branches) in self.counting.items()
        }


class _Loader(importer.SlipcoverLoader):
    """Takes what another child worked out."""

    def exec_module(self, module: Any) -> None:
        if not isinstance(self.orig_loader, SourceFileLoader):
            super().exec_module(module)
            return
        code, *counting = _kept(self.sci, self.origin)
        self.sci.counting[str(self.origin)] = counting
        self.sci.register_module(module)
        exec(self.sci.instrument(code), module.__dict__)


def _kept(noted: _Noted, path: Path) -> _Prepared:
    found = path.stat()
    known_as = hashlib.sha256(f"{path} {found.st_mtime_ns} {found.st_size}".encode()).hexdigest()
    kept = _FOLDER / f"{known_as}.prepared"
    try:
        made: _Prepared = marshal.loads(kept.read_bytes())
    except (OSError, ValueError, EOFError):
        made = noted.prepared(path)
        _write(kept, marshal.dumps(made))
    return made


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    unfinished = path.with_name(f"{os.getpid()}.part")
    try:
        unfinished.write_bytes(content)
        unfinished.rename(path)
    except OSError:
        unfinished.unlink(missing_ok=True)


def _leave(noted: _Noted) -> None:
    ran = json.dumps(noted.ran(), sort_keys=True)
    left = _FOLDER / f"coverage-gw-{hashlib.sha256(ran.encode()).hexdigest()}.json"
    if not left.exists():
        meta = {"software": "slipcover", "branch_coverage": True, "show_contexts": False}
        _write(left, json.dumps({"meta": meta, "files": json.loads(ran)}).encode())


def _measure() -> None:
    rooms, omitted = (os.environ[f"SLIPCOVER_{name}"].split(",") for name in ("SOURCE", "OMIT"))
    noted = _Noted()
    importer.SlipcoverLoader = _Loader
    importer.ImportManager(noted, importer.FileMatcher(sources=rooms, omit=omitted)).__enter__()
    atexit.register(_leave, noted)


_measure()
