"""A plan, applied to the emulator's rules, ends where it should. No HTTP: the rules themselves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecs_emulator import load_seed
from ecs_emulator.cloud import Cloud
from ecs_emulator.console import Console
from pulumi_alicloud_image_share.cloud.model import BATCH_SIZE
from pulumi_alicloud_image_share.errors import RuleBroken
from pulumi_alicloud_image_share.share.plan import plan_share

SEED = load_seed()
REGION, IMAGE = "cn-hangzhou", SEED.image("golden").id
CONSUMERS = [str(2000000000000001 + n) for n in range(100)]
some = st.sets(st.sampled_from(CONSUMERS), max_size=60)


@given(live=some, gain=some, lose=some, quota=st.integers(min_value=1, max_value=80))
def test_ecs_accepts_every_call_of_a_plan_and_ends_at_the_wanted_set(
    live: set[str], gain: set[str], lose: set[str], quota: int
) -> None:
    cloud = Cloud(SEED)
    owner = cloud.accounts.get("owner")
    owner.share_quota = len(CONSUMERS)
    Console(cloud).share(REGION, IMAGE, *sorted(live))
    owner.share_quota = quota
    try:
        plan = plan_share(live, wanted=gain, lose=lose, max_accounts=quota)
    except RuleBroken:
        assert len((live - lose) | gain) > quota
        return
    for call in plan.calls:
        assert max(len(call.add), len(call.remove)) <= BATCH_SIZE
        cloud.sharing.modify(owner, REGION, IMAGE, list(call.add), list(call.remove))
    assert set(Console(cloud).shared_accounts(REGION, IMAGE)) == (live - lose) | gain
