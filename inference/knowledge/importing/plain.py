"""Markdown of any kind brought to the little that an article uses: `##` headings, `-` lists and
paragraphs. Links keep their words, pictures go: an owner is sent nowhere by a quoted sentence."""

import re
import unicodedata

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_SETEXT = re.compile(r"^(?P<text>[^\n#|>\-\s][^\n]{0,200})\n(?P<line>={3,}|-{3,})[ \t]*$", re.M)
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.+?)[ \t#]*$")
_BULLET = re.compile(r"^\s*(?:[-*+•‣▪◦●○■□※·]|\d{1,2}[.)])\s+")
_RULE = re.compile(r"^\s*(?:[-*_]\s*){3,}$")
_TABLE_RULE = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$")
_INLINE = (
    (re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)"), ""),
    (re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)"), r"\1"),
    (re.compile(r"<https?://[^>\n]*>"), ""),
    (re.compile(r"</?[a-zA-Z][^>\n]{0,300}>"), ""),
    (re.compile(r"(\*\*|__)(?=\S)([^\n]+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"`([^`\n]*)`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])"), r"\1"),
)


def cleaned(text: str) -> str:
    """Text that can be stored: composed letters, no control characters, lines ended alike."""
    sound = text.encode("utf-8", "ignore").decode().replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", unicodedata.normalize("NFC", sound)).replace("\xa0", " ")


def plain(text: str) -> tuple[str, str]:
    """The title, empty where the text names none, and the body."""
    lines = _SETEXT.sub(_as_heading, cleaned(text)).split("\n")
    title, rest = _title_of(lines)
    depth = min((len(one[1]) for line in rest if (one := _HEADING.match(line))), default=0)
    body = "\n".join(_line(line, depth) for line in rest if not _is_mark(line))
    return title, re.sub(r"\n{3,}", "\n\n", body).strip()


def in_short_paragraphs(body: str, most: int) -> str:
    """The same text, its long lines broken between sentences."""
    return "\n".join(_broken(line, most) for line in body.split("\n"))


def _broken(line: str, most: int) -> str:
    if len(line) <= most:
        return line
    found = [""]
    for sentence in re.split(r"(?<=[.?!。])\s+", line):
        if found[-1] and len(found[-1]) + len(sentence) >= most:
            found.append("")
        found[-1] = f"{found[-1]} {sentence}".strip()
    return "\n\n".join(found)


def _as_heading(match: re.Match[str]) -> str:
    return f"{'#' if match['line'].startswith('=') else '##'} {match['text'].strip()}"


def _title_of(lines: list[str]) -> tuple[str, list[str]]:
    """A first heading that no other of its rank follows, and what is left."""
    headings = [(n, one) for n, line in enumerate(lines) if (one := _HEADING.match(line))]
    if not headings:
        return "", lines
    number, first = headings[0]
    is_alone = all(len(one[1]) > len(first[1]) for _n, one in headings[1:])
    if not is_alone or any(line.strip() for line in lines[:number]):
        return "", lines
    return _inline(first[2]), [*lines[:number], *lines[number + 1 :]]


def _line(line: str, depth: int) -> str:
    heading = _HEADING.match(line)
    if heading:
        words = _inline(heading[2])
        return f"\n## {words}\n" if len(heading[1]) == depth else f"\n{words}\n"
    if line.lstrip().startswith("|") and line.rstrip().endswith("|"):
        cells = [_inline(cell) for cell in line.strip().strip("|").split("|")]
        return "- " + " · ".join(cell for cell in cells if cell)
    quoted = re.sub(r"^\s*(?:>\s?)+", "", line)
    bullet = _BULLET.match(quoted)
    return f"- {_inline(quoted[bullet.end() :])}" if bullet else _inline(quoted)


def _is_mark(line: str) -> bool:
    """A line that draws and says nothing."""
    is_table = "|" in line and _TABLE_RULE.match(line)
    return bool(_FENCE.match(line) or _RULE.match(line) or is_table)


def _inline(text: str) -> str:
    for pattern, kept in _INLINE:
        text = pattern.sub(kept, text)
    return text.strip()
