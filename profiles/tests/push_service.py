"""A push service on this machine: checks the signature (RFC 8292) and opens the letter (RFC 8291)."""

import base64
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Browser:
    """One that subscribed: it alone can read what is sent to it."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    secret: bytes = b"sixteen byte key"

    @property
    def subscription(self) -> dict[str, Any]:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        keys = {"p256dh": encoded(point), "auth": encoded(self.secret)}
        return {"endpoint": self.endpoint, "keys": keys}

    def read(self, body: bytes) -> dict[str, str]:
        opened = http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"
        )
        return dict(json.loads(opened))


class PushService:
    """What it was sent, in clear; `status` is what it answers."""

    def __init__(self) -> None:
        self.status = 201
        self.headers: dict[str, str] = {}
        self.browsers: dict[str, Browser] = {}
        self.received: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.tries = 0
        self._server = HTTPServer(("127.0.0.1", 0), self._handler())
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def browser(self, name: str = "one") -> Browser:
        made = Browser(f"{self.origin}/{name}")
        self.browsers[f"/{name}"] = made
        return made

    def _check(self, headers: dict[str, str]) -> dict[str, Any]:
        """Raises for a signature that is not by the key that it names, or not for us."""
        parts = dict(part.strip().split("=", 1) for part in headers["authorization"][6:].split(","))
        point = base64.urlsafe_b64decode(parts["k"] + "=" * (-len(parts["k"]) % 4))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        return jwt.decode(parts["t"], key, algorithms=["ES256"], audience=self.origin)

    def _handler(service: "PushService") -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                service.tries += 1
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers["content-length"]))
                claims = service._check(headers)
                if service.status == 201:
                    told = service.browsers[self.path].read(body)
                    service.received.append((self.path, told, {**headers, "sub": claims["sub"]}))
                self.send_response(service.status)
                for name, value in service.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        return Handler
