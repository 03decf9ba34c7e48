"""The text of a PDF, put together again from lines of print."""

import io
import re
from collections import Counter

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from inference.knowledge.importing.errors import Unfit

MOST_PAGES = 200
LEAST_LETTERS_A_PAGE = 20
_PAGE_NUMBER = re.compile(
    r"^[-–—\s]*(?:page|p\.)?\s*\d{1,4}\s*(?:(?:/|of)\s*\d{1,4})?[-–—\s]*$", re.I
)
_ENDED = re.compile(r"[.?!。:…”\")\]]$")
_BEGINS = re.compile(r"^(?:[-*•‣▪◦●○■□※·▶►]|\d{1,2}[.)]|[가-하][.)]|#{1,6})\s*")


def text_of(data: bytes) -> str:
    """Raises Unfit."""
    if b"%PDF-" not in data[:1024]:
        raise Unfit("not_pdf", "the file is not a PDF")
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise Unfit("encrypted", "the PDF is encrypted: save it without a password")
        count = len(reader.pages)
        if count > MOST_PAGES:
            reason = f"{count} pages; {MOST_PAGES} at most"
            raise Unfit("pages", reason, pages=count, most=MOST_PAGES)
        pages = [page.extract_text() or "" for page in reader.pages]
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
    ) as error:
        if isinstance(error, Unfit):
            raise
        raise Unfit("broken_pdf", f"the PDF cannot be read: {error}") from error
    letters = sum(len(re.findall(r"\w", page)) for page in pages)
    if letters < LEAST_LETTERS_A_PAGE * max(count, 1):
        raise Unfit("images", "the pages are pictures without text: recognise the text first")
    return _joined(pages)


def _joined(pages: list[str]) -> str:
    """Paragraphs out of printed lines, without what stands above and below every page."""
    rows = [[line.strip() for line in page.splitlines() if line.strip()] for page in pages]
    repeated = _repeated(rows)
    found: list[str] = []
    for row in rows:
        for line in row:
            if line in repeated or _PAGE_NUMBER.match(line):
                continue
            if found and not _ENDED.search(found[-1]) and not _BEGINS.match(line):
                found[-1] = f"{found[-1]} {line}"
            else:
                found.append(line)
    return "\n\n".join(found)


def _repeated(rows: list[list[str]]) -> set[str]:
    edges = Counter(line for row in rows for line in {*row[:2], *row[-2:]})
    return {line for line, times in edges.items() if times >= 3 and times * 2 > len(rows)}
