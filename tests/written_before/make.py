"""Runs with version 0.1.0's code only: it wrote the files beside it, and stays to say how they came about.

In a checkout of version 0.1.0, with a LARGE_GUI_HOME into which the generator of ``faces`` was fetched:
``PYTHONPATH=. QT_QPA_PLATFORM=offscreen python .../tests/written_before/make.py THAT_HOME``
"""

from __future__ import annotations

import hashlib
import json
import lzma
import math
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from large_gui.gui.app import build
from large_gui.gui.export_dialog import ExportDialog
from large_gui.gui.save_plot import save_plot
from large_gui.gui.window import MainWindow
from large_gui.nets.folders import resources_folder
from large_gui.nets.pack import ModelPack
from large_gui.tasks.import_codes import import_codes
from large_gui.tasks.import_model import ImportOptions, import_model
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication
from torch import Tensor

from large_gui.core.direction import Direction
from large_gui.core.distance import distances
from large_gui.core.ordinal import even_grades
from large_gui.core.reporter import SilentReporter
from large_gui.gui.document import Document
from large_gui.project.code_cache import CodeCache, Inverted
from large_gui.project.images import hash_file
from large_gui.project.store import ProjectStore
from large_gui.tasks.invert import invert_folder, open_cache
from large_gui.tasks.session import Session
from tests import small_models
from tests.code_folders import SHAPES, suffix, write

OUT = Path(__file__).resolve().parent
NAMES = [f"face-{i:03}.jpg" for i in range(1, 6)]
SIXTH = "face-006.jpg"  # a direction from tags takes three images of each kind; it is taken away afterwards
SECONDS = 1_700_000_000  # when the images were changed
LABELS = {"face-001.jpg": "20", "face-002.jpg": "61,5", "face-003.jpg": "40"}
EXCLUDED = "face-003.jpg"
REFINED = "face-004.jpg"
Codes = dict[str, Inverted]


def main(faces_home: Path) -> None:
    """Write everything anew."""
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary).resolve()
        home, photos = base / "home", base / "photos"
        os.environ["LARGE_GUI_HOME"] = str(home)
        shutil.copytree(faces_home / "models" / "faces", home / "models" / "faces")
        photos.mkdir()
        for i, name in enumerate([*NAMES, SIXTH]):
            shutil.copy(resources_folder() / "samples" / name, photos)
            os.utime(photos / name, (SECONDS + i, SECONDS + i))
        clear()
        expected: dict[str, Any] = {"images": {name: about_image(photos / name) for name in NAMES}}
        expected["window"], project = use_window(base, photos)
        expected["recent"] = keep_window_files(base, home)
        expected["project"] = keep_project(base) | project
        expected["cache"] = keep_codes(home, expected["images"])
        expected["packs"] = {"faces": about_pack("faces", cached(expected["images"]))}
        expected["packs"]["stylegan"] = bring_stylegan(base, photos)
        for name, space in (("codes-s", "s"), ("codes-w-plus", "w+")):
            expected["packs"][name] = bring_codes(base, photos, name, space)
    text = json.dumps(expected, indent=1, ensure_ascii=False, allow_nan=False)
    (OUT / "expected.json").write_text(text + "\n", "utf-8")


def clear() -> None:
    """Forget what was written before."""
    shutil.rmtree(OUT / "packs", ignore_errors=True)
    for name in ("project.large", "codes.sqlite", "window.ini", "recent.json", "expected.json"):
        (OUT / name).unlink(missing_ok=True)


# The window


