"""An owner who has one of everything, and everybody who might ask for it."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from chat import services as chat_services
from chat.models import Rating, Upload
from chat.uploads import formats
from conftest import make_owner
from inference import jobs
from inference.models import Basis, FollowUp, Passage
from inference.tests.small_library import put
from profiles import care, caring_together, services
from profiles.models import DataExport, Device, Erasure, Pet, User, Weight
from soap import sharing
from soap.models import SoapNote
from soap.tests.notes import make_note
from transcription.models import Transcription

ROLES = ("nobody", "owner", "stranger", "caretaker", "vet", "staff", "superuser")


class World:
    """`owner` has it all; `caretaker` cares for the pet too; the others have nothing of it."""

    def __init__(self) -> None:
        self.owner = make_owner("owner@example.com")
        self.people: dict[str, User] = {
            "owner": self.owner,
            "stranger": make_owner("other@example.com"),
            "caretaker": make_owner("caretaker@example.com"),
            "vet": _member("vet", "수의사"),
            "staff": _member("staff"),
            "superuser": User.objects.create_superuser("root@example.com", "x", name="root"),
        }
        self._pet()
        self._talk()
        self._files()
        self._around()

    def _pet(self) -> None:
        facts = {"name": "보리", "species": "dog", "weight_kg": 4}
        self.pet: Pet = services.register_pet(owner=self.owner, facts=facts)
        self.record = services.add_record(pet=self.pet, facts={"kind": "visit", "title": "검진"})
        self.weight = Weight.objects.get(pet=self.pet)
        due = {"kind": "other", "title": "목욕", "due_on": timezone.localdate()}
        self.care = care.add(pet=self.pet, facts=due)
        invited = caring_together.invite(pet=self.pet, email="caretaker@example.com")
        self.caring = caring_together.accept(invitation=invited, user=self.people["caretaker"])
        self.invitation = caring_together.invite(pet=self.pet, email="guest@example.com")

    def _talk(self) -> None:
        self.talk = chat_services.open_consultation(owner=self.owner, pet=self.pet)
        self.message = chat_services.send_message(
            consultation=self.talk, author=self.owner, text="귀를 긁어요"
        )
        claim = jobs.claim(self.message.jobs.get().pk)
        self.reply = jobs.complete(
            job_id=claim.job.pk, fence=claim.fence, text="지켜봐 주세요.", status="complete",
            facts={"responder": "claude", "sources": []}, run={"steps": []},
        )  # fmt: skip
        Basis.objects.create(reply=self.reply, records=[], summary="")
        self.follow_up = FollowUp.objects.create(
            message=self.message, hours=6, question="나아졌나요?", status="asked",
            due_at=timezone.now(), asked_at=timezone.now(),
        )  # fmt: skip
        Rating.objects.create(consultation=self.talk, stars=5)
        self.note: SoapNote = make_note(self.talk)
        self.shared = sharing.share(note=self.note, owner=self.owner)

    def _files(self) -> None:
        given = {"owner": self.owner, "consultation": self.talk, "content_type": "audio/wav"}
        self.upload = Upload(kind="audio", status="ready", name="소리.wav", **given)
        self.upload.key = formats.checked_key("audio", self.upload.pk, "wav")
        self.upload.save()
        self.transcription = Transcription.objects.create(
            upload=self.upload, consultation=self.talk, status="ready", text="귀를 긁어요"
        )
        default_storage.save("exports/all.zip", ContentFile(b"PK"))
        self.export = DataExport.objects.create(
            user=self.owner, status="ready", key="exports/all.zip"
        )

    def _around(self) -> None:
        self.device = Device.objects.create(
            user=self.owner,
            endpoint="https://fcm.googleapis.com/fcm/send/one",
            p256dh="x",
            auth="x",
        )
        self.erasure = Erasure.objects.create(kind="consultation", subject=self.talk.pk)
        self.article = put("ear", "귀를 긁으면", title="귀", status="source_checked")
        self.passage = Passage.objects.filter(article=self.article).first()

    def ids(self, route: str) -> dict[str, Any]:
        """What stands for each `<…>` of a route: always the owner's."""
        known: dict[str, Any] = {
            "pet_id": self.pet, "care_id": self.care, "weight": self.weight, "reply": self.reply,
        }  # fmt: skip
        found = {name: row.pk for name, row in known.items()}
        found |= {"kind": "vet_review", "secret": self.shared.secret}
        found["slug"] = self.article.slug if "articles/" in route else "choking"
        found["pk"] = self._subject(route).pk if "pk>" in route else None
        return found

    def _subject(self, route: str) -> Any:
        """The row that a route's `pk` means: told by the word before it."""
        before = route.partition("<uuid:pk>")[0].partition("<int:pk>")[0].rstrip("/")
        return {
            "pets": self.pet, "records": self.record, "weights": self.weight, "care": self.care,
            "caretakers": self.caring, "invitations": self.invitation, "exports": self.export,
            "erasures": self.erasure, "consultations": self.talk, "messages": self.message,
            "uploads": self.upload, "follow-ups": self.follow_up, "passages": self.passage,
            "notes": self.note, "links": self.shared.link, "transcriptions": self.transcription,
            "devices": self.device,
        }[before.rpartition("/")[2]]  # fmt: skip

    def browser(self, role: str) -> Client:
        """A browser in which this role is signed in."""
        client = Client(raise_request_exception=False)
        if role != "nobody":
            client.force_login(self.people[role])
        return client


def _member(name: str, group: str = "") -> User:
    """Of the portal: in a group as shipped, or with no right at all."""
    user = User.objects.create_user(
        f"{name}@example.com", "x", name=name, role="vet" if group else "staff",
        email_verified_at=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    if group:
        user.groups.add(Group.objects.get(name=group))
    return User.objects.get(pk=user.pk)
