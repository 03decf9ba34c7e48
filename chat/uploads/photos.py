"""The program that looks into a photo: judged by its header, then written anew.

What comes out is drawn from pixels only: no metadata, no place, no profile, no tail of another
format. Run by `sandbox.look`; no Django.
"""

import io
import warnings
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from chat.uploads.confined import RefusedError, main

MOST_PIXELS = 40_000_000
LEAST_SIDE = 32
LONGEST_SIDE, THUMB_SIDE = 2560, 320
QUALITY, THUMB_QUALITY = 88, 75
WHITE = (255, 255, 255)
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError)


def look(reader: str, source: str, full: str, thumb: str) -> dict[str, Any]:
    """Write `full` (JPEG) and `thumb` (WebP). Raises RefusedError."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    if reader == "HEIF":
        _know_heif()
    try:
        drawn = _draw(_opened(reader, source))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RefusedError("file_too_large") from error
    except UNREADABLE as error:
        raise RefusedError("file_unreadable") from error
    drawn.save(full, "JPEG", quality=QUALITY, optimize=True)
    small = drawn.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    small.save(thumb, "WEBP", quality=THUMB_QUALITY)
    return {"width": drawn.width, "height": drawn.height, "bytes": Path(full).stat().st_size}


def _opened(reader: str, source: str) -> Image.Image:
    """Reads no further than the header; many pixels are refused on its word."""
    try:
        found = Image.open(source, formats=[reader])
    except UnidentifiedImageError as error:
        raise RefusedError("file_unreadable") from error
    if found.width * found.height > MOST_PIXELS:
        raise RefusedError("file_too_large")
    if min(found.size) < LEAST_SIDE:
        raise RefusedError("photo_too_small")
    return found


def _draw(found: Image.Image) -> Image.Image:
    """Upright, in sRGB, on white, and no larger than is useful."""
    found.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    profile = found.info.get("icc_profile")
    upright = ImageOps.exif_transpose(found)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    flat = _in_srgb(_flattened(upright), profile)
    clean = Image.new("RGB", flat.size, WHITE)
    clean.paste(flat)
    return clean


def _flattened(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        image = image.point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        ground = Image.new("RGBA", clear.size, (*WHITE, 255))
        return Image.alpha_composite(ground, clear).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Phones photograph in wider colours; without its profile a red would be a paler red."""
    if not profile:
        return image
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        told = ImageCms.profileToProfile(
            image, given, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return told or image


def _know_heif() -> None:
    from pillow_heif import options, register_heif_opener  # noqa: PLC0415  (for one format)

    options.DECODE_THREADS = 1
    register_heif_opener(thumbnails=False)


if __name__ == "__main__":
    main(look)
