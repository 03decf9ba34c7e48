"""BM25 as a product of two sparse vectors: the figures, the candidates, and odd characters."""

import math

import pytest
from django.db import connection

from inference.knowledge import index, lexical
from inference.knowledge.search import WORDS_STRETCH, Query, search
from inference.models import Article, Lexeme, Passage
from inference.tests.small_library import USUAL, put

pytestmark = pytest.mark.django_db

ODD = [
    "'", "''", "\\", "\\'", "포도'", "it's", "a & b", "a | !b", "(a <-> b)", "a:*", "포도:A", "<2>",
    '"', "$$", "%s", "{x}", "🍇", "؀", "İ", "ﬀ", "e\u0301", "\u200b", "\ufeff", "ㄱㄴ", "포", "가\u0301",
]  # fmt: skip


def known(**counts):
    """As if the library held these words, of `texts` texts in all."""
    texts = counts.pop("texts")
    Lexeme.objects.bulk_create(
        [Lexeme(text=word, passages=count) for word, count in {"": texts, **counts}.items()]
    )


def product(one, other):
    values = dict(zip(other.indices(), other.values(), strict=True))
    return sum(v * values.get(i, 0) for i, v in zip(one.indices(), one.values(), strict=True))


def words_half(text):
    slugs = dict(Article.objects.values_list("pk", "slug"))
    return {slugs[hit.article_id]: hit.words for hit in search(Query(text, "dog", None))}


def test_words_are_morphemes_and_marked_pairs_of_syllables():
    assert lexical.words_of("포도를 먹었어요") == [
        "포도", "먹", "~포도", "~도를", "~먹었", "~었어", "~어요",
    ]  # fmt: skip


def test_the_product_is_bm25_by_hand():
    """Robertson's formula: k1 1.2, b 0.75; "포도" twice among 6 words where 5 are usual."""
    known(texts=10, 포도=2, 사과=5)
    rarity = math.log(1 + (10 - 2 + 0.5) / (2 + 0.5))
    often = 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 6 / 5))

    text = lexical.text_terms(lexical.words_of("포도 포도 사과"), USUAL)
    asked = lexical.question_terms("포도").vector

    assert product(text, asked) == pytest.approx(rarity * often)


def test_the_search_gives_bm25_by_hand_as_a_share_of_the_whole():
    put("grape", "포도 포도 사과")
    put("apple", "사과 감자")
    lexical.refresh_statistics()

    # Both words of the question ("포도" and its pair) stand in one text of two.
    often = 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 6 / USUAL))
    found = words_half("포도")

    assert found == {"grape": pytest.approx(WORDS_STRETCH * often / 2.2, rel=1e-4)}


def test_a_rare_word_counts_more_than_a_common_one():
    for number in range(5):
        put(f"common-{number}", "감자 양파")
    put("rare", "포도 양파")
    lexical.refresh_statistics()

    found = words_half("포도 감자")

    assert next(iter(found)) == "rare"
    assert found["rare"] > found["common-0"]


def test_a_word_in_a_short_text_counts_more_than_in_a_long_one():
    put("long", "포도 " + "양파 당근 오이 감자 마늘")
    put("short", "포도 양파")
    lexical.refresh_statistics()

    assert list(words_half("포도")) == ["short", "long"]


def test_another_word_for_it_counts_less_than_the_word_itself():
    put("said", "구토 양파")
    put("meant", "게우다 양파")
    lexical.refresh_statistics()

    found = words_half("구토")

    assert list(found) == ["said", "meant"]
    assert 0 < found["meant"] < lexical.RELATED_WEIGHT * found["said"]


def test_statistics_count_texts_of_the_library_and_not_repeats_or_notes(stranger):
    put("one", "포도 포도 포도")
    put("two", "포도 사과")
    note = Passage.objects.create(kind="soap", owner=stranger, text="포도", content_hash="x")
    index.set_words(note, note.text, 80)

    lexical.refresh_statistics()

    counts = dict(Lexeme.objects.values_list("text", "passages"))
    assert counts == {"": 2, "포도": 2, "~포도": 2, "사과": 1, "~사과": 1}


def test_statistics_of_an_emptied_library_are_empty():
    put("one", "포도")
    lexical.refresh_statistics()
    Article.objects.all().delete()

    lexical.refresh_statistics()

    assert dict(Lexeme.objects.values_list("text", "passages")) == {"": 0}
    assert words_half("포도") == {}


