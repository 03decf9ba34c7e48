"""The whole product with SQS as its broker: an owner asks and is answered."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from drmaum.management.commands.demo import EMAIL, PASSWORD
from drmaum.stack.places import ROOT
from drmaum.tests.conftest import _open_folder
from drmaum.tests.product import RunningProduct
from drmaum.tests.queues.amazon import Queues

pytestmark = [pytest.mark.stack, pytest.mark.long]


@pytest.fixture
def product(queues: Queues) -> Iterator[RunningProduct]:
    with _open_folder() as folder:
        running = RunningProduct(folder, **queues.environment())
        running.start()
        yield running
        running.stop()


def test_an_owner_is_answered_by_workers_on_sqs(product: RunningProduct, queues: Queues) -> None:
    product.manage("demo")
    question = [EMAIL, PASSWORD, "강아지가 포도를 먹고 쓰러졌어요"]

    asked = subprocess.run(
        [sys.executable, "docs/client.py", product.address, *question],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )

    assert asked.returncode == 0, asked.stderr
    assert "동물병원" in asked.stdout
    assert "broker" not in product.log.read_text().lower()
    assert [queues.count(address) for address in queues.dead.values()] == [0, 0, 0]
