"""The worker's part, played by a test: it sees what is asked for, and answers when it likes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self, TypeVar

from large_gui.core.reporter import Progress
from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.service.client import Client
from large_gui.service.messages import (
    Answer,
    Ask,
    Cancel,
    Done,
    Failed,
    Message,
    Partial,
    Progressed,
    Stopped,
    Warned,
)
from large_gui.service.requests import Request

Q = TypeVar("Q", bound=Request[Any])


class PlayedWorker:
    """Stands in place of the process behind a document's client, which is the real one."""

    pid = None

    def __init__(self, document: Document) -> None:
        self.sent: list[Message] = []
        document.client = Client(lambda call: call(), document.job.worker_died, self._connect)

    def _connect(self, arrived: Callable[[Answer], None], gone: Callable[[], None]) -> Self:
        self._arrived, self._gone = arrived, gone
        return self

    def send(self, message: Message) -> None:
        self.sent.append(message)

    def end(self) -> int:
        return 0

    @property
    def asked(self) -> list[Request[Any]]:
        """Everything that was asked for."""
        return [message.request for message in self.sent if isinstance(message, Ask)]

    @property
    def forgotten(self) -> list[int]:
        """Numbers of the jobs that were to be stopped."""
        return [message.id for message in self.sent if isinstance(message, Cancel)]

    def of(self, kind: type[Q]) -> list[Q]:
        """The requests of a class."""
        return [request for request in self.asked if isinstance(request, kind)]

    def last(self, kind: type[Q]) -> Q:
        """The newest request of a class."""
        return self.of(kind)[-1]

    def answer(self, kind: type[Request[Any]], result: object, number: int = -1) -> None:
        self._arrived(Done(self._id(kind, number), result))

    def part(self, kind: type[Request[Any]], part: object) -> None:
        self._arrived(Partial(self._id(kind), part))

    def fail(self, kind: type[Request[Any]], sentence: str, hint: str = "", detail: str = "") -> None:
        self._arrived(Failed.of(self._id(kind), LargeError(sentence, hint=hint, detail=detail)))

    def stop(self, kind: type[Request[Any]], number: int = -1) -> None:
        self._arrived(Stopped(self._id(kind, number)))

    def progress(self, kind: type[Request[Any]], progress: Progress) -> None:
        self._arrived(Progressed(self._id(kind), progress))

    def warn(self, kind: type[Request[Any]], sentence: str) -> None:
        self._arrived(Warned(self._id(kind), sentence))

    def die(self) -> None:
        self._gone()

    def _id(self, kind: type[Request[Any]], number: int = -1) -> int:
        asks = [m for m in self.sent if isinstance(m, Ask) and isinstance(m.request, kind)]
        return asks[number].id
