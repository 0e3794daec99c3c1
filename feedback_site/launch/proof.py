"""That `./run test` passed on these very files, so that `./run sure` right after it need not do the same again."""

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD_FOR_SECONDS = 3600


def write(files: str | None, *, passed: bool) -> None:
    """Keep the proof of a whole, green run on what `fingerprint` gave before it; a red one takes it away."""
    place().unlink(missing_ok=True)
    if passed and files:
        place().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place().write_text(json.dumps({"files": files, "at": time.time()}))


def age_seconds() -> float | None:
    """How old the proof for what lies here now is; None when there is none, or none for these files."""
    try:
        kept = json.loads(place().read_text())
    except (OSError, ValueError):
        return None
    age = time.time() - kept["at"]
    return age if 0 <= age < GOOD_FOR_SECONDS and kept["files"] == fingerprint() else None


def place() -> Path:
    return Path(os.environ["DATA_DIR"]) / "tests-passed.json"


def fingerprint() -> str | None:
    """One hash over the interpreter and every file that git tracks or would; None without git."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")
    except (OSError, subprocess.CalledProcessError):
        return None
    total = hashlib.sha256(sys.version.encode())
    for name in sorted(set(names) - {b""}):
        path = ROOT / os.fsdecode(name)
        total.update(name + b"\0" + hashlib.sha256(path.read_bytes() if path.is_file() else b"").digest())
    return total.hexdigest()
