"""The cost ledger: one row a call, written whatever came of it."""

from uuid import UUID

from inference.llm.base import Usage
from inference.models import ModelCall


def record(job_id: UUID, provider: str, usage: Usage, outcome: str, milliseconds: int) -> None:
    """Write down one call. The extractive responder costs nothing and is not entered."""
    if provider == "extractive":
        return
    ModelCall.objects.create(
        job_id=job_id,
        provider=provider,
        model=usage.model,
        outcome=outcome,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        milliseconds=milliseconds,
    )
