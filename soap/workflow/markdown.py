"""마크다운 포맷팅: a note as text, for export, search and the clipboard of a clinic's system."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

HEADINGS = {"S": "S · 주관적 소견", "O": "O · 객관적 소견", "A": "A · 평가", "P": "P · 계획"}


def as_markdown(
    keywords: Mapping[str, str],
    texts: Mapping[str, str],
    *,
    is_default: bool,
    approved_by: str = "",
) -> str:
    """The whole note; says at its top who stands for it."""
    lines = [
        f"# {_('상담 요약 (K-SOAP)')}",
        "",
        f"> {label(is_default=is_default, approved_by=approved_by)}",
        "",
    ]
    lines += [f"- **{name}**: {value}" for name, value in keywords.items()]
    for section, heading in HEADINGS.items():
        lines += ["", f"## {heading}", ""]
        lines += [f"- {line}" for line in texts.get(section, "").splitlines() if line.strip()]
    return "\n".join(lines).strip() + "\n"


def label(*, is_default: bool, approved_by: str) -> str:
    """Who stands for the note."""
    if approved_by:
        return str(_("수의사 %(name)s 검토·승인") % {"name": approved_by})
    if is_default:
        return str(_("자동 요약 — AI 모델이 쓰지 않았고, 수의사가 아직 검토하지 않았어요"))
    return str(_("AI가 작성한 초안 — 수의사가 아직 검토하지 않았어요"))
