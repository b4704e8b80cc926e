"""The two-level tree of root causes that every installation starts with, in three languages."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.recovery.models import Cause

Names = tuple[str, str, str]  # ru, bg, en

TREE: dict[str, tuple[Names, dict[str, Names]]] = {
    "delivery": (("Доставка", "Доставка", "Delivery"), {
        "carrier_late": ("Перевозчик сорвал срок", "Превозвачът закъсня", "The carrier was late"),
        "not_warned": ("Не предупредили о задержке", "Не предупредихме за закъснението", "No warning of the delay"),
        "damaged_in_transit": ("Повреждено в пути", "Повредено при превоза", "Damaged in transit"),
        "parcel_lost": ("Посылка потеряна", "Изгубена пратка", "Parcel lost"),
    }),
    "product": (("Товар", "Стока", "Product"), {
        "defect": ("Брак или поломка", "Дефект или повреда", "Defect or breakage"),
        "not_as_described": ("Не соответствует описанию", "Не отговаря на описанието", "Not as described"),
        "wrong_item": ("Прислали не то", "Изпратена е друга стока", "Wrong item sent"),
        "out_of_stock": ("Товара не оказалось", "Стоката се оказа изчерпана", "Out of stock"),
    }),
    "people": (("Сотрудники", "Служители", "People"), {
        "rude": ("Грубость", "Грубо отношение", "Rudeness"),
        "wrong_advice": ("Неверная консультация", "Неправилен съвет", "Wrong advice"),
        "no_answer": ("Не ответили или не перезвонили", "Не отговорихме или не се обадихме", "No answer or call back"),
        "promise_broken": ("Не сдержали обещание", "Неизпълнено обещание", "A promise was broken"),
    }),
    "paperwork": (("Документы и оплата", "Документи и плащане", "Paperwork and payment"), {
        "documents_late": ("Документы задержались", "Документите закъсняха", "Documents were late"),
        "invoice_error": ("Ошибка в счёте", "Грешка във фактурата", "Error in the invoice"),
        "refund_slow": ("Долгий возврат денег", "Бавно връщане на пари", "Slow refund"),
        "price_dispute": ("Спор о цене", "Спор за цената", "Price dispute"),
    }),
    "site": (("Сайт и приложение", "Сайт и приложение", "Website and app"), {
        "outage": ("Сбой", "Срив", "Outage"),
        "hard_to_use": ("Неудобно пользоваться", "Неудобно за ползване", "Hard to use"),
    }),
    "left": (("Уход клиента", "Клиентът се отказва", "Customer leaving"), {
        "bad_service": ("Плохое обслуживание", "Лошо обслужване", "Bad service"),
        "one_off_need": ("Разовая потребность", "Еднократна нужда", "One-off need"),
        "too_hard": ("Продукт слишком сложен", "Твърде сложен продукт", "Product too hard to use"),
        "natural": ("Переезд или лучшее предложение", "Преместване или по-добра оферта", "Moved or a better offer"),
    }),
    "unfounded": (("Не подтвердилось", "Не се потвърди", "Unfounded"), {
        "misunderstanding": ("Недоразумение", "Недоразумение", "Misunderstanding"),
        "not_ours": ("Не наш заказ", "Не е наша поръчка", "Not our order"),
    }),
}  # fmt: skip


def ensure_causes(session: Session) -> None:
    """Add the causes to a database that has none; an edited tree is left alone."""
    if session.scalar(select(Cause.id).limit(1)) is not None:
        return
    for place, (code, (names, children)) in enumerate(TREE.items()):
        parent = Cause(code=code, names=_in_languages(names), position=place)
        session.add(parent)
        session.flush()
        session.add_all(
            Cause(code=f"{code}.{child}", parent_id=parent.id, names=_in_languages(texts), position=i)
            for i, (child, texts) in enumerate(children.items())
        )
    session.flush()


def _in_languages(names: Names) -> dict[str, str]:
    return dict(zip(("ru", "bg", "en"), names, strict=True))
