"""What the worker brings to the open folder: images, measurements, distances along more directions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from large_gui.core.choices import ANY_IMAGE, OWN_MODEL, Chosen
from large_gui.core.words import count
from large_gui.errors import LargeError
from large_gui.gui.document.view import CALIBRATION_SETTINGS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from large_gui.core.calibrating.options import CalibrationOptions
    from large_gui.core.direction import Direction
    from large_gui.gui.document.view import ViewState
    from large_gui.project.images.manifest import Manifest
    from large_gui.tasks.measure import Measured
    from large_gui.tasks.models import ModelCard
    from large_gui.tasks.opening.proposing import Proposal
    from large_gui.tasks.opening.renewed import Renewed


class Intake:
    """Puts into the session what jobs bring, and has every view told of it.

    Parameters
    ----------
    is_worked_on
        Says whether the person has changed anything since the folder was opened.
    use_model
        Sorts the open folder by the model of a name.
    """

    def __init__(
        self, view: ViewState, is_worked_on: Callable[[], bool], use_model: Callable[[str], None]
    ) -> None:
        self._view, self._is_worked_on, self._use_model = view, is_worked_on, use_model
        self._gone = ""  # what to say of images that lie elsewhere than their codes, and are not there
        self.left = ""  # the model to offer again once the folder is open with another
        self.left_said = False  # whether something was said of its images with that
        self._renewed: Renewed | None = None  # what to say of its model, once images are measured with it
        self._is_noted = False  # whether the project knows by now with which version of it that is
        self._said_renewed: Renewed | None = None  # what was said of it, until the folder is measured

    def take_model(self) -> tuple[ModelCard, list[Direction]]:
        """Read which model the project uses, and what the project keeps for it.

        Returns
        -------
        The model, and the directions to measure: the model's and the person's own.

        Raises
        ------
        LargeError
            When one of them can't be read.
        """
        from large_gui.tasks.models import model_card

        view = self._view
        assert view.store is not None
        view.model = model_card(view.store.setting("model", OWN_MODEL))
        view.tags, view.columns = view.store.tags(), view.store.groupings()
        view.refined = view.store.refined(view.model.key)
        view.client.use_refined(view.model.key, view.refined)
        return view.model, self._directions()

    def take_found(self, found: Manifest) -> None:
        """Show the images of a folder, before any is measured."""
        from large_gui.tasks.session import Session

        view = self._view
        assert view.model is not None and view.store is not None
        directions = self._directions()
        view.session = Session(found, directions, view.model.name)
        view.session.calibrate_by(_calibration_options(view))
        chosen = view.store.chosen_direction()
        if chosen is None or chosen.name not in {direction.name for direction in directions}:
            chosen = Chosen(directions[0].name if directions else "")  # it may be kept no more
        view.load_direction(chosen)
        self._gone = _gone(found)
        self._look_for_renewal()
        view.opened.emit()
        view.is_read_only()
        left, self.left = self.left, ""
        if left:
            stays = f" What you said with {left} stays with it." if self.left_said else ""
            self._offer(f"These pictures are now measured by {view.model.title}.{stays}", left)

    def take_proposal(self, proposal: Proposal, found: Manifest, opened: Sequence[Path]) -> None:
        """Use the proposed model for these images from now on, and say so if it is another.

        A person who has begun to work with the model of the project stays with it.

        Raises
        ------
        LargeError
            When a project can't be used.
        """
        from large_gui.tasks.projects import choose_model, switch_model

        view = self._view
        assert view.store is not None and view.model is not None
        before = view.model
        if proposal.model == before.name or self._is_worked_on():
            choose_model(opened, view.home, before.name)
            return
        view.use_store(switch_model(view.store, opened, view.home, proposal.model))
        view.session = None
        self.take_model()
        self.take_found(found)
        self._offer(proposal.words, before.name)

    def _offer(self, words: str, other: str) -> None:
        """Say by which model the folder is measured, with a button for another, which offers the way back."""
        self._view.offered.emit(words, f"Measure {other} instead", lambda: self._use_model(other))

    def _look_for_renewal(self) -> None:
        """Find out whether the model was renewed since the project was measured with it."""
        from large_gui.tasks.opening.renewed import renewed
        from large_gui.tasks.projects import lacks_model

        view = self._view
        assert view.store is not None and view.model is not None
        self._renewed = self._said_renewed = None
        self._is_noted = False
        try:
            self._renewed = renewed(view.store, view.model)
            if self._renewed is None and not lacks_model(view.store, view.store.opened(), view.home):
                self._note_model()  # before anything is said of an image
        except LargeError as error:
            view.tell_error(error)

    def _note_model(self) -> None:
        """Record with which version of the model images are measured, and say once that it was renewed."""
        view = self._view
        assert view.store is not None and view.model is not None
        self._is_noted = True
        try:
            if not view.store.read_only and view.store.measured_with(view.model.name) != view.model.key:
                view.store.set_measured_with(view.model.name, view.model.key)
        except LargeError as error:
            view.tell_error(error)
        if self._renewed is not None:
            news, self._renewed = self._renewed, None
            if view.store.read_only:  # said on opening, and what is told now takes its place
                news = news._replace(sentence=f"{view.store.why_read_only().sentence} {news.sentence}")
            view.notice.emit(news.sentence, news.hint, True)
            self._said_renewed = news

    def take_measured(self, measured: Measured) -> None:
        """Show what was measured."""
        view = self._view
        assert view.session is not None
        if not self._is_noted:
            self._note_model()
        numbers = view.session.add(view.session.still_here(measured))
        view.images_changed.emit(numbers)
        if not view.session.labels.keys().isdisjoint(numbers.tolist()):
            view.labels_changed.emit(numbers)

    def fit_to_all(self) -> None:
        """Fit the line again now that all images are there: how far they spread has a part in intervals."""
        view, session = self._view, self._view.session
        if session is not None and session.labels:
            session.measure(session.value)
            view.labels_changed.emit([])

    def take_distances(self, directions: Sequence[Direction], table: NDArray[np.float64]) -> None:
        """Take in distances along directions of the session.

        Parameters
        ----------
        directions
            ``K`` directions; those that the session has lost or replaced meanwhile are left out.
        table
            Distances ``(N, K)`` of all images of the session.
        """
        view = self._view
        assert view.session is not None
        known = view.session.directions
        for direction, distances in zip(directions, table.T):
            if any(direction is one for one in known):
                view.session.add_direction(direction, distances)
        view.show_direction(view.chosen)

    def tell_result(self, found: Direction | None = None) -> None:
        """Say what a person should know of a folder once all of it was looked at.

        Parameters
        ----------
        found
            The direction that was found for a folder without one, by which it is sorted now.
        """
        from large_gui.tasks.sorting.faces import few_faces

        session = self._view.session
        if session is None:
            return
        told = [few_faces(session.measured - session.faceless_count, session.measured)]
        problem = found is None or bool(told[0] or session.failures or self._gone)
        if told[0]:
            told.append(f"The Models page has {ANY_IMAGE!r} for any image.")
        if found is not None:
            told.append(f"Sorted by {found.name.replace('_', ' ')}, along which these images differ most.")
        elif not session.directions:
            told.append("There is no direction to sort by yet: the Directions page finds and imports them.")
        told.append(self._gone)
        if session.failures:
            told.append(
                f"{count(len(session.failures), 'file')} can't be read; the filter “failed” shows which."
            )
        news, self._said_renewed = self._said_renewed, None
        if not any(told):
            return
        hint = ""
        if news is not None:  # what is told now takes its place
            told.insert(0, news.sentence)
            hint, problem = news.hint, True
        elif self._view.store is not None and self._view.store.read_only:  # said on opening
            why = self._view.store.why_read_only()
            told.insert(0, why.sentence)
            hint, problem = why.hint, True
        self._view.notice.emit(" ".join(filter(None, told)), hint, problem)

    def _directions(self) -> list[Direction]:
        """The directions to measure, in the session's order where there is one."""
        view = self._view
        assert view.model is not None and view.store is not None
        if view.session is not None:
            return view.session.directions
        own = view.store.directions()
        view.own = frozenset(own)
        return [*{**view.model.directions, **own}.values()]


def _gone(found: Manifest) -> str:
    """A sentence where a folder of codes was opened whose images are not there any more; otherwise empty."""
    from large_gui.project.codes.parts.about import read_about
    from large_gui.project.images.manifest import images_are_gone

    if found.codes is None or not images_are_gone(found):
        return ""
    return f"The images of these codes are not on this machine: {read_about(found.codes).images}."


def _calibration_options(view: ViewState) -> CalibrationOptions:
    """How the project wants values to be told from distances; what is not possible is left as usual."""
    from large_gui.core.calibrating.options import CalibrationOptions
    from large_gui.core.options import checked

    assert view.store is not None
    usual = CalibrationOptions()
    kept = {name: view.store.setting(name, getattr(usual, name)) for name in CALIBRATION_SETTINGS}
    try:
        return checked(CalibrationOptions(**kept))  # type: ignore[no-any-return]
    except (LargeError, TypeError):
        return usual
