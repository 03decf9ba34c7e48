"""An owner whose every word is a canary uses everything, and is erased: no table, no file and no
key of Redis holds the canary any more, and the neighbour has lost nothing."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone
from redis import Redis

from chat import erasing, feedback, live
from chat import services as chat_services
from chat import tasks as chat_tasks
from chat.models import Consultation, Message, Upload
from chat.uploads import formats
from conftest import PASSWORD, make_owner
from drmaum.tests.whereabouts import files_with, keys_with, tables_with
from inference import jobs
from inference.followups import answering
from inference.knowledge import private
from inference.models import Basis, FollowUp, KnowledgeGap, Memory, TriageReview
from inference.pipeline import cache
from inference.pipeline.types import Facts, Question, Reply
from profiles import care, exports, purging, services, tokens
from profiles import erasing as profiles_erasing
from profiles import tasks as profiles_tasks
from profiles.models import DataExport, User
from soap import learning, reviewing, sharing
from soap import tasks as soap_tasks
from soap.models import NoteCase, Section, ShareView
from soap.tests.notes import make_note, make_vet
from transcription import tasks as speech_tasks
from transcription.models import Transcription

pytestmark = pytest.mark.django_db
# Every table in which the owner's words lie before.
HELD = {
    "profiles_user", "profiles_pet", "profiles_medicalrecord", "profiles_care",
    "chat_consultation", "chat_message", "chat_event", "chat_upload", "chat_feedback",
    "chat_rating", "inference_basis", "inference_memory", "inference_followup",
    "inference_knowledgegap", "inference_passage", "inference_run", "inference_triagereview",
    "soap_soapnote", "soap_section", "soap_soapnoteevent", "soap_sectionevent",
    "soap_amendment", "transcription_transcription", "django_admin_log",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_is_queued(monkeypatch, enqueued):
    for task in (
        profiles_tasks.finish_erasure, profiles_tasks.build_export, soap_tasks.write_note,
        soap_tasks.embed_note, speech_tasks.embed_transcripts, chat_tasks.remove_due_files,
    ):  # fmt: skip
        monkeypatch.setattr(task, "delay", lambda *_: None)
    monkeypatch.setattr(
        "inference.knowledge.embed.embed_passages", lambda texts, *_: [[0.1] * 384 for _ in texts]
    )


class World:
    """Everything that an owner can leave behind, with one word in every field."""

    def __init__(self, word: str, vet: User) -> None:
        self.word, self.vet = word, vet
        self.owner = make_owner(f"{word}@example.com")
        User.objects.filter(pk=self.owner.pk).update(name=word)
        self.owner.refresh_from_db()
        self.pet = self._pet()
        self.talk = chat_services.open_consultation(owner=self.owner, pet=self.pet)
        self.asked, self.reply = self._talk()
        self._files()
        self._made_of_words()
        self.note = self._note()
        self._signs_in()

    def _pet(self) -> Any:
        word = self.word
        lists = {name: [word] for name in ("allergies", "conditions", "medicines")}
        facts = {"name": word, "species": "dog", "breed": word, "weight_kg": 4, **lists}
        pet = services.register_pet(owner=self.owner, facts=facts)
        services.add_record(pet=pet, facts={"kind": "visit", "title": word, "notes": word})
        care.add(
            pet=pet,
            facts={"kind": "other", "title": word, "due_on": timezone.localdate()},
        )
        return pet

    def _talk(self) -> tuple[Message, Message]:
        word = self.word
        said = {"consultation": self.talk, "author": self.owner}
        first = chat_services.send_message(**said, text=f"{word} 귀를 긁어요", key=word)
        asked = chat_services.send_message(**said, text=f"{word} 배를 긁어요", revises=first.pk)
        claim = jobs.claim(asked.jobs.get().pk)
        reply = jobs.complete(
            job_id=claim.job.pk, fence=claim.fence, text=f"{word} 답", status="complete",
            facts={"responder": "claude", "sources": []},
            run={"steps": [{"name": "answer", "error": word}]},
        )  # fmt: skip
        feedback.rate_reply(
            reply=reply, is_helpful=False, reasons=["missed_emergency"], comment=word
        )
        self.talk.refresh_from_db()
        feedback.rate_consultation(consultation=self.talk, stars=2, reasons=[], comment=word)
        return asked, reply

    def _files(self) -> None:
        for kind, ending, given in (("photo", "jpg", {}), ("audio", "wav", {"is_kept": True})):
            row = Upload(
                owner=self.owner, consultation=self.talk, kind=kind, status="ready",
                name=f"{self.word}.{ending}", content_type="x", facts={"seen": self.word}, **given,
            )  # fmt: skip
            row.key = formats.checked_key(kind, row.pk, ending)
            row.save()
            self._write(row.key)
            if kind == "audio":
                Transcription.objects.create(
                    upload=row, consultation=self.talk, status="confirmed", text=self.word,
                    heard=self.word, segments=[{"words": [{"text": self.word}]}],
                )  # fmt: skip
        document = Upload(
            owner=self.owner, pet=self.pet, kind="photo", purpose="document", status="ready",
            name=self.word, content_type="x",
        )  # fmt: skip
        document.key = formats.checked_key("photo", document.pk, "jpg")
        document.save()
        self._write(document.key)
        self._write(formats.thumb_key(document.pk))
        export = DataExport.objects.create(user=self.owner)
        assert exports.build(export_id=export.pk)

    def _write(self, key: str) -> None:
        place = settings.MEDIA_ROOT / key
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(f"bytes of {self.word}".encode())

    def _made_of_words(self) -> None:
        word = self.word
        Basis.objects.create(reply=self.reply, records=[{"id": "1", "text": word}], summary=word)
        Memory.objects.create(consultation=self.talk, until_seq=1, text=word, made_by="x")
        due = timezone.now() - timedelta(hours=1)
        follow_up = FollowUp.objects.create(
            message=self.asked, hours=6, question=f"{word}는 어때요?", due_at=due, status="asked",
            asked_at=due,
        )  # fmt: skip
        answering.answer(follow_up=follow_up, text=f"{word} 나아졌어요")
        question = {"text": word, "messages": [str(self.asked.pk)], "species": "dog", "reasons": []}
        KnowledgeGap.objects.create(
            week=timezone.localdate(), title=word, questions=[question], size=1
        )
        for kind in (private.SOAP, private.TRANSCRIPT):
            private.store(consultation=self.talk, kind=kind, texts=[f"{word} 토했어요"])
        self._in_redis()
        assert TriageReview.objects.filter(message=self.asked).exists()

    def _in_redis(self) -> None:
        for text in (f"{self.word} 혼자", "입냄새가 나요"):
            question = Question(
                job_id=uuid.uuid4(), fence=1, reply_id=uuid.uuid4(), message_id=self.asked.pk,
                consultation_id=self.talk.pk, owner_id=self.owner.pk, pet_id=self.pet.pk,
                text=text, seq=1, species="dog", urgency="home", reasons=(),
                allows_overseas=False, is_again=False,
            )  # fmt: skip
            reply = Reply(f"{self.word}라고 하셨네요", (), "claude", "", "", "home")
            assert cache.keep(
                question, cache.key_of(question, Facts((), (), (), (), "", ""), self.word), reply
            )
        unfinished = jobs.unfinished().filter(message__consultation=self.talk).first()
        with Redis.from_url(f"{settings.REDIS_URL}/0") as client:
            client.set(live._key(unfinished.reply_id), f"{self.word} 쓰는 중", ex=180)

    def _note(self) -> Any:
        word, vet = self.word, self.vet
        chat_services.end_consultation(consultation=self.talk, ending="owner")
        note = make_note(self.talk, keywords={"주증상": word}, assigned_to=vet)
        for part in note.sections.all():
            part.text, part.drafted = word, [{"text": word, "evidence": []}]
            part.save()
        plan = Section.objects.get(note=note, kind="P")
        reviewing.edit(section=plan, text=f"{word} 물", vet=vet, read_version=plan.version)
        note.refresh_from_db()
        reviewing.approve(note=note, vet=vet, read_version=note.version)
        plan.refresh_from_db()
        reviewing.amend(section=plan, text=f"{word} 밥", reason=word, vet=vet)
        note.refresh_from_db()
        learning.make_case(note=note, vet=vet)
        link = sharing.share(note=note, owner=self.owner).link
        ShareView.objects.create(link=link, address="127.0.0.1")
        return note

    def _signs_in(self) -> None:
        tokens.sign_in(user=self.owner)
        tokens.issue_ticket(user=self.owner, opened=self.owner.sign_ins.first())
        browser = Client()
        browser.force_login(self.owner)
        Client().post("/password", {"email": self.owner.email})
        LogEntry.objects.create(
            user=self.vet,
            content_type=ContentType.objects.get_for_model(Message),
            object_id=str(self.asked.pk),
            object_repr=str(self.asked),
            action_flag=CHANGE,
        )


@pytest.fixture
def worlds() -> tuple[World, World]:
    """The owner who goes, and the one who stays. Their words are those of one test alone."""
    vet, mark = make_vet("수의사", "view_soapnote"), uuid.uuid4().hex[:8]
    return World(f"canary{mark}", vet), World(f"neighbour{mark}", vet)


def settle(erasure, time_machine) -> None:
    """The first round at once, the last when nothing can come back."""
    assert purging.purge(erasure_id=erasure.pk) is False
    time_machine.move_to(timezone.now() + purging.SETTLES + timedelta(seconds=1))
    assert purging.purge(erasure_id=erasure.pk) is True
    erasure.refresh_from_db()
    assert erasure.done_at


def test_nothing_is_left_of_an_erased_owner(worlds, time_machine):
    canary, neighbour = worlds
    assert HELD - set(tables_with(canary.word)) == set()
    assert len(files_with(canary.word)) >= 4
    assert len(keys_with(canary.word)) >= 3
    assert NoteCase.objects.filter(note=canary.note).exists()  # which names nobody
    before = traces_of(neighbour)

    erasure = profiles_erasing.erase_account(user=canary.owner, password=PASSWORD)
    settle(erasure, time_machine)

    assert traces_of(canary) == ({}, [], [])
    assert traces_of(neighbour) == before
    assert NoteCase.objects.get().note == neighbour.note
    # The id alone, which leads nowhere, stays in the receipt and in the log of who read what.
    assert set(tables_with(str(canary.owner.pk))) == {"profiles_erasure", "soap_accesslog"}


def test_nothing_is_left_of_an_erased_consultation_but_its_pet(worlds, time_machine):
    canary, neighbour = worlds
    before = traces_of(neighbour)
    # The answered check-in opened a second one.
    for talk in Consultation.objects.filter(owner=canary.owner):
        settle(erasing.erase_consultation(consultation=talk), time_machine)

    tables, files, keys = traces_of(canary)
    assert set(tables) - {"django_session"} == {
        "profiles_user", "profiles_pet", "profiles_medicalrecord", "profiles_care", "chat_upload",
    }  # fmt: skip
    (document,) = Upload.objects.filter(owner=canary.owner)
    assert len(files) == 2
    assert all(str(document.pk) in file for file in files)
    assert keys == []
    assert traces_of(neighbour) == before


def traces_of(world: World) -> tuple[dict[str, int], list[str], list[str]]:
    return tables_with(world.word), files_with(world.word), sorted(keys_with(world.word))
