"""The review board and the queue of dangers, as vets meet them in the portal."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from chat import services as chat_services
from inference.models import TriageResult, TriageReview
from inference.tests.board import BREATH, GRAPES, answer, case, flagged, reviewer, say, vet

pytestmark = pytest.mark.django_db

BOARD = "admin:inference_triagereview_changelist"
QUEUE = "admin:inference_triageresult_changelist"
ITCH = "강아지가 귀를 긁어요"


@pytest.fixture
def by():
    return reviewer()


@pytest.fixture
def portal(client, by):
    """A browser in which a vet is signed in who may review."""
    client.force_login(by)
    return client


def text_of(page):
    """The words of a page, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def texts(page):
    """The messages of a list, in its order."""
    return [one.message.text for one in page.context["cl"].result_list]


def decide(client, review, verdict, **more):
    address = reverse("admin:inference_triagereview_decide", args=[review.pk, verdict])
    return client.post(address, **more)


def doubt(client, message, kind, **more):
    address = reverse("admin:inference_triageresult_flag", args=[message.triage.pk, kind])
    return client.post(address, **more)


def test_the_board_shows_what_the_rules_said_then_and_say_now(portal, consultation):
    message = say(consultation, GRAPES)
    TriageResult.objects.filter(message=message).update(urgency="home", raised_to="soon")
    flagged(message, comment="병원에서 응급이래요")

    page = portal.get(reverse(BOARD))

    words = text_of(page)
    assert page.status_code == 200
    assert texts(page) == [GRAPES]
    for shown in ("강아지 · 3살", "병원에서 응급이래요", "보호자: 응급을 놓쳤어요"):
        assert shown in words
    assert "사례와 달라요" not in words
    row = page.content.decode().split("<tbody")[1]
    then, now = (re.search(rf"field-{name}.*?</td>", row, re.S).group() for name in ("then", "now"))
    assert "집에서 관찰" in then
    assert "AI: 진료 예약" in then
    assert "응급" in now


def test_open_messages_come_first(portal, consultation, by):
    older = flagged(say(consultation, "첫째"))
    flagged(say(consultation, "둘째"))
    case(say(consultation, "셋째"), "home", by)
    TriageReview.objects.filter(pk=older.pk).update(flagged_at=timezone.now() - timedelta(days=9))

    assert texts(portal.get(reverse(BOARD))) == ["둘째", "첫째", "셋째"]


@pytest.mark.parametrize(
    ("verdict", "name"),
    [
        ("emergency", "응급"),
        ("urgent", "당일 진료"),
        ("soon", "진료 예약"),
        ("home", "집에서 관찰"),
    ],
)
def test_one_click_makes_a_case_and_says_so(verdict, name, portal, consultation, by):
    review = flagged(say(consultation, ITCH))
    board = reverse(BOARD)
    address = reverse("admin:inference_triagereview_decide", args=[review.pk, verdict])
    assert f'formaction="{address}"' in portal.get(board).content.decode()

    page = decide(portal, review, verdict, follow=True)

    review.refresh_from_db()
    assert (review.status, review.label, review.decided_by) == ("case", verdict, by)
    assert f"“{ITCH}” 메시지를 ‘{name}’ 회귀 사례로 기록했어요." in page.content.decode()
    assert page.redirect_chain[-1][0] == board


def test_one_click_dismisses_and_one_takes_it_back(portal, consultation):
    review = flagged(say(consultation, ITCH))

    dismissed = decide(portal, review, "dismiss", follow=True)
    review.refresh_from_db()
    status = review.status
    reopened = decide(portal, review, "reopen", follow=True)

    review.refresh_from_db()
    assert (status, review.status) == ("dismissed", "open")
    assert "문제없음으로 정했어요" in text_of(dismissed)
    assert "다시 열었어요" in text_of(reopened)


def test_a_click_on_an_old_page_changes_no_decision(portal, consultation, by):
    review = case(say(consultation, ITCH), "home", by)

    page = decide(portal, review, "emergency", follow=True)

    review.refresh_from_db()
    assert review.label == "home"
    assert "이미 정해진 메시지예요" in text_of(page)


def test_a_click_leads_back_to_the_filtered_page_but_to_no_foreign_one(portal, consultation):
    review = flagged(say(consultation, ITCH))
    ours = f"http://testserver{reverse(BOARD)}?status__exact=open"

    there = decide(portal, review, "home", headers={"referer": ours})
    foreign = decide(portal, review, "reopen", headers={"referer": "https://evil.example/"})

    assert (there.status_code, there["Location"]) == (302, ours)
    assert foreign["Location"] == reverse(BOARD)


def test_a_link_decides_nothing(portal, consultation):
    review = flagged(say(consultation, ITCH))
    address = reverse("admin:inference_triagereview_decide", args=[review.pk, "home"])

    assert portal.get(address).status_code == 405
    assert decide(portal, review, "at-once").status_code == 404
    review.refresh_from_db()
    assert review.status == "open"


