"""A server on the loopback that speaks OpenAI's `POST /v1/embeddings`.

It records every request and plays, request by request, what it was told to; with no play left it
answers well, by vectors in which texts that share syllables lie near each other.
"""

import json
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

DIMENSIONS = 48
LOCAL = '["multilingual-e5-small-int4"]\napi = "local"\ndimensions = 384\nfloor = 0.77\nceiling = 0.93\n'
HERE, ABROAD = "fake/here", "fake/abroad"


def models_file(folder: Path, more: str = "") -> Path:
    """A file of models: the one that comes along, one of this server, and one said to be abroad."""
    served = f'api = "openai"\nsettings = "OWN_EMBEDDING"\nmodel = "m"\ndimensions = {DIMENSIONS}\n'
    served += "floor = 0.1\nceiling = 0.9\n"
    prefixes = 'query_prefix = "ask: "\npassage_prefix = "text: "\n'
    file = folder / "embeddings.toml"
    file.write_text(
        f'{LOCAL}\n["{HERE}"]\n{served}{prefixes}\n["{ABROAD}"]\n{served}is_overseas = true\n{more}',
        encoding="utf-8",
    )
    return file


def vector_of(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """Its pairs of syllables, counted: not of unit length, as a server may send it."""
    values = [0.01] * dimensions
    for start in range(len(text) - 1):
        values[zlib.crc32(text[start : start + 2].encode()) % dimensions] += 1
    return values


@dataclass(frozen=True)
class Play:
    """How one request is answered: by a status, or by vectors that `bend` changed, or never."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    bend: Callable[[list[list[float]]], Any] = list
    body: bytes | None = None
    is_stalling: bool = False


def refused(status: int) -> Play:
    """The client may try again at once."""
    return Play(status, headers=(("retry-after-ms", "1"),))


STALL = Play(is_stalling=True)


@dataclass
class EmbeddingServer:
    """What was asked, and what is played next. `refuses` turns down texts, every time."""

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    plays: list[Play] = field(default_factory=list)
    refuses: Callable[[str], bool] = lambda _text: False
    ended: threading.Event = field(default_factory=threading.Event)

    def will(self, *plays: Play) -> None:
        self.plays.extend(plays)

    @property
    def texts(self) -> list[str]:
        """Every text that was ever given to it."""
        return [text for request in self.requests for text in request["input"]]

    def next_play(self, request: dict[str, Any]) -> Play:
        self.requests.append(request)
        if any(map(self.refuses, request["input"])):
            return Play(400)
        return self.plays.pop(0) if self.plays else Play()


@contextmanager
def serving() -> Iterator[EmbeddingServer]:
    """A server on a free port of the loopback, for the length of the block."""
    told = EmbeddingServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            play = told.next_play({**request, "authorization": self.headers["authorization"]})
            if play.is_stalling:
                told.ended.wait(30)
                return
            body = play.body or _body(play, request["input"])
            self.send_response(play.status)
            for name, value in (*play.headers, ("content-type", "application/json")):
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield told
    finally:
        told.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _body(play: Play, texts: list[str]) -> bytes:
    if play.status != 200:
        return b'{"error": {"message": "no", "type": "server_error"}}'
    vectors = play.bend([vector_of(text) for text in texts])
    data = [
        {"object": "embedding", "index": index, "embedding": vector}
        for index, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    # The order of the answer is not promised: `index` is.
    whole = {"object": "list", "model": "m", "data": data[::-1], "usage": usage}
    return json.dumps(whole).encode()
