"""Red flags by rules: runs in the request, before the cache and before any model.

An urgency is the worst of what the rules found, and of what the wording of the message is like
(`wording`). Nothing in a message can lower it: words that calm ("남편은 괜찮대요") are simply
not read.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from inference.triage import wording
from inference.triage.meant import is_meant
from inference.triage.reading import Sentence, read_turns
from inference.triage.rules import Rule, RuleBook, load_rules
from inference.triage.told import species_named, with_told
from inference.triage.types import ORDER, Assessment, Finding, PetFacts, worse


def assess(
    text: str, pet: PetFacts, history: Sequence[str] = (), book: RuleBook | None = None
) -> Assessment:
    """The urgency of an owner's message.

    `history` holds earlier messages of the same owner in this consultation, oldest first: a
    sign may be split over turns. Never raises for any text.
    """
    book = book or load_rules()
    sentences, earlier = read_turns(text, history)
    findings = _findings(book, sentences, earlier, pet)
    if not findings or findings[0].urgency != ORDER[-1]:
        findings = _with_wording(findings, book, sentences, earlier, pet)
    urgency = findings[0].urgency if findings else _quiet(sentences, book)
    return Assessment(
        urgency=urgency,
        findings=findings,
        is_question=bool(sentences) and all(s.is_question for s in sentences),
        is_third_party=any(s.is_third_party for s in sentences),
        version=book.version,
        raises=book.raises,
    )


def warm() -> None:
    """Read the shipped book and weights, which takes most of a second, once a process."""
    assess("숨", PetFacts())


def _findings(
    book: RuleBook, sentences: Sequence[Sentence], earlier: Sequence[Sentence], pet: PetFacts
) -> tuple[Finding, ...]:
    said = [sentence.text for sentence in (*earlier, *sentences) if not sentence.is_elsewhere]
    facts, named = with_told(pet, said), species_named(said)
    found = [
        finding
        for rule in book.rules
        if rule.fits(facts, named)
        and (finding := _apply(rule, sentences, earlier, facts)) is not None
    ]
    return tuple(sorted(found, key=lambda finding: -ORDER.index(finding.urgency)))


def _with_wording(
    findings: tuple[Finding, ...],
    book: RuleBook,
    sentences: Sequence[Sentence],
    earlier: Sequence[Sentence],
    pet: PetFacts,
) -> tuple[Finding, ...]:
    """The wording of messages that were dangerous may raise what the rules found."""
    likeness = wording.likeness(wording.Reading(tuple(sentences), tuple(earlier), pet.species))
    found = findings[0].urgency if findings else ORDER[0]
    if likeness is None or worse(found, likeness.urgency) == found:
        return findings
    rule = book.likeness(likeness.urgency)
    return findings if rule is None else (_from(rule, pet, likeness.words), *findings)


def _apply(
    rule: Rule, sentences: Sequence[Sentence], earlier: Sequence[Sentence], pet: PetFacts
) -> Finding | None:
    words = _first_match(rule, rule.patterns, sentences)
    if words is None and rule.parts:
        words = _match_parts(rule, sentences, earlier)
    return None if words is None else _from(rule, pet, words)


def _from(rule: Rule, pet: PetFacts, words: str) -> Finding:
    return Finding(
        rule=rule.id,
        category=rule.category,
        urgency=rule.urgency_for(pet),
        words=words,
        why=rule.why,
        now=rule.now,
        avoid=rule.avoid,
    )


def _first_match(
    rule: Rule, patterns: Iterable[re.Pattern[str]], sentences: Iterable[Sentence]
) -> str | None:
    for sentence in sentences:
        if sentence.is_about_now:
            words = _match(rule, patterns, sentence)
            if words is not None:
                return words
    return None


def _match(rule: Rule, patterns: Iterable[re.Pattern[str]], sentence: Sentence) -> str | None:
    for text in filter(None, (sentence.text, sentence.turned)):
        cleaned = rule.without_lookalikes(text)
        for match in chain.from_iterable(pattern.finditer(cleaned) for pattern in patterns):
            start, end = match.span()
            if is_meant(cleaned, start, end, is_about_today=sentence.is_about_today):
                return match.group(0)
    return None


def _match_parts(
    rule: Rule, sentences: Sequence[Sentence], earlier: Sequence[Sentence]
) -> str | None:
    """All parts of the rule over the whole consultation, at least one of them in this turn."""
    now = [_first_match(rule, (part,), sentences) for part in rule.parts]
    before = (
        [_first_match(rule, (part,), earlier) for part in rule.parts]
        if earlier
        else [None] * len(now)
    )
    found = [first or second for first, second in zip(now, before, strict=True)]
    if not any(now) or not all(found) or (rule.is_over_turns and all(now)):
        return None
    return " … ".join(words for words in found if words)


def _quiet(sentences: Sequence[Sentence], book: RuleBook) -> str:
    """No rule fired: something about an animal's body, or nothing medical at all."""
    whole = "".join(sentence.text for sentence in sentences)
    return "home" if book.medical.search(whole) else "not_medical"
