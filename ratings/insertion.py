"""`INSERT … ON CONFLICT DO NOTHING RETURNING`: which of these rows are new? One statement, on every database.

Django's `bulk_create(ignore_conflicts=True)` does not say which rows it inserted; asking afterwards cannot tell one's
own row from one that another worker wrote in between (reliability.md D2). The rows travel as one JSON text: filling in
thousands of placeholders costs more than storing the rows.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.db import connection, models, transaction

from feedback_site.prepared import prepared_cursor
from ratings.models import Tablet


@dataclass(frozen=True)
class NewRows:
    """Rows that may have to be inserted, as values by `attname`; a field that nobody names takes its default.

    `rows` all name the same fields. `shared` holds what is the same in all of them. `computed` gives a field its value
    by SQL, which may speak of the row as `r` and of the shared values as `s`.
    """

    model: type[models.Model]
    rows: list[dict]
    shared: dict = field(default_factory=dict)
    computed: dict[str, str] = field(default_factory=dict)


def insert_new(new: NewRows) -> set:
    """Insert the rows whose primary key does not exist yet; returns the keys inserted."""
    with prepared_cursor() as cursor:
        cursor.execute(*_insert(new))
        return _keys(new, cursor.fetchall())


def insert_and_advance(new: NewRows, *, tablet: Tablet, highest_seq: int, at: datetime) -> tuple[set, bool]:
    """Insert as `insert_new` does and, when all were new, move the tablet's mark; says whether it was moved.

    One transaction; on PostgreSQL one message to the server and back. The mark stays where it is when somebody else
    moved it since `tablet` was read.
    """
    if connection.vendor == "postgresql":
        return _at_once(new, [highest_seq, at, tablet.pk, tablet.highest_seq, len(new.rows)])
    with transaction.atomic():
        created = insert_new(new)
        mark = Tablet.objects.filter(pk=tablet.pk, highest_seq=tablet.highest_seq)
        moved = len(created) == len(new.rows) and mark.update(highest_seq=highest_seq, last_seen_at=at) == 1
    return created, moved


# The mark waits for the count, so locks are taken in the order of two statements: the ratings, then the tablet.
_AT_ONCE = """
WITH created AS ({insert}),
moved AS (
    UPDATE {tablet} SET highest_seq = %s, last_seen_at = %s
    WHERE id = %s AND highest_seq = %s AND (SELECT COUNT(*) FROM created) = %s RETURNING id
)
SELECT created.*, (SELECT COUNT(*) FROM moved) FROM created
"""


def _at_once(new, mark):
    insert, values = _insert(new)
    with prepared_cursor() as cursor:
        cursor.execute(_AT_ONCE.format(insert=insert, tablet=Tablet._meta.db_table), [*values, *mark])
        answer = cursor.fetchall()
    return _keys(new, answer), bool(answer and answer[0][1])


def _insert(new):
    vendor = connection.vendor
    own = tuple(new.rows[0])
    shared = _defaults(new.model, own, tuple(new.computed), tuple(new.shared)) | new.shared
    sql = _statement(new.model, vendor, own, tuple(shared), tuple(new.computed.items()))
    return sql, [_as_json(new.model, vendor, new.rows), _as_json(new.model, vendor, [shared])]


@cache
def _defaults(model, *named):
    named = {name for names in named for name in names}
    return {field.attname: field.get_default() for field in _fields(model).values() if field.attname not in named}


@cache
def _statement(model, vendor, own, shared, computed):
    fields = _fields(model)
    quote = connection.ops.quote_name
    values = {name: f"r.{quote(fields[name].column)}" for name in own}
    values |= {name: f"s.{quote(fields[name].column)}" for name in shared}
    values |= dict(computed)
    columns = ", ".join(quote(fields[name].column) for name in values)
    sources = ", ".join(
        _source([fields[name] for name in names], alias, vendor) for alias, names in (("r", own), ("s", shared))
    )
    key = quote(model._meta.pk.column)
    # `WHERE true` because SQLite would else read ON CONFLICT as a part of a join.
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) SELECT {', '.join(values.values())} FROM {sources} "
        f"WHERE true ON CONFLICT ({key}) DO NOTHING RETURNING {key}"
    )


def _source(fields, alias, vendor):
    quote = connection.ops.quote_name
    if vendor == "postgresql":
        types = (f"{quote(field.column)} {field.db_type(connection)}" for field in fields)
        return f"json_to_recordset(%s) AS {alias}({', '.join(types)})"
    parts = (f"json_extract(value, '$.{field.column}') AS {quote(field.column)}" for field in fields)
    return f"(SELECT {', '.join(parts)} FROM json_each(%s)) AS {alias}"


def _as_json(model, vendor, rows):
    if vendor == "postgresql":  # reads a value of any type from its plain form
        columns = {name: field.column for name, field in _fields(model).items()}
        return json.dumps([{columns[name]: value for name, value in row.items()} for row in rows], default=str)
    fields = _fields(model)
    return json.dumps(
        [
            {fields[name].column: fields[name].get_db_prep_save(value, connection) for name, value in row.items()}
            for row in rows
        ]
    )


@cache
def _fields(model):
    return {field.attname: field for field in model._meta.concrete_fields if not field.generated}


def _keys(new, answer):
    to_python = new.model._meta.pk.to_python
    return {to_python(line[0]) for line in answer}
