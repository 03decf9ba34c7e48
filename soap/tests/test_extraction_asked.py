"""Short answers: what they say together with the question before them."""

import pytest

from soap.draft import Animal, Said, Talk
from soap.extraction import default
from soap.extraction.asked import subject_of


def drafted(*turns, species="dog"):
    """A note of turns; those that begin with "? " are the assistant's."""
    said = [
        Said(str(place), "assistant" if text.startswith("? ") else "owner", text.removeprefix("? "))
        for place, text in enumerate(turns)
    ]
    return default.draft(Talk(Animal("콩이", species), tuple(said)))


def texts(note, section="S"):
    return [sentence.text for sentence in note.sections[section]]


@pytest.mark.parametrize(
    ("question", "answer", "told", "sign"),
    [
        ("배가 빵빵한가요?", "네 좀 빵빵해요", "배가 빵빵한지: 네 좀 빵빵해요", "복부 팽만"),
        ("토했나요?", "한번", "토했는지: 한번", "구토"),
        ("밥은 먹나요?", "아니요", "밥은 먹는지: 아니요", "식욕 부진"),
        ("식욕은 있나요?", "아뇨", "식욕은 있는지: 아뇨", "식욕 부진"),
        ("소변은 보나요?", "아니", "소변은 보는지: 아니", "배뇨 곤란"),
        ("변 상태는 어떤가요?", "좀 딱딱해요", "변 상태는 어떤지: 좀 딱딱해요", ""),
    ],
)
def test_a_short_answer_is_a_fact_with_its_question(question, answer, told, sign):
    note = drafted("아이가 이상해요", f"? {question}", answer)

    assert told in texts(note)
    assert sign in note.keywords["주증상"]


@pytest.mark.parametrize(
    ("question", "answer", "denied"),
    [
        ("기침도 하나요?", "아니요", "기침"),
        ("구토나 설사는 없나요?", "네 없어요", "구토"),
        ("초콜릿 같은 것을 먹었나요?", "아니요", "이물·독성 섭취"),
        ("콧물이 나나요?", "별로요", "콧물"),
    ],
)
def test_a_no_denies_what_was_asked_and_asserts_nothing(question, answer, denied):
    note = drafted("귀를 긁어요", f"? {question}", answer)

    assert texts(note) == ["귀를 긁어요"]
    assert denied in note.keywords["없다고 한 증상"]
    assert denied not in note.keywords["주증상"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("입안에 궤양이 보이나요?", "모르겠어요"),
        ("병원에 가실 수 있나요?", "네 지금 갈게요"),
        ("다른 고양이도 기침을 하나요?", "네"),
        ("사진을 보내 주실 수 있나요?", "네"),
    ],
)
def test_what_tells_nothing_of_this_animal_is_no_fact(question, answer):
    assert texts(drafted("귀를 긁어요", f"? {question}", answer)) == ["귀를 긁어요"]


def test_of_two_questions_only_the_fitting_one_is_answered():
    note = drafted("토해요", "? 언제부터 그랬나요? 밥은 먹나요?", "어제부터요")

    assert "언제부터 그랬는지: 어제부터요" in texts(note)
    assert note.keywords["기간"] == "어제부터요"
    assert texts(drafted("토해요", "? 기침도 하나요? 밥은 먹나요?", "네")) == ["토해요"]


def test_what_was_so_before_is_past():
    note = drafted("토해요", "? 전에도 그런 적이 있나요?", "네 작년에 한번")

    assert "작년에 한번" in note.keywords["과거력"]
    assert texts(note) == ["토해요"]


@pytest.mark.parametrize(
    ("question", "answer", "told"),
    [
        ("체중은요?", "2.5", "체중 2.5"),
        ("체중은요?", "41g 나와", "체중 41g"),
        ("체중은요?", "저울에 48그램", "48그램"),
        ("잇몸이 창백한가요?", "네 하얘요", "잇몸·점막 하얘요"),
        ("호흡수를 세어 주시겠어요? 1분에 몇 번인가요?", "60번이요", "호흡수 60번"),
    ],
)
def test_a_bare_value_stands_in_o_under_its_name(question, answer, told):
    note = drafted("아이가 이상해요", f"? {question}", answer)

    assert any(told in text for text in texts(note, "O"))
    assert not any(answer in text for text in texts(note))


@pytest.mark.parametrize("again", ["아 세번이요", "아니다 세번", "아니 세 번은 돼요"])
def test_what_is_said_again_takes_the_place_of_the_first(again):
    note = drafted("토를 두번 했어요", again)

    assert len(texts(note)) == 1
    assert "두번" not in texts(note)[0]


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("물을 많이 마시나요?", "물을 많이 마시는지"),
        ("처음인가요?", "처음인지"),
        ("몇 번 했어요?", "몇 번 했는지"),
        ("체중은요?", "체중"),
        ("한쪽 눈인가요 양쪽인가요?", "“한쪽 눈인가요 양쪽인가요?”"),
    ],
)
def test_a_question_becomes_the_thing_it_asks_after(question, subject):
    assert subject_of(question) == subject


