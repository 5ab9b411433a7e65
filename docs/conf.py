"""How Sphinx builds these pages as a site: ``sphinx-build -W docs build/site``."""

from __future__ import annotations

import re
from typing import Any

from large_gui import __version__

project, author, release = "large-gui", "the large-gui authors", __version__
extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.autosummary"]
html_theme = "furo"
html_title = f"large-gui {release}"
html_logo = "../resources/icons/app.svg"
html_show_copyright = html_show_sourcelink = False
templates_path = ["_templates"]
exclude_patterns = ["conf.py", "_templates"]
myst_heading_anchors = 4
myst_enable_extensions = ["dollarmath"]
autosummary_generate = True
autosummary_ignore_module_all = False
autodoc_default_options = {"members": True, "show-inheritance": True, "member-order": "bysource"}
autodoc_typehints = "none"  # the signature has them
numpydoc_show_class_members = False
default_role = "py:obj"

# Pages that lie elsewhere in the repository are read from there; their links are to places in it.
ELSEWHERE = {
    "README.md": "index.md",
    "ARCHITECTURE.md": "project/architecture.md",
    "CHANGELOG.md": "project/changelog.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "resources/faces/MODEL_CARD.md": "models/faces.md",
    "resources/features/MODEL_CARD.md": "models/features.md",
    "resources/tomatoes/MODEL_CARD.md": "models/tomatoes.md",
}
_INCLUDE = re.compile(r"```\{include\} (\S+)\n```\n")
_LINK = re.compile(r"(!?\[[^\]]*\])\(((?!https?:|#|mailto:)[^)\s]+)\)")


def _read_source(app: Any, page: str, source: list[str]) -> None:
    """Put in what a page includes, and make links to files of the repository into links of the site."""
    from pathlib import Path, PurePosixPath
    from posixpath import normpath, relpath

    docs = Path(app.srcdir)
    text, lies = source[0], PurePosixPath("docs", f"{page}.md")
    if match := _INCLUDE.match(text):
        lies = PurePosixPath(normpath(PurePosixPath("docs", page).parent / match[1]))
        text = (docs.parent / lies).read_text("utf-8") + text[match.end() :]

    def link(match: re.Match[str]) -> str:
        words, target = match.groups()
        path, _, place = target.partition("#")
        there = normpath(lies.parent / path)
        there = f"docs/{ELSEWHERE[there]}" if there in ELSEWHERE else there
        if not there.startswith("docs/"):
            return words.removeprefix("!").strip("[]")  # a file of the repository is named, the site lacks it
        way = relpath(there, PurePosixPath("docs", page).parent)
        return f"{words}({way}{f'#{place}' if place else ''})"

    source[0] = _LINK.sub(link, text)


def setup(app: Any) -> None:
    """Have the pages read as `_read_source` does."""
    app.connect("source-read", _read_source)
