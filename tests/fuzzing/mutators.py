"""Break a file in ways that keep its outer form, so that what is broken is reached by its reader."""

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
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path, PurePath
from random import Random
from typing import Any

Mutator = Callable[[bytes, Random], bytes]
_ODD_TEXTS = (
    *("", "a", "..", "/etc/passwd", "../../x", "\0", "\x1b[31m", "<b>x</b>", "\ud800", "é", "nan", "-inf", "1e999"),
    *("9" * 400, "x" * 5000, "os.system", "C:\\x", "0", "true", "=1+1", "\u202e", "\ufeff", "a\nb", "a;b"),
)
_ODD_NUMBERS = (
    *(0, -1, 1, 2, 255, 256, 2**31, 2**32 - 1, 2**63 - 1, 2**63, -(2**63), 2**64, 10**30, 10**400),
    *(0.5, -0.0, 1e-320, 1e15, 1e300, float("nan"), float("inf"), float("-inf")),
)
_ODD_SQL = (
    "UPDATE {table} SET {column} = NULL", "UPDATE {table} SET {column} = {value}",
    "UPDATE {table} SET {column} = zeroblob(5)", "UPDATE {table} SET {column} = CAST({column} AS BLOB)",
    "UPDATE {table} SET {column} = {column} || {value}", "DELETE FROM {table}", "DROP TABLE {table}",
    "INSERT OR REPLACE INTO {table} SELECT * FROM {table}", "CREATE INDEX odd ON {table} ({column})",
    "CREATE VIEW odd AS SELECT * FROM {table}", "ALTER TABLE {table} ADD COLUMN odd",
    "CREATE TRIGGER odd AFTER UPDATE ON {table} BEGIN DELETE FROM {table}; END",
    "PRAGMA user_version = {value}", "PRAGMA application_id = {value}", "PRAGMA encoding = 'UTF-16'",
    "PRAGMA auto_vacuum = 1", "VACUUM", "PRAGMA journal_mode = WAL", "PRAGMA page_size = 512",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = {value} WHERE name = '{table}'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = {value} WHERE name = '{table}'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET type = 'view' WHERE name = '{table}'",
)  # fmt: skip


def mutated(name: str, content: bytes, random: Random) -> bytes:
    """The content of a file, broken somewhere in the way that fits its name, or anywhere."""
    if random.random() < 0.25:
        return any_bytes(content, random)
    kind = BY_ENDING.get(PurePath(name).suffix.lower(), any_bytes)
    with suppress(Exception):  # it is broken already, and no longer has the form that its name says
        return kind(content, random)
    return any_bytes(content, random)


def any_bytes(content: bytes, random: Random) -> bytes:
    """A few bytes changed, taken out, doubled or put in; or the end cut off."""
    data = bytearray(content)
    for _ in range(random.choice((1, 1, 1, 2, 4, 16))):
        at = random.randrange(len(data) + 1)
        length = random.choice((1, 1, 2, 4, 8, 64))
        match random.randrange(7):
            case 0 if data:
                data[at % len(data)] ^= 1 << random.randrange(8)
            case 1 if data:
                data[at % len(data)] = random.choice((0, 1, 0x7F, 0x80, 0xFF, 10, 34, 44))
            case 2:
                del data[at : at + length]
            case 3:
                data[at:at] = data[at : at + length]
            case 4:
                data[at:at] = random.randbytes(length)
            case 5:
                number = random.choice((0, 1, 2**7, 2**15, 2**31, 2**32 - 1, 2**63)) % (1 << (8 * min(length, 8)))
                order = random.choice(("little", "big"))
                data[at : at + min(length, 8)] = number.to_bytes(min(length, 8), order)  # type: ignore[arg-type]
            case _ if random.random() < 0.2:
                del data[at:]
    return bytes(data)


def as_json(content: bytes, random: Random) -> bytes:
    """One place of a JSON document changed."""
    form = json.loads(content)
    for _ in range(random.choice((1, 1, 2, 3))):
        form = odd_form(form, random)
    text = json.dumps(form, ensure_ascii=random.random() < 0.5)
    if random.random() < 0.05:
        text = text.replace(":", f': {"[" * 3000}', 1)
    return text.encode("utf-8", "surrogatepass")


