"""Dispatches the commands of ./run, inside the environment that ./run prepared."""

import os
import sys
from pathlib import Path

from feedback_site.launch import serve, sure, testing, valkey
from feedback_site.translations import compile_catalogues

ROOT = Path(__file__).resolve().parent.parent.parent


def main(command: str, arguments: list[str]) -> int:
    os.environ["DATA_DIR"] = str(Path(os.environ.get("DATA_DIR", "").strip() or ROOT / ".data").absolute())
    compile_catalogues()
    if command == "serve":
        return serve.main()
    if command == "test":
        return testing.main(arguments)
    if command == "sure":
        return sure.main()
    data_dir = Path(os.environ["DATA_DIR"])
    if not os.environ.get("REDIS_URL", "").strip() and valkey.socket_path(data_dir).exists():
        os.environ["REDIS_URL"] = valkey.url(data_dir)
    program = {
        "manage": [str(ROOT / "manage.py")],
        "bench": ["-m", "tests.load.bench"],
        "storm": ["-m", "tests.load.storm"],
    }[command]
    os.execv(sys.executable, [sys.executable, *program, *arguments])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], sys.argv[2:]))
    except KeyboardInterrupt:
        sys.exit("Interrupted.")
