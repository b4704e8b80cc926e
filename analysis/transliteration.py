"""Russian and Bulgarian typed in Latin letters ("ochen ploho", "mnogo losho"), back to Cyrillic."""

_COMMON_WRITTEN = """
    shch щ  sch щ  sht щ  zh ж  ch ч  sh ш  ts ц  yu ю  ya я  ju ю  ja я  iu ю  kh х  a а  b б  v в  w в  g г  d д  e е
    z з  i и  k к  l л  m м  n н  o о  p п  r р  s с  t т  u у  f ф  h х  c ц  j ж  x кс  ' ь
"""
_WRITTEN = {
    "ru": _COMMON_WRITTEN + "sht шт  yo е  jo е  iy ий  yy ый  aya ая  yaya яя  y ы  ey ей  oy ой  ay ай  uy уй  4 ч",
    "bg": _COMMON_WRITTEN + "y й  q я  6 ш  4 ч  ia ия",
}
_LONGEST = 4


def _table(written: str) -> dict[str, str]:
    signs = written.split()
    return dict(zip(signs[::2], signs[1::2], strict=True))


_TABLES = {language: _table(written) for language, written in _WRITTEN.items()}


def to_cyrillic(text: str, language: str) -> str:
    """``text`` in lower case with its Latin letters read as ``language`` (ru or bg); numbers stay numbers."""
    table = _TABLES[language]
    return " ".join(_word_to_cyrillic(word, table) for word in text.lower().split())


def _word_to_cyrillic(word: str, table: dict[str, str]) -> str:
    if not any(sign.isalpha() for sign in word):
        return word
    letters = []
    at = 0
    while at < len(word):
        for length in range(min(_LONGEST, len(word) - at), 0, -1):
            letter = table.get(word[at : at + length])
            if letter is not None:
                letters.append(letter)
                at += length
                break
        else:
            letters.append(word[at])
            at += 1
    return "".join(letters)
