"""The project's settings as they are, with the bare view beside the project's addresses."""

from feedback_site.settings import *  # noqa: F403

ROOT_URLCONF = "tests.load.urls"
