"""Which of ru, bg, en a short text is written in: letters and frequent words, no model.

Letters decide where they can (ы, э, ё and most soft signs are never Bulgarian, ъ before a consonant never Russian);
otherwise words and endings vote, and what the customer is known to speak breaks a tie.
"""

import re

from analysis.vocabulary import LANGUAGES

_NOISE = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|<[^<>]{0,80}>")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_WORDS = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
# Enough to be sure of the language; the beginning of a long text tells as much as the whole.
_SAMPLE = 2000

# Evidence and its weight, surest first.
_SURE, _WORD, _ARTICLE, _ENDING, _WEAK = 4.0, 2.0, 1.8, 1.0, 0.6
_RUSSIAN_LETTERS = re.compile("[ыэё]|ь(?!о)|ъ(?=[еёюя])")
_BULGARIAN_LETTERS = re.compile(r"ъ(?![еёюя])|ьо|йо\b")
_RUSSIAN_ENDINGS = re.compile(
    r"\w(?:ю|[оаеи]й|ом|ов|ит|ет|ут|тся|ться|ся|ая|яя|ое|ее|ие|ии|ого|его|ому|ему|ами|ями|шел|шла|шло|шли|ке|ки)\b"
    r"|сс|лл|мм|фф|кк|пп|тч"
)
_RUSSIAN_WEAK = re.compile(r"\w(?:у|ла|ло|ли|но|с|ить)\b")
_BULGARIAN_ENDINGS = re.compile(
    r"\w(?:[аеи]ш|щ|щи|ще|ва|вам|вах|ове|аме|яме|еме|име|ция|ям|ях|ящо|ващо)\b"
    r"|\b(?:най|по)-\w|мч|ьо|лм|що"
)
_BULGARIAN_ARTICLES = re.compile(r"\w\w(?:ата|ята|ото|ето|ият|хме|хте|аха|яха|иха|аше|еше)\b")
_BULGARIAN_WEAK = re.compile(r"\w(?:[еи]н|а[мх]|то|ри|мо|ко|ни|ви)\b")
_RUSSIAN_WRITTEN = """
    что это как он она они мы же у меня мне мной тебя тебе вас вам его её ее очень только если уже нет есть был была
    было все всё всем всех спасибо к ко со мой моя мое вообще когда потом тоже теперь сейчас здесь хорошо день дня для
    просто чтобы ничего из об обо во кто где почему сегодня заказ можно нужно нужен надо больше прямо лучше совсем
    него нее них себя который пока хотя через после перед твой ваш свой деньги так еще вот ну чем пожалуйста
    здравствуйте товар пришел пришла пришло упаковка рекомендую понравился понравилось понравилась
"""
_BULGARIAN_WRITTEN = """
    е се са си ще че го ги му им ме ви ни ти съм сме сте бе беше бях бяха няма нямам нямаше имам има имаше тази това
    тези този онзи който която което които като какво кога къде защо много повече най със във той тя то те аз ние вие
    добре благодаря моля още вече обаче ама само пак тук сега днес нищо никой нещо всичко всички някой винаги защото
    ако поръчка пратка стока чакам искам имате час парите нито добре човек филм филма филмче страхотен хубав добър
    доста може става след един така малко трябва мога искам струва заслужава хареса би добра добри слаб лош зле лошо
    доставката
"""
# Written alike in both, but more frequent in Bulgarian, which has no cases.
_LEANING_BULGARIAN_WRITTEN = "на не да с в за от при до"
_LEANING = 0.4
_LATIN_RUSSIAN_WRITTEN = """
    ya ja ne chto eto kak ochen spasibo tovar zakaz dostavka dostavili horosho xorosho ploho privet dengi net pochemu
    kogda gde vse uzhe esche eshche mne menya vas vam bystro dolgo kurier kuryer magazin prishel prishla prishlo
    prishli rabotaet vernite nikto zvonil pomogli nravitsya ponravilos uzhas uzhasno otlichno normalno klass kachestvo
    posylka byl byla bylo bolshe voobshche poka zhdu zhdal na za tak tolko srok dnya dney i v k s
"""
_LATIN_BULGARIAN_WRITTEN = """
    mnogo sam sum ste sme da se si li ne na za ot sas po koito koqto kakvo zashto zasto blagodarq blagodarya mersi
    dobre dobar losho losha poruchka porachka porachkata poruchkata stoka stokata pratka pratkata dostavkata kurierat
    kuriera kurierut magazina nqma niama nyama ima imam bqh beshe 6te shte 4e che nikoi nikoj parite pari vsichko
    vsi4ko super strahotno uzhasno bavno barzo burzo dnes oshte o6te veche ve4e tova tazi tozi vi mi ni gi go e sa
    kachestvo ka4estvo otnovo
"""
_ENGLISH_WRITTEN = """
    the a an and is was were are be been to of in on for with my your it its this that i we you they he she not no yes
    so but very good bad great order delivery me at have has had do does did can will would from as by all if or what
    when how product service never ever just please thanks thank after there
"""
_RUSSIAN = frozenset(_RUSSIAN_WRITTEN.split())
_BULGARIAN = frozenset(_BULGARIAN_WRITTEN.split())
_LEANING_BULGARIAN = frozenset(_LEANING_BULGARIAN_WRITTEN.split())
_LATIN_RUSSIAN = frozenset(_LATIN_RUSSIAN_WRITTEN.split())
_LATIN_BULGARIAN = frozenset(_LATIN_BULGARIAN_WRITTEN.split())
_ENGLISH = frozenset(_ENGLISH_WRITTEN.split())


