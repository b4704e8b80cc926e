"""Ready-made surveys in three languages. Today: `after-purchase`, active on every new database."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.questionnaires.models import Survey, SurveyVersion

ASPECT_ITEMS = ("quality", "price", "consultation", "delivery", "packaging", "documents")

AFTER_PURCHASE: dict[str, Any] = {
    "title": {"ru": "Как прошла покупка?", "bg": "Как мина покупката?", "en": "How did it go?"},
    "questions": [
        {
            "key": "score", "kind": "nps", "required": True,
            "text": {
                "ru": "Насколько вероятно, что вы порекомендуете нас друзьям или коллегам?",
                "bg": "Колко вероятно е да ни препоръчате на приятели или колеги?",
                "en": "How likely are you to recommend us to a friend or colleague?",
            },
            "low_label": {
                "ru": "0 — совсем не вероятно",
                "bg": "0 – изобщо не е вероятно",
                "en": "0 – not at all likely",
            },
            "high_label": {"ru": "10 — очень вероятно", "bg": "10 – много вероятно", "en": "10 – extremely likely"},
        },
        {
            "key": "why", "kind": "text", "max_length": 5000,
            "text": {
                "ru": "Что больше всего повлияло на вашу оценку?",
                "bg": "Какво повлия най-много на оценката Ви?",
                "en": "What influenced your score the most?",
            },
            "by_band": {
                "detractor": {
                    "ru": "Что пошло не так и что нам следовало сделать?",
                    "bg": "Какво се обърка и какво трябваше да направим?",
                    "en": "What went wrong, and what should we have done?",
                },
                "passive": {
                    "ru": "Чего нам не хватило до десятки?",
                    "bg": "Какво не ни достигна до десетката?",
                    "en": "What kept us from a ten?",
                },
                "promoter": {
                    "ru": "Что вам понравилось больше всего?",
                    "bg": "Какво Ви хареса най-много?",
                    "en": "What did you like the most?",
                },
            },
            "hint": {
                "ru": "Достаточно одного предложения. Пишите на том языке, на котором вам удобно.",
                "bg": "Едно изречение е достатъчно. Пишете на езика, на който Ви е удобно.",
                "en": "One sentence is enough. Write in the language you prefer.",
            },
        },
        {
            "key": "aspects", "kind": "matrix", "items": list(ASPECT_ITEMS), "points": 5,
            "text": {
                "ru": "Как мы справились со всем остальным?",
                "bg": "Как се справихме с всичко останало?",
                "en": "How did we do with everything else?",
            },
            "hint": {
                "ru": "1 — плохо, 5 — отлично. Если что-то не относится к вашему заказу, выберите «не относится».",
                "bg": "1 – слабо, 5 – отлично. Ако нещо не се отнася до Вашата поръчка, изберете „не важи“.",
                "en": "1 – poor, 5 – excellent. If something does not apply to your order, choose “n/a”.",
            },
        },
        {
            "key": "contact", "kind": "contact",
            "text": {"ru": "Связаться с вами?", "bg": "Да се свържем ли с Вас?", "en": "Shall we contact you?"},
        },
        {
            "key": "photos", "kind": "photo", "max_files": 5,
            "text": {"ru": "Есть фотографии?", "bg": "Имате ли снимки?", "en": "Do you have photos?"},
        },
        {
            "key": "publish", "kind": "consent", "purpose": "publication",
            "text": {
                "ru": "Можно опубликовать мой отзыв и фотографии с именем без фамилии",
                "bg": "Може да публикувате отзива и снимките ми с името ми без фамилията",
                "en": "You may publish my review and photos with my first name",
            },
            "hint": {
                "ru": "По желанию; на баллы не влияет.",
                "bg": "По желание; не променя точките.",
                "en": "Optional; it does not change the points.",
            },
        },
    ],
}  # fmt: skip


def ensure_default_survey(session: Session, now: datetime) -> None:
    """Give a database without surveys the active survey `after-purchase`."""
    if session.scalar(select(Survey.id).limit(1)) is not None:
        return
    trigger = {"after": "delivery", "delay_days": 3}
    survey = Survey(slug="after-purchase", state="active", kind="after_purchase", trigger=trigger, created_at=now)
    session.add(survey)
    session.flush()
    session.add(SurveyVersion(survey_id=survey.id, number=1, definition=AFTER_PURCHASE, published_at=now))
    session.flush()
