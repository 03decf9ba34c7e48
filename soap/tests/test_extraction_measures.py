"""O: what was measured or seen, by whom; and amounts that are no finding of the body."""

import pytest

from soap.draft import NOT_EXAMINED, Animal, Evidence, Said, Talk
from soap.extraction import default
from soap.extraction.durations import frequency, onset, quantities
from soap.tests.test_extraction_meant import drafted, stands


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("체온이 39.8도였어요", "39.8"),
        ("열 재보니 40.1도예요", "40.1"),
        ("체온은 삼십구점오도예요", "삼십구점오"),
        ("몸무게가 4.2키로 나가요", "4.2"),
        ("1분에 50번 숨쉬어요", "50"),
        ("분당 호흡수 세어보니 마흔번", "마흔번"),
        ("심박수 180이에요", "180"),
        ("병원에서 ALT 320 나왔대요", "320"),
        ("혈당이 58이래요", "58"),
        ("산소포화도 88%였어요", "88"),
        ("혹이 3cm 정도예요", "3cm"),
        ("잇몸이 창백해요", "창백"),
        ("엑스레이에서 폐가 하얗대요", "폐가"),
        ("파보 키트 양성 나왔어요", "양성"),
        ("체온 재봤는데 정상이었어요", "정상"),
        ("사진 보시면 눈이 충혈됐어요", "충혈"),
        ("집에서 저울로 재니 62g 나오네요", "62g"),
    ],
)
def test_a_measured_value_stands_in_o_and_not_in_s(text, value):
    draft = drafted(text)

    assert stands(value, draft, "O")
    assert not stands(value, draft, "S")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("초콜릿 20g을 먹었어요", "20g"),
        ("2시간 전에 500mg짜리 타이레놀을 먹었어요", "500mg"),
        ("물을 하루 500ml 마셔요", "500ml"),
        ("하루에 3번 토해요", "3번"),
        ("방 온도는 25도예요", "25도"),
    ],
)
def test_an_amount_that_was_not_measured_on_the_body_stays_in_s(text, value):
    draft = drafted(text)

    assert stands(value, draft, "S")
    assert draft.sections["O"][0].text == NOT_EXAMINED


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("집에서 체온계로 재니 39.9도요", "보호자 측정"),
        ("병원에서 잰 체온은 38.7도래요", "병원 측정"),
        ("BUN은 52 나왔대요", "병원 검사"),
        ("잇몸이 하얘요", "보호자 관찰"),
    ],
)
def test_who_measured_is_told(text, by):
    assert by in drafted(text).sections["O"][0].text


def test_a_count_answers_what_was_asked():
    draft = drafted("기침해요", "A:자는 동안 1분 호흡수를 세어 주세요.", "세어보니 52회요")

    assert stands("52회", draft, "O")


def test_of_a_sized_lump_the_sign_stays_in_s():
    draft = drafted("배에 2cm 정도 되는 혹이 만져져요")

    assert stands("2cm", draft, "O")
    assert stands("혹이 만져져요", draft, "S")
    assert not stands("2cm", draft, "S")


def test_an_old_weight_stays_beside_the_new_one():
    draft = drafted("체중은 한달 전에 3.9kg였는데 오늘 재니 3.4kg예요")

    assert stands("3.9kg", draft, "O")
    assert stands("3.4kg", draft, "O")


def test_another_animal_s_value_stands_nowhere():
    draft = drafted("옆집 강아지는 체온이 41도였대요")

    assert not stands("41", draft, "O")


def test_nothing_measured_is_said_in_so_many_words():
    assert [one.text for one in drafted("토했어요").sections["O"]] == ["직접 검진 소견 없음"]


def test_the_registered_weight_carries_its_field():
    talk = Talk(Animal("보리", "dog", weight_kg=4.2), (Said("1", "owner", "토했어요"),))

    weight = default.draft(talk).sections["O"][-1]

    assert "4.2kg" in weight.text
    assert weight.evidence == (Evidence("profile", "weight_kg"),)


def test_what_a_photo_shows_by_the_answer_is_seen():
    draft = drafted("사진 올렸어요", "A:사진을 보니 귀 안쪽이 붉어 보여요. 사진을 더 올려 주세요.")

    assert stands("귀 안쪽이 붉어", draft, "O")
    assert not stands("더 올려", draft, "O")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("어제부터 그래요", "어제부터"),
        ("3일째 토해요", "3일째"),
        ("두 시간 전에 먹었어요", "두 시간 전에"),
        ("일주일 됐어요", "일주일 됐"),
        ("낮 2시쯤부터요", "낮 2시쯤부터"),
        ("귀가 빨개요", ""),
    ],
)
def test_since_when_is_kept_as_it_was_said(text, words):
    assert onset(text) == words


def test_how_often_is_kept_as_it_was_said():
    assert frequency("하루 세 번 토해요") == "하루 세 번"


@pytest.mark.parametrize(
    ("one", "other"), [("세 번", "3번"), ("이틀", "2일"), ("4.5키로", "4.5kg"), ("그제", "그저께")]
)
def test_the_same_amount_in_other_words_is_the_same(one, other):
    assert quantities(one)[0].is_same(quantities(other)[0])
