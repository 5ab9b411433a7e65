"""All bad inputs, in the order of the page."""

from tests.bad_inputs import documents, folders, networks, options, projects, tables
from tests.bad_inputs.case import BadInput, Chapter

CHAPTERS: list[Chapter] = [
    *options.CHAPTERS,
    *folders.CHAPTERS,
    *tables.CHAPTERS,
    *networks.CHAPTERS,
    *documents.CHAPTERS,
    *projects.CHAPTERS,
]
ALL: list[BadInput] = [one for chapter in CHAPTERS for one in chapter.inputs]
