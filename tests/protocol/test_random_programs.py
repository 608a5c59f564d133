"""Random programs against random faults and a console in other hands: what holds whatever happens.

The provider is the real process; the engine is the small one of `support.mini_engine`. IMAGE_SHARE_SOAK_EXAMPLES says
how many examples to run. What must hold after each command stands in `support.promises`, and in `support.random_stack`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from ecs_emulator import Emulator
from support import protocol
from support.cloud_in_other_hands import CloudInOtherHands
from support.mini_program import Share
from support.moving_world import NewsClock
from support.protocol import OTHER_PICKLE, Provider, configuration_of, running_provider
from support.random_stack import RandomStack
from support.troubles import AS_USUAL, PEACE, Act, Trouble, Way, accounts, acts, few_accounts, troubles, ways
from support.witness import Witness

SOAK = "IMAGE_SHARE_SOAK_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("IMAGE_SHARE_SOAK_EXAMPLES", "60"))
STEPS = 15

NAMES = ("golden", "silver", "bronze")
PARENTS = ("", "shop:index:Team", "shop:index:Unit")

who = st.integers(0, 1)
which = st.integers(0, 2)
image = st.integers(0, 1)


class World(RuleBasedStateMachine):
    """Two stacks, each with a program of some shares of two images, and a console."""

    examples = 0
    steps = 0

    def __init__(self, ecs: Emulator, provider: Provider, witness: Witness, wrong_keys: Any) -> None:
        super().__init__()
        World.examples += 1
        ecs.reset()
        ecs.console.set_share_quota("owner", 12)
        self.cloud = CloudInOtherHands(ecs, witness)
        self.images = self.cloud.images
        self.stacks = [RandomStack(provider, self.cloud, wrong_keys) for _ in range(2)]
        self.cloud.stacks = [stack.knowledge for stack in self.stacks]

    @initialize(
        first=accounts, second=accounts, third=few_accounts, exclusive=st.booleans(), apart=st.booleans(), more=image
    )
    def write(
        self, first: set[str], second: set[str], third: list[str], exclusive: bool, apart: bool, more: int
    ) -> None:
        """Write two programs: one share each of its own image, or two that share one, and a second share in one."""
        self.stacks[0].program = (Share(self.images[0], dict.fromkeys(first, ""), exclusive, max_accounts=20),)
        self.stacks[1].program = (
            Share(self.images[apart], dict.fromkeys(second, ""), exclusive and apart, max_accounts=20),
        )
        for stack in self.stacks:
            self._deploy(stack)
        self._add(self.stacks[0], more, third)

    # What people do to the programs.

    @rule(who=who, which=which, comes=few_accounts, goes=few_accounts, trouble=troubles, way=ways)
    def change_accounts(
        self, who: int, which: int, comes: list[str], goes: list[str], trouble: Trouble, way: Way
    ) -> None:
        stack = self.stacks[who]
        for share in stack.chosen(which):
            listed = {id: name for id, name in share.accounts.items() if id not in goes}
            name = "" if not listed or "" in listed.values() else "new-{}"
            stack.edit(share, accounts={**listed, **{id: listed.get(id, name.format(id)) for id in comes}})
        self._deploy(stack, trouble, way)

    @rule(who=who, which=which, wanted=accounts, trouble=troubles, way=ways)
    def list_others(self, who: int, which: int, wanted: set[str], trouble: Trouble, way: Way) -> None:
        stack = self.stacks[who]
        for share in stack.chosen(which):
            stack.edit(share, accounts=dict.fromkeys(wanted, ""))
        self._deploy(stack, trouble, way)

    @rule(who=who, which=which, prefix=st.sampled_from(["team", "unit", ""]), trouble=troubles, way=ways)
    def rename_accounts(self, who: int, which: int, prefix: str, trouble: Trouble, way: Way) -> None:
        stack = self.stacks[who]
        for share in stack.chosen(which):
            stack.edit(share, accounts={id: prefix and f"{prefix}-{id}" for id in share.accounts})
        self._deploy(stack, trouble, way)

    @rule(who=who, which=which, other=which, count=st.integers(1, 3), trouble=troubles, way=ways)
    def move_accounts_to_another_share(
        self, who: int, which: int, other: int, count: int, trouble: Trouble, way: Way
    ) -> None:
        stack = self.stacks[who]
        shares = [*stack.chosen(which), *stack.chosen(other)]
        if len(shares) == 2 and shares[0] != shares[1]:
            giver, taker = shares
            moving = sorted(giver.accounts)[:count]
            stays = {id: name for id, name in giver.accounts.items() if id not in moving}
            stack.edit(taker, accounts={**dict.fromkeys(taker.accounts, ""), **dict.fromkeys(moving, "")})
            stack.edit(giver, accounts=stays) if stays else stack.drop(giver)
        self._deploy(stack, trouble, way)

    @rule(who=who, which=which, place=image, first=st.booleans(), trouble=troubles, way=ways)
    def replace_the_image(self, who: int, which: int, place: int, first: bool, trouble: Trouble, way: Way) -> None:
        stack = self.stacks[who]
        for share in stack.chosen(which):
            stack.edit(share, image_id=self.images[place], delete_before_replace=first)
        self._deploy(stack, trouble, way)

    @rule(
        who=who,
        which=which,
        name=st.sampled_from(NAMES),
        parent=st.sampled_from(PARENTS),
        alias=st.booleans(),
        goes=few_accounts,
        trouble=troubles,
        way=ways,
    )
    def rename_or_move(
        self, who: int, which: int, name: str, parent: str, alias: bool, goes: list[str], trouble: Trouble, way: Way
    ) -> None:
        """Rename a share, or put it into a component, with an alias or without, and perhaps drop accounts."""
        stack = self.stacks[who]
        for share in stack.chosen(which):
            kept = {id: text for id, text in share.accounts.items() if id not in goes}
            stack.rename(share, name, parent, alias=alias, accounts=kept or share.accounts)
        self._deploy(stack, trouble, way)

    @rule(who=who, parent=st.sampled_from(PARENTS), alias=st.booleans(), trouble=troubles, way=ways)
    def rename_the_parent(self, who: int, parent: str, alias: bool, trouble: Trouble, way: Way) -> None:
        stack = self.stacks[who]
        for share in stack.program:
            if share.parent:
                stack.rename(share, share.resource, parent, alias=alias)
        self._deploy(stack, trouble, way)

    @rule(who=who, trouble=troubles, way=ways)
    def swap_the_names_of_two_shares(self, who: int, trouble: Trouble, way: Way) -> None:
        stack = self.stacks[who]
        if len(stack.program) > 1:
            first, second, *others = stack.program
            stack.program = (
                replace(first, resource=second.resource, parent=second.parent, aliases=()),
                replace(second, resource=first.resource, parent=first.parent, aliases=()),
                *others,
            )
        self._deploy(stack, trouble, way)

    @rule(who=who, place=image, wanted=few_accounts, trouble=troubles, way=ways)
    def add_a_share(self, who: int, place: int, wanted: list[str], trouble: Trouble, way: Way) -> None:
        self._add(self.stacks[who], place, wanted, trouble, way)

    @rule(who=who, which=which, trouble=troubles, way=ways)
    def drop_a_share(self, who: int, which: int, trouble: Trouble, way: Way) -> None:
        stack = self.stacks[who]
        for share in stack.chosen(which):
            stack.drop(share)
        self._deploy(stack, trouble, way)

    @rule(who=who, newest=image, previous=st.booleans(), wanted=accounts, trouble=troubles, way=ways)
    def distribute(self, who: int, newest: int, previous: bool, wanted: set[str], trouble: Trouble, way: Way) -> None:
        """Share as a distribution does: a share an image, named after it, all with the same accounts."""
        stack = self.stacks[who]
        places = [newest, 1 - newest] if previous else [newest]
        stack.program = tuple(
            Share(
                self.images[place],
                dict.fromkeys(wanted, ""),
                max_accounts=20,
                resource=f"fleet-{place}",
                parent="alicloud-image-share:index:ImageDistribution",
            )
            for place in places
        )
        self._deploy(stack, trouble, way)

    @rule(
        who=who,
        which=which,
        exclusive=st.booleans(),
        limit=st.sampled_from([6, 12, 20]),
        percent=st.sampled_from([30, 100]),
        trouble=troubles,
        way=ways,
    )
    def change_limits(
        self, who: int, which: int, exclusive: bool, limit: int, percent: int, trouble: Trouble, way: Way
    ) -> None:
        stack = self.stacks[who]
        for share in stack.chosen(which):
            stack.edit(share, exclusive=exclusive, max_accounts=limit, max_unshare_percent=percent)
        self._deploy(stack, trouble, way)

    # What people do with the stacks.

    @rule(who=who, trouble=troubles, way=ways)
    def deploy(self, who: int, trouble: Trouble, way: Way) -> None:
        self._deploy(self.stacks[who], trouble, way)

    @rule(who=who, which=which, goes=few_accounts, trouble=troubles, way=ways)
    def taint(self, who: int, which: int, goes: list[str], trouble: Trouble, way: Way) -> None:
        """Taint a share, and perhaps drop accounts from it."""
        stack = self.stacks[who]
        for share in stack.chosen(which):
            stack.engine.taint(share.urn)
            kept = {id: text for id, text in share.accounts.items() if id not in goes}
            stack.edit(share, accounts=kept or share.accounts)
        self._deploy(stack, trouble, way)

    @rule(who=who, which=which, name=st.sampled_from(NAMES))
    def rename_in_the_state_and_the_program(self, who: int, which: int, name: str) -> None:
        stack = self.stacks[who]
        for share in stack.chosen(which):
            to = replace(share, resource=name, aliases=()).urn
            if all(item.urn != to for item in (*stack.engine.resources, *stack.program)):
                stack.engine.rename_in_state(share.urn, to)
                stack.rename(share, name, share.parent, alias=False)

    @rule(who=who)
    def import_the_state_of_another_python(self, who: int) -> None:
        self.stacks[who].engine.import_state(OTHER_PICKLE)

    @rule(who=who, trouble=troubles, way=ways)
    def refresh(self, who: int, trouble: Trouble, way: Way) -> None:
        World.steps += 1
        self.stacks[who].refresh(trouble, way)

    @rule(who=who, trouble=troubles, way=ways)
    def destroy(self, who: int, trouble: Trouble, way: Way) -> None:
        World.steps += 1
        stack = self.stacks[who]
        if not stack.engine.resources:
            stack.deploy()
        stack.destroy(trouble, way)

    @rule(who=who)
    def bring_to_order(self, who: int) -> None:
        self.stacks[who].converge()

    # What others do to the cloud.

    @rule(act=acts)
    def act_in_the_console(self, act: Act) -> None:
        self.cloud.act(act)

    @rule(quota=st.sampled_from([6, 12, 30]))
    def change_the_quota(self, quota: int) -> None:
        self.cloud.ecs.console.set_share_quota("owner", quota)

    @rule(place=image, delete=st.booleans())
    def delete_or_deprecate_an_image_or_bring_it_back(self, place: int, delete: bool) -> None:
        self.cloud.delete_or_deprecate_or_bring_back(place, delete=delete)

    def teardown(self) -> None:
        for stack in self.stacks:
            stack.converge()

    def _add(
        self, stack: RandomStack, place: int, wanted: Sequence[str], trouble: Trouble = PEACE, way: Way = AS_USUAL
    ) -> None:
        free = [name for name in NAMES if all(share.resource != name for share in stack.program)]
        if free:
            beside = [share for share in stack.program if share.image_id == self.images[place]]
            for share in beside:
                stack.edit(share, exclusive=False)
            taken = {id for share in beside for id in share.accounts}
            mine = [id for id in wanted if id not in taken] or list(wanted)
            new = Share(self.images[place], dict.fromkeys(mine, ""), not beside, 20, resource=free[0])
            stack.program = (*stack.program, new)
        self._deploy(stack, trouble, way)

    def _deploy(self, stack: RandomStack, trouble: Trouble = PEACE, way: Way = AS_USUAL) -> None:
        World.steps += 1
        stack.deploy(trouble, way)


@pytest.mark.both_frontends
def test_random_programs_hold_what_is_promised_against_random_faults(
    ecs_config: dict[str, str], figures: Callable[[str, int], None]
) -> None:
    with Emulator(clock=NewsClock()) as ecs:
        config = {
            **ecs_config,
            "alicloud:endpoints": f'[{{"ecs": "{ecs.endpoint}", "sts": "{ecs.endpoint}"}}]',
            "alicloud-image-share:retrySeconds": "0.1",
            "alicloud-image-share:visibleSeconds": "0.2",
        }
        stranger = ecs.account("data")
        keys = {"alicloud:accessKey": stranger.access_key_id, "alicloud:secretKey": stranger.access_key_secret}
        wrong_keys = configuration_of({**config, **keys})
        witness = Witness(ecs)
        with running_provider(config, {}) as provider:
            World.examples = World.steps = 0
            run_state_machine_as_test(
                lambda: World(ecs, provider, witness, wrong_keys),
                settings=hypothesis.settings(
                    # The rules below the frontends are tried by the first; the second adds what frontends do.
                    max_examples=EXAMPLES if SOAK or protocol.frontend == "dynamic" else EXAMPLES // 2,
                    stateful_step_count=STEPS,
                    deadline=None,
                    # Making a failing program shorter takes minutes, which only a soak has.
                    phases=[phase for phase in hypothesis.Phase if SOAK or phase is not hypothesis.Phase.shrink],
                    # The same programs in every run of the suite; a soak looks for new ones.
                    derandomize=not SOAK,
                    print_blob=True,
                    report_multiple_bugs=False,
                    suppress_health_check=list(hypothesis.HealthCheck),
                ),
            )
    figures("random programs against faults", World.examples)
    figures("commands of random programs", World.steps)
