"""Telling people, by Apprise."""
