"""What owners asked in a week and the library could not answer well."""

import json
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from chat import services as chat_services
from chat.models import Message
from inference import services, tasks
from inference.followups import promising
from inference.knowledge import embed, gap_rows, gaps
from inference.knowledge.clustering import clusters, middle
from inference.models import KnowledgeGap
from inference.pipeline.generate import NO_EVIDENCE
from inference.tests.gaps import (
    GOOD,
    NONE,
    NOTHING_FOUND,
    ON_WEDNESDAY,
    QUILLS,
    WEAK,
    WEEK,
    answer,
    ask,
    talk,
    vector_of,
)
from profiles import services as profile_services
from profiles.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _meaning(monkeypatch):
    monkeypatch.setattr("inference.knowledge.embed.embed_query", vector_of)


def asked():
    """Text and reasons of what was answered badly, in order."""
    return [(one.text, one.reasons) for one in gaps.badly_answered(WEEK)]


def stored():
    return gap_rows.store(week=WEEK, found=gaps.find(WEEK))


@pytest.mark.parametrize(
    ("evidence", "has_vector", "reasons"),
    [
        (NONE, True, ("unanswered",)),
        (([], 0), True, ("unanswered",)),
        (WEAK, True, ("weak",)),
        (([[1, 0.29]], 4), False, ("weak",)),  # the least without a vector is another
    ],
)
def test_a_question_with_little_evidence_counts(evidence, has_vector, reasons):
    ask(talk(), evidence=evidence, has_vector=has_vector)

    assert asked() == [(QUILLS, reasons)]


@pytest.mark.parametrize(
    ("evidence", "has_vector"), [(GOOD, True), (([[1, 0.44]], 4), False), (None, True)]
)
def test_a_question_with_evidence_does_not(evidence, has_vector):
    ask(talk(), evidence=evidence, has_vector=has_vector)

    assert asked() == []


@pytest.mark.parametrize("reply", [NOTHING_FOUND, f"{NO_EVIDENCE}병원에 전화해 주세요."])
def test_an_answer_that_says_so_counts_though_no_search_was_noted(reply):
    ask(talk(), evidence=None, reply=f"**집에서 지켜봐도 돼요.**\n\n{reply}")

    assert asked() == [(QUILLS, ("unanswered",))]


def test_a_thumb_down_counts_and_a_thumb_up_does_not():
    ask(talk(), evidence=GOOD, helpful=False)
    ask(talk(), "보험 추천해 주세요", evidence=GOOD, helpful=True)

    assert asked() == [(QUILLS, ("disliked",))]


def test_several_reasons_stand_together():
    ask(talk(), evidence=NONE, helpful=False)

    assert asked() == [(QUILLS, ("unanswered", "disliked"))]


def test_a_later_answer_with_evidence_takes_the_earlier_ones_place():
    message = ask(talk(), evidence=NONE)
    services.regenerate(message=message)
    answer(message, GOOD)

    assert asked() == []


def test_an_edited_question_counts_in_its_last_wording():
    consultation = talk()
    first = ask(consultation, "고슴도치 가시가 빠져요, 어떡하죠")
    newer = chat_services.send_message(
        consultation=consultation, author=consultation.owner, text=QUILLS, revises=first.pk
    )
    Message.objects.filter(pk=newer.pk).update(created_at=first.created_at)
    answer(newer, NONE)
    Message.objects.update(created_at=Message.objects.get(pk=first.pk).created_at)

    assert [text for text, _ in asked()] == [QUILLS]


def test_a_greeting_lacks_nothing_unless_its_answer_was_disliked():
    ask(talk(), "안녕하세요", evidence=NONE)
    ask(talk(), "감사합니다", evidence=NONE, helpful=False)

    assert asked() == [("감사합니다", ("disliked",))]


def test_what_the_rules_have_no_word_for_may_be_what_is_lacking():
    message = ask(talk(), "보험은 어떤 게 좋은지 궁금해요", evidence=NONE)

    assert message.triage.urgency == "not_medical"
    assert asked() == [(message.text, ("unanswered",))]


def test_an_answer_to_a_check_in_is_no_question():
    consultation = talk()
    danger = ask(consultation, "강아지가 포도를 먹었어요", evidence=GOOD)
    message = ask(consultation, "많이 나아져서 밥도 잘 먹고 잘 놀아요", evidence=NONE)
    follow_up = danger.follow_ups.first() or pytest.fail(str(promising))
    follow_up.answer = message
    follow_up.save()

    assert asked() == []


