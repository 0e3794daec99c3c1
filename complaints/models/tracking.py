"""Tries to look something up."""

from django.db import models


class TrackingTry(models.Model):
    """One try to look something up with a number and a query code; kept for a day, so that codes cannot be guessed.

    `key` is the digest of the number as it was typed, whether it exists or not.
    """

    key = models.CharField(max_length=64)
    network = models.CharField(max_length=45)
    at = models.DateTimeField()
    counts = models.BooleanField(default=True)  # False: the code was right, or was not looked at

    class Meta:
        indexes = [
            models.Index(fields=["key", "at"], name="tracking_tries_of_number"),
            models.Index(fields=["at"], name="tracking_tries_by_time"),
        ]

    def __str__(self):
        return self.network
