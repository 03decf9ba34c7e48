"""Reads the cards of `cards.yaml`; their order is the order of the list."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

CARDS = Path(__file__).with_name("cards.yaml")


@dataclass(frozen=True)
class Source:
    publisher: str
    title: str
    year: int

    @property
    def lang(self) -> str:
        """What a screen reader should read the title as."""
        return "ko" if any("가" <= sign <= "힣" for sign in self.title) else "en"


@dataclass(frozen=True)
class Card:
    slug: str
    title: str
    when: str
    now: list[str]
    avoid: list[str]
    go: list[str]
    sources: list[Source]


@lru_cache(maxsize=1)
def all_cards() -> dict[str, Card]:
    rows = yaml.safe_load(CARDS.read_text())
    cards = [
        Card(**{**row, "sources": [Source(**source) for source in row["sources"]]}) for row in rows
    ]
    return {card.slug: card for card in cards}


def card_of(slug: str) -> Card | None:
    return all_cards().get(slug)
