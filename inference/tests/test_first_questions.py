"""The questions before the first word: each tap is heard as the danger that it names."""

import re

import pytest
from django.template.loader import get_template

from inference.triage.engine import assess
from inference.triage.types import DANGERS, PetFacts
from profiles.models import Species

SAID = re.findall(r'data-say="([^"]+)"', get_template("first_questions.html").template.source)


def test_there_are_two_questions_with_four_answers_each():
    assert len(SAID) == 8


@pytest.mark.parametrize("said", SAID)
def test_each_answer_warns_for_every_species(said):
    urgencies = {assess(said, PetFacts(species=species)).urgency for species in Species.values}
    assert urgencies <= set(DANGERS), said
