"""`manage.py evaluate soap`: what is written, what is counted, and what is refused."""

import json

import pytest
from django.core.management import CommandError, call_command

from soap.evaluation import dialogues, notes

LINE = {
    "id": "d1",
    "pet_profile": {
        "name": "보리", "species": "강아지", "breed": "푸들", "sex": "수컷", "neutered": True,
        "age": "2살 3개월", "weight_kg": "4.2kg", "meds": "심장약, 이뇨제", "allergies": None,
        "conditions": ["심장병"],
    },
    "turns": [
        {"role": "owner", "text": "어제부터 노란 토를 세 번 했어요. 설사는 안 해요"},
        {"role": "assistant", "text": "체온을 재 보셨나요? 물을 조금씩 주세요."},
        {"role": "owner", "text": "체온은 39.5도였어요"},
    ],
    "must": {"S": ["어제부터 + 세 번", ["구토 3회", "노란 토"]], "O": ["39.5도"]},
    "must_not": ["설사", ["혈변", "혈토"]],
}  # fmt: skip


def written(tmp_path, *lines):
    path = tmp_path / "dialogues.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines))
    return path


def evaluated(capsys, *arguments):
    call_command("evaluate", "soap", *map(str, arguments), "--json")
    return json.loads(capsys.readouterr().out)


def test_a_note_is_written_for_every_line(capsys, tmp_path):
    out = tmp_path / "notes.jsonl"

    evaluated(capsys, written(tmp_path, LINE, {"id": 7, "turns": []}), "--out", out)

    first, second = map(json.loads, out.read_text().splitlines())
    assert set(first) == {"id", "S", "O", "A", "P", "keywords", "note"}
    assert (first["id"], second["id"]) == ("d1", "7")
    assert "노란 토를 세 번" in first["S"]
    assert "39.5도" in first["O"]
    assert "물을 조금씩 주세요." in first["P"]
    assert first["keywords"]["종/나이/체중"] == "강아지 푸들 / 수컷(중성화) / 2살 3개월 / 4.2kg"
    assert first["keywords"]["복용약"] == "심장약, 이뇨제"
    assert "자동 요약" in first["note"]
    assert second["O"] == "직접 검진 소견 없음"


def test_facts_are_counted_by_section(capsys, tmp_path):
    line = {**LINE, "must": {"S": ["세 번", "기침"], "O": ["40도", "39.5도"]}}

    found = evaluated(capsys, written(tmp_path, line))

    assert found["recall"] == {"S": 0.5, "O": 0.5}
    assert found["missed"] == [
        {"id": "d1", "section": "S", "fact": "기침"},
        {"id": "d1", "section": "O", "fact": "40도"},
    ]
    assert found["must_not"] == 2
    assert found["asserted"] == []


def test_a_forbidden_fact_is_named_and_ends_in_an_error(capsys, tmp_path):
    file = written(tmp_path, {**LINE, "must_not": ["노란 토"]})

    with pytest.raises(SystemExit) as ended:
        call_command("evaluate", "soap", str(file))

    assert ended.value.code == 1
    assert "d1 S: 노란 토" in capsys.readouterr().out


def test_a_point_in_a_number_counts():
    assert not notes.holds("3.8", ["체온 38도"])
    assert notes.holds("39.8 도", ["체온이 39.8도였어요."])


def test_parts_have_to_stand_in_one_sentence():
    assert not notes.holds("어제+기침", ["어제 토했어요", "기침해요"])


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ({}, ("dog", "", None, None, None)),
        ({"species": "코리안숏헤어 고양이", "sex": "F", "age": "8개월"}, ("cat", "female", None, 8, None)),
        ({"species": "Rabbit", "neutered": "안 했어요", "age": 3}, ("rabbit", "", False, 36, None)),
        ({"species": "앵무새", "sex": "수컷", "weight_kg": "90g"}, ("bird", "male", None, None, 0.09)),
        ({"age": "5", "weight_kg": 4, "neutered": "yes"}, ("dog", "", True, 60, 4.0)),
        ({"age": "모름", "weight_kg": "모름", "sex": "모름"}, ("dog", "", None, None, None)),
    ],
)  # fmt: skip
def test_profiles_are_read_as_people_write_them(profile, expected):
    line = {"id": "1", "pet_profile": profile, "turns": []}

    animal = dialogues.Dialogue.model_validate(line).talk().animal

    assert (
        animal.species, animal.sex, animal.is_neutered, animal.age_months, animal.weight_kg,
    ) == expected  # fmt: skip


def test_triage_sees_each_message_of_the_owner():
    turns = [{"role": "owner", "text": "숨을 못 쉬고 혀가 파래요"}]

    talk = dialogues.Dialogue.model_validate({"id": "1", "turns": turns}).talk()

    assert talk.urgency == "emergency"
    assert talk.findings[0].message == "1"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("no json", "line 2"),
        ('{"turns": []}', "line 2: id"),
        ('{"id": "1"}', "line 2: turns"),
        ('{"id": "1", "turns": [{"role": "cat", "text": "야옹"}]}', r"line 2: turns\.0\.role"),
    ],
    ids=["json", "id", "turns", "role"],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path, line, named):
    path = tmp_path / "broken.jsonl"
    path.write_text(f'{{"id": "0", "turns": []}}\n{line}')

    with pytest.raises(CommandError, match=named):
        call_command("evaluate", "soap", str(path))


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        call_command(
            "evaluate", "soap", str(written(tmp_path, LINE)),
            "--out", str(tmp_path / "nowhere" / "notes.jsonl"),
        )  # fmt: skip


@pytest.mark.parametrize("file", [dialogues.DEVELOPMENT, dialogues.HELD_OUT], ids=lambda f: f.stem)
def test_the_shipped_dialogues_keep_what_was_promised(capsys, file):
    found = evaluated(capsys, file)

    assert found["dialogues"] == 15
    assert found["recall"]["S"] >= 0.95
    assert found["recall"]["O"] >= 0.95
    assert found["asserted"] == []