def use_window(base: Path, photos: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Do what a person does; returns what is to be expected of the window and of its project."""
    _, window = build(["large-gui"])
    assert isinstance(window, MainWindow)
    window.show()
    window.actions_by_id["theme_dark"].trigger()
    document = window.document
    open_in(document, photos)
    find_beard(window)
    (photos / SIXTH).unlink()
    open_in(document, photos)
    bring_direction(window, base / "wide smile.npy")
    refine(document)
    calibrate(window)
    export(window, base / "exports")
    store, session = document.store, document.session
    assert store is not None and session is not None
    store.copy_to(base / "photos.large")
    open_in(document, base / "photos.large")
    session = document.session
    assert session is not None
    project = about_session(session) | {"distances": along_all(session)}
    window.actions_by_id["panel_distances"].trigger()
    assert window.workspace is not None
    window.workspace.bring("Inspector")
    until(lambda: window.workspace is not None and window.workspace.docks["Distances"].isHidden())
    until(lambda: window.workspace is not None and window.inspector.isVisible())
    hidden = [title for title, dock in window.workspace.docks.items() if dock.isHidden()]
    window.close()
    keys = sorted(window.settings.allKeys())
    return {"theme": window.theme, "hidden": hidden, "in_front": "Inspector", "keys": keys}, project


def until(done: Callable[[], object], patience: float = 900) -> None:
    """Let the window work."""
    end = time.monotonic() + patience
    while not done():
        if time.monotonic() > end:
            raise TimeoutError
        QApplication.processEvents()
        time.sleep(0.01)


def open_in(document: Document, path: Path) -> None:
    document.open([path])
    until(lambda: document.session is not None and not document.job.busy)
    assert document.session is not None and not document.session.unmeasured and not document.session.failures


def find_beard(window: MainWindow) -> None:
    """A direction from tags on six images; five tags stay."""
    document = window.document
    document.editor.tag("beard", [0, 2, 4], True)
    document.editor.tag("beard", [1, 3, 5], False)
    window.show_page("directions")
    window.directions.tags.name.setText("beard")
    window.directions.tags.finder.click()
    until(lambda: document.value_id == "beard" and not document.job.busy)
    document.editor.tag("beard", [5], None)
    window.show_page("images")


def bring_direction(window: MainWindow, file: Path) -> None:
    """A direction of W+ from a file, and then a version of it with layer importance.

    No file of a direction tells importance; the project's form has a place for it all the same.
    """
    document = window.document
    np.save(file, np.random.default_rng(1).normal(size=(23, 512)))
    window.directions.import_file(file)
    until(lambda: document.value_id == "wide_smile" and not document.job.busy)
    assert document.session is not None
    (direction,) = (d for d in document.session.directions if d.name == "wide_smile")
    importance = np.linspace(1, 3, 23)
    weighed = replace(direction, layer_importance=importance / importance.sum())
    document.add_directions([weighed])
    until(lambda: document.session is not None and weighed in document.session.directions)
    until(lambda: not document.job.busy)


def refine(document: Document) -> None:
    assert document.session is not None
    document.job.refine(document.session.number[REFINED])
    until(lambda: document.refined and not document.job.busy)


def calibrate(window: MainWindow) -> None:
    """Name the value, turn the direction round, label three images, exclude one, grade all."""
    document, panel = window.document, window.panel
    document.choose_direction("age")
    document.flip()
    document.fit_with("L2")
    panel.value_name.setText("age, years, 0 to 120")
    panel.value_name.editingFinished.emit()
    session = document.session
    assert session is not None
    for name, typed in LABELS.items():
        document.set_current(session.number[name])
        panel.entry.setText(typed)
        panel.entry.returnPressed.emit()
    document.editor.exclude([session.number[EXCLUDED]])
    grades = even_grades(("old", "grown up", "young"), session.distances[session.ranked])
    document.editor.set_grades(grades, "Grade the images")


def export(window: MainWindow, folder: Path) -> None:
    """Choose something else than what is proposed on every page, and write the table."""
    folder.mkdir()
    plot = window.panel.plot
    dialog = ExportDialog(window.document, lambda path: save_plot(plot, path), window)
    dialog.show()
    table, _, ranks, plots, _ = pages = dialog.pages
    table.columns.show_columns(["rank", "path", "distance", "prediction", "grade"])  # type: ignore[attr-defined]
    table.cells.comma.setChecked(True)  # type: ignore[attr-defined]
    table.cells.bom.setChecked(True)  # type: ignore[attr-defined]
    table.images.setCurrentIndex(1)  # type: ignore[attr-defined]
    ranks.how.setCurrentIndex(1)  # type: ignore[attr-defined]
    plots.kind.setCurrentIndex(1)  # type: ignore[attr-defined]
    dialog.kinds.setCurrentRow(pages.index(table))
    table.field.line.setText(str(folder / "table.csv"))
    dialog.export.click()
    assert (folder / "table.csv").stat().st_size
    dialog.kinds.setCurrentRow(pages.index(plots))
    dialog.close_button.click()
    until(lambda: not dialog.isVisible())


# What is kept


def keep_window_files(base: Path, home: Path) -> list[str]:
    """The window's settings and the folders of late; the temporary folder is taken out of their paths."""
    shutil.copy(home / "window.ini", OUT)
    text = (home / "recent.json").read_text("utf-8").replace(str(base), "")
    (OUT / "recent.json").write_text(text, "utf-8")
    return list(json.loads(text))


def keep_project(base: Path) -> dict[str, Any]:
    """The project, of /photos from now on."""
    with ProjectStore(base / "photos.large") as store:
        store.copy_to(OUT / "project.large")
    with ProjectStore(OUT / "project.large") as store:
        store.set_opened([Path("/photos")])
        store.set_setting("export", store.setting("export") | {"folder": "/exports"})
        with closing(sqlite3.connect(OUT / "project.large")) as db:
            settings = {k: json.loads(v) for k, v in db.execute("SELECT * FROM settings ORDER BY key")}
        key = ModelPack.named("faces").encoder_key
        hashes = {hash_file(resources_folder() / "samples" / name): name for name in NAMES}
        return {
            "opened": [str(path) for path in store.opened()],
            "values": {
                i: {"name": v.name, "unit": v.unit, "low": v.low, "high": v.high, "spelled": v.spelled}
                for i, v in store.values().items()
            },
            "labels": {"age": {path: asdict(label) for path, label in sorted(store.labels("age").items())}},
            "tags": {"beard": dict(sorted(store.tags("beard").items()))},
            "directions": {name: about_direction(d) for name, d in store.directions().items()},
            "grades": {"age": settings["grades:age"]},
            "method": store.setting("method"),
            "direction": store.setting("direction"),
            "turned_round": store.setting("direction").startswith("-"),
            "refined": {
                key: {hashes[sha]: about_code(code) for sha, code in store.refined(key).items()},
            },
            "settings": settings,
        }


def keep_codes(home: Path, images: Mapping[str, Any]) -> dict[str, Any]:
    """The cache with five images, in /photos from now on."""
    key = ModelPack.named("faces").encoder_key
    codes = cached(images)
    rows = [(f"/photos/{n}", a["size"], a["mtime_ns"], a["sha256"]) for n, a in images.items()]
    with CodeCache(OUT / "codes.sqlite") as cache:
        cache.put_many(key, {images[name]["sha256"]: code for name, code in codes.items()})
        cache.remember_shas(rows)
    return {
        "encoder": key,
        "codes": {name: about_code(code) for name, code in codes.items()},
        "files": {path: {"size": s, "mtime_ns": t, "sha256": sha} for path, s, t, sha in rows},
    }


def cached(images: Mapping[str, Any]) -> Codes:
    """What the encoder found, by name."""
    with open_cache() as cache:
        found = cache.get_many([a["sha256"] for a in images.values()], ModelPack.named("faces").encoder_key)
    return {name: found[about["sha256"]] for name, about in images.items()}


def bring_stylegan(base: Path, photos: Path) -> dict[str, Any]:
    """A pack of a checkpoint with an encoder, whose 20 MB of weights are mostly zeros and lie here packed.

    The sheet of samples, which nothing reads again, is left out.
    """
    generator = small_models.generator()
    for name, tensor in generator.state_dict().items():
        if name.endswith(("torgb.weight", "torgb.bias")):
            tensor *= 0.15  # calm images, so that photographs are as far out as some of them
    content = small_models.encoder_checkpoint(generator)
    state = content["state_dict"]
    for name, tensor in state.items():
        if name.startswith("encoder.") and tensor.ndim == 4:
            state[name] = thinned(tensor)
    state["encoder.linear.weight"] = 8 * (4 * state["encoder.linear.weight"]).round() / 4
    torch.save(content, base / "My pSp.pt")
    options = ImportOptions(name="stylegan", licence="MIT", measured=8)
    folder = import_model(base / "My pSp.pt", options, SilentReporter()).folder
    kept = OUT / "packs" / "stylegan"
    shutil.copytree(folder, kept)
    (kept / "sheet.png").unlink()
    weights = kept / "encoder.safetensors"
    packed = lzma.compress(weights.read_bytes(), preset=9 | lzma.PRESET_EXTREME)
    weights.with_name(f"{weights.name}.xz").write_bytes(packed)
    weights.unlink()
    return about_pack("stylegan", inverted("stylegan", photos))


def thinned(weights: Tensor, left: int = 4) -> Tensor:
    """Weights ``(O, ...)`` with so many of every output left, each 0.5 or -0.5."""
    random = torch.Generator().manual_seed(weights.numel())
    rows = weights.flatten(1)
    places = torch.randint(rows.shape[1], (len(rows), left), generator=random)
    values = torch.randint(2, places.shape, generator=random) - 0.5
    return torch.zeros_like(rows).scatter_(1, places, values).reshape(weights.shape)


def bring_codes(base: Path, photos: Path, name: str, space: str) -> dict[str, Any]:
    """A pack of the codes of three images; two have none."""
    folder = base / name
    for i, image in enumerate(NAMES[:3]):
        code = np.random.default_rng(i).standard_normal(SHAPES[space]).astype(np.float32)
        code = code if space == "s" else code[:14]
        write((folder / image).with_suffix(suffix(space)), code)
    if space == "s":
        boundaries = [write(base / "age-s" / "age" / "boundary.pickle", sparse(SHAPES["s"]))]
        layers = 26
    else:
        rows = sparse((14, 512)) * np.linspace(1, 2, 14, dtype=np.float32)[:, None]
        boundaries = [write(base / "smile.npy", rows), write(base / "yaw" / "boundary.npy", sparse((512,)))]
        layers = 14
    weights = write(base / f"{name}-weights.npy", np.arange(1.0, layers + 1))
    import_codes(folder, photos, boundaries, name, SilentReporter(), weights=weights)
    shutil.copytree(base / "home" / "models" / name, OUT / "packs" / "codes" / name)
    return about_pack(name, inverted(name, photos))


def sparse(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Numbers of which most are 0: directions are kept as text."""
    drawn = np.random.default_rng(len(shape)).standard_normal(shape).astype(np.float32)
    return np.where(np.arange(shape[-1]) % 16 == 3, drawn, 0).astype(np.float32)


def inverted(name: str, photos: Path) -> Codes:
    """Codes of the images that have one, by the pack's own encoder or table."""
    with open_cache() as cache:
        found = invert_folder(photos, ModelPack.named(name), cache, SilentReporter())
    return {image.path: image.inverted for image in found.images}


# What is to be expected


def about_image(path: Path) -> dict[str, Any]:
    status = path.stat()
    return {"sha256": hash_file(path), "size": status.st_size, "mtime_ns": status.st_mtime_ns}


def about_code(item: Inverted) -> dict[str, Any]:
    return {
        "shape": list(item.code.shape),
        "sum": six(item.code.sum(dtype=np.float64)),
        "sha256": hashlib.sha256(np.ascontiguousarray(item.code, "<f4").tobytes()).hexdigest(),
        "inversion_error": six(item.inversion_error),
        "flags": list(item.flags),
    }


def about_direction(direction: Direction) -> dict[str, Any]:
    importance = direction.layer_importance
    return {
        "space": str(direction.space),
        "shape": list(direction.normal.shape),
        "sum": six(direction.normal.sum(dtype=np.float64)),
        "intercept": six(direction.intercept),
        "intercept_means": direction.intercept_means,
        "negative": direction.negative,
        "positive": direction.positive,
        "provenance": direction.provenance,
        "layer_importance": None if importance is None else [six(share) for share in importance],
        "layer_sizes": None if direction.layer_sizes is None else list(direction.layer_sizes),
    }


def about_pack(name: str, codes: Codes) -> dict[str, Any]:
    """What a pack says of itself, codes of images by it, and their distances along its directions."""
    pack = ModelPack.named(name)
    names = list(pack.directions)
    turned = [*names, f"-{names[0]}"]
    return {
        "encoder_key": pack.encoder_key,
        "title": pack.about.title,
        "num_ws": pack.num_ws,
        "w_dim": pack.width,
        "alignment": pack.about.alignment,
        "licence": pack.about.licence,
        "facts": [list(fact) for fact in pack.about.facts],
        "generator": pack.about.generator.network,
        "has_encoder": pack.has_encoder,
        "has_codes": pack.has_codes,
        "files": dict(pack.about.files),
        "directions": {n: about_direction(d) for n, d in pack.directions.items()},
        "codes": {image: about_code(item) for image, item in codes.items()},
        "distances": {i: {n: along(pack, n, c) for n in turned} for i, c in codes.items()},
        "distances_unweighted": {
            i: {n: along(pack, n, c, weighted=False) for n in turned} for i, c in codes.items()
        },
    }


def along(pack: ModelPack, name: str, item: Inverted, *, weighted: bool = True) -> float | None:
    return six(float(distances(item.code[None], pack.direction(name), weighted=weighted)[0]))


def about_session(session: Session) -> dict[str, Any]:
    """What the window shows of the project: its line, and the table that it would export."""
    line = session.calibration
    assert line is not None
    return {
        "line": {"a": six(line.a), "b": six(line.b), "n": line.n, "method": line.method,
                 "low": line.low, "high": line.high},
        "table": [
            {k: six(v) if isinstance(v, float) else v for k, v in asdict(row).items()}
            for row in session.rows()
        ],
    }  # fmt: skip


def along_all(session: Session) -> dict[str, dict[str, float | None]]:
    """Distances of every image, the refined one's with its refined code, along every direction."""
    table = {d.name: session.along(d.name) for d in session.directions}
    return {p: {n: six(d[i]) for n, d in table.items()} for i, p in enumerate(session.paths)}


def six(number: float) -> float | None:
    """With six digits after the point; ``None`` where there is no number."""
    return round(float(number), 6) if math.isfinite(number) else None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
