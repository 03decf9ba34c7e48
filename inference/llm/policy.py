"""Which models there are and who is asked first: `drmaum/models.toml`, read and checked."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal, Self

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field, model_validator

Urgency = Literal["not_medical", "home", "soon", "urgent", "emergency"]


class Model(BaseModel):
    """One model. `settings` is the prefix under which key, address and name are found."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    api: Literal["anthropic", "openai"]
    settings: str
    is_overseas: bool
    sees_photos: bool
    won_per_million_input: float = Field(ge=0)
    won_per_million_output: float = Field(ge=0)

    @property
    def key(self) -> str:
        return str(getattr(settings, f"{self.settings}_API_KEY"))

    @property
    def address(self) -> str | None:
        found = getattr(settings, f"{self.settings}_BASE_URL")
        return str(found) if found else None

    @property
    def model(self) -> str:
        return str(getattr(settings, f"{self.settings}_MODEL"))

    @property
    def is_configured(self) -> bool:
        return bool(self.key) or (not self.is_overseas and self.address is not None)

    def won(self, input_tokens: int, output_tokens: int) -> float:
        """What a call costs, in won."""
        read = input_tokens * self.won_per_million_input
        return (read + output_tokens * self.won_per_million_output) / 1_000_000


class Situation(BaseModel):
    """What a choice depends on. `spent` is the greater share of the two daily budgets."""

    model_config = ConfigDict(frozen=True)

    urgency: str
    has_photo: bool = False
    tokens: int = 0
    spent: float = 0.0


class Rule(BaseModel):
    """One line of the policy: its conditions, and who moves to the head of the order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    why: str
    first: list[str]
    urgency: list[Urgency] | None = None
    has_photo: bool | None = None
    tokens_over: int | None = None
    spent_over: float | None = None

    def holds(self, now: Situation) -> bool:
        return (
            (self.urgency is None or now.urgency in self.urgency)
            and (self.has_photo is None or now.has_photo == self.has_photo)
            and (self.tokens_over is None or now.tokens > self.tokens_over)
            and (self.spent_over is None or now.spent > self.spent_over)
        )


class Policy(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    models: dict[str, Model]
    rules: list[Rule]

    @model_validator(mode="after")
    def _rules_name_models(self) -> Self:
        """A slip of the pen in a rule would otherwise be a rule without effect."""
        unknown = {name for rule in self.rules for name in rule.first} - self.models.keys()
        if unknown:
            raise ValueError(f"unknown models in rules: {', '.join(sorted(unknown))}")
        return self

    def rule_for(self, now: Situation) -> Rule | None:
        """The first rule whose conditions hold."""
        return next((rule for rule in self.rules if rule.holds(now)), None)


def policy() -> Policy:
    """The policy of the settings. Raises pydantic.ValidationError for one that cannot be read."""
    return _load(str(settings.MODEL_POLICY))


@cache
def _load(path: str) -> Policy:
    return Policy.model_validate(tomllib.loads(Path(path).read_text(encoding="utf-8")))


def digest() -> str:
    """A value that changes with the policy: part of the key of a cached answer."""
    return hashlib.sha256(policy().model_dump_json().encode()).hexdigest()[:12]
