"""Complaints: the listening desk (悉心听), where every matter becomes a ticket with a deadline."""
