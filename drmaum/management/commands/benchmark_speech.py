"""`manage.py benchmark_speech`: a long recording, and what it does to everybody else."""

import asyncio
import json
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pydantic import ValidationError

from drmaum.benchmark import speech
from drmaum.benchmark.chats import Owner, Timing
from drmaum.benchmark.model_server import ModelServer
from drmaum.benchmark.running import machine, running
from inference.evaluation.figures import percentile

CHATS_BEFORE = 12


class Command(BaseCommand):
    help = (
        "Start the whole product, hold some chats, then let an owner send one recording of so many"
        " minutes, made of the clips that clips.jsonl of FOLDER lists, while others go on asking."
        " Prints how long it took, the most memory of each process, how far the progress stood"
        " still, and what the first text of an answer waited before and during. An hour of talk"
        " takes about a quarter of an hour."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder with clips.jsonl")
        parser.add_argument("--minutes", type=float, default=60, help="of the recording")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, **options: Any) -> None:
        say = self.stderr.write
        try:
            found = asyncio.run(_measure(options["folder"], options["minutes"], say))
        except (OSError, ValidationError) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2))
            return
        for name, value in found.items():
            self.stdout.write(f"{name}: {value}")


async def _measure(folder: Path, minutes: float, say: Any) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="drmaum-benchmark-") as name:
        state = Path(name)
        state.chmod(0o755)
        recording = state / "talk.webm"
        speech.write_recording(folder, minutes, recording)
        async with ModelServer() as model:
            environment = {
                "OPENAI_API_KEY": "benchmark",
                "OPENAI_BASE_URL": model.url,
                "MODEL_ORDER": "openai",
                "THROTTLE_SENDING": "100000/min",
            }
            with running(state, environment) as product:
                await asyncio.to_thread(product.wait)
                return await _observe(product, recording, minutes, say)


async def _observe(product: Any, recording: Path, minutes: float, say: Any) -> dict[str, Any]:
    owner, speaker = Owner(product.address), speech.Speaker(product.address)
    await owner.sign_in()
    await speaker.sign_in()
    before = [await owner.chat(_question(number, "전")) for number in range(CHATS_BEFORE)]
    at_rest = product.memory()
    seen = await speech.hear(
        product, speaker, recording, lambda number: owner.chat(_question(number, "중")), say
    )
    await owner.close()
    await speaker.close()
    took = seen.progress[-1][0]
    return {
        "machine": machine(),
        "minutes": minutes,
        "took_s": round(took),
        "real_time_factor": round(took / (minutes * 60), 3),
        "speech_worker_at_rest_mb": round(at_rest.get("speech", 0)),
        "most_memory_mb": {name: round(most) for name, most in sorted(seen.memory.items())},
        "progress_values": len({share for _, share in seen.progress}),
        "progress_stood_still_s": round(seen.longest_stillness()),
        "first_text_before_ms": _figures(before),
        "first_text_during_ms": _figures(seen.chats),
        "chats_during": len(seen.chats),
    }


def _figures(chats: list[Timing]) -> dict[str, float | None]:
    first = [chat.first_text * 1000 for chat in chats]
    return {"p50": percentile(first, 0.5), "p95": percentile(first, 0.95)}


def _question(number: int, mark: str) -> str:
    return f"강아지가 설사를 해요. 밥은 잘 먹어요. ({number + 1}, {mark})"
