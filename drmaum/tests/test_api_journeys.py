"""The API from call to call: schemathesis follows the links of the document, from a pet to its
consultations, messages, ratings and back. Every journey is taken back."""

from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings

from drmaum.tests.api_asking import ANSWERED, loaded, signed_in
from drmaum.tests.api_world import api_world, document, uncounted  # noqa: F401  (fixtures)

ALONG_LINKS = {
    "generation": {"mode": "positive", "deterministic": True},
    "phases": {"stateful": {"inference": {"algorithms": []}}},
}
AT_LEAST = {"consultations_create", "chat_send_create", "consultations_rating_update"}


@pytest.mark.long
def test_the_links_of_the_document_lead_from_call_to_call(document, api_world, uncounted):  # noqa: F811
    arrived: Counter[str] = Counter()
    schema = loaded(document, api_world, ALONG_LINKS)

    class Journey(schema.as_state_machine()):
        def setup(self) -> None:
            self.whole = transaction.atomic()
            self.whole.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": signed_in(api_world.owner)}

        def validate_response(self, response: Any, case: Any, **_: Any) -> None:
            case.validate_response(response, checks=ANSWERED)
            if response.status_code < 300:
                arrived[case.operation.definition.raw["operationId"]] += 1

    Journey.run(
        settings=settings(
            max_examples=150, stateful_step_count=12, deadline=None, derandomize=True,
            database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )
    )  # fmt: skip
    assert len(arrived) >= 25, arrived
    assert arrived.keys() >= AT_LEAST
