"""Reading the environment: a wrong or missing value is one sentence, never a guess."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured

from feedback_site import env


def test_an_empty_variable_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("NAME", "  ")
    assert env.text("NAME", "plain") == "plain"
    assert env.text("NAME") is None


def test_a_required_variable_says_what_it_is_for(monkeypatch):
    monkeypatch.delenv("NAME", raising=False)
    with pytest.raises(ImproperlyConfigured, match=r"Set NAME in the environment: it names the house\."):
        env.required("NAME", "it names the house")


@pytest.mark.parametrize(("value", "meaning"), [("1", True), ("TRUE", True), ("on", True), ("0", False), ("No", False)])
def test_a_flag_is_yes_or_no(monkeypatch, value, meaning):
    monkeypatch.setenv("NAME", value)
    assert env.flag("NAME", default=not meaning) is meaning


def test_a_flag_that_is_neither_is_refused_and_not_repeated(monkeypatch):
    monkeypatch.setenv("NAME", "s3cret-in-the-wrong-place")
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.flag("NAME")
    assert str(refusal.value) == "NAME must be 1 or 0."


@pytest.mark.parametrize("value", ["-1", "1.5", "ten", "٣", "0"])
def test_a_whole_number_below_its_minimum_or_no_number_is_refused(monkeypatch, value):
    monkeypatch.setenv("NAME", value)
    with pytest.raises(ImproperlyConfigured, match="whole number of at least 1"):
        env.whole("NAME", 5, minimum=1)


def test_a_list_may_use_commas_and_blanks(monkeypatch):
    monkeypatch.setenv("NAME", "a.gov.cn, b.gov.cn c.gov.cn")
    assert env.words("NAME") == ["a.gov.cn", "b.gov.cn", "c.gov.cn"]
    monkeypatch.delenv("NAME")
    assert env.words("NAME", ("localhost",)) == ["localhost"]


def test_without_the_demo_a_missing_secret_stops_the_start(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match="Set SECRET_KEY"):
        env.secret_key(tmp_path, demo=False)
    assert list(tmp_path.iterdir()) == []


def test_without_the_demo_a_short_secret_stops_the_start(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "changeme")
    with pytest.raises(ImproperlyConfigured, match="at least 50 characters"):
        env.secret_key(tmp_path, demo=False)


def test_the_demo_keeps_its_own_secret_for_its_owner_only(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = env.secret_key(tmp_path / "new", demo=True)
    assert len(first) >= env.SECRET_KEY_LENGTH
    assert env.secret_key(tmp_path / "new", demo=True) == first
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600


def test_processes_that_start_at_once_end_with_the_same_secret(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: env.kept_secret(tmp_path / "secret_key"), range(64)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
