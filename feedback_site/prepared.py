"""For the few statements that every tap runs: composed once, and planned by PostgreSQL once per connection.

Django composes each query anew and PostgreSQL plans each anew; for a statement that never changes this costs several
times what running it costs. Everything else stays with the ORM.
"""

from functools import cache

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor


def prepared_cursor():
    """A cursor whose statements PostgreSQL keeps (`prepare_threshold` in the settings); elsewhere the usual one."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    return connection._prepare_cursor(ServerBindingCursor(connection.connection))


def fetch_one(model, condition: str, params: list):
    """The instance of the model for which this SQL condition holds, or None."""
    sql, names, converters = _selection(model, connection.vendor)
    with prepared_cursor() as cursor:
        cursor.execute(sql + condition, params)
        row = cursor.fetchone()
    if row is None:
        return None
    values = list(row)
    for place, (functions, column) in converters.items():
        for convert in functions:
            values[place] = convert(values[place], column, connection)
    return model.from_db(connection.alias, names, values)


@cache
def _selection(model, vendor):
    meta = model._meta
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in meta.concrete_fields)
    compiler = model._base_manager.all().query.get_compiler(connection=connection)
    converters = compiler.get_converters([field.cached_col for field in meta.concrete_fields])
    names = [field.attname for field in meta.concrete_fields]
    return f"SELECT {columns} FROM {quote(meta.db_table)} WHERE ", names, converters
