"""Ages: in words for owners, and the birthday that follows from an age that was told."""

from calendar import monthrange
from datetime import date

from django.utils import timezone

from profiles.models import Pet


def in_words(pet: Pet, today: date | None = None) -> str:
    """Such as "3살 2개월", with its doubt; empty when the birthday is unknown."""
    months = pet.age_in_months(today)
    if months is None or pet.birth_date is None:
        return ""
    years, rest = divmod(months, 12)
    if not months:
        weeks = ((today or timezone.localdate()) - pet.birth_date).days // 7
        told = f"생후 {weeks}주" if weeks else "갓 태어났어요"
    elif not years:
        told = f"{rest}개월"
    else:
        told = f"{years}살 {rest}개월" if rest else f"{years}살"
    return f"약 {told}" if pet.is_birth_date_approximate and months else told


def born(*, years: int, months: int, today: date | None = None) -> date:
    """The day so many years and months ago, on the month's last day where it has no such day."""
    day = today or timezone.localdate()
    count = day.year * 12 + day.month - 1 - (years * 12 + months)
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
