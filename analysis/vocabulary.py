"""The words that labels are made of, as every screen, export and test spells them."""

LANGUAGES = ("ru", "bg", "en")

# From worst to best: the position is the rank.
SENTIMENTS = ("negative", "neutral", "positive")

ASPECTS = (
    "invoice_speed",
    "shipping",
    "documents",
    "consultation",
    "support",
    "quality",
    "price",
    "delivery",
    "staff",
    "website",
    "packaging",
    "returns",
)

FLAGS = ("refund", "legal_threat", "safety", "churn_intent", "staff_conduct", "contact_request")

# Where a text goes that judges none of them; the first level of themes has it too.
OTHER = "other"
THEME_ASPECTS = (*ASPECTS, OTHER)
