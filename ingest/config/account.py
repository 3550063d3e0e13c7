"""Tokens that are renewed: what gives one to a source, and the file where it is kept."""

from collections.abc import Mapping
from pathlib import Path

from ingest.config.draft import under
from ingest.config.keys import SourceKeys
from ingest.config.model import Source
from ingest.config.node import Section
from ingest.config.offered import PluginError
from ingest.config.scope import Scope
from ingest.connector.connector import Connector
from ingest.connector.oauth.account import Account, OAuthAccount
from ingest.connector.oauth.client import OAuth
from ingest.connector.oauth.renewal import Renewal, RenewalAccount


def account_of(
    id_: str, connector: Connector, draft: SourceKeys, common: Section, path: str, scope: Scope
) -> Account | None:
    """What gives a token that is renewed; a file for one that the source does not use is reported."""
    try:
        way = connector.authorization()
    except Exception as error:
        raise PluginError(f"it does not say how access is granted ({type(error).__name__})") from error
    if way is None:
        if draft.token_file is not None:
            told = "this source has no token: it uses no OAuth 2"
            scope.report.refuse(common.values["token_file"], under(path, "token_file"), told)
        return None
    written = draft.token_file or f".okr/tokens/{id_}.json"
    file = scope.home / Path(written).expanduser()
    named = draft.token_file is not None or draft.formerly is None
    former = None if named else file.with_name(f"{draft.formerly}.json")
    if isinstance(way, OAuth):
        return OAuthAccount(id_, file, written, way, former=former)
    if isinstance(way, Renewal):
        return RenewalAccount(id_, file, written, way, former=former)
    raise PluginError("what it says of its authorization is neither `OAuth` nor `Renewal`")


def check_token_files(sources: Mapping[str, Source | None], section: Section, scope: Scope) -> None:
    """Each token has a file of its own: two in one would undo each other."""
    owners: dict[Path, str] = {}
    for id_, source in sources.items():
        if source is None or source.account is None:
            continue
        owner = owners.setdefault(source.account.file, id_)
        if owner != id_:
            node = section.values[id_]
            place = node.values.get("token_file", node) if isinstance(node, Section) else node
            scope.report.refuse(place, f"sources.{id_}.token_file", f"is that of {owner}; name one of its own")
