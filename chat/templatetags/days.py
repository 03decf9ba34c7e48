"""How far a day is, as one says it."""

from datetime import date

from django import template

register = template.Library()


@register.filter
def days_from(day: date, today: date) -> str:
    ahead = (day - today).days
    if ahead == 0:
        return "오늘이에요"
    return f"{ahead}일 남았어요" if ahead > 0 else f"{-ahead}일 지났어요"
