"""A model may see more danger than the rules did, and never less; nothing lowers it again."""

import pytest

from chat.models import Consultation, Message
from chat.services import open_consultation
from drmaum.lib.threads import in_thread
from inference import services
from inference.models import TriageResult
from inference.tests import model_server as play
from inference.tests.conftest import send

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("library", "meaning"),
]

CALM = "강아지 입냄새가 나요"
GRAVE = "강아지가 포도를 먹었어요"
WHY = "입냄새와 함께 기운이 없어 보여요."
LINE = f"긴급도: 응급 | {WHY}\n"
BODY = "물과 소변의 양, 체중이 변했는지 함께 확인해 주세요. [4]\n입냄새가 언제부터 났나요?\n"
GRAPES = "포도를 언제 먹었는지 적고 동물병원에 먼저 전화해 주세요. [4]\n"
HOME = "급한 위험 신호는 찾지 못했어요"


@pytest.fixture(autouse=True)
def found(meaning) -> None:
    meaning("bad-breath")


def triage_of(message: Message) -> tuple[str, str]:
    row = TriageResult.objects.get(message=message)
    return row.urgency, row.raised_to


async def test_a_graver_line_raises_everything(models, abroad, ask):
    models.will("claude", play.ok(LINE + BODY))

    answered = await ask(abroad, CALM)

    await in_thread(abroad.refresh_from_db)()
    raised = [event for event in answered.events if event.kind == "triage"]
    assert [event.payload["urgency"] for event in raised] == ["home", "emergency"]
    assert raised[1].payload["why"] == [WHY]
    assert raised[1].payload["message"] == str(answered.job.message_id)
    assert abroad.urgency == "emergency"
    assert answered.reply.facts["urgency"] == "emergency"
    assert await in_thread(triage_of)(answered.job.message) == ("home", "emergency")
    assert answered.reply.text.startswith(f"**응급** {WHY} 지금 바로")


@pytest.mark.parametrize("level", ["관찰", "예약", "당일"], ids=["home", "soon", "urgent"])
async def test_a_lower_line_changes_nothing(level, models, abroad, ask, meaning):
    meaning("grape-raisin-toxicosis")
    models.will("claude", play.ok(f"긴급도: {level} | 지켜보면 될 것 같아요.\n{GRAPES}"))

    answered = await ask(abroad, GRAVE)

    assert answered.kinds.count("triage") == 1
    assert answered.reply.facts["urgency"] == "emergency"
    assert await in_thread(triage_of)(answered.job.message) == ("emergency", "")
    assert answered.reply.text.startswith("**응급**")
    assert answered.reply.facts["responder"] == "claude"
    assert "지켜보면" not in answered.shown


@pytest.mark.parametrize(
    "line",
    [LINE, "**긴급도:** 응급 | 이유예요.\n", "긴급도: 당일 진료 - 이유예요.\n", "긴급도: 관찰\n"],
    ids=["plain", "bold", "dash", "bare"],
)
async def test_the_line_itself_is_never_shown(line, models, abroad, ask):
    models.will("claude", play.ok(line + BODY))

    answered = await ask(abroad, CALM)

    assert "긴급도" not in answered.shown
    assert "긴급도" not in answered.reply.text
    assert answered.reply.facts["responder"] == "claude"


async def test_a_reason_that_may_not_be_shown_is_left_out(models, abroad, ask):
    line = "긴급도: 응급 | 타이레놀 5 mg을 먹이세요.\n"
    models.will("claude", play.ok(line + BODY))

    answered = await ask(abroad, CALM)

    assert "타이레놀" not in str(answered.heard)
    assert answered.reply.facts["urgency"] == "emergency"


async def test_what_was_raised_keeps_the_guard_strict(models, abroad, ask):
    calm = "병원에 가지 않아도 괜찮아요.\n"
    models.will("claude", play.ok(LINE + BODY + calm))

    answered = await ask(abroad, CALM)

    assert "가지 않아도" not in answered.shown


@pytest.mark.parametrize("last", ["openai", "extractive"])
async def test_a_model_that_broke_after_raising_is_not_taken_back(
    last, models, abroad, ask, settings
):
    settings.MODEL_ORDER = ["claude", "openai"] if last == "openai" else ["claude"]
    models.will("claude", play.malformed(LINE + BODY))
    models.will("openai", play.ok("긴급도: 관찰 | 이유예요.\n" + BODY))

    answered = await ask(abroad, CALM)

    await in_thread(abroad.refresh_from_db)()
    assert abroad.urgency == "emergency"
    assert answered.reply.facts["urgency"] == "emergency"
    assert HOME not in answered.reply.text


async def test_another_version_starts_from_what_was_raised(models, abroad, answer):
    models.will("claude", play.ok(LINE + BODY), play.ok(f"긴급도: 관찰 | 이유예요.\n{BODY}"))
    job = await in_thread(send)(abroad, CALM)
    first = await answer(job)
    assert first.reply.facts["urgency"] == "emergency"

    again = await in_thread(services.regenerate)(message=job.message)
    await answer(again)

    newest = await in_thread(Message.objects.get)(answers=job.message, version=2)
    assert newest.facts["urgency"] == "emergency"
    assert HOME not in newest.text


async def test_a_kept_answer_raises_as_the_first_one_did(models, abroad, ask):
    models.will("claude", play.ok(f"긴급도: 예약 | 치석이 쌓였을 수 있어요.\n{BODY}"))

    first = await ask(abroad, CALM)
    second = await ask(await in_thread(twin)(abroad), CALM)

    assert first.steps["cache store"]["detail"] == "kept"
    assert (models.asked, second.reply.facts["is_cached"]) == (["claude"], True)
    assert second.reply.facts["urgency"] == "soon"
    assert await in_thread(triage_of)(second.job.message) == ("home", "soon")
    assert second.kinds.count("triage") == 2


async def test_someone_elses_animal_does_not_raise_this_consultation(models, abroad, ask):
    models.will("claude", play.ok(LINE + BODY))

    answered = await ask(abroad, "친구네 강아지가 입냄새가 나요")

    third = await in_thread(TriageResult.objects.get)(message=answered.job.message)
    await in_thread(abroad.refresh_from_db)()
    assert third.is_third_party
    assert answered.reply.facts["urgency"] == "emergency"
    assert abroad.urgency != "emergency"


def twin(consultation: Consultation) -> Consultation:
    return open_consultation(owner=consultation.owner, pet=consultation.pet)
