"""A server between a worker and SQS that answers as it is told, and then lets through."""

import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANG = 0


class FlakySQS(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = behind
        self.answers: list[int] = []
        """Of the next polls: a status, or HANG."""
        self.polls = 0
        self.over = threading.Event()
        self.address = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=[0.02], daemon=True).start()

    def close(self) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: FlakySQS

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.headers["X-Amz-Target"].endswith("ReceiveMessage"):
            return self._let_through(body)
        self.server.polls += 1
        if not self.server.answers:
            return self._let_through(body)
        status = self.server.answers.pop(0)
        if status == HANG:
            self.server.over.wait(30)
            return None
        return self._answer(status, b'{"__type": "ThrottlingException"}')

    def _let_through(self, body: bytes) -> None:
        headers = {name: self.headers[name] for name in ("X-Amz-Target", "Content-Type")}
        headers["Authorization"] = self.headers["Authorization"]
        asked = urllib.request.Request(self.server.behind, body, headers)
        with urllib.request.urlopen(asked, timeout=30) as told:
            self._answer(told.status, told.read())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass
