"""The container's health check: asks its own web server under a name that this server accepts."""

import os
import sys
from http.client import HTTPConnection, HTTPException

TIMEOUT_SECONDS = 4


def main() -> int:
    names = os.environ.get("ALLOWED_HOSTS", "").replace(",", " ").split() or ["localhost"]
    connection = HTTPConnection("127.0.0.1", 8000, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": names[0].lstrip("*.") or "localhost"})
        return 0 if connection.getresponse().status == 200 else 1
    except (OSError, HTTPException):
        return 1


if __name__ == "__main__":
    sys.exit(main())
