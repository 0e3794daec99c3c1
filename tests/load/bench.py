"""`./run bench`: the figures that the project promises, as ratios and as what a visitor waits for."""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from feedback_site.launch.testing import CannotRun, need_browser, servers
from tests.load.figures import Figure
from tests.load.scratch import NoPostgres, scratch_database

ROOT = Path(__file__).resolve().parent.parent.parent
PART_SECONDS = 600
FULL = {
    "posting": {"rounds": 50, "seconds": 0.6},
    "weekly": {"people": 500, "some": 100_000, "many": 1_000_000, "repeats": 5},
    "lists": {"people": 500, "weeks": 20, "few": 1_000, "many": 1_000_000, "repeats": 9},
    "desk": {"open": 2_000, "closed": 198_000, "few": 200, "repeats": 9},
    "kiosk": {"loads": 5, "taps": 15, "drained": 10_000, "queued": 90_000},
}
QUICK = {
    "posting": {"rounds": 1, "seconds": 0.5},
    "weekly": {"people": 20, "some": 400, "many": 2_000, "repeats": 1},
    "lists": {"people": 16, "weeks": 2, "few": 1_000, "many": 2_000, "repeats": 1},
    "desk": {"open": 40, "closed": 60, "few": 20, "repeats": 1},
    "kiosk": {"loads": 1, "taps": 1, "drained": 20, "queued": 50},
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
    """The figures of these parts, each measured in a process and on a migrated, empty database of its own."""
    figures = []
    if "kiosk" in parts:
        need_browser()
    with (
        servers(os.environ.get("DATABASE_URL", "").strip(), os.environ.get("REDIS_URL"), real=True) as variables,
        scratch_database(variables["DATABASE_URL"]) as template,
    ):
        environment = variables | {"DJANGO_SETTINGS_MODULE": "tests.load.settings"}
        run_python(["manage.py", "migrate", "--verbosity=0"], environment | {"DATABASE_URL": template})
        for name, sizes in parts.items():
            with scratch_database(variables["DATABASE_URL"], template) as url:
                arguments = ["-m", "tests.load.part", name, json.dumps(sizes)]
                answer = run_python(arguments, environment | {"DATABASE_URL": url})
            for figure in map(Figure.from_json, json.loads(answer)):
                print(figure.line(), flush=True)
                figures.append(figure)
    return figures


def run_python(arguments: Sequence[str], environment: Mapping[str, str]) -> bytes:
    """What this program printed, in a process of its own: what it holds in memory is not part of the next figure."""
    what = " ".join(arguments[:3])
    try:
        done = subprocess.run(
            [sys.executable, *arguments], env=environment, cwd=ROOT, stdout=subprocess.PIPE, timeout=PART_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise PartFailed(f"{what} took more than {PART_SECONDS} s and was ended.") from None
    if done.returncode:
        raise PartFailed(f"{what} failed; its messages above say why.")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
