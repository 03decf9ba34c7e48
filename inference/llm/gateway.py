"""The LLM gateway: one call to one model, with its limits, its retries and its place in the
ledger. Who is asked in which order is the pipeline's `route`.
"""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from importlib import import_module
from typing import TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from pydantic import BaseModel, ValidationError

from drmaum.lib.threads import in_thread
from inference.llm import breaker, ledger
from inference.llm.base import (
    Account,
    Call,
    InvalidStructure,
    Limits,
    LLMError,
    Provider,
    ProviderUnavailable,
    Request,
    StreamTimeout,
    Usage,
)
from inference.llm.extractive import Extractive
from inference.llm.policy import policy
from inference.llm.timing import Timing

EXTRACTIVE = "extractive"
STRUCTURE_TRIES = 2
OUR_FAULT = (400, 413, 422)  # tells nothing of the provider's health
SDKS = {"anthropic": "claude_api", "openai": "openai_api"}
Hint = Callable[[], Awaitable[None]]
Shape = TypeVar("Shape", bound=BaseModel)

# An asyncio client belongs to the loop that opened it.
_providers: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Provider]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Asking:
    """A call to be made: to whom, what, on whose account, and until when (monotonic seconds).

    `waiting` is called before a pause, so that the owner can be told.
    """

    name: str
    request: Request
    account: Account
    ends: float
    waiting: Hint | None = None


def names() -> list[str]:
    """Models that are configured, in the order of the settings; extractive comes last."""
    known = policy().models
    order = [name for name in settings.MODEL_ORDER if name in known]
    return [name for name in order if known[name].is_configured] + [EXTRACTIVE]


def is_overseas(name: str) -> bool:
    """Whether the words leave Korea: asked only with the owner's consent."""
    return name != EXTRACTIVE and policy().models[name].is_overseas


def sees_photos(name: str) -> bool:
    return name != EXTRACTIVE and policy().models[name].sees_photos


def provider(name: str) -> Provider:
    """The provider of this name for the running loop, its SDK imported on first use."""
    known = _providers.setdefault(asyncio.get_running_loop(), {})
    if name not in known:
        known[name] = _build(name)
    return known[name]


def begin(asking: Asking) -> Call:
    """Start an answer: its pieces keep the limits. Iterating raises LLMError."""
    if asking.name == EXTRACTIVE:
        return provider(EXTRACTIVE).stream(asking.request)
    usage = Usage(model=policy().models[asking.name].model)
    return Call(_with_retries(asking, usage), usage)


async def structured(asking: Asking, shape: type[Shape]) -> Shape:
    """A whole answer as JSON of the given shape; asked a second time when it does not fit.

    Raises LLMError, InvalidStructure among them.
    """
    for attempt in range(STRUCTURE_TRIES):
        call = begin(asking)
        async with aclosing(call.pieces) as pieces:  # type: ignore[type-var]
            text = "".join([piece async for piece in pieces])
        try:
            return shape.model_validate_json(text[text.find("{") : text.rfind("}") + 1])
        except ValidationError as error:
            if attempt + 1 == STRUCTURE_TRIES:
                raise InvalidStructure(f"{error.error_count()} errors") from error
    raise InvalidStructure("never asked")


async def _with_retries(asking: Asking, usage: Usage) -> AsyncGenerator[str]:
    """The one retry layer: only before the first piece, and only what may pass by itself."""
    for attempt in range(settings.MODEL_TRIES):
        if not breaker.allows(asking.name):
            raise ProviderUnavailable("circuit open", wait=0)
        try:
            async with aclosing(_once(asking, usage)) as pieces:
                async for piece in pieces:
                    yield piece
            return
        except ProviderUnavailable as error:
            pause = _pause(attempt, error, asking.ends)
            if usage.text or pause is None:
                raise
        if asking.waiting is not None:
            await asking.waiting()
        await asyncio.sleep(pause)


