"""Anthropic Claude through its official SDK."""

from collections.abc import AsyncIterator
from typing import Any

import anthropic

from inference.llm.base import (
    UNREADABLE,
    Call,
    LLMError,
    ProviderUnavailable,
    Request,
    StreamBroken,
    Usage,
)

COMPLETE = {"end_turn", "stop_sequence"}


class Claude:
    """Streams `messages`. One instance an event loop."""

    name = "claude"
    is_overseas = True

    def __init__(self, *, api_key: str, base_url: str | None, model: str, connect: float) -> None:
        # Retries are the gateway's: two layers would multiply the calls.
        self._client = anthropic.AsyncAnthropic(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,
            timeout=anthropic.Timeout(60, connect=connect),
        )
        self._model = model

    def stream(self, request: Request) -> Call:
        usage = Usage(model=self._model)
        return Call(self._pieces(request, usage), usage)

    async def _pieces(self, request: Request, usage: Usage) -> AsyncIterator[str]:
        messages: Any = [{"role": turn.role, "content": turn.text} for turn in request.turns]
        try:
            events = await self._client.messages.create(
                model=self._model,
                system=request.system,
                messages=messages,
                max_tokens=request.longest_tokens,
                stream=True,
            )
            async with events:
                async for event in events:
                    piece = _read(event, usage)
                    if piece:
                        yield piece
        except LLMError:
            raise
        except anthropic.APIError as error:
            raise ProviderUnavailable(type(error).__name__) from error
        except UNREADABLE as error:
            raise StreamBroken(type(error).__name__) from error
        if usage.stop_reason not in COMPLETE:
            raise StreamBroken(usage.stop_reason or "no stop reason")


def _read(event: Any, usage: Usage) -> str:
    if event.type == "message_start":
        usage.input_tokens = event.message.usage.input_tokens
    elif event.type == "message_delta":
        usage.stop_reason = event.delta.stop_reason or ""
        usage.output_tokens = event.usage.output_tokens
    elif event.type == "content_block_delta" and event.delta.type == "text_delta":
        return str(event.delta.text)
    return ""
