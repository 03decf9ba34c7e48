"""An article as a file: what is read from it, and what is said of a file that is none."""

import pytest

from inference.knowledge.loading import SAYS, ArticleError, names_of, parse, pieces

ARTICLE = """---
title: 강아지 귀가 아플 때
category: ear
species: [dog, cat]
conditions:
  - {ko: 외이염, en: otitis externa, synonyms: [귓병, 귀 염증]}
  - {ko: 귀진드기, en: ear mites}
urgency: soon
sources: [{publisher: MSD, title: Otitis, year: 2024}]
checked_at: 2026-01-02
expires_at: 2028-01-02
says: [귀를 자꾸 긁어요, 귀에서 냄새나요]
red_flags: [head_tilt]
---

## 이런 모습이에요

귀를 긁고 머리를 털어요.

## 지금 할 일

- 귀를 만지지 말고 사진을 찍어 두세요.
- 병원을 예약해 주세요.
"""


def test_an_article_is_read():
    draft = parse("ear", ARTICLE)

    assert (draft.slug, draft.title, draft.urgency) == ("ear", "강아지 귀가 아플 때", "soon")
    assert draft.species == ("dog", "cat")
    assert draft.says == ("귀를 자꾸 긁어요", "귀에서 냄새나요")
    assert draft.red_flags == ("head_tilt",)
    assert draft.sections[0] == ("looks", "귀를 긁고 머리를 털어요.")
    assert draft.sections[1][0] == "do"
    assert draft.expires_at.isoformat() == "2028-01-02"


def test_all_names_of_all_conditions_are_known():
    names = ["외이염", "otitis externa", "귓병", "귀 염증", "귀진드기", "ear mites"]

    assert names_of(parse("ear", ARTICLE)) == names


def test_what_owners_say_is_the_first_piece_and_shows_only_the_title():
    said = pieces(parse("ear", ARTICLE))[0]

    assert (said.section, said.position, said.text) == (SAYS, 0, "강아지 귀가 아플 때")
    assert "귓병" in said.search_text
    assert "귀를 자꾸 긁어요 / 귀에서 냄새나요" in said.search_text


def test_each_section_is_a_piece_found_by_title_too():
    _, looks, do = pieces(parse("ear", ARTICLE))

    assert looks.text == "귀를 긁고 머리를 털어요."
    assert looks.search_text == "강아지 귀가 아플 때\n귀를 긁고 머리를 털어요."
    assert (do.section, do.position) == ("do", 2)


def test_a_changed_word_changes_article_and_piece_only_there():
    before, after = parse("ear", ARTICLE), parse("ear", ARTICLE.replace("예약", "방문"))
    hashes = [[piece.content_hash for piece in pieces(draft)] for draft in (before, after)]

    assert before.content_hash != after.content_hash
    assert [one == two for one, two in zip(*hashes, strict=True)] == [True, True, False]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("", "no front matter"),
        ("그냥 글이에요.", "no front matter"),
        (ARTICLE.replace("---\n\n##", "\n##", 1), "no front matter"),
        (ARTICLE.replace("species: [dog, cat]", "species: [dog"), "front matter is not YAML"),
        ("---\n- 목록\n---\n## 지금 할 일\n글", "front matter lacks category"),
        (ARTICLE.replace("urgency: soon\n", ""), "front matter lacks urgency"),
        (ARTICLE.replace("urgency: soon\n", "author: 누구\n"), "front matter lacks urgency"),
        (ARTICLE.replace("## 지금 할 일", "## 내 생각"), "unknown heading.*내 생각"),
        (ARTICLE.replace("## 이런 모습이에요", "앞글"), "stray text"),
        (ARTICLE.split("\n\n##")[0] + "\n", "no sections"),
    ],
    ids=[
        "empty", "no front matter", "unclosed front matter", "bad YAML", "a list", "field missing",
        "field missing beside an unknown one", "unknown heading", "stray text", "no sections",
    ],
)  # fmt: skip
def test_a_file_that_is_no_article_says_why(broken, reason):
    with pytest.raises(ArticleError, match=reason):
        parse("ear", broken)
