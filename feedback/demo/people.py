"""The customers of the demo company. Addresses lie under `.example`; phone numbers can belong to nobody."""

import random
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from feedback.customers.given import GivenConsent, GivenCustomer
from feedback.demo.chance import dice, moment_between, one_of
from feedback.demo.content import Branch, Content

SHARES = {"parnas": 0.36, "moscow": 0.28, "sofia": 0.15, "varna": 0.09, "online": 0.12}
LANGUAGES = {
    "parnas": {"ru": 0.97, "en": 0.03},
    "moscow": {"ru": 0.98, "en": 0.02},
    "sofia": {"bg": 0.95, "ru": 0.02, "en": 0.03},
    "varna": {"bg": 0.88, "ru": 0.09, "en": 0.03},
    "online": {"en": 0.84, "bg": 0.16},
}
TIMEZONES = {
    ("ru", "RU"): {"Europe/Moscow": 0.93, "Asia/Yekaterinburg": 0.04, "Europe/Samara": 0.03},
    ("en", "BG"): {"Europe/London": 0.55, "Europe/Dublin": 0.25, "Europe/Sofia": 0.2},
}
RHYTHMS = {"regular": 0.5, "occasional": 0.42, "rare": 0.08}
POST = {"ru": ("pochta.example", "yashchik.example"), "bg": ("poshta.example", "pismo.example")}
POST["en"] = ("mail.example", "letterbox.example")
PHONES = {"ru": "+7000{:07d}", "bg": "+35900{:06d}", "en": "+447700900{:03d}"}  # the British ones are kept for fiction
LATIN = dict(zip("абвгдезийклмнопрстуфхыэъь", "abvgdeziyklmnoprstufhyea ", strict=True)) | {
    "ё": "e", "ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sht", "ю": "yu", "я": "ya", "ь": "",
}  # fmt: skip


@dataclass(frozen=True)
class Buyer:
    """A customer with what no system knows about them: their rhythm and how readily they answer."""

    given: GivenCustomer
    branch: Branch
    gender: str | None
    rhythm: str
    joins_at: datetime
    leaves_at: datetime | None
    answers: float  # how likely one letter is to be answered
    writes: float  # how likely an answer is to have words

    @property
    def key(self) -> str:
        return self.given.external_id or ""

    @property
    def language(self) -> str:
        return self.given.language or "en"

    @property
    def timezone(self) -> str:
        return self.given.timezone or "UTC"


def make_people(content: Content, count: int, seed: int, start: datetime, now: datetime) -> list[Buyer]:
    """So many customers, who join between `start` and `now`."""
    firms = {language: list(names) for language, names in content.businesses.items()}
    taken: set[str] = set()
    return [_buyer(content, n, seed, start, now, firms, taken) for n in range(count)]


def _buyer(
    content: Content, n: int, seed: int, start: datetime, now: datetime, firms: dict[str, list[str]], taken: set[str]
) -> Buyer:
    rng = dice(seed, "person", n)
    branch = content.branch[one_of(rng, SHARES)]
    language = one_of(rng, LANGUAGES[branch.key])
    is_firm = rng.random() < 0.055 and bool(firms[language])
    gender = None if is_firm else rng.choice(["female", "male"])
    name = firms[language].pop(0) if gender is None else _name(rng, content, language, gender, taken)
    rhythm = "regular" if is_firm else one_of(rng, RHYTHMS)
    joins_at = _joining(rng, start, now)
    return Buyer(
        given=_given(rng, n, name, gender, language, branch, joins_at, taken),
        branch=branch,
        gender=gender,
        rhythm=rhythm,
        joins_at=joins_at,
        leaves_at=_leaving(rng, joins_at, now) if rng.random() < 0.06 else None,
        answers=min(0.8, max(0.05, rng.gauss(0.35, 0.12))),
        writes=rng.choice((0.95, 0.85, 0.75, 0.5)),
    )


def _given(
    rng: random.Random,
    n: int,
    name: str,
    gender: str | None,
    language: str,
    branch: Branch,
    joins_at: datetime,
    taken: set[str],
) -> GivenCustomer:
    zones = TIMEZONES.get((language, branch.country), {branch.timezone: 1.0})
    is_english = language == "en"
    return GivenCustomer(
        external_id=f"C-{10001 + n}",
        name=name,
        email=None if rng.random() < 0.03 else _email(rng, name, language, gender, taken),
        phone=None if rng.random() < 0.15 else PHONES[language].format(n + 1),
        language=language,
        timezone=one_of(rng, zones),
        country=branch.country if not is_english or branch.country == "RU" else rng.choice(("GB", "GB", "IE")),
        birthday=None if gender is None or rng.random() < 0.3 else _birthday(rng, joins_at),
        kind="business" if gender is None else "person",
        consents=_consents(rng, joins_at),
    )


def _name(rng: random.Random, content: Content, language: str, gender: str, taken: set[str]) -> str:
    pools = content.people[language][gender]
    parts = [rng.choice(pools["first"]), rng.choice(pools["last"])]
    while " ".join(parts) in taken:
        parts = [rng.choice(pools["first"]), rng.choice(pools["last"])]
    taken.add(" ".join(parts))
    if language == "ru" and rng.random() < 0.35:  # as some people are written in the shop's books
        parts.insert(1, rng.choice(pools["patronymic"]))
    return " ".join(parts)


def _email(rng: random.Random, name: str, language: str, gender: str | None, taken: set[str]) -> str:
    words = re.findall(r"[a-z]+", latin(name))
    if gender is None:
        return f"office@{'-'.join(word for word in words if len(word) > 3)[:40].strip('-') or 'firm'}.example"
    first, last = words[0], words[-1]
    form = rng.choice((f"{first}.{last}", f"{first[0]}.{last}", f"{last}{rng.randrange(60, 99)}", f"{first}_{last}"))
    post = rng.choice(POST[language])
    address = next(a for n in range(1000) if (a := f"{form}{n or ''}@{post}") not in taken)
    taken.add(address)
    return address


def latin(text: str) -> str:
    """Cyrillic letters in Latin ones, for addresses."""
    return "".join(LATIN.get(letter, letter) for letter in text.lower())


def _birthday(rng: random.Random, joins_at: datetime) -> date:
    return date(joins_at.year - rng.randrange(19, 72), 1, 1) + timedelta(days=rng.randrange(365))


def _consents(rng: random.Random, at: datetime) -> tuple[GivenConsent, ...]:
    refuses = rng.random() < 0.015
    likes_news = rng.random() < 0.45
    return (
        GivenConsent("processing", not refuses, at=at, text_version="demo-1"),
        GivenConsent("advertising", likes_news and not refuses, at=at, text_version="demo-1"),
    )


def _joining(rng: random.Random, start: datetime, now: datetime) -> datetime:
    """Most bought here before: they come again in the first season. The others come new over the year."""
    yesterday = now - timedelta(days=1)
    share = rng.random() ** 1.5 * 0.17 if rng.random() < 0.78 else rng.random()
    return start + (yesterday - start) * share


def _leaving(rng: random.Random, joins_at: datetime, now: datetime) -> datetime:
    return moment_between(rng, joins_at + (now - joins_at) * 0.4, now - timedelta(hours=1))
