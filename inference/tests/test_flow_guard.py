"""What an owner must never read: it is not shown and not stored, not even for a moment."""

import pytest

from drmaum.lib.threads import in_thread
from inference.guard.sentences import LONGEST_HELD
from inference.models import Passage
from inference.tests import model_server as play

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("library", "meaning"),
]

ASKED = "강아지가 포도를 먹었어요"
GOOD = "포도는 강아지에게 위험할 수 있으니 지금 동물병원에 전화해 주세요. [4]\n"
MAYBE = "포도를 먹은 뒤 소변이 줄었다면 급성 신장 손상의 신호일 수 있어요. [2]\n"
AVOID = "집에서 기다리지 마세요. [5]\n"
HELD = {
    "dose": "활성탄 5 mg을 준비해 주세요.",
    "medicine": "타이레놀을 조금 먹여 주세요.",
    "vomiting": "집에서 소금물로 토하게 해 주세요.",
    "prescription": "제가 약을 처방해 드릴게요.",
    "claims_vet": "저는 수의사예요.",
    "diagnosis": "이것은 확실히 포도 중독입니다.",
    "link": "자세한 내용은 https://example.com 에 있어요.",
    "invented_source": "포도는 하루 안에 모두 사라져요. [99]",
    "unsupported_number": "포도는 아흔아홉 알이 아니라 17시간 뒤부터 위험해요. [4]",
    "unsupported_source": "줄넘기 운동법은 꾸준함이 중요하답니다. [4]",
    "lowers_urgency": "집에서 며칠 더 지켜보셔도 충분해요.",
    "not_korean": "Please keep watching your puppy at home tonight.",
}


@pytest.mark.parametrize("reason", HELD)
async def test_a_forbidden_sentence_is_never_released(reason, models, abroad, ask):
    models.will("claude", play.ok(f"{GOOD}{HELD[reason]}\n{GOOD}"))

    answered = await ask(abroad, ASKED)

    assert HELD[reason] not in str(answered.heard)
    assert HELD[reason] not in answered.reply.text
    assert answered.said == (GOOD + GOOD).strip()
    assert answered.shown.rstrip() == answered.reply.text
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
    assert answered.said == GOOD.strip()
    assert answered.reply.facts["responder"] == "openai"


async def test_an_unfinished_sentence_of_a_broken_stream_is_not_shown(models, abroad, ask):
    models.will("claude", play.ended_early(f"{GOOD}남은 약이 있다면"))
    models.will("openai", play.ok(GOOD))

    answered = await ask(abroad, ASKED)

    assert "남은 약이" not in str(answered.heard)
    assert answered.said == GOOD.strip()


async def test_an_answer_of_nothing_but_forbidden_sentences_goes_to_the_next_model(
    models, abroad, ask
):
    models.will("claude", play.ok("타이레놀 5 mg을 먹이세요. [4]\n"))
    models.will("openai", play.ok(GOOD))

    answered = await ask(abroad, ASKED)

    assert answered.reply.facts["responder"] == "openai"
    assert answered.said == GOOD.strip()
    assert "5 mg" not in str(answered.heard)
    # The opening is ours and stays, whoever goes on below it.
    assert answered.shown.rstrip() == answered.reply.text
    assert "reply.restart" not in answered.kinds


async def test_two_grave_sentences_end_the_trust_in_a_model(models, abroad, ask):
    rest = "아이 곁에서 차분히 기다려 주세요.\n"
    models.will("claude", play.ok(f"{GOOD}{HELD['dose']}\n{HELD['link']}\n{rest}"))
    models.will("openai", play.ok(GOOD))

    answered = await ask(abroad, ASKED)

    assert models.asked == ["claude", "openai"]
    assert answered.said == GOOD.strip()
    assert answered.kinds.count("reply.restart") == 1
    assert rest.strip() not in str(answered.heard)
    assert answered.steps["model claude"]["error"] == "DistrustError: held back: dose, link"


async def test_what_the_owner_told_needs_no_source(models, abroad, ask):
    told = "17시간 전에 먹었다면 바로 동물병원에 전화해 주세요.\n"
    models.will("claude", play.ok(f"{told}{GOOD}"))

    answered = await ask(abroad, "강아지가 17시간 전에 포도를 먹었어요")

    assert answered.said == f"{told}{GOOD}".strip()


async def test_an_invented_citation_is_not_among_the_sources(models, abroad, ask, library):
    models.will("claude", play.ok(f"{GOOD}포도씨도 위험해요. [42]\n{AVOID}"))

    answered = await ask(abroad, ASKED)

    assert answered.said == f"{GOOD}{AVOID}".strip()
    assert "[42]" not in answered.shown
    assert [source["number"] for source in answered.reply.facts["sources"]] == [3, 4, 5]


async def test_cited_passages_become_the_sources(models, abroad, ask, library):
    """Those that the model cites, and those of the sections that were quoted below it."""
    models.will("claude", play.ok(MAYBE))

    answered = await ask(abroad, ASKED)

    sources = answered.reply.facts["sources"]
    assert [(source["number"], source["section"]) for source in sources] == [
        (2, "maybe"), (3, "danger"), (4, "do"), (5, "avoid"),
    ]  # fmt: skip
    for source in sources:
        passage = await in_thread(Passage.objects.get)(pk=source["passage"])
        assert passage.article_id == library["grape-raisin-toxicosis"].pk
        assert passage.section == source["section"]
        assert source["title"] == "강아지가 포도·건포도를 먹었을 때"


async def test_a_section_that_the_model_wrote_is_not_quoted_again(models, abroad, ask):
    models.will("claude", play.ok(f"**지금 할 일**\n{GOOD}"))

    answered = await ask(abroad, ASKED)

    assert answered.said == f"**지금 할 일**\n{GOOD}".strip()
    headings = [line for line in answered.reply.text.splitlines() if line.endswith("**")]
    assert headings == [
        "**지금 할 일**", "**하지 말아야 할 일**", "**이럴 때는 바로 병원에 가세요**",
    ]  # fmt: skip
