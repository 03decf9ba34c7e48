"""The board: every figure against one that was computed by hand, and who may see it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from chat import services as chat_services
from chat.models import Feedback
from inference.models import InferenceJob, ModelCall, TriageResult
from soap import board, charts, edits, reviewing
from soap.edits import Drafting
from soap.tests.notes import make_vet
from soap.tests.portal import another
from soap.tests.signed import drafted, edit, sign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handed", "enqueued")]

BOARD = reverse("admin:soap_board")
NOON = timezone.make_aware(timezone.datetime(2026, 11, 20, 12, 0))
TODAY = NOON.date()
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def say(name="보리", text="강아지 입냄새가 나요", days_ago=0):
    """An owner's message with its job and what triage said of it, so many days ago."""
    consultation = another(name).consultation
    message = chat_services.send_message(
        consultation=consultation, author=consultation.owner, text=text
    )
    at = NOON - timedelta(days=days_ago)
    for rows in (message.jobs, TriageResult.objects.filter(message=message)):
        rows.update(created_at=at)
    return message


def test_what_waits_is_counted_by_urgency_with_its_oldest(vet):
    another("하나", urgency="emergency", offered_at=NOON - 5 * MINUTE)
    another("두울", urgency="home", offered_at=NOON - 50 * MINUTE)
    another("세엣", urgency="home", offered_at=NOON - 70 * MINUTE)
    another("동의안함", urgency="home", offered_at=None)
    sign(another("승인됨", urgency="home", offered_at=NOON - 90 * MINUTE), vet)

    found = {one.urgency: (one.notes, one.oldest) for one in board.waiting()}

    assert list(found) == ["emergency", "urgent", "soon", "home", "not_medical"]
    assert found["emergency"] == (1, NOON - 5 * MINUTE)
    assert found["urgent"] == (0, None)
    assert found["home"] == (2, NOON - 70 * MINUTE)


def reviewed(name, vet, clock, *, waited, read):
    """A note that was opened so many minutes after it was offered, and signed so many later."""
    clock.move_to(NOON - timedelta(hours=10))
    note = another(name, offered_at=timezone.now())
    clock.shift(waited * MINUTE)
    reviewing.open_note(note=note, vet=vet)
    clock.shift(read * MINUTE)
    sign(note, vet)
    clock.move_to(NOON)


def test_the_steps_of_a_review_have_their_median_and_90th_percentile(vet, at_noon):
    for number, (waited, read) in enumerate([(10, 1), (20, 2), (60, 3)]):
        reviewed(f"n{number}", vet, at_noon, waited=waited, read=read)

    found = {one.name: one for one in board.review_times(30)}

    # Of three values the 90th percentile lies four fifths of the way from the second to the third.
    assert (found["opening"].notes, found["opening"].median) == (3, 20 * MINUTE)
    assert found["opening"].p90 == 52 * MINUTE
    assert (found["reading"].median, found["reading"].p90) == (2 * MINUTE, 2.8 * MINUTE)
    assert (found["whole"].median, found["whole"].p90) == (22 * MINUTE, 54.8 * MINUTE)


def test_triage_is_counted_by_day_and_by_what_it_was_raised_to():
    raised = say("a", days_ago=1)
    TriageResult.objects.filter(message=raised).update(urgency="home", raised_to="urgent")
    for name, urgency in (("b", "home"), ("c", "emergency"), ("d", "home")):
        TriageResult.objects.filter(message=say(name)).update(urgency=urgency)
    TriageResult.objects.filter(message=say("e", days_ago=7)).update(urgency="soon")

    mix = board.triage_mix(7)

    assert mix.names == ("emergency", "urgent", "home")
    assert mix.numbers == {
        TODAY: {"home": 2, "emergency": 1},
        TODAY - timedelta(days=1): {"urgent": 1},
    }


def rate(message, *, is_helpful, days_ago=0):
    reply = chat_services.post_reply(
        message=message, reply_id=message.jobs.get().reply_id, text="지켜봐 주세요.",
        status="complete", facts={},
    )  # fmt: skip
    given = Feedback.objects.create(message=reply, is_helpful=is_helpful)
    at = NOON - timedelta(days=days_ago)
    Feedback.objects.filter(pk=given.pk).update(created_at=at)


def test_thumbs_are_counted_by_day():
    rate(say("a"), is_helpful=True)
    rate(say("b"), is_helpful=True)
    rate(say("c"), is_helpful=False)
    rate(say("d"), is_helpful=False, days_ago=2)

    given = board.ratings(7)

    assert given.numbers == {
        TODAY: {"helpful": 2, "unhelpful": 1},
        TODAY - timedelta(days=2): {"unhelpful": 1},
    }


def test_waiting_for_an_answer_has_its_percentiles_by_day():
    for number, seconds in enumerate([2, 4, 12]):
        jobs = InferenceJob.objects.filter(message=say(f"n{number}"))
        jobs.update(status="done", finished_at=NOON + timedelta(seconds=seconds))
    InferenceJob.objects.filter(message=say("dead")).update(
        status="dead", finished_at=NOON + timedelta(hours=1)
    )
    say("waiting")

    found = board.latencies(7)

    assert list(found) == [TODAY]
    assert (found[TODAY].answers, found[TODAY].p50) == (3, 4)
    assert found[TODAY].p90 == pytest.approx(10.4)


