"""Lists that move while they are read, and that say less than is so: what was not seen is not vouched for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecs_emulator import Emulator
from ecs_emulator.ecs.image import ImageQuery
from ecs_emulator.ecs.images import Images
from pulumi_alicloud_image_share.cloud.transport import Transport
from support.audit_runs import OWNER, D, J, P, allow, kinds, state
from support.exported_states import share
from support.golden_image import REGION
from support.golden_image import share as share_golden
from support.image_share import image_share


def listed(ecs: Emulator) -> list[str]:
    """The images in the order in which ECS lists them."""
    with ecs.console._cloud.lock:
        query = ImageQuery(alias="self", statuses=None)
        return [view.image.id for view in ecs.console._cloud.images.describe(OWNER, REGION, query, 0)]


def before_page_2(monkeypatch: pytest.MonkeyPatch, method: str, act: Callable[[], None]) -> None:
    """Do something when the second page of a list is about to be asked for."""
    real, done = Transport._try, []

    def send(self: Any, request: Any, tries: Any) -> Any:
        if request.method == method and getattr(request.body, "page_number", 0) == 2 and not done:
            done.append(1)
            act()
        return real(self, request, tries)

    monkeypatch.setattr(Transport, "_try", send)


def test_an_image_that_a_shifting_page_hides_is_not_gone(
    ecs: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(210):
        ecs.console.create_image(REGION, name=f"i{n}")
    order = listed(ecs)
    ecs.console.share(REGION, order[100], P)
    before_page_2(monkeypatch, "describe_images", lambda: ecs.console.delete_image(REGION, order[3]))
    answer = image_share(ecs, *J, "--state", state(tmp_path, share(order[100], P)))
    assert kinds(answer, "gone") == []


def test_an_account_that_a_shifting_page_hides_is_not_vouched_for(
    ecs: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = [str(2000000000000001 + n) for n in range(100)] + [P, D, "1000000000000004"]
    ecs.console.set_share_quota("owner", 300)
    share_golden(ecs, *accounts)
    with ecs.console._cloud.lock:
        rows = [row[0] for row in ecs.console._cloud.sharing.permission(OWNER, REGION, ecs.golden_image_id, 0)]
    first, hidden = rows[0], rows[100]
    before_page_2(
        monkeypatch,
        "describe_image_share_permission",
        lambda: ecs.console.unshare(REGION, ecs.golden_image_id, first),
    )
    listing = allow(tmp_path, "\n".join(a for a in accounts if a != hidden))
    state_ = state(tmp_path, share(ecs.golden_image_id, *[a for a in accounts if a != first]))
    answer = image_share(ecs, *J, "--allow", listing, "--state", state_)
    assert answer.code == 2 or (
        kinds(answer, "not-allowed") and not any("can't launch" in s for s in kinds(answer, "drift"))
    )


def test_what_ecs_lists_as_not_shared_is_asked_for_where_a_state_has_it_shared(
    ecs: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share_golden(ecs, P)
    real = Images._view
    monkeypatch.setattr(
        Images, "_view", lambda self, account, image, alias, shared: real(self, account, image, alias, False)
    )
    answer = image_share(ecs, *J, "--state", state(tmp_path, share(ecs.golden_image_id, P)))
    assert kinds(answer, "drift") == []


def test_an_image_that_share_groups_alone_have_is_not_unused(ecs: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing published says that IsSelfShared is true of one that share groups alone have."""
    ecs.console.share_with_groups(REGION, ecs.golden_image_id, "all")
    real = Images._view

    def by_accounts(self, account, image, alias, shared):
        return real(self, account, image, alias, bool(image.shares.current))

    monkeypatch.setattr(Images, "_view", by_accounts)
    answer = image_share(ecs, *J)
    assert ecs.golden_image_id not in {f["imageId"] for f in answer.data["findings"] if f["kind"] == "unused"}


def test_a_community_image_is_found_where_self_does_not_list_it(ecs: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """IsPublic=false, its default, "queries image types other than community images": DescribeImages' reference."""
    image = ecs.console.create_image(REGION, name="open", is_public=True)
    real = Images._alias

    def literal(self, account, found, shared, query):
        return "" if found.is_public and not query.is_public else real(self, account, found, shared, query)

    monkeypatch.setattr(Images, "_alias", literal)
    answer = image_share(ecs, "audit", "-f", "json", "-q")
    who = image_share(ecs, "who", image)
    assert "its owner alone" not in who.out
    assert image in {f["imageId"] for f in answer.data["findings"] if f["kind"] == "community"}
