"""The three databases that are read in the tests, each with a user who may do everything to its tables."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.servers import mariadb, postgresql

PASSWORD = "s3cret p@ss/word"
Run = Callable[..., Sequence[Any]]


@dataclass(frozen=True)
class Database:
    engine: str
    url: str
    run: Run
    """Statements, carried out with all rights; the rows of the last one."""
    home: Path = Path()


def sqlite(folder: Path) -> Database:
    def run(*statements: str) -> Sequence[Any]:
        with closing(sqlite3.connect(folder / "shop.db", isolation_level=None)) as connection:
            rows: Sequence[Any] = ()
            for statement in statements:
                rows = connection.execute(statement).fetchall()
            return rows

    run("DROP TABLE IF EXISTS orders")
    return Database("sqlite", "sqlite:///shop.db", run, folder)


def on_postgresql(server: postgresql.Server) -> Database:
    def run(*statements: str) -> Sequence[Any]:
        return server.run(*statements, database="shop")

    if not server.run("SELECT 1 FROM pg_database WHERE datname = 'shop'"):
        server.run(f"CREATE ROLE okr LOGIN PASSWORD '{PASSWORD}'", "CREATE DATABASE shop OWNER okr")
    run("DROP SCHEMA public CASCADE", "CREATE SCHEMA public AUTHORIZATION okr")
    run("ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO okr", "ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO okr")
    url = f"postgresql://okr:{quote(PASSWORD, safe='')}@/shop?host={quote(str(server.folder), safe='')}"
    return Database("postgresql", url, run)


def on_mariadb(server: mariadb.Server) -> Database:
    def run(*statements: str) -> Sequence[Any]:
        return server.run("USE shop", *statements)

    server.run("CREATE OR REPLACE DATABASE shop CHARACTER SET utf8mb4")
    server.run(f"CREATE OR REPLACE USER okr IDENTIFIED BY '{PASSWORD}'", "GRANT ALL ON *.* TO okr")
    return Database("mysql", f"mariadb://okr:{quote(PASSWORD, safe='')}@127.0.0.1:{server.port}/shop", run)
