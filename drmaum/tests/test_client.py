"""The client of the documentation, against the real product."""

import subprocess
import sys

import pytest

from drmaum.management.commands.demo import EMAIL, PASSWORD
from drmaum.stack.places import ROOT

pytestmark = [pytest.mark.stack, pytest.mark.long]


def run(product, password, question):
    command = [sys.executable, "docs/client.py", product.address, EMAIL, password, question]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=90)


def test_it_asks_and_reads_the_answer_as_it_is_written(product):
    product.manage("demo")
    done = run(product, PASSWORD, "강아지가 포도를 먹고 쓰러졌어요")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("!\n")
    assert "동물병원" in done.stdout
    assert len(done.stdout.splitlines()) > 5


def test_it_says_what_the_product_refuses(product):
    product.manage("demo")
    done = run(product, "wrong", "강아지가 설사를 해요")
    assert done.returncode == 1
    assert "비밀번호" in done.stderr
