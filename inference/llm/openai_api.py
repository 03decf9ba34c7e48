"""OpenAI, and any server that speaks its chat completions, through the official SDK."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import openai

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


class OpenAI:
    """Streams `chat.completions`. One instance an event loop."""

    def __init__(
        self,
        name: str,
        *,
        api_key: str,
        base_url: str | None,
        model: str,
        connect: float,
        is_overseas: bool,
    ) -> None:
        self.name = name
        # Servers of one's own may know only the older name of the limit.
        self._limit = "max_completion_tokens" if is_overseas else "max_tokens"
        self._client = openai.AsyncOpenAI(
            api_key=api_key or "none",
            base_url=base_url,
            max_retries=0,
            timeout=openai.Timeout(60, connect=connect),
        )
        self._model = model

    def stream(self, request: Request) -> Call:
        usage = Usage(model=self._model)
        return Call(self._pieces(request, usage), usage)

    async def _pieces(self, request: Request, usage: Usage) -> AsyncIterator[str]:
        limit: Any = {self._limit: request.longest_tokens}
        asking = self._client.chat.completions.with_streaming_response.create(
            model=self._model,
            messages=_messages(request),
            stream=True,
            stream_options={"include_usage": True},
            **limit,
        )
        try:
            async with asking as answer:
                async for chunk in events(answer.iter_bytes()):
                    piece = _read(chunk, usage)
                    if piece:
                        yield piece
        except LLMError:
            raise
        except openai.APIStatusError as error:
            raise ProviderUnavailable(
                type(error).__name__,
                status=error.status_code,
                wait=wait_asked(error.response.headers),
            ) from error
        except openai.APIError as error:
            raise ProviderUnavailable(type(error).__name__) from error
        except UNREADABLE as error:
            raise StreamBroken(type(error).__name__) from error
        if usage.stop_reason != "stop":
            raise StreamBroken(usage.stop_reason or "no finish reason")


def _messages(request: Request) -> Any:
    """System text and turns; photos stand before the words of the last turn."""
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": request.system},
        *({"role": turn.role, "content": turn.text} for turn in request.turns),
    ]
    if request.photos:
        text = {"type": "text", "text": messages[-1]["content"]}
        messages[-1]["content"] = [*map(_image, request.photos), text]
    return messages


def _image(photo: Photo) -> dict[str, Any]:
    data = base64.b64encode(photo.data).decode()
    return {"type": "image_url", "image_url": {"url": f"data:{photo.media_type};base64,{data}"}}


def _read(chunk: dict[str, Any], usage: Usage) -> str:
    if "error" in chunk:
        raise ProviderUnavailable("an error in the stream")
    if counted := chunk.get("usage"):
        usage.input_tokens = counted["prompt_tokens"]
        usage.output_tokens = counted["completion_tokens"]
    if not chunk.get("choices"):
        return ""
    choice = chunk["choices"][0]
    usage.stop_reason = choice.get("finish_reason") or usage.stop_reason
    return str(choice.get("delta", {}).get("content") or "")
