"""The whole emulated cloud behind one lock. No HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from .accounts import Accounts
from .clock import Clock
from .ecs.copies import Copies
from .ecs.image_making import ImageMaking
from .ecs.images import Attributes, Images
from .ecs.instances import InstanceChanges, Instances
from .ecs.key_pairs import KeyPairs
from .ecs.launches import Launches
from .ecs.networks import Networks, Place
from .ecs.security_groups import SecurityGroups
from .ecs.sharing import Sharing
from .ecs.tagging import Tagging
from .errors import CommonErrors, EcsError
from .ess.scaling import Scaling
from .seed import Seed
from .sts.sessions import Sts
from .vpc.vpcs import Vpcs, VpcTagging

T = TypeVar("T")


class Cloud:
    """Accounts, images, instances and their networks.

    Hold `lock` while you touch them: `with cloud.lock: cloud.images...`. It is re-entrant, and no rule waits in it.
    """

    accounts: Accounts
    images: Images
    copies: Copies
    image_making: ImageMaking
    attributes: Attributes
    tagging: Tagging
    sharing: Sharing
    key_pairs: KeyPairs
    instances: Instances
    instance_changes: InstanceChanges
    vpcs: Vpcs
    vpc_tagging: VpcTagging
    security_groups: SecurityGroups
    networks: Networks
    scaling: Scaling
    sts: Sts

    def __init__(self, seed: Seed, copy_seconds: float = 0.0, clock: Clock | None = None) -> None:
        self.seed = seed
        self.clock = clock or Clock()
        self.lock = threading.RLock()
        self._copy_seconds = copy_seconds
        self._tokens: dict[Hashable, tuple[dict[str, str], Any]] = {}
        self.reset()

    @classmethod
    def from_seed(cls, seed: Seed, copy_seconds: float = 0.0, clock: Clock | None = None) -> Cloud:
        """A cloud as in the seed. Copying or creating an image takes `copy_seconds`."""
        return cls(seed, copy_seconds, clock)

    def reset(self) -> None:
        """Back to the seed, with everyone's quotas."""
        with self.lock:
            self.accounts = Accounts(self.seed)
            self.images = Images(self.seed.images, self.seed.regions, self.accounts, self.clock)
            self.copies = Copies(self.images, self.accounts, self.clock, self._copy_seconds)
            self.attributes = Attributes(self.images)
            self.tagging = Tagging(self.images)
            self.sharing = Sharing(self.images, self.accounts, self.clock)
            self._reset_networks()
            self._reset_instances()
            self.image_making = ImageMaking(self.images, self.instances, self.accounts, self.clock, self._copy_seconds)
            self.sts = Sts(self.accounts, self.clock)
            self._tokens.clear()

    def _reset_networks(self) -> None:
        vpcs = self.vpcs = Vpcs(self.seed.regions, self.clock)
        self.vpc_tagging = VpcTagging(vpcs)
        self.security_groups = SecurityGroups(
            self.images.check_region, lambda *vpc: vpcs.find_vpc(*vpc) is not None, self.clock
        )
        self.networks = Networks(vpcs.find_vswitch, self.security_groups)
        vpcs.has_groups = self.security_groups.has_vpc_groups
        self.tagging.register("securitygroup", self.security_groups.all_of)
        self.scaling = Scaling(
            self.seed.regions,
            vpcs.find_vswitch,
            self.security_groups.find,
            self.images.may_run,
            Launches(self.images, self.accounts).check,
            self.clock,
        )

    def _reset_instances(self) -> None:
        self.key_pairs = KeyPairs(self.images, self.clock)
        instances = Instances(self.images, self.key_pairs, self.accounts, self._check_place, self.clock)
        self.instances = instances
        self.instance_changes = InstanceChanges(instances, self.key_pairs)
        self.vpcs.instances_in = lambda vswitch_id: len(instances.private_addresses(vswitch_id))
        self.security_groups.has_instances = instances.are_in_group
        self.tagging.register("instance", instances.all_of)
        self.tagging.register("disk", instances.disks_of)
        self.tagging.register("keypair", self.key_pairs.all_of)

    def _check_place(self, account: str, region: str, vswitch_id: str, group_ids: Sequence[str]) -> Place:
        vswitch, groups = self.networks.place(account, region, vswitch_id, group_ids)
        # ModifyInstanceAttribute: "The list cannot contain both basic security groups and advanced security groups".
        # ModifyInstanceVpcAttribute: "must be of the same type". No table has a code for it.
        if len({group.type for group in groups}) > 1:
            raise CommonErrors.INVALID_PARAMETER(name="SecurityGroupId")
        return Place(vswitch.cidr, vswitch.zone, vswitch.vpc_id)

    def once(
        self,
        account: str,
        action: str,
        token: str,
        params: dict[str, str],
        do: Callable[[], T],
        reused: Callable[[], EcsError] = CommonErrors.CLIENT_TOKEN_REUSED,
    ) -> T:
        """Call `do` once for each ClientToken: a repeat gets the first answer, a different request an error."""
        if not token:
            return do()
        if len(token) > 64 or not token.isascii():
            raise CommonErrors.INVALID_PARAMETER(name="ClientToken")
        key = (account, action, token)
        if key in self._tokens:
            first, answer = self._tokens[key]
            if first != params:
                raise reused()
            return answer  # type: ignore[no-any-return]
        answer = do()
        self._tokens[key] = (params, answer)
        return answer