def test_a_click_needs_the_pages_token(client, by, consultation):
    strict = type(client)(enforce_csrf_checks=True)
    strict.force_login(by)
    review = flagged(say(consultation, ITCH))

    assert decide(strict, review, "home").status_code == 403
    review.refresh_from_db()
    assert review.status == "open"


def test_who_may_only_read_sees_no_buttons_and_decides_nothing(client, consultation):
    client.force_login(vet("view_triagereview", "view_triageresult"))
    message = say(consultation, GRAPES)
    review = flagged(message)
    detail = reverse("admin:inference_triagereview_change", args=[review.pk])

    pages = [client.get(address) for address in (reverse(BOARD), detail, reverse(QUEUE))]
    refused = [decide(client, review, "emergency"), doubt(client, message, "wrong")]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert all("formaction" not in page.content.decode() for page in pages)
    assert [answered.status_code for answered in refused] == [403, 403]
    review.refresh_from_db()
    assert review.status == "open"


def test_staff_without_permission_sees_neither_list(client, consultation):
    client.force_login(vet())
    review = flagged(say(consultation, GRAPES))
    detail = reverse("admin:inference_triagereview_change", args=[review.pk])

    addresses = [reverse(BOARD), reverse(QUEUE), detail]

    assert [client.get(one).status_code for one in addresses] == [403, 403, 403]
    assert decide(client, review, "home").status_code == 403


def test_an_owner_is_sent_to_the_sign_in(client, consultation):
    client.force_login(consultation.owner)
    review = flagged(say(consultation, GRAPES))

    answers = [client.get(reverse(BOARD)), decide(client, review, "home")]

    assert [answered.status_code for answered in answers] == [302, 302]
    review.refresh_from_db()
    assert review.status == "open"


def test_the_whole_conversation_is_read_in_order(portal, consultation):
    first = say(consultation, "어제부터 밥을 안 먹어요")
    answer(first, "언제부터 그랬나요?")
    review = flagged(say(consultation, GRAPES))
    say(consultation, "지금 병원에 왔어요")

    page = portal.get(reverse("admin:inference_triagereview_change", args=[review.pk]))

    talk = text_of(page).split("대화 전체")[-1]
    said = ["어제부터 밥을 안 먹어요", "언제부터 그랬나요?", GRAPES, "지금 병원에 왔어요"]
    assert sorted(said, key=talk.index) == said
    assert talk.count("이 메시지") == 1


def test_the_words_that_fired_are_shown(portal, consultation):
    message = say(consultation, GRAPES)
    review = flagged(message)

    page = portal.get(reverse("admin:inference_triagereview_change", args=[review.pk]))

    finding = message.triage.findings[0]
    assert text_of(page).count(f"“{finding['words']}”") == 2  # then and now
    assert finding["why"] in text_of(page)


def test_no_page_shows_the_owner(portal, consultation):
    owner = consultation.owner
    owner.name = "나보호"
    owner.save()
    message = say(consultation, GRAPES)
    review = flagged(message)

    for address in (
        reverse(BOARD),
        reverse(QUEUE),
        reverse("admin:inference_triagereview_change", args=[review.pk]),
        reverse("admin:inference_triageresult_change", args=[message.triage.pk]),
    ):
        page = portal.get(address).content.decode()
        assert GRAPES in page
        assert owner.email not in page
        assert "나보호" not in page
        assert consultation.pet.name not in page


def test_markup_in_a_message_stays_text(portal, consultation):
    nasty = "<script>alert(1)</script>"
    message = say(consultation, f"{GRAPES} {nasty}")
    review = flagged(message, comment=nasty)

    for address in (
        reverse(BOARD),
        reverse(QUEUE),
        reverse("admin:inference_triagereview_change", args=[review.pk]),
        reverse("admin:inference_triageresult_change", args=[message.triage.pk]),
    ):
        assert nasty not in portal.get(address).content.decode()
    assert nasty not in decide(portal, review, "home", follow=True).content.decode()


def test_the_summary_counts_the_cases_and_lists_the_misses(portal, consultation, by):
    case(say(consultation, GRAPES), "emergency", by)
    missed = case(say(consultation, BREATH), "emergency", by)

    page = portal.get(reverse(BOARD))

    words = text_of(page)
    assert "모두 2건" in words
    assert "2건 가운데 1건 을 지금 규칙이" in words
    now = missed.message.triage.get_urgency_display()
    assert f"{BREATH} — 응급이어야 하는데 {now}" in words
    assert reverse("admin:inference_triagereview_change", args=[missed.pk]) in page.content.decode()
    assert words.count("사례와 달라요") == 1


def test_the_board_without_cases_says_how_they_come_about(portal):
    assert "아직 기록한 사례가 없어요" in text_of(portal.get(reverse(BOARD)))


def test_the_board_costs_the_same_for_one_row_and_for_many(
    portal, consultation, django_assert_max_num_queries
):
    for number in range(12):
        flagged(say(consultation, f"{ITCH} {number}"))

    with django_assert_max_num_queries(14):
        assert len(texts(portal.get(reverse(BOARD)))) == 12


