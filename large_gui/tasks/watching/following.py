"""Find out from contents which images were renamed or edited; an order or a name alone says nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from large_gui.project.images.contents import Content


@dataclass
class Followed:
    """What is to be done about images whose content was seen.

    Attributes
    ----------
    renamed
        New paths by old paths, of images with the same content; two may have traded places.
    edited
        Paths of images that a person said something of, and that have another content since then.
    contents
        Contents to store by path, ``None`` for those to forget; stored after what was renamed.
    """

    renamed: dict[str, str] = field(default_factory=dict)
    edited: list[str] = field(default_factory=list)
    contents: dict[str, Content | None] = field(default_factory=dict)


class Following:
    """Follows the images of one project by their content.

    An image is renamed when its content is no longer at its path and is at another one. As long as it is at
    its path too, the other one is a copy, and nothing moves. An image whose content is nowhere any more is
    edited, if there is another content at its path; else it is gone, and what was said of it waits.

    Parameters
    ----------
    known
        What each image was when it was last seen, by path.
    said
        Paths of the images that a person said anything of.
    present
        Paths of the images that are there.
    """

    def __init__(self, known: Mapping[str, Content], said: Collection[str], present: Collection[str]) -> None:
        self._known = dict(known)
        self._said = set(said)
        self._present = set(present)
        self._lost: dict[bytes, list[str]] = {}  # paths by content
        self._other: dict[str, bytes] = {}  # contents that were seen at paths that had another or none
        self._had = bool(self._known)  # else there is nothing that could have moved
        self._find_lost()

    @property
    def changed(self) -> set[str]:
        """Paths of images that have another content than the one that a person said something of."""
        return {path for path, content in self._known.items() if content.judged is not None}

    def is_changed(self, path: str) -> bool:
        """Whether an image has another content than the one that a person said something of."""
        return path in self._known and self._known[path].judged is not None

    def list_anew(self, present: Collection[str], said: Collection[str]) -> None:
        """Take other paths as those that are there, and as those that something is said of."""
        self._present, self._said = set(present), set(said)
        self._find_lost()

    def say(self, paths: Collection[str]) -> dict[str, Content | None]:
        """Take note that a person says something of images as they are now; returns what is to be stored."""
        self._said.update(paths)
        again = [p for p in paths if p in self._known and self._known[p].judged is not None]
        return self._keep({path: Content(self._known[path].sha) for path in again})

    def saves(self, renamed: Mapping[str, str]) -> dict[str, str]:
        """Those renamed files, of which nothing was said, that replaced one of which something was."""
        return {
            old: new
            for old, new in renamed.items()
            if new in self._present and new not in renamed and not self._may_move(old, new)
        }

    def move(self, renamed: Mapping[str, str]) -> Followed:
        """Follow images whose files were seen to be renamed; what they have overwritten is put aside."""
        over = [new for new in renamed.values() if new not in renamed and new in self._said]
        aside = {new: parked(new, self._known[new].sha) for new in over if new in self._known}
        renamed = {**renamed, **aside}
        moved = {old: self._known.pop(old) for old in renamed if old in self._known}
        contents: dict[str, Content | None] = dict.fromkeys(moved)
        contents |= self._keep({renamed[old]: content for old, content in moved.items()})
        self._rename_said(renamed)
        for old in renamed:
            self._other.pop(old, None)
        self._find_lost()
        return Followed(dict(renamed), [], contents)

    def see(self, contents: Mapping[str, bytes]) -> Followed:
        """Take in contents that were read, by path; what was lost is found again at once."""
        followed = Followed()
        for path in sorted(contents):
            sha, known = contents[path], self._known.get(path)
            if known is not None and known.sha == sha:
                continue
            lost = self._take_lost(sha, path) if known is None else None
            if lost is not None:
                self._rename(followed, lost, path)
                continue
            if known is None:
                self._known[path] = followed.contents[path] = Content(sha)
            if self._had or known is not None:
                self._other[path] = sha
        return followed

    def settle(self) -> Followed:
        """Decide about what is new or other, once the contents of all images were seen."""
        followed = Followed()
        places: dict[bytes, list[str]] = {}
        for path, sha in sorted(self._other.items()):
            places.setdefault(sha, []).append(path)
        lost = (path for sha in places for path in self._lost.get(sha, ()))
        left = {
            path: self._known[path]
            for path in sorted({*lost, *self._other})
            if path in self._known and self._known[path].sha != self._other.get(path)
        }
        moves: dict[str, str] = {}
        for old, content in left.items():
            there = places.get(content.sha, [])
            new = _like(old, [path for path in there if self._may_move(old, path)])
            if new is not None:
                there.remove(new)
                moves[old] = new
        moves |= {
            new: parked(new, self._known[new].sha)
            for new in moves.values()
            if new in left and new not in moves and new in self._said
        }
        for old in moves:
            del self._known[old]
        for old, new in moves.items():
            followed.renamed[old] = new
            followed.contents.setdefault(old, None)
            followed.contents |= self._keep({new: left[old]})
        self._rename_said(moves)
        for path, sha in self._other.items():
            self._replace(followed, path, sha)
        self._other, self._had = {}, True
        self._find_lost()
        return followed

    def _replace(self, followed: Followed, path: str, sha: bytes) -> None:
        """Take another content for that of a path; if something is said of the path, it was edited."""
        known = self._known.get(path)
        if known is not None and known.sha == sha:
            return
        if known is None or path not in self._said:
            followed.contents |= self._keep({path: Content(sha)})
        else:
            judged = known.judged or known.sha
            followed.contents |= self._keep({path: Content(sha, None if judged == sha else judged)})
            if judged != sha:
                followed.edited.append(path)

    def _rename(self, followed: Followed, old: str, new: str) -> None:
        followed.renamed[old] = new
        followed.contents[old] = None
        followed.contents |= self._keep({new: self._known.pop(old)})
        self._rename_said({old: new})

    def _rename_said(self, renamed: Mapping[str, str]) -> None:
        moved = {renamed[path] for path in self._said & renamed.keys()}
        self._said = (self._said - renamed.keys()) | moved

    def _may_move(self, old: str, new: str) -> bool:
        """Whether what was said of one path moves to another.

        Programs save an image by writing a new file, of which nothing was said, over the old one: that is an
        edit, and what was said of the old one stays.
        """
        return old in self._said or new not in self._said

    def _keep(self, contents: Mapping[str, Content]) -> dict[str, Content | None]:
        self._known.update(contents)
        return dict(contents)

    def _find_lost(self) -> None:
        self._lost = {}
        for path, content in self._known.items():
            if path not in self._present:
                self._lost.setdefault(content.sha, []).append(path)

    def _take_lost(self, sha: bytes, path: str) -> str | None:
        """A path where a content was and is no more, rather one of which something is said."""
        paths = self._lost.get(sha, [])
        best = _like(path, [p for p in paths if p in self._said] or paths)
        if best is not None:
            paths.remove(best)
        return best


def _like(path: str, others: list[str]) -> str | None:
    """Of paths with the same content, the one with the same name as another path, else the first."""
    name = path.rpartition("/")[2]
    return min(others, key=lambda other: (other.rpartition("/")[2] != name, other), default=None)


def parked(path: str, sha: bytes) -> str:
    """A path under which is kept what was said of an image that another one has overwritten."""
    return f"{path} (overwritten {sha.hex()[:12]})"
