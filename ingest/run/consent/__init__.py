"""Asking a person for consent: in a browser on this machine, or with a code on any other. Used by `okr auth`."""
