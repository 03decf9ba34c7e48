"""The guard: sentence by sentence, then the answer as a whole."""

import pytest

from inference.pipeline.validate import InvalidReplyError, check_whole, problem_of

FORBIDDEN = [
    ("dose", "체중 1kg당 5mg이에요."),
    ("dose", "0.1 ml/kg으로 주세요."),
    ("dose", "하루 10 밀리그램이면 충분해요."),
    ("dose", "반 알을 먹여 주세요."),
    ("dose", "두 알 먹이세요."),
    ("dose", "1/2정을 하루 두 번 먹이세요."),
    ("dose", "시럽 3ml를 급여하세요."),
    ("dose", "한 스푼씩 먹여 보세요."),
    ("dose", "한 알씩 하루 두 번 먹이세요."),
    ("dose", "두 알을 물에 녹여 먹이세요."),
    ("dose", "1정을 하루 두 번 주세요."),
    ("dose", "５ｍｇ을 먹이세요."),
    ("medicine", "타이레놀을 먹여도 괜찮아요."),
    ("medicine", "지사제를 조금 급여해 보세요."),
    ("medicine", "과산화수소를 먹여 주세요."),
    ("vomiting", "소금물로 토하게 하세요."),
    ("vomiting", "집에서 구토를 유도해 보세요."),
    ("prescription", "처방전을 발급해 드려요."),
    ("claims_vet", "저는 수의사로 일해요."),
    ("claims_vet", "수의사로서 말씀드려요."),
    ("diagnosis", "틀림없이 췌장염이에요."),
    ("diagnosis", "외이염으로 진단합니다."),
    ("link", "www.example.com 을 보세요."),
    ("link", "![그림](x)"),
    ("link", "[여기](http://x)를 누르세요."),
    ("link", "<img src=x>"),
    ("invented_source", "그렇다고 해요. [3]"),
    ("invented_source", "그렇다고 해요. [1][3]"),
]
ALLOWED = [
    "체중이 4kg이면 물을 조금씩 자주 주세요. [1]",
    "사람 약은 먹이지 마세요. [2]",
    "타이레놀은 먹이면 안 돼요. [1]",
    "집에서 토하게 하지 마세요. [1]",
    "병원에서 안전하게 구토를 유도해요. [2]",
    "약의 양은 수의사가 진료한 뒤에 정해요.",
    "위염일 수 있어요.",
    "변기에 세정제를 넣어 쓴다면 뚜껑을 닫아 두세요. [1]",
    "병원에서 스테로이드 주사를 맞을 수 있어요. [1]",
    "체온이 39.5도를 넘으면 병원에 가세요. [1]",
    "먹은 포도가 한 알이라도 병원에 전화해 주세요.",
]


@pytest.mark.parametrize(("reason", "sentence"), FORBIDDEN)
def test_what_an_owner_must_never_read_is_held_back(reason, sentence):
    assert problem_of(sentence, {1, 2}) == reason


@pytest.mark.parametrize("sentence", ALLOWED)
def test_warnings_and_plain_advice_pass(sentence):
    assert problem_of(sentence, {1, 2}) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "too short"),
        ("네, 그래요. [1]", "too short"),
        ("Please call your veterinarian at once. [1]", "not Korean"),
        ("地方の動物病院に今すぐ電話してくださいお願いします [1]", "not Korean"),
        ("지금 바로 가까운 동물병원에 전화해 주시면 좋겠어요.", "cites nothing"),
    ],
)
def test_an_answer_that_is_none_is_refused(text, reason):
    with pytest.raises(InvalidReplyError, match=reason):
        check_whole(text, must_cite=True)


def test_without_material_an_answer_need_not_cite():
    check_whole("지금 바로 가까운 동물병원에 전화해 주시면 좋겠어요.", must_cite=False)
