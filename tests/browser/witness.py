"""What every torture has to leave: a row for each thank-you, each rating on the server once and as it was given."""

from collections import Counter

from ratings.models import QuarantinedRating, Rating


class Witness:
    """Taps at a tablet and remembers what was thanked for."""

    def __init__(self, kiosk):
        self.kiosk = kiosk
        self.thanked = []

    def rates(self, *levels):
        for level in levels:
            self.kiosk.rate(level)
            self.thanked.append(level)
            self.sees_a_row_for_each_thanks()
            self.kiosk.finish().leave()
        return self

    def sees_a_row_for_each_thanks(self):
        stored = [row["content"]["level"] for row in in_order(self.kiosk.kept())]
        assert stored == self.thanked, f"thanked for {self.thanked}, stored {stored}"

    def waiting(self):
        return [row["content"]["level"] for row in in_order(self.kiosk.kept()) if row["state"] == "waiting"]

    def sees_all_arrive_once(self):
        """Waits until the tablet has nothing to send any more."""
        self.kiosk.until(lambda: self.waiting() == [], "an empty queue")
        kept = {row["id"]: row["content"]["level"] for row in self.kiosk.kept()}
        arrived = list(Rating.objects.order_by("seq").values_list("id", "level"))
        given, got = Counter(self.thanked), Counter(level for _id, level in arrived)
        assert not given - got, f"lost: {given - got}"
        assert not got - given, f"doubled or made up: {got - given}"
        assert {str(key): level for key, level in arrived} == kept, "the tablet and the server tell different things"
        assert {row["state"] for row in self.kiosk.kept()} <= {"acknowledged"}
        assert not QuarantinedRating.objects.exists()
        return self


def in_order(rows):
    return sorted(rows, key=lambda row: row["seq"])
