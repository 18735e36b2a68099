"""Texts of products as they are kept: plain words, no markup, nothing invisible that could mislead."""

import re
import unicodedata
from html.parser import HTMLParser
from urllib.parse import urlsplit

from livestream_sell.core.errors import InvalidInput

# Overrides of the writing direction and marks without width; the joiners stay, emojis and scripts need them.
MISLEADING = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]")
SKU = re.compile(r"[^\W_][\w.\-/]{0,63}")
MAX_URL = 1000


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._silent += tag in {"script", "style"}
        if tag in {"br", "p", "li", "div"}:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"} and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def plain(text: str) -> str:
    """Return `text` without tags, scripts, control and misleading characters; lines stay."""
    text = text.encode("utf-8", "replace").decode()
    # Markup may be hidden in entities of entities: until nothing changes any more, but not for ever.
    for _ in range(5):
        words = _Words()
        words.feed(text)
        words.close()
        stripped = "".join(words.parts)
        if stripped == text:
            break
        text = stripped
    text = MISLEADING.sub("", text)
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(" ".join(line.split()) for line in text.split("\n"))).strip()


def line(text: str) -> str:
    """Return `text` as `plain` does, on one line."""
    return " ".join(plain(text).split())


def clean_sku(raw: str) -> str:
    """Return a code as it is kept: upper case, spaces as dashes.

    Raises:
        InvalidInput: empty, longer than 64 characters, or with other signs than letters, digits and `. - / _`.
    """
    sku = re.sub(r"\s+", "-", unicodedata.normalize("NFKC", line(raw)).upper())
    if not SKU.fullmatch(sku):
        raise InvalidInput(
            "A code has 1 to 64 letters, digits and . - / _ and begins with a letter or digit.",
            field="sku", reason="code_form",
        )  # fmt: skip
    return sku


def clean_image_url(raw: str) -> str:
    """Return an address of a picture: http(s), or a path of our own.

    Raises:
        InvalidInput
    """
    url = raw.strip()
    if not url:
        return ""
    wrong = InvalidInput(
        "A picture is an http(s) address or a path of ours such as /uploads/a1.jpg.",
        field="image_url", reason="image_address",
    )  # fmt: skip
    if len(url) > MAX_URL or re.search(r"[\s\x00-\x1f\\\"'<>`]", url):
        raise wrong
    try:
        parts = urlsplit(url)
    except ValueError:
        raise wrong from None
    is_own = url.startswith("/") and not url.startswith("//") and ".." not in parts.path
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
    if not (is_own or is_web):
        raise wrong
    return url