async def _once(asking: Asking, usage: Usage) -> AsyncGenerator[str]:
    """One call on the wire: entered in the ledger, timed, and told to the breaker."""
    model = policy().models[asking.name]
    try:
        stream = (await _prepared(asking.name)).stream(asking.request)
        call = await in_thread(ledger.open_call)(asking.account, asking.name, model, asking.request)
    except BaseException:
        breaker.ended_unknown(asking.name)
        raise
    timing = Timing(asking.name, model.model)
    outcome, reason, is_refused = "stopped", "", False
    try:
        async with aclosing(within(stream.pieces, limits(), asking.ends)) as pieces:
            async for piece in pieces:
                timing.note_piece()
                usage.text += piece
                yield piece
        outcome = "complete"
        breaker.succeeded(asking.name)
    except LLMError as error:
        outcome, reason = "failed", f"{type(error).__name__}: {error}"
        is_refused = isinstance(error, ProviderUnavailable) and not usage.text
        _tell_breaker(asking.name, error)
        raise
    finally:
        if outcome == "stopped":
            breaker.ended_unknown(asking.name)
        usage.take(stream.usage)
        ending = ledger.Ending(outcome, reason, is_refused, timing.end(outcome, usage))
        await in_thread(ledger.close_call)(call, model, usage, ending)


def _tell_breaker(name: str, error: LLMError) -> None:
    if isinstance(error, ProviderUnavailable) and error.status in OUR_FAULT:
        breaker.ended_unknown(name)
    else:
        breaker.failed(name, wait=getattr(error, "wait", None))


async def _prepared(name: str) -> Provider:
    """The provider, its SDK imported beside the loop: that takes seconds, and others stream."""
    if name not in _providers.get(asyncio.get_running_loop(), {}):
        module = f"inference.llm.{SDKS[policy().models[name].api]}"
        await asyncio.to_thread(import_module, module)
    try:
        return provider(name)
    except (ValueError, TypeError, OSError) as error:
        raise ProviderUnavailable(f"cannot be set up: {type(error).__name__}") from error


def limits() -> Limits:
    return Limits(
        connect=settings.MODEL_CONNECT_SECONDS,
        first_token=settings.MODEL_FIRST_TOKEN_SECONDS,
        idle=settings.MODEL_IDLE_SECONDS,
        whole=settings.MODEL_ANSWER_SECONDS,
    )


async def within(pieces: AsyncIterator[str], limit: Limits, ends: float) -> AsyncGenerator[str]:
    """Pass pieces on; raise StreamTimeout on a late first token, a pause, or a long whole.

    The SDKs' own timeouts miss a stream that drips an event a second for ever.
    """
    ends = min(ends, time.monotonic() + limit.whole)
    pause = limit.first_token
    async with aclosing(pieces):  # type: ignore[type-var]
        while True:
            wait = min(pause, ends - time.monotonic())
            try:
                async with asyncio.timeout(max(wait, 0.001)):
                    piece = await anext(pieces)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise StreamTimeout(_reason(pause, limit, ends)) from error
            pause = limit.idle
            yield piece


def _reason(pause: float, limit: Limits, ends: float) -> str:
    if time.monotonic() >= ends:
        return "whole answer too long"
    return "no first token" if pause == limit.first_token else "idle"


def _pause(attempt: int, error: ProviderUnavailable, ends: float) -> float | None:
    """Seconds until the next try: what the provider asked for, or doubling, with jitter. None
    when it is not worth it: the next model can answer sooner."""
    if attempt + 1 >= settings.MODEL_TRIES or not error.may_pass:
        return None
    base = settings.MODEL_RETRY_SECONDS * 2**attempt if error.wait is None else error.wait
    pause = base + random.uniform(0, base / 2)
    is_short = base <= settings.MODEL_LONGEST_WAIT_SECONDS and time.monotonic() + pause < ends
    return pause if is_short else None


def _build(name: str) -> Provider:
    if name == EXTRACTIVE:
        return Extractive()
    model = policy().models[name]
    connect = settings.MODEL_CONNECT_SECONDS
    if model.api == "anthropic":
        from inference.llm.claude_api import Claude  # noqa: PLC0415  (an SDK of 4 s and 40 MB)

        return Claude(
            name, api_key=model.key, base_url=model.address, model=model.model, connect=connect
        )
    from inference.llm.openai_api import OpenAI  # noqa: PLC0415  (an SDK of 4 s and 40 MB)

    return OpenAI(
        name,
        api_key=model.key,
        base_url=model.address,
        model=model.model,
        connect=connect,
        is_overseas=model.is_overseas,
    )
