"""How figures are written: `{{ share|percent:1 }}`, `{{ index|whole }}`."""

from django import template
from django.utils.formats import number_format

from reports.weather import whole

register = template.Library()
register.filter("whole", whole)


@register.filter
def percent(share: float, decimals: int = 0) -> str:
    """A share from 0 to 1; more decimals where rounding would claim 100 % or 0 % for what is not."""
    exact = share in (0, 1)
    while not exact and decimals < 4 and round(share, decimals + 2) in (0, 1):
        decimals += 1
    return f"{number_format(round(100 * share, decimals), decimals)}%"
