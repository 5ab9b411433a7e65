"""What nobody caught, in slots and threads, and what Qt complains of: it reaches the log and the bar."""

from __future__ import annotations

import logging
import sys
import threading
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from large_gui.errors import LargeError
from large_gui.gui.document.delivery import Delivery

if TYPE_CHECKING:
    from large_gui.gui.document.document import Document

_LOG = logging.getLogger(__name__)


class Unexpected:
    """Carries what happened, on whichever thread, to the bar of a document.

    Parameters
    ----------
    document
        Its `notice` tells; an error of the program's own tells its sentence.
    """

    def __init__(self, document: Document) -> None:
        self._document, self._deliver = document, Delivery(document)
        self._last = ""

    def raised(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stand in for `sys.excepthook`."""
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            sys.__excepthook__(kind, error or kind(), trace)
        elif isinstance(error, LargeError):
            self._deliver(partial(self._document.tell_error, error))
        else:
            import traceback  # not before the window shows

            self._tell("".join(traceback.format_exception(kind, error, trace)))

    def raised_in_thread(self, arguments: threading.ExceptHookArgs) -> None:
        """Stand in for `threading.excepthook`."""
        self.raised(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def said_by_qt(self, kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
        """Log what Qt says; what it calls critical is told as well."""
        if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
            self._tell(f"Qt: {text}")
        elif kind == QtMsgType.QtWarningMsg:
            _LOG.warning("Qt: %s", text)

    def _tell(self, detail: str) -> None:
        if detail == self._last:  # a view that fails whenever it is painted would fill the log
            detail = "the same again"
        else:
            self._last = detail
        sentence = "Something went wrong in the program itself."
        error = LargeError(sentence, hint="The log has the details (About).", detail=detail)
        self._deliver(partial(self._document.tell_error, error))


def tell_of_everything(document: Document) -> None:
    """From now on nothing goes by unseen in this process."""
    unexpected = Unexpected(document)
    sys.excepthook = unexpected.raised
    threading.excepthook = unexpected.raised_in_thread
    qInstallMessageHandler(unexpected.said_by_qt)
