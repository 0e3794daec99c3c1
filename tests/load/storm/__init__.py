"""Ratings by many tablets while web workers and the database are killed with `kill -9`: none lost, doubled, altered."""