@pytest.mark.parametrize(("days", "counts"), [(-3, False), (-2, True), (4, True), (5, False)])
def test_the_week_goes_from_monday_to_sunday(days, counts):
    ask(talk(), at=ON_WEDNESDAY + timedelta(days=days))

    assert bool(asked()) is counts


def test_a_short_remark_is_read_with_the_message_before_it():
    consultation = talk()
    ask(consultation, "고슴도치를 키우고 있어요. 두 살이에요.", evidence=GOOD)
    ask(consultation, "가시가 계속 빠져요")

    (one,) = gaps.badly_answered(WEEK)

    assert one.text == "고슴도치를 키우고 있어요. 두 살이에요. 가시가 계속 빠져요"
    assert len(one.messages) == 2


def test_nobody_is_named_in_what_is_kept():
    consultation = talk(name="초코")
    User.objects.filter(pk=consultation.owner_id).update(name="김보호")
    profile_services.register_pet(
        owner=consultation.owner, facts={"name": "두부", "species": "cat"}
    )
    consultation.refresh_from_db()
    ask(
        consultation,
        "저는 김보호예요. 초코가 두부랑 놀다 가시가 박혔어요 010-1234-5678 a@b.kr 410-123-456-789-012",
    )

    (row,) = stored()

    kept = json.dumps([row.title, row.questions], ensure_ascii=False)
    for named in ("김보호", "초코", "두부", "010", "a@b.kr", "410-123", str(consultation.owner_id)):
        assert named not in kept
    assert "[이름]가 [이름]랑 놀다 가시가 박혔어요 [전화번호] [이메일] [등록번호]" in row.title


def test_questions_that_mean_the_same_are_one_gap_the_largest_first():
    ask(talk(), "펫보험 어떤 게 좋은가요, 추천해 주세요", helpful=False)
    for species in ("dog", "hamster"):
        ask(talk(species=species))
    ask(talk(), "가시가 빠지는 고슴도치는 어떻게 해요", evidence=WEAK)

    rows = stored()

    assert [(row.size, row.unanswered, row.weak, row.disliked) for row in rows] == [
        (3, 2, 1, 0), (1, 1, 0, 1),
    ]  # fmt: skip
    assert rows[0].species == ["dog", "hamster"]
    assert rows[0].title == QUILLS
    assert list(KnowledgeGap.objects.values_list("pk", flat=True)) == [row.pk for row in rows]


def test_one_owners_questions_of_one_meaning_count_once_for_all_their_reasons():
    consultation = talk()
    ask(consultation, evidence=WEAK)
    ask(consultation, "고슴도치 가시 빠짐 어떻게 하나요", evidence=NONE, helpful=False)
    ask(consultation, "보험은 어떤 게 좋은지 궁금해요")

    rows = stored()

    assert [(row.size, row.weak, row.unanswered, row.disliked) for row in rows] == [
        (1, 0, 1, 1), (1, 0, 1, 0),
    ]  # fmt: skip


def test_run_again_a_week_stays_as_it_is():
    for _ in range(2):
        ask(talk())
    ask(talk(), "보험은 어떤 게 좋은지 궁금해요")
    before = {row.pk: (row.title, row.questions, row.size) for row in stored()}

    after = {row.pk: (row.title, row.questions, row.size) for row in stored()}

    assert after == before
    assert KnowledgeGap.objects.count() == 2


def test_a_gap_that_grew_keeps_its_row_and_what_staff_did():
    ask(talk())
    (row,) = stored()
    KnowledgeGap.objects.filter(pk=row.pk).update(status="closed")
    ask(talk(), "고슴도치 가시 빠짐 어떻게 하나요")

    (grown,) = stored()

    assert (grown.pk, grown.size, grown.status, grown.title) == (row.pk, 2, "closed", QUILLS)


def test_an_open_gap_that_is_gone_goes_but_a_started_one_stays():
    first, second = ask(talk()), ask(talk(), "보험은 어떤 게 좋은지 궁금해요")
    rows = stored()
    KnowledgeGap.objects.filter(pk=rows[0].pk).update(status="started")
    for message in (first, second):
        services.regenerate(message=message)
        answer(message, GOOD)

    assert stored() == []
    assert list(KnowledgeGap.objects.values_list("pk", flat=True)) == [rows[0].pk]


