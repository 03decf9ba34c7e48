"""The answer as a whole, after each sentence of it has passed the guard."""

import pytest

from inference.pipeline.validate import InvalidReplyError, check_whole


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
