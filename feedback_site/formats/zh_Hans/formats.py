"""Django writes the month of a day as 07月4日."""

MONTH_DAY_FORMAT = "n月j日"
