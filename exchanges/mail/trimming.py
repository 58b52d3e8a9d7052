"""What somebody wrote themselves in a mail, without what they answered to.

It runs in a child process, which knows nothing of Django (exchanges.mail.reading): a crafted mail can make the
patterns of quotes, or a page of nested tags, take all time there is.
"""

import json
import re
from typing import IO

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from unquotemail import Unquote
from unquotemail.unquote import patterns

#: What a line of a mail's head is called where Outlook writes it above what it quotes.
_FROM = re.compile(r"\s*\**(van|from|de|von)\s*:\**\s*\S", re.IGNORECASE)
_SENT = re.compile(r"\s*\**(verzonden|sent|envoyé|gesendet|datum|date)\s*:\**\s*\S", re.IGNORECASE)
#: What unquotemail doesn't know of Dutch: Apple's "heeft Bo het volgende geschreven:", Proton's "Op …, Bo schreef:",
#: Roundcube's "Bo schreef op 2026-11-03 10:12:". Each has a date, which tells it from what people write themselves.
_DUTCH = (
    re.compile(r"op\s(?=[^:]*\d)[\s\S]+\b(schreef|geschreven)\s*:", re.IGNORECASE),
    re.compile(r".+\bschreef op\s+\d[\d\s:./-]*:", re.IGNORECASE),
)
#: "-----Oorspronkelijk bericht-----" and its like.
_DIVIDER = re.compile(
    r"\s*[-_*]{3,}\s*(oorspronkelijk|origineel|doorgestuurd|original|forwarded|message|ursprüngliche)\b"
    r".{0,40}?[-_*]{3,}\s*",
    re.IGNORECASE,
)
#: What a phone puts under a mail by itself.
_BY_PROGRAM = re.compile(
    r"((verstuurd|verzonden|sent|envoyé|gesendet)\b.{0,40}"
    r"\b(iphone|ipad|android|outlook|gmail|yahoo|samsung|galaxy|proton ?mail|windows)\b.{0,60}"
    r"|.{0,20}\boutlook (voor|for|pour) (ios|android|mac)\b.{0,80})",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*[_-]{5,}\s*")
#: Lines of one paragraph that introduce a quote, at most: mail programs break them where they are long.
_LONGEST_INTRODUCTION = 3
_SKIPPED = ("script", "style", "head", "title", "meta", "template")
_BLOCKS = ("p", "div", "ul", "ol", "table", "tr", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr")
_EMPTY_LINES = re.compile(r"\n{3,}")


def own_words(file: IO[bytes], is_html: bool) -> bytes:
    """JSON with `text`, what the sender wrote, and `whole`, all of it as plain text."""
    content = file.read().decode()
    whole = _text_of(content) if is_html else content
    shown = _text_of(_without_marked_quotes(content)) if is_html else content
    return json.dumps({"text": _tidy(_without_quotes(shown)), "whole": _tidy(whole)}).encode()


class _Marked(Unquote):  # type: ignore[misc] # it has no types
    """HTML without the quote that a mail program marked as one, by class or name."""

    def parse(self) -> None:
        soup = BeautifulSoup(self.original_html, "html.parser")
        self._parse_html(soup)
        self._html = str(soup)


def _without_marked_quotes(html: str) -> str:
    return str(_Marked(html, "").get_html()) if html.strip() else html


def _without_quotes(text: str) -> str:
    """Cut at the first line that introduces a quote. What stands below a quote marked with ">" is one's own again."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if not line.strip() or line.lstrip().startswith(">"):
            continue
        length = _introduction(lines, number)
        if length:
            before = lines[: number - 1] if number and _RULE.fullmatch(lines[number - 1]) else lines[:number]
            return _signed_by_nobody([*before, *_below(lines[number + length :])])
    return _signed_by_nobody([line for line in lines if not line.lstrip().startswith(">")])


def _signed_by_nobody(lines: list[str]) -> str:
    """Without a last line such as "Verstuurd vanaf mijn iPhone"."""
    text = "\n".join(lines).rstrip()
    before, _line_end, last = text.rpartition("\n")
    return before if _BY_PROGRAM.fullmatch(last.strip()) else text


def _introduction(lines: list[str], number: int) -> int:
    """How many lines from this one on introduce a quote; 0 where they don't.

    unquotemail's patterns alone take "Op dinsdag kan het" for the beginning of "Op ma 3 nov schreef Bo:" some lines
    on. So a pattern holds only within a paragraph, to the end of a line, and where no later line begins one.
    """
    if _FROM.match(lines[number]) and any(_SENT.match(line) for line in lines[number + 1 : number + 3]):
        return 1
    if _DIVIDER.fullmatch(lines[number]):
        return 1
    paragraph = []
    for line in lines[number : number + _LONGEST_INTRODUCTION]:
        if not line.strip() or line.lstrip().startswith(">"):
            break
        paragraph.append(line.strip())
    for length in range(1, len(paragraph) + 1):
        if _matches("\n".join(paragraph[:length])):
            return 0 if any(_matches("\n".join(paragraph[later:length])) for later in range(1, length)) else length
    return 0


def _matches(text: str) -> bool:
    """Whether all of a text introduces a quote."""
    return any((found := pattern.match(text)) and not text[found.end() :].strip() for pattern in (*_DUTCH, *patterns))


def _below(lines: list[str]) -> list[str]:
    """What somebody wrote between and below the lines of a quote, where those are marked."""
    first = next((line for line in lines if line.strip()), "")
    if not first.lstrip().startswith(">"):
        return []
    return [line for line in lines if not line.lstrip().startswith(">")]


def _text_of(html: str) -> str:
    """A page as plain text: a block is a paragraph, an item of a list has a dash."""
    parts: list[str] = []
    waiting: list[object] = [BeautifulSoup(html, "html.parser")]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str) and not isinstance(node, NavigableString):
            parts.append(node)
        elif type(node) is NavigableString:
            parts.append(re.sub(r"\s+", " ", str(node)))
        elif isinstance(node, Tag) and node.name not in _SKIPPED:
            around = "\n" if node.name in _BLOCKS else ""
            before = {"br": "\n", "li": "\n- "}.get(node.name, around)
            waiting += [around, *reversed(list(node.children)), before]
    return "".join(parts)


def _tidy(text: str) -> str:
    lines = "\n".join(line.strip() for line in text.replace("\xa0", " ").splitlines())
    return _EMPTY_LINES.sub("\n\n", lines).strip()
