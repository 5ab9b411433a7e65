"""Codes in parts: who computes them makes no difference, and a run goes on where another stopped."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from large_gui.core.reporter import SilentReporter
from large_gui.engine import parts
from large_gui.engine.stages import BATCH
from large_gui.engine.stored import attach
from large_gui.errors import Cancelled, InputError
from large_gui.models.description import PackDescription, write_description
from large_gui.models.model import Frame, Model, Picture, Refusal
from large_gui.models.pack import Pack
from large_gui.project.codes.cache import CodeCache
from large_gui.project.codes.parts.folder import CodeFolder
from large_gui.project.images.manifest import find_images
from large_gui.tasks.invert_parts import Written, invert_into

pytest.importorskip("pyarrow", reason="it comes with: pip install 'large-gui[cluster]'")


class Colours(Model):
    """The code of an image is its mean colour; it counts what it computes, and refuses what is all red."""

    key = "colours"  # type: ignore[assignment]
    in_half = True

    def __init__(self, pack: Pack) -> None:
        super().__init__(pack)
        self.computed = 0

    def prepare(self, pictures: Sequence[Picture]) -> list[Frame | Refusal]:
        return [
            Refusal("it is red") if picture.pixels[0, 0, 0] == 255 else Frame(picture.pixels.mean((0, 1)))
            for picture in pictures
            if picture.pixels is not None
        ]

    def embed(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        self.computed += len(frames)
        codes = np.stack([frame.content for frame in frames])[:, None].astype(np.float32) / 250
        codes[codes[:, 0, 2] == 1] = np.nan
        return codes

    def quality(self, frames: Sequence[Frame], codes: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.where(codes[:, 0, 1] > 0.5, 99.5, np.nan)


@pytest.fixture
def model(tmp_path: Path) -> Colours:
    return colours(tmp_path / "pack")


def colours(folder: Path, name: str = "Colours") -> Colours:
    folder.mkdir()
    write_description(folder, PackDescription(name, "colours", (1, 3)))
    return Colours(Pack(folder))


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """75 images: one is red, one damaged, one has a code that is no number, and two are alike."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for i in range(72):
        Image.new("RGB", (4, 4), (i, 3 * i % 250, 7)).save(folder / f"{i:02}.png")
    Image.new("RGB", (4, 4), (255, 0, 0)).save(folder / "red.png")
    Image.new("RGB", (4, 4), (3, 0, 250)).save(folder / "nan.png")
    shutil.copy(folder / "05.png", folder / "copy.png")
    (folder / "30.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return folder


def invert(photos: object, model: Model, out: Path, **options: object) -> Written:
    return invert_into(str(photos), model, out, SilentReporter(), **options)  # type: ignore[arg-type]


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_every_image_is_a_row(photos: Path, model: Colours, tmp_path: Path) -> None:
    assert invert(photos, model, tmp_path / "codes") == Written(75, 0, 3)
    rows = {
        row.path: row for group in CodeFolder(tmp_path / "codes").rows(codes=True) for row in group.as_rows()
    }
    assert list(rows) == sorted(path.name for path in photos.iterdir())
    assert rows["red.png"].why == "it is red" and rows["red.png"].sha256
    assert rows["30.png"].why == "30.png is not an image that can be read." and rows["30.png"].code is None
    assert rows["nan.png"].why == "The model made a code of it that is no numbers."
    assert rows["copy.png"].sha256 == rows["05.png"].sha256
    assert rows["60.png"].flags == ("poor-inversion",) and rows["60.png"].inversion_error == 99.5
    expected = np.array([60, 180, 7], np.float32) / np.float32(250)
    assert rows["60.png"].code is not None
    np.testing.assert_array_equal(rows["60.png"].code[0], expected.astype(np.float16))


def test_a_second_run_computes_nothing(photos: Path, model: Colours, tmp_path: Path) -> None:
    invert(photos, model, tmp_path / "codes")
    before, computed = contents(tmp_path / "codes"), model.computed
    assert invert(photos, model, tmp_path / "codes") == Written(75, 75, 0)
    assert model.computed == computed and contents(tmp_path / "codes") == before


@pytest.mark.parametrize("of", [2, 3, 5])
def test_shards_together_are_one_run(photos: Path, model: Colours, tmp_path: Path, of: int) -> None:
    invert(photos, model, tmp_path / "whole")
    done = [invert(photos, model, tmp_path / "shards", shard=(i, of)).images for i in range(of, 0, -1)]
    assert sum(done) == 75
    assert contents(tmp_path / "shards") == contents(tmp_path / "whole")
    assert invert(photos, model, tmp_path / "shards", shard=(1, 4)).there > 0, "and another number goes on"


@pytest.mark.parametrize("shard", [(0, 3), (4, 3), (1, 0), (1, 10_000_000)])
def test_a_shard_that_there_is_not(
    photos: Path, model: Colours, tmp_path: Path, shard: tuple[int, int]
) -> None:
    with pytest.raises(InputError, match=r"There is no shard \d+/\d+. Shards are counted from 1"):
        invert(photos, model, tmp_path / "codes", shard=shard)


def test_a_run_that_stopped_is_gone_on_with(photos: Path, model: Colours, tmp_path: Path) -> None:
    class Stopping(SilentReporter):
        def check_cancelled(self) -> None:
            if len(list((tmp_path / "codes").glob("part-*"))) == 2:
                raise Cancelled

    with pytest.raises(Cancelled):
        invert_into(str(photos), model, tmp_path / "codes", Stopping())
    assert invert(photos, model, tmp_path / "codes").there == 2 * BATCH
    invert(photos, model, tmp_path / "whole")
    assert contents(tmp_path / "codes") == contents(tmp_path / "whole")


def test_a_part_that_is_damaged_is_computed_anew(photos: Path, model: Colours, tmp_path: Path) -> None:
    invert(photos, model, tmp_path / "codes")
    before = contents(tmp_path / "codes")
    first, second, _ = sorted((tmp_path / "codes").glob("part-*"))
    first.write_bytes(first.read_bytes()[:-50])
    second.write_bytes(b"")
    reporter = SilentReporter()
    written = invert_into(str(photos), model, tmp_path / "codes", reporter)
    assert written.there == 75 - 2 * BATCH
    assert sum("It is computed anew" in warning for warning in reporter.warnings) == 2
    assert contents(tmp_path / "codes") == before


def test_a_part_under_the_name_of_another_is_computed_anew(
    photos: Path, model: Colours, tmp_path: Path
) -> None:
    invert(photos, model, tmp_path / "codes")
    before = contents(tmp_path / "codes")
    first, second, _ = sorted((tmp_path / "codes").glob("part-*"))
    shutil.copy(first, second)
    invert(photos, model, tmp_path / "codes")
    assert contents(tmp_path / "codes") == before


def test_only_images_that_were_added_are_computed(photos: Path, model: Colours, tmp_path: Path) -> None:
    invert(photos, model, tmp_path / "codes")
    Image.new("RGB", (4, 4), (1, 2, 3)).save(photos / "0-first.png")
    Image.new("RGB", (4, 4), (4, 5, 6)).save(photos / "zz-last.png")
    model.computed = 0
    assert invert(photos, model, tmp_path / "codes") == Written(77, 75, 0)
    assert model.computed == 2
    paths = [path for rows in CodeFolder(tmp_path / "codes").rows() for path in rows.paths]
    assert sorted(paths) == sorted(path.name for path in photos.iterdir())
    assert invert(photos, model, tmp_path / "codes") == Written(77, 77, 0)
    assert model.computed == 2


def test_only_what_could_not_be_read_is_tried_again(photos: Path, model: Colours, tmp_path: Path) -> None:
    names = sorted(path.name for path in photos.iterdir())
    (photos / "list.txt").write_text("\n".join(names))
    away = photos / "05.png"
    away.rename(tmp_path / "05.png")
    assert invert(photos / "list.txt", model, tmp_path / "codes").failed == 4
    computed = model.computed
    assert invert(photos / "list.txt", model, tmp_path / "codes") == Written(75, 74, 1)
    (tmp_path / "05.png").rename(away)
    assert invert(photos / "list.txt", model, tmp_path / "codes") == Written(75, 74, 0)
    assert model.computed == computed + 1
    invert(photos / "list.txt", model, tmp_path / "whole")
    assert contents(tmp_path / "codes") == contents(tmp_path / "whole")


def test_two_models_are_never_mixed(photos: Path, model: Colours, tmp_path: Path) -> None:
    invert(photos, model, tmp_path / "codes")
    other = colours(tmp_path / "pack2", "Hues")
    other.key = "hues"  # type: ignore[misc]
    with pytest.raises(InputError, match=r"holds codes of the model 'pack' .* and these would be of"):
        invert(photos, other, tmp_path / "codes")
    (tmp_path / "codes" / "codes.json").unlink()
    with pytest.raises(InputError, match="holds codes of another model"):
        invert(photos, other, tmp_path / "codes")


def test_blocks_do_not_depend_on_chance() -> None:
    few, many = [f"{i}" for i in range(100)], [f"{i}" for i in range(100_000)]
    assert [len(block.paths) for block in parts.blocks_of(few)] == [32, 32, 32, 4]
    sizes = [len(block.paths) for block in parts.blocks_of(many)]
    assert set(sizes[:-1]) == {1024} and sum(sizes) == 100_000
    assert len({block.name for block in parts.blocks_of(many)}) == len(sizes)


def test_images_from_parquet_have_the_same_codes(photos: Path, model: Colours, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = sorted(path.name for path in photos.iterdir())
    table = pa.table({"path": names, "bytes": [(photos / name).read_bytes() for name in names]})
    pq.write_table(table, tmp_path / "photos.parquet", row_group_size=10)
    invert(tmp_path / "photos.parquet", model, tmp_path / "codes")
    invert(photos, model, tmp_path / "whole")
    mine, whole = contents(tmp_path / "codes"), contents(tmp_path / "whole")
    assert mine.pop("codes.json") != whole.pop("codes.json"), "another source"
    assert mine == whole


def test_codes_of_another_version_of_a_model_are_not_used(
    photos: Path, model: Colours, tmp_path: Path
) -> None:
    invert(photos, model, tmp_path / "codes")
    found = find_images(tmp_path / "codes", SilentReporter())
    model.key = "renewed"  # type: ignore[misc]
    words = r"are of another version of the model 'pack', not of the model 'pack'\."
    with CodeCache(tmp_path / "cache.sqlite") as cache, pytest.raises(InputError, match=words):
        attach(found, model, cache)
