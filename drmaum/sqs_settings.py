"""Settings of the queue where it is Amazon SQS: a part of `drmaum.queue_settings`."""

from kombu import Exchange, Queue

from drmaum.secrets import Hidden, env

SQS_REGION = env("SQS_REGION", default="ap-northeast-2")
SQS_ENDPOINT = env("SQS_ENDPOINT", default="")
# Kind of work -> the address of its queue. Queues are made with their dead-letter queues by the
# template; nothing here makes one.
SQS_QUEUES = {
    "answers": env("SQS_ANSWERS"),
    "work": env("SQS_WORK"),
    "speech": env("SQS_SPEECH"),
}

# Credentials are the process's own, never a part of an address.
CELERY_BROKER_URL = Hidden("sqs://")
CELERY_BROKER_TRANSPORT = "drmaum.queues.transport:Transport"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "region": SQS_REGION,
    "endpoint": SQS_ENDPOINT,
    "predefined_queues": {name: {"url": address} for name, address in SQS_QUEUES.items()},
    "wait_time_seconds": 20,
    "polling_interval": 0.1,  # how soon a worker whose hands were full asks again
}
CELERY_TASK_QUEUES = [
    Queue(name, Exchange(name, type="direct"), routing_key=name) for name in SQS_QUEUES
]
CELERY_TASK_CREATE_MISSING_QUEUES = False
# A failed task comes again after the visibility timeout, and after its last time lies with the
# dead letters. In Redis it would be lost or come for ever: there the rows alone carry the promise.
CELERY_TASK_ACKS_ON_FAILURE_OR_TIMEOUT = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
