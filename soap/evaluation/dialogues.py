"""Dialogues from a file, as talks: profiles as people write them, and what a note must hold.

A line is {"id", "pet_profile": {name, species, breed, sex, neutered, age, weight_kg, meds,
allergies, conditions}, "turns": [{"role": "owner|assistant", "text"}]}; it may add "must":
{"S": [..], "O": [..]} and "must_not": [..]. A fact is a text or a list of alternatives; parts
joined by "+" have to stand in one sentence.
"""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from inference.triage import engine
from inference.triage.types import PetFacts
from soap.draft import Animal, Finding, Said, Talk

FOLDER = Path(__file__).parent
DEVELOPMENT = FOLDER / "dialogues.jsonl"
HELD_OUT = FOLDER / "dialogues_held_out.jsonl"
# What triage remembers of earlier turns; the message itself is read whole.
ORDER = ("not_medical", "home", "soon", "urgent", "emergency")

_SPECIES = (
    ("guinea_pig", r"guinea|기니피그|기니픽"),
    ("hamster", r"hamster|햄스터"),
    ("rabbit", r"rabbit|bunny|토끼"),
    ("ferret", r"ferret|페럿"),
    ("bird", r"bird|parrot|앵무|조류|잉꼬|카나리아|문조|^새$"),
    ("reptile", r"reptile|turtle|lizard|gecko|파충류|거북|도마뱀|게코"),
    ("cat", r"cat|feline|고양이|냥|묘"),
    ("dog", r"dog|canine|강아지|개|견"),
)
_NOTHING = re.compile(r"^(?:없음|없어요|무|none|no|n/a|-|x|null|)$", re.I)


def _words(value: Any) -> tuple[str, ...]:
    """A list, a text with commas, or nothing."""
    if value is None or isinstance(value, bool):
        return ()
    pieces = re.split(r"[,/·;、\n]", value) if isinstance(value, str) else value
    if isinstance(pieces, dict):
        pieces = list(pieces.values())
    if not isinstance(pieces, (list, tuple)):
        pieces = [pieces]
    plain = (_name(piece) for piece in pieces)
    return tuple(piece for piece in plain if not _NOTHING.match(piece))


def _name(piece: Any) -> str:
    if isinstance(piece, dict):
        piece = piece.get("name", " ".join(map(str, piece.values())))
    return "" if piece is None else str(piece).strip()


def _species(value: Any) -> str:
    plain = str(value or "").strip().lower()
    return next((name for name, words in _SPECIES if re.search(words, plain)), plain or "dog")


def _sex(value: Any) -> str:
    plain = str(value or "").strip().lower()
    if re.search(r"^f|female|암|여|♀", plain):
        return "female"
    return "male" if re.search(r"^m|male|수컷|수놈|남|숫|♂|^수$", plain) else ""


