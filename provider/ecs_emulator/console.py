"""Acts in the console: what a person does to the cloud beside the API, with no call counted."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from .cloud import Cloud
from .ecs.errors import Errors
from .ecs.image import Image
from .ecs.images import AttributeChange
from .ecs.instances import Instance
from .ess.scaling import GroupChange
from .fault_settings import check_amount
from .ids import new_id
from .seed import MARKETPLACE, SYSTEM


def _checked(seconds: object) -> float:
    try:
        return check_amount(seconds)
    except ValueError as error:
        raise ValueError(f"seconds must be {error}") from None


class Console:
    """A person with every account's password. ECS's own rules hold for them too, and show as EcsError."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def share(self, region: str, image_id: str, *account_ids: str) -> None:
        """Share with accounts, any number at once."""
        self._modify(region, image_id, account_ids, ())

    def unshare(self, region: str, image_id: str, *account_ids: str) -> None:
        """Unshare from accounts, any number at once."""
        self._modify(region, image_id, (), account_ids)

    def shared_accounts(self, region: str, image_id: str) -> list[str]:
        """The IDs of the accounts that the image is shared with, sorted, as it truly is."""
        with self._cloud.lock:
            return sorted(self._image(region, image_id).shares.current)

    def share_with_groups(self, region: str, image_id: str, *groups: str) -> None:
        """Share with share groups, by their names, such as "all": what ModifyImageShareGroupPermission does in ECS."""
        self._modify_groups(region, image_id, groups, ())

    def unshare_with_groups(self, region: str, image_id: str, *groups: str) -> None:
        """Unshare from share groups; one that has not got the image is no error."""
        self._modify_groups(region, image_id, (), groups)

    def delete_image(self, region: str, image_id: str) -> None:
        """Delete an image as a determined person does: unpublish it, unshare it from everyone, delete it by force."""
        with self._cloud.lock:
            image = self._image(region, image_id)
            image.is_public = False
            for shares in (image.shares, image.groups):
                shares.change((), list(shares.current), self._cloud.clock.now(), self._cloud.clock.monotonic())
            self._cloud.images.delete(image.owner, region, image_id, force=True)

    def deprecate(self, region: str, image_id: str) -> None:
        """Deprecate an image; ImageUseShared while it is shared, as ECS has it."""
        with self._cloud.lock:
            self._change(region, image_id, AttributeChange(status="Deprecated"))

    def undeprecate(self, region: str, image_id: str) -> None:
        """Make a deprecated image Available again."""
        with self._cloud.lock:
            self._change(region, image_id, AttributeChange(status="Available"))

    def set_share_quota(self, account: str, accounts_an_image: int) -> None:
        """Let each image of the account (its name or ID) be shared with so many accounts."""
        with self._cloud.lock:
            self._cloud.accounts.get(account).share_quota = accounts_an_image

    def set_shared_images_quota(self, account: str, images: int | None) -> None:
        """Let so many images of the account be shared; None: any number."""
        with self._cloud.lock:
            self._cloud.accounts.get(account).shared_images_quota = images

    def show_tags_to_consumers(self, shown: bool) -> None:
        """Let accounts that an image is shared with see its owner's tags, as they do at first, or not."""
        with self._cloud.lock:
            self._cloud.images.consumers_see_tags = shown

    def revoke_sessions(self, of: str) -> None:
        """End all sessions of a role (its ARN), or of all roles of an account (its name or ID): their keys run out.

        As an administrator does whom a session's key has leaked from; the role can be assumed again.
        """
        with self._cloud.lock:
            self._cloud.accounts.revoke_sessions(of, self._cloud.clock.now())

    def close_account(self, account: str) -> None:
        """Close an account, by name or ID: nobody acts for it any more, and its ID does not exist for others."""
        with self._cloud.lock:
            self._cloud.accounts.close(account)

    def set_copy_seconds(self, seconds: float) -> None:
        """Let each copy started from now on take so long."""
        with self._cloud.lock:
            self._cloud.copies.pace.seconds = _checked(seconds)

    def fail_copy(self, region: str, image_id: str) -> None:
        """Let a copy that is under way, named by what it would have become, be CreateFailed now."""
        with self._cloud.lock:
            self._cloud.copies.fail(self._image(region, image_id).owner, region, image_id)

    def fail_next_copies(self, count: int = 1, *, after_seconds: float = 0.0) -> None:
        """Let the next so many copies be CreateFailed so long after they are started, and never Available."""
        with self._cloud.lock:
            self._cloud.copies.pace.fail_next(count, after_seconds)

    def set_image_seconds(self, seconds: float) -> None:
        """Let each image that is made of an instance or a snapshot from now on take so long."""
        with self._cloud.lock:
            self._cloud.image_making.pace.seconds = _checked(seconds)

    def fail_image(self, region: str, image_id: str) -> None:
        """Let an image that is being made of an instance or a snapshot be CreateFailed now."""
        with self._cloud.lock:
            self._cloud.image_making.fail(self._image(region, image_id).owner, region, image_id)

    def fail_next_images(self, count: int = 1, *, after_seconds: float = 0.0) -> None:
        """Let the next so many images that are made be CreateFailed so long after they are started."""
        with self._cloud.lock:
            self._cloud.image_making.pace.fail_next(count, after_seconds)

    def set_status_seconds(self, seconds: float) -> None:
        """Let an instance from now on be so long in each of Pending, Starting and Stopping; 0: not at all."""
        with self._cloud.lock:
            self._cloud.instances.status_seconds = _checked(seconds)

    def stop_instance(self, instance_id: str) -> None:
        """Stop a running instance of whatever account."""
        with self._cloud.lock:
            self._cloud.instances.stop(self._instance(instance_id))

    def start_instance(self, instance_id: str) -> None:
        """Start a stopped instance of whatever account."""
        with self._cloud.lock:
            self._cloud.instances.start(self._instance(instance_id))

    def delete_instance(self, instance_id: str) -> None:
        """Delete an instance as a determined person does: unprotect it, delete it by force."""
        with self._cloud.lock:
            instance = self._instance(instance_id)
            instance.settings.deletion_protection = False
            self._cloud.instances.delete(instance, force=True)

    def advance_clock(self, seconds: float) -> None:
        """Make it so much later at once, for copies, instances, what lags and temporary keys, not for requests."""
        self._cloud.clock.advance(seconds)

    def create_image(
        self,
        region: str,
        owner: str = "owner",
        *,
        image_id: str = "",
        name: str = "",
        description: str = "",
        family: str = "",
        status: str = "Available",
        product_code: str = "",
        is_public: bool = False,
        encrypted: bool = False,
        kms_key_id: str = "",
        size: int = 20,
        os_type: str = "linux",
        architecture: str = "x86_64",
        resource_group_id: str = "",
        supports_cloudinit: bool = True,
        tags: Mapping[str, str] | None = None,
    ) -> str:
        """Make an image, owned by an account (its name or ID), "system" or "marketplace", and say its ID."""
        with self._cloud.lock:
            self._cloud.images.check_region(region)
            image_id = image_id or new_id("m", region)
            image = Image(
                id=image_id,
                region=region,
                owner=owner if owner in (SYSTEM, MARKETPLACE) else self._cloud.accounts.get(owner).id,
                name=name or image_id,
                created=self._cloud.clock.now(),
                description=description,
                family=family,
                status=status,
                product_code=product_code,
                is_public=is_public,
                encrypted=encrypted,
                kms_key_id=kms_key_id,
                size=size,
                os_type=os_type,
                architecture=architecture,
                resource_group_id=resource_group_id,
                supports_cloudinit=supports_cloudinit,
                tags=dict(tags or {}),
            )
            self._cloud.images.add(image)
        return image_id

    def default_network(self, account: str, region: str) -> dict[str, str]:
        """The account's default VPC in a region, its vSwitch and a security group, made if they are not there.

        The account is its name or ID. Says `vpc_id`, `vswitch_id`, `zone_id` and `security_group_id`.
        """
        with self._cloud.lock:
            owner = self._cloud.accounts.get(account).id
            self._cloud.images.check_region(region)
            vswitch = self._cloud.vpcs.default_vswitch(owner, region)
            group = self._cloud.security_groups.default_of(owner, region, vswitch.vpc_id)
            return {
                "vpc_id": vswitch.vpc_id,
                "vswitch_id": vswitch.id,
                "zone_id": vswitch.zone,
                "security_group_id": group.id,
            }

    def default_scaling_group(self, account: str, region: str) -> str:
        """The ID of the account's scaling group "default" in its default network there, made if it is not there.

        One whose vSwitch is not there any more stays as it is; the new one is "default-2", and so on.
        """
        with self._cloud.lock:
            owner, scaling = self._cloud.accounts.get(account).id, self._cloud.scaling
            vswitch_id = self.default_network(owner, region)["vswitch_id"]
            named = {group.name: group for group in scaling.groups_of(owner, region)}
            for number in count(1):
                name = "default" if number == 1 else f"default-{number}"
                if name not in named:
                    break
                if vswitch_id in named[name].vswitch_ids:
                    return named[name].id
            change = GroupChange(name=name, min_size=0, max_size=10, vswitch_ids=[vswitch_id])
            return scaling.create_group(owner, region, change).id

    def _image(self, region: str, image_id: str) -> Image:
        self._cloud.images.check_region(region)
        image = self._cloud.images.find(region, image_id)
        if image is None or not image.is_custom:
            raise Errors.IMAGE_NOT_FOUND(image_id=image_id)
        return image

    def _instance(self, instance_id: str) -> Instance:
        instances = self._cloud.instances
        return instances.own(instances.owner_of(instance_id), instance_id)

    def _change(self, region: str, image_id: str, change: AttributeChange) -> None:
        self._cloud.attributes.modify(self._image(region, image_id).owner, region, image_id, change)

    def _modify(self, region: str, image_id: str, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
        with self._cloud.lock:
            owner = self._cloud.accounts.get(self._image(region, image_id).owner)
            # The API takes ten accounts a call; a person clicks on.
            for start in range(0, max(len(add), len(remove)), 10):
                window = slice(start, start + 10)
                self._cloud.sharing.modify(owner, region, image_id, list(add[window]), list(remove[window]))

    def _modify_groups(self, region: str, image_id: str, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
        with self._cloud.lock:
            owner = self._cloud.accounts.get(self._image(region, image_id).owner)
            self._cloud.sharing.modify_groups(owner, region, image_id, add, remove)
