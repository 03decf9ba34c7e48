"""Anthropic Claude through its official SDK."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import anthropic

from inference.llm.base import (
    UNREADABLE,
    Call,
    LLMError,
    Photo,
    ProviderUnavailable,
    Request,
    StreamBroken,
    Usage,
    wait_asked,
)
from inference.llm.events import events

COMPLETE = {"end_turn", "stop_sequence"}


class Claude:
    """Streams `messages`. One instance an event loop."""

    def __init__(
        self, name: str, *, api_key: str, base_url: str | None, model: str, connect: float
    ) -> None:
        self.name = name
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
        asking = self._client.messages.with_streaming_response.create(
            model=self._model,
            system=request.system,
            messages=_messages(request),
            max_tokens=request.longest_tokens,
            stream=True,
        )
        try:
            async with asking as answer:
                async for event in events(answer.iter_bytes()):
                    piece = _read(event, usage)
                    if piece:
                        yield piece
        except LLMError:
            raise
        except anthropic.APIStatusError as error:
            raise ProviderUnavailable(
                type(error).__name__,
                status=error.status_code if error.status_code >= 400 else None,
                wait=wait_asked(error.response.headers),
            ) from error
        except anthropic.APIError as error:
            raise ProviderUnavailable(type(error).__name__) from error
        except UNREADABLE as error:
            raise StreamBroken(type(error).__name__) from error
        if usage.stop_reason not in COMPLETE:
            raise StreamBroken(usage.stop_reason or "no stop reason")


def _messages(request: Request) -> Any:
    """The turns; photos stand before the words of the last one."""
    messages: list[dict[str, Any]] = [
        {"role": turn.role, "content": turn.text} for turn in request.turns
    ]
    if request.photos:
        text = {"type": "text", "text": messages[-1]["content"]}
        messages[-1]["content"] = [*map(_image, request.photos), text]
    return messages


def _image(photo: Photo) -> dict[str, Any]:
    data = base64.b64encode(photo.data).decode()
    source = {"type": "base64", "media_type": photo.media_type, "data": data}
    return {"type": "image", "source": source}


def _read(event: dict[str, Any], usage: Usage) -> str:
    kind = event["type"]
    if kind == "content_block_delta":
        return str(event["delta"].get("text", ""))
    if kind == "message_start":
        usage.input_tokens = event["message"]["usage"]["input_tokens"]
    elif kind == "message_delta":
        usage.stop_reason = event["delta"].get("stop_reason") or ""
        usage.output_tokens = event["usage"]["output_tokens"]
    elif kind == "error":
        raise ProviderUnavailable(f"{event['error']['type']} in the stream")
    return ""
