"""GET /api/v1/messages/<reply>/basis: what an answer used, as its owner may read it."""

import pytest

from drmaum.lib.threads import in_thread
from inference.models import Basis, Passage
from inference.tests import model_server as play
from inference.tests.conftest import finish, send
from profiles.models import MedicalRecord

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("library", "meaning"),
]
ASKED = "강아지가 포도를 먹었어요"
GOOD = "포도를 언제 먹었는지 적고 동물병원에 먼저 전화해 주세요. [4]\n"


def address(message) -> str:
    return f"/api/v1/messages/{message.pk}/basis"


def read(client, message) -> dict:
    answer = client.get(address(message))
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture
def record(dog) -> MedicalRecord:
    return MedicalRecord.objects.create(
        pet=dog, kind=MedicalRecord.Kind.VISIT, title="슬개골 검진", notes="왼쪽 1기"
    )


async def test_the_owner_reads_what_was_used(consultation, ask, api, record):
    answered = await ask(consultation, ASKED)

    shown = await in_thread(read)(api, answered.reply)

    assert shown["reply"] == str(answered.reply.pk)
    assert {"field": "species", "label": "종류", "text": "강아지"} in shown["profile"]
    assert {"field": "weight_kg", "label": "몸무게", "text": "4kg"} in shown["profile"]
    assert [one["id"] for one in shown["records"]] == [str(record.pk)]
    assert "슬개골 검진" in shown["records"][0]["text"]
    assert (shown["notes"], shown["turns"], shown["summary"]) == ([], 0, "")


async def test_passages_are_told_apart_by_whether_they_are_cited(models, abroad, ask, sign_in):
    models.will("claude", play.ok(GOOD))
    answered = await ask(abroad, ASKED)

    shown = await in_thread(read)(await in_thread(sign_in)(abroad.owner), answered.reply)

    cited = {source["passage"] for source in answered.reply.facts["sources"]}
    passages = shown["passages"]
    assert {one["id"] for one in passages if one["is_cited"]} == cited != set()
    assert not all(one["is_cited"] for one in passages)
    assert {one["title"] for one in passages} == {"강아지가 포도·건포도를 먹었을 때"}
    known = await in_thread(Passage.objects.filter(pk__in=[one["id"] for one in passages]).count)()
    assert known == len(passages)


async def test_earlier_messages_are_counted(consultation, ask, api):
    await ask(consultation, "강아지가 귀를 자꾸 긁고 있어요")

    answered = await ask(consultation, ASKED)

    assert (await in_thread(read)(api, answered.reply))["turns"] == 2


async def test_a_kept_answer_tells_the_passages_that_it_cites(consultation, ask, api, meaning):
    from chat.services import open_consultation

    meaning("bad-breath")
    await ask(consultation, "강아지 입냄새가 나요")
    twin = await in_thread(open_consultation)(owner=consultation.owner, pet=consultation.pet)

    answered = await ask(twin, "강아지 입냄새가 나요")

    passages = (await in_thread(read)(api, answered.reply))["passages"]
    assert answered.reply.facts["is_cached"] is True
    assert [one["id"] for one in passages] == [
        source["passage"] for source in answered.reply.facts["sources"]
    ]
    assert all(one["is_cited"] for one in passages)


async def test_each_version_has_a_basis_of_its_own(consultation, answer, api):
    from inference.services import regenerate

    job = await in_thread(send)(consultation, ASKED)
    await answer(job)
    await answer(await in_thread(regenerate)(message=job.message))

    assert await in_thread(Basis.objects.count)() == 2


async def test_a_foreign_basis_is_not_there(consultation, ask, sign_in, stranger, client):
    answered = await ask(consultation, ASKED)
    foreign = await in_thread(sign_in)(stranger)

    seen = await in_thread(foreign.get)(address(answered.reply))
    unsigned = await in_thread(client.get)(address(answered.reply))

    assert (seen.status_code, unsigned.status_code) == (404, 401)


def test_a_question_and_a_reply_without_basis_have_none(api, job):
    from inference import jobs

    finish(job.pk, jobs.claim(job.pk).fence)

    assert api.get(address(job.message)).status_code == 404
    assert api.get(f"/api/v1/messages/{job.reply_id}/basis").status_code == 404