def test_another_weeks_gaps_are_left_alone():
    ask(talk())
    (row,) = stored()

    gap_rows.store(week=WEEK + timedelta(days=7), found=[])

    assert KnowledgeGap.objects.filter(pk=row.pk).exists()


def test_with_an_owner_every_question_of_theirs_goes():
    staying, leaving = talk(), talk()
    ask(leaving, "가시가 빠지는 고슴도치 때문에 걱정이에요", evidence=WEAK)
    ask(staying)
    ask(leaving, "보험은 어떤 게 좋은지 궁금해요")
    stored()
    leaving.owner.delete()

    assert tasks.forget_erased_questions() == 2

    (row,) = KnowledgeGap.objects.all()
    assert (row.title, row.size, row.weak, row.unanswered) == (QUILLS, 1, 0, 1)
    assert [one["text"] for one in row.questions] == [QUILLS]
    assert tasks.forget_erased_questions() == 0


def test_a_title_that_was_erased_is_taken_from_who_stays():
    leaving, staying = talk(), talk()
    ask(leaving, "가시가 빠지는 고슴도치 때문에 걱정이에요")
    ask(staying)
    (row,) = stored()
    KnowledgeGap.objects.filter(pk=row.pk).update(title="가시가 빠지는 고슴도치 때문에 걱정이에요")
    leaving.delete()

    tasks.forget_erased_questions()

    row.refresh_from_db()
    assert row.title == QUILLS


def test_a_remark_goes_with_the_message_that_it_was_read_with():
    consultation = talk()
    before = ask(consultation, "고슴도치를 키우고 있어요. 두 살이에요.", evidence=GOOD)
    ask(consultation, "가시가 계속 빠져요")
    stored()
    Message.objects.filter(pk=before.pk).delete()

    tasks.forget_erased_questions()

    assert not KnowledgeGap.objects.exists()


def test_what_is_erased_between_finding_and_storing_is_not_kept():
    consultation = talk()
    ask(consultation)
    found = gaps.find(WEEK)
    consultation.owner.delete()

    gap_rows.store(week=WEEK, found=found)

    assert not KnowledgeGap.objects.exists()


@time_machine.travel("2026-11-16 06:00+09:00", tick=False)
def test_every_monday_the_week_before_is_looked_at():
    ask(talk())

    assert tasks.find_gaps() == 1
    assert KnowledgeGap.objects.get().week == WEEK


def run(*arguments):
    out = StringIO()
    call_command("find_gaps", "--week", "2026-11-12", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_stores_and_tells():
    ask(talk(), helpful=False)

    told = run()

    assert "week of 2026-11-09: 1 gaps" in told
    assert f"1  {QUILLS}  (unanswered 1, disliked 1)" in told
    assert KnowledgeGap.objects.get().week == WEEK


def test_a_dry_run_stores_nothing_and_json_names_nobody():
    ask(talk())

    told = json.loads(run("--json", "--dry-run"))

    assert told == {
        "week": "2026-11-09",
        "gaps": [
            {
                "title": QUILLS, "size": 1, "unanswered": 1, "weak": 0, "disliked": 0,
                "questions": [{"text": QUILLS, "species": "dog", "reasons": ["unanswered"]}],
            }
        ],
    }  # fmt: skip
    assert not KnowledgeGap.objects.exists()


def test_the_command_refuses_a_day_that_is_none():
    with pytest.raises(CommandError, match="'monday' is not a date like 2026-11-18"):
        call_command("find_gaps", "--week", "monday")


def test_without_the_model_the_command_fails_and_stores_nothing(monkeypatch):
    def down(*_):
        raise embed.EmbeddingError("away")

    ask(talk())
    monkeypatch.setattr("inference.knowledge.embed.embed_query", down)

    with pytest.raises(CommandError, match="could not be embedded"):
        run()
    assert not KnowledgeGap.objects.exists()


def test_vectors_are_grouped_by_their_mean_likeness():
    def at(degrees):
        return [cos(radians(degrees)), sin(radians(degrees))]

    from math import cos, radians, sin

    vectors = [at(0), at(90), at(10), at(20), at(95)]

    assert clusters(vectors, 0.96) == [[0, 2, 3], [1, 4]]
    assert clusters(vectors, 0.999) == [[0], [1], [2], [3], [4]]
    assert clusters(vectors, -1) == [[0, 1, 2, 3, 4]]
    assert clusters([], 0.9) == []
    assert middle([at(0), at(10), at(40)]) == 1
