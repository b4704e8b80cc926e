"""The parameters of an order that a customer judges, by the names they have on a page."""

from flask_babel import lazy_gettext as _l

ASPECTS = {
    "invoice_speed": _l("Speed of the invoice"),
    "shipping": _l("Shipping"),
    "documents": _l("Invoice and documents"),
    "consultation": _l("Advice on choosing"),
    "support": _l("Support"),
    "quality": _l("Quality of the goods"),
    "price": _l("Price"),
    "delivery": _l("Delivery"),
    "staff": _l("Staff"),
    "website": _l("Website"),
    "packaging": _l("Packaging"),
    "returns": _l("Returns"),
}
