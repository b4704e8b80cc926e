"""How fast purchases are imported: `python benchmarks/importing.py [--rows 100000] [--database-url postgresql://...]`.

Makes a CSV and a database of its own (SQLite in a temporary folder, or the empty PostgreSQL one given), runs
`feedback import purchases` twice (all rows new, then all seen before) and prints time, processor time and memory.
"""

import argparse
import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

HEADER = (
    "external_id", "purchased_at", "delivered_at", "amount", "currency", "branch", "manager", "customer_external_id",
    "customer_name", "customer_email", "customer_phone", "customer_language", "customer_timezone", "customer_birthday",
)  # fmt: skip


def write_purchases(path: Path, rows: int) -> None:
    """A file with two purchases a customer on average, twenty branches and sixty managers."""
    chance = random.Random(1)
    start = datetime(2025, 1, 1, tzinfo=UTC)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for n in range(rows):
            who = chance.randrange(max(1, rows // 2))
            at = start + timedelta(minutes=chance.randrange(500_000))
            writer.writerow([
                f"P{n}", at.isoformat(), (at + timedelta(days=2)).isoformat(), f"{chance.randrange(100, 100_000)}.50",
                "RUB", f"Филиал {who % 20}", f"Менеджер {who % 60}", f"C{who}", f"Клиент {who}", f"c{who}@shop.example",
                f"+7912{who:07d}", "ru", "Europe/Moscow", "1990-05-17",
            ])  # fmt: skip


def import_once(path: Path, environment: dict[str, str]) -> None:
    """Run the command and print what it cost; start-up is part of it."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [str(Path(sys.executable).with_name("feedback")), "import", "purchases", str(path)]
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    took, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    summary = ", ".join(told.splitlines()[:2])
    print(f"{summary}: {took:.1f} s, {processor:.1f} s of one core, {after.ru_maxrss // 1024} MB")


def main() -> None:
    """Measure both databases the same way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database-url", default="")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "purchases.csv"
        write_purchases(path, arguments.rows)
        print(f"{arguments.rows} rows, {path.stat().st_size // 1024} kB")
        environment = os.environ | {"FEEDBACK_INSTANCE": folder, "FEEDBACK_DATABASE_URL": arguments.database_url}
        for _ in range(2):
            import_once(path, environment)


if __name__ == "__main__":
    main()
