"""Words of a text with their lemmas: pymorphy3 for Russian, simplemma for Bulgarian and English, a form once.

English contractions are read by what they say: "didn't" is a negation, "driver's" a driver.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from analysis.language import is_transliterated
from analysis.transliteration import to_cyrillic
from analysis.vocabulary import LANGUAGES

FORMS_REMEMBERED = 200_000
LONGEST_FORM = 40  # characters; what is longer is no word
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|[.!?\n]+")
_CONTRACTED = re.compile(r"['\u2019](?:s|d|m|ve|ll|re)$")
_CONTRACTED_NOT = re.compile(r"n['\u2019]t$")
_CYRILLIC = re.compile("[\u0430-\u044f]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written (lower case, ё as е) and its lemma; the end of a sentence is a word without letters."""

    form: str
    lemma: str

    @property
    def is_end(self) -> bool:
        """Whether a sentence ends here."""
        return not self.lemma


def read_words(text: str, language: str) -> list[Word]:
    """Words and ends of sentences in order. Latin-typed Russian and Bulgarian is read in Cyrillic."""
    if is_transliterated(text, language):
        text = to_cyrillic(text, language)
    return [_word(sign, language) for sign in _WORD.findall(text.lower().replace("ё", "е"))]


@lru_cache(maxsize=FORMS_REMEMBERED)
def _word(sign: str, language: str) -> Word:
    if not sign[0].isalpha():
        return Word(".", "")
    if language == "en" and _CONTRACTED_NOT.search(sign):
        return Word(sign, "not")
    return Word(sign, lemma_of(_CONTRACTED.sub("", sign), language))


@lru_cache(maxsize=FORMS_REMEMBERED)
def lemma_of(form: str, language: str) -> str:
    """The lemma of a word in lower case; a word that the language does not know is its own."""
    is_foreign = (language == "en") == bool(_CYRILLIC.search(form))
    if len(form) > LONGEST_FORM or is_foreign or language not in LANGUAGES:
        return form
    return _lemmatiser(language)(form).lower().replace("ё", "е")


@cache
def _lemmatiser(language: str) -> Callable[[str], str]:
    """The dictionaries are large and loaded late: only what asks for lemmas pays for them."""
    if language == "ru":
        from pymorphy3 import MorphAnalyzer  # late: see above

        analyser = MorphAnalyzer()
        return lambda form: str(analyser.parse(form)[0].normal_form)
    from simplemma import lemmatize  # late: see above

    return lambda form: lemmatize(form, lang=language)
