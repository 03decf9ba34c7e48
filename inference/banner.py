"""What the banner shows of a danger, wherever it was heard: in a message or in a recording."""

from typing import Any

from inference import rulebook
from inference.taking import take_along
from inference.triage.types import Assessment


def banner(assessment: Assessment) -> dict[str, Any]:
    """The worst finding's reason and advice, once each."""
    worst = [f for f in assessment.findings if f.urgency == assessment.urgency]
    return {
        "categories": list(dict.fromkeys(finding.category for finding in worst)),
        "why": list(dict.fromkeys(finding.why for finding in worst)),
        "words": [finding.words for finding in worst],
        "now": list(dict.fromkeys(line for finding in worst for line in finding.now)),
        "avoid": list(dict.fromkeys(line for finding in worst for line in finding.avoid)),
        "take": take_along(finding.rule for finding in worst),
        "raises": list(assessment.raises),
        "is_question": assessment.is_question,
        "is_third_party": assessment.is_third_party,
        **rulebook.signed_facts(assessment.version),
    }
