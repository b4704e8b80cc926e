"""The one database object, column types, transactions, claiming of due rows, and migrations.

`base` has `db`, `Base` and types; `transaction` the edge's unit of work; `claiming` the way workers share work;
`engine` what SQLite and PostgreSQL each need; `schema` upgrades; `append_only` the triggers that guard ledgers.
"""

from feedback.db.base import Base, db
from feedback.db.transaction import transaction

__all__ = ["Base", "db", "transaction"]