@pytest.mark.parametrize(
    "text",
    ["새로 온 아기냥이가 먼저 기침했어요", "같이 살던 애는 지난달에 설사하다가 죽었어요"],
)
def test_a_newcomer_and_one_that_lived_here_are_not_this_pet(text):
    note = drafted("눈곱이 껴요", text, species="cat")

    assert texts(note) == ["눈곱이 껴요"]
    assert "과거력" not in note.keywords


def test_what_the_owner_gave_stands_by_the_medicines():
    assert "타이레놀" in drafted("타이레놀을 반 알 먹였어요").keywords["복용약"]


def test_smell_that_comes_is_no_denial():
    note = drafted("귀를 긁어요 냄새도 나요")

    assert "냄새" in note.keywords["주증상"]
    assert "없다고 한 증상" not in note.keywords


def test_worse_when_excited_denies_nothing():
    note = drafted("기침해 흥분하면 더 심해요")

    assert texts(note) == ["기침해 흥분하면 더 심해요"]
    assert "없다고 한 증상" not in note.keywords


@pytest.mark.parametrize(
    ("said", "stands", "gone"),
    [
        ("혈당 62... 아니 52요! 밥은 안 먹어요", "52", "62"),
        ("월요일부터요 아니다 화요일부터 토해요", "화요일", "월요일"),
        ("왼쪽... 아 오른쪽 다리를 절어요", "오른쪽", "왼쪽"),
        ("몸무게 1850g이요 아 잘못봤다 1580g이에요", "1580", "1850"),
    ],
)
def test_what_is_taken_back_in_the_same_breath_is_not_told(said, stands, gone):
    note = drafted(said)
    whole = " ".join(texts(note) + texts(note, "O"))

    assert stands in whole
    assert gone not in whole


def test_two_days_that_both_count_stay():
    whole = " ".join(texts(drafted("어제 토하고 아 오늘도 토했어요")))

    assert "어제" in whole
    assert "오늘" in whole


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        ("떨진 않는데 헥헥거려요", "떨진"),
        ("밥은 안 먹어요 다리는 안 절어요", "절어요"),
        ("귀를 긁어요. 고구마(딴애)는 기침해요", "기침"),
        ("상처가 났어요 상대 길냥이는 눈에서 피가 났어요", "눈에서"),
        ("초콜릿을 먹었어요 소금물 먹여서 토하게 해도 돼요?", "소금물"),
    ],
)
def test_a_denied_half_another_animal_and_a_plan_are_no_facts(said, gone):
    note = drafted(said)

    assert texts(note)
    assert not any(gone in text for text in texts(note))


def test_every_sentence_of_what_the_assistant_saw_on_a_photo_stands_in_o():
    told = "사진을 보니 잇몸이 창백하고 혀가 보랏빛이에요. 치석도 조금 보이네요. 병원에 가세요."
    seen = texts(drafted("숨을 헐떡여요", f"? {told}", "네"), "O")

    assert any("창백" in text for text in seen)
    assert any("치석" in text for text in seen)
    assert not any("병원" in text for text in seen)


def test_a_reading_of_the_glucose_meter_is_one_without_its_name():
    note = drafted(
        "혈당 52 나왔어요", "? 시럽을 발라 주세요.", "시럽 발랐더니 20분 뒤에 110 나왔어요"
    )

    assert any("110" in text for text in texts(note, "O"))


@pytest.mark.parametrize(
    ("said", "stands", "gone"),
    [
        ("귀를 긁어요. 엄마 햄스터는 자궁축농증으로 갔거든요", "귀를", "자궁축농증"),
        ("가슴털을 뽑아요 죽은 애는 알막힘이었어요", "가슴털", "알막힘"),
        ("밥을 안 먹어요 마비는 없음 다리 다 움직임", "밥을", "마비"),
        ("몸무게 82g (지난달엔 91g) 기침해요", "82g", "91g"),
        ("오늘 토했어요 밥은 예전의 삼분의 일", "삼분의 일", "과거"),
        ("울 할머니냥이 자꾸 말라요", "말라", "없음이라는"),
        ("뼈가 휘었어요 칼슘은 안 줬어요", "칼슘", "휘지"),
    ],
)
def test_whose_it_is_and_of_when(said, stands, gone):
    note = drafted(said)
    whole = " ".join(texts(note) + texts(note, "O"))

    assert stands in whole
    assert gone not in whole


def test_two_values_beside_a_stroke_are_two():
    note = drafted("꼬리를 까딱해요", "? 1분 호흡수와 몸무게는요?", "1분에 64회 / 몸무게 82g")

    assert any("64회" in text for text in texts(note, "O"))
    assert any("82g" in text for text in texts(note, "O"))
