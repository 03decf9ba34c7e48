"""The cost ledger and the daily budgets: one row a call, written before it goes out.

A call reserves what it may cost at most; when it ends, the reservation becomes the true cost.
A worker that is killed leaves its reservation standing: counted rather too much than too
little.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from drmaum.lib import tracing
from inference.llm.base import Account, BudgetSpent, Request, Usage, count_tokens
from inference.llm.policy import Model
from inference.models import ModelCall, Spending


@transaction.atomic
def open_call(account: Account, name: str, model: Model, request: Request) -> ModelCall:
    """Reserve the most that a call may cost and write it down. Raises BudgetSpent."""
    won = _decimal(model.won(request.tokens, request.longest_tokens))
    if won:
        _reserve(None, won)
        if account.owner_id is not None:
            _reserve(account.owner_id, won)
    return ModelCall.objects.create(
        purpose=account.purpose,
        job_id=account.job_id,
        consultation_id=account.consultation_id,
        owner_id=account.owner_id,
        provider=name,
        model=model.model,
        outcome=ModelCall.Outcome.OPEN,
        input_tokens=request.tokens,
        output_tokens=request.longest_tokens,
        won=won,
    )


@dataclass(frozen=True)
class Ending:
    """How a call ended. `is_refused`: before a word was read, so that nothing is charged."""

    outcome: str
    reason: str
    is_refused: bool
    milliseconds: int


@transaction.atomic
def close_call(call: ModelCall, model: Model, usage: Usage, ending: Ending) -> None:
    """Write down how a call ended and give back what it did not use.

    A stream that broke never said its tokens: then what was read is counted here.
    """
    read = usage.input_tokens or (0 if ending.is_refused else call.input_tokens)
    written = usage.output_tokens or (count_tokens(usage.text) if usage.text else 0)
    won = _decimal(model.won(read, written))
    spent = Spending.objects.filter(day=timezone.localdate(call.created_at))
    # In the order in which a beginning call takes them, so that the two never wait in a circle.
    spent.filter(owner=None).update(won=F("won") + won - call.won)
    if call.owner_id is not None:
        spent.filter(owner=call.owner_id).update(won=F("won") + won - call.won)
    ModelCall.objects.filter(pk=call.pk).update(
        model=usage.model or call.model,
        outcome=ending.outcome,
        reason=ending.reason[:80],
        input_tokens=read,
        output_tokens=written,
        won=won,
        milliseconds=ending.milliseconds,
    )
    asked: dict[str, Any] = {"provider": call.provider, "model": call.model}
    tracing.count("drmaum.model.calls", **asked, purpose=call.purpose, outcome=ending.outcome)
    tracing.count("drmaum.model.tokens", read, **asked, direction="read")
    tracing.count("drmaum.model.tokens", written, **asked, direction="written")
    tracing.count("drmaum.model.cost", float(won), **asked)


def spent_share(account: Account) -> float:
    """How much of today's budgets is gone: the greater share of the owner's and the product's."""
    spent = Spending.objects.filter(day=timezone.localdate())
    shares = [_share(spent.filter(owner=None), settings.BUDGET_WON_A_DAY)]
    if account.owner_id is not None:
        own = spent.filter(owner=account.owner_id)
        shares.append(_share(own, settings.BUDGET_OWNER_WON_A_DAY))
    return max(shares)


def _share(spent: QuerySet[Spending], limit: float) -> float:
    """A budget of nothing, which switches paid models off, is spent from the start."""
    won = spent.values_list("won", flat=True).first() or Decimal(0)
    return float(won) / limit if limit > 0 else 1.0


# Reads, checks and adds in one statement, so that two calls cannot both take the last won.
RESERVE = """
insert into inference_spending as spent (day, owner_id, won)
select %(day)s, %(owner)s, %(won)s where %(won)s <= %(limit)s
on conflict (day, owner_id) do update set won = spent.won + excluded.won
where spent.won + excluded.won <= %(limit)s
returning won
"""


def _reserve(owner_id: UUID | None, won: Decimal) -> None:
    day = timezone.localdate()
    limit = settings.BUDGET_WON_A_DAY if owner_id is None else settings.BUDGET_OWNER_WON_A_DAY
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, {"day": day, "owner": owner_id, "won": won, "limit": limit})
        if cursor.fetchone() is None:
            raise BudgetSpent(is_owners=owner_id is not None)


def _decimal(won: float) -> Decimal:
    return Decimal(str(round(won, 3)))
