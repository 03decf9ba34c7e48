"""The test box: what the rules in force and the shipped ones say of made-up words."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from inference import rulebook
from inference.triage.engine import assess
from inference.triage.reading import Sentence, read
from inference.triage.rules import load_rules
from inference.triage.types import Assessment, PetFacts


@dataclass(frozen=True)
class Heard:
    """A sentence as the rules see it, and how it is meant in words."""

    text: str
    meanings: tuple[str, ...]
    is_about_now: bool


@dataclass(frozen=True)
class Trial:
    now: Assessment
    shipped: Assessment
    sentences: tuple[Heard, ...]
    milliseconds: float

    @property
    def is_different(self) -> bool:
        """Whether the shipped book would have said something else."""
        return (self.now.urgency, self.now.findings) != (
            self.shipped.urgency, self.shipped.findings,
        )  # fmt: skip


def try_out(*, text: str, pet: PetFacts, earlier: Sequence[str] = ()) -> Trial:
    """Judge a message that nobody sent. Nothing is stored."""
    book = rulebook.current()
    begun = time.perf_counter()
    now = assess(text, pet, earlier, book)
    milliseconds = (time.perf_counter() - begun) * 1000
    return Trial(
        now=now,
        shipped=assess(text, pet, earlier, load_rules()),
        sentences=tuple(map(_heard, read(text))),
        milliseconds=milliseconds,
    )


def _heard(sentence: Sentence) -> Heard:
    meanings = {
        _("지금 일어나는 일"): sentence.is_about_now,
        _("묻거나 가정하는 말"): sentence.is_question,
        _("지난 일"): sentence.is_past,
        _("남의 동물"): sentence.is_third_party,
        _("동물의 몸 이야기가 아님"): sentence.is_elsewhere,
    }
    holding = tuple(meaning for meaning, holds in meanings.items() if holds)
    return Heard(sentence.text, holding, sentence.is_about_now)
