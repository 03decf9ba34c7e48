"""Korean text to morphemes: what owners write and what articles say meets in one word."""

import pytest
import yaml

from inference.knowledge import morphemes as module
from inference.knowledge.morphemes import morphemes, related, tagged
from inference.tests.wire import together


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("먹었어요", ["먹"]),
        ("먹고 있는데", ["먹"]),
        ("먹였는데", ["먹이"]),
        ("토했어요", ["토하"]),
        ("토하더니", ["토하"]),
        ("자꾸 토해요", ["자꾸", "토하"]),
        ("잠만 자요", ["잠", "자"]),
        ("가려워요", ["가렵"]),
        ("포도를", ["포도"]),
        ("포도만이라도", ["포도"]),
        ("IBD는", ["ibd"]),
    ],
)
def test_inflected_forms_become_one_stem(text, found):
    assert morphemes(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("쪼꼬렛을 먹었어요", ["초콜릿", "먹"]),
        ("쵸코", ["초콜릿"]),
        ("멍뭉이 응아", ["강아지", "변"]),
        ("냥이가 쉬를 못해요", ["고양이", "소변", "!소변"]),
        ("건포두", ["포도"]),
    ],
)
def test_other_spellings_become_the_usual_word(text, found):
    assert morphemes(text) == found


@pytest.mark.parametrize("text", ["포도를 먹었는데", "포도를먹었는데", "포도 를 먹 었는데"])
def test_spaces_do_not_matter(text):
    assert morphemes(text) == ["포도", "먹"]


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("오줌을 못 싸요", {"!소변", "!싸"}),
        ("소변을 보지 못해요", {"!소변"}),
        ("물도 마시지 않아요", {"!물", "!마시"}),
        ("밥을 안 먹어요", {"!밥", "!먹"}),
        ("오줌을 싸요", set()),
        ("안녕하세요", set()),
    ],
)
def test_what_does_not_happen_is_marked(text, denied):
    assert {word for word in morphemes(text) if word.startswith("!")} == denied


@pytest.mark.parametrize("text", ["", "  \n", "?!…", "ㅠㅠㅠ", "우리 저희 있어요", "3", "\x00"])
def test_what_tells_nothing_is_left_out(text):
    assert morphemes(text) == []


def test_words_keep_their_order_and_repeats():
    assert morphemes("포도\n구토 포도") == ["포도", "구토", "포도"]


def test_a_nul_parts_words_and_breaks_nothing():
    assert morphemes("포도\x00구토") == ["포도", "구토"]


def test_a_very_long_text_is_read_up_to_its_limit():
    inside, outside = "포도 " * (module.LONGEST // 3), "구토 "
    assert set(morphemes(inside + "  " + outside * 40_000)) == {"포도"}


def test_a_contracted_form_names_its_parts_and_place():
    [_, piece] = [one for one in tagged("밥 먹였어요") if one.tag != "JKS"]

    assert (piece.text, piece.start, piece.end) == ("먹였어요", 2, 6)
    assert piece.parts.startswith("먹이/VV/")


def test_what_owners_and_vets_call_one_thing_is_related():
    assert "구토" in related(["토하"])
    assert "토하" in related(["구토"])


def test_related_words_leave_out_what_was_said_and_come_once():
    found = related(["구토", "토하", "토"])

    assert not {"구토", "토하", "토"} & set(found)
    assert len(found) == len(set(found))
    assert found != []


def test_a_word_of_no_group_has_no_relatives():
    assert related(["샤인머스캣"]) == []
    assert related([]) == []


def test_every_group_of_synonyms_relates_something():
    """A group of which one word or none is a single morpheme would be of no use."""
    groups = yaml.safe_load(module.SYNONYMS.read_text(encoding="utf-8"))
    idle = [group for group in groups if sum(len(morphemes(one)) == 1 for one in group) < 2]

    assert idle == []


def test_threads_read_at_the_same_time():
    texts = ["포도를 먹었어요", "토했어요", "가려워요", "쵸코"]

    found = together(4, lambda number: [morphemes(texts[number]) for _ in range(200)])

    for text, read in zip(texts, found, strict=True):
        assert read == [morphemes(text)] * 200
