"""A: what the findings have in common and how soon they have to be seen. No diagnosis."""

from collections.abc import Iterator

from inference.triage.reading import squeeze
from inference.triage.types import DANGERS, ORDER
from soap.draft import Evidence, Finding, Sentence, Talk
from soap.extraction.signs import lexicon, named
from soap.extraction.told import Told

URGENCY = {"emergency": "응급", "urgent": "당일 진료", "soon": "진료 예약", "home": "집에서 관찰"}
SYSTEMS = {
    "소화기": "소화기", "호흡기": "호흡기", "순환기": "심장·순환", "신경": "신경계",
    "근골격": "뼈·관절·근육", "비뇨기": "비뇨기", "피부": "피부", "눈": "눈", "귀": "귀",
    "구강": "입안", "생식기": "생식기", "중독": "이물·독성 물질",
}  # fmt: skip
MOST_FINDINGS = 4
MOST_SOURCES = 3


def sentences(talk: Talk, told: Told) -> tuple[Sentence, ...]:
    """Each sentence with what carries it; nothing for a talk without a finding."""
    found = [*_related(told), *_dangers(talk, told), *_read_up(talk, told)]
    if found:
        evidence = found[0].evidence
        found.append(
            Sentence("원인은 상담만으로 알 수 없어, 수의사의 진찰과 검사가 필요해요.", evidence)
        )
    return tuple(found)


def _related(told: Told) -> Iterator[Sentence]:
    """The signs together, and the parts of the body that they may come from."""
    carried = [fact for fact in told.facts if fact.signs]
    if not carried:
        return
    signs = told.signs[:6]
    evidence = tuple(dict.fromkeys(one for fact in carried for one in fact.evidence))[:8]
    systems = {sign.name: sign.system for sign in lexicon().signs}
    names = dict.fromkeys(SYSTEMS[systems[name]] for name in signs if systems[name] in SYSTEMS)
    together = f"{', '.join(signs)} 소견이 {'함께 ' if len(signs) > 1 else ''}보고됐어요."
    if names:
        together += f" {'·'.join(list(names)[:3])} 쪽의 문제일 수 있어요."
    yield Sentence(together, evidence)


def grave(talk: Talk, told: Told) -> list[Finding]:
    """The findings of messages that hold a fact, the gravest first. Mere likeness to other
    messages ("… 표현") counts where nothing else was found, a lesser urgency likewise."""
    ours = {one.id for fact in told.facts for one in fact.evidence}
    found = [one for one in talk.findings if one.message in ours]
    found = [one for one in found if not one.category.endswith("표현")] or found
    found = [one for one in found if one.urgency in DANGERS] or found
    return sorted(found, key=lambda one: -ORDER.index(one.urgency) if one.urgency in ORDER else 0)


def _dangers(talk: Talk, told: Told) -> Iterator[Sentence]:
    seen: set[str] = set()
    for finding in grave(talk, told):
        is_astray = _names_denied(f"{finding.category} {finding.why}", told)
        if finding.why in seen or is_astray or len(seen) >= MOST_FINDINGS:
            continue
        seen.add(finding.why)
        level = URGENCY.get(finding.urgency, "")
        text = f"위험 신호({finding.category}): {finding.why}"
        evidence = (Evidence("triage", finding.message), Evidence("message", finding.message))
        yield Sentence(f"{text} (긴급도: {level})" if level else text, evidence)


def _read_up(talk: Talk, told: Told) -> Iterator[Sentence]:
    titles = [title for title in talk.sources if title and not _names_denied(title, told)]
    if titles and told.signs:
        named_titles = ", ".join(f"「{title}」" for title in titles[:MOST_SOURCES])
        evidence = tuple(Evidence("source", title) for title in titles[:MOST_SOURCES])
        yield Sentence(
            f"안내에 쓰인 글은 {named_titles}이고, 이와 관련된 상태일 수 있어요.", evidence
        )


def _names_denied(text: str, told: Told) -> bool:
    """Whether words of the rules or of an article name a sign that the owner denied."""
    denied = set(told.denied_signs)
    return any(one.sign.name in denied for one in named(squeeze(text)))
