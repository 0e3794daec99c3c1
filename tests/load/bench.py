"""`./run bench`: the figures that the project promises, as ratios measured in one run on PostgreSQL."""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from feedback_site.launch.testing import CannotRun, servers
from tests.load.figures import Figure
from tests.load.scratch import NoPostgres, scratch_database

ROOT = Path(__file__).resolve().parent.parent.parent
PART_SECONDS = 300
# In this order: the lists are looked at in what the weeks leave.
FULL = {
    "posting": {"rounds": 7, "seconds": 4.0},
    "weekly": {"people": 500, "some": 100_000, "many": 1_000_000, "repeats": 5},
    "lists": {"people": 500, "few": 1_000, "many": 1_000_000, "repeats": 9},
}
QUICK = {
    "posting": {"rounds": 1, "seconds": 0.5},
    "weekly": {"people": 20, "some": 400, "many": 2_000, "repeats": 1},
    "lists": {"people": 20, "few": 500, "many": 2_000, "repeats": 1},
}


class PartFailed(Exception):
    """A part of the bench ended without figures; its own messages say why."""


def main(arguments: list[str]) -> int:
    """Print one figure a line and write them as JSON; 0 when every target is reached, 1 when one is missed."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes: shows that the bench works, measures nothing")
    parser.add_argument("--only", choices=FULL, help="one part of it")
    parser.add_argument("--output", type=Path, default=ROOT / "bench.json", help="where the JSON goes")
    options = parser.parse_args(arguments)
    sizes = QUICK if options.quick else FULL
    began = time.monotonic()
    try:
        figures = measure({options.only: sizes[options.only]} if options.only else sizes)
    except (CannotRun, NoPostgres, PartFailed) as missing:
        print(missing, file=sys.stderr)
        return 2
    report = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": options.quick,
        "seconds": round(time.monotonic() - began, 1),
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
        "figures": [figure.as_json() for figure in figures],
    }
    options.output.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    return 0 if all(figure.ok for figure in figures) else 1


def measure(parts: Mapping[str, Mapping[str, float]]) -> list[Figure]:
    """The figures of these parts, each measured in a process and on an empty database of its own."""
    figures = []
    with servers(os.environ.get("DATABASE_URL", "").strip(), os.environ.get("REDIS_URL"), real=True) as variables:
        for name, sizes in parts.items():
            with scratch_database(variables["DATABASE_URL"]) as url:
                settings = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.load.settings"}
                for figure in run_part(name, sizes, variables | settings):
                    print(figure.line(), flush=True)
                    figures.append(figure)
    return figures


def run_part(name: str, sizes: Mapping[str, float], environment: Mapping[str, str]) -> list[Figure]:
    """Migrate, then run one part in a process of its own and read its figures.

    Migrations hold more memory than what is measured after them, hence another process.
    """
    answer = ""
    for command in (["manage.py", "migrate", "--verbosity=0"], ["-m", "tests.load.part", name, json.dumps(sizes)]):
        try:
            done = subprocess.run(
                [sys.executable, *command], env=environment, cwd=ROOT, stdout=subprocess.PIPE, timeout=PART_SECONDS
            )
        except subprocess.TimeoutExpired:
            raise PartFailed(f"{name} took more than {PART_SECONDS} s and was ended.") from None
        if done.returncode:
            raise PartFailed(f"{name} gave no figures; its messages above say why.")
        answer = done.stdout
    return [Figure.from_json(entry) for entry in json.loads(answer)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
