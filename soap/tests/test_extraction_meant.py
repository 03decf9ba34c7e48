"""What an owner's words mean: a fact of this pet now, or not."""

import pytest

from soap.draft import Animal, Draft, Said, Talk
from soap.extraction import default


def drafted(*texts: str, name: str = "보리", species: str = "dog") -> Draft:
    """The note of a talk; "A:" begins what the assistant said."""
    said = tuple(
        Said(str(number), "assistant", text[2:])
        if text.startswith("A:")
        else Said(str(number), "owner", text)
        for number, text in enumerate(texts)
    )
    return default.draft(Talk(Animal(name, species), said))


def stands(words: str, draft: Draft, section: str = "S") -> bool:
    plain = words.replace(" ", "")
    return any(plain in one.text.replace(" ", "") for one in draft.sections[section])


def is_told(words: str, draft: Draft) -> bool:
    return any(stands(words, draft, section) for section in "SOAP")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("경련은 없어요", "경련"),
        ("피는 안 나와요", "피"),
        ("기침이나 콧물은 전혀 없습니다", "기침"),
        ("토하거나 설사하지는 않아요", "설사"),
        ("침흘림이나 구토 없어요", "침흘림"),
        ("토사물에 피는 없었어요", "피는"),
        ("기절하거나 쓰러진 적은 없어요", "쓰러진"),
        ("초콜릿은 안 먹었어요", "초콜릿"),
        ("이상한 걸 먹은 적은 없어요", "이상한"),
        ("당근은 안 먹였어요", "당근"),
    ],
)
def test_what_was_denied_stands_nowhere(text, words):
    assert not is_told(words, drafted(text))


def test_only_the_denied_half_of_a_sentence_goes():
    draft = drafted("토는 안 하는데 숨을 못 쉬어요")

    assert stands("숨을 못 쉬어요", draft)
    assert not is_told("토는", draft)
    assert draft.denied == ("구토",)
    assert draft.keywords["없다고 한 증상"] == "구토 없음"


@pytest.mark.parametrize(
    "text",
    [
        "밥을 안 먹어요",
        "소변을 못 봐요",
        "걷지를 못해요",
        "물도 안 마시려고 해요",
        "불러도 반응을 안 해요",
        "똥을 이틀째 못 쌌어요",
        "눈을 못 떠요",
        "피가 안 멈춰요",
        "설사가 멈추질 않아요",
        "오늘 아침 약은 못 먹였어요",
    ],
)
def test_a_function_that_is_lost_is_a_finding(text):
    assert stands(text, drafted(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("작년에 췌장염으로 입원했었어요", "췌장염"),
        ("예전에 경련한 적이 있어요", "경련"),
        ("어릴 때 파보에 걸렸었는데 다 나았어요", "파보"),
        ("2년 전에 슬개골 수술했어요", "슬개골"),
        ("전에도 방광염 있었어요", "방광염"),
    ],
)
def test_what_is_past_is_kept_apart_and_says_so(text, words):
    draft = drafted(text)

    assert not is_told(words, draft)
    assert words in draft.keywords["과거력"]
    assert "(지난 일)" in draft.keywords["과거력"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("작년부터 기침을 해요", "작년부터 기침"),
        ("3개월 전부터 절뚝거려요", "절뚝"),
        ("예전에도 그랬는데 어제부터 또 토해요", "또 토해요"),
        ("약 먹고 나았는데 오늘 다시 기침해요", "다시 기침해요"),
        ("지난달에 혹을 처음 발견했어요", "혹을 처음 발견"),
    ],
)
def test_what_began_before_and_goes_on_is_present(text, words):
    assert stands(words, drafted(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("경련하면 어떡하죠", "경련"),
        ("고구마 먹어도 되나요", "고구마"),
        ("혹시 암일까요?", "암일"),
        ("토하고 설사하면 병원에 가야 하나요?", "설사"),
        ("만약 숨을 못 쉬면 어떻게 하나요", "숨을"),
        ("강아지들은 원래 풀을 먹나요?", "풀을"),
    ],
)
def test_a_question_asserts_nothing(text, words):
    assert not is_told(words, drafted(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("어제부터 토하는데 왜 그럴까요?", "어제부터 토하는데"),
        ("기침을 심하게 해서 병원에 가야 할까요?", "기침을 심하게"),
        ("열이 나는데 해열제 먹여도 되나요?", "열이 나는데"),
        ("왜 자꾸 귀를 긁을까요?", "귀를 긁"),
    ],
)
def test_the_fact_before_a_question_stays(text, words):
    assert stands(words, drafted(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("친구네 강아지가 파보에 걸렸대요", "파보"),
        ("친구네 강아지가 파보 걸렸었대요. 혈변 보고 죽었대요", "혈변"),
        ("옆집 고양이는 신부전이래요", "신부전"),
        ("둘째는 설사를 해요", "설사"),
        ("같이 사는 고양이 나비는 토를 해요", "토를"),
        ("다른 강아지 코코가 기침해요", "기침"),
        ("고양이는 재채기를 해요", "재채기"),
        ("인터넷 보니까 자궁축농증이라고 하던데요", "자궁축농증"),
        ("친구가 그러는데 뇌종양이래요", "뇌종양"),
        ("저도 배탈이 나서 토했어요", "토했"),
    ],
)
def test_what_another_has_or_others_guess_stands_nowhere(text, words):
    assert not is_told(words, drafted(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("친구네 강아지랑 놀다가 다리를 다쳤어요", "다리를 다쳤"),
        ("옆집 개한테 물렸어요", "물렸"),
        ("둘째는 괜찮아요. 보리는 설사를 해요", "보리는 설사"),
        ("같이 키우는 고양이 코코가 보리를 할퀴어서 눈을 못 떠요", "눈을 못 떠"),
        ("엄마가 그러는데 어젯밤에 토했대요", "토했대요"),
        ("제가 어제 사료를 바꿨어요", "사료를 바꿨"),
    ],
)
def test_company_does_not_take_a_fact_away(text, words):
    assert stands(words, drafted(text))


def test_the_registered_name_is_ours_even_among_several():
    draft = drafted("둘째 나비는 토했고 첫째 보리는 멀쩡해요", name="나비", species="cat")

    assert stands("나비는 토했", draft)


def test_a_bare_no_denies_what_was_asked():
    draft = drafted("기침해요", "A:설사도 하나요?", "아니요")

    assert "설사" in draft.denied
    assert not is_told("설사", draft)


def test_a_bare_yes_affirms_the_one_sign_that_was_asked():
    draft = drafted("기침해요", "A:콧물도 있나요?", "네 있어요")

    assert stands("콧물", draft)


@pytest.mark.parametrize(
    "text", ["감사합니다", "너무 걱정돼요 ㅠㅠ", "안녕하세요", "네 알겠습니다~"]
)
def test_chat_is_no_fact(text):
    assert drafted(text).sections["S"] == ()
