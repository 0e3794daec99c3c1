"""Neither a person nor a seat can be in two duties at once: the database holds it against every writer.

PostgreSQL: exclusion constraints (an id as the one-element range `[id, id]`, so that no extension has to be installed).
SQLite has none, but one writer at a time, which makes a trigger safe.
"""

from django.db import migrations

POSTGRESQL = """
ALTER TABLE ratings_duty
  ADD CONSTRAINT duty_one_seat_per_person
    EXCLUDE USING gist (int8range(staff_id, staff_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&),
  ADD CONSTRAINT duty_one_person_per_seat
    EXCLUDE USING gist (int8range(window_id, window_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&);
"""
POSTGRESQL_BACK = """
ALTER TABLE ratings_duty DROP CONSTRAINT duty_one_seat_per_person, DROP CONSTRAINT duty_one_person_per_seat;
"""
SQLITE = """
CREATE TRIGGER duty_overlap_on_{event} BEFORE {event} ON ratings_duty
WHEN EXISTS (
  SELECT 1 FROM ratings_duty AS other
  WHERE other.id IS NOT NEW.id
    AND (other.staff_id = NEW.staff_id OR other.window_id = NEW.window_id)
    AND (other.ends_at IS NULL OR other.ends_at > NEW.starts_at)
    AND (NEW.ends_at IS NULL OR other.starts_at < NEW.ends_at)
)
BEGIN SELECT RAISE(ABORT, 'duty_overlap'); END
"""
EVENTS = ("INSERT", "UPDATE")


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for event in EVENTS:
            schema_editor.execute(SQLITE.format(event=event))


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_BACK)
    else:
        for event in EVENTS:
            schema_editor.execute(f"DROP TRIGGER duty_overlap_on_{event}")


class Migration(migrations.Migration):
    dependencies = [("ratings", "0001_ratings")]
    operations = [migrations.RunPython(add, remove)]
