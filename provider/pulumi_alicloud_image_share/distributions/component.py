"""The component that `ImageDistribution` is, whichever door its copies and shares are made through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import pulumi
from pulumi.runtime import is_dry_run

from ..arguments import Problem, parse_region
from ..errors import BadArguments
from ..kinds.contract import Resources
from ..program_types import AssumeRole
from ..wire import has_outputs
from .description import PLAIN
from .door import Door, MadeCopy, MadeShare
from .history import (
    HISTORY,
    IMAGE_IDS,
    KEEP_PREVIOUS,
    MARK,
    REGIONS,
    SHARES,
    Entry,
    Past,
    images_seen,
    needs_mark,
    own_entry,
    past_of,
    read_entries,
)
from .identity import former_names, known_id, make_mark, own_urns
from .plan import Place, gone_sources, kept_images, places, retired_places
from .request import Request, ignored_by, request_problems

_NO_OUTPUT = "give a plain value, and neither a secret nor the output of another resource."

Accounts: TypeAlias = Sequence[pulumi.Input[str]] | Mapping[str, pulumi.Input[str]]
"""A list of account IDs, or a mapping of names to account IDs, or of account IDs to names."""


@dataclass(frozen=True)
class _Arguments:
    """What all copies, and all shares, of a distribution are given alike."""

    of_copies: Mapping[str, Any]
    of_shares: Mapping[str, Any]


@dataclass(frozen=True)
class _Before:
    """What was there before, as the state tells."""

    entry: Entry | None
    past: Past
    mark: pulumi.Stash | None


class Distribution(pulumi.ComponentResource):
    """Copies and shares of images, and what the state remembers of them: all of `ImageDistribution` but the door."""

    door: Door
    """What its copies and shares are made through."""
    image_ids: pulumi.Output[dict[str, str]]
    """Region to the ID of the current image there."""
    image_history: pulumi.Output[list[str]]
    """The IDs of the source images that are distributed, the current one first."""
    copies: dict[str, Any]
    """Region to the copy of the current image there; the image's own region has none."""
    shares: dict[str, Any]
    """Region to the share of the current image there."""
    previous_shares: dict[str, dict[str, Any]]
    """ID of each previous source image to region to the share there."""

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        image_id: pulumi.Input[str] | None = None,
        images: Sequence[str] | None = None,
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
        allow_marketplace_based: pulumi.Input[bool] | None = None,
        profile: pulumi.Input[str] | None = None,
        assume_role: pulumi.Input[AssumeRole] | None = None,
    ) -> None:
        """Distribute an image.

        Args:
            resource_name: The resource's name in the stack.
            opts: Options of the resource, which its copies and shares inherit: `protect=True`, for example.
            image_id: The ID of a custom image of this account. Plain text with `keep_previous`, else it may be an
                output. Exactly one of `image_id` and `images` is given.
            images: The IDs of all images that are to be copied and shared, the newest first, as plain text: rotation
                that hangs on nothing but the program.
            regions: The IDs of the regions where the image is to be available. The image's own region is shared in only
                if it is among them.
            accounts: Whom to share with: a list of account IDs, or a mapping of names to account IDs or of account IDs
                to names, or a mapping of region IDs to any of these.
            source_region: The ID of the image's own region. Default: the config `alicloud:region`, then the
                environment.
            kms_key_ids: Region ID to the ID of the key (CMK) of that region which its copy is encrypted with.
            keep_previous: How many previous images stay copied and shared when `image_id` changes, so that instances
                made from them can re-initialise their disks. Older ones are unshared, and their copies deleted. Which
                they are is in the stack's state.
            family: The image family of the copies. Default: none.
            description: The description of the copies. Default: none.
            tags: Tags of the copies.
            force_delete: Whether copies are deleted although instances use them, as for `ImageCopy`. Those have lost
                access by then: they go on running, and can't re-initialise their disks. Default: False.
            exclusive: As for `ImageShare`.
            max_accounts: As for `ImageShare`.
            max_unshare_percent: As for `ImageShare`. A new image is guarded too, by what the last one had.
            allow_marketplace_based: As for `ImageShare`.
            profile: The profile of the Alibaba Cloud CLI whose account owns the image. Default: the stack's own
                credentials.
            assume_role: A RAM role to assume first, as for `ImageShare`.

        Raises:
            BadArguments: A rule is broken. Pulumi shows its text without a traceback.
            ConfigError: The state of the stack can't be read; nothing was changed.
        """
        self._what = f"ImageDistribution {resource_name!r}"
        self.door.check_options(self._what, opts, names_identity=profile is not None or assume_role is not None)
        self._request = self._read(
            image_id=image_id,
            images=images,
            source_region=source_region,
            regions=regions,
            accounts=accounts,
            kms_key_ids={} if kms_key_ids is None else kms_key_ids,
            keep_previous=keep_previous,
            accounts_argument=self.door.accounts_argument,
            by_region=self.door.by_region,
        )
        identity = {"profile": profile, "assume_role": assume_role}
        self._arguments = _Arguments(
            {"family": family, "description": description, "tags": tags, "force_delete": force_delete, **identity},
            {
                "exclusive": exclusive,
                "max_accounts": max_accounts,
                "max_unshare_percent": max_unshare_percent,
                "allow_marketplace_based": allow_marketplace_based,
                **identity,
            },
        )
        self._ignored_of_copies, self._ignored_of_shares = self._read_ignored(opts)
        self._called = resource_name
        self._former_names = former_names(opts)
        self._custom_timeouts = opts.custom_timeouts if opts else None
        # Once it is registered, the state may have it without what it had.
        resources = self.door.wait_for(self.door.resources_in_state())
        super().__init__(self.door.type, resource_name, {}, opts)
        before = self.door.wait_for(self._look_back(opts, resources))
        self._warn_of_gone_sources(before.past)
        every_share = self._make(before.past)
        self._register(before, every_share)

    def _read(self, *, source_region: str | None, **given: Any) -> Request:
        unknown = [name for name in PLAIN if has_outputs({"source_region": source_region, **given}.get(name))]
        if unknown:
            raise self._fault([f"{name} must be known when the program runs: {_NO_OUTPUT}" for name in unknown])
        problems: list[Problem] = []
        home = str(parse_region(source_region, self.door.default_region, problems, "source_region"))
        request = Request(source_region=home, **given)
        problems = problems or request_problems(request)
        if problems:
            raise self._fault([problem.sentence for problem in problems])
        # Configuration may have given it as a float.
        return replace(request, keep_previous=int(request.keep_previous))

    def _read_ignored(self, opts: pulumi.ResourceOptions | None) -> tuple[list[str], list[str]]:
        """What copies and what shares ignore; Pulumi ignores the option of a component without a word."""
        paths = [self.door.name_of(path) for path in (opts.ignore_changes if opts else None) or []]
        of_copies, of_shares, problems = ignored_by(paths, self.door.accounts_argument)
        if problems:
            raise self._fault([problem.sentence for problem in problems])
        return of_copies, of_shares

    async def _look_back(self, opts: pulumi.ResourceOptions | None, resources: Resources) -> _Before:
        """Find in the state what the last update of this very distribution had."""
        request = self._request
        entries = read_entries(resources)
        urns = await own_urns(self._called, self.door.type, opts)
        entry = own_entry(entries, urns)
        kept = kept_images(request, (entry.history if entry else None) or ())
        mark = make_mark(self, self._called) if needs_mark(entry, request.keep_previous, kept) else None
        entry = own_entry(entries, urns, await known_id(mark))
        if entry and entry.history is None and request.keep_previous:
            raise self._fault([self._lost_history(entry, resources)])
        return _Before(entry, past_of(entry, resources, self.door.share_types), mark)

    def _make(self, past: Past) -> list[MadeShare]:
        """Make all copies and shares."""
        self.copies, self.shares, self.previous_shares = {}, {}, {}
        every_share = []
        for place in places(self._called, self._request, past):
            copied, share = self._make_place(place, past)
            every_share.append(share)
            if not place.is_current:
                self.previous_shares.setdefault(place.image_id, {})[place.region] = share
                continue
            self.shares[place.region] = share
            if copied:
                self.copies[place.region] = copied
        return every_share

    def _make_place(
        self, place: Place, past: Past, more: pulumi.ResourceOptions | None = None
    ) -> tuple[MadeCopy | None, MadeShare]:
        copied = None
        if place.is_copied:
            copied = self.door.make_copy(
                place.name,
                self._opts(place, self.door.copy_types, self._ignored_of_copies, more),
                {
                    "source_image_id": place.image_id,
                    "source_region": self._request.source_region,
                    "region": place.region,
                    "kms_key_id": place.kms_key_id,
                    **self._arguments.of_copies,
                },
            )
        share = self.door.make_share(
            place.name,
            self._opts(place, self.door.share_types, self._ignored_of_shares, more),
            {
                "image_id": copied.image_id if copied else place.image_id,
                "region": place.region,
                "accounts": place.accounts,
                **self._arguments.of_shares,
            },
            instead_of=past.newest_share(place.region),
        )
        return copied, share

    def _register(self, before: _Before, every_share: Sequence[MadeShare]) -> None:
        request, past = self._request, before.past
        self.image_ids = pulumi.Output.all(**{region: share.image_id for region, share in self.shares.items()})
        is_shared: pulumi.Output[bool] = pulumi.Output.from_input(self._is_shared(past, every_share))
        kept = kept_images(request, past.history)
        # Only what was shared everywhere becomes history: an image whose distribution failed is none to keep.
        self.image_history = is_shared.apply(lambda shared: list(kept if shared else past.history))
        ids = pulumi.Output.all(**{region: share.id for region, share in self.shares.items()})
        last = before.entry.outputs if before.entry else {}
        outputs = {
            IMAGE_IDS: is_shared.apply(lambda shared: self.image_ids if shared else last.get(IMAGE_IDS, {})),
            SHARES: is_shared.apply(lambda shared: ids if shared else last.get(SHARES, {})),
            HISTORY: self.image_history,
            REGIONS: is_shared.apply(lambda shared: sorted(request.regions if shared else past.regions)),
            KEEP_PREVIOUS: self._keep_previous_once_marked(before.mark),
            MARK: self._mark_id(before),
        }
        self.register_outputs(dict(self.door.registered(outputs)))

    async def _is_shared(self, past: Past, every_share: Sequence[MadeShare]) -> bool:
        """Whether everything is shared as the program says; if not, hold what the engine would retire."""
        if is_dry_run():
            return True
        # An ID is known also where `--target` left a change out; what only a provider says is not.
        if all([await share.owner_id.is_known() for share in every_share]):
            return True
        for place in retired_places(self._called, self._request, past):
            # Under --continue-on-error the engine deletes what the program does not make, whatever failed before.
            _, share = self._make_place(place, past, pulumi.ResourceOptions(ignore_changes=["*"]))
            await share.urn.future()
        return False

    async def _keep_previous_once_marked(self, mark: pulumi.Stash | None) -> int:
        return self._request.keep_previous if mark is None or await known_id(mark) else 0

    async def _mark_id(self, before: _Before) -> str:
        if before.mark is None:
            return ""
        return await known_id(before.mark) or (before.entry.mark if before.entry else "")

    def _opts(
        self, place: Place, types: Sequence[str], ignored: list[str], more: pulumi.ResourceOptions | None
    ) -> pulumi.ResourceOptions:
        names = [place.name, *([place.former_name] if place.former_name else [])]
        # Pulumi looks under a parent's former name only in the run that renames the parent, and that may have failed.
        formerly = [former + name.removeprefix(self._called) for former in self._former_names for name in names]
        former_names = dict.fromkeys([*names[1:], *formerly])
        aliases = [
            *(pulumi.Alias(name=name) for name in former_names),
            *(pulumi.Alias(name=name, type_=type_) for type_ in types[1:] for name in (place.name, *former_names)),
        ]
        opts = pulumi.ResourceOptions(
            parent=self, aliases=aliases, custom_timeouts=self._custom_timeouts, ignore_changes=ignored
        )
        return pulumi.ResourceOptions.merge(opts, more)

    def _warn_of_gone_sources(self, past: Past) -> None:
        for image_id, regions in gone_sources(self._request, past).items():
            where = f"Its copies stay shared in {', '.join(regions)}." if regions else "No copy of it is left."
            pulumi.log.warn(
                f"image {image_id} is left out in {self._request.source_region}, its own region: the stack's state has "
                f"no share of it there any more, as after a refresh that found the image deleted. {where}",
                resource=self,
            )

    def _lost_history(self, entry: Entry, resources: Resources) -> str:
        seen = images_seen(entry, resources, self.door.share_types, self._request.regions)
        named = ", ".join(repr(image_id) for image_id in seen) or "none"
        return (
            "the stack's state does not say which images were distributed before, as after an update with --target or "
            "one that failed, by an earlier version of this package. Nothing was changed. Say which are to stay by "
            f"images=[newest, previous, ...] instead of image_id and keep_previous; the state has shares of {named}."
        )

    def _fault(self, sentences: Sequence[str]) -> Exception:
        return self.door.for_the_terminal(BadArguments(self._what, sentences))
