"""`python -m pulumi.dynamic` as it is, but that it serves one run after the other, and that engines attach to it.

The engine starts a process a run. Tests would spend their time on that: here the memory of a run, which is all that one
run has and the next has not, goes with each Configure, and so do the providers configured before. An engine that is
told of a process that runs already (PULUMI_DEBUG_PROVIDERS) says with Attach where it is, which the arguments say else.
"""

from __future__ import annotations

import runpy
import sys
from typing import Any

from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc

from pulumi_alicloud_image_share.resource.run import begin_run

_add = provider_pb2_grpc.add_ResourceProviderServicer_to_server


def _beginning_runs(servicer: Any, server: Any) -> None:
    configure = servicer.Configure

    def begin(request: Any, context: Any) -> Any:
        begin_run()
        configure.__globals__["_PROVIDER_CACHE"].clear()
        return configure(request, context)

    def attach(request: Any, _context: Any) -> Any:
        sys.argv[1:] = [request.address]
        return empty_pb2.Empty()

    servicer.Configure = begin
    servicer.Attach = attach
    _add(servicer, server)


if __name__ == "__main__":
    provider_pb2_grpc.add_ResourceProviderServicer_to_server = _beginning_runs
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)
