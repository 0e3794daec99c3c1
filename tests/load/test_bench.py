"""The bench itself works: with tiny sizes it gives every figure. What the figures say is not tested, only measured."""

import json
import os
import subprocess
import sys

import pytest

from tests.load.bench import ROOT

pytestmark = pytest.mark.slow
SECONDS = 900  # a minute on a machine of its own
FIGURES = [
    "post_single_vs_bare_insert",
    "post_batch_of_100_vs_single",
    "build_week_vs_group_by",
    "build_week_peak_memory_5x_ratings",
    "admin_ratings_first_page_ms",
    "admin_summaries_first_page_ms",
    "admin_lists_more_queries_than_with_few",
    "desk_board_ms",
    "desk_list_ms",
    "desk_ticket_ms",
    "desk_duplicates_ms",
    "desk_more_queries_than_with_few",
    "kiosk_first_load_gzip_kB",
    "kiosk_first_load_other_hosts",
    "kiosk_faces_tappable_cold_ms",
    "kiosk_faces_tappable_warm_ms",
    "kiosk_tap_painted_ms",
    "kiosk_drain_20_s",
    "kiosk_tap_thanked_50_queued_away_p95_ms",
    "kiosk_tap_thanked_50_queued_sending_p95_ms",
]


def test_a_quick_bench_prints_one_figure_a_line_and_writes_them_as_json(tmp_path):
    report = tmp_path / "bench.json"
    # The server that the tests use, where it is PostgreSQL; the bench makes a database of its own beside theirs.
    named = os.environ.get("DATABASE_URL", "")
    environment = os.environ | {"DATABASE_URL": named if named.startswith("postgres") else ""}
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.bench", "--quick", "--output", str(report)],
        env=environment,
        cwd=ROOT,
        timeout=SECONDS,
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [name for name, _value, _target, _verdict in lines] == FIGURES
    assert all(verdict in ("ok", "short") for _name, _value, _target, verdict in lines)
    figures = json.loads(report.read_text())["figures"]
    assert [figure["name"] for figure in figures] == FIGURES
    assert all(figure["value"] >= 0 for figure in figures)


def test_a_database_that_is_no_postgresql_is_refused_with_a_sentence(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.bench", "--quick", "--output", str(tmp_path / "bench.json")],
        env=os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"},
        cwd=ROOT,
        timeout=SECONDS,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "PostgreSQL" in done.stderr
