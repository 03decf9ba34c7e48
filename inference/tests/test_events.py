"""Server-sent events from bytes: cut anywhere, in any shape that the standard allows."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.llm.events import events


async def read(chunks):
    async def arriving():
        for chunk in chunks:
            yield chunk

    return [event async for event in events(arriving())]


@pytest.mark.parametrize(
    ("stream", "found"),
    [
        ('data: {"a": 1}\n\ndata: {"b": 2}\n\n', [{"a": 1}, {"b": 2}]),
        ('data:{"a": 1}\r\n\r\ndata: {"b": 2}\r\n\r\n', [{"a": 1}, {"b": 2}]),
        (': ping\n\nevent: x\nid: 7\ndata: {"a": 1}\n\n', [{"a": 1}]),
        ('data: {"a":\ndata: 1}\n\n', [{"a": 1}]),
        ('data: {"a": 1}\n\ndata: [DONE]\n\ndata: {"b": 2}\n\n', [{"a": 1}]),
        ('data: {"text": "한\u2028줄\x85"}\n\n', [{"text": "한\u2028줄\x85"}]),
        ('data: {"a": 1}\n\ndata: {"b"', [{"a": 1}]),
        ('data: {"a": 1}\n', []),
        ("", []),
    ],
)
async def test_events_are_read(stream, found):
    assert await read([stream.encode()]) == found


@given(st.lists(st.text(max_size=20), max_size=5), st.integers(1, 7))
async def test_a_stream_may_be_cut_between_any_two_bytes(texts, size):
    told = [{"text": text} for text in texts]
    stream = "".join(f"data: {json.dumps(one, ensure_ascii=False)}\n\n" for one in told)
    encoded = stream.encode("utf-8", "surrogatepass")

    chunks = [encoded[at : at + size] for at in range(0, len(encoded), size)]

    assert await read(chunks) == told


@pytest.mark.parametrize("data", ["[1]", "3", "null", '"text"', "{", "딱딱"])
async def test_what_is_no_object_is_refused(data):
    with pytest.raises((ValueError, TypeError)):
        await read([f"data: {data}\n\n".encode()])
