"""Cells of lists: what a spreadsheet takes for a formula, and texts that are too long for one cell of a worksheet.

Knows no Django: the child process reads these too.
"""

#: What a spreadsheet takes for a formula; with an apostrophe before it, it doesn't (maps.files.child.tables).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
#: Letters that a cell of a workbook holds.
LONGEST_CELL = 32_767
#: How far before its end a cell is cut, at most, where that is better.
_LOOKED_BACK = 1_000


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def may_continue(text: str) -> bool:
    """Whether a cell is so full that its text may go on in the next."""
    return len(text) >= LONGEST_CELL // 2 - _LOOKED_BACK


def cells_of(text: str) -> list[str]:
    """A text in pieces that each fit in a cell; behind each other they are the text.

    Where it can be, none begins or ends with a space, which programs drop there, or begins as a formula does.
    """
    if len(text) <= LONGEST_CELL // 2:
        return [text]
    # Excel counts a sign that others count as one for two, where it is none of the first 65,536.
    most = (LONGEST_CELL - 1) // (2 if max(text) > "\uffff" else 1)
    begins, pieces = 0, list[str]()
    while len(text) - begins > most:
        last = begins + most
        end = next((at for at in range(last, last - _LOOKED_BACK, -1) if _may_be_cut(text, at)), last)
        pieces.append(text[begins:end])
        begins = end
    pieces.append(text[begins:])
    return [pieces[0], *map(safe, pieces[1:])]


def _may_be_cut(text: str, at: int) -> bool:
    return not (text[at - 1].isspace() or text[at].isspace() or text[at] in FORMULA)
