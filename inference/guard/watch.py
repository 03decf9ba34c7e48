"""The guard of one answer: every sentence is held until it has passed.

A sentence passes, is dropped with a reason, or ends the answer: a model that twice breaks a
grave rule, or of whose sentences most had to be dropped, is not listened to any longer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from inference.guard import calming, drugs, manner, numbers, shape, sources, support, words
from inference.guard.sentences import CITATION, LONGEST_HELD

MOST_GRAVE = 2
LEAST_SUPPORT = 0.15
MOST_HELD = 12
MOST_SENTENCES = 150
MOST_DROPPED_SHARE = 0.5
LEAST_SENTENCES = 4
LONGEST_SHARED = 14
WARY = 2


class DistrustError(Exception):
    """The answer breaks too many rules to go on. The next model is asked."""


@dataclass(frozen=True)
class Grounds:
    """What an answer may build on: passages by number, the owner's own words, the rules' urgency.

    `secret` is the system text, which no answer may repeat; `frame` are sentences that the
    product itself writes around quoted ones.
    """

    passages: Mapping[int, str]
    own_words: tuple[str, ...] = ()
    urgency: str = "home"
    has_photo: bool = False
    secret: str = ""
    frame: frozenset[str] = frozenset()


@dataclass
class Guard:
    """Watches one answer. `check` is called with each sentence in order.

    `is_quoting`: the text is the library's own; a sentence may be dropped, but there is no
    model behind it that could be distrusted.
    """

    grounds: Grounds
    is_quoting: bool = False
    held: list[str] = field(default_factory=list)
    sections: set[str] = field(default_factory=set)
    passed: int = 0
    _heading: str = ""
    _section: str = ""
    _questions: int = 0
    _last: str = ""
    _led: int = 0
    """How many more sentences may carry on a held one, or the use of a medicine that was named."""
    _after: str = ""

    def __post_init__(self) -> None:
        self._secret = _shingles(self.grounds.secret)
        self._own = " ".join(self.grounds.own_words)

    def check(self, sentence: str) -> str:
        """What of `sentence` may be shown now: "" when it is held back. Raises DistrustError.

        A heading waits for the first sentence below it, so that none stands over nothing.
        """
        if not sentence.strip():
            return "" if self._heading else sentence
        section = shape.section_of(sentence) if len(sentence) <= LONGEST_HELD else None
        if section is not None:
            if problem := self._problem_of_words(words.normalise(sentence)):
                self._hold(problem)
                return ""
            self._heading, self._section = sentence, section
            return ""
        if self.is_quoting and sentence.strip().removeprefix("- ") in self.grounds.frame:
            return self._pass(sentence)
        problem = self.problem_of(sentence) or self._problem_of_place(sentence)
        self._remember(sentence, problem)
        if problem:
            self._hold(problem)
            return ""
        return self._pass(sentence)

    def problem_of(self, sentence: str) -> str | None:
        """Why a sentence may not be shown, or None."""
        if len(sentence) > LONGEST_HELD:
            return "too_long"  # also what keeps the patterns below fast on hostile text
        plain = words.normalise(sentence)
        return (
            self._problem_of_words(plain)
            or self._problem_of_urgency(plain)
            or self._problem_of_grounds(plain)
            or self._problem_of_manner(plain)
        )

    def finish(self) -> None:
        """Judge the answer as a whole. Raises DistrustError."""
        if self.is_quoting:
            return
        seen = self.passed + len(self.held)
        if seen >= LEAST_SENTENCES and len(self.held) > seen * MOST_DROPPED_SHARE:
            raise DistrustError("most of the answer was held back")

    def _pass(self, sentence: str) -> str:
        shown = self._heading + sentence
        if self._section:
            self.sections.add(self._section)
        self._heading = ""
        self.passed += 1
        if self.passed > MOST_SENTENCES:
            raise DistrustError("too many sentences")
        self._questions += shape.is_question(sentence)
        self._last = words.normalise(sentence).strip()
        return shown

    def _hold(self, reason: str) -> None:
        self.held.append(reason)
        if self.is_quoting:
            return
        grave = sum(one in words.GRAVE for one in self.held)
        if grave >= MOST_GRAVE or len(self.held) >= MOST_HELD:
            raise DistrustError(f"held back: {', '.join(self.held)}")

    def _problem_of_words(self, plain: str) -> str | None:
        problem = words.forbidden(plain)
        if problem is None and drugs.leads_to(plain):
            problem = "medicine"
        if problem is None and self._last:
            problem = words.forbidden_over_two(self._last, plain)
        if problem is None and self._carries_on(plain):
            return "medicine"
        if problem is None and self._follows_link(plain):
            return "link"
        if problem is None and self._repeats_secret(plain):
            return "system_text"
        return problem

    def _carries_on(self, plain: str) -> bool:
        """Whether a sentence goes on with what must not be said: names the amount to a medicine
        of the line before, or continues a sentence that was held."""
        if not self._led:
            return False
        if self._after and words.forbidden(f"{self._after} {plain.lstrip(' -*')}"):
            return True
        return drugs.goes_on(plain) or drugs.is_use(plain)

    def _follows_link(self, plain: str) -> bool:
        return bool(self.held) and self.held[-1] == "link" and words.leads_elsewhere(plain)

    def _remember(self, sentence: str, problem: str | None) -> None:
        plain = words.normalise(sentence[:LONGEST_HELD])
        is_cut = problem == "not_polite" and manner.is_unfinished(plain)
        self._after = plain.strip() if is_cut else ""
        if is_cut or problem in words.TREATMENT or drugs.speaks_well_of(plain):
            self._led = WARY
        else:
            self._led = max(0, self._led - 1)

    def _problem_of_urgency(self, plain: str) -> str | None:
        if calming.plays_down(plain, self.grounds.urgency):
            return "lowers_urgency"
        if self.grounds.has_photo and calming.rules_out(plain):
            return "rules_out"
        return None

    def _problem_of_grounds(self, plain: str) -> str | None:
        cited = {int(number) for number in CITATION.findall(plain)}
        if not cited <= self.grounds.passages.keys():
            return "invented_source"
        passages = [self.grounds.passages[number] for number in cited]
        if sources.invented(plain, passages):
            return "invented_source"
        if numbers.unsupported(plain, [*passages, *self.grounds.own_words]):
            return "unsupported_number"
        if passages and support.share(plain, passages) < LEAST_SUPPORT:
            return "unsupported_source"
        return None

    def _problem_of_manner(self, plain: str) -> str | None:
        if shape.is_question(plain) and self._questions >= shape.MOST_QUESTIONS:
            return "too_many_questions"
        if self.is_quoting and CITATION.search(plain) and manner.speaks_to_machine(plain):
            return "speaks_to_machine"
        return manner.problem_of(plain, self._own)

    def _problem_of_place(self, sentence: str) -> str | None:
        """Below a heading of advice a statement has a source; only the way to a clinic needs none."""
        has_passages = bool(self.grounds.passages) and not self.is_quoting
        is_advice = has_passages and self._section in shape.WITH_SOURCES
        is_free = CITATION.search(sentence) or shape.is_question(sentence)
        if is_advice and not is_free and not shape.leads_to_clinic(sentence):
            return "uncited"
        return None

    def _repeats_secret(self, plain: str) -> bool:
        squeezed = _squeezed(plain)
        return any(
            squeezed[start : start + LONGEST_SHARED] in self._secret
            for start in range(len(squeezed) - LONGEST_SHARED + 1)
        )


def _shingles(text: str) -> frozenset[str]:
    """Every run of `LONGEST_SHARED` letters of the system text."""
    squeezed = _squeezed(words.normalise(text))
    return frozenset(
        squeezed[start : start + LONGEST_SHARED]
        for start in range(len(squeezed) - LONGEST_SHARED + 1)
    )


def _squeezed(text: str) -> str:
    """Letters and digits alone: no space and no sign helps to hide what is repeated."""
    return "".join(sign for sign in text if sign.isalnum())
