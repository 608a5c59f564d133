"""The component that `ImageDistribution` is, whichever frontend makes its copies and shares."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pulumi
from pulumi.runtime import is_dry_run

from .. import slots
from ..cloud.credentials import IDENTITY_ARGUMENTS
from ..engine.wire import has_outputs
from ..errors import BadArguments
from ..values import Problem, parse_region
from .request import (
    IMAGE_IDS,
    IMAGES,
    OF_COPIES,
    OF_SHARES,
    PLAIN,
    PROTECTION_TYPE,
    SHARES,
    TYPE,
    Place,
    Request,
    ignored_by,
    places,
    request_problems,
)


@dataclass(frozen=True)
class Arguments:
    """The arguments of a distribution, read and checked.

    Attributes:
        request: The images, regions and accounts.
        of_copies: The arguments that are the same for all copies.
        of_shares: The arguments that are the same for all shares.
        ignored_of_copies: The properties whose changes the copies ignore.
        ignored_of_shares: The properties whose changes the shares ignore.
    """

    request: Request
    of_copies: Mapping[str, Any]
    of_shares: Mapping[str, Any]
    ignored_of_copies: Sequence[str]
    ignored_of_shares: Sequence[str]


def read_arguments(
    what: str,
    given: Mapping[str, Any],
    *,
    default_region: str | None,
    ignored: Sequence[str] = (),
    accounts_argument: str = "accounts",
    by_region: bool | None = None,
) -> Arguments:
    """Read the arguments of a distribution.

    Args:
        what: The distribution, for errors: "ImageDistribution 'golden'".
        given: The arguments by their names in Python; None for what is left out.
        default_region: The region ID of the configuration or the environment, None if there is none.
        ignored: The properties whose changes the program ignores.
        accounts_argument: The name of the argument that lists the accounts.
        by_region: Whether accounts are given for each region; None if that follows from their form.

    Raises:
        BadArguments: A rule is broken.
    """
    unknown = [name for name in PLAIN if has_outputs(given.get(name))]
    if unknown:
        why = "must be known when the program runs: give a plain value, and neither a secret nor the output of another"
        raise BadArguments(what, [f"{slots.prop(name)} {why} resource." for name in unknown])
    problems: list[Problem] = []
    request = Request(
        image_id=given.get("image_id"),
        images=given.get("images"),
        source_region=str(parse_region(given.get("source_region"), default_region, problems, "source_region")),
        regions=given.get("regions") or [],
        accounts=given.get("accounts"),
        kms_key_ids={} if given.get("kms_key_ids") is None else given["kms_key_ids"],
        accounts_argument=accounts_argument,
        by_region=by_region,
    )
    of_copies, of_shares, not_ignored = ignored_by(ignored, accounts_argument)
    problems = (problems or request_problems(request)) + not_ignored
    if problems:
        raise BadArguments(what, [problem.text for problem in problems])
    return Arguments(
        request,
        {name: given.get(name) for name in (*OF_COPIES, *IDENTITY_ARGUMENTS)},
        {name: given.get(name) for name in (*OF_SHARES[1:], *IDENTITY_ARGUMENTS)},
        of_copies,
        of_shares,
    )


class Distribution(pulumi.ComponentResource):
    """Copies and shares of images. A subclass is one frontend's."""

    copy_types: ClassVar[tuple[str, ...]]
    """The type of this frontend's copies, then that of the other's."""
    share_types: ClassVar[tuple[str, ...]]
    """The type of this frontend's shares, then that of the other's."""
    image_ids: pulumi.Output[dict[str, str]]
    """Region to the ID of the current image there."""
    images: pulumi.Output[list[str]]
    """The IDs of the source images that are distributed, the current one first."""
    copies: dict[str, Any]
    """Region to the copy of the current image there; the image's own region has none."""
    shares: dict[str, Any]
    """Region to the share of the current image there."""
    previous_shares: dict[str, dict[str, Any]]
    """ID of each previous source image to region to the share there."""

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None, arguments: Arguments) -> None:
        """Make it, with all its copies and shares.

        Args:
            resource_name: Its name in the stack.
            opts: Its options.
            arguments: Its arguments.
        """
        super().__init__(TYPE, resource_name, {}, opts)
        self._called = resource_name
        self._given = arguments
        self._own_former_names = _former_names(opts)
        self._custom_timeouts = opts.custom_timeouts if opts else None
        self.copies, self.shares, self.previous_shares = {}, {}, {}
        for place in places(resource_name, arguments.request):
            self._make_place(place)
        self.image_ids = pulumi.Output.all(**{region: share.image_id for region, share in self.shares.items()})
        self.images = pulumi.Output.all(*arguments.request.all_images)
        previous = [share for by_region in self.previous_shares.values() for share in by_region.values()]
        protected: pulumi.Output[None] = pulumi.Output.from_input(
            self._make_protection([*self.shares.values(), *previous])
        )
        share_ids = pulumi.Output.all(**{region: share.id for region, share in self.shares.items()})
        outputs = {IMAGE_IDS: self.image_ids, IMAGES: self.images, SHARES: pulumi.Output.all(share_ids, protected)[0]}
        self.register_outputs(dict(self._named_for_program(outputs)))

    @abstractmethod
    def _make_copy(self, name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any]) -> Any:
        """Make an ImageCopy, which has `image_id`."""

    @abstractmethod
    def _make_share(self, name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any]) -> Any:
        """Make an ImageShare, which has `id`, `image_id` and `owner_id`."""

    @abstractmethod
    def _named_for_program(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Properties with the names that the programs of this frontend know."""

    def _make_place(self, place: Place) -> None:
        request, given = self._given.request, self._given
        former_names = self._former_names_of(place)
        copied = None
        if place.is_copied:
            opts = self._opts(place.name, former_names, self.copy_types, given.ignored_of_copies)
            arguments = {
                "source_image_id": place.image_id,
                "source_region": request.source_region,
                "region": place.region,
                "kms_key_id": place.kms_key_id,
                **given.of_copies,
            }
            copied = self._make_copy(place.name, opts, arguments)
        opts = self._opts(place.name, former_names, self.share_types, given.ignored_of_shares)
        image_id = copied.image_id if copied else place.image_id
        arguments = {"image_id": image_id, "region": place.region, "accounts": place.accounts, **given.of_shares}
        share = self._make_share(place.name, opts, arguments)
        if not place.is_current:
            self.previous_shares.setdefault(place.image_id, {})[place.region] = share
            return
        self.shares[place.region] = share
        if copied:
            self.copies[place.region] = copied

    async def _make_protection(self, shares: Sequence[Any]) -> None:
        """Make the child that keeps a protected distribution from being deleted.

        The engine deletes dependents first, and if it can't delete a resource, it deletes nothing that this depends on.
        The child depends on all shares and inherits `protect`. So deleting the whole distribution fails before any
        account loses access, also without a preview. Copies and shares are not protected, so images can be rotated.

        With --continue-on-error or --target, a share may have failed or be left out. One that does not exist needs no
        protection. If one that exists has failed, the engine would skip a dependent, which then still depends on shares
        that the same update retires: no valid state. Without a dependent, the child of the last update protects all
        that there was.
        """
        if not is_dry_run():
            # A provider's output is not known after a failure; the ID of a resource that exists is.
            found = [(share, await share.id.is_known(), await share.owner_id.is_known()) for share in shares]
            if any(exists and not succeeded for _, exists, succeeded in found):
                return
            shares = [share for share, exists, _ in found if exists]
        opts = pulumi.ResourceOptions(
            parent=self, depends_on=shares, aliases=[pulumi.Alias(name=name) for name in self._own_former_names]
        )
        pulumi.ComponentResource(PROTECTION_TYPE, self._called, {}, opts).register_outputs({})

    def _former_names_of(self, place: Place) -> list[str]:
        # The engine looks for children under their parent's former name only in the run that renames the parent. If
        # that run fails, the children that it has not reached need an alias of their own.
        names = (place.name, *place.former_names)
        formerly = [former + name.removeprefix(self._called) for former in self._own_former_names for name in names]
        return list(dict.fromkeys([*place.former_names, *formerly]))

    def _opts(
        self, name: str, former_names: Sequence[str], types: Sequence[str], ignored: Sequence[str]
    ) -> pulumi.ResourceOptions:
        aliases = [
            *(pulumi.Alias(name=former) for former in former_names),
            *(pulumi.Alias(name=each, type_=type_) for type_ in types[1:] for each in (name, *former_names)),
        ]
        return pulumi.ResourceOptions(
            parent=self,
            aliases=aliases,
            custom_timeouts=self._custom_timeouts,
            ignore_changes=list(ignored),
            protect=False,
        )


def _former_names(opts: pulumi.ResourceOptions | None) -> list[str]:
    """The names that the aliases of a distribution's own options have."""
    aliases = opts.aliases if opts and isinstance(opts.aliases, Sequence) else []
    names = [alias.rpartition("::")[2] if isinstance(alias, str) else getattr(alias, "name", ...) for alias in aliases]
    return list(dict.fromkeys(name for name in names if isinstance(name, str)))
