"""`INSERT … ON CONFLICT DO NOTHING RETURNING`: which of these rows are new? One statement, on every database.

Django's `bulk_create(ignore_conflicts=True)` does not say which rows it inserted; asking afterwards cannot tell one's own row from
one that another worker wrote in between (reliability.md D2).
"""

from django.db import connection


def insert_new(rows) -> set:
    """Insert the unsaved `rows` of one model, skipping those whose primary key exists; returns the keys inserted."""
    model = type(rows[0])
    meta = model._meta
    fields = [field for field in meta.concrete_fields if not field.generated]
    quote = connection.ops.quote_name
    row_sql = f"({', '.join(['%s'] * len(fields))})"
    params = [
        field.get_db_prep_save(getattr(row, field.attname), connection=connection) for row in rows for field in fields
    ]
    sql = (
        f"INSERT INTO {quote(meta.db_table)} ({', '.join(quote(field.column) for field in fields)}) "
        f"VALUES {', '.join([row_sql] * len(rows))} "
        f"ON CONFLICT ({quote(meta.pk.column)}) DO NOTHING RETURNING {quote(meta.pk.column)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {meta.pk.to_python(key) for (key,) in cursor.fetchall()}
