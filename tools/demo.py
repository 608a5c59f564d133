"""The main jobs on real parts: Pulumi's engine, the repository's own programs, an ECS on this machine.

Run it with `make demo`. It keeps its state in a temporary folder, leaves nothing running, and ends with 1 if any step
is not as it should be.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from ecs_emulator.control import Control
from ecs_emulator.seed import load_seed

REPOSITORY = Path(__file__).resolve().parent.parent
REGION = "cn-hangzhou"
SEED = load_seed()
IMAGE = SEED.image("golden").id
COPY_SECONDS = 4
IDS = {key: SEED.account(key).id for key in ("payments", "data", "web", "partner")}


class NotAsItShouldBe(Exception):
    """A step of the demo did not end as it should."""


class Demo:
    """The stack "demo" of one of the repository's programs, and the ECS that it talks to."""

    def __init__(self, program: Path, folder: Path, ecs: str, control: Control) -> None:
        self.control = control
        self.ecs = ecs
        self._program = program
        self._folder = folder
        folder.mkdir()
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("ALIBABA", "ALICLOUD"))},
            "PULUMI_BACKEND_URL": folder.as_uri(),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "demo",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
        }

    def pulumi(self, *arguments: str) -> str:
        """Run pulumi on the stack and return what it prints; anything but success ends the demo."""
        return self._run(self._program, *arguments, "--config-file", str(self._folder / "Pulumi.demo.yaml"))

    def output(self, name: str) -> Any:
        """Read an output of the stack."""
        return json.loads(self._run(self._folder, "stack", "output", name, "--json"))

    def _run(self, folder: Path, *arguments: str) -> str:
        command = ["pulumi", *arguments, "--stack", "demo", "--non-interactive", "--color", "never"]
        done = subprocess.run(command, cwd=folder, env=self._environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise NotAsItShouldBe(f"`pulumi {' '.join(arguments)}` failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self) -> None:
        """Make the stack and tell it where ECS is."""
        owner = SEED.account("owner")
        # `stack init` writes the configuration beside Pulumi.yaml: beside a copy, to leave the repository as it is.
        shutil.copy(self._program / "Pulumi.yaml", self._folder)
        self._run(self._folder, "stack", "init")
        for key, value in {
            "imageId": IMAGE,
            "alicloud:region": REGION,
            "alicloud:accessKey": owner.access_key_id,
            "alicloud:protocol": "HTTP",
        }.items():
            self.pulumi("config", "set", key, value)
        self.pulumi("config", "set", "--path", "alicloud:endpoints[0].ecs", self.ecs)
        self.pulumi("config", "set", "--secret", "alicloud:secretKey", owner.access_key_secret)

    def list_account(self, name: str) -> None:
        """Add an account to the stack's configuration."""
        self.pulumi("config", "set", "--path", f"accounts.{name}", "--type", "string", IDS[name])

    def drop_account(self, name: str) -> None:
        """Take an account out of the stack's configuration."""
        self.pulumi("config", "rm", "--path", f"accounts.{name}")

    def sdk(self, name: str, region: str) -> Client:
        """The unmodified SDK with the credentials of an account."""
        account = SEED.account(name)
        return Client(
            Config(
                access_key_id=account.access_key_id,
                access_key_secret=account.access_key_secret,
                region_id=region,
                endpoint=self.ecs,
                protocol="HTTP",
            )
        )

    def shared(self) -> list[str]:
        """Who has access, by name where there is one."""
        names = {account_id: name for name, account_id in IDS.items()}
        return sorted(names.get(account, account) for account in self.control.console.shared_accounts(REGION, IMAGE))

    def expect_shared(self, *names: str) -> None:
        """Check who has access."""
        expect(self.shared() == sorted(names), f"the image should be shared with {names}, not with {self.shared()}")
        say(f"The image is shared with: {', '.join(sorted(names)) or 'nobody'}.")


def main() -> int:
    """Run the demo."""
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="image-share-demo-") as folder, emulator(Path(folder)) as addresses:
            control = Control(addresses["control"])
            demo = Demo(REPOSITORY, Path(folder) / "share", addresses["ecs"], control)
            share(demo)
            change(demo)
            drift(demo)
            destroy(demo)
            distribution = REPOSITORY / "examples" / "distribution"
            distribute(Demo(distribution, Path(folder) / "distribute", addresses["ecs"], control))
            say(f"ECS answered {demo.control.calls.count()} calls.")
    except NotAsItShouldBe as error:
        print(f"\nNot as it should be: {error}", file=sys.stderr)
        return 1
    say(f"Done in {time.monotonic() - began:.0f} seconds. Nothing is left running.")
    return 0


def share(demo: Demo) -> None:
    """Share the golden image with three accounts."""
    title("A golden image, shared with three accounts")
    say(f"An ECS runs on this machine ({demo.ecs}). Account owner has the golden image {IMAGE} in {REGION}.")
    demo.start()
    for name in ("payments", "data", "web"):
        demo.list_account(name)
    expect(
        run_instance(demo, "payments") == "InvalidImageId.NotFound", "payments can use the image before it is shared"
    )
    say("Account payments can't run an instance from it yet: ECS says InvalidImageId.NotFound.")
    show("pulumi preview --diff", preview := demo.pulumi("preview", "--diff"))
    expect(all(name in preview for name in ("payments", "data", "web")), "the preview names who gains access")
    demo.expect_shared()
    show("pulumi up", demo.pulumi("up", "--yes", "--skip-preview"))
    demo.expect_shared("payments", "data", "web")
    instance = run_instance(demo, "payments")
    expect(instance.startswith("i-"), f"payments can't run an instance: {instance}")
    say(f"Account payments has run instance {instance} from the image.")
    again = demo.control.calls.count()
    demo.pulumi("up", "--yes", "--skip-preview")
    expect(demo.control.calls.count() == again, "an unchanged `pulumi up` calls ECS")
    say("A second `pulumi up` with nothing changed makes no call to ECS.")


def change(demo: Demo) -> None:
    """Let one account go and another come."""
    title("A change: web goes, partner comes")
    demo.drop_account("web")
    demo.list_account("partner")
    show("pulumi preview --diff", preview := demo.pulumi("preview", "--diff"))
    expect(f'- {IDS["web"]}: "web"' in preview, "the preview names who loses access")
    expect(f'+ {IDS["partner"]}: "partner"' in preview, "the preview names who gains access")
    show("pulumi up", demo.pulumi("up", "--yes", "--skip-preview"))
    demo.expect_shared("data", "partner", "payments")
    expect(run_instance(demo, "web") == "InvalidImageId.NotFound", "web can still use the image")
    say("Account web can't see the image any more.")


def drift(demo: Demo) -> None:
    """Let somebody share and unshare in the console."""
    title("Drift: somebody shares with a stranger in the console, and unshares from data")
    stranger = "2000000000000099"
    demo.control.console.share(REGION, IMAGE, stranger)
    demo.control.console.unshare(REGION, IMAGE, IDS["data"])
    demo.expect_shared(stranger, "partner", "payments")
    demo.pulumi("refresh", "--yes", "--skip-preview")
    show("pulumi refresh, then pulumi preview --diff", preview := demo.pulumi("preview", "--diff"))
    expect(f"- {stranger}" in preview, "the preview shows that the stranger is to lose access")
    expect(f'+ {IDS["data"]}: "data"' in preview, "the preview shows that data is to gain access again")
    show("pulumi up", demo.pulumi("up", "--yes", "--skip-preview"))
    demo.expect_shared("data", "partner", "payments")


def destroy(demo: Demo) -> None:
    """Unshare from all."""
    title("The end: unshared from all")
    show("pulumi destroy", demo.pulumi("destroy", "--yes", "--skip-preview"))
    demo.expect_shared()


def distribute(demo: Demo) -> None:
    """Copy the golden image to two more regions, share it with five accounts in each, and take it all away again."""
    title("Distribution: the golden image in three regions, shared with five accounts in each")
    demo.control.console.set_copy_seconds(COPY_SECONDS)
    demo.start()
    say(f"The program is examples/distribution; a copy takes {COPY_SECONDS} seconds here, and minutes to hours in ECS.")
    before = demo.control.calls.count()
    show("pulumi up", demo.pulumi("up", "--yes", "--skip-preview"))
    image_ids = demo.output("imageIds")
    expect(len(image_ids) == 3, f"the image should be in three regions, not in {sorted(image_ids)}")
    for region, image_id in image_ids.items():
        accounts = demo.control.console.shared_accounts(region, image_id)
        expect(len(accounts) == 5, f"{image_id} in {region} should be shared with five accounts, not with {accounts}")
    say(f"That took {demo.control.calls.count() - before} calls to ECS, those that look how far a copy is included.")
    for region, image_id in image_ids.items():
        expect(there(demo, "data", region, image_id), f"data does not see {image_id} in {region}")
        say(f"In {region} account data sees {image_id}.")
    show("pulumi destroy", demo.pulumi("destroy", "--yes", "--skip-preview"))
    for region, image_id in image_ids.items():
        expect(
            image_id == IMAGE or not there(demo, "owner", region, image_id), f"the copy {image_id} in {region} is left"
        )
    say("The copies are unshared and deleted, the golden image is unshared and still there.")


def there(demo: Demo, name: str, region: str, image_id: str) -> bool:
    """Whether an account sees an image, in whatever status."""
    request = models.DescribeImagesRequest(region_id=region, image_id=image_id, status="ALL")
    return bool(demo.sdk(name, region).describe_images(request).body.images.image)


def run_instance(demo: Demo, name: str, region: str = REGION, image_id: str = IMAGE) -> str:
    """Run an instance from an image as a consumer: its ID, or the error code of ECS."""
    network = demo.control.console.default_network(name, region)
    request = models.RunInstancesRequest(
        region_id=region,
        image_id=image_id,
        instance_type="ecs.g7.large",
        v_switch_id=network["vswitch_id"],
        security_group_id=network["security_group_id"],
    )
    try:
        return str(demo.sdk(name, region).run_instances(request).body.instance_id_sets.instance_id_set[0])
    except AlibabaCloudException as error:
        return str(error.code)


@contextmanager
def emulator(folder: Path) -> Iterator[Mapping[str, Any]]:
    """Start the emulator as a process of its own, and end it."""
    ready = folder / "ready.json"
    process = subprocess.Popen(
        [sys.executable, "-m", "ecs_emulator", "--ready-file", str(ready)], stdout=subprocess.DEVNULL
    )
    try:
        wait_until = Retrying(retry=retry_if_result(lambda there: not there), wait=wait_fixed(0.05))
        wait_until.copy(stop=stop_after_delay(20))(lambda: ready.exists() or process.poll() is not None)
        expect(ready.exists(), "the emulator did not start")
        yield json.loads(ready.read_text())
    finally:
        process.terminate()
        process.wait(10)


def expect(condition: bool, otherwise: str) -> None:
    """End the demo unless `condition` holds."""
    if not condition:
        raise NotAsItShouldBe(otherwise)


def title(text: str) -> None:
    """Print the heading of an act."""
    print(f"\n=== {text}", flush=True)


def say(text: str) -> None:
    """Print a sentence."""
    print(text, flush=True)


def show(command: str, output: str) -> None:
    """Print what a command printed, but for the lines that tell nothing."""
    print(f"\n  $ {command}", flush=True)
    for line in output.splitlines():
        if line.strip() and not line.startswith(("View ", "Loading ", "Downloading ", "@ ")):
            print(f"  {line}", flush=True)
    print(flush=True)


if __name__ == "__main__":
    if shutil.which("pulumi") is None:
        sys.exit("There is no `pulumi` on PATH: run `make demo`, which brings one.")
    sys.exit(main())
