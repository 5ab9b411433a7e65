"""What the answers say all together: an order, how far the direction agrees with it, and cut points."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.pairs.strip import OrderStrip, Small
from large_gui.gui.pairs.words import agrees, as_found, graded
from large_gui.gui.widgets.lines import wrapped
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, plain

_ENOUGH = 5  # decided answers, before which there is no saying where to cut
_CUT = "Put the cut points where what you see has changed by equal steps."
_TOO_FEW = f"{_CUT}\nIt takes {_ENOUGH} answers that are not “equal”, better thirty."
_AGREEMENT = (
    "In brackets stands the 95 % interval of the share.\n"
    "Images that are close to each other are asked about most, so of all pairs more would agree."
)
_WIDEST = 15 * SPACE  # the words at an end of the strip


class Summary(QWidget):
    """The order so far, the agreement, and the button that sets the grades' cut points.

    Parameters
    ----------
    small
        Where small pictures come from.
    """

    def __init__(self, document: Document, small: Small) -> None:
        super().__init__()
        self._document = document
        self._strip = OrderStrip(small)
        self._least, self._most = Label(wordWrap=True), Label(wordWrap=True)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self._least.setAlignment(right)
        self._agrees = wrapped("How far the direction agrees")
        self._agrees.setToolTip(plain(_AGREEMENT))
        self._grades = wrapped("The grades")
        self._grades.setObjectName("muted")
        self._grades.setAlignment(right)
        self._cut = named(QPushButton(), "Set the grades' cut points")
        self._cut.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._cut.clicked.connect(self._set_cuts)
        order = QHBoxLayout()
        order.setSpacing(SPACE)
        order.addStretch()
        for widget in (self._least, self._strip, self._most):
            order.addWidget(widget)
        order.addStretch()
        below = QHBoxLayout()
        below.setSpacing(2 * SPACE)
        below.addWidget(self._agrees, 3)
        below.addWidget(self._grades, 2)
        below.addWidget(self._cut)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE)
        box.addLayout(order)
        box.addLayout(below)

    def refresh(self) -> None:
        """Show what the answers say now."""
        session, compared = self._document.session, self._document.comparisons.compared()
        if session is None or session.direction is None or compared is None:
            return
        found = as_found(session.direction)
        for label, end in ((self._least, found.low or "least"), (self._most, found.high or "most")):
            label.setText(end)
            label.setFixedWidth(min(_WIDEST, label.fontMetrics().horizontalAdvance(end) + SPACE // 2))
            label.setToolTip(plain(end))
        self._strip.show_order([str(session.folder / session.paths[i]) for i in compared.least_to_most()])
        self._agrees.setText(agrees(compared))
        self._grades.setText(graded(session.grades))
        self._cut.setText("Set the grades' cut points" + ("" if session.grades is not None else "…"))
        self._cut.setEnabled(compared.agreement.decided >= _ENOUGH)
        self._cut.setToolTip(plain(_CUT if self._cut.isEnabled() else _TOO_FEW))

    def _set_cuts(self) -> None:
        """Put the cut points where what people see has changed by equal steps; ask for names if need be."""
        from PySide6.QtWidgets import QInputDialog

        from large_gui.core.calibrating.ordinal import Grades

        document, session = self._document, self._document.session
        compared = document.comparisons.compared()
        if session is None or session.direction is None or compared is None or document.is_read_only():
            return
        if session.grades is not None:
            names = session.grades.names
        else:
            text, wanted = QInputDialog.getText(
                self, "Grades", "Names from low to high, with commas:", text="low, middle, high"
            )
            if not wanted:
                return
            names = tuple(name.strip() for name in text.split(",") if name.strip())
        try:
            grades = Grades(names, compared.cut_points(len(names), session.direction.sign))
        except LargeError as error:
            document.tell_error(error)
        else:
            document.editor.set_grades(grades, "Set the cut points by comparing")
