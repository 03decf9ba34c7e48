"""What an owner must never read: it is not shown and not stored, not even for a moment."""

import pytest

from inference.pipeline.generate import LONGEST_HELD
from inference.tests import model_server as play

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("library", "meaning"),
]

ASKED = "강아지가 포도를 먹었어요"
GOOD = "포도는 강아지에게 위험할 수 있으니 지금 동물병원에 전화해 주세요. [4]\n"
HELD = {
    "dose": "활성탄 5 mg을 준비해 주세요.",
    "medicine": "타이레놀을 조금 먹여 주세요.",
    "vomiting": "집에서 소금물로 토하게 해 주세요.",
    "prescription": "제가 약을 처방해 드릴게요.",
    "claims_vet": "저는 수의사예요.",
    "diagnosis": "이것은 확실히 포도 중독입니다.",
    "link": "자세한 내용은 https://example.com 에 있어요.",
    "invented_source": "포도는 하루 안에 모두 사라져요. [99]",
}


@pytest.mark.parametrize("reason", HELD)
async def test_a_forbidden_sentence_is_never_released(reason, models, abroad, ask):
    models.will("claude", play.ok(f"{GOOD}{HELD[reason]}\n{GOOD}"))

    answered = await ask(abroad, ASKED)

    assert HELD[reason] not in str(answered.heard)
    assert HELD[reason] not in answered.reply.text
    assert answered.reply.text == (GOOD + GOOD).strip()
    assert answered.shown == GOOD + GOOD
    assert answered.reply.facts["responder"] == "claude"
    assert answered.steps["model claude"]["detail"] == {"held back": [reason]}


async def test_a_dose_that_arrives_in_pieces_is_never_shown(models, abroad, ask):
    dose = "체중에 맞춰 3.5 mg을 물에 타서 먹여 주세요. "
    models.will("claude", play.ok(f"{GOOD}{dose}{GOOD}"))

    answered = await ask(abroad, ASKED)

    for part in ("3.5", "mg", "체중에"):
        assert part not in answered.shown
        assert part not in answered.reply.text


async def test_a_dose_at_the_end_of_an_endless_sentence_is_never_shown(models, abroad, ask):
    """A text without a full stop cannot be guarded: the next model is asked."""
    size = (LONGEST_HELD // play.PIECE + 1) * play.PIECE
    opening = ("포도는 위험할 수 있고 " * 60)[: size - len("활성탄을 5")] + "활성탄을 5"
    models.will("claude", play.ok(f"{opening} mg 준비해 주세요.\n{GOOD}"))

    answered = await ask(abroad, ASKED)

    assert "mg" not in answered.shown
    assert "mg" not in answered.reply.text


async def test_a_dose_of_a_model_that_failed_was_not_shown_either(models, abroad, ask):
    models.will("claude", play.error_event(f"{GOOD}타이레놀 5 mg을 먹이세요.\n그리고 "))
    models.will("openai", play.ok(GOOD))

    answered = await ask(abroad, ASKED)

    assert "타이레놀" not in str(answered.heard)
    assert answered.reply.text == GOOD.strip()


async def test_an_unfinished_sentence_of_a_broken_stream_is_not_shown(models, abroad, ask):
    models.will("claude", play.ended_early(f"{GOOD}남은 약이 있다면"))
    models.will("openai", play.ok(GOOD))

    answered = await ask(abroad, ASKED)

    assert "남은 약이" not in str(answered.heard)


async def test_an_answer_of_nothing_but_forbidden_sentences_goes_to_the_next_model(
    models, abroad, ask
):
    models.will("claude", play.ok("타이레놀 5 mg을 먹이세요. [4]\n"))
    models.will("openai", play.ok(GOOD))

    answered = await ask(abroad, ASKED)

    assert answered.reply.facts["responder"] == "openai"
    assert "5 mg" not in str(answered.heard)
    assert "reply.restart" not in answered.kinds


async def test_an_invented_citation_is_not_among_the_sources(models, abroad, ask, library):
    models.will("claude", play.ok(f"{GOOD}포도씨는 괜찮아요. [42]\n집에서 기다리지 마세요. [5]\n"))

    answered = await ask(abroad, ASKED)

    assert "[42]" not in answered.reply.text
    sources = answered.reply.facts["sources"]
    assert [(source["number"], source["section"]) for source in sources] == [
        (4, "do"), (5, "avoid"),
    ]  # fmt: skip


async def test_cited_passages_become_the_sources(models, abroad, ask, library):
    from drmaum.lib.threads import in_thread
    from inference.models import Passage

    models.will("claude", play.ok(GOOD))

    answered = await ask(abroad, ASKED)

    [source] = answered.reply.facts["sources"]
    passage = await in_thread(Passage.objects.get)(pk=source["passage"])
    assert passage.article_id == library["grape-raisin-toxicosis"].pk
    assert source["title"] == "강아지가 포도·건포도를 먹었을 때"
    assert passage.section == source["section"] == "do"
