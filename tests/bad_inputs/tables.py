"""Tables of labels."""

from __future__ import annotations

from tests.bad_inputs.case import BadInput, Chapter, file, nothing
from tests.bad_inputs.options import SORT

_COMMAND = f"{SORT} --labels given.csv"
_HEAD = "path,value\n"

_UNREAD: dict[str, str | bytes] = {
    "an empty table": b"",
    "a table without a header": "a.png,20\nb.png,30\n",
    "other titles": "photo,age\na.png,20\nb.png,30\n",
    "a table in UTF-16, as Excel calls Unicode text": (_HEAD + "a.png,20\n").encode("utf-16"),
    "a table in Latin-1": _HEAD.encode() + "café.png,20\n".encode("latin-1"),
    "a workbook of Excel under another name": b"PK\x03\x04\x14\0\x06\0\x08\0" + bytes(range(256)),
    "a quotation mark that never ends": _HEAD + 'a.png,"20\nb.png,30\n',
    "a list of JSON": '[{"path": "a.png", "value": 20}]',
    "a first line that tells Excel what separates": "sep=;\npath;value\na.png;20\nb.png;30\n",
    "a cell of a million letters": _HEAD + "a.png," + "9" * 1_000_000 + "\n",
    "images of another folder": _HEAD + "x.png,20\ny.png,30\n",
    "cells without separators": "path value\na.png 20\nb.png 30\n",
    "the table of distances in place of labels": "path,rank,distance\na.png,1,0.5\n",
}
_NONE: dict[str, str] = {
    "a header and nothing else": _HEAD,
    "numbers with their unit": _HEAD + "a.png,20 years\nb.png,30 years\n",
    "numbers in words": _HEAD + "a.png,twenty\nb.png,thirty\n",
    "numbers in per cent": _HEAD + "a.png,20%\nb.png,30%\n",
    "numbers with a decimal comma, between commas": _HEAD + "a.png,20,5\nb.png,30,5\n",
    "days in place of numbers": _HEAD + "a.png,2024-05-01\nb.png,2024-06-01\n",
    "numbers that are missing": _HEAD + "a.png,nan\nb.png,\n",
    "numbers without end": _HEAD + "a.png,inf\nb.png,1e999\n",
    "paths from the root of the disk": _HEAD + "/photos/a.png,20\nC:\\\\photos\\\\b.png,30\n",
    "paths that leave the folder": _HEAD + "../a.png,20\n../../b.png,30\n",
    "the same image with two values": _HEAD + "a.png,20\na.png,21\n",
    "a null byte": _HEAD + "a.png,2\0\nb.png,3\0\n",
}
_UNUSED: dict[str, str] = {
    "numbers with a comma for thousands": _HEAD + 'a.png,"1,234,567"\nb.png,"2,345,678"\n',
    "one label": _HEAD + "a.png,20\n",
    "the same value for every image": _HEAD + "a.png,20\nb.png,20\nc.png,20\n",
}
_MANY = "a.png,20\nb.png,30\nc.png,old\nd.png,40\n"

CHAPTERS = [
    Chapter(
        "Tables of labels that can't be read",
        [BadInput(what, _COMMAND, file("given.csv", content)) for what, content in _UNREAD.items()]
        + [
            BadInput("labels that are not there", _COMMAND, nothing),
            BadInput("a folder in place of labels", f"{SORT} --labels photos", nothing),
        ],
    ),
    Chapter(
        "Labels of which none can be used",
        [BadInput(what, _COMMAND, file("given.csv", content)) for what, content in _NONE.items()],
    ),
    Chapter(
        "Labels that can't be used; the table of distances is written",
        [BadInput(what, _COMMAND, file("given.csv", content), status=0) for what, content in _UNUSED.items()]
        + [
            BadInput("one row of many", _COMMAND, file("given.csv", _HEAD + _MANY), status=0),
            BadInput(
                "labels outside of the measure",
                f"{SORT} --labels labels.csv --measures 'age, years, 0 to 21'",
                status=0,
            ),
        ],
    ),
]
