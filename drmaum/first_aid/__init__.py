"""First-aid cards: what to do before a vet can be reached, readable without a network."""

from drmaum.first_aid.reading import CARDS, Card, all_cards, card_of

__all__ = ["CARDS", "Card", "all_cards", "card_of"]
