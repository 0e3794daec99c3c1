"""Tests mirror the code: tests/<app>/test_<module>.py; flows/ are journeys, browser/ drive Chromium, load/ measure."""
