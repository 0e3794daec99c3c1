"""One part of the bench in a process of its own: `python -m tests.load.part posting '{"rounds": 1, "seconds": 1}'`.

Expects DATABASE_URL to name a migrated, empty database; prints the figures as JSON.
"""

import json
import sys
from importlib import import_module

import django


def main(name: str, sizes: str) -> None:
    django.setup()
    # Only now: the parts import models, which exist after `setup`.
    figures = import_module(f"tests.load.{name}").measure(**json.loads(sizes))
    print(json.dumps([figure.as_json() for figure in figures]))


if __name__ == "__main__":
    main(*sys.argv[1:])
