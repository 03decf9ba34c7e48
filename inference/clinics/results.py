"""What a search for clinics returns, with what an owner must know before going there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from inference.models import Clinic, ClinicMark
from inference.models.clinics import EXOTIC

MAP = "https://map.kakao.com/link"
ASK_HOURS = "진료 시간은 전화로 확인하세요"
ASK_NIGHT = "야간 진료를 하는 곳이지만 시간은 병원마다 달라요. 먼저 전화하세요."
ASK_EXOTIC = "특수동물 진료 여부를 전화로 먼저 확인하세요"

Kind = ClinicMark.Kind


@dataclass(frozen=True)
class Mark:
    """What somebody checked about a clinic, and when."""

    kind: str
    source: str
    noted_on: date

    @property
    def label(self) -> str:
        return str(Kind(self.kind).label)


@dataclass(frozen=True)
class Found:
    """A clinic as it is shown. `metres` is None without a position to measure from."""

    key: str
    name: str
    phone: str
    address: str
    latitude: float | None
    longitude: float | None
    as_of: date
    source: str
    metres: int | None
    marks: tuple[Mark, ...]
    species: str

    @property
    def is_open_24h(self) -> bool:
        return self._has(Kind.OPEN_24H)

    @property
    def is_exotic(self) -> bool:
        """Whether it is known to see exotic pets."""
        return self._has(Kind.EXOTIC)

    @property
    def hours_known(self) -> bool:
        """Of a clinic that is open by night, nobody noted until when."""
        return self.is_open_24h

    @property
    def notes(self) -> tuple[str, ...]:
        """What to do before setting out, most important first."""
        found = []
        if self.species in EXOTIC and not self.is_exotic:
            found.append(ASK_EXOTIC)
        if not self.hours_known:
            found.append(ASK_NIGHT if self._has(Kind.NIGHT) else ASK_HOURS)
        return tuple(found)

    @property
    def phone_url(self) -> str:
        """A link that dials; "" without a number."""
        return f"tel:{self.phone.replace('-', '')}" if self.phone else ""

    @property
    def map_url(self) -> str:
        """A map that needs no key: the spot, or without coordinates a search for the address."""
        if self.latitude is None:
            return f"{MAP}/search/{quote(f'{self.address} {self.name}', safe='')}"
        return f"{MAP}/map/{quote(self.name, safe='')},{self.latitude},{self.longitude}"

    def _has(self, kind: str) -> bool:
        return any(mark.kind == kind for mark in self.marks)


def found_clinic(
    clinic: Clinic, marks: Sequence[Mark], *, species: str, metres: int | None = None
) -> Found:
    """A clinic as it is shown to somebody with a pet of `species`."""
    return Found(
        key=clinic.key,
        name=clinic.name,
        phone=clinic.phone,
        address=clinic.address,
        latitude=clinic.latitude,
        longitude=clinic.longitude,
        as_of=clinic.as_of,
        source=clinic.source,
        metres=metres,
        marks=tuple(marks),
        species=species,
    )
