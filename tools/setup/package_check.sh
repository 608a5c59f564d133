#!/usr/bin/env bash
# Install the project as its users do (`pip install .`), in a folder that is thrown away, and look at what comes.
# The versions are those of the lock, so that the answer is the same on every day.
set -euo pipefail
python=${PYTHON:-python3.11}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

echo "Checking that \`pip install .\` gives a package that works without its extras."
sed -n 's/^\([A-Za-z0-9._-]*==.*[^ ]\) \\$/\1/p' requirements/dev.txt >"$folder/constraints.txt"
"$python" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip --disable-pip-version-check install --quiet --no-input \
  --constraint "$folder/constraints.txt" .
project=$PWD
cd "$folder"
"$folder/venv/bin/python" - "$project" <<'PYTHON'
import importlib.metadata
import importlib.util
import json
import pathlib
import subprocess
import sys

import pulumi_alicloud_image_share as package

home = pathlib.Path(package.__file__).parent
assert pathlib.Path(sys.argv[1]) not in home.parents, f"imported from the checkout: {home}"
assert (home / "py.typed").exists(), "py.typed is missing from the package"
beside_metadata = importlib.metadata.distribution("pulumi-alicloud-image-share").locate_file(home.name)
plugin = pathlib.Path(beside_metadata, "pulumi-plugin.json")
assert plugin.exists(), f"{plugin} is missing: the engine would download a plugin of the package's name, which is not ours"
assert json.loads(plugin.read_text()) == {"resource": False}, plugin.read_text()
assert package.ImageShare
assert (home / "plugin/schema.json").exists(), "the plugin's schema is missing from the package"
for name in ("report.html.j2", "report.css", "report.js"):
    assert (home / "cli" / name).exists(), f"{name} of the audit's page is missing from the package"
script = pathlib.Path(sys.executable).with_name("pulumi-resource-alicloud-image-share")
with subprocess.Popen([script], stdout=subprocess.PIPE, text=True) as process:
    port = process.stdout.readline().strip()
    process.terminate()
assert port.isdecimal(), f"{script} prints no port: {port}"
extra = [name for name in ("starlette", "trustme", "uvicorn", "pydantic", "pulumi_policy", "typer", "rich", "jinja2") if importlib.util.find_spec(name)]
assert not extra, f"installed, though only an extra needs it: {extra}"
command = pathlib.Path(sys.executable).with_name("image-share")
refused = subprocess.run([command, "--help"], capture_output=True, text=True)
assert refused.returncode == 2 and "pip install 'pulumi-alicloud-image-share[cli]'" in refused.stderr, refused
try:
    import pulumi_alicloud_image_share.policy
except ImportError as error:
    assert "pip install 'pulumi-alicloud-image-share[policy]'" in str(error), error
else:
    raise AssertionError("the policies were imported without pulumi-policy")
try:
    from ecs_emulator import Emulator
except ImportError as error:
    assert "pip install 'pulumi-alicloud-image-share[emulator]'" in str(error), error
else:
    raise AssertionError("the emulator was imported without its extra")
plugins = [entry.value for entry in importlib.metadata.entry_points(group="pytest11")]
assert plugins == ["ecs_emulator.pytest_plugin"], f"pytest would load {plugins}"
PYTHON

echo "Checking that their extras are all that the emulator and the command need."
cd "$project"
"$folder/venv/bin/python" -m pip --disable-pip-version-check install --quiet --no-input \
  --constraint "$folder/constraints.txt" '.[cli,emulator]'
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import os
import pathlib
import subprocess
import sys

import requests

from ecs_emulator import Control, Emulator

with Emulator(tls=True) as ecs, Control(ecs.control_endpoint) as control:
    assert control.console.shared_accounts("cn-hangzhou", ecs.golden_image_id) == []
    answer = requests.get(f"https://{ecs.endpoint}/", verify=str(ecs.ca_file), timeout=10)
    assert answer.status_code == 400, answer.text

with Emulator() as ecs:
    owner, command = ecs.account("owner"), pathlib.Path(sys.executable).with_name("image-share")
    keys = {"ALIBABA_CLOUD_ACCESS_KEY_ID": owner.access_key_id, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": owner.access_key_secret}
    where = ["--endpoint", f"ecs={ecs.endpoint}", "--endpoint", f"sts={ecs.endpoint}", "--protocol", "HTTP"]
    audit = [command, "audit", "--region", "cn-hangzhou", "--format", "html", *where]
    done = subprocess.run(audit, env={**os.environ, **keys}, capture_output=True, text=True)
    assert done.returncode == 1 and ecs.golden_image_id in done.stdout, done
PYTHON
"$folder/venv/bin/python" -m ecs_emulator --help >/dev/null
"$folder/venv/bin/image-share" audit --help >/dev/null
"$folder/venv/bin/image-share" audit --policy >/dev/null
echo "They are."
