"""Where Django's formats of a language are not the way people write."""
