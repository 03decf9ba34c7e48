"""The owner's messages as facts: what stands in S and O, what was denied, what is past."""

import re
from collections.abc import Sequence
from dataclasses import replace

from inference.triage.reading import squeeze
from soap.draft import Evidence, Said, Talk
from soap.extraction import asked as questions
from soap.extraction import meant, measures
from soap.extraction.clauses import LONGEST_READ, Clause, sentences
from soap.extraction.clues import (
    Clue,
    asked_places,
    groups,
    is_past_here,
    stays_with_other,
    with_companions,
    with_old_weights,
)
from soap.extraction.corrections import announces, correct
from soap.extraction.durations import onset, quantities
from soap.extraction.meant import Sense
from soap.extraction.merging import Fact, merged
from soap.extraction.retaking import settled
from soap.extraction.signs import Named, lexicon, named
from soap.extraction.tells import HAS_VERB, has_story, is_fragment, is_of_others, words
from soap.extraction.told import Told
from soap.extraction.wording import finished, tidy

_DROPPED = re.compile(r"착각|잘못\s*(?:봤|알|말|본|썼)|아니었|아니네|다시\s*보니|정정")


def read(talk: Talk) -> Told:
    """The facts of a talk. Never raises for any text."""
    reader = Reader(talk)
    asked = ""
    for said in talk.said:
        if said.role == "owner":
            reader.read(said, asked)
        else:
            asked = said.text
    reader.told.facts = merged(reader.told.facts)
    return reader.told


