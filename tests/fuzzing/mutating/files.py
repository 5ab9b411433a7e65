"""Break arrays, tensors, archives, pickles and databases, with their lengths and check sums put right."""

from __future__ import annotations

import ast
import io
import json
import pickle
import pickletools
import sqlite3
import tempfile
import warnings
import zipfile
from contextlib import closing, suppress
from pathlib import Path, PurePath
from random import Random

from tests.fuzzing.mutating.odd import (
    ODD_NUMBERS,
    ODD_TEXTS,
    Mutator,
    any_bytes,
    as_json,
    odd_form,
    odd_value,
)
from tests.fuzzing.mutating.texts import as_lines, as_table, as_xml

_ODD_SQL = (
    "UPDATE {table} SET {column} = NULL",
    "UPDATE {table} SET {column} = {value}",
    "UPDATE {table} SET {column} = zeroblob(5)",
    "UPDATE {table} SET {column} = CAST({column} AS BLOB)",
    "UPDATE {table} SET {column} = {column} || {value}",
    "DELETE FROM {table}",
    "DROP TABLE {table}",
    "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "CREATE INDEX odd ON {table} ({column})",
    "CREATE VIEW odd AS SELECT * FROM {table}",
    "ALTER TABLE {table} ADD COLUMN odd",
    "CREATE TRIGGER odd AFTER UPDATE ON {table} BEGIN DELETE FROM {table}; END",
    "PRAGMA user_version = {value}",
    "PRAGMA application_id = {value}",
    "PRAGMA encoding = 'UTF-16'",
    "PRAGMA auto_vacuum = 1",
    "VACUUM",
    "PRAGMA journal_mode = WAL",
    "PRAGMA page_size = 512",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = {value} WHERE name = '{table}'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = {value} WHERE name = '{table}'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET type = 'view' WHERE name = '{table}'",
)


def mutated(name: str, content: bytes, random: Random) -> bytes:
    """The content of a file, broken somewhere in the way that fits its name, or anywhere."""
    if random.random() < 0.25:
        return any_bytes(content, random)
    kind = BY_ENDING.get(PurePath(name).suffix.lower(), any_bytes)
    with suppress(Exception):  # it is broken already, and no longer has the form that its name says
        return kind(content, random)
    return any_bytes(content, random)


def as_npy(content: bytes, random: Random) -> bytes:
    """The header of an array changed, with its length put right."""
    start, size = (10, 2) if content[6] == 1 else (12, 4)
    length = int.from_bytes(content[8 : 8 + size], "little")
    header = ast.literal_eval(content[start : start + length].decode("latin1"))
    match random.randrange(4):
        case 0:
            header["descr"] = random.choice(
                (
                    "<f4",
                    ">f8",
                    "|O",
                    "<U3",
                    "<U0",
                    "|S0",
                    "<M8[s]",
                    "<c16",
                    "|V8",
                    "<f2",
                    "|b1",
                    "<i8",
                    [("a", "<f4")],
                )
            )
        case 1:
            shape = list(header["shape"])
            shape.insert(random.randrange(len(shape) + 1), random.choice((0, 1, 2, -1, 2**31, 2**63, 10**30)))
            header["shape"] = tuple(shape)
        case 2:
            header["fortran_order"] = random.choice((True, False, 1, "yes", None))
        case _:
            header = odd_form(header, random)
    text = repr(header).encode("latin1", "replace")
    if random.random() < 0.1:
        text = text.replace(b"(", b"(" * random.choice((2, 90, 900)), 1)
    text += b" " * (-(len(text) + start + 1) % 64) + b"\n"
    return content[:6] + content[6:8] + len(text).to_bytes(size, "little") + text + content[start + length :]


def as_safetensors(content: bytes, random: Random) -> bytes:
    """The header of tensors changed, with its length put right."""
    size = int.from_bytes(content[:8], "little")
    header = as_json(content[8 : 8 + size], random)
    return len(header).to_bytes(8, "little") + header + content[8 + size :]


