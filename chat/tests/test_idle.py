"""Quiet consultations end by themselves; a talk that goes on does not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from chat import idling, services, tasks
from chat.models import Consultation, Event

WAITS_FOR_ME = """
    select count(*) from pg_locks
    where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))
"""


@pytest.fixture
def after():
    """Run the scheduled task some minutes from now."""

    def run(minutes: float) -> int:
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            return tasks.end_idle_consultations()

    return run


@pytest.mark.django_db
def test_half_an_hour_of_quiet_ends_a_consultation(say, consultation, after):
    say(consultation)

    assert after(31) == 1
    consultation.refresh_from_db()
    assert (consultation.is_open, consultation.ending) == (False, "idle")
    assert Event.objects.get(kind="ended").payload == {"ending": "idle"}


@pytest.mark.django_db
def test_a_shorter_quiet_ends_nothing(say, consultation, after):
    say(consultation)

    assert after(29) == 0
    consultation.refresh_from_db()
    assert consultation.is_open


@pytest.mark.django_db
def test_a_later_event_counts_as_activity(say, consultation, after):
    message = say(consultation)
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        services.record_triage(message=message, urgency="home", payload={})

    assert after(31) == 0


@pytest.mark.django_db
def test_an_ended_consultation_is_not_ended_again(say, consultation, after):
    say(consultation)
    after(31)

    assert after(62) == 0
    assert Event.objects.filter(kind="ended").count() == 1


@pytest.mark.django_db
def test_a_consultation_in_which_nothing_was_said_is_left_alone(consultation, after):
    assert after(31) == 0


@pytest.mark.django_db
def test_the_minutes_are_a_setting(say, consultation, after, settings):
    settings.CONSULTATION_IDLE_MINUTES = 5
    say(consultation)

    assert after(6) == 1


@pytest.mark.django_db(transaction=True)
def test_a_message_that_arrives_while_the_task_runs_keeps_the_consultation_open(say, consultation):
    say(consultation)
    Consultation.objects.update(active_at=timezone.now() - timedelta(minutes=31))

    def end_idle() -> int:
        try:
            return idling.end_idle_consultations()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            say(consultation, "지금 또 긁어요")  # holds the row's lock until the block ends
            ended = pool.submit(end_idle)
            _wait_until_it_has_chosen(ended)
        assert ended.result(timeout=10) == 0

    consultation.refresh_from_db()
    assert consultation.is_open


def _wait_until_it_has_chosen(ended) -> None:
    """Until the task waits for the row's lock, or is done without it."""
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute(WAITS_FOR_ME)
            if cursor.fetchone()[0] or ended.done():
                return
            cursor.execute("select pg_sleep(0.01)")
    pytest.fail("the task neither waited nor finished")
