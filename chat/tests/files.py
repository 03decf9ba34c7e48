"""Photos and recordings made for tests, good and evil."""

import io
import math
import struct
import zlib
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image, ImageCms, PngImagePlugin

SECRET_PLACE = "37.5665 126.9780"
HTML_TAIL = b"<html><script>alert(1)</script></html>"


def picture(
    form: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **more: Any
) -> bytes:
    """A red left half and a blue right half."""
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 30, 200), (size[0] // 2, 0, *size))
    if mode != "RGB":
        image = image.convert(mode)
    return written(image, form, **more)


def written(image: Image.Image, form: str, **more: Any) -> bytes:
    if form == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    out = io.BytesIO()
    image.save(out, form, **more)
    return out.getvalue()


def with_secrets(form: str) -> bytes:
    """Metadata of a phone: where, with what, turned by a quarter, in its own colours."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise
    exif[0x010F] = "SECRET-PHONE"
    exif[0x9286] = SECRET_PLACE
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (37.0, 33.0, 59.4)
    more: dict[str, Any] = {"exif": exif}
    if form != "HEIF":
        more["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if form == "JPEG":
        more["comment"] = b"SECRET-COMMENT"
    if form == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", "SECRET-COMMENT")
        more["pnginfo"] = text
    return picture(form, **more)


def profile_of_swapped_colours() -> bytes:
    """A profile in which red means blue and blue means red."""
    body = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", body[128:132])[0]
    entries = {bytes(body[at : at + 4]): at + 4 for at in range(132, 132 + 12 * count, 12)}
    red, blue = entries[b"rXYZ"], entries[b"bXYZ"]
    body[red : red + 8], body[blue : blue + 8] = body[blue : blue + 8], body[red : red + 8]
    return bytes(body)


def png_bomb(width: int, height: int) -> bytes:
    """A small file that says, and holds, a huge empty picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = b"\0" * (width // 8 + 2)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _ in range(min(height, 2000))) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def recording(
    seconds: float, ending: str = "wav", *, rate: int = 16000, loudness: float = 0.3
) -> bytes:
    """A tone of 440 Hz in the format of a file's ending."""
    codec, container = {
        "wav": ("pcm_s16le", "wav"),
        "m4a": ("aac", "ipod"),
        "mp3": ("libmp3lame", "mp3"),
        "webm": ("libopus", "webm"),
        "ogg": ("libopus", "ogg"),
        "flac": ("flac", "flac"),
        "amr": ("libopencore_amrnb", "amr"),
    }[ending]
    rate = {"webm": 48000, "ogg": 48000, "amr": 8000}.get(ending, rate)
    out = io.BytesIO()
    with av.open(out, "w", format=container) as sink:
        stream = sink.add_stream(codec, rate=rate, layout="mono")
        for frame in _tone(seconds, rate, loudness):
            sink.mux(stream.encode(frame))
        sink.mux(stream.encode(None))
    return out.getvalue()


def _tone(seconds: float, rate: int, loudness: float) -> Any:
    """Frames of up to one second."""
    total = math.ceil(seconds * rate)
    for start in range(0, total, rate):
        at = np.arange(start, min(start + rate, total))
        wave = (np.sin(at * 2 * np.pi * 440 / rate) * loudness * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts = rate, start
        yield frame


def in_fragments(seconds: float) -> bytes:
    """As Safari records: MP4 that was never finished."""
    out = io.BytesIO()
    flags = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "brand": "iso5"}
    with av.open(out, "w", format="mp4", options=flags) as sink:
        stream = sink.add_stream("aac", rate=16000, layout="mono")
        for frame in _tone(seconds, 16000, 0.3):
            sink.mux(stream.encode(frame))
        sink.mux(stream.encode(None))
    body = out.getvalue()
    length = struct.unpack(">I", body[:4])[0]
    return body[:16] + b"iso6" * ((length - 16) // 4) + body[length:]


def without_duration(webm: bytes) -> bytes:
    """As a browser records: the header's Duration (id 4489) made a void element."""
    at = webm.index(b"\x44\x89\x88")
    return webm[:at] + b"\xec\x89" + webm[at + 2 : at + 2] + b"\0" * 9 + webm[at + 11 :]


def with_duration(webm: bytes, seconds: float) -> bytes:
    """A header that lies."""
    at = webm.index(b"\x44\x89\x88") + 3
    return webm[:at] + struct.pack(">d", seconds * 1000) + webm[at + 8 :]


def in_wav(path: Path) -> bytes:
    """A recording from disk, as a microphone's file."""
    out = io.BytesIO()
    with av.open(str(path)) as source, av.open(out, "w", format="wav") as sink:
        stream = sink.add_stream("pcm_s16le", rate=source.streams.audio[0].rate, layout="mono")
        for frame in source.decode(audio=0):
            sink.mux(stream.encode(frame))
        sink.mux(stream.encode(None))
    return out.getvalue()
