"""The rules of CopyImage and CancelCopyImage. No HTTP; `Cloud` locks.

"A region supports only up to five concurrent image copy tasks. Excess image copy tasks are queued for execution."
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..accounts import Accounts
from ..clock import Clock
from ..ids import new_id
from .errors import Errors
from .image import Image
from .images import Images, Pace
from .naming import is_description, is_name


@dataclass(frozen=True)
class CopyRequest:
    """The request of CopyImage."""

    destination_region: str
    name: str = ""
    description: str = ""
    encrypted: bool | None = None
    kms_key_id: str = ""
    resource_group_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


class Copies:
    """The rules of copying images."""

    def __init__(self, images: Images, accounts: Accounts, clock: Clock, seconds: float) -> None:
        self._images = images
        self._accounts = accounts
        self._clock = clock
        self.pace = Pace(seconds)

    def start(self, account: str, region: str, image_id: str, request: CopyRequest) -> Image:
        """Start a copy. It is Waiting while five others run to the same region, then Creating until its time is up."""
        if not self._images.has_region(region):
            raise Errors.SOURCE_REGION_NOT_FOUND()
        if not self._images.has_region(request.destination_region):
            raise Errors.DESTINATION_REGION_NOT_FOUND()
        source = self._images.find(region, image_id)
        if source is None or not source.is_custom or not self._images.may_use(account, source):
            raise Errors.IMAGE_NOT_FOUND(image_id=image_id)
        if source.is_public:
            raise Errors.COMMUNITY_IMAGE_UNCOPYABLE()
        if source.owner != account and request.destination_region != region:
            raise Errors.SHARED_IMAGE_COPY_IN_OTHER_REGION()
        if source.status != "Available":
            raise Errors.COPY_SOURCE_UNAVAILABLE()
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
            platform=source.platform,
            architecture=source.architecture,
            boot_mode=source.boot_mode,
            version=source.version,
            supports_cloudinit=source.supports_cloudinit,
            resource_group_id=request.resource_group_id,
            # The guide on copies: "Configurations such as tags [...] of the image copy are defined when you copy". The
            # guide on families: "copies do not inherit" the family.
            tags=dict(request.tags),
            is_copied=True,
        )
        copy.name = copy.name or copy.id
        self._images.add(copy, self.pace.making((region, image_id)))
        return copy

    def fail(self, account: str, region: str, image_id: str) -> None:
        """Make a copy that is in progress fail now."""
        copy = self._images.own(account, region, image_id)
        if copy.making is None or not copy.is_copying:
            raise Errors.IMAGE_NOT_BEING_COPIED()
        copy.making.fail(self._clock.monotonic())

    def cancel(self, account: str, region: str, image_id: str) -> None:
        """Stop a copy that is in progress and delete the new image."""
        self._images.check_region(region)
        copy = self._images.own(account, region, image_id, Errors.IMAGE_ID_NOT_FOUND())
        if copy.is_copying:
            self._images.remove(copy)
            self._images.snapshots.discard(copy)
        elif not copy.is_copied:
            raise Errors.IMAGE_NOT_FROM_COPY()
        elif copy.status == "CreateFailed":
            raise Errors.IMAGE_COPY_FAILED()
        else:
            raise Errors.IMAGE_COPY_COMPLETED()

    def _check_copy(self, account: str, source: Image, request: CopyRequest) -> None:
        if request.name and not is_name(request.name):
            raise Errors.COPY_NAME_MALFORMED()
        if request.description and not is_description(request.description):
            raise Errors.COPY_DESCRIPTION_MALFORMED()
        if request.kms_key_id and not request.encrypted:
            raise Errors.KMS_KEY_WITHOUT_ENCRYPTION()
        copier, target = self._accounts.get(account), request.destination_region
        if request.kms_key_id and not copier.has_key(target, request.kms_key_id):
            raise Errors.KMS_KEY_NOT_FOUND()
        if request.resource_group_id and request.resource_group_id not in copier.resource_groups:
            raise Errors.RESOURCE_GROUP_NOT_FOUND()
        if source.encrypted and request.encrypted is False:
            raise Errors.ENCRYPTED_TO_PLAIN_COPY()
        if request.name and self._images.name_taken(account, target, request.name):
            raise Errors.COPY_NAME_DUPLICATED()
        for image in self._images.all_of(account, target):
            # "The same image cannot be copied concurrently": read here as the same image to the same region, since
            # the same page lets five copies run in a region.
            if image.making is not None and image.making.source == (source.region, source.id):
                raise Errors.IMAGE_COPY_CONFLICT()
