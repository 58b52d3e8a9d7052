"""Sets a page as a PDF in a child process: no other process has to load WeasyPrint, which takes a second."""

from pathlib import Path
from typing import IO

from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse


class HouseFonts(URLFetcher):
    """Hands out the faces of the house and nothing else: no address and no file that a text might name."""

    def __init__(self, fonts: dict[str, str]) -> None:
        super().__init__()
        self._fonts = fonts

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url not in self._fonts:
            raise ValueError("A sheet reads nothing from elsewhere.")
        return URLFetcherResponse(url, Path(self._fonts[url]).read_bytes(), {"Content-Type": "font/woff2"})


def set_page(file: IO[bytes], fonts: dict[str, str]) -> bytes:
    """The PDF of a page of HTML. `fonts` has by address, such as "font:400", the file of a face in WOFF2."""
    pdf: bytes = HTML(string=file.read().decode(), url_fetcher=HouseFonts(fonts)).write_pdf(pdf_variant="pdf/ua-1")
    return pdf
