"""The LLM gateway: which providers there are, and one call with its limits kept."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial
from weakref import WeakKeyDictionary

from django.conf import settings

from inference.llm.base import Call, Limits, Provider, Request, StreamTimeout
from inference.llm.extractive import Extractive

# An asyncio client belongs to the loop that opened it.
_providers: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Provider]] = WeakKeyDictionary()


def names() -> list[str]:
    """Providers that are configured, in the order of the settings; extractive comes last."""
    keys = {"claude": settings.ANTHROPIC_API_KEY, "openai": settings.OPENAI_API_KEY}
    return [name for name in settings.MODEL_ORDER if keys.get(name)] + ["extractive"]


def provider(name: str) -> Provider:
    """The provider of this name for the running loop, its SDK imported on first use."""
    known = _providers.setdefault(asyncio.get_running_loop(), {})
    if name not in known:
        known[name] = _build(name)
    return known[name]


def is_overseas(name: str) -> bool:
    return name != "extractive"


def limits() -> Limits:
    return Limits(
        connect=settings.MODEL_CONNECT_SECONDS,
        first_token=settings.MODEL_FIRST_TOKEN_SECONDS,
        idle=settings.MODEL_IDLE_SECONDS,
        whole=settings.MODEL_ANSWER_SECONDS,
    )


def begin(name: str, request: Request) -> Call:
    """Start an answer whose pieces keep the limits. Iterating raises LLMError."""
    call = provider(name).stream(request)
    return Call(within(call.pieces, limits()), call.usage)


async def within(pieces: AsyncIterator[str], limit: Limits) -> AsyncIterator[str]:
    """Pass pieces on; raise StreamTimeout on a late first token, a pause, or a long whole.

    The SDKs' own timeouts miss a stream that drips an event a second for ever.
    """
    ends = time.monotonic() + limit.whole
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


def _build(name: str) -> Provider:
    if name == "extractive":
        return Extractive()
    if name == "claude":
        from inference.llm.claude_api import Claude  # noqa: PLC0415  (an SDK of 4 s and 40 MB)

        make = partial(Claude, model=settings.ANTHROPIC_MODEL)
        return make(
            api_key=settings.ANTHROPIC_API_KEY,
            base_url=settings.ANTHROPIC_BASE_URL,
            connect=settings.MODEL_CONNECT_SECONDS,
        )
    if name == "openai":
        from inference.llm.openai_api import OpenAI  # noqa: PLC0415  (an SDK of 4 s and 40 MB)

        return OpenAI(
            api_key=settings.OPENAI_API_KEY,
            base_url=settings.OPENAI_BASE_URL,
            model=settings.OPENAI_MODEL,
            connect=settings.MODEL_CONNECT_SECONDS,
        )
    raise KeyError(name)