def odd_form(form: Any, random: Random) -> Any:
    """The same with one value replaced, left out, doubled, renamed or put elsewhere."""
    if isinstance(form, dict) and form and random.random() < 0.9:
        form = dict(form)
        key = random.choice(list(form))
        match random.randrange(10):
            case 0:
                del form[key]
            case 1:
                form[random.choice(_ODD_TEXTS)] = form.pop(key)
            case 2:
                form[key] = form[random.choice(list(form))]
            case _:
                form[key] = odd_form(form[key], random)
        return form
    if isinstance(form, list) and form and random.random() < 0.9:
        form = list(form)
        at = random.randrange(len(form))
        match random.randrange(8):
            case 0:
                del form[at]
            case 1:
                form.insert(at, odd_value(random))
            case 2:
                form = form * random.choice((0, 2, 40))
            case _:
                form[at] = odd_form(form[at], random)
        return form
    return odd_value(random)


def odd_value(random: Random) -> Any:
    """A value that nobody expects."""
    value: Any = random.choice((None, True, False, [], {}, *_ODD_NUMBERS, *_ODD_TEXTS))
    match random.randrange(8):
        case 0:
            return [value]
        case 1:
            return {"": value, "x": [value]}
        case 2:
            for _ in range(random.choice((2, 70, 900))):
                value = [value]
    return value


def as_lines(content: bytes, random: Random) -> bytes:
    """A line of JSON changed, or lines left out, doubled or moved."""
    lines = content.split(b"\n")
    at = random.randrange(len(lines))
    match random.randrange(5):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[random.randrange(len(lines))])
        case 2:
            lines[at] = b"[" * 20_000
        case _:
            lines[at] = as_json(lines[at], random)
    return b"\n".join(lines)


def as_table(content: bytes, random: Random) -> bytes:
    """A cell of a CSV changed, a row or a column moved, or its separators and line ends."""
    text = content.decode("utf-8", "replace")
    separator = max(",;\t", key=text.count)
    rows = [line.split(separator) for line in text.splitlines()] or [[""]]
    row = random.choice(rows)
    at = random.randrange(len(row)) if row else 0
    match random.randrange(8):
        case 0:
            text = text.replace(separator, random.choice((",", ";", "\t", " ", "|")))
            return random.choice((b"", b"\xef\xbb\xbf", b"\xff\xfe")) + text.encode("utf-8", "surrogatepass")
        case 1:
            return text.encode(random.choice(("utf-16", "utf-8-sig", "utf-32")), "surrogatepass")
        case 2:
            row.insert(at, random.choice(('"', '"""', "'=x", *_ODD_TEXTS)))
        case 3:
            rows.insert(random.randrange(len(rows)), list(random.choice(rows)))
        case 4:
            for one in rows:
                one.insert(min(at, len(one)), str(random.choice((*_ODD_NUMBERS, *_ODD_TEXTS))))
        case _ if row:
            row[at] = str(random.choice((*_ODD_NUMBERS, *_ODD_TEXTS)))
    end = random.choice(("\n", "\r\n", "\r", "\n\n", "\u2028"))
    return end.join(separator.join(row) for row in rows).encode("utf-8", "surrogatepass")


