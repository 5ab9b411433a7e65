"""Write a comparison as a page for a browser: one file that loads nothing and has no script."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

from large_gui.core.words import minus, printable
from large_gui.errors import InputError
from large_gui.files import written_whole
from large_gui.project.images.content import SOFTWARE
from large_gui.tasks.comparing.drawing import classes, error_plot, example_plot, key_mark
from large_gui.tasks.comparing.report import How, Report, share, tabled

_ENDINGS = (".html", ".htm")
_STYLE = """
:root { --ground: #f4f5f7; --card: #ffffff; --text: #1a1d21; --muted: #59606b; --line: #d3d7dd;
  --good: #dbe6fe; --c0: #1d4ed8; --c1: #b4540a; --c2: #18794a; --c3: #7c3aed; --c4: #b91c1c; --c5: #0e7490; }
@media (prefers-color-scheme: dark) { :root { --ground: #1c1e22; --card: #131518; --text: #e8eaed;
  --muted: #a3aab5; --line: #363a42; --good: #22345c; --c0: #8ab0ff; --c1: #f0a63c; --c2: #4cc38a;
  --c3: #b794f6; --c4: #ff8078; --c5: #4fc3d9; } }
body { margin: 0 auto; padding: 24px 16px; max-width: 1000px; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 24px; margin: 0 0 8px; overflow-wrap: anywhere; } h2 { font-size: 17px; margin: 0 0 8px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 16px;
  margin: 16px 0; overflow-x: auto; }
.advice { font-size: 18px; margin: 0; overflow-wrap: anywhere; }
.muted, figcaption { color: var(--muted); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
th, td { padding: 4px 8px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; white-space: normal; overflow-wrap: anywhere; }
td.good { background: var(--good); font-weight: 600; }
svg { max-width: 100%; height: auto; display: block; } svg text { fill: var(--muted); font-size: 12px; }
svg.key { width: 36px; height: 16px; flex: none; }
.grid { stroke: var(--line); stroke-width: 1; } .frame { fill: none; stroke: var(--line); }
polyline, svg.key line { fill: none; stroke-width: 2; stroke: currentColor; }
circle, rect, polygon { fill: currentColor; } .frame { fill: none; }
clipPath rect { fill: none; } .small circle { fill-opacity: .45; }
.median { color: var(--muted); } .c0 { color: var(--c0); } .c1 { color: var(--c1); } .c2 { color: var(--c2); }
.c3 { color: var(--c3); } .c4 { color: var(--c4); } .c5 { color: var(--c5); }
ul.legend { list-style: none; margin: 8px 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 24px; }
ul.legend li { display: flex; gap: 8px; align-items: center; }
.small { display: flex; flex-wrap: wrap; gap: 16px; } figure { margin: 0; width: 276px; }
figcaption { overflow-wrap: anywhere; }
"""


def check_page(path: Path) -> None:
    """Refuse a name that no browser would take for a page.

    Raises
    ------
    InputError
        When it ends otherwise.
    """
    if path.suffix.lower() not in _ENDINGS:
        raise InputError(
            f"A page can't be written as {path.name}.", hint="Give it a name that ends in .html."
        )


def write_report(report: Report, path: Path) -> None:
    """Write a report as a page if its name ends in .html, and else as JSON.

    Raises
    ------
    InputError
        When it can't be written.
    """
    if path.suffix.lower() in _ENDINGS:
        write_page(report, path)
        return
    with written_whole(path) as whole:
        whole.write_text(json.dumps(report.as_json(), indent=1) + "\n", "utf-8")


def write_page(report: Report, path: Path) -> None:
    """Write a report as a page.

    Raises
    ------
    InputError
        When it can't be written.
    """
    with written_whole(path) as whole:
        whole.write_text(page(report), "utf-8")


def page(report: Report) -> str:
    """The page as HTML; every text in it that came from outside is escaped."""
    what = _text(report.value) or "labels"
    kind = classes(report.ways)
    legend = "".join(
        f"<li>{key_mark(way, kind[way.name])}<span>{_text(way.name)}</span></li>" for way in report.ways
    )
    examples = "".join(
        f"<figure>{example_plot(report, way)}<figcaption>{_text(way.name)}</figcaption></figure>"
        for way in report.ways
        if way.how != How.MEDIAN
    )
    cautions = "".join(f"<li>{_text(caution)}</li>" for caution in report.cautions)
    notes = f"<section><h2>Notes</h2><ul>{cautions}</ul></section>" if cautions else ""
    models = ", ".join(f"{_text(name)} ({_text(key)})" for name, key in report.models.items())
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="generator" content="{SOFTWARE}">
<meta name="viewport" content="width=device-width"><title>Comparison on {_text(report.folder)}</title>
<style>{_STYLE}</style></head><body>
<h1>Predicting {what} in {_text(report.folder)}</h1>
<p class="muted">{_text(report.drawn)}</p>
<section><h2>What to use</h2><p class="advice">{_text(report.advice)}</p></section>
<section><h2>Error by number of labels</h2>{error_plot(report)}<ul class="legend">{legend}</ul></section>
<section><h2>Mean absolute error</h2>{_errors(report)}
<p class="muted">Marked: better than the median of the labels and than any one value for all images, and no
way is better, beyond the chance of the draws and of the images (three standard errors).</p></section>
<section><h2>Predicted and real values, with {report.example.k:,} labels</h2>
<div class="small">{examples}</div>
<p class="muted">One draw of labels. Across: the real value; up: the predicted one. Points at an edge lie
beyond it.</p></section>
<section><h2>All figures</h2>{_figures(report)}<p class="muted">Error: mean over draws, and standard deviation
of the draws. One draw in twenty errs more than the third figure.</p></section>
{notes}<p class="muted">{escape(SOFTWARE)}. Models: {models or "none"}. Seed {report.seed}.</p></body></html>
"""


def _text(text: str) -> str:
    return escape(printable(text))


def _errors(report: Report) -> str:
    """A table with a row for each way and a column for each number of labels."""
    head = "".join(f"<th>{k:,}</th>" for k in report.shots)
    lines = []
    for way in report.ways:
        rows = [report.row(way.name, k) for k in report.shots]
        cells = "".join(f"<td{' class=good' if row.good else ''}>{tabled(row.mae)}</td>" for row in rows)
        lines.append(f"<tr><td>{_text(way.name)}</td>{cells}</tr>")
    return f"<table><tr><th>labels</th>{head}</tr>{''.join(lines)}</table>"


def _figures(report: Report) -> str:
    titles = ("way", "labels", "error", "deviation", "1 in 20 exceeds", "R²", "Spearman")
    head = "".join(f"<th>{title}</th>" for title in titles)
    lines = [
        f"<tr><td>{_text(row.way)}</td><td>{row.k:,}</td><td{' class=good' if row.good else ''}>"
        f"{tabled(row.mae)}</td><td>{tabled(row.sd)}</td><td>{tabled(row.worst)}</td><td>{minus(share(row.r2))}</td>"
        f"<td>{minus(share(row.spearman))}</td></tr>"
        for row in report.rows
    ]
    return f"<table><tr>{head}</tr>{''.join(lines)}</table>"
