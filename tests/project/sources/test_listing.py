"""Lists of images: folders, addresses, and files that name images or hold them."""

from __future__ import annotations

import http.server
import pickle
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from large_gui.core.reporter import SilentReporter
from large_gui.errors import ImageError, InputError
from large_gui.project.sources import source as sources
from large_gui.project.sources.listing import Listing, listed
from large_gui.threads import start

EXTRA = "it comes with: pip install 'large-gui[cluster]'"
NAMES = ["a.png", "b c.png", "more/ä.png"]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for i, name in enumerate(NAMES):
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        Image.new("RGB", (4, 4), (i, 0, 0)).save(folder / name)
    return folder


def found(what: object, photos: Path, warnings: int = 0) -> Listing:
    """The listing, whose images are those of the folder."""
    reporter = SilentReporter()
    listing = listed(str(what), reporter)
    assert len(reporter.warnings) == warnings, reporter.warnings
    copied = pickle.loads(pickle.dumps(listing.source))
    contents = [copied.content(path).data for path in listing.paths]
    assert contents == [(photos / name).read_bytes() for name in NAMES]
    return listing


def test_a_folder(photos: Path) -> None:
    (photos / "notes.txt").write_text("no image")
    listing = found(photos, photos, warnings=1)
    assert listing.paths == NAMES and listing.root == str(photos)


def test_a_text_file_has_a_path_a_line(photos: Path) -> None:
    (photos / "list.txt").write_bytes("\ufeffa.png\r\n\r\n  b c.png\r\nmore/ä.png\na.png\n".encode())
    listing = found(photos / "list.txt", photos, warnings=1)  # one is there twice
    assert listing.paths == NAMES and listing.root == str(photos)


def test_paths_elsewhere_begin_at_the_folder_of_all(photos: Path, tmp_path: Path) -> None:
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "list.csv").write_text(
        f"value;Path\n1;{photos}/a.png\n2;../photos/b c.png\n3;{photos}/more/x/../ä.png\n", "utf-8"
    )
    listing = found(lists / "list.csv", photos)
    assert listing.paths == NAMES and listing.root == str(photos)


def test_addresses_are_paths_as_they_are(photos: Path) -> None:
    pytest.importorskip("fsspec", reason=EXTRA)
    (photos / "list.txt").write_text("\n".join(f"file://{photos}/{name}" for name in NAMES), "utf-8")
    listing = found(photos / "list.txt", photos)
    assert listing.paths == [f"file://{photos}/{name}" for name in NAMES]


def test_what_lies_below_an_address(photos: Path) -> None:
    pytest.importorskip("fsspec", reason=EXTRA)
    (photos / "notes.txt").write_text("no image")
    listing = found(f"file://{photos}/", photos, warnings=1)
    assert listing.paths == NAMES and listing.root == f"file://{photos}"
    assert listing.source.place("a.png") == f"file://{photos}/a.png"


