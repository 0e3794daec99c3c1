"""`INSERT … ON CONFLICT DO NOTHING RETURNING`: which of these rows are new? One statement, on every database.

Django's `bulk_create(ignore_conflicts=True)` does not say which rows it inserted; asking afterwards cannot tell one's
own row from one that another worker wrote in between (reliability.md D2). The rows travel as one JSON text: filling in
thousands of placeholders costs more than storing the rows.
"""

import json
from datetime import datetime
from functools import cache

from django.db import connection, transaction

from feedback_site.prepared import prepared_cursor
from ratings.models import Tablet


def insert_new(rows, **computed: str) -> set:
    """Insert the unsaved `rows` of one model, skipping those whose primary key exists; returns the keys inserted.

    `computed` gives a column its value by SQL about the row `r`, such as `staff_id="(SELECT …)"`.
    """
    with prepared_cursor() as cursor:
        cursor.execute(_statement(type(rows[0]), connection.vendor, **computed), [_as_json(rows)])
        return _keys(rows, cursor.fetchall())


def insert_and_advance(rows, *, tablet: Tablet, highest_seq: int, at: datetime, **computed: str) -> tuple[set, bool]:
    """Insert as `insert_new` does and, when all were new, move the tablet's mark; says whether it was moved.

    One transaction; on PostgreSQL one message to the server and back. The mark stays where it is when somebody else
    moved it since `tablet` was read.
    """
    if connection.vendor == "postgresql":
        return _at_once(rows, tablet, highest_seq, at, computed)
    with transaction.atomic():
        created = insert_new(rows, **computed)
        mark = Tablet.objects.filter(pk=tablet.pk, highest_seq=tablet.highest_seq)
        moved = len(created) == len(rows) and mark.update(highest_seq=highest_seq, last_seen_at=at) == 1
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


def _at_once(rows, tablet, highest_seq, at, computed):
    insert = _statement(type(rows[0]), connection.vendor, **computed)
    mark = [highest_seq, at, tablet.pk, tablet.highest_seq, len(rows)]
    with prepared_cursor() as cursor:
        cursor.execute(_AT_ONCE.format(insert=insert, tablet=Tablet._meta.db_table), [_as_json(rows), *mark])
        answer = cursor.fetchall()
    return _keys(rows, answer), bool(answer and answer[0][1])


@cache
def _statement(model, vendor, **computed):
    meta = model._meta
    quote = connection.ops.quote_name
    fields = _fields(model)
    columns = ", ".join(quote(field.column) for field in fields)
    values = ", ".join(computed.get(field.attname, f"r.{quote(field.column)}") for field in fields)
    key = quote(meta.pk.column)
    # `WHERE true` because SQLite would else read ON CONFLICT as a part of a join.
    return (
        f"INSERT INTO {quote(meta.db_table)} ({columns}) SELECT {values} FROM {_source(fields, vendor)} WHERE true "
        f"ON CONFLICT ({key}) DO NOTHING RETURNING {key}"
    )


def _source(fields, vendor):
    quote = connection.ops.quote_name
    if vendor == "postgresql":
        types = (f"{quote(field.column)} {field.db_type(connection)}" for field in fields)
        return f"json_to_recordset(%s) AS r({', '.join(types)})"
    parts = (f"json_extract(value, '$.{field.column}') AS {quote(field.column)}" for field in fields)
    return f"(SELECT {', '.join(parts)} FROM json_each(%s)) AS r"


def _as_json(rows):
    fields = _fields(type(rows[0]))
    if connection.vendor == "postgresql":  # reads every type from its JSON form
        return json.dumps(
            [{field.column: getattr(row, field.attname) for field in fields} for row in rows], default=str
        )
    return json.dumps(
        [
            {field.column: field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields}
            for row in rows
        ]
    )


def _fields(model):
    return [field for field in model._meta.concrete_fields if not field.generated]


def _keys(rows, answer):
    to_python = type(rows[0])._meta.pk.to_python
    return {to_python(line[0]) for line in answer}
