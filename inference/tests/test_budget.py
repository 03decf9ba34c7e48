"""Daily budgets: what is refused, what the owner reads then, and that no won is taken twice."""

from decimal import Decimal
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from drmaum.lib.threads import in_thread
from inference.llm import ledger
from inference.llm.base import Account, BudgetSpent, Usage
from inference.llm.policy import policy
from inference.models import ModelCall, Spending
from inference.tests import model_server as play
from inference.tests.wire import read, request_of, together

pytestmark = pytest.mark.django_db(transaction=True)
CALM = "강아지 입냄새가 나요"
GRAVE = "강아지가 포도를 먹었어요"
OWNERS = "오늘 쓰실 수 있는 AI 답변을 모두 쓰셨어요. 내일 다시 AI가 답해 드려요. 지금은 지식 문서에서 찾은 안내를 전해 드릴게요.\n\n"
ALL = "오늘 준비된 AI 답변이 모두 소진됐어요. 내일 다시 AI가 답해 드려요. 지금은 지식 문서에서 찾은 안내를 전해 드릴게요.\n\n"


def spend(won: float, owner: object = None) -> None:
    Spending.objects.create(day=timezone.localdate(), owner=owner, won=Decimal(won))


def call_won() -> float:
    return round(policy().models["claude"].won(request_of().tokens, 100), 3)


async def test_a_call_within_the_budgets_goes_out(models, owner, settings):
    settings.BUDGET_WON_A_DAY = settings.BUDGET_OWNER_WON_A_DAY = call_won()
    models.will("claude", play.ok("네."))

    await read(account=Account("answer", owner.pk))

    assert models.asked == ["claude"]


@pytest.mark.parametrize("whose", ["owner", "product"])
async def test_a_call_beyond_a_budget_is_refused(whose, models, owner, settings):
    name = "BUDGET_OWNER_WON_A_DAY" if whose == "owner" else "BUDGET_WON_A_DAY"
    setattr(settings, name, call_won() - 0.001)

    with pytest.raises(BudgetSpent) as spent:
        await read(account=Account("answer", owner.pk))

    assert spent.value.is_owners is (whose == "owner")
    assert models.asked == []
    assert await in_thread(ModelCall.objects.count)() == 0
    assert await in_thread(Spending.objects.count)() == 0


async def test_the_budget_of_one_owner_is_not_anothers(models, owner, stranger, settings):
    await in_thread(spend)(settings.BUDGET_OWNER_WON_A_DAY, owner)
    models.will("claude", play.ok("네."))

    await read(account=Account("answer", stranger.pk))

    assert models.asked == ["claude"]


@pytest.mark.usefixtures("library", "meaning")
@pytest.mark.parametrize("text", [CALM, GRAVE], ids=["calm", "grave"])
@pytest.mark.parametrize(("whose", "said"), [("owner", OWNERS), ("product", ALL)], ids=["o", "p"])
async def test_a_spent_budget_is_said_and_the_library_answers(
    whose, said, text, models, abroad, ask, settings
):
    limit = settings.BUDGET_OWNER_WON_A_DAY if whose == "owner" else settings.BUDGET_WON_A_DAY
    await in_thread(spend)(limit, abroad.owner if whose == "owner" else None)

    answered = await ask(abroad, text)

    assert models.asked == []
    assert answered.reply.text.split("\n\n", 1)[1].startswith(said)
    assert answered.reply.facts["responder"] == "extractive"
    assert answered.reply.status == "complete"
    assert answered.kinds[-1] == "reply.done"
    assert answered.steps["cache store"]["detail"] == "not kept"


@pytest.mark.usefixtures("library", "meaning")
async def test_the_own_server_costs_nothing_and_answers_still(models, abroad, ask, settings):
    settings.OWN_MODEL_BASE_URL = f"{models.url}/v1"
    settings.MODEL_ORDER = ["claude", "own"]
    await in_thread(spend)(settings.BUDGET_OWNER_WON_A_DAY, abroad.owner)
    models.will(
        "openai", play.ok("입냄새는 치석 때문일 수 있어요. [2]\n동물병원에 전화해 주세요.\n")
    )

    answered = await ask(abroad, GRAVE)

    assert [request.body["model"] for request in models.requests] == ["default"]
    assert ("own", "complete") in answered.ledger


