"""The calls for one image are made side by side, but for the first, and what fails among them is known as a whole."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from pulumi_alicloud_image_share.cloud.model import ShareCall, Sharing
from pulumi_alicloud_image_share.errors import Cancelled, EcsError, SharingFailed
from pulumi_alicloud_image_share.shares.plan import plan_share
from pulumi_alicloud_image_share.shares.sending import Target
from pulumi_alicloud_image_share.shares.transaction import carry_out

FIFTY = [str(2000000000000001 + n) for n in range(50)]
IMAGE = Target("cn-hangzhou", "m-bp1golden00000000001")


@dataclass
class Image:
    """An image whose calls meet each other, as no two of them can where one is made after the other."""

    before: Callable[[int], None] = lambda _: None
    shared: set[str] = field(default_factory=set)
    calls: list[ShareCall] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sharing(self, region: str, image_id: str) -> Sharing:
        return Sharing(dict.fromkeys(sorted(self.shared), "2026-01-01T00:00:00Z"))

    def modify(self, region: str, image_id: str, call: ShareCall) -> None:
        with self.lock:
            self.calls.append(call)
            number = len(self.calls)
        self.before(number)
        with self.lock:
            self.shared = (self.shared | set(call.add)) - set(call.remove)

    def for_operation(self) -> Image:
        return self

    def last_look(self) -> Image:
        return self


def share(image: Image, wanted: list[str], *, max_accounts: int = 50) -> None:
    live = set(image.shared)
    plan = plan_share(live, wanted=wanted, lose=live - set(wanted), max_accounts=max_accounts)
    carry_out(plan, IMAGE, image, before=live, visible_seconds=1)


def test_all_but_the_first_call_are_under_way_at_once() -> None:
    meet = threading.Barrier(4)
    image = Image(lambda number: None if number == 1 else void(meet.wait(30)))
    share(image, FIFTY)
    assert image.shared == set(FIFTY)


def test_calls_that_make_room_for_others_come_one_after_the_other() -> None:
    under_way: list[int] = []
    most: list[int] = []

    def alone(number: int) -> None:
        under_way.append(number)
        most.append(len(under_way))
        under_way.remove(number)

    image = Image(alone, set(FIFTY))
    share(image, [str(int(account) + 1000) for account in FIFTY])
    assert most == [1] * 6


def test_where_there_is_nothing_to_do_nothing_is_called() -> None:
    image = Image()
    share(image, [])
    assert image.calls == []


def test_what_is_under_way_beside_a_call_that_fails_is_taken_back_too() -> None:
    meet = threading.Barrier(4)

    def refused(number: int) -> None:
        if 1 < number < 6:
            meet.wait(30)
        if number == 3:
            error = EcsError("ModifyImageSharePermission", "Forbidden.RAM", "no")
            error.changed_nothing = True
            raise error

    image = Image(refused)
    with pytest.raises(SharingFailed, match="after 4 of 5 calls") as failed:
        share(image, FIFTY)
    assert image.shared == set()
    assert "taken back" in str(failed.value)


def test_a_run_that_is_cancelled_takes_nothing_back_whatever_else_has_failed() -> None:
    meet = threading.Barrier(4)

    def ends(number: int) -> None:
        if number > 1:
            meet.wait(30)
        if number == 2:
            raise EcsError("ModifyImageSharePermission", "Forbidden.RAM", "no")
        if number == 4:
            raise Cancelled("the run was cancelled before ECS had answered a call", was_sent=True)

    image = Image(ends)
    with pytest.raises(SharingFailed) as failed:
        share(image, FIFTY)
    assert len(image.calls) == 5
    # What was not answered may be carried out later.
    assert set(image.calls[3].add) <= set(failed.value.live or {})


def void(_: object) -> None:
    """Nothing, whatever is given."""
