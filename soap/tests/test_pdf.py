"""The printed summary: one page, Korean text that can be selected, a label that is true."""

import io

import pytest
from pypdf import PdfReader

from soap import pdf, reviewing, sharing, tasks
from soap.models import Section
from soap.sheet import CUT, SIZES
from soap.tests.notes import DRAFTED, make_note, make_vet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr(tasks.embed_note, "delay", lambda _job: None)


@pytest.fixture
def note(consultation):
    return make_note(consultation)


def read(content):
    return PdfReader(io.BytesIO(content))


def text_of(content):
    """The words of the page as they are selected, line ends as spaces."""
    [page] = read(content).pages
    return " ".join(page.extract_text().split())


def sizes_of(content):
    """The sizes of type on the page."""
    found = set()
    [page] = read(content).pages
    page.extract_text(visitor_text=lambda _t, _c, _m, _f, size: found.add(round(size, 1)))
    return found


def write(note, kind, *lines):
    Section.objects.filter(note=note, kind=kind).update(text="\n".join(lines))


def test_the_sheet_is_one_page_of_a4_with_the_korean_text(note):
    content = pdf.render(note)
    [page] = read(content).pages
    text = text_of(content)

    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [210, 297]
    for words in ("상담 요약", "보리", DRAFTED["S"], "말씀해 주신 내용", "앞으로 하실 일", "구토"):
        assert words in text


def test_the_sheet_says_what_it_is_not_and_who_wrote_it(note):
    text = text_of(pdf.render(note))

    assert "진료부나 진단서가 아니에요" in text
    assert "아직 수의사가 검토하지 않았어요" in text
    assert "AI가 작성" not in text
    assert read(pdf.render(note)).metadata.title == "상담 요약"


def test_a_models_note_is_labelled_as_ai_until_a_vet_signed(consultation):
    note = make_note(consultation, is_default=False)
    assert "AI가 작성했고" in text_of(pdf.render(note))

    vet = make_vet("마음")
    opened = reviewing.open_note(note=note, vet=vet)
    signed = reviewing.approve(note=note, vet=vet, read_version=opened.version)
    text = text_of(pdf.render(signed))
    assert "수의사 마음 님이" in text
    assert "AI가 작성" not in text


def test_the_fonts_are_embedded_and_only_what_is_used(note):
    content = pdf.render(note)
    fonts = read(content).pages[0]["/Resources"]["/Font"]
    descriptors = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        for font in fonts.values()
    ]

    assert descriptors
    assert all("/FontFile2" in one.get_object() for one in descriptors)
    assert len(content) < 200_000


def test_a_longer_note_gets_smaller_type_and_loses_nothing(note):
    lines = [f"{number}번째로 말씀해 주신 이야기예요. 밥을 조금 남겼어요." for number in range(32)]
    write(note, "S", *lines)
    text = text_of(pdf.render(note))

    assert CUT not in text
    assert all(f"{number}번째로" in text for number in range(32))
    assert min(sizes_of(pdf.render(note))) < SIZES[0]


def test_a_very_long_note_is_cut_on_one_page_and_says_so(note):
    for kind in "SOAP":
        write(
            note, kind, *[f"{kind}{number} " + "아주 긴 이야기예요 " * 12 for number in range(90)]
        )
    content = pdf.render(note)
    text = text_of(content)

    assert len(read(content).pages) == 1
    assert CUT in text
    assert "S0 " in text
    assert "P89" not in text
    assert "진료부나 진단서가 아니에요" in text


def test_one_endless_paragraph_is_one_page_too(note):
    write(note, "S", "가" * 6000)
    text = text_of(pdf.render(note))

    assert CUT in text
    assert DRAFTED["P"] in text


def test_what_is_to_be_done_is_not_crowded_out_by_what_was_told(note):
    write(note, "S", *[f"{number}번째 이야기예요" for number in range(200)])
    text = text_of(pdf.render(note))

    assert CUT in text
    assert "0번째 이야기예요" in text
    assert DRAFTED["A"] in text
    assert DRAFTED["P"] in text


def test_emoji_and_rare_signs_are_no_crash(note):
    write(note, "S", "토했어요 😭👨‍👩‍👧 ☔️ 龘 뷁 39.8℃ → ½컵 \u202e\u0300 ㅠㅠ")
    text = text_of(pdf.render(note))

    assert "토했어요" in text
    assert "뷁 39.8℃ → ½컵" in text
    assert "ㅠㅠ" in text


def test_a_long_pet_name_does_not_break_the_head(note):
    note.pet.name = "아주아주긴이름을가진우리집막내" * 2 + "왕자님"

    assert "왕자님" in text_of(pdf.render(note)).replace(" ", "")


def test_a_shared_sheet_carries_its_link_as_a_code(client, note, owner):
    shared = sharing.share(note=note, owner=owner)
    answer = client.get(f"/s/{shared.secret}.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert "화면으로 보기" in text_of(answer.content)
    assert "화면으로 보기" not in text_of(pdf.render(note))
    assert owner.email not in text_of(answer.content)


def test_the_code_is_the_address_itself():
    import segno

    from soap import qr

    address = "https://maum.example/s/abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    matrix = segno.make_qr(address, error="m").matrix
    drawn = {
        (column + step, row) for column, row, length in qr.bars(address) for step in range(length)
    }

    dark = {
        (column + qr.QUIET, row + qr.QUIET)
        for row, squares in enumerate(matrix)
        for column, is_dark in enumerate(squares)
        if is_dark
    }
    assert drawn == dark
    assert max(column for column, _row in drawn) == qr.size(address) - qr.QUIET - 1
