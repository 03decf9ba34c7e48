"""The note as a whole: each fact once, later words win, advice as given, and no text breaks it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soap.draft import SECTIONS, Animal, Evidence, Finding, Said, Talk
from soap.extraction import default
from soap.tests.test_extraction_meant import drafted, is_told, stands


@pytest.mark.parametrize(
    ("first", "second", "stays", "goes"),
    [
        ("어제부터 토를 세 번 했어요", "아니 세 번이 아니라 네 번이요", "네 번", "세 번"),
        ("하루 네다섯번 기침해요", "네다섯번이 아니라 일곱번이요", "일곱번", "네다섯"),
        ("이틀전부터 눈을 못 떠요", "아 이틀전이 아니라 사흘전부터네요", "사흘전", "이틀전"),
        ("설사를 3일 했어요", "3일이라고 했는데 5일이에요", "5일", "3일"),
        ("초콜릿 두 조각 먹었어요", "정정할게요 네 조각이에요", "네 조각", "두 조각"),
        ("왼쪽 다리를 절어요", "아 왼쪽이 아니라 오른쪽이요", "오른쪽", "왼쪽"),
    ],
)
def test_a_correction_wins(first, second, stays, goes):
    draft = drafted(first, second)

    assert stands(stays, draft)
    assert not is_told(goes, draft)
    assert len(draft.sections["S"]) == 1
    assert [one.id for one in draft.sections["S"][0].evidence] == ["0", "1"]


def test_a_corrected_value_wins_in_o():
    draft = drafted("체온이 39.2도예요", "잘못 봤네요 39.8도예요")

    assert stands("39.8", draft, "O")
    assert not stands("39.2", draft, "O")


def test_what_is_taken_back_goes():
    draft = drafted("혈변을 봤어요", "아 다시 보니 혈변은 아니었어요")

    assert not is_told("혈변을", draft)


def test_what_was_said_twice_stands_once_where_it_holds_more():
    draft = drafted("어제부터 토해요", "어제부터 토를 세 번 했어요")

    assert [one.text for one in draft.sections["S"]] == ["어제부터 토를 세 번 했어요"]
    assert [one.id for one in draft.sections["S"][0].evidence] == ["0", "1"]


def test_different_numbers_are_different_facts():
    draft = drafted("어제 토를 두 번 했어요", "오늘 토를 세 번 했어요")

    assert len(draft.sections["S"]) == 2


def test_words_without_a_verb_join_what_they_belong_to():
    draft = drafted("벌에 쏘였어요. 한 20분 전에")

    assert [one.text for one in draft.sections["S"]] == ["벌에 쏘였어요, 한 20분 전에"]


def test_speech_without_full_stops_is_taken_apart():
    draft = drafted(
        "기침이 심해요 밤에 더 심하고 숨도 가빠하는 것 같아요 체온은 39.1도 나왔고 밥은 조금 먹어요"
        " 설사는 없고요"
    )

    assert stands("기침이 심", draft)
    assert stands("가빠", draft)
    assert stands("39.1", draft, "O")
    assert not is_told("설사", draft)


def test_every_sentence_of_s_carries_its_message():
    said = (Said("m1", "owner", "토했어요"), Said("v1", "owner", "기침해요", is_transcript=True))

    draft = default.draft(Talk(Animal("보리", "dog"), said))

    found = [one.evidence for one in draft.sections["S"]]
    assert found == [(Evidence("message", "m1"),), (Evidence("audio", "v1"),)]


def test_the_plan_is_what_was_advised_with_its_date():
    said = (
        Said("1", "owner", "토했어요"),
        Said(
            "2",
            "assistant",
            "많이 놀라셨겠어요. 언제부터였나요? 물을 조금씩 주세요. 내일까지 이어지면 병원에 가 주세요.",
            datetime(2026, 11, 23, tzinfo=UTC),
        ),
    )

    plan = [one.text for one in default.draft(Talk(Animal("보리", "dog"), said)).sections["P"]]

    assert plan == [
        "물을 조금씩 주세요. (2026-11-23 안내)",
        "내일까지 이어지면 병원에 가 주세요. (2026-11-23 안내)",
    ]


@pytest.mark.parametrize(
    "advice",
    [
        "타이레놀 반 알을 먹이세요.",
        "하루 두 번 10mg/kg 투여하세요.",
        "확실히 췌장염입니다. 걱정 마세요.",
    ],
)
def test_no_dose_and_no_medicine_reach_the_plan(advice):
    assert drafted("토했어요", f"A:{advice} 물을 조금씩 주세요.").sections["P"][0].text == (
        "물을 조금씩 주세요."
    )


def test_headed_advice_is_read_by_its_headings():
    answer = (
        "**무엇일 수 있나요**\n- 배탈일 수 있어요 [1]\n\n**지금 할 일**\n- 사료를 치워 주세요 [1]\n\n"
        "**이럴 때는 바로 병원에 가세요**\n- 피를 토해요\n- 숨이 차 보여요\n"
    )

    plan = [one.text for one in drafted("토했어요", f"A:{answer}").sections["P"]]

    assert plan == ["사료를 치워 주세요", "이럴 때는 바로 병원에 가기: 피를 토해요, 숨이 차 보여요"]


def test_dangers_and_sources_reach_the_assessment_without_a_diagnosis():
    talk = Talk(
        Animal("보리", "dog"),
        (Said("1", "owner", "숨을 못 쉬어요"),),
        urgency="emergency",
        findings=(Finding("1", "emergency", "숨쉬기 힘듦", "빠르게 나빠질 수 있어요."),),
        sources=("강아지 호흡 곤란",),
    )

    draft = default.draft(talk)
    text = draft.text_of("A")

    assert "빠르게 나빠질 수 있어요" in text
    assert "응급" in text
    assert "강아지 호흡 곤란" in text
    assert "검사가 필요" in text
    assert all(one.evidence for one in draft.sections["A"])
    assert draft.keywords["응급 신호"] == "숨쉬기 힘듦"


def test_the_keyword_block_says_who_and_what():
    animal = Animal(
        "보리", "dog", "푸들", "male", True, 26, 4.2, ("심장약",), ("닭고기",), ("심장병",)
    )

    block = default.draft(Talk(animal, (Said("1", "owner", "3일째 토해요"),))).keywords

    assert block["주증상"] == "구토"
    assert block["기간"] == "3일째"
    assert block["종/나이/체중"] == "강아지 푸들 / 수컷(중성화) / 2살 2개월 / 4.2kg"
    assert block["복용약"] == "심장약"
    assert block["알레르기"] == "닭고기"


NASTY = [
    "", " ", "\x00", "😀😀😀", "ㅠㅠㅠㅠ", "......", "아니라", "가" * 100_000, "토했어요 " * 20_000,
    "((((((((", "a" * 100_000, "1" * 50_000, "아니 3번이 아니라", "\ud7a3\ud7a3", "٣٤٥ مرحبا",
    "먹" + "었" * 5000, "체온 " + "9" * 400 + "도", "세 번이 아니라 " * 3000, "[](){}*+?^$|\\",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_no_message_breaks_it(text):
    draft = drafted(text, f"A:{text}", name=text[:40])

    assert set(draft.sections) == set(SECTIONS)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["owner", "assistant"]), st.text(max_size=300)), max_size=5)
)
def test_no_talk_breaks_it(turns):
    said = tuple(Said(str(number), role, text) for number, (role, text) in enumerate(turns))

    draft = default.draft(Talk(Animal("보리", "dog"), said))

    assert all(one.text for sentences in draft.sections.values() for one in sentences)


WORDS = st.sampled_from(
    [
        "토",
        "를",
        "했어요",
        "안",
        "없",
        "어요",
        "아니라",
        "세",
        "번",
        "네",
        "작년",
        "에",
        "부터",
        "39.8",
        "도",
        "친구네",
        "강아지",
        "가",
        "는데",
        "고",
        "면",
        "하나요",
        "?",
        "않",
        "아요",
        "설사",
        "체온",
        "kg",
        "4",
        ".",
        "보리",
        "는",
        "왜",
        "자꾸",
        "사진",
        "보면",
        "착각",
        "1분에",
        "50",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=25), max_size=4), st.sampled_from(["", " "]))
def test_no_order_of_korean_words_breaks_it(turns, blank):
    default.draft(
        Talk(
            Animal("보리", "dog"),
            tuple(
                Said(str(place), "owner", blank.join(words)) for place, words in enumerate(turns)
            ),
        )
    )
