"""A ticket's history is appended: the database refuses to change it, whoever asks.

PostgreSQL refuses UPDATE and DELETE. SQLite refuses UPDATE; a DELETE there is refused by the model alone, because
Django empties SQLite tables between transactional tests with the very statement that a trigger would refuse
(PostgreSQL has TRUNCATE for that). A later migration that alters this table on SQLite copies it and loses the
trigger: it has to create it again.
"""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION complaints_history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ticket_history_is_append_only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ticketevent_append_only BEFORE UPDATE OR DELETE ON complaints_ticketevent
  FOR EACH ROW EXECUTE FUNCTION complaints_history_is_append_only();
"""
POSTGRESQL_BACK = """
DROP TRIGGER ticketevent_append_only ON complaints_ticketevent;
DROP FUNCTION complaints_history_is_append_only();
"""
SQLITE = """
CREATE TRIGGER ticketevent_append_only BEFORE UPDATE ON complaints_ticketevent
BEGIN SELECT RAISE(ABORT, 'ticket_history_is_append_only'); END
"""
SQLITE_BACK = "DROP TRIGGER ticketevent_append_only"


def add(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def remove(apps, schema_editor):
    schema_editor.execute(POSTGRESQL_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_tickets")]
    operations = [migrations.RunPython(add, remove)]
