"""`python -m pulumi.dynamic` as it is, but that it begins a run of its own each time that it is configured.

The engine starts a process a run. A test of many runs would spend its time on that: here the memory of a run, which is
all that one run has and the next has not, goes with each Configure, and so do the providers configured before.
"""

from __future__ import annotations

import runpy
from typing import Any

from pulumi.runtime.proto import provider_pb2_grpc

from pulumi_alicloud_image_share.kinds.run import begin_run

_add = provider_pb2_grpc.add_ResourceProviderServicer_to_server


def _beginning_runs(servicer: Any, server: Any) -> None:
    configure = servicer.Configure

    def begin(request: Any, context: Any) -> Any:
        begin_run()
        configure.__globals__["_PROVIDER_CACHE"].clear()
        return configure(request, context)

    servicer.Configure = begin
    _add(servicer, server)


if __name__ == "__main__":
    provider_pb2_grpc.add_ResourceProviderServicer_to_server = _beginning_runs
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)
