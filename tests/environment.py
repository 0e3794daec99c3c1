"""The environment of the tests; loaded by `-p tests.environment` before Django's settings are read."""

import os
import tempfile

os.environ.setdefault("DEMO", "1")
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="qingchuang-test-"))
# The browser tests' live server takes connections from the same pool as the tests that send eight at once.
os.environ.setdefault("DATABASE_POOL_SIZE", "40")
