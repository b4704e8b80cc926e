"""Branches and managers by name, found or created, a batch at a time."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback.customers.models import Branch, Manager


@dataclass(frozen=True)
class Places:
    """Ids of the branches and managers of one batch."""

    branches: dict[str, int]
    managers: dict[tuple[int | None, str], int]

    def branch_id(self, branch: str | None) -> int | None:
        """The branch of this name."""
        return self.branches[branch] if branch else None

    def manager_id(self, branch: str | None, manager: str | None) -> int | None:
        """The manager of this name in the branch."""
        return self.managers[(self.branch_id(branch), manager)] if manager else None


def find_places(session: Session, pairs: Iterable[tuple[str | None, str | None]]) -> Places:
    """The branches and managers of these (branch, manager) names; missing ones are created."""
    pairs = set(pairs)
    branches = _branches(session, {branch for branch, _ in pairs if branch})
    wanted = {(branches[branch] if branch else None, manager) for branch, manager in pairs if manager}
    return Places(branches, _managers(session, wanted))


def _branches(session: Session, names: set[str]) -> dict[str, int]:
    if not names:
        return {}
    query = select(Branch.name, Branch.id).where(Branch.name.in_(names))
    found = dict(session.execute(query).all())
    missing = sorted(names - found.keys())
    if missing:
        added = insert(Branch).returning(Branch.name, Branch.id)
        found |= dict(session.execute(added, [{"name": name} for name in missing]).all())
    return found


def _managers(session: Session, wanted: set[tuple[int | None, str]]) -> dict[tuple[int | None, str], int]:
    if not wanted:
        return {}
    query = select(Manager.branch_id, Manager.name, Manager.id).where(Manager.name.in_({name for _, name in wanted}))
    found = {
        (branch_id, name): row_id for branch_id, name, row_id in session.execute(query.order_by(Manager.id.desc()))
    }
    missing = sorted(wanted - found.keys(), key=lambda pair: (pair[0] or 0, pair[1]))
    if missing:
        added = insert(Manager).returning(Manager.branch_id, Manager.name, Manager.id)
        rows = [{"branch_id": branch_id, "name": name} for branch_id, name in missing]
        found |= {(branch_id, name): row_id for branch_id, name, row_id in session.execute(added, rows)}
    return found
