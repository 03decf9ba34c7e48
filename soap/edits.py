"""How much vets change what was drafted: by section, by who drafted it, by which prompt."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import Levenshtein

from soap.board import beginning
from soap.draft import SECTIONS
from soap.models import Rewrite, Section, SoapNote

# As many of the newest approved notes are looked at.
NEWEST = 1000
REWRITTEN = "rewrite"


@dataclass(frozen=True)
class Drafting:
    """Who wrote a section: a model, by the prompt of that version or by the request to write one
    section anew."""

    made_by: str
    prompt_version: str


@dataclass(frozen=True)
class Edits:
    """Sections of one kind by one author, as they were approved. `distance` is the mean of the
    share of characters that a vet put in, took out or changed: 0 none, 1 all."""

    drafting: Drafting
    kind: str
    sections: int
    unchanged: int
    distance: float

    @property
    def acceptance(self) -> float:
        return self.unchanged / self.sections


def distance(drafted: str, approved: str) -> float:
    """The edits that make one of the other, a share of the longer one's length."""
    return Levenshtein.normalized_distance(drafted, approved)


def of_last(days: int) -> list[Edits]:
    """By author and then by section, the author with the most sections first."""
    found: dict[Drafting, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for drafting, kind, changed in _measured(days):
        found[drafting][kind].append(changed)
    by_work = sorted(found.items(), key=lambda item: (-_size(item[1]), str(item[0])))
    return [
        Edits(
            drafting, kind, len(changes), sum(not one for one in changes),
            sum(changes) / len(changes),
        )
        for drafting, kinds in by_work
        for kind, changes in sorted(kinds.items(), key=lambda item: SECTIONS.index(item[0]))
    ]  # fmt: skip


def _measured(days: int) -> Iterator[tuple[Drafting, str, float]]:
    """Each section of the notes approved in these days, as it was signed: what was amended later
    is another matter."""
    approved = SoapNote.objects.filter(approved_at__gte=beginning(days)).order_by("-approved_at")
    newest = {
        pk: Drafting(made_by, prompt)
        for pk, made_by, prompt in approved.values_list("pk", "made_by", "prompt_version")[:NEWEST]
    }
    sections = Section.objects.filter(note__in=list(newest)).order_by()
    written_anew = _writers(sections)
    for section in sections.only("note_id", "kind", "drafted", "text"):
        drafting = written_anew.get(section.pk, newest[section.note_id])
        yield drafting, section.kind, distance(section.drafted_text, section.text)


def _writers(sections: Any) -> dict[int, Drafting]:
    """Who wrote anew what a vet had written anew; the last one counts."""
    done = Rewrite.objects.filter(section__in=sections, status=Rewrite.Status.DONE)
    writers = done.order_by("finished_at").values_list("section_id", "made_by")
    return {section: Drafting(made_by, REWRITTEN) for section, made_by in writers}


def _size(kinds: dict[str, list[float]]) -> int:
    return sum(map(len, kinds.values()))