async def test_a_call_without_a_price_is_never_refused(models, owner, settings):
    settings.OWN_MODEL_BASE_URL = f"{models.url}/v1"
    await in_thread(spend)(settings.BUDGET_OWNER_WON_A_DAY + 1, owner)
    await in_thread(spend)(settings.BUDGET_WON_A_DAY + 1)
    models.will("openai", play.ok("네."))

    await read("own", account=Account("answer", owner.pk))

    assert models.asked == ["openai"]


@pytest.mark.usefixtures("library", "meaning")
@pytest.mark.parametrize("name", ["BUDGET_WON_A_DAY", "BUDGET_OWNER_WON_A_DAY"])
async def test_a_budget_of_nothing_asks_no_paid_model(name, models, abroad, ask, settings):
    setattr(settings, name, 0)

    answered = await ask(abroad, CALM)

    assert models.asked == []
    assert answered.job.error == ""
    assert answered.reply.facts["responder"] == "extractive"


@pytest.mark.usefixtures("library", "meaning")
@pytest.mark.parametrize(
    ("text", "share", "first"),
    [(CALM, 0.81, "openai"), (CALM, 0.79, "claude"), (GRAVE, 0.81, "claude")],
    ids=["mostly spent", "not yet", "danger keeps the order"],
)
async def test_the_cheaper_model_comes_first_late_in_the_day(
    text, share, first, models, abroad, ask, settings
):
    settings.BUDGET_OWNER_WON_A_DAY = 10_000
    await in_thread(spend)(10_000 * share, abroad.owner)

    answered = await ask(abroad, text)

    assert answered.steps["route"]["detail"].startswith(first)
    assert models.asked[0] == first


def open_one(account: Account) -> ModelCall:
    return ledger.open_call(account, "claude", policy().models["claude"], request_of())


def try_one(account: Account) -> ModelCall | None:
    try:
        return open_one(account)
    except BudgetSpent:
        return None


def test_two_calls_cannot_both_take_the_last_won(owner, settings):
    settings.BUDGET_OWNER_WON_A_DAY = call_won() * 3
    account = Account("answer", owner.pk)

    taken = together(8, lambda _number: try_one(account))

    assert sum(row is not None for row in taken) == 3
    own = Spending.objects.get(owner=owner)
    assert float(own.won) == pytest.approx(call_won() * 3)
    assert Spending.objects.get(owner=None).won == own.won


# Both take the product's row first; otherwise calls of one owner could wait in a circle.
def test_a_call_that_ends_never_deadlocks_with_one_that_begins(owner):
    account, model = Account("answer", owner.pk), policy().models["claude"]
    ending = ledger.Ending("complete", "", is_refused=False, milliseconds=1)
    spend(0, owner)  # the owner's row lies first on disk
    call = open_one(account)
    is_held = Event()

    def begin_and_end(number: int) -> None:
        if number == 0:
            assert is_held.wait(10)
            ledger.close_call(call, model, Usage(input_tokens=10), ending)
            return
        with transaction.atomic():  # as open_call does: the product's row, then the owner's
            Spending.objects.select_for_update().get(owner=None)
            is_held.set()
            wait_for_a_waiting_connection()
            Spending.objects.select_for_update().get(owner=owner)

    together(2, begin_and_end)

    assert Spending.objects.get(owner=owner).won == Spending.objects.get(owner=None).won


def wait_for_a_waiting_connection() -> None:
    """Until another connection waits for a row that this one holds."""
    waiting = (
        "select exists(select from pg_locks"
        " where not granted and pg_backend_pid() = any(pg_blocking_pids(pid)))"
    )
    for _ in range(10_000):
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody came")