def test_the_queue_costs_the_same_for_one_row_and_for_many(
    portal, consultation, django_assert_max_num_queries
):
    for number in range(12):
        say(consultation, f"{GRAPES} {number}")

    with django_assert_max_num_queries(14):
        assert len(texts(portal.get(reverse(QUEUE)))) == 12


def test_the_queue_holds_dangers_only_unless_all_are_asked_for(portal, consultation):
    quiet, _danger, raised = (say(consultation, text) for text in (BREATH, GRAPES, ITCH))
    TriageResult.objects.filter(message=quiet).update(urgency="home")
    TriageResult.objects.filter(message=raised).update(urgency="home", raised_to="urgent")
    queue = reverse(QUEUE)

    shown = {
        wanted: texts(portal.get(queue, {"danger": wanted} if wanted else {}))
        for wanted in ("", "emergency", "urgent", "home", "all")
    }

    assert shown == {
        "": [GRAPES, ITCH],
        "emergency": [GRAPES],
        "urgent": [ITCH],
        "home": [BREATH],
        "all": [GRAPES, ITCH, BREATH],
    }


def test_the_queue_can_leave_out_what_is_no_event_of_the_pet(portal, consultation):
    for text, more in (
        (GRAPES, {}),
        ("만약", {"is_question": True}),
        ("친구", {"is_third_party": True}),
    ):
        message = say(consultation, text)
        TriageResult.objects.filter(message=message).update(
            **{"urgency": "emergency", "is_question": False, "is_third_party": False, **more}
        )
    queue = reverse(QUEUE)

    shown = {
        wanted: texts(portal.get(queue, {"meant": wanted}))
        for wanted in ("event", "is_question", "is_third_party", "nonsense")
    }

    assert shown == {
        "event": [GRAPES],
        "is_question": ["만약"],
        "is_third_party": ["친구"],
        "nonsense": ["친구", "만약", GRAPES],
    }


def test_the_newest_day_comes_first_and_in_it_the_gravest(portal, consultation):
    plan = [
        ("어제 응급", "emergency", 24), ("오늘 당일", "urgent", 0),
        ("오늘 이른 응급", "emergency", 0.002), ("오늘 늦은 응급", "emergency", 0.001),
    ]  # fmt: skip
    noon = timezone.localtime().replace(hour=12, minute=0)
    for text, urgency, hours in plan:
        result = TriageResult.objects.filter(message=say(consultation, text))
        result.update(urgency=urgency, created_at=noon - timedelta(hours=hours))

    page = portal.get(reverse(QUEUE))

    assert texts(page) == ["오늘 늦은 응급", "오늘 이른 응급", "오늘 당일", "어제 응급"]


def test_a_row_of_the_queue_says_what_a_vet_asks_first(portal, consultation):
    result = say(consultation, f"만약 {GRAPES}").triage
    result.findings = [{"category": "포도·건포도", "words": "포도를먹", "urgency": "emergency"}]
    result.urgency, result.raised_to, result.is_question = "urgent", "emergency", True
    result.save()
    chat_services.end_consultation(consultation=consultation, ending="owner")

    words = text_of(portal.get(reverse(QUEUE)))

    for shown in ("강아지 · 3살", "응급", "포도·건포도", "“포도를먹”", "가정해서 물음", "끝남"):
        assert shown in words


def test_a_vet_marks_a_message_that_was_no_danger(portal, consultation, by):
    message = say(consultation, BREATH)

    page = doubt(portal, message, "missed", follow=True)

    review = TriageReview.objects.get()
    assert (review.message, review.source, review.flagged_by) == (message, "vet", by)
    assert review.comment == "응급을 놓쳤어요"
    assert f"“{BREATH}” 메시지를 검토 목록에 올렸어요: 응급을 놓쳤어요" in text_of(page)
    assert texts(portal.get(reverse(BOARD))) == [BREATH]
    queue = portal.get(reverse(QUEUE), {"danger": "all"}).content.decode()
    assert "검토 목록에 있어요" in queue
    assert "formaction" not in queue


def test_an_emergency_can_be_wrong_but_not_missed(portal, consultation):
    say(consultation, GRAPES)

    words = text_of(portal.get(reverse(QUEUE)))

    assert "긴급도가 틀렸어요" in words
    assert "응급을 놓쳤어요" not in words


def test_a_doubt_is_posted_and_known(portal, consultation):
    message = say(consultation, BREATH)
    address = reverse("admin:inference_triageresult_flag", args=[message.triage.pk, "missed"])

    assert portal.get(address).status_code == 405
    assert doubt(portal, message, "nonsense").status_code == 404
    assert not TriageReview.objects.exists()


def test_a_result_is_read_with_its_conversation(portal, consultation):
    message = say(consultation, GRAPES)
    answer(message, "지금 병원에 가 주세요.")

    page = portal.get(reverse("admin:inference_triageresult_change", args=[message.triage.pk]))

    words = text_of(page)
    assert "지금 병원에 가 주세요." in words
    assert f"“{message.triage.findings[0]['words']}”" in words
    assert "formaction" in page.content.decode()
