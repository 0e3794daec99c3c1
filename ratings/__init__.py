"""Ratings: what a visitor taps on the tablet, stored once and attributed to window and person."""
