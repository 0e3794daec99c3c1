from django.utils.translation import gettext_lazy

from feedback_site.errors import DomainError


class Taken(DomainError):
    code = "taken"
    status = 409
    message = gettext_lazy("Taken.")


def test_a_failure_carries_the_words_of_its_kind():
    failure = Taken()
    assert (failure.code, failure.status, str(failure), failure.fields) == ("taken", 409, "Taken.", {})


def test_a_case_may_say_more_than_its_kind():
    failure = Taken("By A.", code="taken_by_a", fields={"seat": ["Taken."]}, status=423)
    assert (failure.code, failure.status, str(failure)) == ("taken_by_a", 423, "By A.")
    assert failure.fields == {"seat": ["Taken."]}
    assert Taken().code == "taken"
