"""Copies of Russian and Bulgarian texts as people type them in Latin letters, so that the encoder has seen such."""

import random

_COMMON = """
    а a  б b  в v|w  г g  д d  е e  з z  и i  к k  л l  м m  н n  о o  п p  р r  с s  т t  у u  ф f  ц c|ts  ч ch|4
    ж zh|j  й i|y  ю yu|iu
"""
_RUSSIAN = _COMMON + "ё e|yo  х h|kh  ш sh  щ sch|sh  ъ -  ы y  ь -|'  э e  я ya|ia"
_BULGARIAN = _COMMON + "х h  ш sh|6  щ sht  ъ a|u|y  ь i|y  я q|ya"
_NOTHING = "-"


def _table(written: str) -> dict[str, list[str]]:
    signs = written.split()
    return {letter: ways.split("|") for letter, ways in zip(signs[::2], signs[1::2], strict=True)}


_TABLES = {"ru": _table(_RUSSIAN), "bg": _table(_BULGARIAN)}


def in_latin(text: str, language: str, chance: random.Random) -> str:
    """``text`` in Latin letters, in one of the usual spellings throughout; what is no Cyrillic letter stays."""
    table = {letter: chance.choice(ways) for letter, ways in _TABLES[language].items()}
    letters = (table.get(letter, letter) for letter in text.lower().replace(_NOTHING, "\u2010"))
    return "".join("" if written == _NOTHING else written for written in letters)
