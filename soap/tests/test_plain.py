"""The summary: the same facts in plain words, and who stands for them."""

import pytest

from profiles.models import User
from soap import reviewing, tasks
from soap.glossary import MEANINGS, explained
from soap.models import Section
from soap.plain import HEADINGS, plainly, summarise
from soap.tests.notes import DRAFTED, make_note, make_vet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr(tasks.embed_note, "delay", lambda _job: None)


@pytest.fixture
def note(consultation):
    return make_note(consultation)


@pytest.fixture
def vet(db):
    return make_vet("마음")


def part(note, kind):
    return next(one for one in summarise(note).parts if one.kind == kind)


def section(note, kind="S"):
    return Section.objects.get(note=note, kind=kind)


def approved(note, vet):
    opened = reviewing.open_note(note=note, vet=vet)
    return reviewing.approve(note=note, vet=vet, read_version=opened.version)


def test_the_four_parts_have_headings_that_an_owner_understands(note):
    headings = [one.heading for one in summarise(note).parts]

    assert headings == ["말씀해 주신 내용", "확인된 수치와 사진", "살펴볼 점", "앞으로 하실 일"]
    assert part(note, "S").texts == (DRAFTED["S"],)


def test_an_examination_that_did_not_happen_is_said_plainly(note):
    assert part(note, "O").texts == ("수의사가 직접 진찰한 결과는 아직 없어요.",)


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("등록된 체중 4.2kg (프로필)", "등록해 두신 몸무게는 4.2kg이에요."),
        (
            "구토, 설사 소견이 함께 보고됐어요. 소화기 쪽의 문제일 수 있어요.",
            "구토, 설사 증상을 함께 말씀해 주셨어요. 소화기 쪽의 문제일 수 있어요.",
        ),
        (
            "위험 신호(중독): 포도를 먹었어요 (긴급도: 응급)",
            "조심할 신호(중독): 포도를 먹었어요 (지금 바로 병원에 가야 하는 신호)",
        ),
        ("물을 조금씩 주세요 (2026-11-03 안내)", "물을 조금씩 주세요 (11월 3일 안내)"),
        (
            "이럴 때는 바로 병원에 가기: 피를 토하면 급해요, 숨이 차면 응급이에요 (2026-11-03 안내)",
            "이럴 때는 바로 병원에 가세요:\n– 피를 토하면 급해요\n– 숨이 차면 응급이에요 (11월 3일 안내)",
        ),
        ("이럴 때는 바로 병원에 가기: 경련, 실신", "이럴 때는 바로 병원에 가세요: 경련, 실신"),
        ("체온 39.8도, 분당 호흡 40회", "체온 39.8도, 분당 호흡 40회"),
        ("CRT 2초 미만, 가시점막 분홍색", "CRT 2초 미만, 가시점막 분홍색"),
    ],
)
def test_our_own_sentences_are_put_plainly_and_nobody_elses(line, plain):
    assert plainly(line) == plain


def test_a_vets_word_stays_and_is_explained_once():
    told = set()
    first = explained("핍뇨와 파행이 있어요", told)

    assert [(one.text, one.meaning) for one in first] == [
        ("핍뇨", "소변이 줄어듦"), ("와 ", ""), ("파행", "다리를 절음"), ("이 있어요", ""),
    ]  # fmt: skip
    assert [one.meaning for one in explained("핍뇨 지속", told)] == [""]


@pytest.mark.parametrize(
    "text",
    [
        "다음 날 다시 보여 주세요",
        "밤에 잠기면 알려 주세요",
        "이물질을 삼켰어요",
        "복수의 증상",
        "위식도역류 없음",
        "BIDIRECTIONAL",
        "핍뇨(소변 감소)가 있어요",
        "배변을 촉진하는 마사지",
    ],
)
def test_words_that_only_look_like_terms_are_left_alone(text):
    assert [(one.text, one.meaning) for one in explained(text, set())] == [(text, "")]


def test_no_word_of_a_section_is_lost_by_the_explanations():
    text = "R/O 췌장염. " + ", ".join(MEANINGS) + " 경과"

    assert "".join(one.text for one in explained(text, set())) == text


def test_what_was_denied_or_is_past_stands_apart_from_the_findings(consultation):
    keywords = {"주증상": "구토", "없다고 한 증상": "설사 없음", "과거력": "슬개골 수술 (지난 일)"}
    summary = summarise(make_note(consultation, keywords=keywords))

    assert summary.keywords == (("주된 증상", "구토"),)
    assert summary.background == (
        ("없다고 하신 증상", "설사 없음"),
        ("예전에 있었던 일", "슬개골 수술 (지난 일)"),
    )


