"""Texts written as a whole: a Markdown file per language, the same on the site and for who reads the sources."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path, PurePosixPath

from django.templatetags.static import static
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin

TEXTS = Path(__file__).parent / "texts"
#: Without HTML: a text is words, and pages look the same.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").use(anchors_plugin, max_level=3)


@dataclass(frozen=True)
class Heading:
    """A part of a document, and the anchor that leads to it."""

    anchor: str
    text: str


@dataclass(frozen=True)
class Document:
    """A text as a page shows it: its title apart, and its parts for a table of contents."""

    title: str
    html: SafeString
    parts: tuple[Heading, ...]


@cache
def read_document(name: str, language: str) -> Document:
    """The text `name` in a language."""
    tokens = _MARKDOWN.parse((TEXTS / f"{name}.{language}.md").read_text(encoding="utf-8"))
    title, body = tokens[1].content, tokens[3:]
    assert tokens[0].tag == "h1", f"{name}.{language}.md doesn't begin with its title"
    html = _MARKDOWN.renderer.render(list(_dressed(body, language)), _MARKDOWN.options, {})
    # Our own files, read without HTML.
    return Document(title, mark_safe(html), tuple(_headings(body, "h2")))


def _headings(tokens: Sequence[Token], tag: str) -> Iterator[Heading]:
    for token, text in pairwise(tokens):
        if token.type == "heading_open" and token.tag == tag:
            yield Heading(str(token.attrs["id"]), text.content)


def _dressed(tokens: Sequence[Token], language: str) -> Iterator[Token]:
    """The tokens with what the pages want of tables, pictures and links."""
    part = ""
    for token in tokens:
        if token.type == "heading_open":
            part = str(token.attrs["id"])
        if token.type == "inline":
            for child in token.children or []:
                if child.type == "image":
                    _show_picture(child)
                if child.type == "link_open" and str(child.attrs["href"]).startswith("/"):
                    child.attrSet("href", translate_url(str(child.attrs["href"]), language))
        if token.type == "table_open":
            token.attrSet("class", "table table--words")
            # A table wider than the screen scrolls, also by keyboard.
            frame = '<div class="tablewrap" tabindex="0" role="region" aria-labelledby="{}">'
            yield Token("html_block", "", 0, content=format_html(frame, part))
        yield token
        if token.type == "table_close":
            yield Token("html_block", "", 0, content="</div>")


def _show_picture(token: Token) -> None:
    """A text names a picture by its file beside the sources; the page, by its address."""
    path = PurePosixPath(str(token.attrs["src"]))
    token.attrSet("src", static(f"help/{path.name}"))
    token.attrSet("loading", "lazy")
