"""The labelled messages: readable, distinct, and the files share nothing.

Rules are tuned on the `development` files only; `held_out` is for measuring.
"""

import json
from pathlib import Path

import pytest

from inference.triage import rules
from inference.triage.types import ORDER

FOLDER = Path(rules.__file__).with_name("cases")
FILES = sorted(file.stem for file in FOLDER.glob("*.jsonl"))


def read(name):
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("name", FILES)
def test_every_case_is_well_formed(name):
    cases = read(name)
    assert len(cases) >= 400
    for case in cases:
        assert case["label"] in case["accept"]
        assert set(case["accept"]) <= set(ORDER)
        assert case["text"].strip()


def test_no_message_stands_in_two_files():
    texts = [case["text"] for name in FILES for case in read(name)]
    ids = [case["id"] for name in FILES for case in read(name)]
    assert len(set(texts)) == len(texts)
    assert len(set(ids)) == len(ids)
