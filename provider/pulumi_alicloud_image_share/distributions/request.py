"""What a program asks of a distribution, and every rule that it breaks which its copies and shares can't find. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..arguments import Problem, is_number, is_region, shown
from .description import OF_COPIES, OF_SHARES

_MOST_PREVIOUS: Final = 20
"""More previous images than this are a mistake: each is copied to and shared in each region."""

_ROTATION_NEEDS_TEXT: Final = (
    "must be plain text, from the configuration for example, and not the output of another resource: the preview must "
    "know which image comes and which goes."
)


@dataclass(frozen=True)
class Request:
    """What a program asks of a distribution. Values that are not plain may be outputs, where that is said.

    Attributes:
        image_id: The source image's ID; may be an output, unless previous images are kept. None where `images` says it.
        source_region: The region that the image is in.
        regions: The regions where the image is to be available.
        accounts: A list of account IDs, or a mapping of names to IDs or of IDs to names, or a mapping of regions to
            any of these; may be an output, or hold outputs.
        kms_key_ids: Region to the ID of the key that its copy is encrypted with; the IDs may be outputs.
        keep_previous: How many previous images stay copied and shared.
        images: The IDs of all images that are distributed, the newest first, None where `image_id` says the newest.
        accounts_argument: What the program calls its accounts.
        by_region: Whether accounts are given for each region; None where their form tells.
    """

    image_id: Any
    source_region: str
    regions: Sequence[str]
    accounts: Any
    kms_key_ids: Mapping[str, Any]
    keep_previous: int = 0
    images: Sequence[str] | None = None
    accounts_argument: str = "accounts"
    by_region: bool | None = None

    @property
    def newest(self) -> Any:
        """The ID of the current image."""
        return self.image_id if self.images is None else self.images[0]

    @property
    def rotates(self) -> bool:
        """Whether several images are distributed side by side, each under names of its own."""
        return self.images is not None or self.keep_previous > 0

    def accounts_in(self, region: str) -> Any:
        """Whom to share with in a region."""
        return self.accounts[region] if self.is_by_region else self.accounts

    @property
    def is_by_region(self) -> bool:
        """Whether accounts are given for each region: where nothing else says so, a mapping with lists or mappings."""
        if self.by_region is not None:
            return self.by_region
        return isinstance(self.accounts, Mapping) and any(
            isinstance(entry, Mapping | list | tuple) for entry in self.accounts.values()
        )


def request_problems(request: Request) -> list[Problem]:
    """Every rule of a distribution that a program breaks. Those of its copies and shares are theirs to find."""
    return [
        *_image_problems(request),
        *_region_problems(request),
        *_account_problems(request),
        *_key_problems(request),
        *_keep_problems(request),
    ]


def ignored_by(paths: Sequence[str], accounts_argument: str) -> tuple[list[str], list[str], list[Problem]]:
    """Which changes of copies, and which of shares, are ignored where a distribution's are.

    Args:
        paths: The properties whose changes the program ignores, or "*" for all.
        accounts_argument: What the program calls its accounts.
    """
    copies: list[str] = []
    shares: list[str] = []
    problems = []
    for path in paths:
        name = path.partition("[")[0].partition(".")[0]
        if path == "*":
            copies += OF_COPIES
            shares += OF_SHARES
        elif name in ("accounts", accounts_argument):
            shares.append("accounts")
        elif path in OF_COPIES:
            copies.append(path)
        elif path in OF_SHARES:
            shares.append(path)
        else:
            can_be = ", ".join((accounts_argument, *OF_SHARES[1:], *OF_COPIES))
            why = f"changes of {shown(path)} can't be ignored: those that can are {can_be}, each as a whole."
            problems.append(Problem("ignore_changes", why))
    return list(dict.fromkeys(copies)), list(dict.fromkeys(shares)), problems


def _image_problems(request: Request) -> list[Problem]:
    if request.images is None:
        if request.image_id is not None:
            return []
        why = "neither image_id nor images is given: give the ID of the image to distribute."
        return [Problem("image_id", why)]
    if request.image_id is not None:
        why = "image_id and images are both given: give image_id alone, or all images that stay, the newest first."
        return [Problem("images", why)]
    return _images_problems(request.images)


def _images_problems(images: Any) -> list[Problem]:
    if isinstance(images, str) or not isinstance(images, Sequence) or not images:
        why = f"images must be a list of image IDs, the newest first, not {shown(images)}."
        return [Problem("images", why)]
    if not all(isinstance(image_id, str) and image_id for image_id in images):
        return [Problem("images", f"each of images {_ROTATION_NEEDS_TEXT}")]
    if len(images) > _MOST_PREVIOUS + 1:
        why = f"images has {len(images)} images: at most {_MOST_PREVIOUS + 1} can be distributed side by side."
        return [Problem("images", why)]
    twice = sorted({image_id for image_id in images if list(images).count(image_id) > 1})
    return [Problem("images", f"image {image_id} is listed twice: list it once.") for image_id in twice]


def _region_problems(request: Request) -> list[Problem]:
    regions = request.regions
    if isinstance(regions, str) or not isinstance(regions, Sequence) or not regions:
        why = f"regions must be a list of region IDs, such as ['cn-hangzhou', 'cn-shanghai'], not {shown(regions)}."
        return [Problem("regions", why)]
    problems = [
        Problem(
            "regions",
            f"{shown(region)} can't be a region: give a region ID such as 'cn-hangzhou', as plain text: what is made "
            "in a region is named for it.",
        )
        for region in regions
        if not is_region(region)
    ]
    twice = sorted({region for region in regions if is_region(region) and regions.count(region) > 1})
    return problems + [Problem("regions", f"region {region} is listed twice: list it once.") for region in twice]


def _account_problems(request: Request) -> list[Problem]:
    accounts, called = request.accounts, request.accounts_argument
    if request.by_region and not isinstance(accounts, Mapping):
        why = f"{called} must be a mapping of region IDs, as plain text, to accounts, not {shown(accounts)}."
        return [Problem("accounts", why)]
    if not isinstance(accounts, Mapping) or not isinstance(request.regions, Sequence):
        return []
    regions = [region for region in request.regions if is_region(region)]
    if not request.is_by_region:
        named = sorted(region for region in regions if region in accounts)
        if not named:
            return []
        why = (
            f"{called} has region {named[0]} as the name of an account: give each region a list of account IDs or a "
            "mapping of names to account IDs."
        )
        return [Problem("accounts", why)]
    missing = sorted(set(regions) - set(accounts))
    strange = sorted(str(region) for region in accounts if region not in regions)
    return [
        *[Problem("accounts", f"{called} has no entry for region {region}: give it one.") for region in missing],
        *[
            Problem("accounts", f"{called} has an entry for {shown(region)}, which is not among regions.")
            for region in strange
        ],
    ]


def _key_problems(request: Request) -> list[Problem]:
    keys = request.kms_key_ids
    if not isinstance(keys, Mapping):
        why = f"kms_key_ids must be a mapping of region IDs to key IDs, not {shown(keys)}."
        return [Problem("kms_key_ids", why)]
    problems = []
    for region in sorted(str(key) for key in keys):
        if region == request.source_region:
            why = (
                f"kms_key_ids has a key for {region}, the region of the image itself, which is not copied there: make "
                "an encrypted image first (ImageCopy within the region), and distribute that."
            )
            problems.append(Problem("kms_key_ids", why))
        elif region not in request.regions:
            problems.append(
                Problem("kms_key_ids", f"kms_key_ids has a key for {shown(region)}, which is not among regions.")
            )
    return problems


def _keep_problems(request: Request) -> list[Problem]:
    keep = request.keep_previous
    if not is_number(keep) or keep != int(keep) or not 0 <= keep <= _MOST_PREVIOUS:
        why = f"keep_previous must be a whole number of images, from 0 to {_MOST_PREVIOUS}, not {shown(keep)}."
        return [Problem("keep_previous", why)]
    if not keep:
        return []
    if request.images is not None:
        why = "keep_previous and images are both given: images already says which images stay. Leave keep_previous out."
        return [Problem("keep_previous", why)]
    if request.image_id is not None and not isinstance(request.image_id, str):
        return [Problem("image_id", f"with keep_previous, image_id {_ROTATION_NEEDS_TEXT}")]
    return []
