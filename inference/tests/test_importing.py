"""Files of staff become drafts of articles, or are refused with a reason."""

from datetime import date

import pytest

from chat.models import Urgency
from inference.article_reasons import REASONS, told_in_korean
from inference.knowledge.importing import terms
from inference.knowledge.importing.errors import Unfit
from inference.knowledge.importing.given import LONGEST_ARTICLE, document_of
from inference.knowledge.importing.reading import MOST_BYTES, read
from inference.knowledge.loading import ArticleError, names_of, pieces
from inference.tests.files import (
    FREE,
    OURS,
    TEXT,
    TODAY,
    blank_pdf,
    given,
    pdf_of,
    unfolding_pdf,
)
from profiles.models import Species


def one(name, data, **fields):
    (draft,) = read(name, data.encode() if isinstance(data, str) else data, given(**fields))
    return draft


def refused(name, data, **fields):
    with pytest.raises(ArticleError) as caught:
        read(name, data.encode() if isinstance(data, str) else data, given(**fields))
    return caught.value


def test_the_terms_are_those_of_the_tables():
    assert set(terms.SPECIES) == set(Species.values)
    assert set(terms.URGENCIES) == set(Urgency.values) - {"not_medical"}


def test_our_markdown_is_read_with_all_its_fields():
    draft = one("ear-shaking.md", OURS)

    assert (draft.title, draft.category, draft.urgency) == ("귀를 자주 터는 강아지", "ear", "soon")
    assert draft.species == ("cat", "dog")
    assert names_of(draft) == ["외이염", "otitis externa", "귓병"]
    assert draft.sources[0]["url"] == "https://example.org/otitis"
    assert draft.says == ("귀를 긁어요", "귀에서 냄새나요")
    assert [section for section, _text in draft.sections] == ["looks", "do"]
    assert (draft.licence, draft.expires_at) == ("직접 작성", date(2028, 1, 1))
    assert (draft.origin, draft.status) == ("imported", "draft")


def test_what_a_file_says_of_its_own_checking_counts_for_nothing():
    draft = one("a.md", OURS.replace("checked_at:", "status: vet_reviewed\nchecked_at:"))

    assert (draft.status, draft.checked_at) == ("draft", TODAY)


def test_a_person_may_vouch_for_it():
    assert one("a.md", FREE, is_checked=True).status == "source_checked"


def test_free_markdown_takes_title_lists_and_sections_from_its_text():
    draft = one("note.md", FREE)

    assert draft.title == "귀를 자주 터는 강아지"
    assert draft.sections == (("본문", TEXT), ("집에서 볼 것", "- 냄새\n- 진물"))
    assert [piece.section for piece in pieces(draft)] == ["says", "본문", "집에서 볼 것"]


def test_links_pictures_and_control_characters_do_not_come_in():
    body = "![그림](http://a.kr/x.png)귀를\x07 [여기](https://a.kr) 보세요\u202e.\n\n`코드` <b>굵게</b>"

    assert one("note.md", body).body == "귀를 여기 보세요.\n\n코드 굵게"


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("제목\n====\n\n글이에요.", "제목", "글이에요."),
        ("## 하나\n\n가\n\n## 둘\n\n나", "파일 이름", "## 하나\n\n가\n\n## 둘\n\n나"),
        ("### 하나\n가\n\n#### 더\n나", "하나", "가\n\n## 더\n\n나"),
        ("| 이름 | 뜻 |\n|---|---|\n| 가 | 나 |", "파일 이름", "- 이름 · 뜻\n- 가 · 나"),
    ],
)
def test_headings_and_tables_of_any_kind_are_brought_to_ours(text, title, body):
    draft = one("파일_이름.md", text)

    assert (draft.title, draft.body) == (title, body)


def test_a_page_gives_its_words_without_scripts_menus_and_forms():
    page = f"""<!doctype html><html><head><title>귀 건강</title><style>p {{}}</style></head>
    <body><nav><a href="/">처음으로</a></nav><main><h2>살펴보기</h2><p>{TEXT}</p>
    <ul><li>냄새<li>진물<li>가려움</ul><script>alert(1)</script><form><input value="x">보내기</form>
    <p hidden>숨은 글</p><!-- 적어 둔 말 --></main><footer>회사 소개</footer></body></html>"""
    draft = one("page.html", page)

    assert draft.title == "귀 건강"
    assert draft.sections == (("살펴보기", f"{TEXT}\n\n- 냄새\n- 진물\n- 가려움"),)


def test_a_korean_page_of_the_old_code_page_is_read():
    assert TEXT in one("page.htm", f"<p>{TEXT}</p>".encode("cp949")).body


def test_a_pdf_gives_paragraphs_without_running_heads_and_page_numbers():
    pages = [
        f"보호자 안내서\n{n}번째 장에서는 강아지가 귀를 자주 긁을 때\n무엇을 볼지 {n}가지 알려 드려요.\n- {n} -"
        for n in range(1, 5)
    ]
    draft = one("귀 안내.pdf", pdf_of(*pages))

    assert draft.title == "귀 안내"
    assert "보호자 안내서" not in draft.body
    assert draft.body.split("\n\n")[1] == (
        "2번째 장에서는 강아지가 귀를 자주 긁을 때 무엇을 볼지 2가지 알려 드려요."
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (blank_pdf(1), "images"),
        (blank_pdf(1, "secret"), "encrypted"),
        (blank_pdf(201), "pages"),
        (b"not a PDF at all", "not_pdf"),
        (b"%PDF-1.7\n broken", "broken_pdf"),
        (pdf_of(TEXT)[:300], "broken_pdf"),
    ],
)
def test_a_pdf_without_readable_text_is_refused_with_its_reason(data, code):
    error = refused("file.pdf", data)

    assert error.code == code
    assert str(error)


