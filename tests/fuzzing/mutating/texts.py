"""Break lines of JSON, tables and XML."""

from __future__ import annotations

from random import Random

from tests.fuzzing.mutating.odd import ODD_NUMBERS, ODD_TEXTS, any_bytes, as_json


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
            row.insert(at, random.choice(('"', '"""', "'=x", *ODD_TEXTS)))
        case 3:
            rows.insert(random.randrange(len(rows)), list(random.choice(rows)))
        case 4:
            for one in rows:
                one.insert(min(at, len(one)), str(random.choice((*ODD_NUMBERS, *ODD_TEXTS))))
        case _ if row:
            row[at] = str(random.choice((*ODD_NUMBERS, *ODD_TEXTS)))
    end = random.choice(("\n", "\r\n", "\r", "\n\n", "\u2028"))
    return end.join(separator.join(row) for row in rows).encode("utf-8", "surrogatepass")


def as_xml(content: bytes, random: Random) -> bytes:
    """An attribute or an element of XML changed."""
    text = content.decode("utf-8", "replace")
    quotes = [i for i, c in enumerate(text) if c == '"']
    match random.randrange(5):
        case 0 if len(quotes) > 1:
            at = 2 * random.randrange(len(quotes) // 2)
            value = str(
                random.choice((*ODD_NUMBERS, *ODD_TEXTS, "-1,-1", "0,9223372036854775808", "2," * 40))
            )
            text = text[: quotes[at] + 1] + value.replace('"', "") + text[quotes[at + 1] :]
        case 1:
            laugh = '<!DOCTYPE a [<!ENTITY b "b">' + "".join(
                f'<!ENTITY c{i} "{f"&c{i - 1};" * 20 if i else "&b;" * 20}">' for i in range(9)
            )
            text = f'{laugh}<!ENTITY d SYSTEM "file:///etc/passwd">]>' + text.replace(
                "name=", "x='&c8;' name=", 1
            )
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
