"""`ImageDistribution`, an image in several regions, shared with accounts in each: what stacks write."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import pulumi
from pulumi.runtime import get_config
from tenacity import Retrying, stop_after_delay, wait_exponential

from ..arguments import Problem, parse_region
from ..cloud.identity import AssumeRole
from ..cloud.settings import read_settings
from ..dynamic.program_errors import for_the_terminal
from ..dynamic.resources import ImageCopy, ImageShare
from ..errors import BadArguments, ConfigError
from .plan import Place, Request, kept_images, places, request_problems

__all__ = ["ImageDistribution"]

Accounts: TypeAlias = Sequence[pulumi.Input[str]] | Mapping[str, pulumi.Input[str]]
"""A list of account IDs, or a mapping of names to account IDs."""

_TYPE: Final = "image-share:index:ImageDistribution"
_READ_STATE: Final = "pulumi:pulumi:readStackResourceOutputs"
_STATE_SECONDS: Final = 10.0


class ImageDistribution(pulumi.ComponentResource):
    """One image in every region, shared with the same accounts in each: a copy for each other region, and a share.

    Regions are independent of each other: adding or removing one touches no other. Where a region goes, its copy is
    unshared first and deleted after.
    """

    image_ids: pulumi.Output[dict[str, str]]
    """Region to the ID of the current image there."""
    image_history: pulumi.Output[list[str]]
    """The IDs of the source images that are distributed, the current one first."""
    copies: dict[str, ImageCopy]
    """Region to the copy of the current image there; the image's own region has none."""
    shares: dict[str, ImageShare]
    """Region to the share of the current image there."""
    previous_shares: dict[str, dict[str, ImageShare]]
    """ID of each previous source image to region to the share there."""

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        image_id: pulumi.Input[str],
        regions: Sequence[str],
        accounts: pulumi.Input[Accounts] | Mapping[str, Accounts],
        source_region: str | None = None,
        kms_key_ids: Mapping[str, pulumi.Input[str]] | None = None,
        keep_previous: int = 0,
        family: pulumi.Input[str] | None = None,
        description: pulumi.Input[str] | None = None,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        force_delete: pulumi.Input[bool] | None = None,
        exclusive: pulumi.Input[bool] | None = None,
        max_accounts: pulumi.Input[int] | None = None,
        max_unshare_percent: pulumi.Input[float] | None = None,
        profile: pulumi.Input[str] | None = None,
        assume_role: pulumi.Input[AssumeRole] | None = None,
    ) -> None:
        """Distribute an image.

        Args:
            resource_name: The resource's name in the stack. Copies and shares are called `<name>-<region>`, with
                `keep_previous` `<name>-<region>-<image ID>`.
            opts: Options of the resource, which its copies and shares inherit: `protect=True`, for example.
            image_id: The ID of a custom image of this account. Plain text with `keep_previous`, else it may be an
                output.
            regions: The IDs of the regions where the image is to be available. The image's own region is shared in only
                if it is among them.
            accounts: Whom to share with: a list of account IDs, or a mapping of names to account IDs, or a mapping of
                region IDs to either of these.
            source_region: The ID of the image's own region. Default: the config `alicloud:region`, then the
                environment.
            kms_key_ids: Region ID to the ID of the key (CMK) of that region which its copy is encrypted with.
            keep_previous: How many previous images stay copied and shared when `image_id` changes, so that instances
                made from them can re-initialise their disks. Older ones are unshared, and their copies deleted.
            family: The image family of the copies. Default: none.
            description: The description of the copies. Default: none.
            tags: Tags of the copies.
            force_delete: Whether copies are deleted although instances use them, as for `ImageCopy`. Those have lost
                access by then: they go on running, and can't re-initialise their disks. Default: False.
            exclusive: As for `ImageShare`.
            max_accounts: As for `ImageShare`.
            max_unshare_percent: As for `ImageShare`.
            profile: The profile of the Alibaba Cloud CLI whose account owns the image. Default: the stack's own
                credentials.
            assume_role: A RAM role to assume first, as for `ImageShare`.

        Raises:
            BadArguments: A rule is broken. Pulumi shows its text without a traceback.
        """
        super().__init__(_TYPE, resource_name, {}, opts)
        problems: list[Problem] = []
        default_region = read_settings(get_config, os.environ).region
        request = Request(
            image_id=image_id,
            source_region=str(parse_region(source_region, default_region, problems, "source_region")),
            regions=regions,
            accounts=accounts,
            kms_key_ids={} if kms_key_ids is None else kms_key_ids,
            keep_previous=keep_previous,
        )
        problems = problems or request_problems(request)
        if problems:
            raise for_the_terminal(
                BadArguments(f"ImageDistribution {resource_name!r}", [problem.sentence for problem in problems])
            )
        identity = {"profile": profile, "assume_role": assume_role}
        made_like = {
            "family": family,
            "description": description,
            "tags": tags,
            "force_delete": force_delete,
            **identity,
        }
        shared_like = {
            "exclusive": exclusive,
            "max_accounts": max_accounts,
            "max_unshare_percent": max_unshare_percent,
            **identity,
        }
        history = _history(resource_name, opts)
        self.copies, self.shares, self.previous_shares = {}, {}, {}
        every_share = []
        for place in places(resource_name, request, history):
            copied = self._copy(place, request.source_region, made_like) if place.is_copied else None
            share = self._share(place, copied.image_id if copied else place.image_id, shared_like)
            every_share.append(share)
            if not place.is_current:
                self.previous_shares.setdefault(place.image_id, {})[place.region] = share
                continue
            self.shares[place.region] = share
            if copied:
                self.copies[place.region] = copied
        self.image_ids = pulumi.Output.all(**{region: share.image_id for region, share in self.shares.items()})
        kept = kept_images(image_id, history, keep_previous)
        # Only what was shared everywhere becomes history: an image whose distribution failed is none to keep.
        everything = [share.id for share in every_share]
        self.image_history = pulumi.Output.all(*everything).apply(lambda _: pulumi.Output.all(*kept))
        self.register_outputs(
            {
                "image_ids": self.image_ids,
                "shares": pulumi.Output.all(**{region: share.id for region, share in self.shares.items()}),
                "image_history": self.image_history,
            }
        )

    def _copy(self, place: Place, source_region: str, arguments: Mapping[str, Any]) -> ImageCopy:
        return ImageCopy(
            place.name,
            self._opts(place),
            source_image_id=place.image_id,
            source_region=source_region,
            region=place.region,
            kms_key_id=place.kms_key_id,
            **arguments,
        )

    def _share(self, place: Place, image_id: pulumi.Input[str], arguments: Mapping[str, Any]) -> ImageShare:
        return ImageShare(
            place.name,
            self._opts(place),
            image_id=image_id,
            region=place.region,
            accounts=place.accounts,
            **arguments,
        )

    def _opts(self, place: Place) -> pulumi.ResourceOptions:
        aliases = [pulumi.Alias(name=place.former_name)] if place.former_name else None
        return pulumi.ResourceOptions(parent=self, aliases=aliases)


