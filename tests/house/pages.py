"""The project's pages in Markdown: their commands, links, tables and headings."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Texts that the site shows, one per language.
TEXTS = sorted((ROOT / "frontend/about/texts").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")), *TEXTS]

_ASSIGNMENT = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)", re.S)


@dataclass(frozen=True)
class Command:
    """One line of a block: its words, and the variables set before them."""

    page: Path
    line: int
    text: str
    words: list[str] = field(hash=False)
    env: dict[str, str] = field(hash=False)

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}: {self.text[:60]}"


def blocks(page: Path, language: str) -> Iterator[tuple[int, str]]:
    """Each fenced block of a language, with the number of its first line."""
    text = page.read_text()
    for match in re.finditer(rf"^```{language}\n(.*?)^```", text, re.S | re.M):
        yield text.count("\n", 0, match.start(1)) + 1, match[1]


def commands() -> list[Command]:
    """Every command in a `sh` block of every page."""
    return [
        command for page in PAGES for start, block in blocks(page, "sh") for command in _parsed(page, start, block)
    ]


def _parsed(page: Path, start: int, block: str) -> Iterator[Command]:
    for number, text in enumerate(block.splitlines(), start):
        words = shlex.split(text, comments=True)
        env: dict[str, str] = {}
        while words and (match := _ASSIGNMENT.fullmatch(words[0])):
            env[match[1]] = match[2]
            words = words[1:]
        if words or env:
            yield Command(page, number, text.strip(), words, env)


def table(page: Path, first_header: str) -> list[list[str]]:
    """The rows of the table whose first column has this header; marks of emphasis and code stay."""
    lines = page.read_text().splitlines()
    heads = [number for number, line in enumerate(lines) if line.startswith(f"| {first_header} |")]
    assert heads, f"{page.name} has no table that begins with “{first_header}”"
    rows = []
    for line in lines[heads[0] + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def anchors(page: Path) -> set[str]:
    """What a link may name behind `#`: headings in lower case, words joined by dashes."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> list[str]:
    """Targets of links and pictures."""
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.S | re.M)
    return re.findall(r"\]\(([^)\s]+)\)", text)
