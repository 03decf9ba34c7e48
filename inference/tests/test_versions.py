"""A further version of a reply, and a message that is edited and asked again."""

import asyncio

import pytest

from chat import services as chat_services
from chat.models import Event, Message
from drmaum.lib.threads import in_thread
from inference import jobs, services
from inference.models import InferenceJob, Run
from inference.tests import model_server as play
from inference.tests.conftest import finish, send
from inference.tests.wire import together

pytestmark = pytest.mark.django_db(transaction=True)
CALM = "강아지 입냄새가 나요"
ANSWER = "물과 소변의 양, 체중이 변했는지 함께 확인해 주세요. [4]\n밥은 잘 먹나요?\n"


@pytest.fixture
def bad_breath(library, meaning) -> None:
    meaning("bad-breath")


def regenerate(client, message) -> object:
    return client.post(f"/api/v1/messages/{message.pk}/regenerate")


def revise(client, consultation, text, revises, **more) -> object:
    body = {"consultation": str(consultation.pk), "text": text, "revises": str(revises), **more}
    return client.post("/api/v1/chat/send", body)


def done(job: InferenceJob, text: str = "답변이에요.") -> Message:
    claim = jobs.claim(job.pk)
    finish(job.pk, claim.fence, text)
    return Message.objects.get(answers=job.message, version=job.version)


def seqs() -> list[int]:
    return list(Event.objects.order_by("seq").values_list("seq", flat=True))


def test_a_further_version_stands_beside_the_first(api, job, enqueued):
    first = done(job, "첫 답변이에요.")
    enqueued.clear()

    answer = regenerate(api, job.message)
    again = InferenceJob.objects.get(version=2)
    second = done(again, "둘째 답변이에요.")

    assert answer.status_code == 200
    assert answer.json()["message"]["id"] == str(job.message_id)
    assert enqueued == [str(again.pk)]
    assert (first.version, second.version, second.text) == (1, 2, "둘째 답변이에요.")
    assert [message.text for message in Message.objects.filter(answers=job.message)] == [
        "첫 답변이에요.", "둘째 답변이에요.",
    ]  # fmt: skip
    assert seqs() == list(range(1, len(seqs()) + 1))
    last = Event.objects.order_by("seq").last()
    assert (last.kind, last.payload["message"]["version"]) == ("reply.done", 2)


def test_the_page_is_given_both_versions(api, job, consultation):
    done(job)
    regenerate(api, job.message)
    done(InferenceJob.objects.get(version=2))

    listed = api.get(f"/api/v1/consultations/{consultation.pk}/messages").json()["results"]

    assert [(one["answers"], one["version"]) for one in listed if one["role"] == "assistant"] == [
        (str(job.message_id), 1), (str(job.message_id), 2),
    ]  # fmt: skip


