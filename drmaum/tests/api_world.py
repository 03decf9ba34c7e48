"""One owner with something behind every address of the API, for tests of the whole contract."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

from chat import feedback
from chat import services as chat_services
from chat import tasks as chat_tasks
from chat.models import Upload
from chat.tests.files import picture
from chat.uploads import formats
from conftest import PASSWORD, make_owner
from inference import jobs
from inference.models import Basis, FollowUp, Passage
from inference.tests import clinics
from inference.tests.conftest import store
from profiles import care, caring_together, services, weighing
from profiles import tasks as profiles_tasks
from profiles.models import DataExport, Erasure
from soap import sharing
from soap import tasks as soap_tasks
from soap.tests.notes import make_note, make_vet
from transcription import tasks as speech_tasks
from transcription.models import Transcription

HEARD = [
    {
        "start": 0.0, "end": 1.2, "speaker": "보호자",
        "words": [{"text": "토했어요", "start": 0.1, "end": 0.9, "confidence": 0.93}],
    }
]  # fmt: skip


class ApiWorld:
    """`known` maps the words of an address before an id, and fields of bodies, to real ids."""

    def __init__(self) -> None:
        self.owner = make_owner("contract@example.com")
        self.stranger = make_owner("contract-stranger@example.com")
        self.vet = make_vet("contract-vet")
        self.known: dict[str, list[Any]] = {
            "days": [str(timezone.localdate())],
            "addresses": [self.owner.email, self.stranger.email],
            "types": ["image/jpeg", "audio/wav"],
            "places": ["강남구", "서울특별시 강남구 역삼동"],
            "latitudes": [37.5],
            "longitudes": [127.03],
            "spans": [1, 7, 30],
            "weights_of": ["4.20"],
            "passwords": [PASSWORD],
        }
        self._pets()
        self._talk()
        self._files()
        self._notes()
        self._follow_up()
        self._library()
        self._rights()
        self._of_strangers()

    def _know(self, kind: str, *rows: Any) -> None:
        self.known[kind] = [str(row.pk) for row in rows]

    def _pets(self) -> None:
        facts = {"name": "보리", "species": "dog", "breed": "말티즈", "weight_kg": 4}
        self.pet = services.register_pet(owner=self.owner, facts=facts)
        record = services.add_record(pet=self.pet, facts={"kind": "visit", "title": "정기 검진"})
        today = timezone.localdate()
        weight = weighing.weigh(pet=self.pet, kg=facts["weight_kg"], measured_on=today)
        due = {"kind": "other", "title": "귀 청소", "due_on": today, "every_days": 30}
        row = care.add(pet=self.pet, facts=due)
        invited = caring_together.invite(pet=self.pet, email="together@example.com")
        self._know("pets", self.pet)
        self._know("records", record)
        self._know("weights", weight)
        self._know("care", row)
        self._know("caretakers", invited)

    def _of_strangers(self) -> None:
        facts = {"name": "토토", "species": "rabbit"}
        theirs = services.register_pet(owner=self.stranger, facts=facts)
        talk = chat_services.open_consultation(owner=self.stranger, pet=theirs)
        said = chat_services.send_message(
            consultation=talk, author=self.stranger, text="밥을 안 먹어요"
        )
        coming = caring_together.invite(pet=theirs, email=self.owner.email)
        self._know("invitations", coming)
        self._know("stranger", theirs)
        self._know("stranger_consultation", talk)
        self._know("stranger_message", said)
        self._know("stranger_upload", self._upload("photo", "jpg", "image/jpeg", talk))

    def _talk(self) -> None:
        self.open = chat_services.open_consultation(owner=self.owner, pet=self.pet)
        self.ended = chat_services.open_consultation(owner=self.owner, pet=self.pet)
        said = [
            chat_services.send_message(consultation=talk, author=self.owner, text="어제부터 토해요")
            for talk in (self.open, self.ended)
        ]
        claim = jobs.claim(said[0].jobs.get().pk)
        reply = jobs.complete(
            job_id=claim.job.pk, fence=claim.fence, text="물을 조금씩 주세요.",
            status="complete", facts={"responder": "extractive", "sources": []}, run={"steps": []},
        )  # fmt: skip
        feedback.rate_reply(reply=reply, is_helpful=True, reasons=[], comment="고마워요")
        self.ended.refresh_from_db()
        feedback.rate_consultation(consultation=self.ended, stars=4, reasons=[], comment="")
        chat_services.end_consultation(consultation=self.ended, ending="owner")
        Basis.objects.create(reply=reply, records=[], summary="")
        self.asked, self.reply = said[0], reply
        self._know("consultations", self.open, self.ended)
        self._know("messages", reply, *said)

    def _files(self) -> None:
        self.photo = self._upload("photo", "jpg", "image/jpeg")
        audio = self._upload("audio", "wav", "audio/wav")
        spoken = Transcription.objects.create(
            upload=audio, consultation=self.open, status="ready", text="토했어요",
            heard="토했어요", segments=HEARD,
        )  # fmt: skip
        self._know("uploads", self.photo, audio)
        self._know("photos", self.photo)
        self._know("transcriptions", spoken)

    def _upload(self, kind: str, ending: str, content_type: str, talk: Any = None) -> Upload:
        talk = talk or self.open
        row = Upload(
            owner=talk.owner, consultation=talk, kind=kind, status="ready",
            name=f"보리.{ending}", content_type=content_type, size=10, checked_at=timezone.now(),
        )  # fmt: skip
        row.key = formats.checked_key(kind, row.pk, ending)
        row.save()
        place = settings.MEDIA_ROOT / row.key
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(picture() if kind == "photo" else b"RIFF")
        return row

    def _notes(self) -> None:
        note = make_note(self.ended)
        link = sharing.share(note=note, owner=self.owner).link
        self._know("notes", note)
        self._know("links", link)

    def _follow_up(self) -> None:
        due = timezone.now() - timedelta(hours=1)
        asked = FollowUp.objects.create(
            message=self.asked, hours=6, question="토가 멎었나요?", due_at=due, asked_at=due,
            status="asked",
        )  # fmt: skip
        self._know("follow-ups", asked)

    def _library(self) -> None:
        article = store("grape-raisin-toxicosis")
        self._know("passages", *Passage.objects.filter(article=article)[:2])
        clinics.clinic("A")

    def _rights(self) -> None:
        self._know("exports", DataExport.objects.create(user=self.owner))
        self._know("erasures", Erasure.objects.create(kind="pet", subject=uuid4()))


@pytest.fixture
def api_world(db: None, monkeypatch: pytest.MonkeyPatch, enqueued: list[str]) -> Iterator[ApiWorld]:
    """Nothing is handed to a queue; everything is taken back after the test. Requests of a real
    server begin and end connections; these stay in the test's own."""
    for task in (
        profiles_tasks.finish_erasure, profiles_tasks.build_export, soap_tasks.write_note,
        soap_tasks.embed_note, speech_tasks.embed_transcripts, chat_tasks.remove_due_files,
        chat_tasks.check_upload,
    ):  # fmt: skip
        monkeypatch.setattr(task, "delay", lambda *_: None)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield ApiWorld()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def uncounted(settings: Any) -> None:
    """No request of this test is one too many."""
    rates = dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "1000000/min")
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    written = SchemaGenerator().get_schema(request=None, public=True)
    found: dict[str, Any] = json.loads(OpenApiJsonRenderer().render(written, renderer_context={}))
    return found
