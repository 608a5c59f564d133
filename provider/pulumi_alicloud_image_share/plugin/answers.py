"""How an error reaches the terminal: as its sentences alone; and the state, with what could not be taken back."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import grpc  # type: ignore[import-untyped]
from google.protobuf import any_pb2
from pulumi.runtime.proto import provider_pb2, status_pb2

from ..errors import ImageShareError
from .names import WORDS

T = TypeVar("T")
_UNKNOWN_STATUS = 2


class HalfDone(Exception):
    """A create or an update that ended halfway, by an error that is already in the program's words.

    Attributes:
        left: What the state keeps.
    """

    def __init__(self, error: ImageShareError, left: provider_pb2.ErrorResourceInitFailed) -> None:
        self.left = left
        super().__init__(str(error))


class Answering(Protocol):
    """What answers calls of the engine."""

    def debug(self, text: str) -> None:
        """Show a text to who asks for more than the terminal says."""


def plainly(method: Callable[[Any, Any, Any], T]) -> Callable[[Any, Any, Any], T]:
    """Let a method of a servicer end in sentences, whatever it raises."""

    @functools.wraps(method)
    def answer(servicer: Answering, request: Any, context: Any) -> T:
        try:
            return method(servicer, request, context)
        except HalfDone as half_done:
            code, text = grpc.StatusCode.UNKNOWN, str(half_done)
            context.set_trailing_metadata((("grpc-status-details-bin", _details(half_done.left, text)),))
        except ImageShareError as error:
            code, text = grpc.StatusCode.FAILED_PRECONDITION, str(error.in_words(WORDS))
        except Exception as bug:  # whatever it is, nobody reads a traceback with joy
            servicer.debug(traceback.format_exc())
            code, text = grpc.StatusCode.INTERNAL, _sorry(method.__name__, bug)
        # It raises, and so stands outside.
        context.abort(code, text)
        raise AssertionError("abort has not raised")

    return answer


def _details(left: provider_pb2.ErrorResourceInitFailed, text: str) -> bytes:
    left.reasons.append(text)
    wrapped = any_pb2.Any()
    wrapped.Pack(left)
    status = status_pb2.Status(code=_UNKNOWN_STATUS, message=text, details=[wrapped])
    return bytes(status.SerializeToString())


def _sorry(method: str, bug: Exception) -> str:
    return (
        f"this is a bug of alicloud-image-share: {type(bug).__name__} in {method}. Run again with --debug to see "
        f"where, "
        "and report it with that text."
    )