def _neutered(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    plain = str(value).strip().lower()
    if re.search(r"안|미|no|false|아니|intact|^x$|^n$|^0$", plain):
        return False
    return True if re.search(r"yes|true|완료|했|중성화|^o$|^y$|^1$|예|spay|neuter", plain) else None


def _months(value: Any) -> int | None:
    """Whole months of "3살", "8개월", "2살 3개월", or of a number of years."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return _counted(float(value) * 12)
    plain = str(value)
    years = re.search(r"(\d+(?:\.\d+)?)\s*(?:살|년|세|y)", plain)
    months = re.search(r"(\d+(?:\.\d+)?)\s*(?:개월|달|m)", plain)
    weeks = re.search(r"(\d+(?:\.\d+)?)\s*(?:주|w)", plain)
    bare = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*", plain)
    if not (years or months or weeks or bare):
        return None
    whole = float(years[1]) * 12 if years else float(bare[1]) * 12 if bare else 0.0
    whole += float(months[1]) if months else float(weeks[1]) / 4.35 if weeks else 0.0
    return _counted(whole)


def _counted(months: float) -> int | None:
    return round(months) if 0 <= months < 12 * 150 else None


def _weight(value: Any) -> float | None:
    if value is None or isinstance(value, bool):
        return None
    match = re.search(r"\d+(?:\.\d+)?", str(value))
    if match is None:
        return None
    grams = isinstance(value, str) and re.search(r"\d\s*(?:g|그램)(?![a-z])", value)
    found = float(match[0]) / (1000 if grams else 1)
    return found if 0 < found < 2000 else None


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _role(value: Any) -> str:
    plain = str(value or "").strip().lower()
    is_owner = plain in ("owner", "user", "보호자", "client", "human", "customer")
    is_ours = plain in ("assistant", "bot", "ai", "상담", "상담 도우미", "system", "vet")
    return "owner" if is_owner else "assistant" if is_ours else plain


class Profile(BaseModel):
    """A pet's facts as a file holds them."""

    model_config = ConfigDict(extra="ignore")

    name: Annotated[str, BeforeValidator(_text)] = ""
    species: Annotated[str, BeforeValidator(_species)] = "dog"
    breed: Annotated[str, BeforeValidator(_text)] = ""
    sex: Annotated[str, BeforeValidator(_sex)] = ""
    neutered: Annotated[bool | None, BeforeValidator(_neutered)] = None
    age: Annotated[int | None, BeforeValidator(_months)] = None
    weight_kg: Annotated[float | None, BeforeValidator(_weight)] = None
    meds: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()
    allergies: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()
    conditions: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()


class TurnLine(BaseModel):
    role: Annotated[Literal["owner", "assistant"], BeforeValidator(_role)]
    text: Annotated[str, BeforeValidator(_text)]


Fact = str | list[str]


class Must(BaseModel):
    S: list[Fact] = []
    O: list[Fact] = []  # noqa: E741  (the section's own letter)


class Dialogue(BaseModel):
    """One line of a file."""

    model_config = ConfigDict(extra="ignore")

    id: Annotated[str, BeforeValidator(_text)]
    pet_profile: Annotated[Profile, BeforeValidator(lambda value: value or {})] = Profile()
    turns: list[TurnLine]
    must: Must = Must()
    must_not: list[Fact] = Field(default=[])

    def talk(self) -> Talk:
        """The dialogue as the workflow reads a consultation, with what triage sees in it."""
        said = tuple(
            Said(str(number), turn.role, turn.text)
            for number, turn in enumerate(self.turns, start=1)
            if turn.text.strip()
        )
        urgency, findings = _triaged(self.pet_profile, said)
        return Talk(_animal(self.pet_profile), said, urgency=urgency, findings=findings)


def read_dialogues(path: Path) -> list[Dialogue]:
    """The dialogues of a file. Raises OSError, or ValueError that names the line."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), start=1):
        if line.strip():
            try:
                found.append(Dialogue.model_validate_json(line))
            except ValidationError as error:
                first = error.errors()[0]
                place = ".".join(map(str, first["loc"]))
                raise ValueError(f"line {number}: {place}: {first['msg']}") from error
    return found


def _animal(profile: Profile) -> Animal:
    return Animal(
        name=profile.name,
        species=profile.species,
        breed=profile.breed,
        sex=profile.sex,
        is_neutered=profile.neutered,
        age_months=profile.age,
        weight_kg=profile.weight_kg,
        medicines=profile.meds,
        allergies=profile.allergies,
        conditions=profile.conditions,
    )


def _triaged(profile: Profile, said: tuple[Said, ...]) -> tuple[str, tuple[Finding, ...]]:
    """The gravest urgency and the findings, message by message as the product reads them."""
    pet = PetFacts(
        species=profile.species,
        sex=profile.sex or None,
        is_neutered=profile.neutered,
        age_months=profile.age,
        weight_kg=profile.weight_kg,
        breed=profile.breed,
        conditions=profile.conditions,
    )
    history: list[str] = []
    urgency, findings = ORDER[0], []
    for one in said:
        if one.role != "owner":
            continue
        seen = engine.assess(one.text, pet, tuple(history))
        history.append(one.text)
        urgency = max(urgency, seen.urgency, key=ORDER.index)
        if not (seen.is_question or seen.is_third_party):
            findings += [
                Finding(one.id, found.urgency, found.category, found.why) for found in seen.findings
            ]
    return urgency, tuple(findings)
