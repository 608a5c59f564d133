"""The console: what a person does to the cloud without API calls, which are not counted."""

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
    """A person who can sign in to every account. The rules of ECS apply and raise EcsError."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def share(self, region: str, image_id: str, *account_ids: str) -> None:
        """Share with accounts, any number at once."""
        self._modify(region, image_id, account_ids, ())

    def unshare(self, region: str, image_id: str, *account_ids: str) -> None:
        """Unshare from accounts, any number at once."""
        self._modify(region, image_id, (), account_ids)

    def shared_accounts(self, region: str, image_id: str) -> list[str]:
        """The sorted IDs of the accounts that the image is shared with now, without lag."""
        with self._cloud.lock:
            return sorted(self._image(region, image_id).shares.current)

    def share_with_groups(self, region: str, image_id: str, *groups: str) -> None:
        """Share with share groups, by their names, such as "all", as ModifyImageShareGroupPermission does."""
        self._modify_groups(region, image_id, groups, ())

    def unshare_with_groups(self, region: str, image_id: str, *groups: str) -> None:
        """Unshare from share groups. Groups without access are ignored."""
        self._modify_groups(region, image_id, (), groups)

    def delete_image(self, region: str, image_id: str) -> None:
        """Delete an image in any state: unpublish it, unshare it from all accounts, delete it by force."""
        with self._cloud.lock:
            image = self._image(region, image_id)
            image.is_public = False
            for shares in (image.shares, image.groups):
                shares.change((), list(shares.current), self._cloud.clock.now(), self._cloud.clock.monotonic())
            self._cloud.images.delete(image.owner, region, image_id, force=True)

    def deprecate(self, region: str, image_id: str) -> None:
        """Deprecate an image; ImageUseShared while it is shared, as in ECS."""
        with self._cloud.lock:
            self._change(region, image_id, AttributeChange(status="Deprecated"))

    def undeprecate(self, region: str, image_id: str) -> None:
        """Make a deprecated image Available again."""
        with self._cloud.lock:
            self._change(region, image_id, AttributeChange(status="Available"))

    def set_share_quota(self, account: str, accounts_an_image: int) -> None:
        """Set with how many accounts each image of the account (name or ID) can be shared."""
        with self._cloud.lock:
            self._cloud.accounts.get(account).share_quota = accounts_an_image

    def set_shared_images_quota(self, account: str, images: int | None) -> None:
        """Set how many images of the account can be shared; None: no limit."""
        with self._cloud.lock:
            self._cloud.accounts.get(account).shared_images_quota = images

    def show_tags_to_consumers(self, shown: bool) -> None:
        """Set whether consumers see the owner's tags of an image. They do by default."""
        with self._cloud.lock:
            self._cloud.images.consumers_see_tags = shown

    def revoke_sessions(self, of: str) -> None:
        """End all sessions of a role (its ARN), or of all roles of an account (its name or ID): their keys expire.

        As an administrator does after a key has leaked. The role can be assumed again.
        """
        with self._cloud.lock:
            self._cloud.accounts.revoke_sessions(of, self._cloud.clock.now())

    def close_account(self, account: str) -> None:
        """Close an account, by name or ID: its keys stop working, and its ID no longer exists for others."""
        with self._cloud.lock:
            self._cloud.accounts.close(account)

    def set_copy_seconds(self, seconds: float) -> None:
        """Set how long each copy takes that is started from now on."""
        with self._cloud.lock:
            self._cloud.copies.pace.seconds = _checked(seconds)

    def fail_copy(self, region: str, image_id: str) -> None:
        """Make a copy that is in progress CreateFailed now. `image_id` is the new image."""
        with self._cloud.lock:
            self._cloud.copies.fail(self._image(region, image_id).owner, region, image_id)

    def fail_next_copies(self, count: int = 1, *, after_seconds: float = 0.0) -> None:
        """Make the next `count` copies CreateFailed `after_seconds` after their start."""
        with self._cloud.lock:
            self._cloud.copies.pace.fail_next(count, after_seconds)

    def set_image_seconds(self, seconds: float) -> None:
        """Set how long it takes from now on to create an image from an instance or a snapshot."""
        with self._cloud.lock:
            self._cloud.image_making.pace.seconds = _checked(seconds)

    def fail_image(self, region: str, image_id: str) -> None:
        """Make an image that is being created from an instance or a snapshot CreateFailed now."""
        with self._cloud.lock:
            self._cloud.image_making.fail(self._image(region, image_id).owner, region, image_id)

    def fail_next_images(self, count: int = 1, *, after_seconds: float = 0.0) -> None:
        """Make the next `count` created images CreateFailed `after_seconds` after their start."""
        with self._cloud.lock:
            self._cloud.image_making.pace.fail_next(count, after_seconds)

    def set_status_seconds(self, seconds: float) -> None:
        """Set how long instances stay in each of Pending, Starting and Stopping; 0 skips these statuses."""
        with self._cloud.lock:
            self._cloud.instances.status_seconds = _checked(seconds)

    def stop_instance(self, instance_id: str) -> None:
        """Stop a running instance of any account."""
        with self._cloud.lock:
            self._cloud.instances.stop(self._instance(instance_id))

    def start_instance(self, instance_id: str) -> None:
        """Start a stopped instance of any account."""
        with self._cloud.lock:
            self._cloud.instances.start(self._instance(instance_id))

    def delete_instance(self, instance_id: str) -> None:
        """Delete an instance in any state: remove its protection, delete it by force."""
        with self._cloud.lock:
            instance = self._instance(instance_id)
            instance.settings.deletion_protection = False
            self._cloud.instances.delete(instance, force=True)

    def advance_clock(self, seconds: float) -> None:
        """Move the clock forward for copies, instances, lag and temporary keys, but not for the dates of requests."""
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
        """Create an image of an account (name or ID), "system" or "marketplace". Returns its ID."""
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
        """The account's default VPC in a region, its vSwitch and a security group, created if they do not exist.

        Args:
            account: Its name or ID.
            region: The region's ID.

        Returns:
            `vpc_id`, `vswitch_id`, `zone_id` and `security_group_id`.
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
        """The ID of the account's scaling group "default" in its default network, created if it does not exist.

        If its vSwitch was deleted, it stays and a new group is created: "default-2", and so on.
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
            # The API accepts ten accounts in a call; a person repeats it.
            for start in range(0, max(len(add), len(remove)), 10):
                window = slice(start, start + 10)
                self._cloud.sharing.modify(owner, region, image_id, list(add[window]), list(remove[window]))

    def _modify_groups(self, region: str, image_id: str, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
        with self._cloud.lock:
            owner = self._cloud.accounts.get(self._image(region, image_id).owner)
            self._cloud.sharing.modify_groups(owner, region, image_id, add, remove)
