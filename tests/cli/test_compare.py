"""``large-gui compare``: its table, report and page, and what it refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from large_gui.cli.main import main
from large_gui.core.direction import Direction
from large_gui.core.finding_record import FindingRecord
from large_gui.files import sha256_of
from large_gui.models.model import Frame, Picture, Refusal
from large_gui.models.pack import imported_folder
from large_gui.tasks.comparing import spaces
from large_gui.tasks.finding.find import write_directions
from tests.colours import BLUE, GREY, colour_model, colourful, know_toys

Say = pytest.CaptureFixture[str]
QUICK = ["--repeats", "20", "--progress", "none"]


@pytest.fixture(autouse=True)
def toys(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    know_toys(monkeypatch, home)
    colour_model(GREY, BLUE)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Forty pictures, with their labels in ``pictures.csv`` beside them."""
    colourful(tmp_path / "pictures")
    return tmp_path / "pictures"


def compare(folder: Path, *more: object, models: str = "colours") -> int:
    labels = [] if "--labels" in more else ["--labels", f"{folder}.csv"]
    command = ["compare", str(folder), *labels, *(["--models", models] if models else []), *QUICK]
    return main([*command, *map(str, more)])


def keep_apart(monkeypatch: pytest.MonkeyPatch, *directions: Direction) -> None:
    """Have models of colours keep codes of their own; of them, one called blind measures nothing."""
    from tests.toys import MeanColour  # as it was loaded for this test

    seeing = MeanColour.prepare

    def prepare(model: MeanColour, pictures: Sequence[Picture]) -> list[Frame | Refusal]:
        return [Refusal("dark") for _ in pictures] if model.name == "blind" else seeing(model, pictures)

    monkeypatch.setattr(MeanColour, "prepare", prepare)
    monkeypatch.setattr(MeanColour, "key", property(lambda model: model.name))
    colour_model(*directions, name="blind")


def refused(say: Say) -> str:
    return say.readouterr().err.splitlines()[-1]


