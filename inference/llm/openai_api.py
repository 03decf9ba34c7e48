"""OpenAI, and any server that speaks its chat completions, through the official SDK."""

from collections.abc import AsyncIterator
from typing import Any

import openai

from inference.llm.base import (
    UNREADABLE,
    Call,
    LLMError,
    ProviderUnavailable,
    Request,
    StreamBroken,
    Usage,
)


class OpenAI:
    """Streams `chat.completions`. One instance an event loop."""

    name = "openai"
    is_overseas = True

    def __init__(self, *, api_key: str, base_url: str | None, model: str, connect: float) -> None:
        self._client = openai.AsyncOpenAI(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,
            timeout=openai.Timeout(60, connect=connect),
        )
        self._model = model

    def stream(self, request: Request) -> Call:
        usage = Usage(model=self._model)
        return Call(self._pieces(request, usage), usage)

    async def _pieces(self, request: Request, usage: Usage) -> AsyncIterator[str]:
        turns = [{"role": turn.role, "content": turn.text} for turn in request.turns]
        messages: Any = [{"role": "system", "content": request.system}, *turns]
        try:
            chunks = await self._client.chat.completions.create(
                model=self._model,
                messages=messages,
                max_completion_tokens=request.longest_tokens,
                stream=True,
                stream_options={"include_usage": True},
            )
            async with chunks:
                async for chunk in chunks:
                    piece = _read(chunk, usage)
                    if piece:
                        yield piece
        except LLMError:
            raise
        except openai.APIError as error:
            raise ProviderUnavailable(type(error).__name__) from error
        except UNREADABLE as error:
            raise StreamBroken(type(error).__name__) from error
        if usage.stop_reason != "stop":
            raise StreamBroken(usage.stop_reason or "no finish reason")


def _read(chunk: Any, usage: Usage) -> str:
    if chunk.usage:
        usage.input_tokens = chunk.usage.prompt_tokens
        usage.output_tokens = chunk.usage.completion_tokens
    if not chunk.choices:
        return ""
    choice = chunk.choices[0]
    usage.stop_reason = choice.finish_reason or usage.stop_reason
    return choice.delta.content or ""
