"""`manage.py workflow_diagram`: writes docs/workflow.md from the table of moves."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from complaints.workflow.diagram import workflow_document


class Command(BaseCommand):
    help = "Write docs/workflow.md from the table of moves in complaints/workflow/table.py."

    def handle(self, *args, **options):
        path = Path(settings.BASE_DIR) / "docs" / "workflow.md"
        path.write_text(workflow_document(), encoding="utf-8")
        self.stdout.write(str(path.relative_to(settings.BASE_DIR)))
