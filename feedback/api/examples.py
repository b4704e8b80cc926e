"""Example bodies shown in the OpenAPI description. The people in them are made up."""

CUSTOMER = {
    "external_id": "C-100",
    "name": "Мария Иванова",
    "email": "maria@shop.example",
    "phone": "+359888123456",
    "language": "bg",
    "timezone": "Europe/Sofia",
    "birthday": "1990-05-17",
    "consents": {"processing": True},
}
PURCHASE = {
    "external_id": "P-1001",
    "purchased_at": "2026-03-01T12:30:00+02:00",
    "delivered_at": "2026-03-04T10:00:00+02:00",
    "amount": "129.90",
    "currency": "EUR",
    "branch": "Пловдив",
    "manager": "Г. Петров",
    "items": [{"sku": "T-205", "name": "Зимна гума 205/55 R16", "category": "гуми", "quantity": 1, "price": "129.90"}],
    "customer": CUSTOMER,
}
RETURN = {
    "external_id": "R-1",
    "purchase_external_id": "P-1001",
    "amount": "29.90",
    "returned_at": "2026-03-09T09:00:00+02:00",
}
ORDER_EVENT = {
    "external_id": "E-1",
    "purchase_external_id": "P-1001",
    "kind": "delay",
    "occurred_at": "2026-03-02T08:00:00+02:00",
    "details": "The lorry is late by a day.",
}
CHAT = {
    "external_id": "CH-1",
    "customer": {"external_id": "C-100"},
    "channel": "site",
    "messages": [
        {"author": "customer", "sent_at": "2026-03-02T09:00:00+02:00", "text": "Къде е поръчката ми?"},
        {"author": "staff", "sent_at": "2026-03-02T09:03:00+02:00", "text": "Проверявам веднага."},
    ],
}
REDEMPTION = {
    "idempotency_key": "till-3-20260311-17",
    "customer_external_id": "C-100",
    "purchase_external_id": "P-1001",
    "points": 150,
}
