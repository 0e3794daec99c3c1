"""The pages as production serves them: collected and named by content, where one missing static file is a 500."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = ("/", "/kiosk/", "/admin/login/", "/api/docs/", "/api/schema/", "/healthz")
ASK = f"""
import django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
client = Client(HTTP_HOST="feedback.example.gov.cn")
for page in {PAGES!r}:
    answer = client.get(page, secure=True)
    print(page, answer.status_code, "default-src 'self'" in answer.headers.get("Content-Security-Policy", ""))
from feedback_site.models import Hall, Window
from ratings.codes import WindowCode, write_code
window = Window.objects.create(hall=Hall.objects.create(code="A", name="A"), number="1", name="1")
answer = client.get("/r/" + write_code(WindowCode(window.pk, 0)), secure=True, follow=True)
print("a visitor's phone", answer.status_code, answer.content.count(b"/static/ratings/phone/phone."))
"""


@pytest.mark.slow
def test_every_public_page_is_served_in_production_with_a_content_security_policy(tmp_path):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "feedback_site.settings",
        "DEMO": "0",
        "DEBUG": "0",
        "SECRET_KEY": "k" * 60,
        "ALLOWED_HOSTS": "feedback.example.gov.cn",
        "DATA_DIR": str(tmp_path),
        "STATIC_ROOT": str(tmp_path / "static"),
        "DATABASE_URL": "",
    }
    done = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [*(f"{page} 200 True" for page in PAGES), "a visitor's phone 200 2"]
