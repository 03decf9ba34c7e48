"""Notes of dialogues, made by the code of the product, and held against the facts they must hold.

With a configured model the note is the model's, as in the workflow, in a database of its own;
with none it is the default structure.
"""

import json
import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from chat import services as chat_services
from drmaum.lib.threads import in_thread
from profiles import services as profile_services
from profiles.models import Consent, Species, User
from soap.draft import SECTIONS, Draft, Talk
from soap.evaluation.dialogues import Dialogue, Fact
from soap.extraction import default
from soap.workflow import analyse, elements, markdown, prompt

# Lines of the keyword block that say by themselves that something is not so now.
NOT_NOW = ("없다고 한 증상", "과거력", "종/나이/체중", "복용약", "알레르기", "기저 질환")
_PLAIN = re.compile(r"[\W_]+")
# Advice for a case that may come, or against something, asserts nothing.
_CONDITION = re.compile(
    r"[^,.\n]*?(?:면|거나|때는?|경우(?:에는?)?)(?=[\s,])|[^.\n]*(?:마세요|말고|마시고)"
)


@dataclass(frozen=True)
class Noted:
    """A note, and how long it took without the model's own time being told apart."""

    dialogue: Dialogue
    draft: Draft
    milliseconds: float

    def as_line(self) -> dict[str, Any]:
        texts = {section: self.draft.text_of(section) for section in SECTIONS}
        note = markdown.as_markdown(self.draft.keywords, texts, is_default=self.draft.is_default)
        return {"id": self.dialogue.id, **texts, "keywords": self.draft.keywords, "note": note}


@dataclass
class Measured:
    """How many facts stand where they belong, and what stands that must not."""

    found: dict[str, int] = field(default_factory=lambda: {"S": 0, "O": 0})
    asked: dict[str, int] = field(default_factory=lambda: {"S": 0, "O": 0})
    missed: list[dict[str, str]] = field(default_factory=list)
    forbidden: list[dict[str, str]] = field(default_factory=list)
    forbidden_asked: int = 0

    def as_json(self) -> dict[str, Any]:
        recall = {
            section: round(self.found[section] / asked, 4) if asked else None
            for section, asked in self.asked.items()
        }
        return {
            "recall": recall,
            "facts": self.asked,
            "missed": self.missed,
            "must_not": self.forbidden_asked,
            "asserted": self.forbidden,
        }


async def run(
    dialogues: Iterable[Dialogue], progress: Callable[[int], None], *, with_model: bool
) -> list[Noted]:
    """The note of every dialogue, one after the other."""
    owner_of_all = await in_thread(_owner)() if with_model else None
    noted = []
    for dialogue in dialogues:
        begun = time.perf_counter()
        talk = dialogue.talk()
        draft = await _draft(talk, owner_of_all)
        noted.append(Noted(dialogue, draft, (time.perf_counter() - begun) * 1000))
        progress(1)
    return noted


def write(noted: Sequence[Noted], path: Path) -> None:
    """One line a note. Raises OSError."""
    lines = (json.dumps(one.as_line(), ensure_ascii=False) for one in noted)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def measure(noted: Iterable[Noted]) -> Measured:
    """Facts by section, and forbidden facts anywhere that asserts them."""
    measured = Measured()
    for one in noted:
        for section in ("S", "O"):
            texts = [sentence.text for sentence in one.draft.sections[section]]
            for fact in getattr(one.dialogue.must, section):
                measured.asked[section] += 1
                if holds(fact, texts):
                    measured.found[section] += 1
                else:
                    missed = {"id": one.dialogue.id, "section": section, "fact": _name(fact)}
                    measured.missed.append(missed)
        measured.forbidden_asked += len(one.dialogue.must_not)
        measured.forbidden.extend(_asserted(one))
    return measured


def holds(fact: Fact, texts: Sequence[str]) -> bool:
    """Whether one of the alternatives stands in a sentence, all its parts; blanks and
    punctuation do not count."""
    plain = [plainly(text) for text in texts]
    whole = "".join(plain)
    for alternative in [fact] if isinstance(fact, str) else fact:
        parts = [part for part in map(plainly, alternative.split("+")) if part]
        if parts and any(all(part in text for part in parts) for text in plain):
            return True
        if len(parts) == 1 and parts[0] in whole:
            return True
    return False


def plainly(text: str) -> str:
    """Lower case, without blanks and punctuation; a point inside a number stays."""
    lowered = unicodedata.normalize("NFKC", text).lower()
    kept = re.sub(r"(?<=\d)\.(?=\d)", "점", lowered)
    return _PLAIN.sub("", kept)


def _asserted(one: Noted) -> Iterator[dict[str, str]]:
    for fact in one.dialogue.must_not:
        for section, texts in _claims(one.draft).items():
            if holds(fact, texts):
                yield {"id": one.dialogue.id, "section": section, "fact": _name(fact)}


def _claims(draft: Draft) -> dict[str, list[str]]:
    """What each part of a note says to be so."""
    claims = {
        section: [sentence.text for sentence in draft.sections[section]] for section in SECTIONS
    }
    claims["P"] = [_CONDITION.sub(" ", text) for text in claims["P"]]
    claims["keywords"] = [value for name, value in draft.keywords.items() if name not in NOT_NOW]
    return claims


def _name(fact: Fact) -> str:
    return fact if isinstance(fact, str) else " | ".join(fact)


async def _draft(talk: Talk, owner: User | None) -> Draft:
    """As the workflow makes it: a model's note, or the default structure."""
    if owner is None:
        return default.draft(talk)
    request = prompt.build(talk)
    consultation = await in_thread(_consultation)(owner, talk)
    try:
        analysis, model = await analyse.analyse(request, owner, consultation)
    except analyse.NoAnalysisError:
        return default.draft(talk)
    return elements.extract(analysis, talk, model)


def _owner() -> User:
    """The evaluation's owner, who lets every configured model be asked."""
    owner = User.objects.create_user(
        "evaluation@example.com", name="평가", email_verified_at=timezone.now()
    )
    profile_services.record_consents(user=owner, consents=dict.fromkeys(Consent.Kind.values, True))
    return owner


def _consultation(owner: User, talk: Talk) -> UUID:
    known = talk.animal.species in Species.values
    facts = {"name": "나무", "species": talk.animal.species if known else Species.DOG}
    pet = profile_services.register_pet(owner=owner, facts=facts)
    return chat_services.open_consultation(owner=owner, pet=pet).pk
