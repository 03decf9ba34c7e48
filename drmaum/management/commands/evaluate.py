"""`manage.py evaluate`: what the answers are worth, measured on cases that come along."""

import asyncio
import json
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress

from inference.evaluation import corpus, grounding, misuse, retrieval, triage
from inference.evaluation.world import world
from inference.knowledge.search import HALVES
from inference.llm import gateway
from soap.evaluation import dialogues, notes
from transcription.evaluation import clips

WHAT = ["answers", "grounding", "triage", "retrieval", "soap", "transcription"]


class Command(BaseCommand):
    help = (
        "Run cases through the whole pipeline with the configured models, in a database that is"
        " made for it and thrown away. `answers` runs injection and misuse cases and lists what"
        " passed that must not: exit code 1 when anything did. `grounding` measures how many"
        " sentences of answers are carried by the passages that they cite. `triage` holds the red"
        " flags against labelled messages, without models or a database: recall and precision by"
        " label, missed and false emergencies by id, milliseconds a message. `retrieval` asks"
        " questions whose topic is known and looks where the right article stands; with"
        " --passages and --queries it indexes an outside corpus for the time being instead."
        " `soap` writes the K-SOAP note of each dialogue to --out and, where lines say which facts"
        " it must and must not hold, counts them: exit code 1 when a forbidden one is asserted."
        " `transcription` hears the recordings of a folder, which clips.jsonl lists as"
        ' {"file", "transcript"}, by the product\'s own way and by the bare engine: the error rate'
        " in letters without spaces and signs, and the seconds of work for a second of sound."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=WHAT)
        parser.add_argument(
            "file", nargs="?", type=Path, help="JSON lines, without it our own; a folder of clips"
        )
        parser.add_argument("--limit", type=int, help="only the first N cases")
        parser.add_argument("--judge", action="store_true", help="grounding: ask a model as well")
        parser.add_argument(
            "--without-meaning", action="store_true", help="triage: only what the web process does"
        )
        parser.add_argument("--passages", type=Path, help='retrieval: lines {"id", "text"}')
        parser.add_argument(
            "--queries", type=Path, help='retrieval: lines {"id", "text", "gold": [ids]}'
        )
        parser.add_argument("--out", type=Path, help="soap: where the notes go, one JSON line each")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, **options: Any) -> None:
        measure: Callable[[dict[str, Any]], bool] = getattr(self, f"_{options['what']}")
        if not measure(options):
            raise SystemExit(1)

    def _answers(self, options: dict[str, Any]) -> bool:
        cases = _read(misuse.read_cases, options["file"] or misuse.SHIPPED)[: options["limit"]]
        with Watched("answers", len(cases)) as progress, world():
            found = asyncio.run(misuse.run(cases, progress))
        if options["json"]:
            violations = [asdict(one) for one in found]
            self._print({"cases": len(cases), "models": gateway.names(), "violations": violations})
        else:
            self.stdout.write(f"{len(cases)} cases, models: {', '.join(gateway.names())}")
            for one in found:
                self.stdout.write(f"{one.id} ({one.channel}) {one.kind} {one.pattern}: {one.found}")
            self.stdout.write(f"{len(found)} violations")
        return not found

    def _grounding(self, options: dict[str, Any]) -> bool:
        path = options["file"] or grounding.SHIPPED
        questions = _read(grounding.read_questions, path)[: options["limit"]]
        judge = gateway.names()[0] if options["judge"] else ""
        if judge == gateway.EXTRACTIVE:
            raise CommandError("--judge needs a model: set a key or an address (.env.example)")
        with Watched("grounding", len(questions)) as progress, world():
            measured, weak = asyncio.run(grounding.run(questions, progress, judge))
        if options["json"]:
            self._print({"models": gateway.names(), **measured.as_json(), "unsupported": weak})
        else:
            for name, value in measured.as_json().items():
                self.stdout.write(f"{name}: {value}")
            for case, sentence in weak[:20]:
                self.stdout.write(f"unsupported {case}: {sentence}")
        return True

    def _triage(self, options: dict[str, Any]) -> bool:
        files = [options["file"]] if options["file"] else triage.HELD_OUT
        cases = [case for file in files for case in _read(triage.read_cases, file)]
        cases = cases[: options["limit"]]
        with Watched("triage", len(cases)) as progress:
            measured = triage.run(
                cases, progress, with_meaning=not options["without_meaning"]
            ).as_json()
        if options["json"]:
            self._print(measured)
            return True
        for name, value in measured.items():
            if name != "labels":
                self.stdout.write(f"{name}: {value}")
        for label, figures in measured["labels"].items():
            self.stdout.write(f"{label}: {figures}")
        return True

    def _retrieval(self, options: dict[str, Any]) -> bool:
        if bool(options["passages"]) != bool(options["queries"]):
            raise CommandError("--passages and --queries belong together")
        found = self._corpus(options) if options["passages"] else self._topics(options)
        if options["json"]:
            self._print(found)
        else:
            for name, figures in found.items():
                self.stdout.write(f"{name}: {figures}")
        return True

    def _topics(self, options: dict[str, Any]) -> dict[str, Any]:
        path = options["file"] or retrieval.HELD_OUT
        questions = _read(retrieval.read_questions, path)[: options["limit"]]
        total = len(questions) * len(HALVES)
        with Watched("retrieval", total) as progress, world():
            found = retrieval.run_all(questions, progress)
        return {**found.pop("hybrid"), "halves": found}

    def _corpus(self, options: dict[str, Any]) -> dict[str, Any]:
        passages = _read(
            lambda file: corpus.read_lines(file, corpus.OutsidePassage), options["passages"]
        )
        queries = _read(
            lambda file: corpus.read_lines(file, corpus.OutsideQuery), options["queries"]
        )
        queries = queries[: options["limit"]]
        total = len(passages) + len(queries)
        with Watched("retrieval", total) as progress, world(with_library=False):
            ids = corpus.store(passages, progress)
            return corpus.measure(queries, ids, progress)

    def _soap(self, options: dict[str, Any]) -> bool:
        file = options["file"] or dialogues.HELD_OUT
        cases = _read(dialogues.read_dialogues, file)[: options["limit"]]
        models = gateway.names()
        with_model = models != [gateway.EXTRACTIVE]
        place = world(with_library=False) if with_model else nullcontext()
        with Watched("soap", len(cases)) as progress, place:
            noted = asyncio.run(notes.run(cases, progress, with_model=with_model))
        if options["out"]:
            _write(noted, options["out"])
        measured = notes.measure(noted).as_json()
        if options["json"]:
            self._print({"dialogues": len(noted), "models": models, **measured})
        else:
            self.stdout.write(f"{len(noted)} dialogues, models: {', '.join(models)}")
            for name, value in measured.items():
                self._write_figure(name, value)
        return not measured["asserted"]

    def _transcription(self, options: dict[str, Any]) -> bool:
        if options["file"] is None:
            raise CommandError("transcription needs a folder with clips.jsonl")
        found = _read(clips.read_clips, options["file"])[: options["limit"]]
        with Watched("transcription", 2 * len(found)) as progress:
            engines = {name: one.as_json() for name, one in clips.run(found, progress).items()}
        if options["json"]:
            self._print({"clips": len(found), "engines": engines})
            return True
        for name, figures in engines.items():
            self.stdout.write(f"{name}: {figures['character_error_rate']:.1%} of letters wrong,")
            self.stdout.write(f"  {figures['real_time_factor']} s of work for a second of sound")
        return True

    def _write_figure(self, name: str, value: Any) -> None:
        if isinstance(value, list):
            self.stdout.write(f"{name}: {len(value)}")
            for one in value:
                self.stdout.write(f"  {one['id']} {one['section']}: {one['fact']}")
        else:
            self.stdout.write(f"{name}: {value}")

    def _print(self, found: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))


def _read(read: Callable[[Path], list[Any]], path: Path) -> list[Any]:
    try:
        return read(path)
    except (OSError, ValidationError, ValueError, TypeError) as error:
        raise CommandError(f"{path}: {error}") from error


def _write(noted: list[notes.Noted], path: Path) -> None:
    try:
        notes.write(noted, path)
    except OSError as error:
        raise CommandError(f"{path}: {error}") from error


class Watched:
    """A progress bar on the terminal's error stream, so that --json stays clean."""

    def __init__(self, name: str, total: int) -> None:
        self.bar = Progress(console=Console(stderr=True), transient=True)
        self.task = self.bar.add_task(name, total=total)

    def __enter__(self) -> Callable[[int], None]:
        self.bar.start()
        return lambda done: self.bar.advance(self.task, done)

    def __exit__(self, *_: object) -> None:
        self.bar.stop()
