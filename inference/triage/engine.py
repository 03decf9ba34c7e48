"""Red flags by rules: runs in the request, before the cache and before any model.

An urgency is the worst of what the rules found. Nothing in a message can lower it: words that
calm ("남편은 괜찮대요") are simply not read.
"""

from collections.abc import Iterable, Sequence

from inference.triage.reading import Sentence, is_denied, read
from inference.triage.rules import Rule, RuleBook, load_rules
from inference.triage.types import ORDER, Assessment, Finding, PetFacts

LONGEST_READ = 4000
TURNS_REMEMBERED = 3


def assess(
    text: str, pet: PetFacts, history: Sequence[str] = (), book: RuleBook | None = None
) -> Assessment:
    """The urgency of an owner's message.

    `history` holds earlier messages of the same owner in this consultation, oldest first: a
    sign may be split over turns. Never raises for any text.
    """
    book = book or load_rules()
    sentences = read(text[:LONGEST_READ])
    earlier = [s for turn in history[-TURNS_REMEMBERED:] for s in read(turn[:LONGEST_READ])]
    findings = [
        finding
        for rule in book.rules
        if (finding := _apply(rule, sentences, earlier, pet)) is not None
    ]
    findings.sort(key=lambda finding: -ORDER.index(finding.urgency))
    urgency = findings[0].urgency if findings else _quiet(sentences, book)
    return Assessment(
        urgency=urgency,
        findings=tuple(findings),
        is_question=bool(sentences) and all(s.is_question for s in sentences),
        is_third_party=any(s.is_third_party for s in sentences),
        version=book.version,
        raises=book.raises,
    )


def _apply(
    rule: Rule, sentences: Sequence[Sentence], earlier: Sequence[Sentence], pet: PetFacts
) -> Finding | None:
    if not rule.fits(pet):
        return None
    words = _first_match(rule, sentences)
    if words is None and rule.is_split:
        words = _match_over_turns(rule, sentences, earlier)
    if words is None:
        return None
    return Finding(
        rule=rule.id,
        category=rule.category,
        urgency=rule.urgency_for(pet),
        words=words,
        why=rule.why,
        now=rule.now,
        avoid=rule.avoid,
    )


def _first_match(rule: Rule, sentences: Iterable[Sentence]) -> str | None:
    for sentence in sentences:
        if sentence.is_question or (sentence.is_past and not rule.counts_past):
            continue
        words = _match(rule, sentence.text)
        if words is not None:
            return words
    return None


def _match(rule: Rule, text: str) -> str | None:
    cleaned = rule.without_lookalikes(text)
    for pattern in rule.patterns:
        for match in pattern.finditer(cleaned):
            if rule.is_denial or not is_denied(cleaned, match.end()):
                return match.group(0)
    return None


def _match_over_turns(
    rule: Rule, sentences: Sequence[Sentence], earlier: Sequence[Sentence]
) -> str | None:
    """All parts of the rule over the whole consultation, at least one of them in this turn."""
    now = [_part_match(rule, index, sentences) for index in range(len(rule.parts))]
    before = [_part_match(rule, index, earlier) for index in range(len(rule.parts))]
    if not any(now) or not all(first or second for first, second in zip(now, before, strict=True)):
        return None
    return " … ".join(first or second or "" for first, second in zip(before, now, strict=True))


def _part_match(rule: Rule, index: int, sentences: Iterable[Sentence]) -> str | None:
    for sentence in sentences:
        if sentence.is_question or sentence.is_past:
            continue
        cleaned = rule.without_lookalikes(sentence.text)
        for match in rule.parts[index].finditer(cleaned):
            if not is_denied(cleaned, match.end()):
                return match.group(0)
    return None


def _quiet(sentences: Sequence[Sentence], book: RuleBook) -> str:
    """No rule fired: something about an animal's body, or nothing medical at all."""
    whole = "".join(sentence.text for sentence in sentences)
    return "home" if book.medical.search(whole) else "not_medical"
