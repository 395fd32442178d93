"""What all providers are sent in the same way."""

from ajar.values import Image


def suffix_of(image: Image) -> str:
    """As what a picture is sent: a large one as JPEG, as bodies of more than some ten megabytes take long."""
    return "png" if image.width * image.height * image.channels <= 20_000_000 else "jpg"
