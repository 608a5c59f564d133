"""The policy pack of examples/ on the real engine: what a preview or an update with it says and stops."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pulumi_alicloud as alicloud
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageCopy, ImageDistribution, ImageShare
from support.analyzer import PACK
from support.echo_provider import NEW_IMAGE_ID
from support.engine import Program, Stack, path_for_policies

OWNER, PAYMENTS, DATA, WEB = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000004"
REGION = "cn-hangzhou"
PROTECT = pulumi.ResourceOptions(protect=True)


class Guarded:
    """A stack that is run with the policy pack."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack = stack
        self._config = folder / "policies.json"
        self.configure({})

    def configure(self, config: Mapping[str, Any]) -> None:
        self._config.write_text(json.dumps(config))

    def preview(self, program: Program) -> str:
        self.stack.preview(program, **self._packs)
        return self.stack.text

    def up(self, program: Program, **options: Any) -> str:
        self.stack.up(program, **self._packs, **options)
        return self.stack.text

    def preview_fails(self, program: Program, **options: Any) -> str:
        return self.stack.fails(self.stack.preview, program, **self._packs, **options)

    def up_fails(self, program: Program) -> str:
        return self.stack.fails(self.stack.up, program, **self._packs)

    @property
    def _packs(self) -> dict[str, Any]:
        return {"policy_packs": [str(PACK)], "policy_pack_configs": [str(self._config)]}


