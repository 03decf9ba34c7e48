"""Scheduled work of pets and their owners."""

from celery import shared_task

from profiles import reminding


@shared_task
def remind_of_care() -> int:
    """Mail to owners what is due soon."""
    return reminding.remind()