def as_npy(content: bytes, random: Random) -> bytes:
    """The header of an array changed, with its length put right."""
    start, size = (10, 2) if content[6] == 1 else (12, 4)
    length = int.from_bytes(content[8 : 8 + size], "little")
    header = ast.literal_eval(content[start : start + length].decode("latin1"))
    match random.randrange(4):
        case 0:
            header["descr"] = random.choice(
                ("<f4", ">f8", "|O", "<U3", "<U0", "|S0", "<M8[s]", "<c16", "|V8", "<f2", "|b1", "<i8", [("a", "<f4")])
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
            packed = random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
        case _:
            parts[at] = (name, mutated(name, part, random))
    made = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w", packed) as archive:
        warnings.simplefilter("ignore")  # two parts of one name are meant
        for name, part in parts:
            archive.writestr(name, part)
    return made.getvalue()


def as_pickle(content: bytes, random: Random) -> bytes:
    """Instructions of a pickle left out, doubled, swapped, or others put in; or names and numbers replaced."""
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
                value = random.choice((None, (), [], {}, *_ODD_NUMBERS, *_ODD_TEXTS, b"x" * 300))
                parts[at] = pickle.dumps(value, 2)[2:-1]
            case _:
                parts[at] = any_bytes(parts[at], random)
        if len(parts) < 3:
            break
    return b"".join(parts) + content[ends[-1] :]


_INSTRUCTIONS = (
    *(b"(", b"0", b"1", b"2", b")", b"]", b"}", b"\x8f", b"a", b"e", b"s", b"u", b"\x90", b"t", b"\x85", b"\x86"),
    *(b"\x87", b"R", b"\x81", b"\x92", b"b", b"Q", b"N", b"\x88", b"K\x01", b"J\xff\xff\xff\x7f", b"h\x00", b"h\x01"),
    *(b"q\x00", b"\x94", b"cos\nsystem\n", b"cbuiltins\neval\n", b"ccollections\nOrderedDict\n", b"\x93", b"."),
    *(b"ctorch\nFloatStorage\n", b"ctorch._utils\n_rebuild_tensor_v2\n", b"cnumpy\ndtype\n", b"X\x00\x00\x00\x00"),
    *(b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f", b"G\x7f\xf8\0\0\0\0\0\0", b"\x95\0\0\0\0\0\0\0\x7f", b"\x97"),
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
            tables = [str(row[0]) for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            for _ in range(random.choice((1, 1, 2, 3))):
                table = random.choice(tables)
                columns = [str(row[1]) for row in db.execute(f"PRAGMA table_info({table})")]
                value = random.choice((*_ODD_NUMBERS[:11], *_ODD_NUMBERS[14:19], *_ODD_TEXTS, json_text(random)))
                spelled = "'" + value.replace("'", "''").replace("\0", "") + "'" if isinstance(value, str) else value
                sql = random.choice(_ODD_SQL).format(table=table, column=random.choice(columns), value=spelled)
                with suppress(sqlite3.Error, sqlite3.Warning, UnicodeError):
                    db.executescript(sql)
            with suppress(sqlite3.Error):
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.read_bytes()


def json_text(random: Random) -> str:
    """An odd value as JSON."""
    return json.dumps(odd_value(random))


def as_xml(content: bytes, random: Random) -> bytes:
    """An attribute or an element of XML changed."""
    text = content.decode("utf-8", "replace")
    quotes = [i for i, c in enumerate(text) if c == '"']
    match random.randrange(5):
        case 0 if len(quotes) > 1:
            at = 2 * random.randrange(len(quotes) // 2)
            value = str(random.choice((*_ODD_NUMBERS, *_ODD_TEXTS, "-1,-1", "0,9223372036854775808", "2," * 40)))
            text = text[: quotes[at] + 1] + value.replace('"', "") + text[quotes[at + 1] :]
        case 1:
            laugh = '<!DOCTYPE a [<!ENTITY b "b">' + "".join(
                f'<!ENTITY c{i} "{f"&c{i - 1};" * 20 if i else "&b;" * 20}">' for i in range(9)
            )
            text = f'{laugh}<!ENTITY d SYSTEM "file:///etc/passwd">]>' + text.replace("name=", "x='&c8;' name=", 1)
        case 2:
            lines = text.splitlines()
            at = random.randrange(len(lines))
            lines[at] = random.choice(lines)
            text = "\n".join(lines)
        case 3:
            text = text.replace("<", "<a>" * 20_000 + "<", 1)
        case _:
            return any_bytes(content, random)
    return text.encode("utf-8", "surrogatepass")


BY_ENDING: dict[str, Mutator] = {
    ".json": as_json, ".provenance": as_json, ".jsonl": as_lines, ".csv": as_table, ".txt": as_table,
    ".npy": as_npy, ".npz": as_zip, ".pt": as_zip, ".pth": as_zip, ".zip": as_zip, ".pkl": as_pickle,
    ".pickle": as_pickle, ".safetensors": as_safetensors, ".large": as_database, ".sqlite": as_database,
    ".xml": as_xml,
}  # fmt: skip