class TestFigures:
    def test_the_ways_are_scored_on_the_same_draws(self, pictures: Path, tmp_path: Path, capsys: Say) -> None:
        out = tmp_path / "report.json"
        assert compare(pictures, "--direction", "brightness", "--out", out) == 0
        report = json.loads(out.read_text("utf-8"))
        ways = [way["name"] for way in report["ways"]]
        assert ways == [
            "median of the labels", "colours: distance along brightness", "colours: SVM distance",
            "colours: learned from values", "pixels: SVM distance", "pixels: learned from values",
        ]  # fmt: skip
        rows = {(row["way"], row["k"]): row for row in report["figures"]}
        assert {k for _, k in rows} == {2, 5, 10, 20}, "half of the images are left to predict"
        best = rows["colours: distance along brightness", 20]
        assert best["mae"] < 4 and best["good"] and best["spearman"] > 0.98 and best["r2"] > 0.95
        assert rows["median of the labels", 20]["mae"] > 5 * best["mae"]
        assert best["mae"] - 2 * best["sd"] < best["worst"] < best["mae"] + 3 * best["sd"] + 1e-9
        assert report["parts"][-1]["way"] == "colours: distance along brightness"
        told = capsys.readouterr().out
        assert report["advice"] in told and "use the distance along brightness (colours)" in told
        assert f"{rows['pixels: SVM distance', 5]['mae']:#.3g}" in told

    def test_a_seed_gives_the_same_report(self, pictures: Path, tmp_path: Path) -> None:
        texts = []
        for name, seed in (("a", 3), ("b", 3), ("c", 4)):
            assert compare(pictures, "--seed", seed, "--shots", "5", "--out", tmp_path / f"{name}.json") == 0
            texts.append((tmp_path / f"{name}.json").read_text("utf-8"))
        assert texts[0] == texts[1] != texts[2]

    def test_a_draw_chooses_among_the_directions_by_its_own_labels(
        self, pictures: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "report.json"
        assert compare(pictures, "--no-pixels", "--shots", "10", "--out", out) == 0
        report = json.loads(out.read_text("utf-8"))
        (row,) = (row for row in report["figures"] if "best-fitting of 2 directions" in row["way"])
        assert row["mae"] < 4, "the blue one would be far off"
        assert not [way for way in report["ways"] if way["model"] == "pixels"]

    def test_labels_drawn_apart(self, pictures: Path, tmp_path: Path) -> None:
        out = tmp_path / "report.json"
        both = ["--shots", "3,15", "--out", out]
        assert compare(pictures, "--draws", "apart", "--direction", "colours:brightness", *both) == 0
        report = json.loads(out.read_text("utf-8"))
        assert report["spread_along"] == "brightness (colours)"
        assert [row["labels"] for row in report["figures"] if row["way"].startswith("median")] == [3, 15]

    def test_central_share_and_range(self, pictures: Path, tmp_path: Path) -> None:
        for option, images in ((["--central", "0.5"], 20), (["--values", "100,160"], 24)):
            out = tmp_path / "report.json"
            assert compare(pictures, *option, "--shots", "5", "--out", out) == 0
            assert json.loads(out.read_text("utf-8"))["images"] == pytest.approx(images, abs=5)

    def test_all_models_at_hand_are_compared(
        self, pictures: Path, tmp_path: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        colour_model(name="other")
        monkeypatch.setattr(spaces, "model_names", lambda: ["blind", "colours", "other", "torn"])
        keep_apart(monkeypatch)
        broken = imported_folder() / "torn"
        broken.mkdir()
        (broken / "pack.json").write_text("{")
        out = tmp_path / "report.json"
        assert compare(pictures, "--shots", "5", "--out", out, models="") == 0
        report = json.loads(out.read_text("utf-8"))
        assert set(report["models"]) == {"colours", "other"}
        told = capsys.readouterr().err
        assert "The model 'blind' measures 0 of a sample of 40 images, and is left out." in told
        assert "torn" in told and all("torn" not in way["name"] for way in report["ways"])
        assert any("'blind'" in caution for caution in report["cautions"])

    def test_images_that_one_model_lacks_are_left_out_for_all(
        self, pictures: Path, tmp_path: Path, capsys: Say
    ) -> None:
        (pictures / "07.png").write_bytes((pictures / "07.png").read_bytes()[:40])
        out = tmp_path / "report.json"
        assert compare(pictures, "--shots", "5", "--out", out) == 0
        assert json.loads(out.read_text("utf-8"))["images"] == 39
        assert "1 image is left out: colours can't measure it." in capsys.readouterr().err

    def test_copies_of_an_image_count_once(self, pictures: Path, tmp_path: Path, capsys: Say) -> None:
        (pictures / "08.png").write_bytes((pictures / "07.png").read_bytes())
        out = tmp_path / "report.json"
        assert compare(pictures, "--shots", "5", "--out", out) == 0
        assert json.loads(out.read_text("utf-8"))["images"] == 39
        assert "1 copy of other images is left out." in capsys.readouterr().err

    def test_a_direction_that_was_learned_counts_as_what_it_is(
        self, pictures: Path, tmp_path: Path, capsys: Say
    ) -> None:
        own = Direction("mine", np.array([0.6, 0.8, 0]))
        write_directions([own], tmp_path / "mine.json")
        assert compare(pictures, "--shots", "5", "--direction", tmp_path / "mine.json") == 0
        told = capsys.readouterr()
        assert "colours: distance along mine" in told.out
        assert "The direction mine came from a file. If it was found with the help of" in told.err
        colour_model(replace(own, found_by="svm"), replace(BLUE, found_by="ridge"), name="taught")
        assert compare(pictures, "--shots", "5", models="taught") == 0
        told = capsys.readouterr()
        assert "The direction mine was found from tags. If it was found with" in told.err
        assert "Learned from values before, and so not compared: blueness (taught)." in told.err
        assert "taught: distance along mine" in told.out
        assert compare(pictures, "--shots", "5", "--direction", "blueness", models="taught") == 0
        assert "The direction blueness was found from values." in capsys.readouterr().err

    def test_an_image_is_judged_by_what_was_found_without_it(self, pictures: Path, tmp_path: Path) -> None:
        labels = dict(line.split(",") for line in Path(f"{pictures}.csv").read_text("utf-8").split()[1:])
        apart = {sha256_of(pictures / path): float(value) for path, value in labels.items()}
        taught = replace(BLUE, found_by="ridge", record=FindingRecord(held_out=apart))
        colour_model(taught, name="taught")
        out = tmp_path / "report.json"
        options = ["--shots", "5", "--direction", "-blueness", "--no-pixels", "--out", out]
        assert compare(pictures, *options, models="taught") == 0
        rows = json.loads(out.read_text("utf-8"))["figures"]
        assert next(row["mae"] for row in rows if "along" in row["way"]) == pytest.approx(0, abs=1e-6)


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.append(tag)
        if tag not in ("meta", "path", "circle", "rect", "line", "polygon", "polyline"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()


class TestPage:
    def test_it_is_one_file_that_loads_nothing(self, tmp_path: Path) -> None:
        folder = tmp_path / '<b>bold & "quoted"\'s'
        colourful(folder)
        page = tmp_path / "report.html"
        assert compare(folder, "--page", page, "--show", "10") == 0
        text = page.read_text("utf-8")
        tags = Tags(text)
        assert not tags.open and tags.found.count("svg") > 6
        assert not {"script", "img", "link", "iframe", "b"} & set(tags.found)
        assert not re.search(r"https?://|@import|url\((?!#)", text)
        assert "&lt;b&gt;bold &amp; &quot;quoted&quot;&#x27;s" in text
        assert "prefers-color-scheme: dark" in text and "with 10 labels" in text
        assert compare(folder, "--page", page, "--shots", "5") == 0, "it may replace its own page"

    def test_every_figure_is_drawn(self, pictures: Path, tmp_path: Path) -> None:
        page = tmp_path / "report.html"
        assert compare(pictures, "--page", page, "--direction", "brightness", "--shots", "2,20") == 0
        text = page.read_text("utf-8")
        assert text.count("<polyline") == 6 and text.count("<figure>") == 5
        assert "nan" not in text.lower().replace("finance", "")


class TestRefusals:
    @pytest.mark.parametrize(
        ("options", "told"),
        [
            (["--models", "nobody"], "There is no model called 'nobody'"),
            (["--direction", "fame"], "direction called 'fame'. There are: colours:brightness, colours:blue"),
            (["--direction", "colours:fame"], "has no direction 'fame'"),
            (["--direction", "brightness", "--direction", "colours:blueness"], "Two directions are named"),
            (["--shots", "2,39"], "39 labels can't be drawn from 40 images."),
            (["--shots", "1"], "1 labels can't be drawn"),
            (["--shots", "two"], "'two' is not a list of whole numbers"),
            (["--repeats", "0"], "At least one repeat is needed."),
            (["--central", "0"], "A central share of 0 is not possible."),
            (["--central", "nan"], "A central share of nan is not possible."),
            (["--central", "0.1"], "4 images in this central share have a label"),
            (["--values", "0,40"], "in this range have a label"),
            (["--draws", "apart"], "drawn along a direction, and none is named. Name it"),
            (["--seed", "-1"], "The seed can't be -1. Give a whole number from 0"),
            (["--show", "7"], "7 labels can't be shown"),
            (["--page", "report.txt"], "A page can't be written as report.txt."),
            (["--engine", "steam"], "There is no engine 'steam'."),
        ],
    )  # fmt: skip
    def test_options(self, pictures: Path, capsys: Say, options: list[str], told: str) -> None:
        try:
            status = compare(pictures, *options)
        except SystemExit as error:  # what the parser itself refuses
            status = int(str(error.code))
        assert status == 2 and told in refused(capsys)

    def test_labels(self, pictures: Path, tmp_path: Path, capsys: Say) -> None:
        table = tmp_path / "other.csv"
        for text, told in (
            ("path,value\nnowhere.png,3\n", "None of the labels in"),
            ("path,value\n" + "".join(f"{i:02}.png,5\n" for i in range(20)), "All the labels have the same"),
            (
                "path,value\n00.png,5\n01.png,6\n",
                "2 images have a label, and a comparison takes at least 12.",
            ),
            ("a,b\n", "lack the columns path and value"),
        ):
            table.write_text(text, "utf-8")
            assert compare(pictures, "--labels", table) == 2
            assert told in refused(capsys)
        assert compare(pictures, "--labels", tmp_path / "gone.csv") == 2
        assert "can't be read" in refused(capsys)

    def test_a_model_that_measures_too_few_is_refused_if_it_was_named(
        self, pictures: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keep_apart(monkeypatch)
        assert compare(pictures, models="colours,blind") == 2
        assert "The model 'blind' measures 0 of a sample of 40 images. Leave it out" in refused(capsys)

    def test_labels_apart_along_a_direction_of_a_model_that_is_left_out(
        self, pictures: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keep_apart(monkeypatch, GREY)
        monkeypatch.setattr(spaces, "model_names", lambda: ["blind", "colours"])
        assert compare(pictures, "--draws", "apart", "--direction", "blind:brightness", models="") == 2
        assert "its model measures too few images." in refused(capsys)

    def test_when_nothing_measures_the_images(
        self, pictures: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keep_apart(monkeypatch)
        monkeypatch.setattr(spaces, "model_names", lambda: ["blind"])
        assert compare(pictures, "--no-pixels", models="") == 2
        assert "None of the models measures these images." in refused(capsys)

    def test_a_file_direction_of_several_models(self, pictures: Path, tmp_path: Path, capsys: Say) -> None:
        colour_model(name="other")
        write_directions([GREY], tmp_path / "grey.json")
        assert compare(pictures, "--direction", tmp_path / "grey.json", models="colours,other") == 2
        assert "It is not said which model's the direction" in refused(capsys)

    @pytest.mark.parametrize("option", ["--out", "--page"])
    def test_foreign_files_and_inputs(self, pictures: Path, tmp_path: Path, capsys: Say, option: str) -> None:
        foreign = tmp_path / "diary.html"
        foreign.write_text("<p>Dear diary", "utf-8")
        assert compare(pictures, option, foreign) == 2
        assert "was not written by this program" in refused(capsys)
        assert foreign.read_text("utf-8") == "<p>Dear diary"
        Image.new("RGB", (5, 5)).save(pictures / "a.html", "PNG")
        assert compare(pictures, option, pictures / "a.html", "--force") == 2
        assert "is one of the files that are read" in refused(capsys)
        assert compare(pictures, option, foreign, "--force", "--shots", "5") == 0

    def test_a_direction_that_is_read_is_not_written_over(
        self, pictures: Path, tmp_path: Path, capsys: Say
    ) -> None:
        for text in ("{}", "colours:{}", "-{}", "colours:{}:brightness"):
            write_directions([GREY], tmp_path / "grey.json")
            options = ["--direction", text.format(tmp_path / "grey.json"), "--out", tmp_path / "grey.json"]
            assert compare(pictures, *options, "--force") == 2
            assert "is one of the files that are read (grey.json)" in refused(capsys)

    def test_one_file_for_both(self, pictures: Path, tmp_path: Path, capsys: Say) -> None:
        assert compare(pictures, "--out", tmp_path / "a.html", "--page", tmp_path / "a.html") == 2
        assert "Two results would go to one file." in refused(capsys)


def test_json_in_place_of_the_table(pictures: Path, tmp_path: Path, capsys: Say) -> None:
    out = tmp_path / "report.json"
    assert compare(pictures, "--shots", "5", "--json", "--out", out) == 0
    told = capsys.readouterr()
    assert json.loads(told.out) == json.loads(out.read_text("utf-8")) and "Report: " in told.err
    assert compare(pictures, "--shots", "5", "--json", "--out", "-") == 2
    assert "can't both go to standard output" in refused(capsys)


def test_json_on_standard_output(pictures: Path, capsys: Say) -> None:
    assert compare(pictures, "--shots", "5", "--out", "-") == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["kind"] == "comparison" and "Spearman" in told.err