def test_a_small_pdf_that_unfolds_into_much_is_refused():
    data = unfolding_pdf()
    assert len(data) < 300_000

    assert refused("bomb.pdf", data).code in ("broken_pdf", "costly")


def test_a_page_nested_without_end_is_refused():
    assert refused("deep.html", "<div>" * 60_000 + "글").code in ("deep", "costly")


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("file.docx", b"PK", "kind"),
        ("file", b"text", "kind"),
        ("file.md", b"", "empty"),
        ("file.md", b"# \xed\x95\x9c\n\n", "empty"),
        ("file.md", b"\xff\xfe\x00\x01", "encoding"),
        ("file.md", b"---\ntitle: [\n---\nx", "front"),
        ("file.md", b"---\na: &a [x]\nb: *a\n---\nx", "front"),
        ("file.md", b"---\ncolour: red\n---\nx", "field"),
        ("file.md", b"---\nurgency: maybe\n---\nx", "urgency"),
        ("file.md", b"---\nspecies: dragon\n---\nx", "species"),
        ("file.md", b"---\nexpires_at: 2020-01-01\n---\nx", "expired"),
        ("file.md", b"---\nsource_url: javascript:alert(1)\n---\nx", "url"),
        ("file.md", ("# " + "가" * 120 + "\n\n글").encode(), "title"),
    ],
)
def test_what_cannot_be_an_article_is_refused_with_its_reason(name, data, code):
    assert refused(name, data).code == code


def test_a_file_beyond_20_mb_is_refused():
    assert refused("file.md", b"a" * (MOST_BYTES + 1)).code == "size"


@pytest.mark.parametrize("missing", ["publisher", "title", "licence"])
def test_source_and_licence_are_required(missing):
    error = refused("file.md", FREE, **{missing: ""})

    assert error.code == ("licence" if missing == "licence" else "source")


def test_the_file_speaks_before_the_person():
    draft = one("a.md", OURS, species=("bird",), urgency="home", publisher="다른 곳")

    assert draft.species == ("cat", "dog")
    assert draft.sources[0]["publisher"] == "MSD Veterinary Manual"
    assert one("a.md", FREE, species=("bird",), urgency="home").species == ("bird",)


def test_the_same_document_of_the_same_source_keeps_its_slug():
    first, again = one("ear.md", FREE), one("ear.md", FREE.replace("냄새", "악취"))

    assert first.slug == again.slug
    assert first.content_hash != again.content_hash
    assert first.content_hash == one("ear.md", FREE, expires_at=date(2028, 5, 5)).content_hash
    assert one("other.md", FREE).slug != first.slug
    assert one("ear.md", FREE, title="다른 책").slug != first.slug


def test_a_name_in_decomposed_letters_is_the_same_document():
    import unicodedata

    decomposed = unicodedata.normalize("NFD", "귀 안내.md")
    assert one(decomposed, FREE).slug == one("귀 안내.md", FREE).slug


def test_a_long_document_becomes_several_articles_and_loses_nothing():
    sections = [f"## {n}장\n\n" + f"{n}장의 이야기예요. " * 120 for n in range(1, 12)]
    drafts = read("책.md", ("# 큰 책\n\n" + "\n\n".join(sections)).encode(), given())

    assert len(drafts) > 1
    assert all(len(draft.body) <= LONGEST_ARTICLE for draft in drafts)
    assert [draft.title for draft in drafts][:2] == [
        f"큰 책 (1/{len(drafts)})", f"큰 책 (2/{len(drafts)})",
    ]  # fmt: skip
    assert len({draft.slug for draft in drafts}) == len(drafts)
    assert {document_of(draft.slug) for draft in drafts} == {drafts[0].slug}
    joined = " ".join(draft.body for draft in drafts)
    for n in range(1, 12):
        assert joined.count(f" {n}장의 이야기예요.") + joined.count(f"\n{n}장의 이야기예요.") == 120


def test_an_article_by_our_headings_is_never_cut():
    longer = OURS + "- 귀 안을 살펴봐 주세요.\n" * 400
    assert len(one("a.md", longer).body) > LONGEST_ARTICLE

    assert refused("a.md", OURS + "- 귀 안을 살펴봐 주세요.\n" * 900).code == "long"


def test_every_reason_has_a_korean_sentence():
    import re
    from pathlib import Path

    import inference.knowledge.importing as package

    files = Path(package.__file__).parent.glob("*.py")
    codes = {code for file in files for code in re.findall(r'Unfit\(\s*"(\w+)"', file.read_text())}
    assert len(codes) > 25
    assert codes - set(REASONS) == set()
    assert told_in_korean(Unfit("pages", "x", pages=300, most=200)) == [
        "300쪽이에요. 200쪽까지만 읽을 수 있어요."
    ]
