"""Otklik, a feedback and NPS platform.

From the bottom up: `config`, `errors`, `clock`, `secrets` stand alone. `db` is the one database object. `customers` and
`staff` know people. `messages` sends everything a customer receives. `points` is the ledger. `recovery`, `draws` and
`conversations` build on them. `reports` reads; `http`, `web`, `api`, `cli` and `jobs` are the edges. `demo` invents a
company. `app` knows all parts. The packages `surveys` (asking, answering) and `analysis` (pure computing) stand beside.
"""
