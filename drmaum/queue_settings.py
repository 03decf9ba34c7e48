"""Settings of the queue and of what is done by the clock: a part of `drmaum.settings`."""

from typing import Any

from celery.schedules import crontab, schedule

from drmaum.secrets import Hidden, env
from drmaum.stack.places import var

REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379")

CELERY_BROKER_URL = Hidden(env("CELERY_BROKER_URL", default=f"{REDIS_URL}/2"))
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 10,
    "socket_connect_timeout": 2,
    "max_retries": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # rows and their leases carry the promise
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_DEFAULT_QUEUE = "work"
CELERY_TASK_ROUTES = {
    "inference.tasks.answer": {"queue": "answers"},
    "inference.tasks.remember_talk": {"queue": "answers"},
    "soap.tasks.write_note": {"queue": "answers"},
    "soap.tasks.rewrite_section": {"queue": "answers"},
    "transcription.tasks.transcribe": {"queue": "speech"},
    "*": {"queue": "work"},
}
# The longest countdown that somebody gives to a task, in seconds; retries tell theirs themselves.
TASK_COUNTDOWNS = {"transcription.tasks.transcribe": 10}
CELERY_BEAT_SCHEDULE_FILENAME = str(var() / "beat-schedule")
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep-jobs": {"task": "inference.tasks.sweep", "schedule": schedule(5)},
    "sweep-notes": {"task": "soap.tasks.sweep_notes", "schedule": schedule(10)},
    "remind-of-care": {"task": "profiles.tasks.remind_of_care", "schedule": crontab(minute=5)},
    "mail-invitations": {"task": "profiles.tasks.mail_invitations", "schedule": schedule(60)},
    "finish-erasures": {"task": "profiles.tasks.sweep_erasures", "schedule": schedule(60)},
    "sweep-exports": {"task": "profiles.tasks.sweep_exports", "schedule": schedule(60)},
    "forget-expired": {"task": "profiles.tasks.forget_expired", "schedule": crontab(minute=40)},
    "send-notifications": {
        "task": "profiles.tasks.send_notifications",
        "schedule": schedule(15),
    },
    "mail-access-review": {
        "task": "soap.tasks.mail_access_review",
        "schedule": crontab(0, 7, day_of_month=1),
    },
    "tell-owners": {"task": "soap.tasks.tell_owners", "schedule": schedule(60)},
    "index-approved": {"task": "inference.tasks.index_approved_answers", "schedule": schedule(15)},
    "ask-follow-ups": {"task": "inference.tasks.ask_follow_ups", "schedule": schedule(60)},
    "reindexing": {"task": "inference.tasks.continue_reindexing", "schedule": schedule(15)},
    "index-articles": {"task": "inference.tasks.index_waiting_articles", "schedule": schedule(20)},
    "drop-spaces": {"task": "inference.tasks.drop_retired_spaces", "schedule": schedule(600)},
    "find-gaps": {"task": "inference.tasks.find_gaps", "schedule": crontab(0, 6, day_of_week=1)},
    "forget-erased": {"task": "inference.tasks.forget_erased_questions", "schedule": schedule(60)},
    "end-idle": {"task": "chat.tasks.end_idle_consultations", "schedule": schedule(60)},
    "sweep-uploads": {"task": "chat.tasks.sweep_uploads", "schedule": schedule(10)},
    "sweep-speech": {"task": "transcription.tasks.sweep_transcriptions", "schedule": schedule(10)},
    "remove-due-files": {"task": "chat.tasks.remove_due_files", "schedule": schedule(60)},
    "remove-orphans": {"task": "chat.tasks.remove_orphan_files", "schedule": schedule(300)},
}

# Touched by a worker or the scheduler that lives, for `python -m drmaum.lib.heartbeat`.
HEARTBEAT_FILE = env("HEARTBEAT_FILE", default="")

if CELERY_BROKER_URL.startswith("sqs:"):
    from drmaum.sqs_settings import *  # noqa: F403

    # A sweep that failed comes again after the visibility timeout, when others have long followed
    # it: then it is dropped, and no dead letter.
    for _entry in CELERY_BEAT_SCHEDULE.values():
        if not isinstance(_entry["schedule"], crontab):
            _entry["options"] = {"expires": 600}
