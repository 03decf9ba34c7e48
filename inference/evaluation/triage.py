"""Triage held against labelled messages, and the shipped cases themselves.

A line of a file is {"id", "text", "species", "label", "accept", "pet", "history"}: `accept` are
the urgencies that a sensible vet would also name (the label counts among them), `pet` the known
facts, `history` the owner's messages before, oldest first.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from inference.evaluation.figures import percentile, share
from inference.knowledge import embed
from inference.triage import engine, meaning
from inference.triage.types import ORDER, Assessment, PetFacts, worse
from inference.triage.wording import Reading

FOLDER = Path(engine.__file__).with_name("cases")
# Rules and weights are tuned on these alone; the held-out files are only ever measured.
DEVELOPMENT = tuple(
    sorted(file for file in FOLDER.glob("*.jsonl") if not file.name.startswith("held_out"))
)
HELD_OUT = tuple(sorted(FOLDER.glob("held_out*.jsonl")))

Urgency = Literal["emergency", "urgent", "soon", "home", "not_medical"]
ROUTINE = ("soon", "home", "not_medical")


class Pet(BaseModel):
    """The facts of a case's animal, by the names of the profile or by their short forms."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    sex: str | None = None
    is_neutered: bool | None = Field(
        default=None, validation_alias=AliasChoices("is_neutered", "neutered")
    )
    age_months: int | None = None
    weight_kg: float | None = None
    breed: str = ""
    conditions: tuple[str, ...] = ()
    is_vaccinated: bool | None = Field(
        default=None, validation_alias=AliasChoices("is_vaccinated", "vaccinated")
    )
    is_pregnant: bool | None = Field(
        default=None, validation_alias=AliasChoices("is_pregnant", "pregnant")
    )


class Case(BaseModel):
    """One labelled message."""

    id: str
    text: str
    species: str = "dog"
    label: Urgency
    accept: tuple[Urgency, ...] = ()
    kind: str = ""
    pet: Pet = Pet()
    history: tuple[str, ...] = ()

    @property
    def accepted(self) -> frozenset[str]:
        return frozenset({self.label, *self.accept})

    @property
    def facts(self) -> PetFacts:
        known = self.pet.model_dump()
        known["sex"] = None if known["sex"] == "unknown" else known["sex"]
        return PetFacts(species=self.species, **known)

    @property
    def reading(self) -> Reading:
        return Reading.of(self.text, self.history, self.species)

    @property
    def is_clear_emergency(self) -> bool:
        return self.accepted == {"emergency"}

    @property
    def is_routine(self) -> bool:
        return self.label in ROUTINE and "emergency" not in self.accepted

    def question(self) -> str:
        """What the pipeline would embed: a short remark together with the message before it."""
        if len(self.text) >= settings.RETRIEVAL_SHORT_QUESTION or not self.history:
            return self.text
        return f"{self.history[-1]} {self.text}"


@dataclass
class Measured:
    """What came out. Milliseconds are of triage alone, one message at a time."""

    cases: list[Case] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        pairs = list(zip(self.cases, self.found, strict=True))
        emergencies = [(case, found) for case, found in pairs if case.is_clear_emergency]
        routine = [(case, found) for case, found in pairs if case.is_routine]
        missed = [case.id for case, found in emergencies if found != "emergency"]
        false = [case.id for case, found in routine if found == "emergency"]
        return {
            "cases": len(pairs),
            "accepted": share(sum(found in case.accepted for case, found in pairs), len(pairs)),
            "emergency_recall": share(len(emergencies) - len(missed), len(emergencies)),
            "emergencies": len(emergencies),
            "false_emergency_rate": share(len(false), len(routine)),
            "routine": len(routine),
            "labels": {label: _by_label(label, pairs) for label in reversed(ORDER)},
            "missed_emergencies": missed,
            "false_emergencies": false,
            "milliseconds": {
                "p50": percentile(self.milliseconds, 0.5),
                "p99": percentile(self.milliseconds, 0.99),
                "most": percentile(self.milliseconds, 1),
            },
        }


def read_cases(path: Path) -> list[Case]:
    """The cases of a file of JSON lines. Raises OSError, or ValueError that names the line."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                found.append(Case.model_validate_json(line))
            except ValidationError as error:
                first = error.errors()[0]
                place = ".".join(map(str, first["loc"]))
                raise ValueError(f"line {number}: {place}: {first['msg']}") from error
    return found


def run(cases: Sequence[Case], progress: Callable[[int], None], *, with_meaning: bool) -> Measured:
    """Every case through the rules and the wording, and with `with_meaning` through the net of
    the worker as well, its vector included in the time. Raises EmbeddingError."""
    measured = Measured()
    engine.warm()
    if with_meaning:
        embed.embed_query("숨")
    for case in cases:
        begun = time.perf_counter()
        urgency = _assess(case, with_meaning=with_meaning)
        measured.milliseconds.append((time.perf_counter() - begun) * 1000)
        measured.cases.append(case)
        measured.found.append(urgency)
        progress(1)
    return measured


def _assess(case: Case, *, with_meaning: bool) -> str:
    assessment: Assessment = engine.assess(case.text, case.facts, case.history)
    if not with_meaning:
        return assessment.urgency
    near = meaning.urgency_of(case.reading, embed.embed_query(case.question()))
    return worse(assessment.urgency, near or assessment.urgency)


def _by_label(label: str, pairs: Iterable[tuple[Case, str]]) -> dict[str, Any]:
    """Recall: of the messages of this label, those called so or by another accepted name.
    Precision: of the messages called so, those for which it is accepted."""
    counts: Counter[str] = Counter()
    for case, found in pairs:
        if case.label == label:
            counts["labelled"] += 1
            counts["recalled"] += found in case.accepted
        if found == label:
            counts["called"] += 1
            counts["right"] += label in case.accepted
    return {
        "cases": counts["labelled"],
        "recall": share(counts["recalled"], counts["labelled"]),
        "precision": share(counts["right"], counts["called"]),
    }
