"""Values that nobody expects, and bytes and JSON with one of them in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

Mutator = Callable[[bytes, Random], bytes]
ODD_TEXTS = (
    *(
        "",
        "a",
        "..",
        "/etc/passwd",
        "../../x",
        "\0",
        "\x1b[31m",
        "<b>x</b>",
        "\ud800",
        "é",
        "nan",
        "-inf",
        "1e999",
    ),
    *("9" * 400, "x" * 5000, "os.system", "C:\\x", "0", "true", "=1+1", "\u202e", "\ufeff", "a\nb", "a;b"),
)
ODD_NUMBERS = (
    *(0, -1, 1, 2, 255, 256, 2**31, 2**32 - 1, 2**63 - 1, 2**63, -(2**63), 2**64, 10**30, 10**400),
    *(0.5, -0.0, 1e-320, 1e15, 1e300, float("nan"), float("inf"), float("-inf")),
)


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
                size = min(length, 8)
                number = random.choice((0, 1, 2**7, 2**15, 2**31, 2**32 - 1, 2**63)) % (1 << (8 * size))
                data[at : at + size] = number.to_bytes(size, random.choice(("little", "big")))
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
        text = text.replace(":", f": {'[' * 3000}", 1)
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
                form[random.choice(ODD_TEXTS)] = form.pop(key)
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
    value: Any = random.choice((None, True, False, [], {}, *ODD_NUMBERS, *ODD_TEXTS))
    match random.randrange(8):
        case 0:
            return [value]
        case 1:
            return {"": value, "x": [value]}
        case 2:
            for _ in range(random.choice((2, 70, 900))):
                value = [value]
    return value