class Reader:
    """Reads the owner's messages one after the other, each in the light of what was asked."""

    def __init__(self, talk: Talk) -> None:
        self.pet = talk.animal.name
        self.species = talk.animal.species
        owners = " ".join(one.text[:4000] for one in talk.owners)
        self.others = meant.names_of_others(owners, self.pet)
        self.message = ""
        self.told = Told(others=self.others)
        self.measure: measures.Measure | None = None
        self.has_glucose = False

    def read(self, said: Said, asked: str) -> None:
        evidence = (Evidence("audio" if said.is_transcript else "message", said.id),)
        self.message = settled(said.text[:LONGEST_READ])
        runs = list(sentences(self.message))
        runs = runs[self._settled(runs, asked, evidence) :]
        follows_other, is_past, is_announced = False, False, False
        self.measure = None
        for run in runs:
            whole = words(run)
            if correct(whole, self.told.facts, evidence, is_announced=is_announced):
                continue
            is_announced = announces(whole)
            reads = self._senses(run, whole, asked, follows_other, is_past)
            follows_other = stays_with_other(reads)
            is_past = bool(reads) and reads[-1].sense is Sense.PAST
            self._keep(reads, whole, evidence)

    def _settled(
        self, runs: list[tuple[Clause, ...]], asked: str, evidence: tuple[Evidence, ...]
    ) -> int:
        """How many sentences at a message's head correct what was told, or answer a question."""
        if not runs:
            return 0
        if correct(words(runs[0]), self.told.facts, evidence):
            return 1
        if len(runs) > 1 and questions.is_bare(words(runs[0])) and not self._says(runs[1], asked):
            both = (*runs[0], *runs[1])
            if questions.share_a_word(words(runs[1]), asked):
                return 2 if self._answered(both, asked, evidence) else 0
        return 1 if self._answered(runs[0], asked, evidence) else 0

    def _says(self, run: Sequence[Clause], asked: str) -> bool:
        """Whether a sentence tells something by itself."""
        text = words(run)
        held = any(self._named(clause) for clause in run)
        return held or measures.measured(text, "", asked, text) is not None

    def _answered(self, run: Sequence[Clause], asked: str, evidence: tuple[Evidence, ...]) -> bool:
        """A short answer says what it says together with its question."""
        text = words(run)
        pieces = [piece for clause in run for piece in clause.pieces]
        has_verb = any(piece.tag.split("+")[0] in HAS_VERB for piece in pieces)
        if measures.measured(text, "", asked, text) is not None:
            return False
        answer = questions.answered(text, has_verb, asked)
        if answer is None:
            return False
        self.told.denied.extend((name, text) for name in answer.denied)
        if answer.text:
            place = self.told.past if answer.is_past else self.told.facts
            place.append(Fact(answer.text, "S", answer.signs, evidence))
        if answer.is_when and not self.told.since:
            self.told.since = text
        return answer.is_whole

    def _senses(
        self, run: Sequence[Clause], whole: str, asked: str, follows_other: bool, is_past: bool
    ) -> list[Clue]:
        imagined = asked_places(run)
        subject = "other" if follows_other else "pet"
        past = is_past and bool(re.search(r"그\s*때|그땐|당시", whole))
        found: list[Clue] = []
        said_before = ""
        for place, clause in enumerate(run):
            signs = self._named(clause)
            measure = self._measured(clause.text, said_before, asked)
            named_one = meant.other_subject(clause.text, self.pet, self.species, self.others)
            subject = named_one or subject
            past = is_past_here(clause, past)
            if subject == "other" or is_of_others(whole, clause, signs):
                sense = Sense.OTHERS
            elif place in imagined or meant.is_imagined(clause.text):
                sense = Sense.ASKED
            else:
                sense = Sense.PAST if past else self._of_now(clause, signs, measure)
            found.append(Clue(clause, sense, signs, measure))
            said_before = f"{said_before} {clause.text}".strip()
        return with_companions(with_old_weights(found))

    def _named(self, clause: Clause) -> tuple[Named, ...]:
        signs = named(self._nameless(clause))
        if meant.marvels(clause.text):
            return tuple(replace(one, is_meant=True) for one in signs)
        return signs

    def _measured(self, text: str, said_before: str, asked: str) -> measures.Measure | None:
        measure = measures.measured(text, said_before, asked, self.message)
        if measure is None and self.has_glucose and measures.is_reading(text):
            measure = measures.Measure(("검사 수치",))
        self.has_glucose = self.has_glucose or (measure is not None and "혈당" in text)
        if measure is None and measures.goes_on(text):
            measure = self.measure
        self.measure = measure or self.measure
        return measure

    def _of_now(
        self, clause: Clause, signs: tuple[Named, ...], measure: measures.Measure | None
    ) -> Sense:
        if measure is not None:
            return Sense.NOW
        if meant.is_denied(clause, signs):
            return Sense.DENIED
        is_rest = is_fragment(clause) and self._has_told(clause)
        return Sense.NOW if is_rest or self._tells(clause, signs) else Sense.NOISE

    def _has_told(self, clause: Clause) -> bool:
        """Whether a sign stands in the same message: its words without a verb add to it."""
        return bool(named(squeeze(self.message))) and bool(meant.stripped(clause.text))

    def _nameless(self, clause: Clause) -> str:
        """Squeezed, without the pet's name: a dog may be called 해피 or 초코."""
        if len(self.pet) < 2 or self.pet not in clause.text:
            return clause.squeezed
        return replace(clause, text=clause.text.replace(self.pet, "얘")).squeezed

    def _tells(self, clause: Clause, signs: tuple[Named, ...]) -> bool:
        text = meant.stripped(clause.text)
        if not text or (meant.intends(clause.text) and not signs):
            return False
        if (
            any(one.is_meant for one in signs)
            or meant.is_beginning(text)
            or onset(text)
            or quantities(text)
        ):
            return True
        if lexicon().topics.search(squeeze(text)) and len(squeeze(text)) > 2:
            return True
        return has_story(clause) and not meant.is_chat(clause.text)

    def _keep(self, reads: list[Clue], whole: str, evidence: tuple[Evidence, ...]) -> None:
        for one in reads:
            words = [
                named.sign.name
                for named in one.signs
                if not named.is_meant and not named.is_conditional
            ]
            if one.sense in (Sense.DENIED, Sense.NOW):
                self.told.denied.extend((name, one.clause.text) for name in words)
            if one.sense is Sense.DENIED and _DROPPED.search(whole):
                self.told.facts = [
                    fact for fact in self.told.facts if not set(fact.signs) & set(words)
                ]
        is_photo = measures.describes_photo(whole) or measures.goes_on_photo(whole, self.message)
        for section, group in groups(reads, is_photo=is_photo):
            self._add(section, group, reads, whole, evidence, is_photo=is_photo)

    def _add(
        self,
        section: str,
        group: list[Clue],
        reads: list[Clue],
        whole: str,
        evidence: tuple[Evidence, ...],
        *,
        is_photo: bool,
    ) -> None:
        text = finished([one.clause for one in group], is_last=group[-1] is reads[-1])
        text = tidy(meant.undenied(meant.stripped(text)))
        signs = tuple(dict.fromkeys(name for one in group for name in one.meant_signs))
        if not text:
            return
        if section == "past":
            self.told.past.append(Fact(text, "past", signs, evidence))
        elif section == "O":
            kinds = tuple(kind for one in group if one.measure for kind in one.measure.kinds)
            by = measures.who(text, self._place(text, whole), kinds) if kinds else "사진 설명"
            is_nameless = "혈당" in whole and "혈당" not in text and "검사 수치" in kinds
            if is_nameless:
                text = f"혈당 {text}"
            elif any(one.measure and one.measure.is_answer for one in group):
                text = measures.with_name(text, kinds[0])
            self.told.facts.append(Fact(f"{text} ({by})", "O", signs, evidence))
            if "크기" in kinds and signs:
                self.told.facts.append(Fact(measures.without_size(text), "S", signs, evidence))
        elif not self._joined(text, group, evidence):
            self.told.facts.append(Fact(text, "S", signs, evidence))

    def _place(self, text: str, whole: str) -> str:
        """The words that tell where it was measured: what is quoted was told by the clinic that
        the message names."""
        return self.message if text.endswith(("래요", "대요")) else whole

    def _joined(self, text: str, group: list[Clue], evidence: tuple[Evidence, ...]) -> bool:
        """Words without a verb belong to what was said right before in the same message."""
        tags = {piece.tag.split("+")[0] for one in group for piece in one.clause.pieces}
        if any(one.meant_signs for one in group) or tags & set(HAS_VERB) or not self.told.facts:
            return False
        last = self.told.facts[-1]
        if last.evidence != evidence or last.section != "S":
            return False
        self.told.facts[-1] = replace(last, text=f"{last.text}, {text}")
        return True
