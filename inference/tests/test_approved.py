"""Answers that a veterinarian approved: served by meaning, before a model is asked."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError

from chat.models import Consultation
from chat.services import open_consultation
from drmaum.lib.threads import in_thread
from inference import services, tasks
from inference.llm.base import Photo
from inference.models import ApprovedAnswer, ApprovedPhrasing
from inference.pipeline import context, flow
from inference.tests import model_server as play
from inference.tests.conftest import send

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("library", "meaning"),
]

ASKED = "강아지가 포도를 먹었어요"
CALM = "강아지 발바닥이 거칠어졌는데 어떻게 해 주면 좋을까요"
TEXT = "포도는 몇 알이라도 위험할 수 있어요. 지금 동물병원에 전화해 주세요."


@pytest.fixture
def vet(stranger):
    stranger.name = "김수의"
    stranger.save()
    stranger.user_permissions.add(Permission.objects.get(codename="approve_answer"))
    return type(stranger).objects.get(pk=stranger.pk)


@pytest.fixture
def approved(vet, library) -> ApprovedAnswer:
    answer = written(vet, library)
    services.approve_answer(answer=answer, by=vet)
    tasks.index_approved_answers()
    answer.refresh_from_db()
    return answer


def written(by, library, **more) -> ApprovedAnswer:
    fields = {"questions": f"{ASKED}\n포도를 삼켰어요", "must_mention": "포도, 건포도"}
    fields |= {"species": ["dog"], "urgency": "emergency", "text": TEXT}
    answer = services.write_approved_answer(answer=ApprovedAnswer(**(fields | more)), by=by)
    answer.articles.set([library["grape-raisin-toxicosis"]])
    return answer


async def test_an_approved_answer_comes_before_a_model(models, abroad, ask, approved):
    answered = await ask(abroad, "우리 강아지가 포도를 주워 먹었어요")

    facts = answered.reply.facts
    assert (models.asked, answered.calls) == ([], [])
    assert answered.reply.text.startswith("**응급** ")
    assert answered.reply.text.endswith(TEXT)
    assert (facts["responder"], facts["reviewer"]) == ("approved", "김수의")
    assert facts["reviewed_on"] == approved.reviewed_on != ""
    assert facts["urgency"] == "emergency"
    assert [source["title"] for source in facts["sources"]] == ["강아지가 포도·건포도를 먹었을 때"]
    assert answered.run.responder == "approved"
    assert answered.steps["approved"]["detail"] == approved.pk
    await in_thread(approved.refresh_from_db)()
    assert approved.uses == 1
    assert approved.last_used_at is not None


async def test_every_use_is_counted(consultation, ask, approved):
    await ask(consultation, ASKED)
    await ask(await in_thread(twin)(consultation), ASKED)

    await in_thread(approved.refresh_from_db)()
    assert approved.uses == 2


async def test_a_graver_approved_answer_raises_the_urgency(consultation, ask, vet, library):
    answer = await in_thread(written)(vet, library, questions=CALM, must_mention="발바닥")
    await in_thread(services.approve_answer)(answer=answer, by=vet)
    await in_thread(tasks.index_approved_answers)()

    answered = await ask(consultation, CALM)

    await in_thread(consultation.refresh_from_db)()
    assert answered.reply.facts["responder"] == "approved"
    assert consultation.urgency == "emergency"
    assert answered.kinds.count("triage") == 2


UNFIT = {
    "draft": {"status": "draft", "reviewed_by": None, "reviewed_at": None},
    "retired": {"status": "retired"},
    "not indexed": {"indexed_at": None},
    "needed word missing": {"must_mention": "초콜릿"},
    "no needed word at all": {"must_mention": " , "},
    "other species": {"species": ["cat", "rabbit"]},
    "lower urgency than the rules": {"urgency": "urgent"},
}


@pytest.mark.parametrize("name", UNFIT)
async def test_what_does_not_fit_is_not_served(name, consultation, ask, approved):
    await in_thread(ApprovedAnswer.objects.filter(pk=approved.pk).update)(**UNFIT[name])

    answered = await ask(consultation, ASKED)

    assert answered.reply.facts["responder"] == "extractive"
    assert answered.steps["approved"]["detail"] == "none"


@pytest.mark.parametrize(
    "text",
    [
        "강아지가 포도를 안 먹었어요",
        "강아지가 포도를 안먹었어요",
        "강아지가 포도를 먹지 않았어요",
        "강아지가 먹은 것이 포도는 아니에요",
        "강아지가 포도를 못 먹게 했어요",
    ],
    ids=["not", "not, run together", "did not", "was not", "could not"],
)
async def test_the_opposite_is_another_question(text, consultation, ask, approved):
    answered = await ask(consultation, text)

    assert answered.reply.facts["responder"] != "approved"


async def test_a_far_meaning_is_another_question(consultation, ask, approved, meaning):
    meaning("dandruff-seborrhea")

    answered = await ask(consultation, ASKED)

    assert answered.reply.facts["responder"] == "extractive"


async def test_a_short_remark_within_a_talk_is_not_answered_so(consultation, ask, approved):
    await ask(consultation, "강아지가 아까부터 조금 이상하게 굴고 있어요")

    answered = await ask(consultation, "포도 먹었어요")

    assert answered.reply.facts["responder"] == "extractive"


async def test_another_version_is_not_the_approved_one(consultation, answer, approved):
    job = await in_thread(send)(consultation, ASKED)
    first = await answer(job)

    again = await in_thread(services.regenerate)(message=job.message)
    second = await answer(again)

    assert first.reply.facts["responder"] == "approved"
    assert second.steps["approved"]["detail"] == "none"
    assert second.run.responder == "extractive"


async def test_a_photo_is_not_answered_so(consultation, ask, approved, monkeypatch):
    plain = context.question_of

    def with_photo(claim):
        return replace(plain(claim), photos=(Photo("image/png", b"png"),))

    monkeypatch.setattr(flow.context, "question_of", with_photo)

    answered = await ask(consultation, ASKED)

    assert answered.reply.facts["responder"] == "extractive"


async def test_a_new_approval_goes_before_a_kept_answer(consultation, ask, vet, library, meaning):
    meaning("bad-breath")
    text = "강아지 입냄새가 나요"
    first = await ask(consultation, text)
    kept = await ask(await in_thread(twin)(consultation), text)
    answer = await in_thread(written)(
        vet, library, questions=text, must_mention="입냄새", urgency="home"
    )
    await in_thread(services.approve_answer)(answer=answer, by=vet)
    await in_thread(tasks.index_approved_answers)()

    served = await ask(await in_thread(twin)(consultation), text)

    assert (first.run.responder, kept.run.responder) == ("extractive", "cache")
    assert served.run.responder == "approved"


async def test_a_retired_answer_is_not_kept_anywhere(consultation, ask, approved):
    await ask(consultation, ASKED)
    await in_thread(services.retire_answer)(answer=approved)

    answered = await ask(await in_thread(twin)(consultation), ASKED)

    assert answered.run.responder == "extractive"


def test_only_a_veterinarian_approves(owner, library):
    answer = written(owner, library)

    with pytest.raises(services.NotAVet):
        services.approve_answer(answer=answer, by=owner)

    answer.refresh_from_db()
    assert (answer.status, answer.reviewed_by) == ("draft", None)


@pytest.mark.parametrize(
    "fields",
    [{"status": "approved", "reviewed_by": None, "reviewed_at": None}, {"reviewed_by": None}],
    ids=["approved by nobody", "a day without a name"],
)
def test_what_is_approved_has_a_reviewer(fields, approved):
    with pytest.raises(IntegrityError):
        ApprovedAnswer.objects.filter(pk=approved.pk).update(**fields)


def test_an_edited_answer_is_a_draft_again(approved, vet):
    approved.text = "다른 답변이에요."

    services.write_approved_answer(answer=approved, by=vet)

    approved.refresh_from_db()
    assert (approved.status, approved.reviewed_by, approved.indexed_at) == ("draft", None, None)
    assert not ApprovedAnswer.objects.serving().exists()


def test_each_phrasing_is_indexed_once(approved):
    tasks.index_approved_answers()

    texts = ApprovedPhrasing.objects.values_list("text", flat=True)
    assert sorted(texts) == sorted([ASKED, "포도를 삼켰어요"])
    assert tasks.index_approved_answers() == 0


def twin(consultation: Consultation) -> Consultation:
    return open_consultation(owner=consultation.owner, pet=consultation.pet)


async def test_consent_plays_no_part(models, consultation, ask, approved):
    models.will("claude", play.refused(500))

    answered = await ask(consultation, ASKED)

    assert (models.asked, answered.reply.facts["responder"]) == ([], "approved")
