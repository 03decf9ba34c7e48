"""Clinics near a position, or in a place that somebody typed.

Nearest is one statement. The index orders points on a plane in which a degree of longitude
counts `DEGREE_RATIO` of a degree of latitude, true in the middle of Korea and 4 % off at its
ends; so more candidates are taken from it than are asked for, and the exact distance over the
sphere orders them. Nothing of the position is kept.
"""

import json
import re
from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import Any

from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from inference.clinics.places import typed_words
from inference.clinics.results import Found, Mark, found_clinic
from inference.models import Clinic, ClinicMark
from inference.models.clinics import DEGREE_RATIO, EXOTIC

MOST = 20
CANDIDATES = 60
# A clinic known for exotic pets goes before nearer ones up to here; beyond, the way is too long.
EXOTIC_METRES = 50_000
# One that is open day and night is known to be open now: before nearer ones up to here.
OPEN_METRES = 20_000
EARTH_METRES = 6_371_008.8

# The ratio stands in the text because the index is found by its very expression.
SQL = f"""
with fitting as not materialized (
    select c.id, c.latitude, c.longitude,
           point(c.longitude * {DEGREE_RATIO}, c.latitude)
               <-> point(%(longitude)s * {DEGREE_RATIO}, %(latitude)s) as apart
    from inference_clinic c
    where c.status = 'open' and c.latitude is not null and c.longitude is not null
      and not c.is_large_animal
      and (%(only)s = '' or exists (
          select from inference_clinicmark m where m.clinic_id = c.id and m.kind = %(only)s))
      and not (%(is_exotic)s and exists (
          select from inference_clinicmark m where m.clinic_id = c.id and m.kind = 'not_exotic'))
),
near as (
    select * from fitting order by apart limit %(candidates)s
),
known as (
    select * from fitting
    where %(is_exotic)s
      and id in (select clinic_id from inference_clinicmark where kind = 'exotic')
    order by apart limit %(candidates)s
),
open_now as (
    select * from fitting
    where id in (select clinic_id from inference_clinicmark where kind = 'open_24h')
    order by apart limit %(candidates)s
),
measured as (
    select id, 2 * %(earth)s * asin(least(1, sqrt(
        power(sin(radians(latitude - %(latitude)s) / 2), 2)
        + cos(radians(latitude)) * cos(radians(%(latitude)s))
        * power(sin(radians(longitude - %(longitude)s) / 2), 2)))) as metres
    from (
        select * from known union select * from open_now union select * from near
    ) candidates
)
select c.key, c.name, c.phone, c.address, c.latitude, c.longitude, c.as_of, c.source,
       round(d.metres)::integer as metres,
       (select json_agg(json_build_array(m.kind, m.source, m.noted_on) order by m.kind)::text
        from inference_clinicmark m where m.clinic_id = c.id) as marks
from measured d join inference_clinic c on c.id = d.id
order by (d.metres <= %(far)s and d.id in (select id from known)) desc,
         (d.metres <= {OPEN_METRES} and d.id in (select id from open_now)) desc,
         d.metres, c.key
limit %(limit)s
"""  # noqa: S608  (a constant of ours)

_START = r"(^|[\s(,])"
# A road is not the town after which it is named: 영통 is 영통구 before it is 영통로.
_ENDINGS = r"(특별시|광역시|특별자치시|특별자치도|도|시|군|구|읍|면|동|리)?([\s,)]|$)"


class PlaceTooShort(Refusal):
    code = "place_too_short"
    message = _("지역 이름을 두 글자 이상으로 알려 주세요. 예: 강남구 역삼동")


class PlaceUnknown(Refusal):
    status = HTTPStatus.NOT_FOUND
    code = "place_unknown"
    message = _(
        "그 지역의 동물병원을 찾지 못했어요. 시·군·구나 동, 도로 이름을 띄어서 적어 주세요."
        " 예: 수원 영통"
    )


def nearest(
    latitude: float, longitude: float, species: str = "", limit: int = 5, only: str = ""
) -> list[Found]:
    """Open clinics around a position, nearest first, at most `limit` and never more than MOST.

    For an exotic pet those known to see it come first, up to 50 km away; then those that are
    open day and night, up to 20 km away. `only` keeps those with one kind of mark.
    """
    parameters: dict[str, Any] = {
        "latitude": latitude,
        "longitude": longitude,
        "is_exotic": species in EXOTIC,
        "only": only,
        "candidates": CANDIDATES,
        "earth": EARTH_METRES,
        "far": EXOTIC_METRES,
        "limit": min(limit, MOST),
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL, parameters)
        names = [column.name for column in cursor.description]
        return [_from_row(dict(zip(names, row, strict=True)), species) for row in cursor]


def in_place(text: str, species: str = "", limit: int = 5, only: str = "") -> list[Found]:
    """Open clinics whose address has every word of `text`: "강남구 역삼동", "수원 영통".

    Words that name a place as a whole go before words that only begin a longer name; then those
    that are open day and night; then by name. Raises PlaceTooShort, PlaceUnknown.
    """
    words = typed_words(text)
    if not words:
        raise PlaceTooShort
    clinics = Clinic.objects.open().for_species(species)
    if only:
        clinics = clinics.marked(only)
    listed = list(_placed(clinics, words, species).prefetch_related("marks")[: min(limit, MOST)])
    if not listed:
        raise PlaceUnknown
    return [
        found_clinic(one, [_mark(mark) for mark in one.marks.all()], species=species)
        for one in listed
    ]


def _placed(
    clinics: QuerySet[Clinic], words: Sequence[Sequence[str]], species: str
) -> QuerySet[Clinic]:
    """Those whose addresses have all words, in the order in which they are shown."""
    found = clinics.annotate(addresses=Concat("address", Value(" "), "lot_address"))
    whole: Any = Value(0)
    for forms in words:
        either = "|".join(re.escape(form) for form in forms)
        found = found.filter(addresses__regex=f"{_START}({either})")
        whole = whole + _one_if(Q(addresses__regex=f"{_START}({either}){_ENDINGS}"))
    exotic = ClinicMark.objects.filter(kind=ClinicMark.Kind.EXOTIC).values("clinic")
    is_known = _one_if(Q(pk__in=exotic)) if species in EXOTIC else Value(0)
    always = ClinicMark.objects.filter(kind=ClinicMark.Kind.OPEN_24H).values("clinic")
    found = found.annotate(whole=whole, known=is_known, always=_one_if(Q(pk__in=always)))
    return found.order_by("-known", "-whole", "-always", "name", "key")


def newest_register() -> tuple[str, date] | None:
    """Source and day of the newest register that is stored; None without any."""
    return Clinic.objects.order_by("-as_of").values_list("source", "as_of").first()


def _one_if(condition: Q) -> Case:
    return Case(When(condition, then=1), default=0, output_field=IntegerField())


def _mark(mark: ClinicMark) -> Mark:
    return Mark(mark.kind, mark.source, mark.noted_on)


def _from_row(row: dict[str, Any], species: str) -> Found:
    marks = json.loads(row.pop("marks") or "[]")
    listed = tuple(Mark(kind, source, date.fromisoformat(day)) for kind, source, day in marks)
    return Found(**row, marks=listed, species=species)
