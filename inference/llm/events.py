"""The data of server-sent events, read from the bytes of an answer.

The SDKs send the calls and name their errors. Their own reading of a stream builds a checked
model of every token: 0.2 ms more of the processor for each, a tenth of what a streaming worker
spends on an answer of 100 (`manage.py benchmark`, 224 against 203 ms).
"""

import json
from collections.abc import AsyncIterator
from typing import Any

END = b"[DONE]"


async def events(chunks: AsyncIterator[bytes]) -> AsyncIterator[dict[str, Any]]:
    """The JSON object of each event, in order, until the stream ends or says that it is done.

    Raises ValueError or TypeError for what is not a JSON object.
    """
    async for data in _datas(chunks):
        if data == END:
            return
        event = json.loads(data)
        if not isinstance(event, dict):
            raise TypeError("an event is not an object")
        yield event


async def _datas(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Lines of `data:` up to an empty line are one event (WHATWG HTML, 9.2.6). Lines are cut at
    line feeds alone: text may hold other separators, which JSON need not escape. An event that breaks
    off is none."""
    rest, data = b"", list[bytes]()
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                data.append(line[5:].strip())
            elif data and not line.strip():
                yield b"\n".join(data)
                data = []
