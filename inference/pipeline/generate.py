"""API 호출 → 응답 처리 → 출처 정보 추출: one model's answer, guarded while it flows."""

import asyncio
from collections.abc import Coroutine, Iterable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from chat.models import Message
from drmaum.lib.threads import in_thread
from drmaum.lib.timeline import Timeline
from inference import jobs
from inference.guard import shape
from inference.guard.sentences import CITATION, EndlessTextError, sentences
from inference.guard.watch import Guard
from inference.knowledge.loading import HEADINGS
from inference.leases import Lease
from inference.llm import extractive, gateway, policy
from inference.llm.base import Call, Material, StreamBroken, Usage
from inference.pipeline import deliver, prompt, validate
from inference.pipeline.types import Assignment, Reply, Source
from inference.triage.types import worse

NO_EVIDENCE = _(
    "지식 문서에서 이 질문에 맞는 근거를 찾지 못했어요. 짐작으로 설명하지 않을게요.\n\n"
)
UNSEARCHED = _("지금은 지식 문서를 찾아볼 수 없어요. 그래서 꼭 필요한 이야기만 드릴게요.\n\n")


class Writing:
    """The answer of one model as it grows: read, guarded, released."""

    def __init__(self, name: str, assignment: Assignment, stream: deliver.Stream) -> None:
        self.name, self.assignment, self.stream = name, assignment, stream
        self.model = ""
        self.is_quoting = name == gateway.EXTRACTIVE
        grounds = replace(assignment.grounds, urgency=stream.urgency)
        self.guard = Guard(grounds, is_quoting=self.is_quoting)
        self.is_open = stream.is_cut or stream.is_stale or bool(stream.opening)
        self.is_begun = False
        self.lack = stream.notice if self.is_quoting else self._lack()

    async def read(self, call: Call) -> None:
        """Release each sentence that passes; the first line may raise the urgency.

        Raises LLMError, guard.watch.DistrustError.
        """
        try:
            async with aclosing(sentences(call.pieces)) as parts:
                async for sentence in parts:
                    await self._take(sentence)
        except EndlessTextError as error:
            raise StreamBroken("a sentence without an end") from error
        self.guard.finish()

    async def complete(self) -> None:
        """Add, quoted from the library, the sections that a model left out."""
        materials = self.assignment.request.materials
        if self.is_quoting or not materials:
            return
        quoting = Guard(self.guard.grounds, is_quoting=True)
        for section in shape.NEEDED:
            if section in self.guard.sections:
                continue
            lines = [f"**{shape.SECTIONS[section]}**", *extractive.quotes(materials, section)]
            shown = "".join(quoting.check(f"{line}\n") for line in lines)
            await self.stream.release(f"\n\n{shown}" if shown else "")

    async def _take(self, sentence: str) -> None:
        said = None if self.is_quoting else shape.read_urgency(sentence)
        if sentence.strip() and (not self.is_begun or self._is_graver(said)):
            self.is_begun = True
            await self._open(said)
        if said is not None:
            return  # its place is the first line, and the words are ours
        shown = self.guard.check(sentence)
        if shown:
            await self._make_way()
            await self.stream.release(self.lack + shown)
            self.lack = ""

    async def _make_way(self) -> None:
        """What an earlier model left unfinished goes when there is something in its place."""
        if self.stream.is_stale:
            opening = self.stream.opening
            await deliver.start_over(self.assignment.question, self.stream)
            self.stream.writer, self.stream.model = self.name, self.model
            await self.stream.open(opening)

    async def _open(self, said: shape.Said | None) -> None:
        """Say how urgent it is, why, and until when: the rules' word, or a graver one."""
        question, stream = self.assignment.question, self.stream
        reason = question.reasons[0] if question.reasons else ""
        is_graver = self._is_graver(said)
        if said is not None and (is_graver or not reason):
            is_sayable = said.reason and self.guard.problem_of(said.reason) is None
            reason = said.reason if is_sayable else reason
        if said is not None and is_graver:
            await self._raise(said.urgency, reason)
        if not self.is_open:
            self.is_open = True
            await stream.open(shape.opening(stream.urgency, reason))

    def _is_graver(self, said: shape.Said | None) -> bool:
        rules = self.stream.urgency
        return said is not None and worse(said.urgency, rules) != rules

    async def _raise(self, urgency: str, reason: str) -> None:
        """A model saw more danger than the rules; an opening that said less is taken back."""
        question, stream = self.assignment.question, self.stream
        stream.urgency = urgency
        self.guard.grounds = replace(self.guard.grounds, urgency=urgency)
        await in_thread(deliver.raise_urgency)(question, urgency, reason)
        if stream.opening or stream.is_stale:
            await deliver.start_over(question, stream)
            stream.writer, stream.model = self.name, self.model
            self.is_open = False

    def _lack(self) -> str:
        """What has to be said first of an answer that has no passage to build on."""
        request = self.assignment.request
        if self.is_quoting or request.materials or self.stream.urgency == "not_medical":
            return ""
        return str(NO_EVIDENCE if request.was_searched else UNSEARCHED)


