"""기본 SOAP 구조: a note made by extraction alone, good enough to be useful by itself."""

from soap.draft import Draft, Sentence, Talk
from soap.extraction import assessment, facts, keywords, objective, plan


def draft(talk: Talk) -> Draft:
    """The note of a talk, without a model. Never raises for any text."""
    told = facts.read(talk)
    return Draft(
        keywords=keywords.block(talk, told),
        sections={
            "S": tuple(Sentence(fact.text, fact.evidence) for fact in told.subjective),
            "O": objective.sentences(talk, told),
            "A": assessment.sentences(talk, told),
            "P": plan.sentences(talk, told),
        },
        made_by="extraction",
        is_default=True,
        denied=tuple(told.denied_signs),
    )
