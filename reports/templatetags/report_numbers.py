"""How figures are written: `{{ share|percent:1 }}`, `{{ index|whole }}`."""

from django import template
from django.utils.formats import number_format

from reports.weather import whole

register = template.Library()
register.filter("whole", whole)


@register.filter
def percent(share: float, decimals: int = 0) -> str:
    """A share from 0 to 1 with that many decimals; never rounds to 100 % or 0 % what is not exactly that: 0.9999 stays 99.9 %."""
    exact = share in (0, 1)
    while not exact and decimals < 4 and round(share, decimals + 2) in (0, 1):
        decimals += 1
    return f"{number_format(100 * share, decimals)}%"