def test_nothing_found_is_not_told_as_nothing_there(consultation):
    keywords = {"응급 신호": "없음", "복용약": "없음"}

    assert dict(summarise(make_note(consultation, keywords=keywords)).keywords) == {
        "응급 신호": "대화에서 찾지 못했어요",
        "먹는 약": "등록된 약이 없어요",
    }


def test_a_models_note_says_that_an_ai_wrote_it(consultation):
    note = make_note(consultation, is_default=False, made_by="claude")

    assert summarise(note).label == "AI가 작성했고 아직 수의사가 검토하지 않았어요"


def test_a_note_without_a_model_is_never_shown_as_a_models_work(note):
    label = summarise(note).label

    assert label == "자동 요약이에요. AI 모델이 쓴 글이 아니고, 아직 수의사가 검토하지 않았어요"
    assert "AI가 작성" not in label


def test_the_review_is_followed_to_its_end(consultation, vet):
    note = make_note(consultation, offered_at=None)
    assert (summarise(note).review, summarise(note).review_label) == (
        "not_asked", "수의사 검토 없음",
    )  # fmt: skip
    type(note).objects.update(offered_at=note.created_at)
    note.refresh_from_db()
    assert summarise(note).review_label == "검토 대기"
    opened = reviewing.open_note(note=note, vet=vet)
    assert summarise(opened).review_label == "검토 중"
    assert "검토하지 않았어요" not in summarise(opened).label
    signed = reviewing.approve(note=opened, vet=vet, read_version=opened.version)
    assert summarise(signed).review_label == "확인 완료"


def test_an_approved_note_names_the_vet_and_the_day(note, vet):
    signed = approved(note, vet)
    when = summarise(signed)

    assert when.label.startswith("수의사 마음 님이 ")
    assert when.label.endswith("일에 확인했어요")
    assert "자동" not in when.label


def test_a_vet_without_a_name_is_not_shown_by_the_address(note, vet):
    User.objects.filter(pk=vet.pk).update(name="")
    signed = approved(note, User.objects.get(pk=vet.pk))

    assert summarise(signed).label.startswith("수의사가 ")
    assert "@" not in summarise(signed).label


def test_a_vets_unsigned_words_are_not_shown_under_the_ais_label(note, vet):
    Section.objects.filter(note=note, kind="S").update(
        drafted=[{"text": DRAFTED["S"], "evidence": []}]
    )
    reviewing.open_note(note=note, vet=vet)
    reviewing.edit(section=section(note), text="핍뇨 의심", vet=vet, read_version=1)
    note.refresh_from_db()
    assert part(note, "S").texts == (DRAFTED["S"],)

    reviewing.approve(note=note, vet=vet, read_version=note.version)
    note.refresh_from_db()
    assert part(note, "S").texts == ("핍뇨(소변이 줄어듦) 의심",)


def test_an_amendment_stands_and_is_told_with_its_reason(note, vet):
    signed = approved(note, vet)
    reviewing.amend(section=section(note, "P"), text="금식하지 마세요", reason="검사 결과", vet=vet)
    changed = part(signed, "P")

    assert changed.texts == ("금식(음식을 주지 않음)하지 마세요",)
    assert [one.reason for one in changed.changes] == ["검사 결과"]
    assert part(signed, "S").changes == ()


def test_one_day_of_advice_is_told_once_and_several_on_their_lines(note):
    plan = Section.objects.filter(note=note, kind="P")
    plan.update(text="물을 주세요 (2026-11-03 안내)\n쉬게 해 주세요 (2026-11-03 안내)")
    assert part(note, "P").advised_on == "11월 3일에 안내해 드렸어요."
    assert part(note, "P").texts == ("물을 주세요", "쉬게 해 주세요")

    plan.update(text="물을 주세요 (2026-11-03 안내)\n쉬게 해 주세요 (2026-11-04 안내)")
    assert part(note, "P").advised_on == ""
    assert part(note, "P").texts == (
        "물을 주세요 (11월 3일 안내)",
        "쉬게 해 주세요 (11월 4일 안내)",
    )


def test_an_empty_part_says_so(note):
    Section.objects.filter(note=note).update(text="")

    assert all(one.texts[0].endswith("없어요.") for one in summarise(note).parts)
    assert len(summarise(note).parts) == len(HEADINGS)