def test_common_words_make_no_candidates_beside_rare_ones():
    known(texts=50_000, 포도=10, 사과=3000, 감자=3001, 양파=9000)

    terms = lexical.question_terms("양파 감자 사과 포도")

    assert list(terms.asked) == ["포도", "사과"]
    assert set(terms.weights) == {"포도", "사과", "감자", "양파"}
    assert terms.query == "'포도' | '사과'"


def test_the_rarest_word_is_asked_however_common_it_is():
    known(texts=50_000, 사과=20_000, 감자=30_000)

    assert list(lexical.question_terms("감자 사과").asked) == ["사과"]


def test_a_word_nobody_knows_lowers_the_share_of_what_was_found():
    known(texts=10, 포도=2)

    alone, beside = lexical.question_terms("포도"), lexical.question_terms("포도 샤인머스캣")

    assert beside.weights == alone.weights
    assert beside.whole > alone.whole


def test_a_long_question_is_asked_by_its_most_telling_words():
    words = ["".join((chr(0xAC00 + 28 * n), "쀍")) for n in range(200)]
    Lexeme.objects.bulk_create(
        [Lexeme(text=f"~{word}", passages=n + 1) for n, word in enumerate(words)]
    )
    Lexeme.objects.create(text="", passages=1000)

    terms = lexical.question_terms(" ".join(words))

    assert list(terms.weights) == [f"~{word}" for word in words[: lexical.MOST_WORDS]]


@pytest.mark.parametrize("text", ODD, ids=[f"odd {number}" for number in range(len(ODD))])
def test_odd_characters_can_be_stored_and_asked(text):
    put("odd", f"{text} 포도 {text}")
    lexical.refresh_statistics()

    assert list(words_half(f"{text} 포도 {text}")) == ["odd"]
    words_half(text)


def test_words_of_any_characters_are_stored_as_they_are():
    words = ["a'b", "a\\b", "\\", "'", "a b", "!a", "a & b", "a:*", "<->", "~포도", "포도"]

    with connection.cursor() as cursor:
        cursor.execute("select tsvector_to_array(%s::tsvector)", [lexical.as_tsvector(words)])
        assert set(cursor.fetchone()[0]) == set(words)


def test_a_pair_of_syllables_finds_what_no_dictionary_can_take_apart():
    put("odd", "뀨햏쀍")
    lexical.refresh_statistics()

    assert list(lexical.question_terms("햏쀍").asked) == ["~햏쀍"]
    assert list(words_half("햏쀍")) == ["odd"]


def test_a_pair_is_not_mistaken_for_a_word():
    put("pair", "뀨햏쀍")
    put("word", "포도")
    Passage.objects.filter(article__slug="word").update(words="'햏쀍'")
    lexical.refresh_statistics()

    assert "word" not in words_half("햏쀍")


@pytest.mark.parametrize("text", ["", " ", "\n\t", "?!", "ㅠㅠ", "\x00"])
def test_a_question_without_words_asks_nothing(text):
    put("one", "포도")
    lexical.refresh_statistics()

    terms = lexical.question_terms(text)

    assert (terms.asked, terms.query, dict(terms.weights)) == ([], "", {})
    assert words_half(text) == {}


@pytest.mark.parametrize(
    "text",
    ["포도 사과 " * 15_000, "".join(map(chr, range(0xAC00, 0xD7A3))) * 9, "a" * 100_000],
    ids=["words", "every syllable", "one letter"],
)
def test_a_question_of_100_kilobytes_is_answered(text):
    put("one", "포도")
    lexical.refresh_statistics()

    assert list(words_half(f"포도 {text}")) == ["one"]


@pytest.mark.parametrize(
    "text",
    [
        "포도 사과 " * 2_000,
        "".join(map(chr, range(0xAC00, 0xD7A3))),
        "x" * 3_000,
        "https://example.com/" + "0a1b2c3d" * 400,
    ],
    ids=["words", "every syllable", "one letter", "an address"],
)
def test_a_text_of_any_shape_can_be_stored(text):
    put("one", f"포도 {text}")
    lexical.refresh_statistics()

    assert list(words_half("포도")) == ["one"]
