"""A note as its review page shows it: sections with their evidence, beside the conversation."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.template.defaultfilters import linebreaksbr
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.models import Message, Upload
from chat.reading import standing
from chat.uploads.addresses import THUMB, address_of
from profiles.models import Pet
from soap.differences import Run, between
from soap.models import Amendment, Rewrite, Section, SoapNote
from soap.reading import standing_text

_BOLD = re.compile(r"\*\*(.+?)\*\*")
SPOKEN = ("message", "audio", "photo", "triage")
# The fields of a profile that a sentence may rest on, in the order they are shown.
FIELDS = {
    "name": gettext_lazy("이름"), "species": gettext_lazy("종"), "breed": gettext_lazy("품종"), "sex": gettext_lazy("성별"),
    "age_months": gettext_lazy("나이"), "weight_kg": gettext_lazy("체중"), "medicines": gettext_lazy("복용약"),
    "allergies": gettext_lazy("알레르기"), "conditions": gettext_lazy("앓는 병"),
}  # fmt: skip


@dataclass(frozen=True)
class Chip:
    """Where a sentence comes from; `target` is the id of that place on the page, if it is there."""

    kind: str
    text: str
    target: str = ""


@dataclass(frozen=True)
class Line:
    """One sentence of a section, with its evidence."""

    text: str
    chips: tuple[Chip, ...] = ()


@dataclass(frozen=True)
class Part:
    """A section as it stands. `unsaved` is what a vet could not save, `newer` how that differs
    from what was saved meanwhile."""

    section: Section
    text: str
    lines: list[Line]
    against_draft: list[Run]
    amendments: list[Amendment]
    rewrite: Rewrite | None
    unsaved: str = ""
    newer: list[Run] = field(default_factory=list)

    @property
    def is_rewriting(self) -> bool:
        return self.rewrite is not None and self.rewrite.status == Rewrite.Status.WAITING

    @property
    def is_changed(self) -> bool:
        return any(run.kind != "same" for run in self.against_draft)


@dataclass(frozen=True)
class Shot:
    """A photo of a message, by addresses that end after some minutes."""

    id: str
    part: str
    thumb: str
    full: str


@dataclass(frozen=True)
class Sound:
    """The recording of a spoken message. Without an address it is gone."""

    address: str
    seconds: float

    @property
    def length(self) -> str:
        minutes, seconds = divmod(round(self.seconds), 60)
        told = {"minutes": minutes, "seconds": seconds}
        if not minutes:
            return _("%(seconds)s초") % told
        return _("%(minutes)s분 %(seconds)s초") % told


@dataclass(frozen=True)
class Spoken:
    """A message with its number in the conversation."""

    number: int
    message: Message
    urgency: str
    photos: tuple[Shot, ...] = ()
    sound: Sound | None = None

    @property
    def text(self) -> SafeString:
        """The words, with the bold ones of an answer bold."""
        pieces = _BOLD.split(self.message.text)
        marked = ((piece, number % 2) for number, piece in enumerate(pieces))
        return linebreaksbr(
            format_html_join(
                "",
                "{}",
                ((format_html("<b>{}</b>", piece) if bold else piece,) for piece, bold in marked),
            )
        )


def conversation_of(note: SoapNote) -> list[Spoken]:
    """What was said, as it stands, numbered; with the urgency that triage saw in it."""
    rows = Message.objects.filter(consultation=note.consultation_id)
    told = rows.select_related("triage").prefetch_related("photos").order_by("seq")
    said = standing(told)
    recordings = _recordings(note, said)
    return [
        Spoken(number, one, _urgency(one), tuple(_shots(one)), _sound(one, recordings))
        for number, one in enumerate(said, start=1)
    ]


def _urgency(message: Message) -> str:
    return getattr(getattr(message, "triage", None), "urgency", "")


def _shots(message: Message) -> Iterator[Shot]:
    for photo in message.photos.all():
        thumb, full = address_of(photo, THUMB), address_of(photo)
        if thumb and full:
            part = photo.get_body_part_display() if photo.body_part else ""
            yield Shot(str(photo.pk), part, thumb, full)


def _recordings(note: SoapNote, said: Sequence[Message]) -> dict[str, Upload]:
    """Those of this consultation that can still be heard."""
    if not any(one.kind == Message.Kind.AUDIO_TRANSCRIPT for one in said):
        return {}
    rows = Upload.objects.usable().filter(consultation=note.consultation_id, kind=Upload.Kind.AUDIO)
    return {str(one.pk): one for one in rows}


def _sound(message: Message, recordings: Mapping[str, Upload]) -> Sound | None:
    if message.kind != Message.Kind.AUDIO_TRANSCRIPT or "upload" not in message.facts:
        return None
    kept = recordings.get(message.facts["upload"])
    address = address_of(kept) if kept else None
    return Sound(address or "", message.facts.get("seconds", 0))


def parts_of(
    note: SoapNote, said: list[Spoken], unsaved: Mapping[str, str] | None = None
) -> list[Part]:
    """The four sections. `unsaved` holds texts that were refused, by the section's letter."""
    places = {str(one.message.pk): one for one in said}
    places |= {shot.id: one for one in said for shot in one.photos}
    sections = note.sections.prefetch_related("amendments__author", "rewrites").order_by("pk")
    return [_part(section, places, (unsaved or {}).get(section.kind, "")) for section in sections]


