"""The monthly review of who opened which record (개인정보의 안전성 확보조치 기준, 접속기록의 점검).

It counts and points out; whether an opening was right is a person's to judge. Nothing of a record
is in it: numbers of accounts, of records and of owners, and from where they were asked for.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles.models import User
from soap.models import AccessLog

Action = AccessLog.Action
TAKEN_OUT = (Action.COPY, Action.PDF)
NIGHT = range(6)  # hours, before the early shift
MANY_A_DAY, MANY_TAKEN_OUT_A_DAY = 100, 30


@dataclass
class Use:
    """What one account did in the month."""

    email: str
    actions: Counter[str] = field(default_factory=Counter)
    owners: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    at_night: int = 0
    days: Counter[date] = field(default_factory=Counter)
    taken_out: Counter[date] = field(default_factory=Counter)

    def count(self, entry: AccessLog) -> None:
        when = timezone.localtime(entry.at)
        self.actions[entry.action] += 1
        self.owners.add(str(entry.owner_id))
        self.addresses |= {entry.address} if entry.address else set()
        self.at_night += when.hour in NIGHT
        self.days[when.date()] += 1
        if entry.action in TAKEN_OUT:
            self.taken_out[when.date()] += 1


@dataclass(frozen=True)
class Review:
    """A month's use of each account, the busiest first, and what somebody should ask about."""

    month: date
    uses: list[Use]
    questions: list[str]

    @property
    def entries(self) -> int:
        return sum(use.actions.total() for use in self.uses)


def last_month() -> date:
    """The first day of the month that is over."""
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)


def review(month: date) -> Review:
    """What the log holds of the month that `month` lies in."""
    uses: dict[str, Use] = {}
    for entry in entries_of(month).order_by("at").iterator():
        uses.setdefault(str(entry.actor_id), Use(entry.actor_email)).count(entry)
    ordered = sorted(uses.values(), key=lambda use: (-use.actions.total(), use.email))
    return Review(month.replace(day=1), ordered, list(_questions(uses)))


def entries_of(month: date) -> QuerySet[AccessLog]:
    first = month.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    zone = timezone.get_current_timezone()
    begin, end = (datetime.combine(day, time(), zone) for day in (first, after))
    return AccessLog.objects.filter(at__gte=begin, at__lt=end)


def mail_review(found: Review, text: str) -> int:
    """To everybody who answers for the portal. Returns to how many. Raises OSError."""
    people = User.objects.filter(is_superuser=True, is_active=True)
    to = list(people.values_list("email", flat=True))
    if to:
        subject = _("[Dr. 마음] %(month)s 접속 기록 점검") % {"month": f"{found.month:%Y-%m}"}
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, to)
    return len(to)


def as_text(found: Review) -> str:
    """The review as staff read it."""
    lines = [
        _("%(month)s 접속 기록 %(count)s건, 계정 %(people)s개")
        % {"month": f"{found.month:%Y-%m}", "count": found.entries, "people": len(found.uses)},
        "",
    ]
    lines += [_line(use) for use in found.uses] or [_("이 달에는 열람이 없어요.")]
    lines += ["", _("확인해 주세요"), *(f"- {one}" for one in found.questions)]
    if not found.questions:
        lines.append(_("- 눈에 띄는 점이 없어요."))
    return "\n".join(lines)


def _line(use: Use) -> str:
    acts = ", ".join(
        f"{Action(action).label} {count}" for action, count in use.actions.most_common()
    )
    return _(
        "%(who)s: %(acts)s, 보호자 %(owners)s명, 접속 주소 %(addresses)s곳, 새벽 %(night)s건"
    ) % {
        "who": use.email,
        "acts": acts,
        "owners": len(use.owners),
        "addresses": len(use.addresses),
        "night": use.at_night,
    }


def _questions(uses: dict[str, Use]) -> Iterable[str]:
    """What stands out, in sentences."""
    working = {str(pk) for pk in User.objects.filter(is_active=True).values_list("pk", flat=True)}
    for actor, use in uses.items():
        told = {"who": use.email}
        if actor not in working:
            yield (
                _("%(who)s 계정은 지금 쓸 수 없는 계정이에요. 언제까지 일하셨는지 확인해 주세요.")
                % told
            )
        for day, count in use.days.items():
            if count > MANY_A_DAY:
                yield _("%(who)s 계정이 %(day)s 하루에 %(count)s건을 열었어요.") % (
                    told | {"day": day, "count": count}
                )
        for day, count in use.taken_out.items():
            if count > MANY_TAKEN_OUT_A_DAY:
                yield _("%(who)s 계정이 %(day)s 하루에 %(count)s건을 복사하거나 내려받았어요.") % (
                    told | {"day": day, "count": count}
                )
        if use.at_night:
            yield _("%(who)s 계정이 새벽(0시~6시)에 %(count)s건을 열었어요.") % (
                told | {"count": use.at_night}
            )