async def answer(
    name: str,
    assignment: Assignment,
    stream: deliver.Stream,
    lease: Lease,
    timeline: Timeline,
) -> Reply:
    """One model's answer. Raises LLMError, DistrustError, InvalidReplyError, LeaseLostError."""
    question, request = assignment.question, assignment.request
    writing = Writing(name, assignment, stream)
    asking = gateway.Asking(name, request, question.account, assignment.ends, stream.waiting)
    call = gateway.begin(asking)
    writing.model = call.usage.model
    if not stream.is_cut and not stream.is_stale:
        stream.writer, stream.model = name, call.usage.model
    with timeline.step(f"model {name}") as entry:
        try:
            await _until_stopped(writing.read(call), lease)
        finally:
            if writing.guard.held:
                entry["detail"] = {"held back": writing.guard.held}
    if not lease.is_stopped:
        with timeline.step("validate"):
            must_cite = not writing.is_quoting and bool(request.materials)
            said = "" if stream.is_stale else stream.body
            validate.check_whole(said, must_cite=must_cite)
        await writing.complete()
    return await finish(assignment, stream, lease, _won(name, call.usage))


async def finish(
    assignment: Assignment, stream: deliver.Stream, lease: Lease, won: float = 0.0
) -> Reply:
    """The reply that stands when nothing more is written."""
    await stream.finish()
    return Reply(
        text=stream.text.strip() or str(deliver.STOPPED_EARLY),
        sources=extract_sources(stream.text, assignment.request.materials),
        responder=stream.writer,
        model=stream.model,
        prompt_version=prompt.version(),
        urgency=stream.urgency,
        status=_status(lease, stream),
        won=won,
    )


def extract_sources(text: str, materials: Iterable[Material]) -> tuple[Source, ...]:
    """The passages that `text` cites, by number."""
    cited = {int(number) for number in CITATION.findall(text)}
    return tuple(
        Source(
            material.number,
            material.passage_id,
            material.article_title,
            material.section,
            HEADINGS.get(material.section, material.section),
            material.label,
        )
        for material in materials
        if material.number in cited
    )


def _status(lease: Lease, stream: deliver.Stream) -> str:
    if lease.is_stopped:
        return Message.Status.STOPPED
    return Message.Status.CUT if stream.is_cut else Message.Status.COMPLETE


def _won(name: str, usage: Usage) -> float:
    if name == gateway.EXTRACTIVE:
        return 0.0
    return policy.policy().models[name].won(usage.input_tokens, usage.output_tokens)


async def _until_stopped(reading: Coroutine[Any, Any, None], lease: Lease) -> None:
    """Read to the end, or until the owner stops the reply. Raises jobs.LeaseLostError."""
    task = asyncio.create_task(reading)
    ended = asyncio.create_task(lease.ended.wait())
    try:
        await asyncio.wait({task, ended}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        elif lease.is_lost:
            raise jobs.LeaseLostError
    finally:
        ended.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