def test_a_double_click_makes_one_job(api, job):
    done(job)

    answers = [regenerate(api, job.message) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert InferenceJob.objects.count() == 2


def test_clicks_in_the_same_moment_make_one_job(owner, sign_in, job):
    done(job)
    clients = [sign_in(owner) for _ in range(6)]

    answers = together(6, lambda number: regenerate(clients[number], job.message))

    assert {answer.status_code for answer in answers} == {200}
    assert InferenceJob.objects.count() == 2


def test_while_the_first_answer_is_written_there_is_no_second(api, job):
    assert regenerate(api, job.message).status_code == 200
    assert InferenceJob.objects.count() == 1


def test_there_is_a_most_of_versions(api, job, settings):
    settings.MOST_VERSIONS = 2
    done(job)
    regenerate(api, job.message)
    done(InferenceJob.objects.get(version=2))

    answer = regenerate(api, job.message)

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_versions")
    assert answer.json()["message"].startswith("같은 질문에는 다섯 번까지")
    assert InferenceJob.objects.count() == 2


def test_an_ended_consultation_gets_no_further_version(api, job, consultation):
    done(job)
    chat_services.end_consultation(consultation=consultation, ending="owner")

    answer = regenerate(api, job.message)

    assert (answer.status_code, answer.json()["code"]) == (409, "consultation_ended")


@pytest.mark.parametrize("which", ["foreign", "reply", "unknown"])
def test_only_ones_own_question_can_be_asked_again(which, api, sign_in, stranger, job):
    reply = done(job)
    client = sign_in(stranger) if which == "foreign" else api
    target = reply if which == "reply" else job.message
    if which == "unknown":
        target = Message(pk=job.pk)

    assert regenerate(client, target).status_code == 404
    assert InferenceJob.objects.count() == 1


@pytest.mark.usefixtures("bad_breath")
async def test_another_answer_is_not_read_from_the_cache(models, abroad, answer):
    models.will("claude", play.ok(ANSWER), play.ok(f"{ANSWER}물은 잘 마시나요?\n"))
    job = await in_thread(send)(abroad, CALM)
    await answer(job)

    second = await in_thread(services.regenerate)(message=job.message)
    await answer(second)

    newest = await in_thread(Message.objects.get)(answers=job.message, version=2)
    run = await in_thread(Run.objects.get)(job=second)
    assert models.asked == ["claude", "claude"]
    assert newest.facts["is_cached"] is False
    assert "물은 잘 마시나요?" in newest.text
    assert {"name": "cache", "outcome": "ok", "detail": "miss"}.items() <= run.steps[2].items()


@pytest.mark.usefixtures("bad_breath")
async def test_another_answer_does_not_see_the_first_nor_what_followed(models, abroad, answer):
    models.will("claude", *[play.ok(ANSWER)] * 3)
    job = await in_thread(send)(abroad, CALM)
    await answer(job)
    await answer(await in_thread(send)(abroad, "양치는 매일 해 주고 있어요"))

    await answer(await in_thread(services.regenerate)(message=job.message))

    assert len(models.requests[-1].turns) == 1
    assert "양치는" not in str(models.requests[-1].body)


def test_an_edit_keeps_the_older_wording(api, consultation, job):
    done(job)

    answer = revise(api, consultation, "강아지 귀냄새가 나요", job.message_id)

    edited = Message.objects.get(text="강아지 귀냄새가 나요")
    assert answer.status_code == 200
    assert answer.json()["message"]["revises"] == str(job.message_id)
    assert edited.revises_id == job.message_id
    assert Message.objects.get(pk=job.message_id).text == CALM
    assert Message.objects.filter(answers=job.message).exists()
    logged = Event.objects.get(kind="message", payload__message__id=str(edited.pk))
    assert logged.payload["message"]["revises"] == str(job.message_id)


def test_an_edit_of_an_edited_message_takes_the_newest_place(api, consultation, job):
    first = revise(api, consultation, "둘째 말이에요", job.message_id).json()["message"]["id"]

    second = revise(api, consultation, "셋째 말이에요", job.message_id).json()["message"]

    assert second["revises"] == first


def test_an_edit_asks_the_running_reply_to_stop(api, consultation, job):
    jobs.claim(job.pk)

    revise(api, consultation, "강아지 귀냄새가 나요", job.message_id)

    job.refresh_from_db()
    edited = InferenceJob.objects.exclude(pk=job.pk).get()
    assert job.stop_asked_at is not None
    assert edited.stop_asked_at is None


def test_an_edit_leaves_the_reply_to_an_earlier_message_alone(api, consultation, job):
    later = send(consultation, "귀에서 냄새도 나요")

    revise(api, consultation, "귀에서 냄새가 나고 붉어요", later.message_id)

    job.refresh_from_db()
    later.refresh_from_db()
    assert job.stop_asked_at is None
    assert later.stop_asked_at is not None


@pytest.mark.parametrize("which", ["foreign", "reply", "unknown", "of another consultation"])
def test_what_is_not_ones_own_message_here_cannot_be_edited(
    which, api, consultation, job, stranger, dog, owner
):
    theirs = chat_services.open_consultation(
        owner=owner if "another" in which else stranger, pet=dog
    )
    targets = {"reply": lambda: done(job).pk, "unknown": lambda: job.pk}
    target = targets.get(which, lambda: send(theirs, "안녕하세요").message_id)()
    before = Message.objects.count()

    answer = revise(api, consultation, "고친 말이에요", target)

    assert (answer.status_code, answer.json()["code"]) == (422, "cannot_revise")
    assert answer.json()["message"] == "고칠 메시지를 찾을 수 없어요."
    assert Message.objects.count() == before


def test_a_retried_edit_is_one_message(api, consultation, job):
    key = {"idempotency_key": "0123456789"}

    answers = [revise(api, consultation, "고친 말", job.message_id, **key) for _ in range(2)]

    assert len({answer.json()["message"]["id"] for answer in answers}) == 1
    assert Message.objects.filter(role="owner").count() == 2


@pytest.mark.usefixtures("bad_breath")
async def test_the_prompt_leaves_the_older_wording_out(models, abroad, answer):
    models.will("claude", *[play.ok(ANSWER)] * 4)
    await answer(await in_thread(send)(abroad, "강아지가 귀를 자꾸 긁고 있어요"))
    old = await in_thread(send)(abroad, "강아지 눈에 눈곱이 끼고 있어요")
    await answer(old)
    await answer(await in_thread(send)(abroad, "산책은 매일 하고 있는 편이에요"))

    edited = await in_thread(chat_services.send_message)(
        consultation=abroad, author=abroad.owner, text=CALM, revises=old.message_id
    )
    job = await in_thread(InferenceJob.objects.select_related("message").get)(message=edited)
    await answer(job)

    sent = str(models.requests[-1].body["messages"])
    assert "귀를 자꾸 긁고" in sent
    assert CALM in sent
    assert "눈곱" not in sent
    assert "산책은 매일" not in sent


@pytest.mark.usefixtures("bad_breath")
async def test_an_edit_ends_the_stream_of_the_older_wording(models, abroad, answer, settings):
    settings.JOB_RENEWAL_SECONDS, settings.MODEL_IDLE_SECONDS = 0.05, 30
    models.will("claude", play.stall(ANSWER))
    job = await in_thread(send)(abroad, CALM)

    asking = asyncio.create_task(answer(job))
    await models.stalled.wait()
    await in_thread(chat_services.send_message)(
        consultation=abroad, author=abroad.owner, text="귀냄새가 나요", revises=job.message_id
    )
    answered = await asking

    assert answered.reply.status == "stopped"
    await asyncio.wait_for(models.hung_up.wait(), 10)
