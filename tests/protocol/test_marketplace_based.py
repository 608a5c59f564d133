"""An image based on one of the Marketplace: refused by the guide, or left to ECS, which goes by its sites."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from ecs_emulator import Emulator
from support.protocol import Provider

pytestmark = pytest.mark.both_frontends

PAYMENTS = "1000000000000002"
REGION = "cn-hangzhou"


def share_of(ecs: Emulator, *accounts: str, **more: Any) -> dict[str, Any]:
    return {"image_id": ecs.image("marketplace-based").id, "accounts": list(accounts), **more}


def shared(ecs: Emulator) -> list[str]:
    return ecs.console.shared_accounts(REGION, ecs.image("marketplace-based").id)


def test_it_is_refused_by_default_in_the_preview_with_the_way_out(ecs: Emulator, provider: Provider) -> None:
    reasons = provider.check(share_of(ecs, PAYMENTS)).reasons
    assert "by the guide of ECS" in reasons
    assert "to let ECS decide" in reasons
    assert ecs.calls.count("ModifyImageSharePermission") == 0


def test_ecs_shares_it_within_a_site(ecs: Emulator, provider: Provider) -> None:
    assert ecs.account("owner").site == ecs.account("payments").site
    asked = share_of(ecs, PAYMENTS, allow_marketplace_based=True)
    id, outputs = provider.share(asked)
    assert shared(ecs) == [PAYMENTS]
    assert outputs["allow_marketplace_based"] is True
    assert provider.read(id, outputs)[1] == outputs


def test_ecs_refuses_it_across_sites_and_the_account_is_named(ecs: Emulator, provider: Provider) -> None:
    partner = ecs.account("partner")
    assert ecs.account("owner").site != partner.site
    with pytest.raises(grpc.RpcError, match=r"InvalidImageId\.BidMismatch") as failure:
        provider.share(share_of(ecs, PAYMENTS, partner.id, allow_marketplace_based=True))
    assert f"Cannot share the image with users {partner.id} of other sites." in failure.value.details()
    assert shared(ecs) == []


def test_what_is_shared_is_changed_by_the_same_rule(ecs: Emulator, provider: Provider) -> None:
    data = ecs.account("data").id
    id, outputs = provider.share(share_of(ecs, PAYMENTS, allow_marketplace_based=True))
    wanted = provider.check(share_of(ecs, PAYMENTS, data, allow_marketplace_based=True), outputs).inputs
    provider.update(id, outputs, wanted)
    assert shared(ecs) == [PAYMENTS, data]
