"""`manage.py replay_dead_letters` and messages that SQS gave up."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from celery import Celery
from django.core.management import CommandError, call_command

from drmaum.management.commands.replay_dead_letters import Command
from drmaum.queues import sqs
from drmaum.tests.queues.amazon import Queues, sender

pytestmark = pytest.mark.django_db
SWEEP = "inference.tasks.sweep"


@pytest.fixture
def app(queues: Queues) -> Celery:
    return sender(queues.environment())


@pytest.fixture
def died(queues: Queues, app: Celery) -> Callable[..., None]:
    def die(*tasks: str, queue: str = "work") -> None:
        for task in tasks:
            app.send_task(task, ["안녕"], queue=queue)
        queues.bury(queue)
        assert queues.count(queues.dead[queue]) == len(tasks)

    return die


def replay(*arguments: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("replay_dead_letters", "--json", *arguments, stdout=out)
    return list(json.loads(out.getvalue()))


def refused(*arguments: str) -> tuple[list[dict[str, Any]], CommandError]:
    out = StringIO()
    with pytest.raises(CommandError) as raised:
        call_command("replay_dead_letters", "--json", *arguments, stdout=out)
    return json.loads(out.getvalue()), raised.value


def test_a_dead_message_goes_back_to_its_queue_as_it_was(
    queues: Queues, app: Celery, died: Callable[..., None]
) -> None:
    app.send_task(SWEEP, ["안녕"], queue="work")
    (sent,) = queues.client.receive_message(QueueUrl=queues.addresses["work"], VisibilityTimeout=0)[
        "Messages"
    ]
    queues.bury("work")

    told = replay()

    assert told == [
        {"source": f"work-dead-{queues.mark}", "what": SWEEP, "outcome": "replayed", "count": 1}
    ]
    assert queues.count(queues.dead["work"]) == 0
    (again,) = queues.client.receive_message(QueueUrl=queues.addresses["work"])["Messages"]
    assert again["Body"] == sent["Body"]


def test_a_rehearsal_changes_nothing_and_hides_nothing(
    queues: Queues, died: Callable[..., None]
) -> None:
    died(SWEEP, SWEEP)

    told = replay("--dry-run")

    assert [(line["outcome"], line["count"]) for line in told] == [("would be replayed", 2)]
    assert queues.visible(queues.dead["work"]) == 2
    assert queues.count(queues.addresses["work"]) == 0


def test_a_few_first_leaves_the_others_where_they_are(
    queues: Queues, died: Callable[..., None]
) -> None:
    died(*[SWEEP] * 5)

    told = replay("--limit", "2")

    assert told[0]["count"] == 2
    assert queues.count(queues.addresses["work"]) == 2
    assert queues.visible(queues.dead["work"]) == 3


def test_only_the_queue_that_was_asked_for_is_emptied(
    queues: Queues, died: Callable[..., None]
) -> None:
    died(SWEEP)
    died("inference.tasks.answer", queue="answers")

    assert [line["source"] for line in replay("--queue", "answers")] == [
        f"answers-dead-{queues.mark}"
    ]
    assert queues.count(queues.dead["work"]) == 1


def test_a_dead_letter_queue_may_be_shared(queues: Queues, app: Celery) -> None:
    shared = {"deadLetterTargetArn": queues.arn(queues.dead["work"]), "maxReceiveCount": 3}
    queues.change("answers", RedrivePolicy=json.dumps(shared))
    app.send_task(SWEEP, queue="work")
    app.send_task("inference.tasks.answer", queue="answers")
    queues.bury("work")
    queues.bury("answers")

    assert [line["what"] for line in replay("--queue", "answers")] == ["inference.tasks.answer"]
    assert queues.visible(queues.dead["work"]) == 1
    assert [line["what"] for line in replay()] == [SWEEP]


def test_what_nobody_can_carry_out_stays_with_its_reason(
    queues: Queues, died: Callable[..., None]
) -> None:
    queues.client.send_message(QueueUrl=queues.addresses["work"], MessageBody="no task")
    queues.bury("work")
    queues.client.send_message(QueueUrl=queues.dead["work"], MessageBody="e30=")
    app = sender(queues.environment())
    app.send_task("an.older.task", queue="work")
    queues.bury("work")

    told, error = refused()

    outcomes = sorted(line["outcome"] for line in told)
    foreign = "left: no message of Celery"
    assert outcomes == [foreign, foreign, "left: this release has no such task"]
    assert (str(error), error.returncode) == ("3 stay dead, for the reasons above", 1)
    assert queues.visible(queues.dead["work"]) == 3


def test_a_queue_that_is_gone_meanwhile_loses_no_message(
    queues: Queues,
    died: Callable[..., None],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    died(SWEEP)
    before = sqs.facts(queues.addresses["work"])
    monkeypatch.setattr(sqs, "facts", lambda _address: before)
    settings.SQS_QUEUES = queues.addresses | {"work": f"{queues.addresses['work']}-gone"}

    told, _error = refused("--queue", "work")

    assert told[0]["outcome"].startswith("left: http")
    assert queues.visible(queues.dead["work"]) == 1


def test_while_sqs_is_away_the_command_says_so(queues: Queues, settings: Any) -> None:
    settings.SQS_ENDPOINT = "http://127.0.0.1:9"

    told, error = refused("--queue", "work")

    assert "EndpointConnectionError" in told[0]["outcome"]
    assert error.returncode == 1


def test_with_nothing_dead_it_says_so(queues: Queues) -> None:
    out = StringIO()
    call_command("replay_dead_letters", stdout=out)
    assert out.getvalue().strip() == "nothing is dead"


@pytest.mark.parametrize("arguments", [["--limit", "0"], ["--limit", "x"], ["--queue", "none"]])
def test_a_wrong_argument_is_told(arguments: list[str], capsys: Any) -> None:
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "replay_dead_letters", *arguments])
    assert ended.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_its_help_teaches() -> None:
    told = Command().create_parser("manage.py", "replay_dead_letters").format_help()
    assert "manage.py replay_dead_letters --dry-run   " in told
    assert "exit codes:" in told
