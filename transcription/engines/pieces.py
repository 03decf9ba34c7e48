"""The program that cuts the next piece out of a recording, where its speaker draws breath.

Run by `sandbox.look`; no Django. The piece is written as the ear of the engine wants it: one
channel, 16,000 samples a second, signed 16 bits.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np

from chat.uploads.confined import RefusedError, main
from chat.uploads.probing import frames, only_sound

RATE = 16_000
PRE_ROLL = 1.0  # codecs need a little of what was before
BREATH = 0.3
LOOKED_AT = 0.3  # the last part of a piece, in which it may end


def look(reader: str, source: str, target: str, start: str, most: str) -> dict[str, Any]:
    """Write the samples from `start` on, `most` seconds of them at most. Returns where the piece
    ends and whether anything follows it. Raises RefusedError."""
    begin, longest = float(start), float(most)
    try:
        options = {"protocol_whitelist": "file"}
        with av.open(source, format=reader, container_options=options) as container:
            parts = _parts(container, begin, longest)
    except av.FFmpegError as error:
        raise RefusedError("file_unreadable") from error
    samples = np.concatenate([np.zeros(0, np.int16), *(part for _, part in parts)])
    is_last = len(samples) <= longest * RATE
    kept = len(samples) if is_last else _quietest(samples[: int(longest * RATE)])
    Path(target).write_bytes(samples[:kept].astype("<i2").tobytes())
    first = parts[0][0] if parts else begin
    return {"start": first, "end": _second_of(parts, kept, begin), "is_last": is_last}


Part = tuple[float, Any]


def _parts(container: Any, begin: float, longest: float) -> list[Part]:
    """From `begin` on, a breath more than `longest` where there is more: the second at which
    each part stands, and its samples."""
    wanted, have, parts = int((longest + BREATH) * RATE), 0, list[Part]()
    for at, samples in _resampled(container, begin):
        skipped = max(0, round((begin - at) * RATE)) if have == 0 else 0
        if skipped < len(samples):
            parts.append((at + skipped / RATE, samples[skipped:]))
            have += len(samples) - skipped
        if have > wanted:
            break
    return parts


def _second_of(parts: list[Part], kept: int, begin: float) -> float:
    """When the last of the kept samples sounds."""
    for at, samples in parts:
        if kept <= len(samples):
            return at + kept / RATE
        kept -= len(samples)
    return begin


def _resampled(container: Any, begin: float) -> Iterator[Part]:
    """Samples with the second at which they stand. Times come from the file where it has them,
    as a player's do; else they are counted from its beginning."""
    stream = only_sound(container)
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    counted = 0.0
    for frame in frames(container, stream, lambda packet: _is_over(packet, begin - PRE_ROLL)):
        at = counted if frame.time is None else frame.time
        counted = at + frame.samples / frame.sample_rate
        frame.pts = None
        for made in resampler.resample(frame):
            yield at, made.to_ndarray().reshape(-1)
    for made in resampler.resample(None):
        yield counted, made.to_ndarray().reshape(-1)


def _is_over(packet: Any, begin: float) -> bool:
    """What ends before `begin` is not decoded, where the file tells its times."""
    if packet.pts is None or not packet.duration:
        return False
    return float((packet.pts + packet.duration) * packet.time_base) < begin


def _quietest(samples: Any) -> int:
    """The middle of the quietest breath near the end."""
    window = int(BREATH * RATE)
    first = int(len(samples) * (1 - LOOKED_AT))
    tail = samples[first:].astype(np.float64) ** 2
    loudness = np.convolve(tail, np.ones(window), "valid")
    return first + int(np.argmin(loudness)) + window // 2


if __name__ == "__main__":
    main(look)
