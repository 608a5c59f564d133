"""What the status of an image allows. Pure."""

from __future__ import annotations

from ..cloud.model import Image


def status_fault(image: Image, do: str, done: str) -> str | None:
    """Why the image's status does not allow it to be shared or copied, in these words."""
    if image.status == "Available":
        return None
    if image.status == "Deprecated":
        return f"{image.image_id} is deprecated: deprecated images can't be {done}. Un-deprecate it or {do} another."
    if image.is_in_the_making:
        progress = f", {image.progress} done" if image.progress else ""
        return f"{image.image_id} is still being made ({image.status}{progress}): {do} it once it is Available."
    return f"{image.image_id} can't be used (status {image.status}): only an Available image can be {done}."
