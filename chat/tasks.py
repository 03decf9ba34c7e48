"""Scheduled work of consultations."""

from celery import shared_task

from chat import services


@shared_task
def end_idle_consultations() -> int:
    return services.end_idle_consultations()
