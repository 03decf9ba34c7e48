"""The text of a web page as Markdown, without what moves, asks or leads elsewhere."""

from bs4 import BeautifulSoup, Comment
from markdownify import MarkdownConverter

from inference.knowledge.importing.errors import Unfit

LONGEST_PAGE = 5_000_000
DROPPED = (
    "script", "style", "noscript", "template", "nav", "header", "footer", "aside", "form",
    "button", "input", "select", "textarea", "iframe", "object", "embed", "svg", "canvas",
    "video", "audio", "img", "picture", "dialog", "head", "link", "meta",
)  # fmt: skip
CLOSED_BY_THE_NEXT = ("li", "p", "dt", "dd", "tr", "td", "th", "option")
_HIDDEN = ("[hidden]", "[aria-hidden=true]", "[role=navigation]", "[role=banner]", "[role=search]")


def text_of(page: str) -> str:
    """Markdown that begins with the page's title as a heading, where it has one. Raises Unfit."""
    if len(page) > LONGEST_PAGE:
        reason = f"longer than {LONGEST_PAGE} characters"
        raise Unfit("long", reason, most=LONGEST_PAGE)
    try:
        return _markdown(BeautifulSoup(page, "html.parser"))
    except RecursionError as error:
        raise Unfit("deep", "the page is nested too deeply") from error


def _markdown(soup: BeautifulSoup) -> str:
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    for part in [*soup.find_all(DROPPED), *soup.select(", ".join(_HIDDEN))]:
        part.decompose()
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    # An element that its author did not close holds the next one of its kind.
    for part in soup.find_all(CLOSED_BY_THE_NEXT):
        if part.parent is not None and part.parent.name == part.name:
            part.parent.insert_after(part)
    main = soup.find("main") or soup.find("article") or soup.body or soup
    converter = MarkdownConverter(
        heading_style="ATX", bullets="-", strip=["a", "img"], escape_asterisks=False,
        escape_underscores=False,
    )  # fmt: skip
    text: str = converter.convert_soup(main)
    has_heading = main.find("h1") is not None
    return text if has_heading or not title else f"# {title}\n\n{text}"
