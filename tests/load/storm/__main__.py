"""`./run storm`: 10,000 ratings by 50 tablets while things die; says how many were lost, doubled, altered.

Tablets send batches of 1 to 5 and do not receive one answer in ten. Web workers are killed with `kill -9` 20 times; on
PostgreSQL (always a server of the storm's own) the database 5 times too. Then the same once more through a door that
acknowledges before it commits, and over a PostgreSQL that commits before it is on the disk: a storm in which these
controls lose nothing has proved nothing.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SHOWN_CHARACTERS = 5_000  # of what the servers said; most of it is about being killed
LANES = ("sqlite", "postgresql")
FULL = {"ratings": 10_000, "tablets": 50, "worker_kills": 20, "database_kills": 5, "with_lazy_disk": True}
SHORT = {"ratings": 1_000, "tablets": 50, "worker_kills": 4, "database_kills": 1, "with_lazy_disk": False}


def main(arguments: list[str]) -> int:
    """Print what happened; 0 when nothing was lost, doubled or altered and the control lost some."""
    parser = argparse.ArgumentParser(prog="./run storm", description=__doc__.partition("\n")[0])
    parser.add_argument("--short", action="store_true", help="a tenth of it, for CI")
    parser.add_argument("--only", choices=LANES, help="one kind of database")
    options = parser.parse_args(arguments)
    sizes = SHORT if options.short else FULL
    good = True
    for lane in [options.only] if options.only else LANES:
        command = [sys.executable, "-m", "tests.load.storm.lane", lane, json.dumps(sizes)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            print(done.stderr[-SHOWN_CHARACTERS:], file=sys.stderr)
            print(f"The storm on {lane} did not come to its end; its messages above say why.", file=sys.stderr)
            return 2
        good = tell(json.loads(done.stdout.splitlines()[-1]), sizes) and good
    return 0 if good else 1


def tell(told: dict, sizes: dict) -> bool:
    """Print one lane's outcome; whether it is good."""
    storm, controls = told["storm"], told["controls"]
    nothing = storm["lost"] == storm["doubled"] == storm["altered"] == 0
    struck = storm["worker_kills"] == sizes["worker_kills"]
    if told["lane"] == "postgresql":
        struck = struck and storm["database_kills"] == sizes["database_kills"]
    print(line(told["lane"], storm, "ok" if nothing and struck else "FAIL"))
    print(
        f"  {storm['changes']} changes of mind; {', '.join(f'{count} {what}' for what, count in storm['met'].items())}"
    )
    if storm["database_back_s"]:
        print(f"  database back after {', '.join(map(str, storm['database_back_s']))} s")
    for name, control in controls.items():
        verdict = "loses some, as it must" if control["lost"] else "FAIL: lost nothing, so this storm proves nothing"
        print(line(f"{told['lane']}, control that {name}", control, verdict), flush=True)
    return nothing and struck and all(control["lost"] > 0 for control in controls.values())


def line(name: str, told: dict, verdict: str) -> str:
    return (
        f"{name}: {told['ratings']} ratings, {told['worker_kills']} web workers and {told['database_kills']} databases "
        f"killed, {told['seconds']} s: lost {told['lost']}, doubled {told['doubled']}, altered {told['altered']}; "
        f"p50 {told['p50_ms']} ms, p99 {told['p99_ms']} ms: {verdict}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
