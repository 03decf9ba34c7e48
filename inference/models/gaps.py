"""What owners asked and the library could not answer well."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from inference.models.library import Article


class KnowledgeGap(models.Model):
    """Questions of one week that mean the same and were answered badly. The words are masked:
    no name, number or address of an owner stands in them."""

    class Status(models.TextChoices):
        OPEN = "open", _("열림")
        STARTED = "started", _("문서 작성 중")
        CLOSED = "closed", _("닫음")

    week = models.DateField(_("주 (월요일)"), db_index=True)
    title = models.CharField(_("대표 질문"), max_length=200)
    questions = models.JSONField(_("질문들"), default=list)
    species = ArrayField(models.CharField(max_length=12), default=list)
    size = models.PositiveIntegerField(_("질문 수"))
    weak = models.PositiveIntegerField(_("근거 약함"), default=0)
    unanswered = models.PositiveIntegerField(_("근거 없음"), default=0)
    disliked = models.PositiveIntegerField(_("도움 안 됨"), default=0)
    status = models.CharField(_("상태"), max_length=8, choices=Status, default=Status.OPEN)
    article = models.ForeignKey(
        Article, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("시작한 문서")
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("지식 공백")
        verbose_name_plural = _("지식 공백")
        ordering = ["-week", "-size", "title"]

    def __str__(self) -> str:
        return self.title