def detect_language(text: str, prior: str | None = None) -> str:
    """``ru``, ``bg`` or ``en``; ``prior``, what the customer is known to speak, decides where the text does not."""
    known = prior if prior in LANGUAGES else None
    sample = _NOISE.sub(" ", text[:_SAMPLE]).lower()
    cyrillic, latin = len(_CYRILLIC.findall(sample)), len(_LATIN.findall(sample))
    if cyrillic == latin == 0:
        return known or "en"
    words = _WORDS.findall(sample)
    if cyrillic * 2 >= latin:
        return _cyrillic_language(sample, words, known)
    return _latin_language(words, known)


def is_transliterated(text: str, language: str) -> bool:
    """Whether a text found to be Russian or Bulgarian is typed in Latin letters."""
    if language == "en":
        return False
    sample = _NOISE.sub(" ", text[:_SAMPLE])
    return len(_LATIN.findall(sample)) > 2 * len(_CYRILLIC.findall(sample))


def _cyrillic_language(sample: str, words: list[str], known: str | None) -> str:
    russian = (
        _SURE * len(_RUSSIAN_LETTERS.findall(sample))
        + _ENDING * len(_RUSSIAN_ENDINGS.findall(sample))
        + _WEAK * len(_RUSSIAN_WEAK.findall(sample))
        + _WORD * sum(word in _RUSSIAN for word in words)
    )
    bulgarian = (
        _SURE * len(_BULGARIAN_LETTERS.findall(sample))
        + _ENDING * len(_BULGARIAN_ENDINGS.findall(sample))
        + _ARTICLE * len(_BULGARIAN_ARTICLES.findall(sample))
        + _WEAK * len(_BULGARIAN_WEAK.findall(sample))
        + _WORD * sum(word in _BULGARIAN for word in words)
        + _LEANING * sum(word in _LEANING_BULGARIAN for word in words)
    )
    if known in ("ru", "bg"):
        russian += known == "ru"
        bulgarian += known == "bg"
    return "bg" if bulgarian > russian else "ru"


def _latin_language(words: list[str], known: str | None) -> str:
    english = sum(word in _ENGLISH for word in words)
    russian = sum(word in _LATIN_RUSSIAN for word in words)
    bulgarian = sum(word in _LATIN_BULGARIAN for word in words)
    strongest = max(russian, bulgarian)
    # One such word may be a name or a loan; two, or one in a very short text of a speaker, are not.
    needed = 1 if known in ("ru", "bg") and len(words) <= 3 else 2
    if strongest < needed or strongest <= english:
        return "en"
    if russian == bulgarian:
        return known if known in ("ru", "bg") else "ru"
    return "ru" if russian > bulgarian else "bg"
