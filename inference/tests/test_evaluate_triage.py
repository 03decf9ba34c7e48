"""`manage.py evaluate triage` and `train_triage`: what is counted, and what is refused."""

import json

import pytest
from django.core.management import CommandError, call_command

from inference.evaluation import learning, triage
from inference.knowledge import embed
from inference.triage import meaning, wording
from inference.triage.wording import HEADS

LINES = [
    {"id": "1", "text": "숨을 못 쉬어요", "species": "dog", "label": "emergency", "accept": []},
    {"id": "2", "text": "간식 추천해 주세요", "species": "dog", "label": "emergency", "accept": []},
    {"id": "3", "text": "포도를 먹었어요", "species": "dog", "label": "home", "accept": ["home"]},
    {
        "id": "4", "text": "토하려는데 안 나와요", "species": "dog", "label": "emergency",
        "accept": ["emergency"], "history": ["배가 불렀어요"], "pet": {"sex": "unknown"},
    },
]  # fmt: skip


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in LINES))
    return path


@pytest.fixture(autouse=True)
def by_rules_alone(monkeypatch):
    """The counting is tested here, not what the nets have learnt."""
    monkeypatch.setattr(wording, "load", lambda: None)


def measured(capsys, *arguments):
    call_command("evaluate", "triage", *map(str, arguments), "--json", "--without-meaning")
    return json.loads(capsys.readouterr().out)


def test_misses_and_false_alarms_are_named(capsys, file):
    found = measured(capsys, file)
    assert found["missed_emergencies"] == ["2"]
    assert found["false_emergencies"] == ["3"]
    assert found["emergency_recall"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["false_emergency_rate"] == 1.0
    assert found["labels"]["emergency"] == {
        "cases": 3,
        "recall": pytest.approx(2 / 3, abs=1e-4),
        "precision": pytest.approx(2 / 3, abs=1e-4),
    }
    assert set(found["milliseconds"]) == {"p50", "p99", "most"}


def test_without_a_file_the_held_out_cases_are_measured(capsys):
    found = measured(capsys, "--limit", "30")
    assert found["cases"] == 30
    assert {file.name for file in triage.HELD_OUT} == {"held_out.jsonl", "held_out_more.jsonl"}
    assert not set(triage.HELD_OUT) & set(triage.DEVELOPMENT)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('{"id": "1", "text": "a", "label": "fine"}', "line 1: label"),
        ('{"id": "1"}', "line 1: text"),
        ("no json", "line 1"),
    ],
    ids=["label", "field", "json"],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path, line, named):
    path = tmp_path / "broken.jsonl"
    path.write_text(line)
    with pytest.raises(CommandError, match=named):
        call_command("evaluate", "triage", str(path))


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(CommandError, match=r"none\.jsonl"):
        call_command("evaluate", "triage", str(tmp_path / "none.jsonl"))


def test_the_third_net_may_raise_a_case(capsys, file, monkeypatch):
    monkeypatch.setattr(embed, "embed_query", lambda text: [0.0] * 384)
    monkeypatch.setattr(meaning, "urgency_of", lambda reading, vector: "emergency")
    call_command("evaluate", "triage", str(file), "--json")
    assert json.loads(capsys.readouterr().out)["missed_emergencies"] == []


def test_what_is_learnt_tells_danger_from_routine(monkeypatch, tmp_path):
    cases = triage.read_cases(triage.FOLDER / "development.jsonl")
    kept = []
    monkeypatch.setattr(wording, "save", kept.append)
    unseen = learning.learn_wording(cases, lambda line: None)
    assert unseen.shape == (len(cases), len(HEADS))
    (weights,) = kept
    assert weights.score(0, wording.features(triage.Case(**LINES[0]).reading.sentences, "dog")) > (
        weights.score(0, wording.features(triage.Case(**LINES[1]).reading.sentences, "dog"))
    )
