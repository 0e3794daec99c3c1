"""Addresses that leave the house, on paper or to another program."""

from django.conf import settings


def public_address(request, path: str) -> str:
    """The whole address of a path as people outside reach it.

    `PUBLIC_ADDRESS` of the environment (such as https://pj.example.gov.cn) decides; without it the host by which this
    request came, which a queue system inside the hall may know by another name.
    """
    return settings.PUBLIC_ADDRESS + path if settings.PUBLIC_ADDRESS else request.build_absolute_uri(path)
