"""What a process imports before the first call of ECS: a run without a change need not spend the SDK's second."""

from __future__ import annotations

import subprocess
import sys

import pytest

_SDKS = ("alibabacloud", "darabonba", "Tea", "requests")
_PROGRAM = "import sys; import {module}; print([name for name in sys.modules if name.startswith({sdks!r})])"


@pytest.mark.parametrize("module", ["dynamic", "dynamic.resources", "plugin.servicer"])
def test_no_frontend_imports_the_sdk_when_it_starts(module: str) -> None:
    program = _PROGRAM.format(module=f"pulumi_alicloud_image_share.{module}", sdks=_SDKS)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
