"""A program that behaves as a decoder does that was led astray by a file."""

import os
import signal
import threading
from typing import Any

from chat.uploads.confined import main


def spin() -> None:
    while True:
        pass


def hang() -> None:
    threading.Event().wait()


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def grow() -> None:
    bytearray(10**10)


def write(path: str) -> None:
    with open(path, "wb") as file:
        for _ in range(100):
            file.write(bytes(1 << 20))


def tell() -> list[str]:
    return sorted(os.environ)


WAYS = {way.__name__: way for way in (spin, hang, crash, killed, grow, write, tell)}


def look(how: str, *paths: str) -> dict[str, Any]:
    return {"told": WAYS[how](*paths)}


if __name__ == "__main__":
    main(look)