@pytest.fixture(autouse=True)
def _engine_that_starts_packs(_nobody: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", path_for_policies(os.environ["PATH"]))


@pytest.fixture
def guarded(stack: Stack, tmp_path: Path) -> Guarded:
    """A stack of the golden image's owner."""
    return Guarded(stack, tmp_path)


@pytest.fixture
def consumers(ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path) -> Guarded:
    """A stack of the account payments, which trusts the owner of the golden image."""
    payments = ecs.account("payments")
    keys = {"alicloud:accessKey": payments.access_key_id, "alicloud:secretKey": payments.access_key_secret}
    config = {**ecs_config, **keys, "alicloud-image-share:trustedOwners": json.dumps([OWNER])}
    return Guarded(Stack(tmp_path, config), tmp_path)


def live(ecs: Emulator) -> list[str]:
    return ecs.console.shared_accounts(REGION, ecs.golden_image_id)


def share(ecs: Emulator, name: str = "golden", **arguments: Any) -> ImageShare:
    arguments = {"image_id": ecs.golden_image_id, "accounts": {"payments": PAYMENTS}, **arguments}
    return ImageShare(name, arguments.pop("opts", None), **arguments)


def instance(image_id: pulumi.Input[str], name: str = "worker", **options: Any) -> alicloud.ecs.Instance:
    return alicloud.ecs.Instance(
        name,
        image_id=image_id,
        instance_type="ecs.g7.large",
        vswitch_id="vsw-1",
        security_groups=["sg-1"],
        opts=pulumi.ResourceOptions(**options),
    )


def test_a_stack_that_keeps_all_rules_is_updated_and_costs_no_call_of_its_own(ecs: Emulator, guarded: Guarded) -> None:
    guarded.configure(json.loads((PACK / "config.json").read_text()))

    def program() -> None:
        golden = share(ecs)
        instance(golden.image_id)
        ImageShare.get("seen", golden.id)

    guarded.up(program)
    assert live(ecs) == [PAYMENTS]
    ecs.calls.reset()
    text = guarded.up(program)
    assert "image-share@v0.1.0" in text
    assert "[mandatory]" not in text
    # These read `seen`, which is no second manager of the image. The instance's image is known to be the share's.
    assert ecs.calls.by_action() == {"DescribeImageSharePermission": 1, "DescribeImages": 1}


def test_without_an_allowlist_a_preview_says_that_every_account_passes(ecs: Emulator, guarded: Guarded) -> None:
    assert "image-share-allowed-accounts has no allowlist and lets every account pass" in guarded.preview(
        lambda: void(share(ecs))
    )


def test_an_account_that_is_not_allowed_stops_the_preview(ecs: Emulator, guarded: Guarded) -> None:
    guarded.configure({"image-share-allowed-accounts": {"accounts": {"payments": PAYMENTS}}})
    text = guarded.preview_fails(lambda: void(share(ecs, accounts={"payments": PAYMENTS, "web": WEB})))
    assert f"golden shares image {ecs.golden_image_id} with web ({WEB}), which is not on the allowlist" in text
    assert "[mandatory]" in text
    assert live(ecs) == []


def test_an_account_that_only_the_update_knows_is_stopped_there_before_it_has_access(
    ecs: Emulator, guarded: Guarded
) -> None:
    guarded.configure({"image-share-allowed-accounts": {"accounts": [PAYMENTS]}})

    def program() -> None:
        late = alicloud.ecs.Image("late", instance_id="i-1")
        share(ecs, accounts=[late.id.apply(lambda _: WEB)])

    guarded.preview(program)
    assert f"with {WEB}, which is not on the allowlist" in guarded.up_fails(program)
    assert live(ecs) == []


def test_a_share_that_the_update_leaves_out_is_known_to_the_one_that_it_makes(ecs: Emulator, guarded: Guarded) -> None:
    """The share that is made refuses it too, by what the program lists."""
    guarded.up(lambda: void(share(ecs, "a")))

    def program() -> None:
        share(ecs, "a")
        share(ecs, "b", accounts={"payments": PAYMENTS, "data": DATA}, exclusive=False)

    urn = guarded.stack.resources["a"]["urn"].removesuffix("::a") + "::b"
    text = guarded.preview_fails(program, target=[urn])
    assert f"payments ({PAYMENTS}) of image {ecs.golden_image_id} is listed by two ImageShares of this program" in text


def test_a_share_and_an_image_share_permission_stop_the_preview(ecs: Emulator, guarded: Guarded) -> None:
    def program() -> None:
        share(ecs, exclusive=False)
        alicloud.ecs.ImageSharePermission("rival", image_id=ecs.golden_image_id, account_id=DATA)

    assert "by the ImageShare golden and by the ImageSharePermission rival" in guarded.preview_fails(program)


def test_accounts_are_counted_over_all_shares_of_an_image(ecs: Emulator, guarded: Guarded) -> None:
    guarded.configure({"image-share-max-accounts": {"maxAccounts": 1}})

    def program() -> None:
        share(ecs, "a", exclusive=False)
        share(ecs, "b", exclusive=False, accounts={"data": DATA})

    assert "is shared with 2 accounts by a and b, and the policy allows 1" in guarded.preview_fails(program)


def test_shares_of_a_production_stack_need_protect(ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path) -> None:
    guarded = Guarded(Stack(tmp_path, ecs_config, name="prod"), tmp_path)
    assert "golden is in stack prod without protect" in guarded.preview_fails(lambda: void(share(ecs)))
    guarded.preview(lambda: void(share(ecs, opts=PROTECT)))


def test_a_distribution_of_a_production_stack_needs_protect_and_rotates_with_it(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path
) -> None:
    guarded = Guarded(Stack(tmp_path, ecs_config, name="prod"), tmp_path)
    older, newer = ecs.golden_image_id, ecs.image("golden-next").id

    def distributing(*images: str, opts: pulumi.ResourceOptions | None = PROTECT) -> Program:
        return lambda: ImageDistribution("golden", opts, images=images, regions=[REGION], accounts=[PAYMENTS]) and None

    assert "golden is in stack prod without protect" in guarded.preview_fails(distributing(older, opts=None))
    for images in ([older], [newer, older], [newer]):
        guarded.preview(distributing(*images))
        guarded.up(distributing(*images))
        shared = [image for image in (older, newer) if ecs.console.shared_accounts(REGION, image) == [PAYMENTS]]
        assert sorted(shared) == sorted(images)


def test_a_protected_share_takes_another_image_without_a_violation_as_the_page_says(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path
) -> None:
    guarded = Guarded(Stack(tmp_path, ecs_config, name="prod"), tmp_path)
    guarded.up(lambda: void(share(ecs, opts=PROTECT)))
    newer = ecs.image("golden-next").id

    def another() -> None:
        ImageShare("golden", PROTECT, image_id=newer, accounts=[PAYMENTS])

    assert "currently marked for protection" in guarded.preview_fails(another)
    guarded.stack.command("state", "unprotect", guarded.stack.resources["golden"]["urn"], "--yes")
    guarded.up(another)
    assert guarded.stack.resources["golden"]["protect"]
    assert (live(ecs), ecs.console.shared_accounts(REGION, newer)) == ([], [PAYMENTS])


def test_instances_run_from_images_that_a_trusted_owner_shares(ecs: Emulator, consumers: Guarded) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
    consumers.up(lambda: void(instance(ecs.golden_image_id)))
    consumers.configure({"image-share-trusted-images": {"useStackConfig": False}})
    text = consumers.preview_fails(lambda: void(instance(ecs.golden_image_id)))
    assert f"worker uses {ecs.golden_image_id}, an image of account {OWNER}, which is no trusted owner" in text


def test_community_images_are_refused_even_of_a_trusted_owner(ecs: Emulator, consumers: Guarded) -> None:
    def program() -> None:
        alicloud.ess.ScalingConfiguration("fleet", scaling_group_id="asg-1", image_id=ecs.image("community").id)

    text = consumers.preview_fails(program)
    assert f"fleet uses {ecs.image('community').id}, a community image of account {OWNER}" in text


def test_an_image_that_the_stack_makes_is_its_own_before_and_after_it_is_made(ecs: Emulator, guarded: Guarded) -> None:
    def program() -> None:
        made = alicloud.ecs.Image("made", instance_id="i-1")
        alicloud.ecs.EcsLaunchTemplate("fleet", image_id=made.id)

    guarded.preview(program)
    guarded.up(program)
    assert guarded.stack.resources["fleet"]["outputs"]["imageId"] == NEW_IMAGE_ID
    assert ecs.calls.count() == 0


class Golden(ImageShare):
    """A team's own kind of share."""


class Mirror(ImageCopy):
    """A team's own kind of copy."""


def test_subclasses_are_judged_and_a_copy_of_a_strangers_image_does_not_pass_as_ones_own(
    ecs: Emulator, consumers: Guarded
) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
    own = ecs.console.create_image(REGION, "payments", name="mine")

    tags: dict[str, str] = {}

    def program() -> None:
        Golden("mine", image_id=own, accounts={"web": WEB})
        mirror = Mirror("mirror", source_image_id=ecs.golden_image_id, region=REGION, name="mirrored", tags=tags)
        alicloud.ecs.EcsLaunchTemplate("fleet", image_id=mirror.image_id)

    strict = {
        "image-share-allowed-accounts": {"accounts": {"data": DATA}, "enforcementLevel": "advisory"},
        "image-share-trusted-images": {"useStackConfig": False},
    }
    consumers.configure(strict)
    text = consumers.preview_fails(program)
    assert f"mine shares image {own} with web ({WEB}), which is not on the allowlist" in text
    assert f"fleet uses a copy (mirror) of {ecs.golden_image_id}, an image of account {OWNER}" in text
    consumers.configure({})
    consumers.up(program)
    consumers.configure(strict)
    copy_id = consumers.stack.resources["mirror"]["outputs"]["image_id"]
    says = f"fleet uses {copy_id}, a copy (mirror) of {ecs.golden_image_id}, an image of account {OWNER}"
    assert says in consumers.preview_fails(program)
    tags["stage"] = "live"
    assert says in consumers.preview_fails(program)


def test_a_distribution_is_judged_in_every_region_and_its_copies_are_the_stacks_own(
    ecs: Emulator, guarded: Guarded
) -> None:
    def program(*accounts: dict[str, str]) -> Program:
        def run() -> None:
            golden = ImageDistribution(
                "golden",
                image_id=ecs.golden_image_id,
                regions=[REGION, "cn-shanghai"],
                accounts=dict(zip([REGION, "cn-shanghai"], accounts, strict=True)),
            )
            instance(golden.copies["cn-shanghai"].image_id)

        return run

    guarded.configure({"image-share-allowed-accounts": {"accounts": {"payments": PAYMENTS}}})
    allowed = {"payments": PAYMENTS}
    text = guarded.preview_fails(program(allowed, {"web": WEB}))
    assert f"with web ({WEB}), which is not on the allowlist" in text
    assert "golden-cn-shanghai" in text
    guarded.up(program(allowed, allowed))
    ecs.calls.reset()
    guarded.up(program(allowed, allowed))
    assert ecs.calls.count() == 0


def test_a_consumers_instance_of_the_same_program_runs_from_the_image_that_is_shared_with_it(
    ecs: Emulator, guarded: Guarded
) -> None:
    account = ecs.account("payments")

    def program() -> None:
        golden = share(ecs)
        payments = alicloud.Provider(
            "payments",
            region=REGION,
            access_key=pulumi.Output.secret(account.access_key_id),
            secret_key=pulumi.Output.secret(account.access_key_secret),
            endpoints=[{"ecs": ecs.endpoint}],
            protocol="HTTP",
        )
        instance(golden.image_id, provider=payments, depends_on=[golden])
        alicloud.ecs.LaunchTemplate(
            "other", image_id=ecs.image("golden-next").id, opts=pulumi.ResourceOptions(provider=payments)
        )

    text = guarded.preview_fails(program)
    assert "worker" not in text.partition("image-share-trusted-images")[2]
    assert f"other uses {ecs.image('golden-next').id}, and nobody can tell whose image that is" in text
    assert account.access_key_secret not in text


@pytest.mark.parametrize(
    ("config", "says"),
    [
        (
            {"image-share-allowed-accounts": {"accounts": [1000000000000002]}},
            "image-share-allowed-accounts: accounts.0: Invalid type. Expected: string, given: integer",
        ),
        (
            {"image-share-max-accounts": {"maxAccounts": 0}},
            "image-share-max-accounts: maxAccounts: Must be greater than or equal to 1",
        ),
        (
            {"image-share-allowed-accounts": {"acounts": [PAYMENTS]}},
            "judges nothing: the policy has no argument 'acounts': did you mean accounts?",
        ),
        (
            {"image-share-trusted-images": {"trustedOwners": ["partner"]}},
            "judges nothing: trustedOwners: 'partner' is not an account ID",
        ),
    ],
)
def test_a_configuration_that_cannot_be_used_stops_the_preview_with_one_sentence(
    ecs: Emulator, guarded: Guarded, config: dict[str, Any], says: str
) -> None:
    guarded.configure(config)
    text = guarded.preview_fails(lambda: void(share(ecs)))
    assert says in text
    assert "Traceback" not in text


def void(*_resources: pulumi.Resource) -> None:
    """A program is a function that returns nothing."""
