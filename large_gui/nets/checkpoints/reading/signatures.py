"""Recognise files that people take for checkpoints by their first bytes, and say what to do about them."""

from __future__ import annotations

from large_gui.errors import ModelFileError

HEAD = 4096  # bytes that are enough to recognise a file
_MODELS = "Models are .pkl files of NVIDIA's StyleGAN2, .pt files of PyTorch, or safetensors."
_PACKED = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "rar",
    b"\x28\xb5\x2f\xfd": "zstd",
}
_OTHER = {
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x89HDF": "an HDF5 file",
    b"GGUF": "a model of language",
    b"%PDF": "a PDF document",
}


def refuse_other_files(head: bytes) -> None:
    """Raise `ModelFileError` with a fitting sentence if the file is something other than a checkpoint.

    Parameters
    ----------
    head
        The first `HEAD` bytes.
    """
    if not head:
        raise ModelFileError("This file is empty.", hint="Download it again.")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<?xml", b"<!--")):
        raise ModelFileError(
            "This is a web page, not a model: the download failed or asked for a confirmation.",
            hint="Open the address in a browser and download the file from there.",
        )
    if start.startswith(b"version https://git-lfs."):
        raise ModelFileError(
            "This is a pointer to a model, not the model itself.",
            hint="Fetch it with `git lfs pull`, or download it from the project's page.",
        )
    packed = next((kind for magic, kind in _PACKED.items() if head.startswith(magic)), "")
    if head[257:262] == b"ustar":
        packed = "tar"
    if packed:
        raise ModelFileError(
            f"This is a packed file ({packed}).", hint="Unpack it, then open the model in it."
        )
    for magic, kind in _OTHER.items():
        if head.startswith(magic):
            raise ModelFileError(f"This is {kind}, not a model of images.", hint=_MODELS)
    if all(byte >= 32 or byte in b"\t\r\n" for byte in head):
        raise ModelFileError("This is a text file, not a model.", hint=_MODELS, detail=ascii(head[:200]))


def unknown() -> ModelFileError:
    """The error for a file of no kind that is known here."""
    return ModelFileError("This is not a model file of a known kind.", hint=_MODELS)
