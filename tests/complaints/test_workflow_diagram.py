"""The document of the workflow says what the code does."""

from pathlib import Path

from django.conf import settings

from complaints.workflow import MOVES, Status
from complaints.workflow.diagram import workflow_document


def test_the_document_is_the_one_that_the_table_makes():
    written = (Path(settings.BASE_DIR) / "docs" / "workflow.md").read_text(encoding="utf-8")

    assert written == workflow_document(), "run `./run manage workflow_diagram`"


def test_the_document_names_every_move_and_status():
    text = workflow_document()

    assert all(f"| `{move.name}` |" in text for move in MOVES)
    assert all(f"| `{status}` |" in text for status in Status)
