"""Compiles the catalogues without gettext's tools, which a fresh machine does not have."""

from collections.abc import Iterator
from pathlib import Path

import polib

PROJECT = Path(__file__).resolve().parent.parent
SKIPPED = {".venv", "node_modules", ".git"}


def catalogues(root: Path = PROJECT) -> Iterator[Path]:
    """Every `locale/<language>/LC_MESSAGES/*.po` of the project's own packages."""
    for package in sorted(root.iterdir()):
        if package.is_dir() and package.name not in SKIPPED:
            yield from sorted(package.glob("locale/*/LC_MESSAGES/*.po"))


def compile_catalogues(root: Path = PROJECT) -> int:
    """Write the `.mo` beside every `.po` that is newer; returns how many were written."""
    written = 0
    for source in catalogues(root):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        draft = target.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.replace(target)  # a server that is reading the old file keeps it whole
        written += 1
    return written


if __name__ == "__main__":
    compile_catalogues()