@pytest.fixture
def server(photos: Path) -> Iterator[str]:
    """A web server that serves the photos, and says nothing."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(photos)))
    thread = start(server.serve_forever, "server")
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.filterwarnings("ignore")
def test_images_of_a_web_server(photos: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fsspec", reason=EXTRA)
    pytest.importorskip("aiohttp", reason=EXTRA)
    monkeypatch.setattr(sources, "_WAITS", (0.0, 0.0))
    (photos / "list.txt").write_text(f"{server}/a.png\nb c.png\n{server}/gone.png\nmore/ä.png\n", "utf-8")
    listing = listed(str(photos / "list.txt"), SilentReporter())
    assert listing.paths == ["b c.png", f"{server}/a.png", f"{server}/gone.png", "more/ä.png"]
    for path, name in (("b c.png", "b c.png"), (f"{server}/a.png", "a.png")):
        assert listing.source.content(path).data == (photos / name).read_bytes()
    with pytest.raises(ImageError, match=r"gone.png can't be fetched"):
        listing.source.content(f"{server}/gone.png")


def test_a_store_that_fails_for_a_moment_is_asked_again(
    photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fsspec", reason=EXTRA)
    monkeypatch.setattr(sources, "_WAITS", (0.0, 0.0))
    fetch, failing = sources._fetched, [ConnectionError("reset"), TimeoutError("slow")]

    def fetched(address: str, name: str) -> bytes:
        if failing:
            raise failing.pop()
        return fetch(address, name)

    monkeypatch.setattr(sources, "_fetched", fetched)
    place = sources.Addresses(f"file://{photos}")
    assert place.content("a.png").data == (photos / "a.png").read_bytes()
    failing[:] = [ConnectionError("reset")] * 3
    with pytest.raises(ImageError, match=r"a.png can't be fetched: reset"):
        place.content("a.png")


def test_a_file_that_is_too_large_is_not_fetched(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from large_gui.project.images import read

    pytest.importorskip("fsspec", reason=EXTRA)
    monkeypatch.setattr(read, "MAX_BYTES", 10)
    for place in (sources.Addresses(f"file://{photos}"), sources.Folder(photos)):
        with pytest.raises(ImageError, match=r"a.png is larger than"):
            place.content("a.png")


@pytest.mark.parametrize("form", ["bytes", "image", "folder"])
def test_parquet_that_holds_the_images(photos: Path, tmp_path: Path, form: str) -> None:
    pa = pytest.importorskip("pyarrow", reason=EXTRA)
    pq = pytest.importorskip("pyarrow.parquet")
    contents = [(photos / name).read_bytes() for name in NAMES]
    kind = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    table = pa.table({"path": NAMES, "label": [1, 2, 3], "bytes": contents})
    what = tmp_path / "set" / "photos.parquet"
    what.parent.mkdir()
    if form == "image":
        images = [{"bytes": data, "path": name} for data, name in zip(contents, NAMES)]
        table = pa.table({"image": pa.array(images, kind)})
    if form == "folder":
        pq.write_table(table[:2], what.with_name("1.parquet"), row_group_size=1)
        pq.write_table(table[1:], what.with_name("2.parquet"))  # one row for the second time
        what = what.parent
    else:
        pq.write_table(table, what, row_group_size=2)
    listing = found(what, photos, warnings=int(form == "folder"))
    assert listing.paths == NAMES and listing.root == str(what)
    for i in (2, 0, 1, 0, 2):  # in any order
        assert listing.source.content(NAMES[i]).data == contents[i]


def test_many_rows_of_parquet_are_read_piece_by_piece(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason=EXTRA)
    pq = pytest.importorskip("pyarrow.parquet")
    names = [f"{i}.png" for i in range(500)]
    table = pa.table({"path": names, "bytes": [name.encode() for name in names]})
    pq.write_table(table, tmp_path / "many.parquet", row_group_size=70)
    source = listed(str(tmp_path / "many.parquet"), SilentReporter()).source
    for i in (*range(500), 3, 499, 250, 251, 249, 0):
        assert source.content(names[i]).data == names[i].encode()


def test_parquet_that_names_images(photos: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason=EXTRA)
    pq = pytest.importorskip("pyarrow.parquet")
    pq.write_table(pa.table({"path": [*NAMES, None, ""]}), photos / "list.parquet")
    assert found(photos / "list.parquet", photos, warnings=1).paths == NAMES


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("list.txt", b"", "No image is listed"),
        ("list.txt", b"\n \n", "No image is listed"),
        ("list.txt", b"a.png\n\xff\xfe\n", "can't be read"),
        ("list.txt", b"a\0.png\n", "Line 1 of .* is no path"),
        ("list.txt", b"x" * 5000, "Line 1 of .* is no path"),
        ("list.txt", b"gopher://host/a.png", "of a kind that is not read here"),
        ("list.txt", b"zip::s3://bucket/a.zip", "of a kind that is not read here"),
        ("list.csv", b"file,value\na.png,1\n", "lacks a column path"),
        ("list.csv", b"", "list"),
        ("list.json", b"[]", "is no folder, and no list of images"),
        ("a.png", None, "is no folder, and no list of images"),
    ],
)
def test_what_is_no_list_gets_a_sentence(
    photos: Path, name: str, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        (photos / name).write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        listed(str(photos / name), SilentReporter())


def test_what_is_not_there_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read"):
        listed(str(tmp_path / "gone"), SilentReporter())
    with pytest.raises(InputError, match="can't be read"):
        listed(str(tmp_path / "gone.txt"), SilentReporter())
    pytest.importorskip("fsspec", reason=EXTRA)
    with pytest.raises(InputError, match=r"No image is listed|can't be listed"):
        listed(f"file://{tmp_path}/gone", SilentReporter())


def test_parquet_that_is_no_list_gets_a_sentence(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason=EXTRA)
    pq = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "x.parquet"
    for table in (
        pa.table({"name": ["a"]}),
        pa.table({"path": [1]}),
        pa.table({"path": ["a"], "bytes": [1]}),
    ):
        pq.write_table(table, file)
        with pytest.raises(InputError, match="lacks the columns"):
            listed(str(file), SilentReporter())
    pq.write_table(pa.table({"path": ["a"], "bytes": pa.array([None], pa.binary())}), file)
    with pytest.raises(ImageError, match="a has no bytes"):
        listed(str(file), SilentReporter()).source.content("a")
    for content in (b"", b"PAR1", b"PAR1" + bytes(50) + b"PAR1"):
        file.write_bytes(content)
        with pytest.raises(InputError, match="is no Parquet file"):
            listed(str(file), SilentReporter())


def test_a_store_that_needs_a_package_says_which() -> None:
    pytest.importorskip("fsspec", reason=EXTRA)
    try:
        import s3fs  # noqa: F401
    except ImportError:
        with pytest.raises(InputError, match=r"begin with s3:// need one more package.*s3fs"):
            sources.file_system("s3://bucket/photos")
