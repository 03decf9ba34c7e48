"""The program that looks into a recording: what it is, how long, and whether there is a sound.

Headers are not believed: the length is counted from the samples that were decoded. Run by
`sandbox.look`; no Django.
"""

from collections.abc import Callable, Iterator
from typing import Any

import av
import numpy as np

from chat.uploads.confined import RefusedError, main

LEAST_SECONDS, MOST_SECONDS = 0.5, 3600.0
SLACK_SECONDS = 1.0  # encoders pad
SOUND = 0.001  # -60 dBFS, the loudest 50 ms of a recording of nothing lie below it
WINDOWS_A_SECOND = 20
MOST_BROKEN = 200
CODECS = ("aac", "alac", "mp3", "mp3float", "opus", "libopus", "vorbis", "flac", "pcm_", "amr")
STILL_PICTURES = {"mjpeg", "png"}  # the cover of a song


def look(reader: str, source: str) -> dict[str, Any]:
    """Raises RefusedError."""
    try:
        options = {"protocol_whitelist": "file"}
        with av.open(source, format=reader, container_options=options) as container:
            return _facts(container)
    except av.FFmpegError as error:
        raise RefusedError("file_unreadable") from error


def _facts(container: Any) -> dict[str, Any]:
    stream = only_sound(container)
    seconds, is_silent = _listen(container, stream)
    if seconds == 0:
        raise RefusedError("file_unreadable")
    if seconds < LEAST_SECONDS:
        raise RefusedError("audio_too_short")
    if is_silent:
        raise RefusedError("audio_silent")
    codec = stream.codec_context
    return {
        "seconds": round(seconds, 2),
        "codec": codec.name,
        "channels": codec.layout.nb_channels,
        "rate": codec.sample_rate,
    }


def only_sound(container: Any) -> Any:
    """The one stream of sound. Moving pictures are not what this place is for."""
    moving = [one for one in container.streams.video if one.codec.name not in STILL_PICTURES]
    if moving or not container.streams.audio:
        raise RefusedError("file_unsupported")
    stream = container.streams.audio[0]
    if not stream.codec_context or not stream.codec_context.name.startswith(CODECS):
        raise RefusedError("file_unsupported")
    return stream


def _listen(container: Any, stream: Any) -> tuple[float, bool]:
    """The length by samples, and whether nothing louder than silence was heard."""
    seconds, is_silent = 0.0, True
    for frame in frames(container, stream):
        if not frame.sample_rate:
            continue
        seconds += frame.samples / frame.sample_rate
        if seconds > MOST_SECONDS + SLACK_SECONDS:
            raise RefusedError("audio_too_long")
        is_silent = is_silent and not _is_heard(frame)
    return seconds, is_silent


def frames(
    container: Any, stream: Any, is_over: Callable[[Any], bool] = lambda _packet: False
) -> Iterator[Any]:
    """Decoded frames; a few broken packets are skipped, as players do, and those that `is_over`
    says nobody wants."""
    broken = 0
    for packet in container.demux(stream):
        if is_over(packet):
            continue
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            broken += 1
            if broken > MOST_BROKEN:
                raise


def _is_heard(frame: Any) -> bool:
    """Whether a window of the frame is louder than silence."""
    samples = frame.to_ndarray().astype(np.float32)
    if frame.format.name.startswith(("s16", "s32", "u8")):
        samples = _scaled(samples, frame.format.name)
    samples = samples.reshape(-1)
    window = max(1, frame.sample_rate // WINDOWS_A_SECOND)
    cut = [samples[at : at + window] for at in range(0, len(samples), window)]
    return any(float(np.sqrt(np.mean(piece**2))) > SOUND for piece in cut)


def _scaled(samples: Any, name: str) -> Any:
    if name.startswith("u8"):
        return (samples - 128) / 128
    return samples / (2**15 if name.startswith("s16") else 2**31)


if __name__ == "__main__":
    main(look)
