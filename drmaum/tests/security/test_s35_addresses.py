"""S35: nothing that somebody brings in makes the product fetch an address."""

import ast
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from drmaum.stack.places import ROOT
from drmaum.tests.security.test_s19_tools import sources
from inference.knowledge.importing.reading import read
from inference.knowledge.loading import ArticleError
from inference.tests.files import given, pdf_of

# Whatever can open a connection to an address, and who may use it, for what.
CLIENTS = {"httpx2", "httpx", "requests", "urllib.request", "http.client", "aiohttp", "pywebpush"}
USERS = {
    "inference/llm/base.py",  # the names of its errors
    "drmaum/management/commands/up.py",  # asks its own web process whether it answers
    "drmaum/benchmark/chats.py",
    "drmaum/benchmark/running.py",
    "drmaum/benchmark/speech.py",
    "profiles/push/gateway.py",  # the push services of browsers, each address checked before
}
FILES = {
    "page.html": (
        '<html><head><link rel="stylesheet" href="{at}/a.css"><base href="{at}/">'
        '<meta http-equiv="refresh" content="0;url={at}/m"></head><body><h1>귀 이야기</h1>'
        '<img src="{at}/b.png"><iframe src="{at}/c"></iframe><script src="{at}/d.js"></script>'
        "<p>귀를 긁으면 귀 안쪽을 살펴 주세요. 붉으면 병원에 가 주세요.</p></body></html>"
    ),
    "page.md": "# 귀 이야기\n\n![그림]({at}/b.png) [링크]({at}/c) 귀를 긁으면 살펴 주세요.\n",
    "table.csv": "title,body,source_url\n귀 이야기,귀를 긁으면 살펴 주세요.,{at}/x\n",
    "entity.html": (
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "{at}/entity">]>'
        "<html><body><h1>귀</h1><p>&x; 귀를 긁으면 살펴 주세요.</p></body></html>"
    ),
}


@pytest.fixture
def listener():
    """Somebody's server on this very machine, as a metadata service or a neighbour would be."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", FILES)
def test_s35_a_document_that_is_brought_in_fetches_nothing(listener, name):
    at, heard = listener
    body = FILES[name].replace("{at}", at).encode()
    with suppress(ArticleError):  # refused is as well
        read(name, body, given())
    assert heard == []


def test_s35_neither_does_a_pdf(listener):
    at, heard = listener
    read("page.pdf", pdf_of(f"귀 이야기 {at}/x 귀를 긁으면 살펴 주세요."), given())
    assert heard == []


def test_s35_only_named_modules_can_open_a_connection():
    users = {
        str(file.relative_to(ROOT))
        for file, tree in sources()
        for node in ast.walk(tree)
        if CLIENTS & set(_imported(node))
    }
    assert users <= USERS


def _imported(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []
