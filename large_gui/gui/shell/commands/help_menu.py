"""What the Run and Help menus do: the long job, the guide, the hints, the palette, shortcuts, About."""

from __future__ import annotations

from collections.abc import Callable

from large_gui.gui.shell.commands.place import Place


class HelpCommands:
    """Holds and resumes the job, and tells a person more."""

    def __init__(self, at: Place) -> None:
        self._at = at

    def does(self) -> dict[str, Callable[[], object]]:
        """What each action of the menu does, by its id."""
        job = self._at.document.job
        return {
            "pause": lambda: job.pause(not job.paused),
            "cancel": job.cancel,
            "resume": job.resume,
            "guide": self._at.guide.open,
            "hints": self.hints,
            "palette": self.palette,
            "shortcuts": self.shortcuts,
            "about": self.about,
        }

    def hints(self) -> None:
        """Show the hints again, from the first."""
        self._at.pages.show_page("images")
        self._at.tour.start()

    def palette(self) -> None:
        """Show the command palette, and do what is chosen there."""
        from large_gui.gui.shell.commands.palette import ActionPalette

        dialog = ActionPalette(self._at.actions, self._at.window)
        if dialog.exec() and dialog.chosen is not None:
            dialog.chosen.trigger()

    def shortcuts(self) -> None:
        """Show the sheet of shortcuts."""
        from large_gui.gui.shell.commands.palette import ShortcutSheet

        ShortcutSheet(self._at.actions, self._at.window).exec()

    def about(self) -> None:
        """Show versions, licences and the logs."""
        from large_gui.gui.shell.help.about import AboutDialog

        AboutDialog(self._at.document, self._at.window).exec()
