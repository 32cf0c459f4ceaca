"""The settings of the servers behind this one, asked of them as they run (deploy/)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from django.conf import settings
from django.db import connection

from rounds.self_audit.asking import CannotLook, Check, Surroundings

# As deploy/postgresql.conf sets them; a test holds the two to each other.
POSTGRESQL: Final[Mapping[str, str]] = {
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_lock_waits": "off",
    "log_temp_files": "-1",
    "log_connections": "off",
    "log_disconnections": "off",
    "log_hostname": "off",
    "debug_print_parse": "off",
    "debug_print_rewritten": "off",
    "debug_print_plan": "off",
    "log_parser_stats": "off",
    "log_planner_stats": "off",
    "log_executor_stats": "off",
    "log_statement_stats": "off",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
    "track_commit_timestamp": "off",
    "archive_mode": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_recycle": "off",
}
STRICTER: Final = {"log_min_messages": {"panic"}}
WRITES_STATEMENTS: Final = ("auto_explain", "pgaudit", "pg_stat_monitor")
SQLITE: Final = {
    "secure_delete": (1, "deleted rows stay readable in the file"),
    "temp_store": (2, "compacting writes everything into another file and deletes it"),
}
REDIS: Final = {
    "save": ("", "it writes what passes through it to the disk"),
    "appendonly": ("no", "it writes what passes through it to the disk"),
    "slowlog-log-slower-than": ("-1", "its slow log names clients"),
}


def _database(surroundings: Surroundings) -> Iterator[str]:
    yield from _sqlite() if connection.vendor == "sqlite" else _postgresql()


def _sqlite() -> Iterator[str]:
    with connection.cursor() as cursor:
        for name, (wanted, because) in SQLITE.items():
            if cursor.execute(f"PRAGMA {name}").fetchone()[0] != wanted:
                yield f"SQLite’s {name} is not as config/settings.py has it: {because}."


def _postgresql() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(POSTGRESQL)])
        found = dict(cursor.fetchall())
        for name, wanted in POSTGRESQL.items():
            if name in found and found[name] not in {wanted, *STRICTER.get(name, ())}:
                yield f"PostgreSQL’s {name} is {found[name]}; it should be {wanted} (deploy/postgresql.conf)."
        cursor.execute("SELECT setting FROM pg_settings WHERE name LIKE '%%preload_libraries'")
        loaded = ",".join(setting for (setting,) in cursor.fetchall())
        cursor.execute("SELECT extname FROM pg_extension")
        loaded += ",".join(name for (name,) in cursor.fetchall())
    for library in WRITES_STATEMENTS:
        if library in loaded:
            yield f"PostgreSQL has {library} loaded, which writes statements down."


def _doorbell(surroundings: Surroundings) -> Iterator[str]:
    if not settings.CHANNEL_LAYER_URL:
        return
    import redis

    try:
        with redis.Redis.from_url(settings.CHANNEL_LAYER_URL, socket_timeout=2, decode_responses=True) as layer:
            found = layer.config_get(*REDIS)
    except redis.RedisError:
        raise CannotLook("Redis or Valkey does not say how it is set.") from None
    for name, (wanted, because) in REDIS.items():
        if found.get(name, wanted) != wanted:
            yield f"Redis’s {name} is {found[name]}: {because}."


CHECKS = (
    Check("database", "The database writes no words, no rows and no times down beside its tables.", _database),
    Check("doorbell", "The doorbell between processes keeps nothing.", _doorbell),
)
