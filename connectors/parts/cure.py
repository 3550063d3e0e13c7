"""What to do about a refusal, where its status alone tells it."""

from collections.abc import Mapping

from ingest.connector import Answer, Meaning, Refused, SourceError


def cured(cures: Mapping[int, str]) -> Meaning:
    """For `means`: `{404: "share the database with the connection"}`. What the source said stays as it is."""

    def meant(_: Answer, error: SourceError) -> SourceError:
        if isinstance(error, Refused) and (cure := cures.get(error.status or 0)):
            return Refused(error.message, cure, error.status)
        return error

    return meant
