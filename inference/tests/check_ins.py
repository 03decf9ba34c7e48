"""A danger told to the product, and the hours that pass after it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from chat import services as chat_services
from chat.models import Consultation, Message
from inference import hearing
from inference.followups import asking
from inference.models import FollowUp
from inference.triage.types import Assessment, Finding

GRAVE = "강아지가 포도를 먹었어요"  # emergency
TODAY = "강아지가 어제부터 기운이 없어요"  # urgent, where `set_rules` is used
CALM = "강아지 입냄새가 나요"  # home
SOMEONE_ELSES = "친구네 강아지가 포도를 먹었대요"
WHAT_IF = "강아지가 포도를 먹으면 어떻게 되나요?"  # asked of an emergency
PATIENCE = 10


def set_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two messages mean what the tests say, whatever becomes of the rules."""

    def judged(message: Message) -> Assessment:
        if message.text == TODAY:
            return Assessment("urgent", (_finding("urgent"),))
        if message.text == WHAT_IF:
            return Assessment("emergency", (_finding("emergency"),), is_question=True)
        return hearing.assess_message(message)

    monkeypatch.setattr("inference.receivers.assess_message", judged)


def _finding(urgency: str) -> Finding:
    return Finding("rule_of_tomorrow", "내일의 규칙", urgency, "기운", "걱정돼요.", (), ())


def say(consultation: Consultation, text: str = GRAVE, **more: Any) -> Message:
    return chat_services.send_message(
        consultation=consultation, author=consultation.owner, text=text, **more
    )


@contextmanager
def after(hours: float) -> Iterator[None]:
    """It is so many hours later."""
    with time_machine.travel(timezone.now() + timedelta(hours=hours, minutes=1)):
        yield


def asked_after(consultation: Consultation, text: str = GRAVE, hours: int = 12) -> FollowUp:
    """The question that waits so many hours after a danger was told."""
    say(consultation, text)
    with after(hours):
        asking.ask_due()
    return FollowUp.objects.asked().get()


def of(message: Message) -> list[tuple[int, str]]:
    rows = FollowUp.objects.filter(message=message).order_by("hours")
    return list(rows.values_list("hours", "status"))


def at_once(work: Callable[[], Any], count: int = 2) -> list[Any]:
    """Run `work` in threads that start together."""
    start = Barrier(count)

    def one(_: int) -> Any:
        try:
            start.wait(PATIENCE)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