def facts_of(pet: Pet) -> list[tuple[str, str, str]]:
    """The pet's profile: (name of the field, its label, its value), without what is unknown."""
    values: dict[str, Any] = {
        "name": pet.name,
        "species": pet.get_species_display(),
        "breed": pet.breed,
        "sex": _sex(pet),
        "age_months": _age(pet),
        "weight_kg": f"{float(pet.weight_kg):g} kg" if pet.weight_kg is not None else "",
        "medicines": ", ".join(pet.medicines),
        "allergies": ", ".join(pet.allergies),
        "conditions": ", ".join(pet.conditions),
    }
    return [(name, str(FIELDS[name]), value) for name, value in values.items() if value]


def _part(section: Section, places: Mapping[str, Spoken], unsaved: str) -> Part:
    text = standing_text(section)
    drafted = section.drafted_text
    evidence = {one["text"]: one["evidence"] for one in section.drafted}
    lines = [
        Line(line, _chips(evidence.get(line, ()), places))
        for line in text.splitlines()
        if line.strip()
    ]
    rewrites = list(section.rewrites.all())
    return Part(
        section=section,
        text=text,
        lines=lines,
        against_draft=between(drafted, text) if drafted else [],
        amendments=list(section.amendments.all()),
        rewrite=rewrites[-1] if rewrites else None,
        unsaved=unsaved,
        newer=between(text, unsaved) if unsaved else [],
    )


def _chips(evidence: Any, places: Mapping[str, Spoken]) -> tuple[Chip, ...]:
    chips = dict.fromkeys(_chip(one, places) for one in evidence)
    # A message that triage also marked is one place, not two.
    spoken = {chip.target for chip in chips if chip.kind == "message"}
    return tuple(chip for chip in chips if chip.kind != "triage" or chip.target not in spoken)


def _chip(evidence: Mapping[str, str], places: Mapping[str, Spoken]) -> Chip:
    kind, key = evidence["kind"], evidence["id"]
    if kind in SPOKEN and key in places:
        return _spoken_chip(kind, key, places[key])
    if kind == "profile":
        return Chip(kind, _("프로필 · %(field)s") % {"field": FIELDS.get(key, key)}, f"pet-{key}")
    if kind == "source":
        return Chip(kind, _("근거 문서 · %(title)s") % {"title": key})
    return Chip(kind, evidence.get("label") or _("고쳐 쓴 메시지"))


def _spoken_chip(kind: str, key: str, spoken: Spoken) -> Chip:
    place = _place(spoken)
    if kind == "photo":
        return Chip(kind, _("사진 · %(place)s") % {"place": place}, f"photo-{key}")
    if kind == "audio" and spoken.sound and spoken.sound.address:
        return Chip(kind, _("녹음 · %(place)s") % {"place": place}, f"audio-{key}")
    return Chip(kind, place, f"said-{key}")


def _place(spoken: Spoken) -> str:
    said_at = timezone.localtime(spoken.message.created_at).strftime("%H:%M")
    who = spoken.message.get_role_display()
    return f"#{spoken.number} {who} {said_at}"


def _sex(pet: Pet) -> str:
    if pet.sex == Pet.Sex.UNKNOWN:
        return ""
    done = _(" · 중성화함") if pet.is_neutered else ""
    return f"{pet.get_sex_display()}{done}"


def _age(pet: Pet) -> str:
    months = pet.age_in_months()
    if months is None:
        return ""
    if months < 12:
        return _("%(months)s개월") % {"months": months}
    return _("%(years)s살 %(months)s개월") % {"years": months // 12, "months": months % 12}
