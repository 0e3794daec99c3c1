"""The demo halls: whole or not there, never among other data, and somebody on duty at any hour of today."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from feedback_site.demo import directory, roster, story
from feedback_site.demo.places import SEATS
from feedback_site.demo.story import NotEmpty, seed
from feedback_site.models import Hall, User
from feedback_site.zones import zone
from ratings.models import Duty
from tests.factories import WEDNESDAY, HallFactory, UserFactory

SHANGHAI = zone("Asia/Shanghai")
WEEKS = 2
PASSWORD = "a-pass-phrase-for-all"


@pytest.fixture(autouse=True)
def cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def tell():
    seed(at=WEDNESDAY, password=PASSWORD, weeks=WEEKS, say=lambda line: None)


@pytest.mark.django_db
class TestToday:
    @pytest.mark.parametrize("now", ["2026-11-18T10:00+08:00", "2026-11-16T00:05+08:00", "2026-11-21T23:50+08:00"])
    def test_has_somebody_on_duty_at_every_window_by_day_by_night_and_at_the_weekend(self, now):
        moment = WEDNESDAY.fromisoformat(now)
        made = directory.build(password=PASSWORD)
        today = moment.date()
        roster.assign(directory=made, first_day=today - timedelta(days=8), today=today, zone=SHANGHAI)
        for later in (moment, moment + timedelta(hours=20)):
            assert Duty.objects.at(later).values("window").distinct().count() == len(SEATS)


@pytest.mark.django_db
class TestWhetherItIsTold:
    def test_leaves_nothing_behind_when_it_fails_half_way(self, monkeypatch):
        def fail(**told):
            raise RuntimeError("the power is gone")

        monkeypatch.setattr(story, "record_visits", fail)
        with pytest.raises(RuntimeError):
            tell()
        assert story.is_empty()
        assert not Duty.objects.exists()

    def test_is_not_told_into_a_house_where_somebody_lives(self):
        HallFactory()
        with pytest.raises(NotEmpty):
            tell()

    def test_the_command_refuses_a_database_with_data_in_one_sentence(self):
        UserFactory()
        with pytest.raises(CommandError, match="holds data already"):
            call_command("seed_demo")

    def test_the_command_with_if_empty_leaves_data_alone_at_once(self, django_assert_max_num_queries):
        HallFactory()
        said = StringIO()
        with django_assert_max_num_queries(2):
            call_command("seed_demo", if_empty=True, stdout=said)
        assert "nothing to do" in said.getvalue()
        assert Hall.objects.count() == 1

    def test_the_command_makes_a_password_once_and_keeps_it_for_its_owner_only(self, settings, tmp_path, monkeypatch):
        settings.DATA_DIR, settings.DEMO_PASSWORD = tmp_path, ""
        seeds = []
        monkeypatch.setattr("feedback_site.management.commands.seed_demo.seed", lambda **told: seeds.append(told))
        call_command("seed_demo", stdout=StringIO())
        call_command("seed_demo", stdout=StringIO())
        kept = tmp_path / "demo_password"
        assert [told["password"] for told in seeds] == [kept.read_text().strip()] * 2
        assert kept.stat().st_mode & 0o777 == 0o600

    def test_the_command_takes_the_password_of_the_environment(self, settings, tmp_path, monkeypatch):
        settings.DATA_DIR, settings.DEMO_PASSWORD = tmp_path, "from the environment"
        seeds = []
        monkeypatch.setattr("feedback_site.management.commands.seed_demo.seed", lambda **told: seeds.append(told))
        call_command("seed_demo", stdout=StringIO())
        assert seeds[0]["password"] == "from the environment"
        assert not (tmp_path / "demo_password").exists()


def test_another_password_at_a_later_start_is_taken_over_by_the_demos_accounts_only(db):
    own = UserFactory(username="someone", email="someone@hall.example")
    own.set_password(PASSWORD)
    own.save()
    UserFactory(username="admin", email="admin@demo.invalid")
    assert directory.keep_password("a-new-password") and not directory.keep_password("a-new-password")
    assert User.objects.get(username="admin").check_password("a-new-password")
    assert User.objects.get(username="someone").check_password(PASSWORD)
