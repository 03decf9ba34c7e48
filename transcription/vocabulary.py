"""The words of the library that an engine is to expect: breeds, medicines, signs, conditions.

`manage.py build_vocabulary` writes them from the library into a file that comes along; what is
read while recordings are heard is that file alone.
"""

import re
from functools import cache
from pathlib import Path

import yaml

from inference.knowledge import index
from inference.knowledge.loading import Draft, names_of, whole_text

FILE = Path(__file__).with_name("vocabulary.txt")
WORDS = Path(__file__).with_name("words.yaml")
SYNONYMS = Path(index.__file__).with_name("synonyms.yaml")
LONGEST_HINT = 150
AMAZON_HEAD = "Phrase\tSoundsLike\tIPA\tDisplayAs"
AMAZON_BYTES = 50_000
_TERM = re.compile(r"[가-힣]{2,12}(?: [가-힣]{1,12}){0,2}")


@cache
def terms() -> tuple[str, ...]:
    """The shipped words, those that the library speaks of most first."""
    return tuple(FILE.read_text(encoding="utf-8").split("\n")[:-1])


@cache
def prompt() -> str:
    """A short line of the most telling words, for an engine that takes a hint."""
    hint = ""
    for term in terms():
        if len(hint) + len(term) + 2 > LONGEST_HINT:
            break
        hint = f"{hint}, {term}" if hint else term
    return hint


@cache
def build() -> tuple[str, ...]:
    """The words of the library as it is now."""
    drafts, _ = index.read_folder()
    texts = [whole_text(draft) for draft in drafts]
    spoken_of = {term: sum(term in text for text in texts) for term in _candidates(drafts)}
    given = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    always = {*given["animals"], *_flat(given["breeds"])}
    kept = [term for term, count in spoken_of.items() if count or term in always]
    return tuple(sorted(kept, key=lambda term: (-spoken_of[term], term)))


def text_of(words: tuple[str, ...]) -> str:
    return "".join(f"{term}\n" for term in words)


def amazon_table(words: tuple[str, ...]) -> str:
    """The words as Amazon Transcribe's table of a custom vocabulary: phrases of Korean letters,
    joined by hyphens, as many as it takes."""
    lines, size = [AMAZON_HEAD], len(AMAZON_HEAD) + 1
    for term in words:
        line = f"{term.replace(' ', '-')}\t\t\t{term}"
        size += len(line.encode()) + 1
        if size > AMAZON_BYTES:
            break
        lines.append(line)
    return "\n".join(lines) + "\n"


def _candidates(drafts: list[Draft]) -> set[str]:
    given = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    signs = yaml.safe_load(SYNONYMS.read_text(encoding="utf-8"))
    named = {name for draft in drafts for name in _telling(draft)}
    listed = {*given["animals"], *_flat(given["breeds"]), *_flat(given["medicines"])}
    nouns = {word for word in _flat(signs) if not word.endswith("다")}
    found = {word for word in listed | nouns | named if _TERM.fullmatch(word)}
    return found - _flat(given["ordinary"])


def _telling(draft: Draft) -> set[str]:
    """The conditions' own names, and of their other names the single words that nobody says
    without meaning them."""
    own = {condition["ko"] for condition in draft.conditions}
    return own | {name for name in names_of(draft) if " " not in name and len(name) > 2}


def _flat(groups: list[list[str]]) -> set[str]:
    return {word for group in groups for word in group}
