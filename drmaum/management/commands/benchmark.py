"""`manage.py benchmark`: the product measured the way an owner feels it."""

import asyncio
import json
import statistics
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from drmaum.benchmark import guard
from drmaum.benchmark.chats import Owner, Timing, call_directly
from drmaum.benchmark.model_server import ANSWER_SECONDS, ModelServer
from drmaum.benchmark.running import machine, running

WARM_UP = 4


class Command(BaseCommand):
    help = (
        "Start the whole product and a model server (50 ms to the first token, 100 tokens at"
        " 10 ms), hold chats at each concurrency, and print what the platform adds to the model"
        " called directly in the same run: the time to the first released sentence, less the"
        " time at which the model had produced it. Every question is different. With --guard only the"
        " sentence guard is measured, in this process."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", default="1,20", help="chats at once, e.g. 1,20,50")
        parser.add_argument("--rounds", type=int, default=5, help="rounds at each concurrency")
        parser.add_argument(
            "--reading",
            type=float,
            default=0,
            metavar="SECONDS",
            help="owners come one after the other and read so long before they ask again",
        )
        parser.add_argument(
            "--notes",
            type=int,
            default=0,
            metavar="COUNT",
            help="also end so many consultations, one after the other, and time their notes",
        )
        parser.add_argument("--guard", action="store_true", help="only what the guard costs")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, **options: Any) -> None:
        if options["guard"]:
            self._print_guard(guard.measure(), as_json=options["json"])
            return
        levels = [int(level) for level in options["concurrency"].split(",")]
        found = asyncio.run(
            _measure(levels, options["rounds"], options["reading"], options["notes"])
        )
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            self._print(found)

    def _print_guard(self, found: dict[str, Any], *, as_json: bool) -> None:
        found = {"machine": machine(), **found}
        if as_json:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
            return
        for name, value in found.items():
            shown = f"{value:.1f}" if isinstance(value, float) else value
            self.stdout.write(f"{name}: {shown}")

    def _print(self, found: dict[str, Any]) -> None:
        self.stdout.write(f"machine: {found['machine']}")
        self.stdout.write(
            f"first run {found['first_run_s']:.1f} s, second run {found['second_run_s']:.1f} s"
        )
        memory = ", ".join(f"{name} {mb:.0f}" for name, mb in sorted(found["memory_mb"].items()))
        self.stdout.write(f"memory at rest, MB: {memory}")
        head = "chats | ack p50/p95/p99 | triage p95 | overhead to first text p50/p99 | chats/s | CPU ms/chat"
        self.stdout.write(head)
        for row in found["chats"]:
            ack = "/".join(f"{row[f'ack_p{p}_ms']:.0f}" for p in (50, 95, 99))
            over = f"{row['overhead_p50_ms']:.0f}/{row['overhead_p99_ms']:.0f}"
            self.stdout.write(
                f"{row['at_once']:>5} | {ack} | {row['triage_p95_ms']:.0f} | {over} |"
                f" {row['chats_per_second']:.1f} | {row['cpu_ms_per_chat']:.0f}"
            )
        if found["notes"]:
            over = "/".join(f"{found['notes'][f'over_model_p{p}_ms']:.0f}" for p in (50, 95))
            self.stdout.write(f"note after the end, ms over the model p50/p95: {over}")


async def _measure(levels: list[int], rounds: int, reading: float, notes: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="drmaum-benchmark-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        async with ModelServer() as model:
            environment = {
                "OPENAI_API_KEY": "benchmark",
                "OPENAI_BASE_URL": model.url,
                "MODEL_ORDER": "openai",
                "THROTTLE_SENDING": "100000/min",
            }
            with running(folder, environment) as product:
                first_run = await asyncio.to_thread(product.wait)
            with running(folder, environment) as product:
                second_run = await asyncio.to_thread(product.wait)
                await asyncio.sleep(5)
                memory = product.memory()
                held = _levels(product, model.url, levels, rounds, reading)
                rows = [row async for row in held]
                ready = await _notes(product, notes)
        return {
            "machine": machine(),
            "first_run_s": first_run,
            "second_run_s": second_run,
            "memory_mb": memory,
            "chats": rows,
            "notes": ready,
        }


async def _notes(product: Any, count: int) -> dict[str, Any]:
    """How long after its end a consultation has its note, less what the model itself took."""
    if not count:
        return {}
    owner = Owner(product.address)
    await owner.sign_in()
    taken = [await owner.note(_question(number, "끝")) - ANSWER_SECONDS for number in range(count)]
    await owner.close()
    return {"count": count, **{f"over_model_p{p}_ms": _percentile(taken, p) for p in (50, 95)}}


async def _levels(product: Any, url: str, levels: list[int], rounds: int, reading: float) -> Any:
    owner = Owner(product.address)
    await owner.sign_in()
    for number in range(WARM_UP):
        await owner.chat(_question(number, "준비"))
    for level in levels:
        direct: list[Timing] = []
        before = product.processor_seconds()
        loop = asyncio.get_running_loop()
        begun = loop.time()
        hold = _apart if reading else _together
        chats = await hold(owner, level, rounds, reading)
        seconds = loop.time() - begun
        processor = product.processor_seconds() - before
        for _ in range(rounds):
            direct += await asyncio.gather(*(call_directly(url) for _ in range(level)))
        yield _row(level, chats, direct, seconds, processor)
    await owner.close()


async def _together(owner: Owner, level: int, rounds: int, _reading: float) -> list[Timing]:
    """All owners ask in the same instant, and again when all are answered."""
    chats: list[Timing] = []
    for turn in range(rounds):
        questions = [_question(turn * level + index, str(level)) for index in range(level)]
        chats += await asyncio.gather(*(owner.chat(question) for question in questions))
    return chats


async def _apart(owner: Owner, level: int, rounds: int, reading: float) -> list[Timing]:
    """Owners come one after the other; each reads the answer and asks again."""

    async def ask(index: int) -> list[Timing]:
        await asyncio.sleep(reading * index / level)
        chats = []
        for turn in range(rounds):
            chats.append(await owner.chat(_question(turn * level + index, f"{level}, {reading}")))
            await asyncio.sleep(reading)
        return chats

    held = await asyncio.gather(*(ask(index) for index in range(level)))
    return [timing for chats in held for timing in chats]


def _row(
    level: int, chats: list[Timing], direct: list[Timing], seconds: float, processor: float
) -> dict[str, Any]:
    own = statistics.median(timing.first_text for timing in direct)
    over = [timing.first_text - own for timing in chats]
    acknowledged = [timing.acknowledged for timing in chats]
    return {
        "at_once": level,
        "direct_first_sentence_ms": own * 1000,
        **{f"ack_p{p}_ms": _percentile(acknowledged, p) for p in (50, 95, 99)},
        "triage_p95_ms": _percentile([timing.triage for timing in chats], 95),
        "overhead_p50_ms": _percentile(over, 50),
        "overhead_p99_ms": _percentile(over, 99),
        "chats_per_second": len(chats) / seconds,
        "cpu_ms_per_chat": processor / len(chats) * 1000,
    }


def _percentile(values: list[float], percent: int) -> float:
    """Milliseconds below which `percent` of the seconds in `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(percent / 100 * (len(ordered) - 1)))] * 1000


def _question(number: int, mark: str) -> str:
    return f"강아지가 설사를 해요. 밥은 잘 먹어요. ({number + 1}, {mark})"
