"""Django's PostgreSQL, with a pool that is well again at once after the database has been restarted.

Left to itself the pool waits one, two and four seconds longer for each dead connection that it finds, and gives up
after a few: a room full of phones would wait with it.
"""

from __future__ import annotations

from typing import Any, cast

from django.db.backends.postgresql import base
from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, but a connection is looked at before it is used, and a dead one means looking at them all."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        connection: Connection[Any] = super().get_new_connection(conn_params)
        pool: ConnectionPool[Connection[Any]] | None = self.pool
        if pool is None or _is_alive(connection):
            return connection
        pool.putconn(connection)  # which throws it away, and makes another
        pool.check()
        return cast("Connection[Any]", super().get_new_connection(conn_params))


def _is_alive(connection: Connection[Any]) -> bool:
    try:
        ConnectionPool.check_connection(connection)
    except OperationalError:
        return False
    return True
