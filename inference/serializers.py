"""Shapes of passages on the wire."""

from typing import Any

from rest_framework import serializers

from inference.knowledge.loading import HEADINGS
from inference.models import Article, Basis, Passage


class ArticleSerializer(serializers.ModelSerializer[Article]):
    status = serializers.CharField(source="get_status_display")

    class Meta:
        model = Article
        fields = ["slug", "title", "urgency", "sources", "status", "checked_at"]
        read_only_fields = fields


class PassageSerializer(serializers.ModelSerializer[Passage]):
    article = ArticleSerializer()
    heading = serializers.SerializerMethodField()

    class Meta:
        model = Passage
        fields = ["id", "heading", "section", "text", "article"]
        read_only_fields: Any = fields

    def get_heading(self, passage: Passage) -> str:
        return HEADINGS.get(passage.section, passage.section)


class BasisSerializer(serializers.ModelSerializer[Basis]):
    class Meta:
        model = Basis
        fields = ["reply", "profile", "records", "notes", "passages", "turns", "summary"]
        read_only_fields: Any = fields