def as_zip(content: bytes, random: Random) -> bytes:
    """One part of an archive changed, renamed, doubled or left out; its check sums are right again."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
        packed = archive.infolist()[0].compress_type if parts else zipfile.ZIP_STORED
    at = random.randrange(len(parts))
    name, part = parts[at]
    match random.randrange(8):
        case 0:
            del parts[at]
        case 1:
            parts.insert(random.randrange(len(parts)), parts[at])
        case 2:
            parts[at] = (name.replace("data", random.choice(("..", "/etc", "x" * 300, "data/data"))), part)
        case 3:
            packed = random.choice(
                (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
            )
        case _:
            parts[at] = (name, mutated(name, part, random))
    made = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w", packed) as archive:
        warnings.simplefilter("ignore")  # two parts of one name are meant
        for name, part in parts:
            archive.writestr(name, part)
    return made.getvalue()


def as_pickle(content: bytes, random: Random) -> bytes:
    """Instructions of a pickle left out, doubled, swapped, put in, or given other names and numbers."""
    places = [position for _, _, position in pickletools.genops(content)]
    ends = [*places[1:], places[-1] + 1]
    parts = [content[a:b] for a, b in zip(places, ends)]
    for _ in range(random.choice((1, 1, 2, 5))):
        at = random.randrange(1, len(parts))
        match random.randrange(6):
            case 0:
                del parts[at]
            case 1:
                parts.insert(at, random.choice(parts))
            case 2:
                other = random.randrange(1, len(parts))
                parts[at], parts[other] = parts[other], parts[at]
            case 3:
                parts.insert(at, random.choice(_INSTRUCTIONS))
            case 4:
                value = random.choice((None, (), [], {}, *ODD_NUMBERS, *ODD_TEXTS, b"x" * 300))
                parts[at] = pickle.dumps(value, 2)[2:-1]
            case _:
                parts[at] = any_bytes(parts[at], random)
        if len(parts) < 3:
            break
    return b"".join(parts) + content[ends[-1] :]


_INSTRUCTIONS = (
    *b"( 0 1 2 ) ] } \x8f a e s u \x90 t \x85 \x86 \x87 R \x81 \x92 b Q N \x88 \x94 \x93 . \x97".split(),
    *(b"K\x01", b"J\xff\xff\xff\x7f", b"h\x00", b"h\x01", b"q\x00", b"cos\nsystem\n", b"cbuiltins\neval\n"),
    *(b"ccollections\nOrderedDict\n", b"ctorch\nFloatStorage\n", b"ctorch._utils\n_rebuild_tensor_v2\n"),
    *(b"cnumpy\ndtype\n", b"X\x00\x00\x00\x00", b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f"),
    *(b"G\x7f\xf8\0\0\0\0\0\0", b"\x95\0\0\0\0\0\0\0\x7f"),
)


def as_database(content: bytes, random: Random) -> bytes:
    """A database changed by SQL, as another program can change it, or in its pages."""
    if random.random() < 0.3:
        data = bytearray(content)
        for _ in range(random.choice((1, 3, 20))):
            page = 4096 * random.randrange(max(1, len(data) // 4096))
            data[min(page + random.randrange(120), len(data) - 1)] = random.randrange(256)
        return bytes(data)
    with tempfile.TemporaryDirectory(dir=Path("/dev/shm") if Path("/dev/shm").is_dir() else None) as folder:
        path = Path(folder, "d.sqlite")
        path.write_bytes(content)
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            tables = [
                str(row[0]) for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            ]
            for _ in range(random.choice((1, 1, 2, 3))):
                table = random.choice(tables)
                columns = [str(row[1]) for row in db.execute(f"PRAGMA table_info({table})")]
                value = random.choice(
                    (*ODD_NUMBERS[:11], *ODD_NUMBERS[14:19], *ODD_TEXTS, json.dumps(odd_value(random)))
                )
                spelled = (
                    "'" + value.replace("'", "''").replace("\0", "") + "'"
                    if isinstance(value, str)
                    else value
                )
                sql = random.choice(_ODD_SQL).format(
                    table=table, column=random.choice(columns), value=spelled
                )
                with suppress(sqlite3.Error, sqlite3.Warning, UnicodeError):
                    db.executescript(sql)
            with suppress(sqlite3.Error):
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.read_bytes()


BY_ENDING: dict[str, Mutator] = {
    ".json": as_json,
    ".provenance": as_json,
    ".jsonl": as_lines,
    ".csv": as_table,
    ".txt": as_table,
    ".npy": as_npy,
    ".npz": as_zip,
    ".pt": as_zip,
    ".pth": as_zip,
    ".zip": as_zip,
    ".pkl": as_pickle,
    ".pickle": as_pickle,
    ".safetensors": as_safetensors,
    ".large": as_database,
    ".sqlite": as_database,
    ".xml": as_xml,
}
