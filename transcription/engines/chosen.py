"""Which engine turns recordings into text. An engine's SDK or model is loaded where it is used."""

from importlib import import_module

from django.conf import settings

from transcription.engines.base import Engine

ENGINES = {
    "whisper": ("transcription.engines.whisper", "Whisper"),
    "amazon": ("transcription.engines.amazon", "Amazon"),
}


def engine(name: str = "") -> Engine:
    """The one that began a recording, or the one that the settings name. Raises KeyError."""
    module, kind = ENGINES[name or settings.SPEECH_ENGINE]
    made: Engine = getattr(import_module(module), kind)()
    return made
