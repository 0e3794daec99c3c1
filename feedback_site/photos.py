"""A photo for the tablet: read by content, turned upright, cut square, made small, without its metadata (D17)."""

import warnings
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 10 * 1024 * 1024  # what a telephone's camera makes
MAX_PIXELS = 50_000_000  # unpacked it would fill the memory: decided from the head of the file, before unpacking
SIDE = 320  # pixels: 8 rem of the card on a 2x screen
QUALITY = 82


def square_photo(upload: bytes) -> bytes:
    """The JPEG for the card. Raises `ValidationError` for what is no photo, damaged, or too large."""
    if len(upload) > MAX_BYTES:
        raise ValidationError(_("At most 10 MB."), code="too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _made_small(upload)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValidationError(_("Choose a photo: JPEG, PNG or WebP."), code="no_photo") from None
    except (OSError, ValueError, SyntaxError, EOFError):  # what Pillow says of damaged files
        raise ValidationError(_("This photo is damaged."), code="damaged") from None


def _made_small(upload):
    with Image.open(BytesIO(upload), formats=FORMATS) as photo:
        if photo.width * photo.height > MAX_PIXELS:
            raise UnidentifiedImageError
        upright = ImageOps.exif_transpose(photo).convert("RGB")
    # A face stands a little above the middle of most portraits.
    small = ImageOps.fit(upright, (SIDE, SIDE), centering=(0.5, 0.35))
    made = BytesIO()
    small.save(made, "JPEG", quality=QUALITY, optimize=True)  # nothing of the file's metadata is handed on
    return made.getvalue()
