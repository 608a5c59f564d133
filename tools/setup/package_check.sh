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
extra = [name for name in ("starlette", "trustme", "uvicorn", "pydantic", "pulumi_policy") if importlib.util.find_spec(name)]
assert not extra, f"installed, though only the emulator or the policy pack needs it: {extra}"
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

echo "Checking that the extra is all that the emulator needs."
cd "$project"
"$folder/venv/bin/python" -m pip --disable-pip-version-check install --quiet --no-input \
  --constraint "$folder/constraints.txt" '.[emulator]'
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import requests

from ecs_emulator import Control, Emulator

with Emulator(tls=True) as ecs, Control(ecs.control_endpoint) as control:
    assert control.console.shared_accounts("cn-hangzhou", ecs.golden_image_id) == []
    answer = requests.get(f"https://{ecs.endpoint}/", verify=str(ecs.ca_file), timeout=10)
    assert answer.status_code == 400, answer.text
PYTHON
"$folder/venv/bin/python" -m ecs_emulator --help >/dev/null
echo "It does."
