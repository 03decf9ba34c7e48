"""Model choice, fallback after every way to fail, and the ledger (RAG diagram, lower half)."""

import pytest

from inference.tests import model_server as play

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("library", "meaning")]

ASKED = "강아지가 포도를 먹었어요"
FIRST = "포도는 강아지에게 위험할 수 있어요. 지금 바로 동물병원에 전화해 주세요. [4]\n"
SECOND = "포도를 먹은 뒤에는 기다리지 말고 동물병원에 먼저 전화해 주세요. [4]\n"


async def test_claude_is_asked_first_and_its_answer_is_stored(models, abroad, ask):
    models.will("claude", play.ok(FIRST))

    answered = await ask(abroad, ASKED)

    assert models.asked == ["claude"]
    assert answered.reply.text == FIRST.strip()
    assert answered.reply.facts["responder"] == "claude"
    assert answered.reply.facts["model"] == "claude-sonnet-5"
    assert answered.shown == FIRST
    assert answered.kinds == ["message", "triage", "reply.started", "reply.done"]
    assert answered.job.status == "done"
