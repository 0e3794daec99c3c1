"""The short storm: nothing lost, doubled or altered while things are killed, and a control that loses some."""

import subprocess
import sys

import pytest
from django.db import connection

from tests.load.storm.__main__ import ROOT, tell

pytestmark = pytest.mark.slow
SECONDS = 900  # twenty on a machine of its own


def test_a_short_storm_loses_doubles_and_alters_nothing_and_its_control_loses_some():
    # On the kind of database that this lane of CI is about; PostgreSQL is a server of the storm's own all the same.
    command = [sys.executable, "-m", "tests.load.storm", "--short", "--only", connection.vendor]
    done = subprocess.run(command, cwd=ROOT, timeout=SECONDS, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost 0, doubled 0, altered 0" in done.stdout
    assert "loses some, as it must" in done.stdout


CALM = {
    "ratings": 10, "changes": 0, "seconds": 1, "p50_ms": 1, "p99_ms": 2, "database_back_s": [], "met": {},
    "worker_kills": 2, "database_kills": 1, "lost": 0, "doubled": 0, "altered": 0,
}  # fmt: skip
SIZES = {"worker_kills": 2, "database_kills": 1}


@pytest.mark.parametrize(
    ("storm", "control", "good"),
    [
        ({}, {"lost": 3}, True),
        ({}, {"lost": 0}, False),
        ({"lost": 1}, {"lost": 3}, False),
        ({"doubled": 1}, {"lost": 3}, False),
        ({"altered": 1}, {"lost": 3}, False),
        ({"worker_kills": 1}, {"lost": 3}, False),
        ({"database_kills": 0}, {"lost": 3}, False),
    ],
)
def test_only_a_storm_that_raged_and_whose_control_lost_something_is_good(storm, control, good, capsys):
    controls = {"loses": {**CALM, "lost": 1}, "is tried": {**CALM, **control}}
    told = {"lane": "postgresql", "storm": {**CALM, **storm}, "controls": controls}
    assert tell(told, SIZES) is good
    assert ("FAIL" in capsys.readouterr().out) is not good
