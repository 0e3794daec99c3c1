"""The project's settings with the control's door in front."""

from feedback_site.settings import *  # noqa: F403

ROOT_URLCONF = "tests.load.storm.hasty"
