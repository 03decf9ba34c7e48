"""The shape of an answer: its first line, its headings, its questions."""

import pytest

from inference.guard import shape


@pytest.mark.parametrize(
    ("line", "urgency", "reason"),
    [
        ("긴급도: 응급 | 숨쉬기 힘들어해요", "emergency", "숨쉬기 힘들어해요"),
        ("긴급도: 당일 | 계속 토해요", "urgent", "계속 토해요"),
        ("긴급도： 당일 진료 - 계속 토해요", "urgent", "계속 토해요"),
        ("**긴급도:** 예약 | **가려워해요**", "soon", "가려워해요"),
        ("긴급도: 관찰", "home", ""),
    ],
)
def test_the_first_line_says_how_urgent_it_is(line, urgency, reason):
    assert shape.read_urgency(f"{line}\n") == shape.Said(urgency, reason)


@pytest.mark.parametrize(
    "line", ["긴급도: 아주 급함 | 네", "긴급도는 응급이에요", "안녕하세요.", "", "긴급도:"]
)
def test_another_line_says_nothing_of_it(line):
    assert shape.read_urgency(line) is None


@pytest.mark.parametrize(
    ("urgency", "level", "window"),
    [
        ("emergency", "**응급**", "지금 바로 동물병원으로 출발"),
        ("urgent", "**당일 진료**", "오늘 안에"),
        ("soon", "**진료 예약**", "며칠 안에"),
        ("home", "**집에서 관찰**", "기다리지 말고 병원에"),
    ],
)
def test_an_answer_opens_with_level_reason_and_window(urgency, level, window):
    opened = shape.opening(urgency, " 포도를 먹었어요. ")

    assert opened.startswith(f"{level} 포도를 먹었어요. ")
    assert window in opened
    assert opened.endswith("\n\n")
    assert shape.opening(urgency, "") == opened.replace("포도를 먹었어요. ", "")


def test_an_answer_that_is_not_medical_has_no_opening():
    assert shape.opening("not_medical", "인사예요.") == ""


@pytest.mark.parametrize("section", shape.SECTIONS)
def test_every_heading_of_ours_is_known(section):
    assert shape.section_of(f"**{shape.SECTIONS[section]}**\n") == section
    assert shape.section_of(f"## {shape.SECTIONS[section]}\n") == section


@pytest.mark.parametrize(
    ("line", "section"),
    [
        ("**피해야 할 것**", "avoid"),
        ("**응급 신호**", "danger"),
        ("### 지금 할 수 있는 일", "do"),
        ("**다른 이야기**", ""),
        ("물을 치워 주세요.", None),
        ("- **물** 그릇을 치워 주세요.", None),
    ],
)
def test_a_heading_may_be_paraphrased(line, section):
    assert shape.section_of(line) == section


def test_a_question_ends_with_its_mark():
    assert shape.is_question("언제부터인가요? [1]\n")
    assert shape.is_question("언제부터인가요？")
    assert not shape.is_question("언제부터인지 알려 주세요.")


@pytest.mark.parametrize(
    ("line", "urgency"),
    [
        ("긴급도: 응급 (지금 바로 병원) | 포도를 먹었어요", "emergency"),
        ("긴급도: 며칠 안에 진료 예약 | 귀를 긁어요", "soon"),
        ("긴급도: 당일진료", "urgent"),
        ("긴급도: 응급입니다.", "emergency"),
        ("- 긴급도: 응급", "emergency"),
        ("## 긴급도: 당일 진료 필요 - 소변을 못 봐요", "urgent"),
        ("긴급도: 응급 아님", "home"),
    ],
)
def test_the_urgency_is_read_however_a_model_writes_it(line, urgency):
    assert shape.read_urgency(line).urgency == urgency
