"""The word lists: their notation, and their compiled form."""

import time
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from livestream_sell.intent import lexicon, phrase_automaton
from livestream_sell.intent.normalise import normalise
from livestream_sell.intent.phrases import PhraseIndex

Found = list[tuple[str, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the lists, which the test may change."""
    copy = copytree(
        Path(lexicon.__file__).parent, tmp_path / "lexicon", ignore=ignore_patterns("__pycache__", "*.toml")
    )
    monkeypatch.setattr(lexicon, "_HERE", copy)
    lexicon.load.cache_clear()
    yield copy
    lexicon.load.cache_clear()


def loaded() -> PhraseIndex:
    lexicon.load.cache_clear()
    return lexicon.load()


def found(index: PhraseIndex, text: str) -> Found:
    normal = normalise(text)
    return sorted((hit.concept, normal.folded[hit.start : hit.end]) for hit in index.find(normal))


@pytest.mark.parametrize(
    ("phrase", "text", "hits"),
    [
        ("lo|la quiero", "yo la quiero", ["la quiero"]),
        ("ya? no", "ya no", ["no", "ya no"]),
        ("cancel*", "cancelling it", ["cancelling"]),
        ("i|we_both want", "we both want it", ["we both want"]),
        ("give .. me", "give the red one me", ["give the red one me"]),
        ("give .. me", "give one two three four me", []),
        ("give .. me please?", "give it me please", ["give it me", "give it me please"]),
        ("i'll take", "ill take", ["ill take"]),
    ],
)
def test_the_notation_means_what_the_module_says(folder: Path, phrase: str, text: str, hits: list[str]) -> None:
    (folder / "en.toml").write_text(f'[claim]\nverb = ["{phrase}"]\n', encoding="utf-8")

    assert found(loaded(), text) == [("claim.verb", hit) for hit in hits]


def test_scripts_without_spaces_are_matched_by_characters_with_gaps(folder: Path) -> None:
    (folder / "zh.toml").write_text('[opt_out]\nstrong = ["删除|删掉 .. 资料"]\n', encoding="utf-8")

    assert found(loaded(), "请删掉我的全部资料") == [("opt_out.strong", "删掉我的全部资料")]


def test_a_line_of_a_million_phrases_costs_no_more_than_its_words(folder: Path) -> None:
    choice = "|".join(f"w{number}" for number in range(100))
    (folder / "en.toml").write_text(f'[claim]\nverb = ["{choice} {choice} {choice}"]\n', encoding="utf-8")
    began = time.process_time()

    assert found(loaded(), "w3 w99 w42") == [("claim.verb", "w3 w99 w42")]
    assert time.process_time() - began < 2


def test_ever_new_words_forget_states_and_change_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "en.toml").write_text('[claim]\nverb = ["a|b|c|d x|y", "a|b .. z"]\n', encoding="utf-8")
    texts = [f"{first} {second} z" for first in "abcd" for second in "xyw"]
    index = loaded()
    expected = [found(index, text) for text in texts]
    monkeypatch.setattr(phrase_automaton, "_MOST_STATES", 2)
    small = loaded()

    assert [found(small, text) for text in texts] == expected
    assert len(small._spaced._states) <= 2
    assert found(small, "a w z") == [("claim.verb", "a w z")]


def test_what_was_compiled_is_used_until_a_list_changes(folder: Path) -> None:
    words = folder / "en.toml"
    words.write_text('[claim]\nverb = ["take"]\n', encoding="utf-8")
    assert found(loaded(), "take") == [("claim.verb", "take")]
    (first,) = (folder / "__pycache__").glob("phrases-*")

    assert found(loaded(), "take") == [("claim.verb", "take")]
    assert [*(folder / "__pycache__").glob("phrases-*")] == [first]

    words.write_text('[claim]\nverb = ["grab!"]\nsolo = ["grab"]\n', encoding="utf-8")
    assert found(loaded(), "grab") == [("claim.solo", "grab")]
    assert first not in (folder / "__pycache__").glob("phrases-*")


def test_a_spoilt_compiled_file_is_made_anew(folder: Path) -> None:
    (folder / "en.toml").write_text('[claim]\nverb = ["take"]\n', encoding="utf-8")
    loaded()
    (compiled,) = (folder / "__pycache__").glob("phrases-*")
    compiled.write_bytes(b"not ours")

    assert found(loaded(), "take") == [("claim.verb", "take")]


def test_where_nothing_can_be_kept_the_lists_are_compiled_at_each_start(folder: Path) -> None:
    (folder / "en.toml").write_text('[claim]\nverb = ["take"]\n', encoding="utf-8")
    (folder / "__pycache__").write_text("a file where the folder would be", encoding="utf-8")

    assert found(loaded(), "take") == [("claim.verb", "take")]
