"""Every variable that settings and scripts read is explained to operators, and the other way round."""

import re
from pathlib import Path

from tests.house.pages import ROOT, table

OPERATING = ROOT / "docs" / "operating.md"
#: Between scripts, not for people.
INTERNAL = {"WERKSTOF_PREPARED"}
#: Of the fuzz, which no operator runs: its script explains them.
OF_THE_FUZZ = {"FUZZ_EXAMPLES", "FUZZ_SECONDS", "FUZZ_SEED"}


def _read_by(path: Path) -> set[str]:
    """Names that a Python file or a shell script takes from the environment."""
    text = path.read_text()
    if path.suffix == ".py":
        return set(re.findall(r"""\b(?:env(?:\.\w+)?|environ\.get)\(\s*["']([A-Z0-9_]+)""", text))
    return set(re.findall(r"\$\{([A-Z][A-Z0-9_]*):?-", text)) - INTERNAL - OF_THE_FUZZ


def _documented() -> set[str]:
    return {row[0].strip("`") for row in table(OPERATING, "variable")}


def _read() -> set[str]:
    scripts = [path for path in (ROOT / "script").rglob("*") if path.is_file()]
    return set().union(
        *(_read_by(path) for path in [ROOT / "marketplace/settings.py", ROOT / "marketplace/gunicorn.py", *scripts])
    )


def test_what_is_read_is_explained() -> None:
    assert {"SECRET_KEY", "WEB_WORKERS", "DATABASE_POOL_SIZE", "PORT"} <= _read()
    assert _read() - _documented() == set()


def test_what_is_explained_is_read() -> None:
    assert _documented() - _read() == set()
