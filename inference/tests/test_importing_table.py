"""Tables: a row an article, in either language and either encoding."""

import pytest

from inference.article_reasons import told_in_korean
from inference.knowledge.importing.reading import read
from inference.knowledge.loading import ArticleError
from inference.tests.files import given

KOREAN = (
    "제목,지금 할 일,하지 말아야 할 일,보호자의 말,동물,질환,긴급도,분류,발행처,출처 제목,연도,주소,이용 조건,만료일\n"
    '귀를 털어요,"- 살펴봐 주세요.\n- 적어 두세요.",면봉을 넣지 마세요.,귀를 긁어요;귀가 빨개요,'
    '"강아지, 고양이",외이염 | otitis externa | 귓병; 중이염,예약,귀,병원,안내서,2024,https://a.kr/x,직접 작성,2028.01.31\n'
    "\n"
)
ENGLISH = "title,body,species\nEars,Look into the ears.,dog\nEyes,Look at the eyes.,cat\n"


def table(text, encoding="utf-8", name="t.csv", **fields):
    return read(name, text.encode(encoding), given(**fields))


def wrong(text, **fields):
    with pytest.raises(ArticleError) as caught:
        table(text, **fields)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_korean_columns_are_read_in_either_encoding(encoding):
    (draft,) = table(KOREAN, encoding)

    assert draft.sections == (
        ("do", "- 살펴봐 주세요.\n- 적어 두세요."), ("avoid", "면봉을 넣지 마세요."),
    )  # fmt: skip
    assert draft.says == ("귀를 긁어요", "귀가 빨개요")
    assert draft.species == ("cat", "dog")
    assert draft.conditions == (
        {"ko": "외이염", "en": "otitis externa", "synonyms": ["귓병"]},
        {"ko": "중이염", "en": ""},
    )
    assert (draft.urgency, draft.category, draft.licence) == ("soon", "ear", "직접 작성")
    assert draft.sources == (
        {"publisher": "병원", "title": "안내서", "year": 2024, "url": "https://a.kr/x"},
    )
    assert draft.expires_at.isoformat() == "2028-01-31"


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_row_is_an_article_whatever_divides_its_cells(mark):
    drafts = table(ENGLISH.replace(",", mark), name="t.tsv" if mark == "\t" else "t.csv")

    assert [(draft.title, draft.species) for draft in drafts] == [
        ("Ears", ("dog",)), ("Eyes", ("cat",)),
    ]  # fmt: skip


def test_a_row_keeps_its_slug_when_others_are_put_before_it():
    before = {draft.title: draft.slug for draft in table(ENGLISH)}
    later = ENGLISH.replace("Ears", "Nose,Look.,dog\nEars")

    assert before.items() <= {draft.title: draft.slug for draft in table(later)}.items()


def test_all_wrong_rows_are_told_at_once_and_nothing_is_taken():
    error = wrong(
        "title,body,urgency\nA,text,soon\n,text,soon\nA,text,soon\nB,,soon\nC,text,whenever\n"
    )

    assert str(error) == (
        "row 3: no title; row 4: the same title as row 2; row 5: there is no text in it; "
        "row 6: unknown urgency 'whenever'; known: emergency, urgent, soon, home"
    )
    assert told_in_korean(error)[0] == "3번째 행: 제목이 없어요."


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("title,colour\nA,red\n", "column"),
        ("title,title\nA,A\n", "columns_twice"),
        ("title,body\nA,b,c\n", "cells"),
        ("title,body\n", "empty"),
        ('title,body\nA,"never closed\n', "csv"),
        ("title,body\n" + "".join(f"T{n},x\n" for n in range(2001)), "many_rows"),
    ],
)
def test_what_is_no_table_is_refused(text, code):
    assert wrong(text).code == code


def test_a_row_has_a_body_or_sections():
    assert "both a body and sections" in str(wrong("title,body,do\nA,text,more\n"))
