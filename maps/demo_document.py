"""A document for the demo: a page of text as PDF, written by hand."""

from collections.abc import Sequence

_HEADING_PT, _TEXT_PT, _LEADING_PT = 18, 11, 16


def pdf_of(title: str, lines: Sequence[str]) -> bytes:
    """A PDF of one A4 page with a title and some lines, in Latin letters."""
    text = [f"BT /F1 {_HEADING_PT} Tf 60 770 Td ({_escaped(title)}) Tj"]
    text += [f"/F1 {_TEXT_PT} Tf 0 -30 Td", *(f"({_escaped(line)}) Tj 0 -{_LEADING_PT} Td" for line in lines), "ET"]
    content = "\n".join(text).encode("cp1252", errors="replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    made, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(made)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
