"""Errors that nobody caught, and complaints of Qt, are written to the log and told in the notice bar."""

from __future__ import annotations

import logging
import sys
import threading
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from large_gui.errors import LargeError
from large_gui.gui.document.background.delivery import Delivery

if TYPE_CHECKING:
    from large_gui.gui.document.document import Document

_LOG = logging.getLogger(__name__)


class Unexpected:
    """Tells of unexpected errors, on whichever thread they happened.

    Parameters
    ----------
    document
        The document that shows them in the notice bar.
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
        """Log what Qt says, and tell it if Qt calls it critical."""
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
    """Have all unexpected errors of this process told from now on."""
    unexpected = Unexpected(document)
    sys.excepthook = unexpected.raised
    threading.excepthook = unexpected.raised_in_thread
    qInstallMessageHandler(unexpected.said_by_qt)