def call(won, model="sonnet", days_ago=0, outcome="complete"):
    made = ModelCall.objects.create(provider="claude", model=model, outcome=outcome, won=won)
    at = NOON - timedelta(days=days_ago)
    ModelCall.objects.filter(pk=made.pk).update(created_at=at)


def test_won_are_summed_by_day_and_model_without_reservations():
    call(10.5)
    call(2)
    call(3, model="")
    call(7, days_ago=1, outcome="failed")
    call(500, outcome="open")
    call(0, model="free")

    spent = board.costs(7)

    assert spent.names == ("claude", "sonnet")
    assert spent.numbers == {
        TODAY: {"sonnet": 12.5, "claude": 3.0},
        TODAY - timedelta(days=1): {"sonnet": 7.0},
    }


def test_a_day_begins_at_midnight_in_korea(at_noon):
    message = say("a")
    late = timezone.make_aware(timezone.datetime(2026, 11, 19, 23, 59))
    TriageResult.objects.filter(message=message).update(created_at=late, urgency="home")

    assert list(board.triage_mix(7).numbers) == [TODAY - timedelta(days=1)]


@pytest.mark.parametrize(
    ("drafting", "told"),
    [
        (Drafting("extraction", ""), "자동 요약"),
        (Drafting("claude", "3"), "claude · 프롬프트 3"),
        (Drafting("claude", edits.REWRITTEN), "claude · 다시 쓰기"),
    ],
)
def test_an_author_is_told_with_the_prompt(drafting, told):
    assert charts.author_of(drafting) == told


@pytest.mark.parametrize(
    ("took", "said"),
    [
        (None, "-"),
        (timedelta(seconds=42), "42초"),
        (timedelta(seconds=130), "2분 10초"),
        (timedelta(hours=3, minutes=5), "3시간 5분"),
        (timedelta(days=2, hours=1), "2일 1시간"),
    ],
)
def test_a_length_of_time_is_said_in_two_units(took, said):
    assert charts.spoken(took) == said


def test_an_empty_board_says_what_will_appear(portal):
    shown = portal.get(BOARD).content.decode()

    assert len(re.findall("여기에 나타나요", shown)) == 6
    assert "<canvas" not in shown


def test_the_board_draws_each_figure_and_tells_it_in_a_table(portal, vet):
    rate(say("a"), is_helpful=True)
    jobs = InferenceJob.objects.filter(message__text="강아지 입냄새가 나요")
    jobs.update(status="done", finished_at=NOON + timedelta(seconds=3))
    call(1234.5)
    waits = drafted("b", urgency="emergency", offered_at=NOON - timedelta(minutes=80))
    reviewing.open_note(note=waits, vet=vet)
    signed = drafted("c", made_by="claude", prompt_version="3", offered_at=NOON - MINUTE)
    edit(signed, vet, "고쳤어요")
    sign(signed, vet)

    shown = portal.get(BOARD).content.decode()

    assert len(re.findall(r'<canvas class="chart"', shown)) == 5
    assert "여기에 나타나요" not in shown
    for told in ("1,234.5원", "3.0초", "1시간 20분", "claude · 프롬프트 3", "도움이 됐어요"):
        assert told in shown


def test_the_days_are_chosen_and_anything_else_is_a_month(portal):
    def chosen(query):
        shown = portal.get(f"{BOARD}{query}").content.decode()
        return re.findall(r'aria-current="page">(최근 \d+일)', shown)

    assert chosen("?days=7") == ["최근 7일"]
    assert chosen("") == chosen("?days=9999") == chosen("?days=x") == ["최근 30일"]


def test_the_board_names_no_owner_and_no_pet(portal, vet):
    note = drafted("아무도모를이름", urgency="emergency")
    edit(note, vet, "고쳤어요")
    sign(note, vet)

    shown = portal.get(BOARD).content.decode()

    assert "아무도모를이름" not in shown
    assert note.owner.email not in shown


@pytest.mark.parametrize(("permissions", "status"), [(["view_soapnote"], 200), ([], 403)])
def test_the_board_is_for_those_who_see_notes(client, permissions, status):
    someone = make_vet("누구", *permissions)
    rights = someone.user_permissions
    rights.set(rights.exclude(codename="review_soapnote"))
    client.force_login(type(someone).objects.get(pk=someone.pk))

    assert client.get(BOARD).status_code == status
    index = client.get(reverse("admin:index")).content.decode()
    assert (BOARD in index) == (status == 200)


def test_an_owner_does_not_reach_the_board(client, owner):
    client.force_login(owner)

    assert client.get(BOARD).status_code == 302


def test_a_board_of_many_notes_asks_as_many_questions(portal, vet, django_assert_max_num_queries):
    for number in range(3):
        sign(drafted(f"n{number}"), vet)

    with django_assert_max_num_queries(16):
        portal.get(BOARD)
