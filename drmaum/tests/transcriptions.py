"""A stand-in for the server's side of transcriptions, for pages: what it answers is set by a test."""

import json
import re
from typing import Any

PENDING = ("queued", "running", "polling")
ADDRESS = re.compile(r"/api/v1/(consultations/[^/]+/)?transcriptions(/[^/?]+)?(/\w+)?$")
HEARD = [
    {
        "start": 0.0,
        "end": 1.6,
        "speaker": "spk_0",
        "words": [
            {"text": "어제부터", "start": 0.0, "end": 0.5, "confidence": 0.98},
            {"text": "노란", "start": 0.5, "end": 0.8, "confidence": 0.91},
            {"text": "포를", "start": 0.8, "end": 1.1, "confidence": 0.41},
            {"text": "했어요", "start": 1.1, "end": 1.6, "confidence": 0.97},
            {"text": ".", "start": None, "end": None, "confidence": None},
        ],
    },
    {
        "start": 1.6,
        "end": 2.4,
        "speaker": "spk_1",
        "words": [
            {"text": "세", "start": 1.6, "end": 1.8, "confidence": 0.9},
            {"text": "번요", "start": 1.8, "end": 2.4, "confidence": 0.88},
        ],
    },
]
TEXT = "어제부터 노란 포를 했어요. 세 번요"


class Transcriptions:
    """Put before a page; uploads stay the real server's."""

    def __init__(self, page: Any) -> None:
        self.rows: list[dict[str, Any]] = []
        self.posted: list[tuple[str, Any]] = []
        page.route(ADDRESS, self._answer)

    def add(self, upload: str, status: str = "running", **more: Any) -> dict[str, Any]:
        number = f"00000000-0000-4000-8000-{len(self.rows):012}"
        row = {"id": number, "upload": upload, "status": status, "progress": 0, "text": "",
               "segments": [], "urgency": "", "message": ""}  # fmt: skip
        self.rows.append(row | more)
        return self.rows[-1]

    def become_ready(self, row: dict[str, Any], **more: Any) -> None:
        row.update({"status": "ready", "text": TEXT, "segments": HEARD} | more)

    def _answer(self, route: Any) -> None:
        request = route.request
        _, one, path = ADDRESS.search(request.url).groups()
        if request.method == "POST":
            self.posted.append((path.strip("/"), request.post_data_json))
            self._follow(one.strip("/"), path.strip("/"))
            return route.fulfill(status=200, json={})
        if not one:
            return route.fulfill(status=200, json={"next": None, "results": self.rows})
        row = next(row for row in self.rows if row["id"] == one.strip("/"))
        return route.fulfill(status=200, body=json.dumps(row), content_type="application/json")

    def _follow(self, number: str, path: str) -> None:
        row = next(row for row in self.rows if row["id"] == number)
        row["status"] = {"confirm": "confirmed", "discard": "discarded", "retry": "queued"}[path]
