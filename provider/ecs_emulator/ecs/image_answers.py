"""An image as the answers of ECS have it."""

from __future__ import annotations

from typing import Any

from ..clock import format_time
from ..wire import Answer
from .image import ImageView
from .image_query import FEATURES

_OS_NAMES = {
    "linux": ("Alibaba Cloud Linux 3.2104 LTS 64位", "Alibaba Cloud Linux  3.2104 LTS 64 bit"),
    "windows": ("Windows Server 2022 数据中心版", "Windows Server 2022"),
}
_OF_FAMILY = frozenset(
    (
        *("Architecture", "CreationTime", "Description", "DiskDeviceMappings", "ImageFamily", "ImageId", "ImageName"),
        *("ImageOwnerAlias", "ImageVersion", "IsCopied", "IsSelfShared", "IsSubscribed", "IsSupportCloudinit"),
        *("IsSupportIoOptimized", "OSName", "OSType", "Platform", "ProductCode", "Progress", "Size", "Status", "Tags"),
        "Usage",
    )
)


def described_image(view: ImageView) -> Answer:
    """An image in the answer of DescribeImages."""
    image = view.image
    # The newest page and the SDK's model have no KMSKeyId here, so which key an image is encrypted with can't be read.
    mapping = {
        "Device": "/dev/xvda",
        "Type": "system",
        "Size": str(image.size),
        "SnapshotId": image.snapshot_id,
        "Format": "",
        "Progress": f"{view.progress}%",
        "Encrypted": image.encrypted,
    }
    name, name_in_english = _OS_NAMES[image.os_type]
    answer: dict[str, Any] = {
        "ImageId": image.id,
        "ImageName": image.name,
        "Description": image.description,
        "ImageFamily": view.family,
        "ImageVersion": image.version,
        "ImageOwnerAlias": view.alias,
        "IsSelfShared": view.is_self_shared,
        "IsPublic": image.is_public,
        "IsCopied": image.is_copied,
        "IsSubscribed": False,
        "IsSupportCloudinit": image.supports_cloudinit,
        "IsSupportIoOptimized": True,
        "LoginAsNonRootSupported": False,
        "ProductCode": image.product_code,
        "Status": image.status,
        "Progress": f"{view.progress}%",
        "Usable": image.status == "Available",
        "Usage": "instance" if view.in_use else "none",
        "Size": image.size,
        "OSType": image.os_type,
        "OSName": name,
        "OSNameEn": name_in_english,
        "Platform": image.platform,
        "Architecture": image.architecture,
        "BootMode": image.boot_mode,
        "ResourceGroupId": image.resource_group_id if view.alias == "self" else "",
        "CreationTime": format_time(image.created),
        "DiskDeviceMappings": {"DiskDeviceMapping": [mapping]},
        "Tags": {"Tag": [{"TagKey": key, "TagValue": value} for key, value in view.tags.items()]},
        "Features": {
            "NvmeSupport": "supported",
            "ImdsSupport": "v2",
            **{key: value for key, value in FEATURES.items() if key != "NetworkType"},
        },
    }
    if image.is_custom:
        # A number on the wire, where 16 digits still fit a double; the SDK's model says int.
        answer["ImageOwnerId"] = int(image.owner)
    if image.is_checked:
        checked = image.status == "Available"
        answer["DetectionOptions"] = {"Status": "Finished" if checked else "Processing", "Items": {"Item": []}}
    return answer


def image_of_family(view: ImageView) -> Answer:
    """An image in the answer of DescribeImageFromFamily, which says less of it."""
    return {name: value for name, value in described_image(view).items() if name in _OF_FAMILY}
