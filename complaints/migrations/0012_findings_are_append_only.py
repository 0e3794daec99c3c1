"""Findings, appeals and decisions are appended: the database refuses to change them, whoever asks.

PostgreSQL refuses UPDATE and DELETE, SQLite UPDATE (why not DELETE: see 0002). A later migration that alters one of
these tables on SQLite copies it and loses the trigger: it has to create it again.
"""

from django.db import migrations

TABLES = ["complaints_verification", "complaints_appeal", "complaints_appealdecision"]
POSTGRESQL = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION complaints_findings_are_append_only();
"""
FUNCTION = """
CREATE FUNCTION complaints_findings_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'findings_are_append_only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
SQLITE = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, 'findings_are_append_only'); END
"""


def add(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    if is_postgresql:
        schema_editor.execute(FUNCTION)
    for table in TABLES:
        schema_editor.execute((POSTGRESQL if is_postgresql else SQLITE).format(table=table))


def remove(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER {table}_append_only" + (f" ON {table}" if is_postgresql else ""))
    if is_postgresql:
        schema_editor.execute("DROP FUNCTION complaints_findings_are_append_only()")


class Migration(migrations.Migration):
    dependencies = [("complaints", "0011_findings_and_appeals")]
    operations = [migrations.RunPython(add, remove)]
