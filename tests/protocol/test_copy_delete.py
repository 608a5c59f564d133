"""Delete of copies over the real protocol leaves nothing behind, and deletes nothing that is in use."""

from __future__ import annotations

import json

import grpc
import pytest

from ecs_emulator import Emulator
from ecs_emulator.ecs.copies import CopyRequest
from pulumi_alicloud_image_share.dynamic import ImageCopyProvider
from support.golden_copies import asking, images
from support.protocol import COPY_URN, Provider, running_provider

pytestmark = pytest.mark.both_frontends

OWNER = "1000000000000001"
SOURCE_REGION, REGION = "cn-hangzhou", "cn-beijing"
MANY = [str(2000000000000001 + n) for n in range(50)]
NO = {"kind": "error", "code": "Forbidden.RAM", "message": "No.", "status": 403}


def test_delete_takes_three_calls_and_leaves_nothing(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    ecs.calls.reset()
    copier.destroy(id, outputs)
    assert images(ecs) == {}
    assert ecs.calls.by_action() == {"DescribeImageSharePermission": 1, "DeleteImage": 1, "DescribeImages": 1}


def test_a_copy_that_is_shared_is_not_deleted_and_the_accounts_are_named(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    ecs.console.share(REGION, outputs["image_id"], *MANY[:3])
    with pytest.raises(grpc.RpcError, match=r"can't be deleted\. Nothing was changed") as failure:
        copier.destroy(id, outputs)
    assert f"it is shared with 3 accounts: {', '.join(MANY[:3])}. Unshare it first" in str(failure.value.details())
    assert ecs.calls.count("DeleteImage") == 0
    assert ecs.console.shared_accounts(REGION, outputs["image_id"]) == MANY[:3]


def test_a_copy_that_a_share_group_has_is_not_deleted_and_the_group_is_named(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    ecs.console.share_with_groups(REGION, outputs["image_id"], "group-of-the-directory")
    with pytest.raises(grpc.RpcError, match="shared with the share groups group-of-the-directory of a resource"):
        copier.destroy(id, outputs)
    assert ecs.calls.count("DeleteImage") == 0
    assert outputs["image_id"] in images(ecs)


def test_a_copy_that_instances_use_is_not_deleted(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    with ecs.cloud.lock:
        ecs.cloud.images.used_by = lambda account, image: True
    with pytest.raises(grpc.RpcError, match="Instances use the image: release them or") as failure:
        copier.destroy(id, outputs)
    assert "The image was not deleted." in str(failure.value.details())
    assert outputs["image_id"] in images(ecs)


def test_a_copy_that_instances_use_is_deleted_by_force_if_the_program_says_so(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    with ecs.cloud.lock:
        ecs.cloud.images.used_by = lambda account, image: True
    ecs.calls.reset()
    changed = copier.change(id, outputs, asking(ecs, force_delete=True))
    assert changed == {**outputs, "force_delete": True}
    assert ecs.calls.count() == 0
    copier.destroy(id, changed)
    assert images(ecs) == {}


def test_a_copy_that_is_gone_already_needs_no_deletion(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    ecs.console.delete_image(REGION, outputs["image_id"])
    copier.destroy(id, outputs)


def test_a_copy_that_is_still_being_made_is_cancelled(ecs: Emulator, copier: Provider) -> None:
    ecs.console.set_copy_seconds(3600)
    owner = ecs.account("owner").id
    with ecs.cloud.lock:
        copy = ecs.cloud.copies.start(owner, SOURCE_REGION, ecs.golden_image_id, CopyRequest(REGION, "made-by-hand"))
    copier.destroy(f"{REGION}:{copy.id}", {"image_id": copy.id, "region": REGION})
    assert images(ecs) == {}
    assert ecs.calls.count("CancelCopyImage") == 1


def test_a_copy_that_is_copied_on_is_not_deleted(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    ecs.console.set_copy_seconds(3600)
    with ecs.cloud.lock:
        ecs.cloud.copies.start(OWNER, REGION, outputs["image_id"], CopyRequest("cn-shanghai", "copied-on"))
    with pytest.raises(grpc.RpcError, match="The image is being copied on: wait until that copy is complete"):
        copier.destroy(id, outputs)
    assert ecs.calls.count("CancelCopyImage") == 0


def test_a_deletion_whose_outcome_is_not_known_says_so(ecs: Emulator, ecs_config: dict[str, str]) -> None:
    with running_provider({**ecs_config, "alicloud-image-share:retrySeconds": "0"}, {}) as process:
        copier = process.of(COPY_URN, ImageCopyProvider())
        id, outputs = copier.share(asking(ecs))
        ecs.faults.add(action="DeleteImage", kind="drop_after", times=1)
        with pytest.raises(grpc.RpcError, match="Whether the image was deleted is not known"):
            copier.destroy(id, outputs)
        copier.destroy(id, outputs)


def test_a_deletion_that_never_shows_is_a_failure(ecs: Emulator, ecs_config: dict[str, str]) -> None:
    with running_provider({**ecs_config, "alicloud-image-share:visibleSeconds": "0.5"}, {}) as process:
        copier = process.of(COPY_URN, ImageCopyProvider())
        id, outputs = copier.share(asking(ecs))
        with ecs.cloud.lock:
            ecs.cloud.images.delete = lambda *_: None  # type: ignore[method-assign]
        with pytest.raises(grpc.RpcError, match=r"ECS accepted it, but after 0\.5 s the image is still listed"):
            copier.destroy(id, outputs)


def test_no_credential_is_in_an_output_or_an_error(ecs: Emulator, copier: Provider) -> None:
    secret = ecs.account("owner").access_key_secret
    id, outputs = copier.share(asking(ecs))
    ecs.faults.add(action="DeleteImage", **NO)
    with pytest.raises(grpc.RpcError) as failure:
        copier.destroy(id, outputs)
    assert secret not in json.dumps(outputs) + str(failure.value.details())