def _history(resource_name: str, opts: pulumi.ResourceOptions | None) -> list[str]:
    """The images that the last update of this distribution had, newest first: the stack's state remembers them.

    A program can't see its own state but through the engine, which reads any stack's for it, this one's too.
    """
    answer = _read_own_state(resource_name)
    images = {
        urn.rpartition("::")[2]: state["outputs"].get("image_history")
        for urn, state in (answer.get("outputs") or {}).items()
        if state.get("type") == _TYPE
    }
    return next((images[name] for name in (resource_name, *_former_names(opts)) if images.get(name)), [])


def _read_own_state(resource_name: str) -> Mapping[str, Any]:
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    # In a folder as the backend, the engine may be writing the state at this very moment.
    again = Retrying(stop=stop_after_delay(_STATE_SECONDS), wait=wait_exponential(0.05, max=1), reraise=True)
    try:
        return again(pulumi.runtime.invoke, _READ_STATE, {"stackName": stack}).value or {}
    except Exception as error:  # whatever the engine says, Pulumi raises it as a bare Exception
        why = str(error).rpartition("returned an error: ")[2]
        raise for_the_terminal(
            ConfigError(
                f"what ImageDistribution {resource_name!r} distributed before can't be read from the state of stack "
                f"{stack} ({why}). Nothing was changed: run again."
            )
        ) from None


def _former_names(opts: pulumi.ResourceOptions | None) -> list[str]:
    aliases = opts.aliases if opts and isinstance(opts.aliases, Sequence) else []
    names = [alias.rpartition("::")[2] if isinstance(alias, str) else getattr(alias, "name", None) for alias in aliases]
    return [name for name in names if isinstance(name, str)]
