"""The words that end writing to a person, and those that begin it again; exact messages, nothing inside a sentence."""

import unicodedata

# STOP is understood in every language; the others in whichever language they are written.
STOP_WORDS: dict[str, tuple[str, ...]] = {
    "en": ("stop", "unsubscribe", "opt out", "stop messages", "stop messaging me", "do not message me",
           "don't message me", "delete my data", "remove my data"),
    "es": ("baja", "dar de baja", "darme de baja", "no molestar", "no me escriban", "no me escriban mas",
           "no me escribas", "no me escribas mas", "no quiero mensajes", "no quiero mas mensajes", "no mas mensajes",
           "eliminar mis datos", "borrar mis datos", "eliminen mis datos", "borren mis datos", "desuscribir"),
    "pt": ("sair", "pare", "parar", "descadastrar", "cancelar inscricao", "nao quero mensagens",
           "nao me mande mensagens", "nao me mande mais mensagens", "apagar meus dados", "excluir meus dados",
           "eliminar meus dados"),
}  # fmt: skip
UNIVERSAL = "stop"
# "Stop" in Portuguese, and the beginning of many a Spanish sentence.
AMBIGUOUS = frozenset({"para"})
SHORTEST = 3
START_WORDS = frozenset({"start", "alta", "volver", "voltar", "iniciar"})

_LANGUAGE_OF = {word: language for language, words in STOP_WORDS.items() for word in words}


def stop_language(text: str) -> str | None:
    """Return the language of a message that asks us to stop, or None if it does not."""
    return _LANGUAGE_OF.get(_plain(text))


def is_universal_stop(text: str) -> bool:
    """Return whether it is the one word that people of any language use; it does not tell theirs."""
    return _plain(text) == UNIVERSAL


def is_a_lone_stop_word(text: str) -> bool:
    """Return whether a message is one word that can hardly mean anything else."""
    word = _plain(text)
    is_short = len(word) < (SHORTEST if word.isascii() else 1)
    return bool(word) and " " not in word and not is_short and word not in AMBIGUOUS


def asks_to_start(text: str) -> bool:
    """Return whether a message asks us to write again."""
    return _plain(text) in START_WORDS


def _plain(text: str) -> str:
    """Lower case, without accents and punctuation around the words."""
    if len(text) > 100:
        return ""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    kept = "".join(" " if char in '.,!¡?¿;:"*' else char for char in letters if not unicodedata.combining(char))
    return " ".join("".join(char for char in kept if char.isalnum() or char in " '").split())
