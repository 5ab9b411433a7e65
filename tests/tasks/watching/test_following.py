"""What was said follows contents: renamed, traded, copied, edited, saved over, gone and back."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from large_gui.project.images.contents import Content
from large_gui.tasks.watching.following import Following


def content(word: str) -> bytes:
    return sha256(word.encode()).digest()


def known(**words: str) -> dict[str, Content]:
    return {path: Content(content(word)) for path, word in words.items()}


def seen(**words: str) -> dict[str, bytes]:
    return {path: content(word) for path, word in words.items()}


def follow(before: dict[str, str], after: dict[str, str], said: set[str]) -> dict[str, str]:
    """The paths that moved while the folder was closed."""
    following = Following(known(**before), said, set(after))
    first = following.see(seen(**after))
    return first.renamed | following.settle().renamed


def test_renamed_traded_and_copied() -> None:
    assert follow({"a": "x"}, {"b": "x"}, {"a"}) == {"a": "b"}
    assert follow({"a": "x", "b": "y"}, {"a": "y", "b": "x"}, {"a", "b"}) == {"a": "b", "b": "a"}
    assert follow({"a": "x"}, {"a": "x", "b": "x"}, {"a"}) == {}, "a copy moves nothing"
    assert follow({"a": "x"}, {"a": "y", "b": "x"}, {"a"}) == {"a": "b"}, "its old name was taken again"
    assert follow({"a": "x"}, {"b": "y"}, {"a"}) == {}, "another image, whatever its name or place"


def test_of_two_copies_the_one_that_stays_keeps_its_own() -> None:
    assert follow({"a": "x", "b": "x"}, {"b": "x", "c": "x"}, {"a"}) == {"a": "c"}
    moved = follow({"1/a": "x", "1/b": "x"}, {"2/a": "x", "2/b": "x"}, {"1/a", "1/b"})
    assert moved == {"1/a": "2/a", "1/b": "2/b"}, "those with the same name go together"


def test_an_edited_image_keeps_what_was_said_and_is_flagged_until_it_is_judged_again() -> None:
    following = Following(known(a="x", b="y"), {"a"}, {"a", "b"})
    following.see(seen(a="z", b="w"))
    followed = following.settle()
    assert followed.edited == ["a"] and not followed.renamed, "nothing was said of the other one"
    assert followed.contents["a"] == Content(content("z"), content("x"))
    assert following.is_changed("a") and not following.is_changed("b")
    assert following.say(["a"]) == {"a": Content(content("z"))} and not following.is_changed("a")


def test_images_of_a_new_project_are_followed_too() -> None:
    following = Following({}, (), {"a", "b"})
    assert following.see(seen(a="x", b="y")).contents.keys() == {"a", "b"}
    following.list_anew({"a", "b"}, {"a"})
    following.see(seen(a="z"))
    assert following.settle().edited == ["a"]
    following.see(seen(a="y", b="z"))
    assert following.settle().renamed == {"a": "b", "b": "a"}


def test_an_edit_that_is_taken_back_is_none() -> None:
    following = Following(known(a="x"), {"a"}, {"a"})
    for word in ("y", "z", "x"):
        following.see(seen(a=word))
        followed = following.settle()
    assert not followed.edited and not following.is_changed("a")


def test_what_overwrites_an_image_of_which_something_is_said_puts_that_aside() -> None:
    following = Following(known(a="x", b="y"), {"a", "b"}, {"b"})
    following.see(seen(b="x"))
    moved = following.settle().renamed
    assert moved.pop("a") == "b"
    ((old, aside),) = moved.items()
    assert old == "b" and aside.startswith("b (overwritten")
    following.list_anew({"b", "c"}, {"b", aside})
    assert following.see(seen(c="y")).renamed == {aside: "c"}, "it comes back with its content"


def test_saving_by_a_new_file_is_an_edit() -> None:
    following = Following(known(a="x", new="y"), {"a"}, {"a", "new"})
    assert following.saves({"new": "a"}) == {"new": "a"}
    assert following.saves({"a": "new"}) == {} and following.saves({"new": "other"}) == {}


def test_what_is_gone_is_remembered_until_it_is_back() -> None:
    following = Following(known(a="x"), {"a"}, set())
    assert not following.settle().renamed
    following.list_anew({"b"}, {"a"})
    assert following.see(seen(b="x")).renamed == {"a": "b"}


@given(st.permutations("abcdef"), st.sets(st.sampled_from("abcdef")))
def test_any_permutation_of_names_is_followed(names: list[str], said: set[str]) -> None:
    before = {name: f"content {name}" for name in "abcdef"}
    after = {new: before[old] for old, new in zip("abcdef", names)}
    moved = follow(before, after, said)
    for old, new in zip("abcdef", names):
        if old in said:
            assert moved.get(old, old) == new
