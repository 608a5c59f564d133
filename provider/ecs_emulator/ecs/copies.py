"""The rules of copying an image: CopyImage and CancelCopyImage. No HTTP; not locked: `Cloud` locks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..clock import Clock
from ..ids import new_id
from . import copy_errors, image_errors
from .images import Copying, Image, Images
from .naming import is_description, is_name


@dataclass(frozen=True)
class CopyRequest:
    """What CopyImage asks for."""

    destination_region: str
    name: str = ""
    description: str = ""
    encrypted: bool | None = None
    kms_key_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


class Copies:
    """Who may copy what to where, and what becomes of it."""

    def __init__(self, images: Images, clock: Clock, seconds: float) -> None:
        self._images = images
        self._clock = clock
        self.seconds = seconds
        """How long a copy that is started takes."""
        self._to_fail: list[float] = []

    def start(self, account: str, region: str, image_id: str, request: CopyRequest) -> Image:
        """Start a copy, which is Creating until `seconds` have gone by."""
        if not self._images.has_region(region):
            raise copy_errors.source_region_not_found()
        if not self._images.has_region(request.destination_region):
            raise copy_errors.destination_region_not_found()
        source = self._images.find(region, image_id)
        if source is None or not source.is_custom or not self._images.may_use(account, source):
            raise image_errors.image_not_found(image_id)
        if source.is_public:
            raise copy_errors.community_image_uncopyable()
        if source.owner != account and request.destination_region != region:
            raise copy_errors.copy_same_region_only()
        if source.status != "Available":
            raise image_errors.image_unavailable()
        self._check_copy(account, source, request)
        encrypted = source.encrypted if request.encrypted is None else request.encrypted
        copy = Image(
            id=new_id("m", request.destination_region),
            region=request.destination_region,
            owner=account,
            name=request.name,
            created=self._clock.now(),
            description=request.description,
            product_code=source.product_code,
            encrypted=encrypted,
            kms_key_id=request.kms_key_id or (source.kms_key_id if encrypted and source.owner == account else ""),
            size=source.size,
            os_type=source.os_type,
            architecture=source.architecture,
            # "Configurations such as tags [...] of the image copy are defined when you copy", says the guide on copies;
            # "copies do not inherit" the family, says the one to families.
            tags=dict(request.tags),
            is_copied=True,
            status="Creating",
            copying=Copying((region, image_id), self._clock.monotonic(), self.seconds, self._next_failure()),
        )
        copy.name = copy.name or copy.id
        self._images.add(copy)
        return copy

    def fail_next(self, count: int, after_seconds: float) -> None:
        """Let the next so many copies fail so long after they are started."""
        self._to_fail += [after_seconds] * count

    def _next_failure(self) -> float | None:
        return self._to_fail.pop(0) if self._to_fail else None

    def fail(self, account: str, region: str, image_id: str) -> None:
        """Let a copy that is under way fail now."""
        copy = self._images.own(account, region, image_id)
        if copy.copying is None:
            raise copy_errors.image_not_being_copied()
        at = self._clock.monotonic()
        copy.copying.fails_after = at - copy.copying.started
        copy.settle(at)

    def cancel(self, account: str, region: str, image_id: str) -> None:
        """Stop a copy that is under way; the copy is deleted."""
        self._images.check_region(region)
        copy = self._images.own(account, region, image_id)
        if copy.copying is not None:
            self._images.remove(copy)
        elif not copy.is_copied:
            raise copy_errors.image_not_from_copy()
        elif copy.status == "CreateFailed":
            raise copy_errors.image_copy_failed()
        else:
            raise copy_errors.image_copy_completed()

    def _check_copy(self, account: str, source: Image, request: CopyRequest) -> None:
        if request.name and not is_name(request.name):
            raise copy_errors.image_name_malformed()
        if request.description and not is_description(request.description):
            raise copy_errors.description_malformed()
        if request.kms_key_id and not request.encrypted:
            raise image_errors.key_without_encryption()
        if source.encrypted and request.encrypted is False:
            raise copy_errors.encrypted_to_plain_copy()
        target = request.destination_region
        if request.name and self._images.name_taken(account, target, request.name):
            raise copy_errors.image_name_duplicated()
        for image in self._images.all_of(account, target):
            # "The same image cannot be copied concurrently": read here as the same image to the same region, since
            # the same page lets five copies run in a region.
            if image.copying is not None and image.copying.source == (source.region, source.id):
                raise copy_errors.image_copy_conflict()
